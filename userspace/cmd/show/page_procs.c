// SPDX-License-Identifier: GPL-2.0
/* Processes on the page: those that share all their namespaces together. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "cmd/show/show.h"

/* More processes than this in one group are told by their number. */
#define MANY	20
/* Likewise of groups. */
#define MANY_SETS	10

static bool same(const struct show_nsset *a, const struct show_nsset *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/*
 * "mnt 4026532290  the others as process 1", or as ours where process 1 is
 * hidden from us.
 */
static void put_set(struct text *t, const struct show *s,
		    const struct show_nsset *set)
{
	bool init = show_knows(&s->init);
	const struct show_nsset *usual = init ? &s->init : &s->self;
	int i, own = 0, as_usual = 0;

	for (i = 0; i < SHOW_NS; i++) {
		as_usual += set->ns[i] && set->ns[i] == usual->ns[i];
		if (!set->ns[i] || set->ns[i] == usual->ns[i])
			continue;
		own++;
		text_add(t, "%s %" PRIu32 "%s", show_ns_names[i], set->ns[i],
			 set->ns[i] == s->self.ns[i] ? " (ours)" : "");
		text_put(t);
	}
	if (as_usual)
		text_add(t, "%s as %s", own ? "the others" : "namespaces",
			 init ? "process 1" : "ours");
	text_put(t);
}

/* How many bytes of @s take no more than @room columns. */
static size_t fitting(const struct text *t, const char *s, size_t room)
{
	size_t len = strlen(s), takes;

	while ((takes = escape_text(NULL, s, len, t->how->utf8)) > room) {
		/* A byte takes up to four, as \xHH. */
		len -= (takes - room + 3) / 4;
		while (len && (s[len] & 0xc0) == 0x80)
			len--;
	}
	return len;
}

/* @s, and no more of it than fits behind what is on the line. */
static void put_cut(struct text *t, const char *s)
{
	size_t at = t->column + t->gap, room, len;
	char *part;

	room = t->how->width > at + 20 ? t->how->width - at : 20;
	len = fitting(t, s, room);
	if (s[len])
		len = fitting(t, s, room - 3);
	part = strndup(s, len);
	if (!part) {
		t->no_memory = true;
		return;
	}
	text_foreign(t, PLAIN, part);
	if (s[len])
		text_add(t, "...");
	text_put(t);
	free(part);
}

static size_t digits(uint32_t n)
{
	return snprintf(NULL, 0, "%" PRIu32, n);
}

struct columns {
	size_t pid;
	size_t user;
};

static struct columns measure(const struct text *t, const struct show_proc *p,
			      size_t n)
{
	struct columns c = { 0 };
	size_t i, len;

	for (i = 0; i < n; i++) {
		if (digits(p[i].task->tid) > c.pid)
			c.pid = digits(p[i].task->tid);
		len = p[i].user ? escape_text(NULL, p[i].user,
					      strlen(p[i].user), t->how->utf8) :
				  digits(p[i].task->uid);
		if (len > c.user && len <= 20)
			c.user = len;
	}
	return c;
}

static void put_user(struct text *t, const struct show_proc *p, size_t width)
{
	if (p->user)
		text_foreign(t, PLAIN, p->user);
	else if (show_has_uid(p->task))
		text_add(t, "%" PRIu32, p->task->uid);
	else
		text_add(t, "?");
	text_put_padded(t, width);
}

static void put_proc(struct text *t, const struct show_proc *p,
		     const struct columns *c)
{
	const struct task *task = p->task;

	show_line(t);
	t->indent += 4;
	if (task->tid)
		text_add(t, "  %*" PRIu32, (int)c->pid, task->tid);
	else
		text_add(t, "  %*s", (int)c->pid, "?");
	text_put(t);
	put_user(t, p, c->user);
	if (IS_THREAD(task)) {
		text_add(t, "of process %" PRIu32, task->pid);
		text_put(t);
	}
	if (p->threads > 1) {
		text_add(t, "%" PRIu32 " threads", p->threads);
		text_put(t);
	}
	if (task->command || task->comm)
		put_cut(t, task->command ? task->command : task->comm);
	text_end_line(t);
}

static bool is_new_group(const struct show_proc *p, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (same(&p[k].set, &p[i].set))
			return false;
	return true;
}

/*
 * Kernel threads have no command line, but a name of which theirs as a task is
 * the beginning; so has what was started with no arguments.
 */
static bool is_dull(const struct show_proc *p)
{
	const struct task *task = p->task;

	return task->command && task->comm &&
	       !strncmp(task->command, task->comm, strlen(task->comm)) &&
	       !strchr(task->command, ' ');
}

static void put_group(struct text *t, const struct show *s,
		      const struct show_proc *p, size_t n, size_t first,
		      const struct columns *c)
{
	size_t i, shown = 0, more = 0;
	int dull;

	if (show_knows(&p[first].set)) {
		show_line(t);
		put_set(t, s, &p[first].set);
		text_end_line(t);
	}
	for (dull = 0; dull < 2; dull++) {
		for (i = first; i < n; i++) {
			if (is_dull(&p[i]) != dull ||
			    !same(&p[first].set, &p[i].set))
				continue;
			if (shown++ < MANY)
				put_proc(t, &p[i], c);
			else
				more++;
		}
	}
	if (!more)
		return;
	show_line(t);
	text_add(t, "  and %zu more (with --json, all of them)", more);
	text_put(t);
	text_end_line(t);
}

static void put_groups(struct text *t, const struct show *s,
		       const struct show_proc *p, size_t n)
{
	struct columns c = measure(t, p, n);
	size_t i, sets = 0;

	for (i = 0; i < n; i++)
		if (is_new_group(p, i) && ++sets <= MANY_SETS)
			put_group(t, s, p, n, i, &c);
	if (sets <= MANY_SETS)
		return;
	show_line(t);
	text_add(t, "and %zu more sets of namespaces (with --json, all of them)",
		 sets - MANY_SETS);
	text_put(t);
	text_end_line(t);
}

void show_put_procs(struct text *t, const struct show *s)
{
	struct task_counts counts = model_count_tasks(t->m, s->ns);

	if (t->m->has_tasks || counts.threads) {
		show_label(t, "processes");
		text_add(t, "%" PRIu32, counts.processes);
		text_put(t);
		if (counts.threads > counts.processes) {
			text_add(t, "%" PRIu32 " threads", counts.threads);
			text_put(t);
		}
		text_end_line(t);
	}
	put_groups(t, s, s->procs, s->n_procs);
	if (!s->n_strays)
		return;
	show_label(t, "threads");
	text_add(t, "%zu of processes elsewhere", s->n_strays);
	text_put(t);
	text_end_line(t);
	put_groups(t, s, s->strays, s->n_strays);
}
