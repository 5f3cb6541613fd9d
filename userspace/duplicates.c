// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "duplicates.h"

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

/* Who has the address of a group. */
struct owner {
	size_t number;
	bool answers;			/* on the wire of another one */
};

struct search {
	const struct model *m;
	struct segments *w;
	enum duplicates_of what;
	struct entry *entries;
	size_t n_entries;
	struct touch *touches;		/* by wire, owner, device */
	size_t n_touches;
	struct owner *owners;		/* of one group, sorted */
	size_t n_owners;
	struct touch *near;		/* who else is on its wires */
	size_t n_near;
	size_t cap_near;
	struct duplicates *found;
	size_t groups;
};

static bool is_loopback4(const uint8_t *a)
{
	return !a[0] || a[0] == 127 || a[0] >= 224;
}

static bool is_loopback6(const uint8_t *a)
{
	static const uint8_t zero[15];

	return (!memcmp(a, zero, 15) && a[15] <= 1) || a[0] == 0xff;
}

/* Addresses that differ by nature or need not. */
static bool is_unique(const struct addr *addr)
{
	if (addr->scope == RT_SCOPE_HOST)
		return false;
	if (addr->local.len == 4)
		return !is_loopback4(addr->local.data);
	return addr->local.len == 16 && !is_loopback6(addr->local.data);
}

static bool is_link_only(const struct addr *addr)
{
	const uint8_t *a = addr->local.data;

	if (addr->scope == RT_SCOPE_LINK)
		return true;
	return addr->local.len == 4 ? a[0] == 169 && a[1] == 254 :
				      a[0] == 0xfe && (a[1] & 0xc0) == 0x80;
}

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
	if (s->n_entries == *cap) {
		size_t want = *cap ? 2 * *cap : 256;
		struct entry *bigger = reallocarray(s->entries, want,
						    sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		s->entries = bigger;
		*cap = want;
	}
	s->entries[s->n_entries++] = *entry;
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
		entry->link_only = is_link_only(addr);
		if (is_unique(addr))
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
				s->touches[s->n_touches++] = (struct touch){
					entry.d.wire, entry.owner, dev };
			ret = s->what == DUPLICATES_IP ?
			      add_ips(s, &cap, &entry) :
			      add_mac(s, &cap, &entry);
		}
	}
	return ret;
}

static int order(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int pointer_order(const void *a, const void *b)
{
	return order((uintptr_t)a, (uintptr_t)b);
}

static int touch_cmp(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;

	if (x->wire != y->wire)
		return order(x->wire, y->wire);
	if (x->owner != y->owner)
		return order(x->owner, y->owner);
	return pointer_order(x->dev, y->dev);
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
		ret = pointer_order(x->d.dev, y->d.dev);
	return ret ? ret : pointer_order(x->d.addr, y->d.addr);
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
	return pointer_order(key, ((const struct entry *)entry)->d.dev);
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

/* Where the first touch that is not before @key is, or would be. */
static size_t lower_bound(const struct search *s, const struct touch *key)
{
	size_t low = 0, high = s->n_touches;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (touch_cmp(&s->touches[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* All on @wire: their number, and the first in *@first. */
static size_t touches_of(const struct search *s, size_t wire, size_t *first)
{
	*first = lower_bound(s, &(struct touch){ .wire = wire });
	return lower_bound(s, &(struct touch){ .wire = wire + 1 }) - *first;
}

static int add_near(struct search *s, const struct touch *touch)
{
	if (s->n_near == s->cap_near) {
		size_t want = s->cap_near ? 2 * s->cap_near : 64;
		struct touch *bigger = reallocarray(s->near, want,
						    sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		s->near = bigger;
		s->cap_near = want;
	}
	s->near[s->n_near++] = *touch;
	return 0;
}

static int owner_cmp(const void *a, const void *b)
{
	return order(((const struct owner *)a)->number,
		     ((const struct owner *)b)->number);
}

static struct owner *find_owner(const struct search *s, size_t number)
{
	struct owner key = { .number = number };

	return bsearch(&key, s->owners, s->n_owners, sizeof(*s->owners),
		       owner_cmp);
}

/*
 * The netns of @touch has the address on another device, and answers ARP for
 * it on all of its devices: see arp_ignore in ip-sysctl.rst. IPv6 does not.
 */
static void mark_answered(struct entry *run, size_t n, struct owner *owner,
			  const struct touch *touch)
{
	size_t i;

	if (run->len != 4 || touch->dev->flags & IFF_NOARP)
		return;
	for (i = 0; i < n; i++) {
		if (run[i].owner == owner->number || !run[i].hears ||
		    run[i].d.how != DUPLICATE_APART)
			continue;
		run[i].d.how = DUPLICATE_ANSWERED;
		run[i].d.by = touch->dev;
		owner->answers = true;
	}
}

static const struct touch *find_touch(const struct search *s, size_t wire,
				      size_t owner)
{
	size_t at = lower_bound(s, &(struct touch){ wire, owner, NULL });

	if (at == s->n_touches || s->touches[at].wire != wire ||
	    s->touches[at].owner != owner)
		return NULL;
	return &s->touches[at];
}

/*
 * Those near the entries @run, which are on one wire: who has the address on
 * another wire answers; for the rest, what they have on the wire @largest too.
 */
static int add_neighbours(struct search *s, struct entry *run, size_t n_run,
			  size_t largest)
{
	size_t i, first, n = touches_of(s, run->d.wire, &first);
	int ret = 0;

	for (i = first; i < first + n && !ret; i++) {
		const struct touch *touch = &s->touches[i], *other;
		struct owner *owner = find_owner(s, touch->owner);

		if (owner) {
			mark_answered(run, n_run, owner, touch);
			continue;
		}
		ret = add_near(s, touch);
		other = find_touch(s, largest, touch->owner);
		if (!ret && other)
			ret = add_near(s, other);
	}
	return ret;
}

/* Of the largest wire only what those with the address have there is seen. */
static void answer_largest(struct search *s, struct entry *run, size_t n)
{
	const struct touch *touch;
	size_t i;

	for (i = 0; i < s->n_owners; i++) {
		touch = find_touch(s, run->d.wire, s->owners[i].number);
		if (touch)
			mark_answered(run, n, &s->owners[i], touch);
	}
}

static int near_cmp(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;

	return x->owner != y->owner ? order(x->owner, y->owner) :
				      touch_cmp(a, b);
}

/* Leave those whose owner is on two wires, by wire. */
static void keep_routers(struct search *s)
{
	size_t i, k, n, kept = 0;

	if (s->n_near)
		qsort(s->near, s->n_near, sizeof(*s->near), near_cmp);
	for (i = 0; i < s->n_near; i += n) {
		bool routes = false;

		for (n = 1; i + n < s->n_near; n++) {
			if (s->near[i + n].owner != s->near[i].owner)
				break;
			routes |= s->near[i + n].wire != s->near[i].wire;
		}
		for (k = i; routes && k < i + n; k++)
			s->near[kept++] = s->near[k];
	}
	s->n_near = kept;
	if (kept)
		qsort(s->near, kept, sizeof(*s->near), touch_cmp);
}

static int near_wire_cmp(const void *key, const void *touch)
{
	return order(*(const size_t *)key, ((const struct touch *)touch)->wire);
}

/* What a third netns has on the wire of @entry, and on another one. */
static const struct touch *router_of(const struct search *s,
				     const struct entry *entry)
{
	if (!s->n_near)
		return NULL;
	return bsearch(&entry->d.wire, s->near, s->n_near, sizeof(*s->near),
		       near_wire_cmp);
}

static void mark_routed(const struct search *s, struct entry *group, size_t n)
{
	const struct entry *first = NULL;
	bool routed = false;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!router_of(s, &group[i]))
			continue;
		routed |= first && first->owner != group[i].owner;
		first = first ? first : &group[i];
	}
	for (i = 0; routed && i < n; i++) {
		const struct touch *touch = router_of(s, &group[i]);

		if (!touch || group[i].d.how > DUPLICATE_ROUTED)
			continue;
		group[i].d.how = DUPLICATE_ROUTED;
		group[i].d.by = touch->dev;
	}
}

/* What answers elsewhere is told with what it answers for. */
static void mark_answering(const struct search *s, struct entry *group,
			   size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (group[i].d.how == DUPLICATE_APART &&
		    find_owner(s, group[i].owner)->answers)
			group[i].d.how = DUPLICATE_ANSWERED;
}

/* The wire with most devices, which are too many to look at for each group. */
static size_t find_largest(const struct search *s, const struct entry *group,
			   size_t n)
{
	size_t i, first, touches, most = 0, largest = SIZE_MAX;

	for (i = 0; i < n; i++) {
		touches = touches_of(s, group[i].d.wire, &first);
		if (touches <= most)
			continue;
		most = touches;
		largest = group[i].d.wire;
	}
	return largest;
}

/* What the netns near the devices of a group make of their address. */
static int look_around(struct search *s, struct entry *group, size_t n)
{
	size_t i, k, largest = find_largest(s, group, n);
	int ret = 0;

	for (i = 0; i < n; i++)
		s->owners[i] = (struct owner){ .number = group[i].owner };
	s->n_owners = n;
	qsort(s->owners, n, sizeof(*s->owners), owner_cmp);
	for (i = 1, k = 0; i < n; i++)
		if (s->owners[i].number != s->owners[k].number)
			s->owners[++k] = s->owners[i];
	s->n_owners = k + 1;
	s->n_near = 0;
	for (i = 0; i < n && !ret; i += k) {
		for (k = 1; i + k < n; k++)
			if (group[i + k].d.wire != group[i].d.wire)
				break;
		if (group[i].d.wire == largest)
			answer_largest(s, &group[i], k);
		else
			ret = add_neighbours(s, &group[i], k, largest);
	}
	if (ret)
		return ret;
	mark_answering(s, group, n);
	keep_routers(s);
	mark_routed(s, group, n);
	return 0;
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
	if (found->n == found->cap) {
		size_t want = found->cap ? 2 * found->cap : 64;
		struct duplicate *bigger = reallocarray(found->one, want,
							sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		found->one = bigger;
		found->cap = want;
	}
	found->one[found->n++] = *d;
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
		ret = look_around(s, group, n);
	return ret ? ret : tell_group(s, group, n);
}

static int look_all(struct search *s)
{
	size_t i, n;
	int ret = 0;

	if (s->n_entries)
		qsort(s->entries, s->n_entries, sizeof(*s->entries), entry_cmp);
	if (s->n_touches)
		qsort(s->touches, s->n_touches, sizeof(*s->touches), touch_cmp);
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
	struct search s = {
		.m = m, .w = w, .what = what, .found = found,
		.touches = calloc(m->n_devs + 1, sizeof(*s.touches)),
	};
	int ret = s.touches ? collect(&s) : -ENOMEM;

	if (!ret) {
		s.owners = calloc(s.n_entries + 1, sizeof(*s.owners));
		ret = s.owners ? look_all(&s) : -ENOMEM;
	}
	free(s.owners);
	free(s.near);
	free(s.touches);
	free(s.entries);
	return ret;
}

void duplicates_free(struct duplicates *found)
{
	free(found->one);
	memset(found, 0, sizeof(*found));
}
