/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of netns: the files of the names folders, and all other bind mounts
 * of nsfs in the mount tables of this process and of all others.
 */
#ifndef NSINFO_ENRICH_NAMES_H
#define NSINFO_ENRICH_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "model.h"
#include "mountinfo.h"

/*
 * The names folders of this host, NULL at the end: /run/netns and
 * /run/docker/netns, and the same below /var/run where that is another one.
 */
const char *const *names_folders(void);

/*
 * Inode of the nsfs file at @path, following symbolic links, or 0 if it is
 * none. Opens nothing for real, so that it has no side effects.
 */
uint32_t names_inum(const char *path);

/*
 * Fill in a new name, of our mount namespace, with a copy of @path. Returns 0,
 * or -ENOMEM, also if @name is NULL.
 */
int names_set(struct model *m, struct name *name, uint32_t inum,
	      const char *path);

/*
 * Whether the mount of netns @inum at @path, below the open folder @root, is
 * there to be seen, and not hidden by another mount. Where this user may not
 * look it is taken to be.
 */
bool names_is_seen(int root, const char *path, uint32_t inum);

/*
 * Add the nsfs mounts of the table of our own mount namespace to the
 * names of @m, if they are @seen (names_is_seen(), but for tests). Returns 0
 * or -ENOMEM.
 */
int names_read_mounts(struct model *m, struct mountinfo *mi,
		      bool (*seen)(int root, const char *path,
				   uint32_t inum));

/*
 * Add the files of a names folder: to the names, or to the stale ones where
 * there is no netns behind them. Returns 0 or -ENOMEM; no folder, no names.
 */
int names_read_folder(struct model *m, const char *folder);

/*
 * Add the nsfs mounts of all other mount namespaces that processes in @proc
 * ("/proc", but for tests) are in. What @m has as a name of our own by then,
 * and what several of them have at the same path, is not repeated.
 * Returns 0 or -ENOMEM, and what could not be read in *@blind.
 */
int names_read_others(struct model *m, const char *proc, uint32_t *blind);

/* The names of our own mount namespace. Returns 0 or -ENOMEM. */
int enrich_own_names(struct model *m);

/*
 * All of it. What cannot be read gives no names, and is told in *@blind
 * (enum blind, added to what is there). Returns 0 or -ENOMEM.
 */
int enrich_names(struct model *m, uint32_t *blind);

#endif
