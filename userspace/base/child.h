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

/* A child process that writes records to a pipe, and what we read them from. */
struct child {
	pid_t pid;
	int out;
};

/*
 * Run @fn in a child process, which ends with it. Returns 0, and child_stop()
 * is to be called in the end; or a negative errno.
 */
int child_start(struct child *c, void (*fn)(int out, void *data), void *data);

/*
 * Call @take for each record of @size bytes, up to 4096, that the child writes.
 * Returns 0 when it writes no more; what @take returned, if that is not 0;
 * -ETIME if nothing came for @silent_ms, or not all within @all_ms; or another
 * negative errno.
 */
int child_listen(const struct child *c, size_t size, int silent_ms, int all_ms,
		 int (*take)(void *data, void *rec), void *data);

/*
 * Kill the child, and wait a little for it to be gone: where it waits in the
 * kernel for a lock it is left behind, for init to bury.
 */
void child_stop(struct child *c);

#endif
