// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/table_cells.h"
#include "base/table_fit.h"

void texts_free(struct texts *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		free(all->text[i]);
	free(all->text);
}

/* Bytes of the first character of @s, or of what is shown in its place. */
static size_t unit(const char *s, size_t *columns)
{
	uint32_t cp;
	size_t n;

	if (!strncmp(s, "\\x", 2))
		return *columns = 4;
	if (!strncmp(s, "\\\\", 2))
		return *columns = 2;
	n = utf8_decode(s, strlen(s), &cp);
	*columns = n ? utf8_columns(cp) : 1;
	return n ? n : 1;
}

size_t texts_columns(const char *s)
{
	size_t sum = escape_plain(s, strlen(s)), columns;

	for (s += sum; *s; sum += columns)
		s += unit(s, &columns);
	return sum;
}

/* Cut @s to that width, with a mark at its end. */
static void cut_text(char *s, size_t width, bool utf8)
{
	const char *mark = utf8 ? "…" : "+";
	size_t used = 0, columns, n;
	char *end = s;

	if (texts_columns(s) <= width || !width)
		return;
	for (;;) {
		n = unit(end, &columns);
		if (used + columns > width - 1)
			break;
		used += columns;
		end += n;
	}
	/* Something of two columns or more, or of three bytes, is cut off. */
	if (strlen(end) < strlen(mark))
		mark = "+";
	memcpy(end, mark, strlen(mark) + 1);
}

static size_t depth_of(const struct table_row *row)
{
	size_t depth = 0;

	while ((row = row->parent))
		depth++;
	return depth;
}

static int make_texts(struct texts *all, const struct table *t,
		      const struct table_how *how)
{
	const struct table_row *row;
	size_t i, rows = 0;

	for (row = t->rows; row; row = row->next)
		rows++;
	all->text = calloc(rows * t->n_shown + 1, sizeof(*all->text));
	if (!all->text)
		return -ENOMEM;
	for (row = t->rows; row; row = row->next) {
		for (i = 0; i < t->n_shown; i++) {
			char *text = table_cell_text(&row->cells[i], how);

			if (!text)
				return -ENOMEM;
			all->text[all->n++] = text;
		}
	}
	return 0;
}

/* How wide each column has to be. */
static void measure(struct texts *all, const struct table *t)
{
	const struct table_row *row;
	char **text = all->text;
	size_t i, width;

	for (i = 0; i < t->n_shown; i++)
		all->width[i] = strlen(t->columns[t->shown[i]].name);
	for (row = t->rows; row; row = row->next) {
		for (i = 0; i < t->n_shown; i++) {
			width = texts_columns(*text++) +
				(i ? 0 : 2 * depth_of(row));
			if (all->width[i] < width)
				all->width[i] = width;
		}
	}
}

/* The last of the widest that may still be cut; -1 if there is none. */
static int widest(const struct table *t, const size_t *width)
{
	int found = -1;
	size_t i;

	for (i = 0; i < t->n_shown; i++) {
		const struct table_column *c = &t->columns[t->shown[i]];

		if (c->flags & TABLE_CUT && width[i] > strlen(c->name) &&
		    (found < 0 || width[i] >= width[found]))
			found = i;
	}
	return found;
}

/* Take from those that have most, until all fit on the screen. */
static void cut(struct texts *all, const struct table *t,
		const struct table_how *how)
{
	size_t i, sum = t->n_shown - 1;
	int at;

	for (i = 0; i < t->n_shown; i++)
		sum += all->width[i];
	for (; sum > how->width; sum--) {
		at = widest(t, all->width);
		if (at < 0)
			break;
		all->width[at]--;
	}
	for (i = 0; i < all->n; i++)
		if (t->columns[t->shown[i % t->n_shown]].flags & TABLE_CUT)
			cut_text(all->text[i], all->width[i % t->n_shown],
				 how->utf8);
}

int texts_make(struct texts *all, const struct table *t,
	       const struct table_how *how)
{
	int ret = make_texts(all, t, how);

	if (ret)
		return ret;
	measure(all, t);
	if (how->width) {
		cut(all, t, how);
		measure(all, t);
	}
	return 0;
}
