/* SPDX-License-Identifier: GPL-2.0 */
/* The mounts of netns in a mount table. */
#ifndef NSINFO_MOUNTINFO_H
#define NSINFO_MOUNTINFO_H

#include <stdint.h>
#include <stdio.h>

struct mountinfo {
	FILE *f;			/* NULL: could not be opened */
	char *line;
	size_t size;
};

/*
 * Open the table of a process, "1234" or "self", in @proc ("/proc", but for
 * tests). If it cannot, @mi->f is NULL and errno says why. Close it anyway.
 */
void mountinfo_open(struct mountinfo *mi, const char *proc, const char *who);
void mountinfo_close(struct mountinfo *mi);

/*
 * Inode of the next netns that is mounted somewhere, or 0 at the end. *@path
 * is where, until the next call.
 */
uint32_t mountinfo_next(struct mountinfo *mi, char **path);

#endif
