/* SPDX-License-Identifier: GPL-2.0 */
/* A teardown of a netns that does not end, seen without the module. */
#ifndef NSINFO_STUCK_H
#define NSINFO_STUCK_H

/*
 * Is a teardown stuck? Looks for a worker of the kernel that is in
 * cleanup_net() for all of @patience_ms, in @proc ("/proc" but for tests).
 * Returns its pid; 0 if there is none; -EACCES if this user may not know; -ENOENT
 * if the kernel does not tell; -ENOTDIR without /proc, -ENXIO where that is of
 * another pid namespace than the first; or another negative errno.
 */
int stuck_worker(const char *proc, unsigned int patience_ms);

#endif
