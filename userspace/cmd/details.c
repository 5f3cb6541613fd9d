// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/array.h"
#include "base/escape.h"
#include "cmd/details.h"
#include "inside/run.h"
#include "model/details_value.h"

/* Where ip may be besides, for a user whose PATH leaves out sbin. */
#define MORE_FOLDERS	"/usr/sbin:/usr/bin:/sbin:/bin"

/* Bytes that are no UTF-8, as JSON holds them: see escape_json(). */
#define BYTE_FIRST	0xef80u
#define BYTE_LAST	0xefffu
#define BYTE_BASE	0xef00u

/* What is not an absolute path depends on where we are. */
static bool find_in(char *ip, const char *folders)
{
	size_t len;

	for (; *folders; folders += len + !!folders[len]) {
		len = strcspn(folders, ":");
		if (*folders != '/' ||
		    snprintf(ip, PATH_MAX, "%.*s/ip", (int)len, folders) >=
			    PATH_MAX)
			continue;
		if (!access(ip, X_OK))
			return true;
	}
	return false;
}

int details_open(struct details *d, struct err *err)
{
	const char *path = getenv("PATH");

	if ((path && find_in(d->ip, path)) || find_in(d->ip, MORE_FOLDERS))
		return 0;
	return err_set(err, ENOENT,
		       "details: there is no command ip here: install iproute2");
}

static void put_byte(FILE *f, unsigned char c)
{
	uint32_t cp = BYTE_BASE + c;

	fputc(0xe0 | cp >> 12, f);
	fputc(0x80 | (cp >> 6 & 0x3f), f);
	fputc(0x80 | (cp & 0x3f), f);
}

/* One character of a string; returns how many bytes it takes. */
static size_t clean_char(FILE *f, const char *s, size_t len)
{
	unsigned char c = *s;
	size_t n, i;
	uint32_t cp;

	if (c == '\\' && len > 1) {
		if (s[1] != '\'')
			fputc(c, f);
		fputc(s[1], f);
		return 2;
	}
	if (c < 0x20) {
		fprintf(f, "\\u%04x", c);
		return 1;
	}
	n = utf8_decode(s, len, &cp);
	if (n && (cp < BYTE_FIRST || cp > BYTE_LAST)) {
		fwrite(s, 1, n, f);
		return n;
	}
	n += !n;
	for (i = 0; i < n; i++)
		put_byte(f, s[i]);
	return n;
}

char *details_clean(const char *text, size_t len, size_t *clean_len)
{
	bool in_string = false;
	char *clean = NULL;
	FILE *f = open_memstream(&clean, clean_len);
	size_t i = 0;

	if (!f)
		return NULL;
	while (i < len) {
		if (text[i] == '"')
			in_string = !in_string;
		if (in_string && text[i] != '"')
			i += clean_char(f, text + i, len - i);
		else
			fputc(text[i++], f);
	}
	if (ferror(f) | fclose(f)) {
		free(clean);
		return NULL;
	}
	return clean;
}

/* A number that was given away again is that of another device. */
static bool is_of(const json_t *object, const struct dev *dev)
{
	const json_t *kind = json_object_get(json_object_get(object,
							     "linkinfo"),
					     "info_kind");

	if (!details_is(json_object_get(object, "ifname"), dev->ifname))
		return false;
	return dev->kind ? details_is(kind, dev->kind) : !kind;
}

unsigned int details_attach(struct model *m, const struct netns *ns,
			    const json_t *answer)
{
	unsigned int missing = ns->n_devs;
	const json_t *object;
	const struct dev *dev;
	json_int_t n;
	size_t i;

	for (i = 0; i < json_array_size(answer); i++) {
		object = json_array_get(answer, i);
		n = json_integer_value(json_object_get(object, "ifindex"));
		dev = n > 0 && n <= INT_MAX ? model_dev(m, ns, n) : NULL;
		if (!dev || dev->details || !is_of(object, dev))
			continue;
		m->devs[dev - m->devs].details = object;
		missing--;
	}
	return missing;
}

/* Takes over @answer. */
static int keep(struct details *d, json_t *answer)
{
	json_t **kept = array_add(&d->answers, &d->n, &d->cap);

	if (!kept) {
		json_decref(answer);
		return -ENOMEM;
	}
	*kept = answer;
	return 0;
}

int details_take(struct details *d, struct model *m, const struct netns *ns,
		 const char *text, size_t len)
{
	json_error_t error;
	size_t clean_len;
	json_t *answer;
	char *clean;

	clean = details_clean(text, len, &clean_len);
	if (!clean)
		return -ENOMEM;
	answer = json_loadb(clean, clean_len, 0, &error);
	free(clean);
	if (!json_is_array(answer)) {
		json_decref(answer);
		snprintf(d->why, sizeof(d->why), "not JSON: %s",
			 answer ? "no array" : error.text);
		return -EIO;
	}
	if (keep(d, answer))
		return -ENOMEM;
	m->netns[ns - m->netns].has_details = true;
	d->changed += details_attach(m, ns, answer);
	return 0;
}

static int ask(struct details *d, struct genl *g, struct model *m,
	       const struct netns *ns)
{
	char *argv[6] = { d->ip, "-json", "-details", "link", "show", NULL };
	struct err ignored = { 0 };
	char why[sizeof(d->why)];
	int fd = -1, ret;
	char *text;
	size_t len;

	if (!HAS(ns, NSINFO_A_NETNS_SELF)) {
		fd = fetch_netns_fd(g, ns->id, &ignored);
		if (fd < 0)
			return fd;
	}
	ret = details_run(fd, argv, DETAILS_SIZE, DETAILS_TIMEOUT_MS, &text,
			  &len, why, sizeof(why));
	if (fd >= 0)
		close(fd);
	if (*why && !*d->why)
		memcpy(d->why, why, sizeof(why));
	if (!ret)
		ret = details_take(d, m, ns, text, len);
	free(text);
	return ret;
}

int details_ask(struct details *d, struct genl *g, struct model *m,
		const struct netns *ns)
{
	int ret;

	/* One that is on its way out lets nobody in. */
	if (ns->state != NSINFO_NETNS_STATE_LIVE || !ns->n_devs)
		return 0;
	if (d->late == DETAILS_LATE) {
		d->unasked++;
		return 0;
	}
	ret = ask(d, g, m, ns);
	switch (ret) {
	case 0:
	case -ENOMEM:
		return ret;
	case -ETIME:
		d->late++;
		break;
	case -EPERM:
	case -EACCES:
		d->denied++;
		break;
	case -ENOENT:
		d->changed += ns->n_devs;
		break;
	default:
		d->failed++;
		if (!*d->why)
			snprintf(d->why, sizeof(d->why), "%s", strerror(-ret));
	}
	return 0;
}

static void note(unsigned int n, const char *what, const char *why)
{
	if (!n)
		return;
	fprintf(stderr, "nsinfo: note: no details of %u %s: ", n, what);
	escape_text(stderr, why, strlen(why), false);
	fputc('\n', stderr);
}

void details_tell(const struct details *d)
{
	note(d->late, "netns",
	     "no answer in time, something may hold the kernel's RTNL lock");
	note(d->unasked, "netns", "not asked after that");
	note(d->denied, "netns", "this user may not enter them");
	note(d->failed, "netns", d->why);
	note(d->changed, "devices", "they came or changed meanwhile");
}

void details_free(struct details *d)
{
	while (d->n)
		json_decref(d->answers[--d->n]);
	free(d->answers);
	memset(d, 0, sizeof(*d));
}
