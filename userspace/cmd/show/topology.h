/* SPDX-License-Identifier: GPL-2.0 */
/* Which netns one is wired to, and what lies behind the bridge over there. */
#ifndef NSINFO_TOPOLOGY_H
#define NSINFO_TOPOLOGY_H

#include "model/model.h"

enum topology_by {
	TOPOLOGY_PEER,			/* the other end of a pair */
	TOPOLOGY_LOWER,			/* our device is on top of theirs */
	TOPOLOGY_UPPER,			/* their device is on top of ours */
};

/*
 * A device somewhere; dev is NULL where it is not in the model. With ifindex 0
 * it is the netns alone: the underlay of a tunnel.
 */
struct topology_end {
	uint64_t netns_id;
	uint32_t netns_inum;
	uint32_t ifindex;		/* 0: no device */
	const char *ifname;		/* NULL: not known */
	const struct dev *dev;
};

struct topology_link {
	enum topology_by by;
	const struct dev *dev;		/* of this netns; NULL: none of it */
	struct topology_end far;	/* netns_id 0: not known */
	const struct dev *master;	/* of the far end; NULL: none */
	size_t first_beyond;		/* its other ports, or their peers */
	size_t n_beyond;
};

struct topology {
	struct topology_link *links;	/* by ifindex of dev, by, far end */
	size_t n_links;
	size_t cap_links;
	struct topology_end *beyond;
	size_t n_beyond;
	size_t cap_beyond;
};

/*
 * Find all links of @ns into other netns of @m, after link_resolve(). Call
 * topology_clear() in the end. Returns 0 or -ENOMEM.
 */
int topology_find(const struct model *m, const struct netns *ns,
		  struct topology *t);
void topology_clear(struct topology *t);

#endif
