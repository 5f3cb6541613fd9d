/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses that are there more than once, and whether this harms: one rule
 * for all commands. No I/O.
 */
#ifndef NSINFO_DUPLICATES_H
#define NSINFO_DUPLICATES_H

#include "model/duplicate.h"
#include "model/segments.h"

/* An all-zero one is empty. By address, netns, device. */
struct duplicates {
	struct duplicate *one;
	size_t n;
	size_t cap;
};

enum duplicates_of { DUPLICATES_IP, DUPLICATES_MAC };

/*
 * Find them in @m, whose segments are @w.
 *
 * An IP address is there twice if two netns have it, or two VRFs of one.
 * Addresses that need not differ (loopback, multicast, scope host) are left
 * out, and so are link-local ones that are not on one wire. One of which the
 * kernel says dadfailed is always there.
 *
 * A hardware address is there twice if devices have it that are not stacked on
 * each other. What one netns has on several wires, as the ends that a CNI
 * keeps on the host, harms only on one wire.
 *
 * Returns 0 or -ENOMEM. Call duplicates_free() in any case.
 */
int duplicates_find(const struct model *m, struct segments *w,
		    enum duplicates_of what, struct duplicates *found);
void duplicates_free(struct duplicates *found);

#endif
