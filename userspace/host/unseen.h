/* SPDX-License-Identifier: GPL-2.0 */
/* What a command could not see, and so may lack in its output. */
#ifndef NSINFO_UNSEEN_H
#define NSINFO_UNSEEN_H

#include <stdint.h>

/* One bit each. */
enum blind {
	BLIND_PROCS = 1,		/* processes of other users */
	BLIND_MOUNTS = 2,		/* mount tables, and so names */
	BLIND_PID_NS = 4,		/* processes outside our pid namespace */
	BLIND_INSIDE = 8,		/* routes, sockets: could not go in */
	BLIND_NO_PROC = 16,		/* /proc is not mounted */
	BLIND_NETNS = 32,		/* netns that others own, … */
	BLIND_USER_NS = 64,		/* … and we are root in a container only */
	BLIND_SILENT = 128,		/* names: no answer, or no way in */
};

/* One line on stderr about all of @what; nothing if that is 0. */
void blind_tell(uint32_t what);

#endif
