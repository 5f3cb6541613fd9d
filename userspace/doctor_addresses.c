// SPDX-License-Identifier: GPL-2.0
/* Addresses that are there twice on one wire. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "find.h"

/* Devices that packets pass between without routing are one wire. */
struct wires {
	const struct model *m;
	size_t *parent;			/* by index of the device */
	bool *filters;			/* likewise, of a root: by VLAN */
};

static size_t root(struct wires *w, size_t i)
{
	while (w->parent[i] != i) {
		w->parent[i] = w->parent[w->parent[i]];
		i = w->parent[i];
	}
	return i;
}

static void join(struct wires *w, const struct dev *a, const struct dev *b)
{
	if (b)
		w->parent[root(w, a - w->m->devs)] = root(w, b - w->m->devs);
}

static const struct dev *peer_of(const struct model *m, const struct dev *dev)
{
	const struct netns *ns;

	if (!HAS(dev, NSINFO_A_DEV_PEER))
		return NULL;
	ns = model_netns(m, dev->peer.netns_id);
	return ns ? model_dev(m, ns, dev->peer.ifindex) : NULL;
}

static bool is_kind(const struct dev *dev, const char *kind)
{
	return HAS(dev, NSINFO_A_DEV_KIND) && !strcmp(dev->kind, kind);
}

static void connect_all(struct wires *w, doctor_filters_fn filters)
{
	size_t i;

	for (i = 0; i < w->m->n_devs; i++)
		w->parent[i] = i;
	for (i = 0; i < w->m->n_devs; i++) {
		const struct dev *dev = &w->m->devs[i];

		join(w, dev, peer_of(w->m, dev));
		if (dev->master_dev && is_kind(dev->master_dev, "bridge"))
			join(w, dev, dev->master_dev);
		if (dev->link_dev && (is_kind(dev, "macvlan") ||
				      is_kind(dev, "ipvlan")))
			join(w, dev, dev->link_dev);
	}
	for (i = 0; i < w->m->n_devs; i++)
		if (is_kind(&w->m->devs[i], "bridge") &&
		    filters(w->m, &w->m->devs[i]))
			w->filters[root(w, i)] = true;
}

/* One address of one device, and the wire it is on. */
struct place {
	size_t wire;
	const struct addr *addr;
	const struct dev *dev;
};

static int place_cmp(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order;

	if (x->wire != y->wire)
		return x->wire < y->wire ? -1 : 1;
	if (x->addr->local.len != y->addr->local.len)
		return x->addr->local.len - y->addr->local.len;
	order = memcmp(x->addr->local.data, y->addr->local.data,
		       x->addr->local.len);
	return order ? order : (x->dev > y->dev) - (x->dev < y->dev);
}

/* Within a netns it does no harm, such as with two lengths of its prefix. */
static bool is_same(const struct place *a, const struct place *b)
{
	return a->wire == b->wire && a->dev->netns_id != b->dev->netns_id &&
	       a->addr->local.len == b->addr->local.len &&
	       !memcmp(a->addr->local.data, b->addr->local.data,
		       a->addr->local.len);
}

static size_t find_places(struct wires *w, struct place *places)
{
	const struct model *m = w->m;
	size_t i, n = 0;
	uint32_t k;

	for (i = 0; i < m->n_devs; i++) {
		for (k = 0; k < m->devs[i].n_addrs; k++) {
			const struct addr *addr =
				&m->addrs[m->devs[i].first_addr + k];

			if (find_ip_is_unique(addr))
				places[n++] = (struct place){
					root(w, i), addr, &m->devs[i] };
		}
	}
	qsort(places, n, sizeof(*places), place_cmp);
	return n;
}

/* What filters by VLAN may well keep them apart. */
static void say(struct doctor *d, const struct wires *w, const struct place *a,
		const struct place *b)
{
	bool filters = w->filters[a->wire];
	char ip[INET6_ADDRSTRLEN];

	inet_ntop(a->addr->local.len == 4 ? AF_INET : AF_INET6,
		  a->addr->local.data, ip, sizeof(ip));
	doctor_say(d, filters ? DOCTOR_NOTE : DOCTOR_BAD, "address",
		   "see 'nsinfo find ip' for it",
		   "%s is on %s of netns %u id:%" PRIu64 " and on %s of netns %u id:%" PRIu64 ", which are on one wire%s",
		   ip, a->dev->ifname, a->dev->netns_inum, a->dev->netns_id,
		   b->dev->ifname, b->dev->netns_inum, b->dev->netns_id,
		   filters ? ", if the bridge does not keep their VLANs apart" :
			     "");
}

void doctor_addresses(struct doctor *d, const struct model *m,
		      doctor_filters_fn filters)
{
	struct wires w = {
		.m = m,
		.parent = calloc(m->n_devs + 1, sizeof(*w.parent)),
		.filters = calloc(m->n_devs + 1, sizeof(*w.filters)),
	};
	struct place *places = calloc(m->n_addrs + 1, sizeof(*places));
	size_t i, n, found = 0;

	if (!w.parent || !w.filters || !places) {
		d->no_memory = true;
	} else {
		connect_all(&w, filters);
		n = find_places(&w, places);
		for (i = 1; i < n; i++) {
			if (!is_same(&places[i - 1], &places[i]))
				continue;
			say(d, &w, &places[i - 1], &places[i]);
			found++;
		}
		if (!found)
			doctor_say(d, DOCTOR_OK, "address", NULL,
				   "none is there twice on one wire");
	}
	free(places);
	free(w.parent);
	free(w.filters);
}
