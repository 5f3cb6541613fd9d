// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "base/array.h"
#include "base/order.h"
#include "model/addr.h"
#include "model/duplicates.h"
#include "model/neighbours.h"

struct search {
	const struct model *m;
	struct segments *w;
	enum duplicates_of what;
	struct entry *entries;
	size_t n_entries;
	struct neighbours near;
	struct duplicates *found;
	size_t groups;
};

/* Not 4 or 16 bytes: what tunnels have there is an IP address. */
static bool is_mac(const struct bytes *mac)
{
	uint8_t any = 0;
	size_t i;

	for (i = 0; i < mac->len; i++)
		any |= mac->data[i];
	return any && mac->len >= 6 && mac->len != 16;
}

/* A number of the netns, or of the VRF, that routes for @dev. */
static size_t owner_of(const struct model *m, const struct netns *ns,
		       const struct dev *dev)
{
	const struct dev *master = dev;
	unsigned int depth;

	for (depth = 0; master && depth < 8; depth++) {
		if (master->kind && !strcmp(master->kind, "vrf"))
			return m->n_netns + (master - m->devs);
		master = master->master_dev;
	}
	return ns - m->netns;
}

static int add(struct search *s, size_t *cap, const struct entry *entry)
{
	struct entry *added = array_add(&s->entries, &s->n_entries, cap);

	if (!added)
		return -ENOMEM;
	*added = *entry;
	return 0;
}

static int add_ips(struct search *s, size_t *cap, struct entry *entry)
{
	const struct dev *dev = entry->d.dev;
	uint32_t i;
	int ret = 0;

	entry->hears = !(dev->flags & (IFF_LOOPBACK | IFF_NOARP));
	for (i = 0; i < dev->n_addrs && !ret; i++) {
		const struct addr *addr = &s->m->addrs[dev->first_addr + i];

		entry->d.addr = addr;
		entry->d.dadfailed = addr->flags & IFA_F_DADFAILED;
		entry->data = addr->local.data;
		entry->len = addr->local.len;
		entry->link_only = addr_is_link_only(addr);
		if (addr_is_unique(addr))
			ret = add(s, cap, entry);
	}
	return ret;
}

static int add_mac(struct search *s, size_t *cap, struct entry *entry)
{
	const struct bytes *mac = &entry->d.dev->address;

	entry->hears = true;
	entry->data = mac->data;
	entry->len = mac->len;
	return is_mac(mac) ? add(s, cap, entry) : 0;
}

static int collect(struct search *s)
{
	size_t i, k, cap = 0;
	int ret = 0;

	for (i = 0; i < s->m->n_netns; i++) {
		const struct netns *ns = &s->m->netns[i];

		for (k = 0; k < ns->n_devs && !ret; k++) {
			const struct dev *dev = &s->m->devs[ns->first_dev + k];
			struct entry entry = {
				.d.dev = dev,
				.d.wire = segments_perhaps_of(s->w, dev),
				.sure = segments_of(s->w, dev),
				.owner = owner_of(s->m, ns, dev),
			};

			if (!(dev->flags & IFF_LOOPBACK))
				neighbours_add(&s->near, &(struct touch){
					entry.d.wire, entry.owner, dev });
			ret = s->what == DUPLICATES_IP ?
			      add_ips(s, &cap, &entry) :
			      add_mac(s, &cap, &entry);
		}
	}
	return ret;
}

static int address_cmp(const struct entry *x, const struct entry *y)
{
	return x->len != y->len ? x->len - y->len :
				  memcmp(x->data, y->data, x->len);
}

/* By address; then as the model has them, where devices are in order. */
static int entry_cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int ret = address_cmp(x, y);

	if (!ret)
		ret = order_pointers(x->d.dev, y->d.dev);
	return ret ? ret : order_pointers(x->d.addr, y->d.addr);
}

/* Within a group: wires that are perhaps one, wires that are one, owners. */
static int wire_cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->hears != y->hears)
		return order(y->hears, x->hears);
	if (x->d.wire != y->d.wire)
		return order(x->d.wire, y->d.wire);
	if (x->sure != y->sure)
		return order(x->sure, y->sure);
	if (x->owner != y->owner)
		return order(x->owner, y->owner);
	return entry_cmp(x, y);
}

static struct entry *root_of(struct entry *entry)
{
	while (entry->root != entry) {
		entry->root = entry->root->root;
		entry = entry->root;
	}
	return entry;
}

static int dev_cmp(const void *key, const void *entry)
{
	return order_pointers(key, ((const struct entry *)entry)->d.dev);
}

/* @below is a device that @entry has its address from, if that is the same. */
static void stack(struct entry *group, size_t n, struct entry *entry,
		  const struct dev *below)
{
	struct entry *other = NULL;

	if (below)
		other = bsearch(below, group, n, sizeof(*group), dev_cmp);
	if (other)
		root_of(entry)->root = root_of(other);
}

/*
 * Bridges and bonds have the hardware address of a port, vlans that of the
 * device below; but the link of a veth is its peer.
 */
static void stack_all(struct entry *group, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		group[i].root = &group[i];
	for (i = 0; i < n; i++) {
		const struct dev *dev = group[i].d.dev;

		stack(group, n, &group[i], dev->master_dev);
		if (!HAS(dev, NSINFO_A_DEV_PEER))
			stack(group, n, &group[i], dev->link_dev);
	}
	for (i = 0; i < n; i++)
		group[i].owner = root_of(&group[i]) - group;
}

static bool differ(const struct entry *entries, size_t n, size_t owner)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (entries[i].owner != owner)
			return true;
	return false;
}

static void mark(struct entry *entries, size_t n, enum duplicate_how how)
{
	size_t i;

	for (i = 0; i < n; i++)
		entries[i].d.how = how;
}

/* How many entries from the first one on are on the same wire, for sure. */
static size_t run_of(const struct entry *entries, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (entries[i].sure != entries[0].sure)
			break;
	return i;
}

static int sure_cmp(const void *key, const void *entry)
{
	return order(*(const size_t *)key, ((const struct entry *)entry)->sure);
}

/* Both hear each other though what is on either side of them does not. */
static void mark_around(struct entry *entries, size_t n, struct entry *run,
			size_t n_run, const struct segments *w)
{
	size_t i, n_edges;
	const struct segments_edge *edges = segments_around(w, run->sure, &n_edges);

	for (i = 0; i < n_edges; i++) {
		struct entry *other = bsearch(&edges[i].to, entries, n,
					      sizeof(*entries), sure_cmp);

		if (!other)
			continue;
		while (other > entries && other[-1].sure == other->sure)
			other--;
		if (!differ(other, run_of(other, entries + n - other),
			    run->owner) && !differ(run, n_run, other->owner))
			continue;
		mark(other, run_of(other, entries + n - other), DUPLICATE_WIRE);
		mark(run, n_run, DUPLICATE_WIRE);
	}
}

/* Entries of one address on what is perhaps one wire. */
static void mark_wire(struct entry *entries, size_t n, const struct segments *w)
{
	size_t i, n_run;

	if (!differ(entries, n, entries->owner))
		return;
	mark(entries, n, DUPLICATE_PERHAPS);
	for (i = 0; i < n; i += n_run) {
		n_run = run_of(&entries[i], n - i);
		if (differ(&entries[i], n_run, entries[i].owner))
			mark(&entries[i], n_run, DUPLICATE_WIRE);
		mark_around(entries, n, &entries[i], n_run, w);
	}
}

static void mark_wires(struct entry *group, size_t n, const struct segments *w)
{
	size_t i, k;

	qsort(group, n, sizeof(*group), wire_cmp);
	for (i = 0; i < n && group[i].hears; i += k) {
		for (k = 1; i + k < n && group[i + k].hears; k++)
			if (group[i + k].d.wire != group[i].d.wire)
				break;
		mark_wire(&group[i], k, w);
	}
}

/* Does one netns have a hardware address on several wires? */
static bool is_by_design(const struct entry *group, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++)
		if (group[i].d.dev->netns_id == group[i - 1].d.dev->netns_id &&
		    group[i].owner != group[i - 1].owner)
			return true;
	return false;
}

static bool is_told(const struct entry *entry, bool apart)
{
	return entry->d.how != DUPLICATE_APART || (apart && !entry->link_only);
}

static int tell(struct duplicates *found, const struct duplicate *d)
{
	struct duplicate *added = array_add(&found->one, &found->n,
					    &found->cap);

	if (!added)
		return -ENOMEM;
	*added = *d;
	return 0;
}

static int tell_group(struct search *s, struct entry *group, size_t n)
{
	bool apart = differ(group, n, group->owner);
	size_t i;
	int ret = 0;

	qsort(group, n, sizeof(*group), entry_cmp);
	if (s->what == DUPLICATES_MAC)
		apart &= !is_by_design(group, n);
	for (i = 0; i < n && !ret; i++) {
		if (group[i].d.dadfailed &&
		    group[i].d.how == DUPLICATE_APART)
			group[i].d.how = DUPLICATE_UNSEEN;
		group[i].d.group = s->groups;
		if (is_told(&group[i], apart))
			ret = tell(s->found, &group[i].d);
	}
	s->groups++;
	return ret;
}

static int look(struct search *s, struct entry *group, size_t n)
{
	int ret = 0;

	if (n == 1 && !group->d.dadfailed)
		return 0;
	if (s->what == DUPLICATES_MAC)
		stack_all(group, n);
	mark_wires(group, n, s->w);
	if (s->what == DUPLICATES_IP && n > 1 && !group->link_only)
		ret = neighbours_look(&s->near, group, n);
	return ret ? ret : tell_group(s, group, n);
}

static int look_all(struct search *s)
{
	size_t i, n;
	int ret = 0;

	if (s->n_entries)
		qsort(s->entries, s->n_entries, sizeof(*s->entries), entry_cmp);
	neighbours_settle(&s->near);
	for (i = 0; i < s->n_entries && !ret; i += n) {
		for (n = 1; i + n < s->n_entries; n++)
			if (address_cmp(&s->entries[i], &s->entries[i + n]))
				break;
		ret = look(s, &s->entries[i], n);
	}
	return ret;
}

int duplicates_find(const struct model *m, struct segments *w,
		    enum duplicates_of what, struct duplicates *found)
{
	struct search s = { .m = m, .w = w, .what = what, .found = found };
	int ret = neighbours_open(&s.near, m->n_devs);

	if (!ret)
		ret = collect(&s);
	if (!ret)
		ret = look_all(&s);
	neighbours_free(&s.near);
	free(s.entries);
	return ret;
}

void duplicates_free(struct duplicates *found)
{
	free(found->one);
	memset(found, 0, sizeof(*found));
}
