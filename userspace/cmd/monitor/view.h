/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The present state as it follows from a dump and from what was told since.
 * What happens to it comes out as happenings, in the order in which a person
 * wants to read them.
 */
#ifndef NSINFO_VIEW_H
#define NSINFO_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"

struct view_dev {
	struct dev dev;
	struct addr *addrs;
	size_t n_addrs;
	size_t cap_addrs;
};

struct view_netns {
	struct netns netns;
	struct view_dev **devs;		/* sorted by ifindex */
	size_t n_devs;
	size_t cap_devs;
};

/* An all-zero one is empty. */
struct view {
	struct view_netns **netns;	/* sorted by id */
	size_t n_netns;
	size_t cap_netns;
};

/*
 * One thing that happened, as the notification of that number tells it. @ns is
 * there for netns alone, @dev for devices and addresses, @addr for addresses.
 * All pointers are valid during the call only.
 */
struct happening {
	uint8_t cmd;			/* NSINFO_CMD_*_NTF */
	const struct netns *ns;
	const struct dev *dev;
	const struct dev *was;		/* what a changed device was, if known */
	const struct addr *addr;
	const struct event *event;	/* NULL: found out by comparing */
	uint32_t changed;		/* NSINFO_DEV_CHANGED_* */
};

/* Returns 0 or a negative errno, which the caller of it then returns. */
typedef int (*view_cb)(const struct happening *h, void *data);

/*
 * Put one notification, decoded into @m by decode_event(), over @v, and tell
 * @cb if that changed anything. Returns 0 or a negative errno.
 */
int view_apply(struct view *v, uint8_t cmd, const struct model *m, view_cb cb,
	       void *data);

/* What decode_event() found, as a happening of its own. */
struct happening view_happening(uint8_t cmd, const struct model *m);

/*
 * Make @v what the finished @m is, and tell @cb, if there is one, what that
 * changed. Returns 0 or a negative errno; then @v is to be cleared.
 */
int view_update(struct view *v, const struct model *m, view_cb cb, void *data);

/* NULL where there is none. */
const struct dev *view_dev(const struct view *v, uint64_t netns_id,
			   uint32_t ifindex);

/* The device that link of @dev counts; NULL where it is not known. */
const struct dev *view_link(const struct view *v, const struct dev *dev);

/* Whether there is a netns with that inode number. */
bool view_has_inum(const struct view *v, uint32_t inum);

void view_clear(struct view *v);

#endif
