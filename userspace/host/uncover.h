/* SPDX-License-Identifier: GPL-2.0 */
/* How to take away a mount that lies behind others. */
#ifndef NSINFO_UNCOVER_H
#define NSINFO_UNCOVER_H

#include "host/mountinfo.h"

/*
 * A shell command, for the mount namespace of the table, that takes away the
 * hidden mount @m of a file. Where other mounts are on the way to it, it works
 * in a copy of the mount namespace and removes the file, with which the kernel
 * takes away all mounts on it, everywhere; what is on the way stays. What lies
 * on @m itself goes too. NULL: without memory, or a path cannot be quoted. The
 * caller frees it.
 */
char *uncover_command(const struct mount_table *t, const struct mount *m);

#endif
