/* SPDX-License-Identifier: GPL-2.0 */
/* What a table shows, cut to the width of a terminal. */
#ifndef NSINFO_TABLE_FIT_H
#define NSINFO_TABLE_FIT_H

#include "base/table.h"

/* All cells of a table as text, row after row. */
struct texts {
	char **text;
	size_t n;
	size_t width[TABLE_COLUMNS];	/* of each column */
};

/*
 * Fill an all-zero @all, and cut what may be cut so that a line fits. Return 0
 * or -ENOMEM; the caller frees it after either.
 */
int texts_make(struct texts *all, const struct table *t,
	       const struct table_how *how);
void texts_free(struct texts *all);

/* The columns that a text of a cell takes on the screen. */
size_t texts_columns(const char *s);

#endif
