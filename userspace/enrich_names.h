/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of netns: the files of the names folders, and all other bind mounts
 * of nsfs in the mount table of this process.
 */
#ifndef NSINFO_ENRICH_NAMES_H
#define NSINFO_ENRICH_NAMES_H

#include <stdint.h>
#include <stdio.h>

#include "model.h"

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
 * Add the nsfs mounts of a mountinfo file to the names of @m. @inum says what
 * is really at a path (names_inum(), but for tests): a mount that is hidden
 * by another one is left out. Returns 0 or -ENOMEM.
 */
int names_read_mounts(struct model *m, FILE *mountinfo,
		      uint32_t (*inum)(const char *path));

/* Add the files of a names folder. Returns 0 or -ENOMEM; no folder, no names. */
int names_read_folder(struct model *m, const char *folder);

/* All of it. Returns 0 or -ENOMEM; what cannot be read gives no names. */
int enrich_names(struct model *m);

#endif
