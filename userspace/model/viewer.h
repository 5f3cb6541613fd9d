/* SPDX-License-Identifier: GPL-2.0 */
/* Who looks, and whether all netns show for them. */
#ifndef NSINFO_VIEWER_H
#define NSINFO_VIEWER_H

#include <stdbool.h>
#include <stdint.h>

struct viewer {
	bool sees_all;			/* else the rest says who it is */
	bool untracked;			/* the module has track=0 … */
	bool missing;			/* … or had no memory for some netns */
	uint32_t uid;
	uint32_t userns;		/* inode; 0: not known */
	uint64_t netns;			/* id of our own; 0: not known */
};

/* Does @now see whatever @then saw? */
bool viewer_sees_as(const struct viewer *now, const struct viewer *then);

#endif
