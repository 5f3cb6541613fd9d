/* SPDX-License-Identifier: GPL-2.0 */
/* A command of the host, run inside a netns, and what it writes. */
#ifndef NSINFO_RUN_H
#define NSINFO_RUN_H

#include <stddef.h>

/*
 * Run @argv, whose first word is an absolute path, in the netns of the file
 * descriptor @fd, or in ours if that is negative: in that netns, and in no other namespace of it.
 * Takes up to @max bytes of output, which the caller frees, and no longer
 * than @timeout_ms; the command is killed after. Returns 0; -ETIME; -EFBIG; a negative
 * errno if it could not be run; -EIO if it failed, with the first line of what
 * it said in @why of @size.
 */
int details_run(int fd, char *const argv[], size_t max, int timeout_ms,
		char **text, size_t *len, char *why, size_t size);

#endif
