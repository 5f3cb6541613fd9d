/* SPDX-License-Identifier: GPL-2.0 */
/* What a command could not see, and so may lack in its output. */
#ifndef NSINFO_BLIND_H
#define NSINFO_BLIND_H

#include <stdint.h>

/* One bit each. */
enum blind {
	BLIND_PROCS = 1,		/* processes of other users */
	BLIND_MOUNTS = 2,		/* mount tables, and so names */
	BLIND_PID_NS = 4,		/* processes outside our pid namespace */
	BLIND_INSIDE = 8,		/* routes, sockets: could not go in */
	BLIND_NO_PROC = 16,		/* /proc is not mounted */
};

/* One line on stderr about all of @what; nothing if that is 0. */
void blind_tell(uint32_t what);

#endif
