/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of netns: the bind mounts of nsfs in our mount table and in those of
 * all other mount namespaces, and the symbolic links in the names folders. All
 * of it comes from text: no path is walked that another file system may lie on,
 * but in a child process with a time limit.
 */
#ifndef NSINFO_NAMES_H
#define NSINFO_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "host/mountinfo.h"
#include "model/model.h"

/* What a names folder has that is no answer within this is left out. */
#define NAMES_TIMEOUT_MS	1000

/*
 * The names folders of this host, NULL at the end: /run/netns and
 * /run/docker/netns, and the same below /var/run where that is another one.
 */
const char *const *names_folders(void);

/* Whether @path is of an entry of a names folder. */
bool names_is_entry(const char *path);

/*
 * Inode of the nsfs file at @path, following symbolic links, or 0 if it is
 * none. Walks the path: for a child process, or where it is known to be safe.
 */
uint32_t names_inum(const char *path);

/*
 * Fill in a new name, of our mount namespace, with a copy of @path. Returns 0,
 * or -ENOMEM, also if @name is NULL.
 */
int names_set(struct model *m, struct name *name, uint32_t inum,
	      const char *path);

/* Add the nsfs mounts of our own table to the names of @m. 0 or -ENOMEM. */
int names_read_mounts(struct model *m, const struct mount_table *own);

/*
 * What is in a names folder besides mounts: symbolic links that lead to a netns
 * become names, and all else but folders becomes stale: entries that name
 * nothing here. An empty table, where /proc is missing, tells no mounts: each
 * entry is looked at then. @proc is "/proc", but for tests. *@blind gets
 * BLIND_SILENT where the folder does not answer. Returns 0 or -ENOMEM; no
 * folder, no names.
 */
int names_read_folder(struct model *m, const struct mount_table *own,
		      const char *proc, const char *folder, uint32_t *blind);

/*
 * Add the nsfs mounts of all other mount namespaces. What @m has as a name of
 * our own by then, and what several of them have at the same path, is not
 * repeated. An entry in m->stale that a netns is mounted on in one of them is
 * not stale, and goes. Returns 0 or -ENOMEM, and what could not be read in
 * *@blind.
 */
int names_read_others(struct model *m, const struct mount_table *own,
		      const char *proc, uint32_t *blind);

/*
 * Call @fn for each mount of a netns, in our mount namespace and in all others,
 * that lies on the very file of @path, or of the topmost mount there. *@blind
 * as above. Returns 0 or -ENOMEM.
 */
int names_mounted_on(const char *path, const struct mount_table *own,
		     void (*fn)(void *arg, const struct name *mount),
		     void *arg, uint32_t *blind);

/*
 * Call @fn for each mount of a netns at an entry @name of a names folder: those
 * of other mount namespaces, and hidden ones of ours. Returns 0 or -ENOMEM.
 */
int names_find_elsewhere(const char *name,
			 void (*fn)(void *arg, const struct name *mount),
			 void *arg);

/* The names of our own mount namespace. Returns 0 or -ENOMEM. */
int enrich_own_names(struct model *m);

/*
 * All of it. What cannot be read gives no names, and is told in *@blind
 * (enum blind, added to what is there). Returns 0 or -ENOMEM.
 */
int enrich_names(struct model *m, uint32_t *blind);

#endif
