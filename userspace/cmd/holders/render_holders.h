/* SPDX-License-Identifier: GPL-2.0 */
/* The page of `nsinfo holders`. */
#ifndef NSINFO_RENDER_HOLDERS_H
#define NSINFO_RENDER_HOLDERS_H

#include <stdio.h>

#include "base/table.h"
#include "cmd/holders/account.h"

enum holders_column {
	HOLDERS_TYPE, HOLDERS_PID, HOLDERS_TID, HOLDERS_FD, HOLDERS_COMM,
	HOLDERS_CONTAINER, HOLDERS_FAMILY, HOLDERS_SOCKTYPE, HOLDERS_PROTO,
	HOLDERS_STATE, HOLDERS_INODE, HOLDERS_MNTNS, HOLDERS_DETAIL,
	N_HOLDERS_COLUMNS,
};

extern const struct table_column holders_columns[N_HOLDERS_COLUMNS];

/* A row for each, or for many of one kind unless @all are wanted. */
void holders_fill(struct table *t, const struct holders *h, bool all);

/* Return 0 or -ENOMEM. @t was filled. */
int render_holders_text(FILE *f, const struct holders *h,
			const struct table *t, const struct table_how *how);
int render_holders_json(FILE *f, const struct holders *all, size_t n,
			bool pretty);

#endif
