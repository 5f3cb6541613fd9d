/* SPDX-License-Identifier: GPL-2.0 */
/* The mounts of netns in all mount namespaces but ours. */
#ifndef NSINFO_MOUNTS_H
#define NSINFO_MOUNTS_H

#include "model.h"

/*
 * One of them: inum and path, mntns, and mnt_pid of a process there; the path
 * until the call ends. Returns 0, or -ENOMEM to stop.
 */
typedef int (*mounts_fn)(void *arg, const struct name *mount);

/*
 * Call @fn for each that the processes in @proc ("/proc", but for tests) show,
 * each mount namespace once. *@blind gets BLIND_MOUNTS where some may not be
 * read. Returns 0 or -ENOMEM.
 */
int mounts_of_others(const char *proc, mounts_fn fn, void *arg,
		     uint32_t *blind);

#endif
