/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What only a look from inside tells of a netns: its routes, rules,
 * neighbours, and its sockets by protocol and state. A child process goes in
 * and counts; ours never leaves the netns that it is in.
 */
#ifndef NSINFO_PEEK_H
#define NSINFO_PEEK_H

#include <stdint.h>

#include "inside/counts.h"

/* A sick host must not hang us: RTNL may be held for ever. */
#define PEEK_TIMEOUT_MS	5000
/* A busy one may go on for so many times that, while it does go on. */
#define PEEK_TIMEOUTS	12

/* Instead of a file descriptor: the netns that we are in. Needs no rights. */
#define PEEK_OWN	(-1)

/*
 * Count @what (PEEK_*) in the netns of the file descriptor @fd, or in our own
 * if that is PEEK_OWN; a netlink socket of ours there, of generic netlink and
 * with port @portid, is not counted. Where the kernel says nothing more for
 * @timeout_ms, what was not counted by then is missing in p->have. Returns 0;
 * -ETIME if time was over, or what a question failed with, the others being
 * counted; or a negative errno, -EPERM where we may not go in, with nothing
 * counted. What this kernel does not have is no failure. Call peek_clear() after
 * any of these.
 */
int peek_netns(int fd, uint32_t portid, uint32_t what, int timeout_ms,
	       struct peek *p);

/*
 * Internal, for tests. Let @child, in a process of its own, write records to
 * the pipe @out, and read them into @p; -errno is what it says failed.
 */
int peek_run(void (*child)(int out, void *data), void *data, int timeout_ms,
	     struct peek *p);

#endif
