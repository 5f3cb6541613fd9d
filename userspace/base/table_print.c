// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/table_cells.h"
#include "base/table_fit.h"

static int print_raw(const struct table *t, FILE *f,
		     const struct table_how *how)
{
	const struct table_row *row;
	char *text;
	size_t i;

	for (i = 0; i < t->n_shown && !how->noheadings; i++)
		fprintf(f, "%s%c", t->columns[t->shown[i]].name,
			i + 1 < t->n_shown ? ' ' : '\n');
	for (row = t->rows; row; row = row->next) {
		for (i = 0; i < t->n_shown; i++) {
			text = table_cell_text(&row->cells[i], how);
			if (!text)
				return -ENOMEM;
			fprintf(f, "%s%c", text,
				i + 1 < t->n_shown ? ' ' : '\n');
			free(text);
		}
	}
	return 0;
}

/* Where a line of text is, and the blanks that are due before more of it. */
struct line {
	FILE *f;
	size_t blanks;
};

static void put(struct line *l, const char *s, size_t len)
{
	size_t kept = len;

	while (kept && s[kept - 1] == ' ')
		kept--;
	if (kept) {
		for (; l->blanks; l->blanks--)
			putc_unlocked(' ', l->f);
		fwrite_unlocked(s, 1, kept, l->f);
	}
	l->blanks += len - kept;
}

/* Blanks at its end would be nothing to see. */
static void end_line(struct line *l)
{
	putc_unlocked('\n', l->f);
	l->blanks = 0;
}

/* The lines of the tree down to a row. Returns the columns that it takes. */
static size_t put_tree(struct line *l, const struct table_row *row,
		       bool is_above, bool utf8)
{
	bool last;
	size_t width;
	const char *s;

	if (!row->parent)
		return 0;
	width = put_tree(l, row->parent, true, utf8) + 2;
	last = row->parent->last_child == row;
	if (is_above)
		s = last ? "  " : utf8 ? "│ " : "| ";
	else if (last)
		s = utf8 ? "└─" : "`-";
	else
		s = utf8 ? "├─" : "|-";
	put(l, s, strlen(s));
	return width;
}

/* A cell, with one blank to the next. */
static void put_cell(struct line *l, const char *text, size_t width,
		     bool right)
{
	size_t columns = texts_columns(text);
	size_t pad = width > columns ? width - columns : 0;

	if (right)
		l->blanks += pad;
	put(l, text, strlen(text));
	l->blanks += (right ? 0 : pad) + 1;
}

static bool is_tree(const struct table *t)
{
	const struct table_row *row;

	for (row = t->rows; row; row = row->next)
		if (row->parent)
			return true;
	return false;
}

/* Cells are safe to print and fit already. */
static void lay_out(const struct table *t, FILE *f, const struct texts *all,
		    const struct table_how *how)
{
	const struct table_row *row;
	struct line l = { f, 0 };
	char **text = all->text;
	bool right[TABLE_COLUMNS];
	size_t i, used;

	for (i = 0; i < t->n_shown; i++)
		right[i] = t->columns[t->shown[i]].flags & TABLE_RIGHT &&
			   (i || !is_tree(t));
	for (i = 0; i < t->n_shown && !how->noheadings; i++)
		put_cell(&l, t->columns[t->shown[i]].name, all->width[i],
			 right[i]);
	if (!how->noheadings)
		end_line(&l);
	for (row = t->rows; row; row = row->next) {
		used = put_tree(&l, row, false, how->utf8);
		for (i = 0; i < t->n_shown; i++, used = 0)
			put_cell(&l, *text++, all->width[i] - used, right[i]);
		end_line(&l);
	}
}

static int print_text(const struct table *t, FILE *f,
		      const struct table_how *how)
{
	struct texts all = { 0 };
	int ret = 0;

	if (!t->rows)
		return 0;
	ret = texts_make(&all, t, how);
	if (!ret)
		lay_out(t, f, &all, how);
	texts_free(&all);
	return ret;
}

int table_print(const struct table *t, FILE *f, const struct table_how *how)
{
	if (t->no_memory)
		return -ENOMEM;
	return how->raw ? print_raw(t, f, how) : print_text(t, f, how);
}
