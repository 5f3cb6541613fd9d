/* SPDX-License-Identifier: GPL-2.0 */
/* An address that is there more than once. */
#ifndef NSINFO_DUPLICATE_H
#define NSINFO_DUPLICATE_H

#include "model/model.h"

/* How an address reaches the nearest one that is the same. */
enum duplicate_how {
	DUPLICATE_APART,		/* not at all, as far as is known */
	DUPLICATE_ANSWERED,		/* its netns answers ARP on the other's wire */
	DUPLICATE_UNSEEN,		/* it is out of sight; the kernel met it */
	DUPLICATE_ROUTED,		/* a third netns has a device on both wires */
	DUPLICATE_PERHAPS,		/* one wire, unless something separates */
	DUPLICATE_WIRE,			/* on one wire */
};

struct duplicate {
	const struct dev *dev;
	const struct addr *addr;	/* NULL: its hardware address */
	enum duplicate_how how;
	bool dadfailed;			/* the kernel noticed it */
	size_t group;			/* those with the same address */
	size_t wire;			/* those of a group on one wire, perhaps */
	const struct dev *by;		/* on its wire, of the third netns or the other */
};

#endif
