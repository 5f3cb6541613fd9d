/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A child process for work that may never end: to walk a path that lies on
 * somebody else's file system, to read in another mount namespace.
 */
#ifndef NSINFO_CHILD_H
#define NSINFO_CHILD_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * At the beginning of a child: it dies with its parent and has no file open but
 * @a and @b, which may be the same. One that waits in the kernel, where no
 * signal ends it, is left behind, and whoever waits for the end of our output
 * must not wait for that of the child.
 */
void child_begin(int a, int b);

/* In the child: write the answer to @out. Returns 0 or a negative errno. */
typedef int (*child_fn)(FILE *out, void *data);

/*
 * Run @fn in a child process. What it wrote, up to @max bytes, is in *@text
 * with a NUL behind it, and *@len long; the caller frees *@text where 0 is
 * returned. Returns a negative errno otherwise: that of @fn, -ETIME if it has
 * not ended after @timeout_ms, -EMSGSIZE if it wrote more than @max. The child
 * is killed where it has not ended by itself.
 */
int child_read(child_fn fn, void *data, int timeout_ms, size_t max,
	       char **text, size_t *len);

/*
 * open(2) of @path with O_PATH: at once where the kernel has the whole path in
 * memory, else in a child that has @timeout_ms to walk there. Returns a file
 * descriptor, closed on exec, or a negative errno; -ETIME.
 */
int child_open_path(const char *path, int timeout_ms);

/*
 * Kill the child @pid, and wait a little for it to be gone: where it waits in
 * the kernel for a lock it is left behind, for init to bury.
 */
void child_end(pid_t pid);

#endif
