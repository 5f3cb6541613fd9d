// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/table.h"
#include "base/table_cells.h"

static void list_names(const struct table *t, struct err *err)
{
	size_t i;

	err_add(err, "; there are:");
	for (i = 0; i < t->n_columns; i++)
		err_add(err, " %s", t->columns[i].name);
}

static bool find_column(const struct table *t, const char *name, size_t len,
			size_t *column)
{
	size_t i;

	for (i = 0; i < t->n_columns; i++) {
		const char *known = t->columns[i].name;

		if (strlen(known) == len && !strncasecmp(known, name, len)) {
			*column = i;
			return true;
		}
	}
	return false;
}

static void show_defaults(struct table *t)
{
	size_t i;

	for (i = 0; i < t->n_columns; i++)
		if (t->columns[i].flags & TABLE_SHOWN)
			t->shown[t->n_shown++] = i;
}

static int show_named(struct table *t, const char *names, struct err *err)
{
	size_t len, column;

	for (;; names += len + 1) {
		len = strcspn(names, ",");
		if (!find_column(t, names, len, &column)) {
			err_usage(err, "-o %.*s: unknown column", (int)len,
				  names);
			list_names(t, err);
			return -EINVAL;
		}
		table_show(t, column, t->n_shown);
		if (!names[len])
			return 0;
	}
}

int table_init(struct table *t, const struct table_column *columns, size_t n,
	       const char *output, struct err *err)
{
	*t = (struct table){ .columns = columns, .n_columns = n };
	t->last = &t->rows;
	if (!output || *output == '+')
		show_defaults(t);
	if (!output)
		return 0;
	return show_named(t, output + (*output == '+'), err);
}

static void free_cell(struct table_cell *cell)
{
	struct cell_item *item;

	free(cell->text);
	if (cell->type == CELL_TEXT)
		free(cell->value);
	while (cell->type == CELL_LIST && (item = cell->list.items)) {
		cell->list.items = item->next;
		free(item->value);
		free(item->shown);
		free(item);
	}
}

void table_free(struct table *t)
{
	struct table_row *row;
	size_t i;

	while ((row = t->rows)) {
		t->rows = row->next;
		for (i = 0; i < t->n_shown; i++)
			free_cell(&row->cells[i]);
		free(row);
	}
	memset(t, 0, sizeof(*t));
}

bool table_shows(const struct table *t, unsigned int column)
{
	return memchr(t->shown, column, t->n_shown);
}

void table_show(struct table *t, unsigned int column, size_t place)
{
	if (table_shows(t, column))
		return;
	if (place > t->n_shown)
		place = t->n_shown;
	memmove(t->shown + place + 1, t->shown + place, t->n_shown - place);
	t->shown[place] = column;
	t->n_shown++;
}

struct table_row *table_add_row(struct table *t, struct table_row *parent)
{
	struct table_row *row;

	row = calloc(1, sizeof(*row) + t->n_shown * sizeof(*row->cells));
	if (!row) {
		t->no_memory = true;
		return NULL;
	}
	row->parent = parent;
	if (parent)
		parent->last_child = row;
	*t->last = row;
	t->last = &row->next;
	return row;
}

/* NULL if it is not shown. */
static struct table_cell *find_cell(const struct table *t,
				    struct table_row *row, unsigned int column)
{
	const uint8_t *place = memchr(t->shown, column, t->n_shown);

	return place && row ? &row->cells[place - t->shown] : NULL;
}

static struct table_cell *set_cell(const struct table *t,
				   struct table_row *row, unsigned int column,
				   enum cell_type type)
{
	struct table_cell *cell = find_cell(t, row, column);

	if (cell)
		cell->type = type;
	return cell;
}

static char *copy(struct table *t, const char *s)
{
	char *new = strdup(s);

	if (!new)
		t->no_memory = true;
	return new;
}

void table_text(struct table *t, struct table_row *row, unsigned int column,
		const char *text)
{
	struct table_cell *cell = set_cell(t, row, column, CELL_TEXT);

	if (cell)
		cell->text = copy(t, text);
	if (cell && !cell->text)
		cell->type = CELL_ABSENT;
}

void table_uint(struct table *t, struct table_row *row, unsigned int column,
		uint64_t value)
{
	struct table_cell *cell = set_cell(t, row, column, CELL_UINT);

	if (cell)
		cell->uint = value;
}

void table_int(struct table *t, struct table_row *row, unsigned int column,
	       int64_t value)
{
	struct table_cell *cell = set_cell(t, row, column, CELL_INT);

	if (cell)
		cell->sint = value;
}

void table_true(struct table *t, struct table_row *row, unsigned int column)
{
	set_cell(t, row, column, CELL_TRUE);
}

void table_list(struct table *t, struct table_row *row, unsigned int column)
{
	set_cell(t, row, column, CELL_LIST);
}

static struct cell_item *add_item(struct table *t, struct table_row *row,
				  unsigned int column, const char *shown)
{
	struct table_cell *cell = set_cell(t, row, column, CELL_LIST);
	struct cell_item *item;

	if (!cell)
		return NULL;
	item = calloc(1, sizeof(*item));
	if (!item) {
		t->no_memory = true;
		return NULL;
	}
	item->shown = copy(t, shown);
	if (cell->list.last)
		cell->list.last->next = item;
	else
		cell->list.items = item;
	cell->list.last = item;
	return item;
}

void table_list_add(struct table *t, struct table_row *row,
		    unsigned int column, const char *value, const char *shown)
{
	struct cell_item *item = add_item(t, row, column, shown);

	if (item && value)
		item->value = copy(t, value);
}

void table_list_put(struct table *t, struct table_row *row,
		    unsigned int column,
		    void (*put)(struct json *j, const void *data),
		    const void *data, const char *shown)
{
	struct cell_item *item = add_item(t, row, column, shown);

	if (item) {
		item->put = put;
		item->data = data;
	}
}

void table_shown_as(struct table *t, struct table_row *row,
		    unsigned int column, const char *text)
{
	struct table_cell *cell = find_cell(t, row, column);

	if (!cell || !text)
		return;
	if (cell->type == CELL_TEXT && !cell->value)
		cell->value = cell->text;
	else
		free(cell->text);
	cell->text = copy(t, text);
}

void table_object(struct table *t, struct table_row *row, unsigned int column,
		  void (*put)(struct json *j, const void *data),
		  const void *data)
{
	struct table_cell *cell = set_cell(t, row, column, CELL_OBJECT);

	if (cell) {
		cell->object.put = put;
		cell->object.data = data;
	}
}
