/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which devices share a wire: whatever carries an Ethernet frame from one
 * device to another. Follows from the peers, masters and lower devices of the
 * model, and from what separates: VLAN ids, bridges that filter by VLAN,
 * isolated ports, modes of macvlan and ipvlan. Only the details of devices
 * tell the latter; without them a wire is a perhaps. No I/O.
 */
#ifndef NSINFO_SEGMENTS_H
#define NSINFO_SEGMENTS_H

#include "model/model.h"

/* Two numbers of a partition. */
struct segments_edge {
	size_t from;
	size_t to;
};

/* Starts as all zero. Numbers of wires mean nothing but equality and order. */
struct segments {
	const struct model *m;
	size_t *sure;			/* parents, by number of a node */
	size_t *perhaps;
	bool *loose;			/* VLAN ids do not separate here */
	struct segments_edge *edges;	/* both ways, sorted */
	size_t n_edges;
	size_t cap_edges;
};

/*
 * Find the wires of @m, after link_resolve(), which must outlive @w. Call
 * segments_free() in any case. Returns 0 or -ENOMEM.
 */
int segments_find(struct segments *w, const struct model *m);
void segments_free(struct segments *w);

/* Devices with equal numbers hear each other. */
size_t segments_of(struct segments *w, const struct dev *dev);

/*
 * Devices with equal numbers hear each other, unless something that is not
 * known separates them; or they do not, and a third device hears both.
 */
size_t segments_perhaps_of(struct segments *w, const struct dev *dev);

/* The wires that hear @wire, by number; none of them hears another one. */
const struct segments_edge *segments_around(const struct segments *w,
					    size_t wire, size_t *n);

/* Would the details of @dev, which are not known, tell what it separates? */
bool segments_want_details(const struct dev *dev);

#endif
