// SPDX-License-Identifier: GPL-2.0
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shell.h"
#include "host/uncover.h"
#include "model/advice.h"

struct script {
	FILE *out;
	bool failed;			/* a path cannot be quoted */
	unsigned int steps;
};

static void step(struct script *s, const char *command, const char *path)
{
	char word[2 * PATH_MAX];

	s->failed |= !shell_quote(word, sizeof(word), path);
	fprintf(s->out, "%s%s %s", s->steps++ ? " && " : "", command, word);
}

/* How many mounts lie on @m, one on the other, at the same path. */
static unsigned int count_above(const struct mount_table *t,
				const struct mount *m)
{
	struct mount **on;
	unsigned int above = 0;
	size_t i, n;

	do {
		on = mount_table_on(t, m, 0, &n);
		for (i = 0; i < n && strcmp(on[i]->path, m->path); i++)
			;
		if (i < n)
			m = on[i];
		above += i < n;
	} while (i < n && above < t->n);
	return above;
}

static void take_away(struct script *s, const struct mount_table *t,
		      const struct mount *m)
{
	unsigned int n;

	for (n = count_above(t, m) + 1; n; n--)
		step(s, ADVICE_UNCOVER, m->path);
}

static bool is_on_the_way(const struct mount *x, const struct mount *m)
{
	return x != m && mount_is_below(x->path, m->path) &&
	       strcmp(x->path, "/");
}

/* What is met on the way from the parent of @m and is not a part of the way. */
static void clear_last(struct script *s, const struct mount_table *t,
		       const struct mount *m)
{
	struct mount **on;
	size_t i, n;

	on = mount_table_on(t, m->parent, m->parent_id, &n);
	for (i = 0; i < n; i++)
		if (is_on_the_way(on[i], m))
			take_away(s, t, on[i]);
}

/* The same from the root, however many mounts are on each other. */
static void clear_way(struct script *s, const struct mount_table *t,
		      const struct mount *m)
{
	struct mount **way = t->scratch, *up;
	size_t n = 0;

	for (up = m->parent; up; up = up->parent)
		way[n++] = up;
	while (n)
		clear_last(s, t, way[--n]);
	clear_last(s, t, m);
}

static char *script_for(const struct mount_table *t, const struct mount *m,
			bool *detour)
{
	struct script s = { 0 };
	char *text = NULL;
	size_t len;

	s.out = open_memstream(&text, &len);
	if (!s.out)
		return NULL;
	clear_way(&s, t, m);
	*detour = s.steps;
	take_away(&s, t, m);
	step(&s, "rm", m->path);
	if (fclose(s.out) || s.failed) {
		free(text);
		return NULL;
	}
	return text;
}

char *uncover_command(const struct mount_table *t, const struct mount *m)
{
	char *script, *command = NULL, *quoted;
	bool detour = false;
	size_t size;

	script = script_for(t, m, &detour);
	if (!script || !detour)
		return script;
	size = 6 * strlen(script) + 8;
	quoted = malloc(size);
	if (quoted && shell_quote(quoted, size, script) &&
	    asprintf(&command, ADVICE_UNCOVER_INSIDE " %s", quoted) < 0)
		command = NULL;
	free(quoted);
	free(script);
	return command;
}
