// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/order.h"
#include "base/util.h"
#include "model/details_value.h"
#include "model/segments.h"

/*
 * A device has three nodes: its own stack, the wire that it sends to, and what
 * the macvlan devices on it share in bridge mode. The stack of a device hears
 * its wire, but not the macvlan devices on it.
 */
enum node { STACK, WIRE, SIBLINGS, NODES };

/* Devices with the same one share a wire. */
struct key {
	size_t wire;			/* below them; SIZE_MAX: any */
	uint64_t number;
	size_t node;
};

enum overlay { NO_OVERLAY, VXLAN, GENEVE, GRE, BATADV, OVERLAYS };

static bool is_kind(const struct dev *dev, const char *kind)
{
	return dev->kind && !strcmp(dev->kind, kind);
}

static bool is_one_of(const struct dev *dev, const char *const *kinds)
{
	for (; *kinds; kinds++)
		if (is_kind(dev, *kinds))
			return true;
	return false;
}

static bool is_macvlan(const struct dev *dev)
{
	static const char *const kinds[] = { "macvlan", "macvtap", "ipvlan",
					     "ipvtap", NULL };

	return is_one_of(dev, kinds);
}

static enum overlay overlay_of(const struct dev *dev)
{
	static const char *const gre[] = { "gretap", "ip6gretap", "erspan",
					   "ip6erspan", NULL };

	if (is_kind(dev, "vxlan"))
		return VXLAN;
	if (is_kind(dev, "geneve"))
		return GENEVE;
	if (is_kind(dev, "batadv"))
		return BATADV;
	return is_one_of(dev, gre) ? GRE : NO_OVERLAY;
}

bool segments_want_details(const struct dev *dev)
{
	return !dev->details &&
	       (is_macvlan(dev) || is_kind(dev, "vlan") ||
		is_kind(dev, "bridge") || is_kind(dev, "vxlan") ||
		is_kind(dev, "geneve") ||
		(dev->master_dev && is_kind(dev->master_dev, "bridge")));
}

static const struct json_t *info(const struct dev *dev, const char *key)
{
	return details_member(details_info(dev, "info_data"), key);
}

static bool filters_not(const struct dev *bridge)
{
	const struct json_t *value = info(bridge, "vlan_filtering");

	return details_type(value) == DETAILS_INT && !details_int(value);
}

static bool is_isolated(const struct dev *port)
{
	return details_type(details_member(details_info(port,
							"info_slave_data"),
					   "isolated")) == DETAILS_TRUE;
}

/* Whether a macvlan hands what its siblings send to them. */
static bool is_bridge_mode(const struct dev *dev)
{
	const struct json_t *mode = info(dev, "mode");

	if (details_is(mode, "bridge"))
		return true;
	return details_is(mode, "l2") &&
	       details_type(info(dev, "private")) == DETAILS_NONE &&
	       details_type(info(dev, "vepa")) == DETAILS_NONE;
}

/* The device that @dev sends its frames through, if it does and is known. */
static const struct dev *lower_of(const struct model *m, const struct dev *dev)
{
	const struct dev *below = dev->link_dev;

	if (HAS(dev, NSINFO_A_DEV_PEER) || overlay_of(dev))
		return NULL;
	return below >= m->devs && below < m->devs + m->n_devs ? below : NULL;
}

static size_t node(const struct segments *w, const struct dev *dev, enum node kind)
{
	return (dev - w->m->devs) * NODES + kind;
}

static size_t root(size_t *parent, size_t i)
{
	while (parent[i] != i) {
		parent[i] = parent[parent[i]];
		i = parent[i];
	}
	return i;
}

static void perhaps(struct segments *w, size_t a, size_t b)
{
	w->perhaps[root(w->perhaps, a)] = root(w->perhaps, b);
}

static void sure(struct segments *w, size_t a, size_t b)
{
	w->sure[root(w->sure, a)] = root(w->sure, b);
	perhaps(w, a, b);
}

static int add_edge(struct segments *w, size_t a, size_t b)
{
	struct segments_edge *edge = array_add(&w->edges, &w->n_edges,
					       &w->cap_edges);

	if (!edge)
		return -ENOMEM;
	*edge = (struct segments_edge){ a, b };
	return 0;
}

/* @a hears @b, and does not hear what else hears @b. */
static int hears(struct segments *w, size_t a, size_t b)
{
	perhaps(w, a, b);
	if (add_edge(w, a, b))
		return -ENOMEM;
	return add_edge(w, b, a);
}

static const struct dev *peer_of(const struct model *m, const struct dev *dev)
{
	const struct netns *ns = model_netns(m, dev->peer.netns_id);

	return ns ? model_dev(m, ns, dev->peer.ifindex) : NULL;
}

static int add_master(struct segments *w, const struct dev *dev)
{
	static const char *const aggregates[] = { "bond", "team", "failover",
						  NULL };
	size_t port = node(w, dev, WIRE);
	size_t master = node(w, dev->master_dev, WIRE);

	if (is_one_of(dev->master_dev, aggregates)) {
		sure(w, port, master);
	} else if (is_kind(dev->master_dev, "bridge")) {
		if (!filters_not(dev->master_dev))
			w->loose[master] = true;
		else if (is_isolated(dev))
			return hears(w, port, master);
		else if (details_info(dev, "info_slave_data"))
			sure(w, port, master);
		perhaps(w, port, master);
	} else if (!is_kind(dev->master_dev, "vrf")) {
		perhaps(w, port, master);
	}
	return 0;
}

static int add_macvlan(struct segments *w, const struct dev *dev,
		       const struct dev *below)
{
	size_t self = node(w, dev, WIRE), wire = node(w, below, WIRE);

	if (details_is(info(dev, "mode"), "passthru")) {
		sure(w, self, wire);
		return 0;
	}
	if (is_bridge_mode(dev))
		sure(w, self, node(w, below, SIBLINGS));
	return hears(w, self, wire);
}

/* What is below a vlan is settled last. */
static int add_lower(struct segments *w, const struct dev *dev)
{
	const struct dev *below = lower_of(w->m, dev);

	if (!below)
		return 0;
	if (is_macvlan(dev))
		return add_macvlan(w, dev, below);
	if (!is_kind(dev, "vlan"))
		perhaps(w, node(w, dev, WIRE), node(w, below, WIRE));
	else if (!dev->details)
		w->loose[node(w, below, WIRE)] = true;
	return 0;
}

/* Those that have macvlan devices on them; not by number of a node. */
static bool *find_carriers(const struct model *m)
{
	bool *carries = calloc(m->n_devs + 1, sizeof(*carries));
	size_t i;

	for (i = 0; carries && i < m->n_devs; i++) {
		const struct dev *below = lower_of(m, &m->devs[i]);

		if (below && is_macvlan(&m->devs[i]))
			carries[below - m->devs] = true;
	}
	return carries;
}

static int connect_devs(struct segments *w)
{
	bool *carries = find_carriers(w->m);
	int ret = carries ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; i < w->m->n_devs && !ret; i++) {
		const struct dev *dev = &w->m->devs[i], *peer;
		size_t stack = node(w, dev, STACK), wire = node(w, dev, WIRE);

		if (carries[i])
			ret = hears(w, stack, wire);
		else
			sure(w, stack, wire);
		peer = HAS(dev, NSINFO_A_DEV_PEER) ? peer_of(w->m, dev) : NULL;
		if (peer)
			sure(w, wire, node(w, peer, WIRE));
		if (!ret && dev->master_dev)
			ret = add_master(w, dev);
		if (!ret)
			ret = add_lower(w, dev);
	}
	free(carries);
	return ret;
}

static int key_cmp(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->wire != y->wire)
		return x->wire < y->wire ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return order(x->node, y->node);
}

/* Returns whether anything was joined that was not. */
static bool join_keys(struct key *keys, size_t n, size_t *parent)
{
	bool changed = false;
	size_t i;

	if (n)
		qsort(keys, n, sizeof(*keys), key_cmp);
	for (i = 1; i < n; i++) {
		size_t a = root(parent, keys[i - 1].node);
		size_t b = root(parent, keys[i].node);

		if (keys[i].wire != keys[i - 1].wire ||
		    keys[i].number != keys[i - 1].number || a == b)
			continue;
		parent[a] = b;
		changed = true;
	}
	return changed;
}

static size_t vlan_keys(const struct segments *w, size_t *parent,
			struct key *keys)
{
	size_t i, n = 0;

	for (i = 0; i < w->m->n_devs; i++) {
		const struct dev *dev = &w->m->devs[i];
		uint64_t number;

		if (!is_kind(dev, "vlan") || !lower_of(w->m, dev) || !dev->details)
			continue;
		number = details_int(info(dev, "id"));
		if (details_is(info(dev, "protocol"), "802.1ad"))
			number |= 1 << 16;
		keys[n++] = (struct key){
			.wire = root(parent, node(w, dev->link_dev, WIRE)),
			.number = number,
			.node = node(w, dev, WIRE),
		};
	}
	return n;
}

/* Where ids are not known, or a bridge may change them. */
static bool join_loose(struct segments *w, bool *loose_root)
{
	size_t i, n = w->m->n_devs * NODES;
	bool changed = false;

	memset(loose_root, 0, n * sizeof(*loose_root));
	for (i = 0; i < n; i++)
		if (w->loose[i])
			loose_root[root(w->perhaps, i)] = true;
	for (i = 0; i < w->m->n_devs; i++) {
		const struct dev *dev = &w->m->devs[i];
		size_t self, below;

		if (!is_kind(dev, "vlan") || !lower_of(w->m, dev))
			continue;
		self = root(w->perhaps, node(w, dev, WIRE));
		below = root(w->perhaps, node(w, dev->link_dev, WIRE));
		if (self == below || !loose_root[below])
			continue;
		w->perhaps[self] = below;
		changed = true;
	}
	return changed;
}

/* Each turn settles what is on top of what the last one has settled. */
static int join_vlans(struct segments *w)
{
	struct key *keys = calloc(w->m->n_devs + 1, sizeof(*keys));
	bool *loose_root = calloc(w->m->n_devs * NODES + 1,
				  sizeof(*loose_root));
	bool changed = keys && loose_root;

	while (changed) {
		changed = join_keys(keys, vlan_keys(w, w->sure, keys), w->sure);
		changed |= join_keys(keys, vlan_keys(w, w->perhaps, keys),
				     w->perhaps);
		changed |= join_loose(w, loose_root);
	}
	free(loose_root);
	free(keys);
	return keys && loose_root ? 0 : -ENOMEM;
}

/* A tunnel whose details do not tell one number may have any. */
static bool has_number(const struct dev *dev)
{
	return details_type(info(dev, "id")) == DETAILS_INT &&
	       details_type(info(dev, "external")) != DETAILS_TRUE &&
	       details_type(info(dev, "vnifilter")) != DETAILS_TRUE;
}

/* Where their other ends are is not known: perhaps at each other. */
static int join_overlays(struct segments *w)
{
	struct key *keys = calloc(w->m->n_devs + 1, sizeof(*keys));
	bool any[OVERLAYS] = { [GRE] = true, [BATADV] = true };
	size_t i, n = 0;

	for (i = 0; i < w->m->n_devs; i++)
		if (!has_number(&w->m->devs[i]))
			any[overlay_of(&w->m->devs[i])] = true;
	for (i = 0; keys && i < w->m->n_devs; i++) {
		const struct dev *dev = &w->m->devs[i];
		uint64_t kind = overlay_of(dev);

		if (kind)
			keys[n++] = (struct key){
				.wire = SIZE_MAX,
				.number = kind << 32 |
					  (any[kind] ? 0 : details_int(info(dev, "id"))),
				.node = node(w, dev, WIRE),
			};
	}
	if (keys)
		join_keys(keys, n, w->perhaps);
	free(keys);
	return keys ? 0 : -ENOMEM;
}

static int edge_cmp(const void *a, const void *b)
{
	const struct segments_edge *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return order(x->to, y->to);
}

static void settle_edges(struct segments *w)
{
	size_t i, kept = 0;

	for (i = 0; i < w->n_edges; i++) {
		w->edges[i].from = root(w->sure, w->edges[i].from);
		w->edges[i].to = root(w->sure, w->edges[i].to);
	}
	if (w->n_edges)
		qsort(w->edges, w->n_edges, sizeof(*w->edges), edge_cmp);
	for (i = 0; i < w->n_edges; i++)
		if (w->edges[i].from != w->edges[i].to &&
		    (!kept || edge_cmp(&w->edges[kept - 1], &w->edges[i])))
			w->edges[kept++] = w->edges[i];
	w->n_edges = kept;
}

int segments_find(struct segments *w, const struct model *m)
{
	size_t i, n = m->n_devs * NODES;
	int ret;

	*w = (struct segments){
		.m = m,
		.sure = calloc(n + 1, sizeof(*w->sure)),
		.perhaps = calloc(n + 1, sizeof(*w->perhaps)),
		.loose = calloc(n + 1, sizeof(*w->loose)),
	};
	if (!w->sure || !w->perhaps || !w->loose)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		w->sure[i] = i;
		w->perhaps[i] = i;
	}
	ret = connect_devs(w);
	if (!ret)
		ret = join_overlays(w);
	if (!ret)
		ret = join_vlans(w);
	settle_edges(w);
	return ret;
}

void segments_free(struct segments *w)
{
	free(w->sure);
	free(w->perhaps);
	free(w->loose);
	free(w->edges);
	memset(w, 0, sizeof(*w));
}

size_t segments_of(struct segments *w, const struct dev *dev)
{
	return root(w->sure, node(w, dev, STACK));
}

size_t segments_perhaps_of(struct segments *w, const struct dev *dev)
{
	return root(w->perhaps, node(w, dev, STACK));
}

const struct segments_edge *segments_around(const struct segments *w,
					    size_t wire, size_t *n)
{
	size_t low = 0, high = w->n_edges;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (w->edges[middle].from < wire)
			low = middle + 1;
		else
			high = middle;
	}
	for (*n = 0; low + *n < w->n_edges; (*n)++)
		if (w->edges[low + *n].from != wire)
			break;
	return *n ? &w->edges[low] : NULL;
}
