/* SPDX-License-Identifier: GPL-2.0 */
/* The names of a netns, as all commands print them. */
#ifndef NSINFO_PRINT_NAMES_H
#define NSINFO_PRINT_NAMES_H

#include "base/json.h"
#include "model/model.h"

#define NAMES_WHERE	80

/*
 * What to say behind a path: " (mntns 4026532281, pid 123)", " (hidden)" and
 * the like; "" where the path itself leads to the netns. @buf has NAMES_WHERE
 * bytes. Returns @buf.
 */
const char *names_where(const struct name *name, char *buf);

/* The arrays names, paths for anybody to open, and mounts, if there are any. */
void json_names(struct json *j, const struct name *name, size_t n);

#endif
