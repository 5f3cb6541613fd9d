// SPDX-License-Identifier: GPL-2.0
/* Addresses that more than one device has. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "find.h"

/* A device and one of its addresses. */
struct entry {
	const uint8_t *data;
	uint8_t len;
	struct find_hit hit;
	struct entry *root;		/* of those it is stacked with */
};

struct entries {
	struct entry *entry;
	size_t n;
	size_t cap;
};

static int add(struct entries *all, const struct entry *entry)
{
	if (all->n == all->cap) {
		size_t want = all->cap ? 2 * all->cap : 256;
		struct entry *bigger = reallocarray(all->entry, want,
						    sizeof(*bigger));

		if (!bigger)
			return -ENOMEM;
		all->entry = bigger;
		all->cap = want;
	}
	all->entry[all->n++] = *entry;
	return 0;
}

static bool ipv4_is_unique(const uint8_t *a)
{
	return a[0] && a[0] != 127 && a[0] < 224 && (a[0] != 169 || a[1] != 254);
}

static bool ipv6_is_unique(const uint8_t *a)
{
	static const uint8_t zero[15];

	if (!memcmp(a, zero, 15) && a[15] <= 1)
		return false;
	return a[0] != 0xff && (a[0] != 0xfe || (a[1] & 0xc0) != 0x80);
}

bool find_ip_is_unique(const struct addr *addr)
{
	if (addr->scope == RT_SCOPE_HOST)
		return false;
	if (addr->local.len == 4)
		return ipv4_is_unique(addr->local.data);
	return addr->local.len == 16 && ipv6_is_unique(addr->local.data);
}

/* Not 4 or 16 bytes: what tunnels have there is an IP address. */
static bool mac_is_unique(const struct bytes *mac)
{
	uint8_t any = 0;
	size_t i;

	for (i = 0; i < mac->len; i++)
		any |= mac->data[i];
	return any && mac->len >= 6 && mac->len != 16;
}

static int add_ips(struct entries *all, const struct model *m,
		   struct find_hit *hit)
{
	uint32_t i;
	int ret = 0;

	for (i = 0; i < hit->dev->n_addrs && !ret; i++) {
		hit->addr = &m->addrs[hit->dev->first_addr + i];
		if (find_ip_is_unique(hit->addr))
			ret = add(all, &(struct entry){
				.data = hit->addr->local.data,
				.len = hit->addr->local.len,
				.hit = *hit,
			});
	}
	return ret;
}

static int add_mac(struct entries *all, struct find_hit *hit)
{
	hit->mac = &hit->dev->address;
	if (!mac_is_unique(hit->mac))
		return 0;
	return add(all, &(struct entry){ .data = hit->mac->data,
					 .len = hit->mac->len,
					 .hit = *hit });
}

static int collect(struct entries *all, const struct model *m,
		   enum find_what what)
{
	size_t i, k;
	int ret = 0;

	for (i = 0; i < m->n_netns; i++) {
		const struct netns *ns = &m->netns[i];

		for (k = 0; k < ns->n_devs && !ret; k++) {
			struct find_hit hit = {
				.ns = ns,
				.dev = &m->devs[ns->first_dev + k],
			};

			ret = what == FIND_SAME_IP ? add_ips(all, m, &hit) :
						     add_mac(all, &hit);
		}
	}
	return ret;
}

/* By address; then as the model has them, where devices are in order. */
static int cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = x->len != y->len ? x->len - y->len :
				       memcmp(x->data, y->data, x->len);

	if (!order)
		order = (x->hit.dev > y->hit.dev) - (x->hit.dev < y->hit.dev);
	if (!order)
		order = (x->hit.addr > y->hit.addr) -
			(x->hit.addr < y->hit.addr);
	return order;
}

static struct entry *root_of(struct entry *entry)
{
	while (entry->root != entry)
		entry = entry->root;
	return entry;
}

static int dev_cmp(const void *key, const void *entry)
{
	const struct dev *dev = key, *other = ((const struct entry *)entry)->hit.dev;

	return (dev > other) - (dev < other);
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
 * How many devices of a group have this address on their own. Bridges and
 * bonds have that of a port, vlans that of the device below; but the link of
 * a veth is its peer.
 */
static size_t count_macs(struct entry *group, size_t n)
{
	size_t i, roots = 0;

	for (i = 0; i < n; i++)
		group[i].root = &group[i];
	for (i = 0; i < n; i++) {
		const struct dev *dev = group[i].hit.dev;

		stack(group, n, &group[i], dev->master_dev);
		if (!HAS(dev, NSINFO_A_DEV_PEER))
			stack(group, n, &group[i], dev->link_dev);
	}
	for (i = 0; i < n; i++)
		roots += group[i].root == &group[i];
	return roots;
}

static size_t count_devs(const struct entry *group, size_t n)
{
	size_t i, devs = 1;

	for (i = 1; i < n; i++)
		devs += group[i].hit.dev != group[i - 1].hit.dev;
	return devs;
}

static int add_group(struct entry *group, size_t n, enum find_what what,
		     struct find_hits *hits)
{
	size_t i, times = what == FIND_SAME_MAC ? count_macs(group, n) :
						  count_devs(group, n);
	int ret = 0;

	for (i = 0; i < n && times > 1 && !ret; i++)
		ret = find_add(hits, &group[i].hit);
	return ret;
}

int find_duplicates(const struct model *m, enum find_what what,
		    struct find_hits *hits)
{
	struct entries all = { 0 };
	size_t i, n;
	int ret = collect(&all, m, what);

	if (!ret && all.n)
		qsort(all.entry, all.n, sizeof(*all.entry), cmp);
	for (i = 0; i < all.n && !ret; i += n) {
		const struct entry *first = &all.entry[i];

		for (n = 1; i + n < all.n; n++)
			if (first[n].len != first->len ||
			    memcmp(first[n].data, first->data, first->len))
				break;
		ret = add_group(&all.entry[i], n, what, hits);
	}
	free(all.entry);
	return ret;
}
