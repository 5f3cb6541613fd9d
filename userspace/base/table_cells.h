/* SPDX-License-Identifier: GPL-2.0 */
/* The rows and cells of a table: for table*.c alone. */
#ifndef NSINFO_TABLE_CELLS_H
#define NSINFO_TABLE_CELLS_H

#include <stdint.h>

struct json;
struct table_how;

enum cell_type {
	CELL_ABSENT, CELL_TEXT, CELL_UINT, CELL_INT, CELL_TRUE, CELL_LIST,
	CELL_OBJECT,
};

/* One string of a list. */
struct cell_item {
	struct cell_item *next;
	char *value;			/* NULL: not in JSON, but for put */
	void (*put)(struct json *j, const void *data);
	const void *data;
	char *shown;
};

struct table_cell {
	enum cell_type type;
	char *text;			/* also what to show instead; or NULL */
	union {
		char *value;		/* of a text that is shown otherwise */
		uint64_t uint;
		int64_t sint;
		struct {
			struct cell_item *items;
			struct cell_item *last;
		} list;
		struct {
			void (*put)(struct json *j, const void *data);
			const void *data;
		} object;
	};
};

struct table_row {
	struct table_row *next;
	struct table_row *parent;
	const struct table_row *last_child;
	struct table_cell cells[];	/* as table->shown */
};

/* Text of a cell, to be freed. NULL if there is no memory. */
char *table_cell_text(const struct table_cell *cell,
		      const struct table_how *how);

#endif
