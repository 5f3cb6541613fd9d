/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who else is near the devices that have one address: internal to the search
 * for duplicates.
 */
#ifndef NSINFO_NEIGHBOURS_H
#define NSINFO_NEIGHBOURS_H

#include "model/duplicate.h"

/* A device and one of its addresses. */
struct entry {
	const uint8_t *data;
	uint8_t len;
	bool hears;			/* what is sent to all on its wire */
	bool link_only;			/* means something on one wire only */
	size_t owner;			/* equal: one may have it twice */
	size_t sure;			/* its wire, see segments.h */
	struct duplicate d;
	struct entry *root;		/* of those it is stacked with */
};

/* A device of this owner is on this wire, perhaps. */
struct touch {
	size_t wire;
	size_t owner;
	const struct dev *dev;
};

struct owner;

/* Starts as all zero. */
struct neighbours {
	struct touch *touches;		/* by wire, owner, device */
	size_t n_touches;
	struct owner *owners;		/* of one group, sorted */
	size_t n_owners;
	struct touch *near;		/* who else is on its wires */
	size_t n_near;
	size_t cap_near;
};

/* Room for @n devices. Returns 0 or -ENOMEM. */
int neighbours_open(struct neighbours *s, size_t n);
void neighbours_add(struct neighbours *s, const struct touch *touch);
/* After the last one was added. */
void neighbours_settle(struct neighbours *s);

/*
 * Mark what is answered or routed among the @n entries of one IP address, which
 * stand by hears, wire. Returns 0 or -ENOMEM.
 */
int neighbours_look(struct neighbours *s, struct entry *group, size_t n);
void neighbours_free(struct neighbours *s);

#endif
