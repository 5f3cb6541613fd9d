// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "base/table.h"
#include "base/table_cells.h"

static void put_json_list(struct json *j, const char *key,
			  const struct cell_item *item)
{
	json_array(j, key);
	for (; item; item = item->next) {
		if (item->value)
			json_string(j, NULL, item->value);
		else if (item->put)
			item->put(j, item->data);
	}
	json_array_end(j);
}

/* Returns 0 or -ENOMEM. */
static int put_json_lines(struct json *j, const char *key,
			  const struct cell_item *item)
{
	char *lines = NULL;
	size_t len;
	FILE *f = open_memstream(&lines, &len);
	int ret = 0;

	if (!f)
		return -ENOMEM;
	for (; item; item = item->next)
		fprintf(f, "%s%s", item->value ? item->value : "",
			item->next ? "\n" : "");
	if (ferror(f) | fclose(f) || !lines)
		ret = -ENOMEM;
	else
		json_string(j, key, lines);
	free(lines);
	return ret;
}

/* Returns 0 or -ENOMEM. */
static int put_json_cell(struct json *j, const struct table_column *c,
			 const struct table_cell *cell)
{
	const char *key = c->key;

	switch (cell->type) {
	case CELL_ABSENT:
		break;
	case CELL_TEXT:
		json_string(j, key, cell->value ? cell->value : cell->text);
		break;
	case CELL_UINT:
		json_uint(j, key, cell->uint);
		break;
	case CELL_INT:
		json_int(j, key, cell->sint);
		break;
	case CELL_TRUE:
		json_true(j, key);
		break;
	case CELL_LIST:
		if (c->flags & TABLE_LINES)
			return put_json_lines(j, key, cell->list.items);
		put_json_list(j, key, cell->list.items);
		break;
	case CELL_OBJECT:
		json_object(j, key);
		cell->object.put(j, cell->object.data);
		json_object_end(j);
		break;
	}
	return 0;
}

int table_print_json(const struct table *t, struct json *j, const char *key)
{
	int ret = t->no_memory ? -ENOMEM : 0;
	const struct table_row *row;
	size_t i;

	json_array(j, key);
	for (row = t->rows; row; row = row->next) {
		json_object(j, NULL);
		for (i = 0; i < t->n_shown && !ret; i++)
			ret = put_json_cell(j, &t->columns[t->shown[i]],
					    &row->cells[i]);
		json_object_end(j);
	}
	json_array_end(j);
	return ret;
}

static void json_columns(FILE *f, const struct table_column *c, size_t n,
			 bool pretty)
{
	struct json j;
	size_t i;

	json_start(&j, f, pretty);
	json_object(&j, NULL);
	json_array(&j, "columns");
	for (i = 0; i < n; i++) {
		json_object(&j, NULL);
		json_string(&j, "name", c[i].name);
		json_string(&j, "key", c[i].key);
		json_string(&j, "help", c[i].help);
		if (c[i].flags & TABLE_SHOWN)
			json_true(&j, "default");
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
}

void table_print_columns(FILE *f, const struct table_column *columns, size_t n,
			 const struct table_how *how)
{
	size_t i;

	if (how->json) {
		json_columns(f, columns, n, how->pretty);
		return;
	}
	for (i = 0; i < n; i++)
		fprintf(f, "%-11s %s%s\n", columns[i].name, columns[i].help,
			columns[i].flags & TABLE_SHOWN ? " *" : "");
	if (!how->noheadings)
		fputs("\n* shown by default\n", f);
}
