/* SPDX-License-Identifier: GPL-2.0 */
/* The table of `nsinfo find`. Pure: a model, its hits, a stream. */
#ifndef NSINFO_RENDER_FIND_H
#define NSINFO_RENDER_FIND_H

#include <stdio.h>

#include "base/table.h"
#include "cmd/find/match.h"
#include "cmd/options.h"

enum find_column {
	FIND_COL_NS, FIND_COL_ID, FIND_COL_STATE, FIND_COL_NAME,
	FIND_COL_DEV, FIND_COL_ALTNAME, FIND_COL_IFINDEX, FIND_COL_ADDRESS,
	FIND_COL_DUPLICATE, FIND_COL_DADFAILED,
	FIND_COL_KIND, FIND_COL_MAC, FIND_COL_IP, FIND_COL_PID, FIND_COL_TID,
	FIND_COL_COMMAND, FIND_COL_CONTAINER, FIND_COL_INIT, FIND_COL_SELF,
	N_FIND_COLUMNS,
};

struct find_table {
	struct table_column columns[N_FIND_COLUMNS];
	struct table t;
};

/* The columns, with those marked that this question shows by default. */
void find_columns(struct table_column *columns, enum find_what what);

/*
 * The empty table for a question, with the columns that @options want; JSON
 * has all of them unless -o chooses. Returns 0, or a negative errno with @err.
 * table_free(&ft->t).
 */
int find_table_init(struct find_table *ft, enum find_what what,
		    const struct options *options, struct err *err);

/* A row for each hit. */
void find_fill(struct find_table *ft, const struct model *m,
	       const struct find_hits *hits);

/* Return 0 or -ENOMEM. */
int render_find_json(FILE *f, const struct find_table *ft, bool pretty);

#endif
