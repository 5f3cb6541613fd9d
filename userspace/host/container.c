// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "host/container.h"

#define NAME_SIZE	256		/* the kernel allows no longer one */
#define HASH_LEN	64
#define BUILD_LEN	25

/* A path as it is read, one name after the other. */
struct path {
	const char *at;
	const char *end;
	unsigned int level;		/* of the container that is wanted */
	char name[NAME_SIZE];		/* as it is */
	char plain[NAME_SIZE];		/* without systemd's \x2d and the like */
	char before[NAME_SIZE];		/* the one above, plain */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void unescape(char *to, const char *s)
{
	while (*s) {
		if (s[0] == '\\' && s[1] == 'x' && hex_digit(s[2]) >= 0 &&
		    hex_digit(s[3]) >= 0 && (s[2] != '0' || s[3] != '0')) {
			*to++ = hex_digit(s[2]) << 4 | hex_digit(s[3]);
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

static bool next_name(struct path *p)
{
	size_t len, kept;

	while (p->at < p->end && *p->at == '/')
		p->at++;
	for (len = 0; p->at + len < p->end && p->at[len] != '/'; len++)
		;
	kept = len < NAME_SIZE ? len : NAME_SIZE - 1;
	memcpy(p->before, p->plain, NAME_SIZE);
	memcpy(p->name, p->at, kept);
	p->name[kept] = '\0';
	unescape(p->plain, p->name);
	p->at += len;
	return len;
}

static bool starts_with(const char *s, const char *start)
{
	return !strncmp(s, start, strlen(start));
}

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), end_len = strlen(end);

	return len > end_len && !strcmp(s + len - end_len, end);
}

/* What the engines call a container: a SHA-256 in hexadecimal digits. */
static bool is_hash(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && hex_digit(s[i]) >= 0; i++)
		;
	return len == HASH_LEN && i == len;
}

/* What BuildKit calls a step: a random number with the base 36. */
static bool is_build(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && (is_digit(s[i]) || (s[i] >= 'a' && s[i] <= 'z'));
	     i++)
		;
	return len == BUILD_LEN && i == len;
}

static bool set(struct container *c, const char *runtime, const char *id,
		size_t len)
{
	if (!len)
		return false;
	snprintf(c->runtime, sizeof(c->runtime), "%s", runtime);
	if (len >= sizeof(c->id))
		len = sizeof(c->id) - 1;
	memcpy(c->id, id, len);
	c->id[len] = '\0';
	return true;
}

/*
 * The uid of a pod: "pod<uid>", or "…kubepods-burstable-pod<uid>.slice" with
 * _ for -. That of a static pod is 32 digits without any.
 */
static void read_pod(const struct path *p, struct container *c)
{
	const char *s = starts_with(p->plain, "pod") ? p->plain :
						       strstr(p->plain, "-pod");
	size_t len, i;

	if (!s)
		return;
	s += *s == '-' ? 4 : 3;
	len = strspn(s, "0123456789abcdef-_");
	if ((len != 36 && len != 32) ||
	    (s[len] && !starts_with(s + len, ".slice")))
		return;
	for (i = 0; i < len; i++)
		c->pod[i] = s[i] == '_' ? '-' : s[i];
	c->pod[len] = '\0';
}

static const struct engine {
	const char *prefix;
	const char *runtime;
} engines[] = {
	{ "docker", "docker" },
	{ "cri-containerd", "containerd" },
	{ "nerdctl", "containerd" },
	{ "crio", "crio" },
	{ "libpod", "podman" },
	{ "libpod-payload", "podman" },
};

/*
 * "docker-<id>.scope" by systemd, "libpod-<id>" without; "SLICE:crio:<id>"
 * where engine and kubelet disagree on who makes the cgroups. The watchers,
 * such as "libpod-conmon-<id>.scope", are not in the container.
 */
static bool read_prefixed(const struct path *p, struct container *c)
{
	const char *colon = strchr(p->plain, ':');
	const char *s = colon ? colon + 1 : p->plain, *id;
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(engines); i++) {
		len = strlen(engines[i].prefix);
		if (!starts_with(s, engines[i].prefix) ||
		    (s[len] != '-' && s[len] != ':'))
			continue;
		id = s + len + 1;
		len = strcspn(id, ".");
		if ((!id[len] || !strcmp(id + len, ".scope")) &&
		    (is_hash(id, len) || is_build(id, len)))
			return set(c, engines[i].runtime, id, len);
	}
	return false;
}

/* A bare id. The name above tells by whom, if anything does. */
static bool read_bare(const struct path *p, struct container *c)
{
	size_t len = strlen(p->plain);

	if (is_build(p->plain, len) && !strcmp(p->before, "buildkit"))
		return set(c, "buildkit", p->plain, len);
	if (!is_hash(p->plain, len))
		return false;
	if (!strcmp(p->before, "docker"))
		return set(c, "docker", p->plain, len);
	if (starts_with(p->before, "pod"))
		return set(c, "cri", p->plain, len);
	if (!strcmp(p->before, "default") || !strcmp(p->before, "k8s.io"))
		return set(c, "containerd", p->plain, len);
	return set(c, "oci", p->plain, len);
}

static bool read_lxc(const struct path *p, struct container *c)
{
	const char *name = p->plain;

	if (starts_with(name, "lxc.payload."))
		name += strlen("lxc.payload.");
	else if (strcmp(p->before, "lxc") && strcmp(p->before, "lxc.payload"))
		return false;
	return set(c, "lxc", name, strlen(name));
}

/* "systemd-nspawn@NAME.service"; its watcher is in "supervisor" below it. */
static bool read_nspawn(const struct path *p, struct container *c)
{
	const char *name = p->plain + strlen("systemd-nspawn@");

	if (!starts_with(p->plain, "systemd-nspawn@") ||
	    !ends_with(name, ".service") ||
	    starts_with(p->at, "/supervisor"))
		return false;
	return set(c, "nspawn", name, strlen(name) - strlen(".service"));
}

/*
 * "machine-NAME.scope" is nspawn's when a person started it, but also
 * "machine-lxc-1234-NAME.scope" and "machine-qemu-1-NAME.scope" by libvirt,
 * of which the latter is a whole machine.
 */
static bool read_machine(const struct path *p, struct container *c)
{
	const char *name = p->plain + strlen("machine-");
	const char *runtime = "nspawn";

	if (!starts_with(p->plain, "machine-") || !ends_with(name, ".scope") ||
	    starts_with(name, "qemu-"))
		return false;
	if (starts_with(name, "lxc-") && is_digit(name[4])) {
		runtime = "lxc";
		name += 4 + strspn(name + 4, "0123456789");
		name += *name == '-';
	}
	return set(c, runtime, name, strlen(name) - strlen(".scope"));
}

/* Read on to the next container; false at the end. */
static bool next_container(struct path *p, struct container *c)
{
	while (next_name(p)) {
		read_pod(p, c);
		if (read_prefixed(p, c) || read_bare(p, c) || read_lxc(p, c) ||
		    read_nspawn(p, c) || read_machine(p, c))
			return true;
	}
	return false;
}

/*
 * The innermost container is the one that the process is in; pods below it
 * are its business.
 */
static bool read_container(struct path p, struct container *c)
{
	struct path again = p;
	unsigned int n = 0;

	while (next_container(&again, c))
		n++;
	if (n <= p.level)
		return false;
	if (!p.level)
		return true;
	memset(c, 0, sizeof(*c));
	for (; n > p.level; n--)
		next_container(&p, c);
	return true;
}

/* A service of the system, which may well have a netns of its own. */
static bool read_unit(struct path p, struct container *c)
{
	bool found = false;

	while (next_name(&p)) {
		if (!strcmp(p.name, "user.slice"))
			return false;
		if (ends_with(p.name, ".service"))
			found = set(c, "systemd", p.name, strlen(p.name));
	}
	return found;
}

/* "HIERARCHY:CONTROLLERS:/PATH", for a cgroup that was deleted with a word. */
static bool read_line(const char *line, size_t len, unsigned int level,
		      struct container *c,
		      bool (*read)(struct path p, struct container *c))
{
	static const char deleted[] = " (deleted)";
	struct path p = { .end = line + len, .level = level };
	size_t word = strlen(deleted);

	p.at = memchr(line, ':', len);
	if (p.at)
		p.at = memchr(p.at + 1, ':', p.end - p.at - 1);
	if (!p.at)
		return false;
	p.at++;
	if ((size_t)(p.end - p.at) > word &&
	    !memcmp(p.end - word, deleted, word))
		p.end -= word;
	memset(c, 0, sizeof(*c));
	return read(p, c);
}

static bool read_lines(const char *cgroup, unsigned int level,
		       struct container *c,
		       bool (*read)(struct path p, struct container *c))
{
	size_t len;

	for (; *cgroup; cgroup += len + !!cgroup[len]) {
		len = strcspn(cgroup, "\n");
		if (read_line(cgroup, len, level, c, read))
			return true;
	}
	return false;
}

bool container_parse(const char *cgroup, struct container *c)
{
	return read_lines(cgroup, 0, c, read_container) ||
	       read_lines(cgroup, 0, c, read_unit);
}

bool container_parse_outer(const char *cgroup, unsigned int level,
			   struct container *c)
{
	return level ? read_lines(cgroup, level, c, read_container) :
		       container_parse(cgroup, c);
}

void container_word(const struct container *c, char *buf, size_t size)
{
	snprintf(buf, size, "%s:%s", c->runtime, c->id);
}

const char *container_shown(const char *word, char *buf)
{
	const char *id = word ? strchr(word, ':') : NULL;

	if (!id || !is_hash(id + 1, strlen(id + 1)))
		return word;
	snprintf(buf, CONTAINER_WORD, "%.*s", (int)(id + 1 - word) + 12, word);
	return buf;
}
