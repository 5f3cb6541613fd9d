/* SPDX-License-Identifier: GPL-2.0 */
/* How `nsinfo monitor` prints what happens, one line each. */
#ifndef NSINFO_MONITOR_H
#define NSINFO_MONITOR_H

#include "base/err.h"
#include "cmd/monitor/view.h"
#include "print/render.h"

/* Where a happening comes from. */
enum monitor_source {
	MONITOR_LIVE,			/* the kernel told it */
	MONITOR_INITIAL,		/* it was there at the beginning */
	MONITOR_RESYNC,			/* found out after something was lost */
};

/* The name of a kind of event, as it is printed; NULL: none. */
const char *monitor_kind(uint8_t cmd);

/*
 * Read a list such as "netns,dev-move,addr" -> bits by command number. Returns
 * 0 or a negative errno with @err.
 */
int monitor_read_events(const char *list, uint64_t *cmds, struct err *err);

/* What is around a happening. */
struct monitor_scene {
	enum monitor_source source;
	const struct model *names;	/* of netns, and the first netns */
	const struct view *view;
	const struct render *how;	/* @times: with the time */
	/*
	 * What CLOCK_REALTIME is ahead of the kernel's CLOCK_BOOTTIME, in ns; 0:
	 * without the time of day.
	 */
	int64_t wall_clock;
};

/* Print one happening as one line. Returns 0 or -ENOMEM. */
int monitor_text(FILE *f, const struct happening *h,
		 const struct monitor_scene *scene);
int monitor_json(FILE *f, const struct happening *h,
		 const struct monitor_scene *scene);

#endif
