// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <libsmartcols.h>
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

static int set_symbols(struct libscols_table *tb, bool utf8)
{
	struct libscols_symbols *sy = scols_new_symbols();
	int ret;

	if (!sy)
		return -ENOMEM;
	ret = scols_symbols_set_branch(sy, utf8 ? "├─" : "|-") ||
	      scols_symbols_set_vertical(sy, utf8 ? "│ " : "| ") ||
	      scols_symbols_set_right(sy, utf8 ? "└─" : "`-") ||
	      scols_table_set_symbols(tb, sy);
	scols_unref_symbols(sy);
	return ret ? -ENOMEM : 0;
}

static bool is_tree(const struct table *t)
{
	const struct table_row *row;

	for (row = t->rows; row; row = row->next)
		if (row->parent)
			return true;
	return false;
}

static int add_columns(const struct table *t, struct libscols_table *tb)
{
	bool tree = is_tree(t);
	size_t i;

	for (i = 0; i < t->n_shown; i++) {
		const struct table_column *c = &t->columns[t->shown[i]];
		int flags = 0;

		if (!i && tree)
			flags = SCOLS_FL_TREE;
		else if (c->flags & TABLE_RIGHT)
			flags = SCOLS_FL_RIGHT;
		if (!scols_table_new_column(tb, c->name, 0, flags))
			return -ENOMEM;
	}
	return 0;
}

static int add_lines(const struct table *t, const struct texts *all,
		     struct libscols_table *tb)
{
	struct table_row *row;
	char **text = all->text;
	size_t i;

	for (row = t->rows; row; row = row->next) {
		row->line = scols_table_new_line(tb, row->parent ?
						 row->parent->line : NULL);
		if (!row->line)
			return -ENOMEM;
		for (i = 0; i < t->n_shown; i++)
			if (scols_line_set_data(row->line, i, *text++))
				return -ENOMEM;
	}
	return 0;
}

/* Cells are safe to print and fit already. */
static int fill(const struct table *t, const struct texts *all,
		struct libscols_table *tb, const struct table_how *how)
{
	int ret;

	scols_table_enable_noencoding(tb, 1);
	scols_table_enable_noheadings(tb, how->noheadings);
	scols_table_set_termforce(tb, SCOLS_TERMFORCE_NEVER);
	ret = set_symbols(tb, how->utf8);
	if (!ret)
		ret = add_columns(t, tb);
	return ret ? ret : add_lines(t, all, tb);
}

/* Without the blanks that fill up the last cell of a line. */
static void put_lines(FILE *f, const char *text)
{
	size_t len, kept;

	for (; *text; text += len + !!text[len]) {
		len = strcspn(text, "\n");
		for (kept = len; kept && text[kept - 1] == ' '; kept--)
			;
		fprintf(f, "%.*s\n", (int)kept, text);
	}
}

static int lay_out(const struct table *t, FILE *f, const struct texts *all,
		   const struct table_how *how)
{
	struct libscols_table *tb = scols_new_table();
	char *text = NULL;
	int ret;

	if (!tb)
		return -ENOMEM;
	ret = fill(t, all, tb, how);
	if (!ret)
		ret = scols_print_table_to_string(tb, &text) ? -ENOMEM : 0;
	if (!ret && !text)
		ret = -ENOMEM;
	if (!ret)
		put_lines(f, text);
	free(text);
	scols_unref_table(tb);
	return ret;
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
		ret = lay_out(t, f, &all, how);
	texts_free(&all);
	return ret;
}

int table_print(const struct table *t, FILE *f, const struct table_how *how)
{
	if (t->no_memory)
		return -ENOMEM;
	return how->raw ? print_raw(t, f, how) : print_text(t, f, how);
}
