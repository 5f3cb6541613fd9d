// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "base/json.h"
#include "cmd/identify/identify.h"
#include "host/container.h"
#include "print/print_names.h"

struct out {
	FILE *f;
	const struct model *m;
	const struct render *how;
};

static const struct name *names_of(const struct out *o,
				   const struct identified *one, size_t *n)
{
	const struct netns *ns = model_netns(o->m, one->netns_id);

	if (ns)
		return model_names(o->m, ns, n);
	return model_inum_names(o->m, one->netns_inum, n);
}

/* What it can be called on the command line: the shortest name, or init. */
static const char *best_name(const struct out *o, const struct identified *one)
{
	const struct netns *ns = model_netns(o->m, one->netns_id);
	const struct name *name;
	const char *best;
	size_t n;

	name = names_of(o, one, &n);
	best = names_best(name, n);
	if (best)
		return best;
	return ns && HAS(ns, NSINFO_A_NETNS_INIT) ? "init" : "-";
}

static void foreign(const struct out *o, const char *s)
{
	escape_text(o->f, s, strlen(s), o->how->utf8);
}

/* One word of a line. */
static void foreign_word(const struct out *o, const char *s)
{
	size_t n;

	for (; *s; s += n) {
		n = strcspn(s, " ");
		escape_text(o->f, s, n, o->how->utf8);
		for (; s[n] == ' '; n++)
			fputs("\\x20", o->f);
	}
}

static void put_names(const struct out *o, const struct identified *one)
{
	char where[NAMES_WHERE];
	const struct name *name;
	size_t i, n;

	name = names_of(o, one, &n);
	if (!n)
		return;
	fputs("  names       ", o->f);
	for (i = 0; i < n; i++) {
		fputs(i ? "  " : "", o->f);
		foreign(o, name[i].path);
		fputs(names_where(&name[i], where), o->f);
	}
	fputc('\n', o->f);
}

/* The widest of two lines of four, so that all fits 80 columns. */
static void put_namespaces(const struct out *o, const struct identified *one)
{
	int i, n = 0;

	for (i = 0; i < IDENTIFY_NAMESPACES; i++) {
		if (!one->ns[i])
			continue;
		if (n % 4 == 0)
			fprintf(o->f, "%s  %-12s", n ? "\n" : "",
				n ? "" : "namespaces");
		else
			fputs("  ", o->f);
		fprintf(o->f, "%s %" PRIu32, identify_namespaces[i],
			one->ns[i]);
		n++;
	}
	fputs(n ? "\n" : "", o->f);
}

static void put_word(const struct out *o, const char *label, const char *word)
{
	if (!*word)
		return;
	fprintf(o->f, "  %-12s", label);
	foreign(o, word);
	fputc('\n', o->f);
}

/* A line for scripts, whose last word may have blanks; details below it. */
static void put_text(const struct out *o, const struct identified *one)
{
	char buf[CONTAINER_WORD];

	fprintf(o->f, "%" PRIu32 " %" PRIu32 " ", one->tid, one->netns_inum);
	foreign_word(o, best_name(o, one));
	fputc(' ', o->f);
	foreign(o, one->comm);
	fputc('\n', o->f);
	if (one->netns_id)
		fprintf(o->f, "  id          %" PRIu64 "\n", one->netns_id);
	if (one->tid != one->pid)
		fprintf(o->f, "  thread of   %" PRIu32 "\n", one->pid);
	put_names(o, one);
	put_word(o, "container", container_shown(one->container, buf));
	put_word(o, "pod", one->pod);
	put_namespaces(o, one);
}

int render_identify_text(FILE *f, const struct model *m,
			 const struct identified *all, size_t n,
			 const struct render *how)
{
	struct out o = { f, m, how };
	size_t i;

	for (i = 0; i < n; i++)
		put_text(&o, &all[i]);
	return 0;
}

static void put_json_names(struct json *j, const struct out *o,
			   const struct identified *one)
{
	const struct name *name;
	size_t n;

	name = names_of(o, one, &n);
	json_names(j, name, n);
}

static void put_json(struct json *j, const struct out *o,
		     const struct identified *one)
{
	int i;

	json_object(j, NULL);
	json_uint(j, "pid", one->pid);
	if (one->tid != one->pid)
		json_uint(j, "tid", one->tid);
	json_string(j, "comm", one->comm);
	json_uint(j, "ns", one->netns_inum);
	if (one->netns_id)
		json_uint(j, "id", one->netns_id);
	put_json_names(j, o, one);
	if (*one->container)
		json_string(j, "container", one->container);
	if (*one->pod)
		json_string(j, "pod", one->pod);
	json_object(j, "namespaces");
	for (i = 0; i < IDENTIFY_NAMESPACES; i++)
		if (one->ns[i])
			json_uint(j, identify_namespaces[i], one->ns[i]);
	json_object_end(j);
	json_object_end(j);
}

int render_identify_json(FILE *f, const struct model *m,
			 const struct identified *all, size_t n,
			 const struct render *how)
{
	struct out o = { f, m, how };
	struct json j;
	size_t i;

	json_start(&j, f, how->pretty);
	json_object(&j, NULL);
	json_array(&j, "processes");
	for (i = 0; i < n; i++)
		put_json(&j, &o, &all[i]);
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
	return 0;
}
