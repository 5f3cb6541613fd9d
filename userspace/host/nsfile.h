/* SPDX-License-Identifier: GPL-2.0 */
/* The file of a netns, at a path that somebody typed. */
#ifndef NSINFO_NSFILE_H
#define NSINFO_NSFILE_H

#include <stdint.h>

/* A path that leads nowhere within this is given up. */
#define NSFILE_TIMEOUT_MS	1000

/*
 * Open the netns at @path. Nothing else is ever opened for real: no device,
 * no fifo, and no file on a file system that may not answer. Returns a file
 * descriptor and the inode number in *@inum; or a negative errno, and in *@why
 * what is wrong with the file.
 */
int nsfile_open(const char *path, uint32_t *inum, const char **why);

#endif
