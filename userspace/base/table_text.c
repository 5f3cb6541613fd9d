// SPDX-License-Identifier: GPL-2.0
/* The text of a cell. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/table.h"
#include "base/table_cells.h"

/*
 * Text that ends at a blank in raw text: blanks and what would look like
 * something else are \xHH.
 */
static void put_raw(FILE *f, const char *s, const char *also)
{
	size_t n;

	for (; *s; s += n) {
		n = strcspn(s, also);
		escape_text(f, s, n, true);
		if (s[n])
			fprintf(f, "\\x%02x", (unsigned char)s[n++]);
	}
}

static void put_string(FILE *f, const char *s, const struct table_how *how,
		       bool in_list)
{
	if (!how->raw)
		escape_text(f, s, strlen(s), how->utf8);
	else if (!strcmp(s, "-"))
		fputs("\\x2d", f);
	else
		put_raw(f, s, in_list ? " ," : " ");
}

static void put_list(FILE *f, const struct cell_item *item,
		     const struct table_how *how)
{
	for (; item; item = item->next) {
		put_string(f, item->shown ? item->shown : "", how, true);
		if (item->next)
			fputc(',', f);
	}
}

static void put_cell(FILE *f, const struct table_cell *cell,
		     const struct table_how *how)
{
	if (cell->text)
		put_string(f, cell->text, how, false);
	else if (cell->type == CELL_UINT)
		fprintf(f, "%" PRIu64, cell->uint);
	else if (cell->type == CELL_INT)
		fprintf(f, "%" PRId64, cell->sint);
	else if (cell->type == CELL_TRUE)
		fputs("yes", f);
	else if (cell->type == CELL_LIST)
		put_list(f, cell->list.items, how);
}

/*
 * Most cells need no stream to be put together in. Returns what is shown of them
 * as it is, or in @number; NULL for all others.
 */
static const char *plain(const struct table_cell *cell,
			 const struct table_how *how, char number[24])
{
	const struct cell_item *item = cell->list.items;
	const char *text = cell->text;
	size_t len;

	if (how->raw)
		return NULL;
	if (!text && cell->type == CELL_UINT) {
		snprintf(number, 24, "%" PRIu64, cell->uint);
		return number;
	}
	if (!text && cell->type == CELL_LIST)
		text = !item ? "" : item->next ? NULL : item->shown;
	else if (!text && cell->type == CELL_ABSENT)
		text = "";
	len = text ? strlen(text) : 0;
	return text && escape_plain(text, len) == len ? text : NULL;
}

char *table_cell_text(const struct table_cell *cell,
		      const struct table_how *how)
{
	const char *as_it_is;
	char number[24], *text = NULL;
	size_t len;
	FILE *f;

	as_it_is = plain(cell, how, number);
	if (as_it_is)
		return strdup(as_it_is);
	f = open_memstream(&text, &len);
	if (!f)
		return NULL;
	put_cell(f, cell, how);
	if (how->raw && !ftell(f))
		fputc('-', f);
	if (!(ferror(f) | fclose(f)))
		return text;
	free(text);
	return NULL;
}
