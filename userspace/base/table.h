/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables: columns that a person can choose, rows of typed cells; printed as
 * text, raw text for scripts, or JSON.
 */
#ifndef NSINFO_TABLE_H
#define NSINFO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/json.h"

#define TABLE_COLUMNS	64		/* a table has at most that many */

enum {
	TABLE_RIGHT = 1,		/* aligned to the right */
	TABLE_CUT = 2,			/* may be cut to fit the terminal */
	TABLE_SHOWN = 4,		/* by default */
	TABLE_LINES = 8,		/* lists are strings of lines in JSON */
};

struct table_column {
	const char *name;		/* in the heading, and for -o */
	const char *key;		/* in JSON */
	const char *help;
	unsigned int flags;
};

struct table_row;

/* Set up by table_init(). What is not said here belongs to table.c. */
struct table {
	const struct table_column *columns;
	size_t n_columns;
	uint8_t shown[TABLE_COLUMNS];	/* indexes of columns, in order */
	size_t n_shown;
	struct table_row *rows;
	struct table_row **last;
	bool no_memory;			/* something is missing */
};

struct table_how {
	bool raw;
	bool noheadings;
	bool utf8;
	unsigned int width;		/* cut there; 0: never */
	bool json;			/* of table_print_columns() alone */
	bool pretty;			/* likewise: JSON with line breaks */
};

/*
 * An empty table that shows what @output (of -o; NULL: the default columns)
 * asks for. Returns 0; -EINVAL with @err, which lists the columns, if there is
 * no such one.
 */
int table_init(struct table *t, const struct table_column *columns, size_t n,
	       const char *output, struct err *err);
void table_free(struct table *t);

/* Whether column @column is shown; its cells need not be set if not. */
bool table_shows(const struct table *t, unsigned int column);

/* Show it, as number @place, if it is not shown yet. */
void table_show(struct table *t, unsigned int column, size_t place);

/*
 * A new last row, below @parent in a tree if that is not NULL; all below a row
 * follow it. NULL if there is no memory; all that takes a row takes NULL too and
 * does nothing.
 */
struct table_row *table_add_row(struct table *t, struct table_row *parent);

/*
 * Set a cell. What is not set is not known: empty in text, "-" in raw text, no
 * key in JSON. Strings are copied. Of columns that are not shown nothing is
 * kept.
 */
void table_text(struct table *t, struct table_row *row, unsigned int column,
		const char *text);
void table_uint(struct table *t, struct table_row *row, unsigned int column,
		uint64_t value);
void table_int(struct table *t, struct table_row *row, unsigned int column,
	       int64_t value);
/* "yes" in text, true in JSON. */
void table_true(struct table *t, struct table_row *row, unsigned int column);

/*
 * One string more in a cell that is a list: an array in JSON, @shown of all
 * with commas in between in text. One without @value is not in JSON.
 * table_list() alone makes an empty one.
 */
void table_list(struct table *t, struct table_row *row, unsigned int column);
void table_list_add(struct table *t, struct table_row *row,
		    unsigned int column, const char *value, const char *shown);
/* Likewise an item that @put makes in JSON, while the table is printed. */
void table_list_put(struct table *t, struct table_row *row,
		    unsigned int column,
		    void (*put)(struct json *j, const void *data),
		    const void *data, const char *shown);

/*
 * Text for people over what JSON has as something else: a number that is shown
 * with a unit, an object. NULL: no text.
 */
void table_shown_as(struct table *t, struct table_row *row,
		    unsigned int column, const char *text);

/*
 * Members of an object in JSON, instead of a value. @put is called while the
 * table is printed and must not outlive @data.
 */
void table_object(struct table *t, struct table_row *row, unsigned int column,
		  void (*put)(struct json *j, const void *data),
		  const void *data);

/* Return 0 or -ENOMEM, also for what was missing before. */
int table_print(const struct table *t, FILE *f, const struct table_how *how);
/* An array of objects, as member @key of the object that @j is in. */
int table_print_json(const struct table *t, struct json *j, const char *key);

/* For -H: all columns and their meaning. */
void table_print_columns(FILE *f, const struct table_column *columns, size_t n,
			 const struct table_how *how);

#endif
