/* SPDX-License-Identifier: GPL-2.0 */
/* The mount tables of all mount namespaces but ours. */
#ifndef NSINFO_MOUNTS_H
#define NSINFO_MOUNTS_H

#include "host/mountinfo.h"

/* One of them, until the call that gets it ends. */
struct mount_ns {
	uint32_t inode;
	uint32_t pid;			/* a task in it; 0: there is none */
	/* Without a task: its mount in our own mount namespace, or NULL. */
	const char *file;
	const struct mount_table *table;
};

/* Returns 0, or -ENOMEM to stop. */
typedef int (*mounts_fn)(void *arg, const struct mount_ns *ns);

/*
 * Call @fn for each mount namespace that a task in @proc ("/proc", but for
 * tests) is in, or that only a mount keeps: in @own, our own table, or in one of
 * the others. Those without any mount of a namespace are left out. A child
 * process reads what no task is in, and has some seconds for all of them.
 * *@blind gets BLIND_MOUNTS where a table may not be read, BLIND_SILENT where
 * that could not be done in time or a hidden mount is the only way. Returns 0
 * or -ENOMEM.
 */
int mounts_of_others(const char *proc, const struct mount_table *own,
		     mounts_fn fn, void *arg, uint32_t *blind);

#endif
