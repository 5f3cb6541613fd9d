// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "cmd/netnsarg.h"
#include "host/nsfile.h"
#include "print/print_names.h"

#define TRIED_PART	60

static struct netnsarg_meaning *add_meaning(struct netnsarg *a, int by,
					    uint64_t value)
{
	struct netnsarg_meaning *m = &a->meaning[a->n++];

	m->key.by = by;
	m->key.value = value;
	m->fd = -1;
	return m;
}

/* Of a long path, how it begins and how it ends: the reason must fit too. */
static void add_tried(struct netnsarg *a, const char *what, const char *why)
{
	size_t used = strlen(a->tried), len = strlen(what);
	char *end = a->tried + used;
	const char *before = used ? ", " : "";

	if (len > 2 * TRIED_PART)
		snprintf(end, sizeof(a->tried) - used, "%s%.*s...%s: %s",
			 before, TRIED_PART, what, what + len - TRIED_PART,
			 why);
	else
		snprintf(end, sizeof(a->tried) - used, "%s%s: %s", before,
			 what, why);
}

/* Decimal digits and nothing else, up to @max. */
static bool read_number(const char *s, uint64_t max, uint64_t *n)
{
	char *end;

	if (!*s || s[strspn(s, "0123456789")])
		return false;
	errno = 0;
	*n = strtoull(s, &end, 10);
	return !errno && *n <= max;
}

/*
 * The netns that lies at @path. Its file stays open, so that the inode number
 * cannot become that of another one. Returns 0 or a negative errno.
 */
static int try_path(struct netnsarg *a, const char *path)
{
	struct netnsarg_meaning *m;
	const char *why;
	uint32_t inum;
	int fd = nsfile_open(path, &inum, &why);

	if (fd < 0) {
		a->denied |= fd == -EACCES || fd == -EPERM;
		add_tried(a, path, why);
		return fd;
	}
	m = add_meaning(a, NETNS_BY_INUM, inum);
	m->fd = fd;
	snprintf(m->what, sizeof(m->what), "%s", path);
	return 0;
}

static int try_proc(struct netnsarg *a, const struct netnsarg_env *env,
		    const char *process)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/ns/net", env->proc, process);
	return try_path(a, path);
}

/* An entry of a names folder, where it is there; "." and ".." are not names. */
static void try_name(struct netnsarg *a, const struct netnsarg_env *env)
{
	const char *const *folder;
	char path[PATH_MAX];

	if (!strcmp(a->arg, ".") || !strcmp(a->arg, ".."))
		return;
	for (folder = env->folders; *folder; folder++) {
		snprintf(path, sizeof(path), "%s/%s", *folder, a->arg);
		try_path(a, path);
	}
}

/* A name that another mount namespace has, or that is hidden in ours. */
static void mean_elsewhere(void *data, const struct name *name)
{
	struct netnsarg *a = data;
	struct netnsarg_meaning *m;
	char where[NAMES_WHERE];
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->meaning[i].key.value == name->inum)
			return;
	if (a->n == NETNSARG_MEANINGS)
		return;
	m = add_meaning(a, NETNS_BY_INUM, name->inum);
	snprintf(m->what, sizeof(m->what), "%.40s%s", a->arg,
		 names_where(name, where));
}

static void mean_number(struct netnsarg *a, int by, uint64_t n)
{
	struct netnsarg_meaning *m = add_meaning(a, by, n);

	snprintf(m->what, sizeof(m->what), "%s %" PRIu64,
		 by == NETNS_BY_ID ? "id" : "inode", n);
}

/* "net:[4026532281]", as readlink shows it. */
static bool read_link(const char *arg, uint64_t *inum)
{
	size_t len = strlen(arg);
	char digits[16];

	if (strncmp(arg, "net:[", 5) || arg[len - 1] != ']' ||
	    len - 6 >= sizeof(digits))
		return false;
	memcpy(digits, arg + 5, len - 6);
	digits[len - 6] = '\0';
	return read_number(digits, UINT32_MAX, inum);
}

static int malformed(const char *arg, const char *form, struct err *err)
{
	return err_usage(err, "netns %s: not of the form %s", arg, form);
}

/* Arguments with a prefix mean one thing only. 1: it has none. */
static int read_prefixed(struct netnsarg *a, const struct netnsarg_env *env,
			 struct err *err)
{
	const char *arg = a->arg;
	uint64_t n;

	if (*arg == '/') {
		try_path(a, arg);
	} else if (!strncmp(arg, "net:", 4)) {
		if (!read_link(arg, &n))
			return malformed(arg, "net:[INODE]", err);
		mean_number(a, NETNS_BY_INUM, n);
	} else if (*arg == ':' || !strncmp(arg, "id:", 3)) {
		/* nsenter --net=:NUMBER has the same number, from Linux 6.18 on. */
		if (!read_number(strchr(arg, ':') + 1, UINT64_MAX, &n))
			return malformed(arg, "id:NUMBER or :NUMBER", err);
		mean_number(a, NETNS_BY_ID, n);
	} else if (!strncmp(arg, "pid:", 4)) {
		if (!read_number(arg + 4, INT_MAX, &n))
			return malformed(arg, "pid:NUMBER", err);
		try_proc(a, env, arg + 4);
	} else {
		return 1;
	}
	return 0;
}

/* What the process of this number is in, if the number means nothing else. */
static void mean_process(struct netnsarg *a, const struct netnsarg_env *env,
			 uint64_t pid)
{
	size_t n = a->n;

	if (pid <= INT_MAX && !try_proc(a, env, a->arg))
		a->meaning[n].otherwise = true;
}

/*
 * A bare word may be a keyword, an inode number or a name, or several; and a
 * process, as ip -n takes it.
 */
static void read_word(struct netnsarg *a, const struct netnsarg_env *env)
{
	struct netnsarg_meaning *m;
	bool digits;
	uint64_t n;

	digits = read_number(a->arg, UINT32_MAX, &n);
	if (!strcmp(a->arg, "self")) {
		try_proc(a, env, "self");
	} else if (!strcmp(a->arg, "init")) {
		m = add_meaning(a, NETNS_IS_INIT, 0);
		snprintf(m->what, sizeof(m->what), "the first netns");
	} else if (digits) {
		mean_number(a, NETNS_BY_INUM, n);
	}
	try_name(a, env);
	if (digits)
		mean_process(a, env, n);
}

const char *netnsarg_not_a_name(const char *name)
{
	static const char *const prefixes[] = { ":", "id:", "pid:", "net:" };
	size_t i;

	if (!*name || !strcmp(name, ".") || !strcmp(name, "..") ||
	    strchr(name, '/') || strlen(name) > NAME_MAX)
		return "cannot be a name";
	if (!strcmp(name, "self") || !strcmp(name, "init"))
		return "cannot be a name: this word means a netns already";
	for (i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return "cannot be a name: what begins like this is read as a number";
	if (!name[strspn(name, "0123456789")])
		return "cannot be a name: digits are read as an inode number";
	return NULL;
}

static int nothing(const struct netnsarg *a, struct err *err)
{
	if (a->denied)
		return err_set(err, EACCES,
			       "netns %s: no permission: tried %s: try it as root",
			       a->arg, a->tried);
	return err_set(err, ENOENT, "netns %s: not found: tried %s", a->arg,
		       *a->tried ? a->tried : "nothing of that name");
}

int netnsarg_read(struct netnsarg *a, const char *arg,
		  const struct netnsarg_env *env, struct err *err)
{
	int ret;

	memset(a, 0, sizeof(*a));
	a->arg = arg;
	if (!*arg)
		return malformed("''", "NAME (see nsinfo --help)", err);
	ret = read_prefixed(a, env, err);
	if (ret < 0)
		return ret;
	if (ret && strchr(arg, '/'))
		return malformed(arg, "/PATH (a path must begin with '/')",
				 err);
	if (ret)
		read_word(a, env);
	if (ret && !a->n && env->elsewhere &&
	    env->elsewhere(arg, mean_elsewhere, a))
		return err_no_memory(err);
	return a->n ? 0 : nothing(a, err);
}

void netnsarg_close(struct netnsarg *a)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->meaning[i].fd >= 0)
			close(a->meaning[i].fd);
	a->n = 0;
}

static int ambiguous(const struct netnsarg *a,
		     const struct netnsarg_meaning *one, uint64_t one_id,
		     const struct netnsarg_meaning *other, uint64_t other_id,
		     struct err *err)
{
	return err_set(err, EEXIST,
		       "netns %s: ambiguous: %s is id:%" PRIu64 ", %s is id:%" PRIu64 ": say which, as a path or as id:N",
		       a->arg, one->what, one_id, other->what, other_id);
}

int netnsarg_resolve(struct netnsarg *a, netnsarg_find find, void *data,
		     uint64_t *id, struct err *err)
{
	const struct netnsarg_meaning *chosen = NULL;
	struct netnsarg rest = *a;
	uint64_t found;
	size_t i;
	int ret;

	for (i = 0; i < a->n; i++) {
		const struct netnsarg_meaning *m = &a->meaning[i];

		ret = find(data, &m->key, &found, err);
		if (ret == -ENOENT) {
			add_tried(&rest, m->what,
				  "not there, or not visible to this user");
			continue;
		}
		if (ret)
			return ret;
		if (chosen && m->otherwise) {
			a->process_id = found != *id ? found : 0;
			continue;
		}
		if (chosen && found != *id)
			return ambiguous(a, chosen, *id, m, found, err);
		chosen = m;
		*id = found;
	}
	return chosen ? 0 : nothing(&rest, err);
}
