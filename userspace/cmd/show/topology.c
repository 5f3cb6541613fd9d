// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cmd/show/topology.h"

void topology_clear(struct topology *t)
{
	free(t->links);
	free(t->beyond);
	memset(t, 0, sizeof(*t));
}

static struct topology_end end_of(const struct dev *dev)
{
	return (struct topology_end){
		.netns_id = dev->netns_id,
		.netns_inum = dev->netns_inum,
		.ifindex = dev->ifindex,
		.ifname = dev->ifname,
		.dev = dev,
	};
}

static struct topology_end peer_of(const struct model *m,
				   const struct dev *dev)
{
	const struct model *where;
	const struct netns *ns = model_anywhere(m, dev->peer.netns_id, &where);

	return (struct topology_end){
		.netns_id = dev->peer.netns_id,
		.netns_inum = dev->peer.netns_inum,
		.ifindex = dev->peer.ifindex,
		.ifname = dev->peer.ifname,
		.dev = ns ? model_dev(where, ns, dev->peer.ifindex) : NULL,
	};
}

static struct topology_end lower_of(const struct dev *dev)
{
	struct topology_end end = {
		.netns_id = dev->link_netns.id,
		.netns_inum = dev->link_netns.inum,
		.ifindex = dev->link,
		.dev = dev->link_dev,
	};

	if (end.dev)
		end.ifname = end.dev->ifname;
	return end;
}

/*
 * What the other ports of the master of @far lead to: the peer of one that has
 * a peer in a third netns, or else the port itself.
 */
static int add_beyond(const struct model *m, const struct netns *ns,
		      const struct dev *far, struct topology *t)
{
	const struct netns *there = model_netns(m, far->netns_id);
	uint32_t i;

	for (i = 0; there && i < there->n_devs; i++) {
		const struct dev *port = &m->devs[there->first_dev + i];
		struct topology_end *end;

		if (port == far || port->master != far->master)
			continue;
		if (HAS(port, NSINFO_A_DEV_PEER) &&
		    port->peer.netns_id == ns->id)
			continue;
		end = array_add(&t->beyond, &t->n_beyond, &t->cap_beyond);
		if (!end)
			return -ENOMEM;
		*end = HAS(port, NSINFO_A_DEV_PEER) ? peer_of(m, port) :
						      end_of(port);
	}
	return 0;
}

static int add_link(const struct model *m, const struct netns *ns,
		    enum topology_by by, const struct dev *dev,
		    const struct topology_end *far, struct topology *t)
{
	struct topology_link *link = array_add(&t->links, &t->n_links,
					       &t->cap_links);
	int ret = 0;

	if (!link)
		return -ENOMEM;
	link->by = by;
	link->dev = dev;
	link->far = *far;
	link->first_beyond = t->n_beyond;
	if (by == TOPOLOGY_PEER && far->dev) {
		link->master = far->dev->master_dev;
		if (link->master)
			ret = add_beyond(m, ns, far->dev, t);
	}
	link->n_beyond = t->n_beyond - link->first_beyond;
	return ret;
}

static int add_own(const struct model *m, const struct netns *ns,
		   const struct dev *dev, struct topology *t)
{
	struct topology_end far;

	if (HAS(dev, NSINFO_A_DEV_PEER)) {
		if (dev->peer.netns_id == ns->id)
			return 0;
		far = peer_of(m, dev);
		return add_link(m, ns, TOPOLOGY_PEER, dev, &far, t);
	}
	if (!HAS(dev, NSINFO_A_DEV_LINK_FOREIGN))
		return 0;
	far = lower_of(dev);
	return add_link(m, ns, TOPOLOGY_LOWER, dev, &far, t);
}

/*
 * A device of another netns that is on top of one of ours, or has its underlay
 * here.
 */
static int add_upper(const struct model *m, const struct netns *ns,
		     const struct dev *upper, struct topology *t)
{
	struct topology_end far;

	if (HAS(upper, NSINFO_A_DEV_PEER) || upper->netns_id == ns->id ||
	    !HAS(upper, NSINFO_A_DEV_LINK_NETNS) ||
	    upper->link_netns.id != ns->id)
		return 0;
	far = end_of(upper);
	return add_link(m, ns, TOPOLOGY_UPPER, model_dev(m, ns, upper->link),
			&far, t);
}

static int link_cmp(const void *a, const void *b)
{
	const struct topology_link *x = a, *y = b;

	if (x->dev != y->dev)
		return !y->dev || (x->dev && x->dev < y->dev) ? -1 : 1;
	if (x->by != y->by)
		return x->by < y->by ? -1 : 1;
	if (x->far.netns_id != y->far.netns_id)
		return x->far.netns_id < y->far.netns_id ? -1 : 1;
	return (x->far.ifindex > y->far.ifindex) -
	       (x->far.ifindex < y->far.ifindex);
}

int topology_find(const struct model *m, const struct netns *ns,
		  struct topology *t)
{
	uint32_t i;
	size_t k;
	int ret = 0;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < ns->n_devs && !ret; i++)
		ret = add_own(m, ns, &m->devs[ns->first_dev + i], t);
	for (k = 0; k < m->n_devs && !ret; k++)
		ret = add_upper(m, ns, &m->devs[k], t);
	if (t->n_links)
		qsort(t->links, t->n_links, sizeof(*t->links), link_cmp);
	return ret;
}
