/* SPDX-License-Identifier: GPL-2.0 */
/* The names of a netns, as all commands print them. */
#ifndef NSINFO_PRINT_NAMES_H
#define NSINFO_PRINT_NAMES_H

#include "base/json.h"
#include "base/table.h"
#include "model/model.h"

#define NAMES_WHERE	80

/*
 * What to say behind a path: " (mntns 4026532281, pid 123)", " (hidden)" and
 * the like; "" where the path itself leads to the netns. @buf has NAMES_WHERE
 * bytes. Returns @buf.
 */
const char *names_where(const struct name *name, char *buf);

/*
 * Of the @n names of a netns the one to type: that of an entry in a names
 * folder, else the first path; NULL where none is of our mount namespace.
 */
const char *names_best(const struct name *name, size_t n);

/*
 * All of them in a cell. Those of our own mount namespace come first. Of a name
 * in another one the path that leads there from here is shown; it is not in
 * JSON, where names are paths for anybody to open.
 */
void names_cell(struct table *t, struct table_row *row, unsigned int column,
		const struct name *name, size_t n);

/* The arrays names, paths for anybody to open, and mounts, if there are any. */
void json_names(struct json *j, const struct name *name, size_t n);

#endif
