// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cmd/find/match.h"
#include "model/details_value.h"

void find_free(struct find_hits *hits)
{
	free(hits->hit);
	memset(hits, 0, sizeof(*hits));
}

int find_add(struct find_hits *hits, const struct find_hit *hit)
{
	struct find_hit *added = array_add(&hits->hit, &hits->n, &hits->cap);

	if (!added)
		return -ENOMEM;
	*added = *hit;
	return 0;
}

/* All of one model: as they are there; the primary name comes first. */
static int hit_cmp(const void *a, const void *b)
{
	const struct find_hit *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (!x->altname || !y->altname)
		return !!x->altname - !!y->altname;
	return strcmp(x->altname, y->altname);
}

void find_sort(struct find_hits *hits)
{
	size_t i, kept = 0;

	if (!hits->n)
		return;
	qsort(hits->hit, hits->n, sizeof(*hits->hit), hit_cmp);
	for (i = 1; i < hits->n; i++)
		if (hits->hit[i].ns != hits->hit[kept].ns || !hits->hit[i].dev ||
		    hits->hit[i].dev != hits->hit[kept].dev)
			hits->hit[++kept] = hits->hit[i];
	hits->n = kept + 1;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	unsigned int bytes = bits / 8, rest = bits % 8;

	if (memcmp(a, b, bytes))
		return false;
	return !rest || !((a[bytes] ^ b[bytes]) >> (8 - rest));
}

static bool ip_matches(const struct find_query *q, const struct inet *local)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint8_t all[16];

	if (local->len == 16)
		return same_bits(q->ip, local->data, q->prefix);
	/* ::/0 is all of IPv6, and not IPv4 as well. */
	if (local->len != 4 || q->prefix < 96)
		return false;
	memcpy(all, mapped, sizeof(mapped));
	memcpy(all + 12, local->data, 4);
	return same_bits(q->ip, all, q->prefix);
}

/* A zone is a device, by name or by number. */
static bool in_zone(const struct find_query *q, const struct dev *dev)
{
	char number[16];

	if (!q->zone || !strcmp(q->zone, dev->ifname))
		return true;
	snprintf(number, sizeof(number), "%u", dev->ifindex);
	return !strcmp(q->zone, number);
}

static int match_ip(const struct model *m, const struct find_query *q,
		    struct find_hit *hit, struct find_hits *hits)
{
	uint32_t i;
	int ret = 0;

	if (!in_zone(q, hit->dev))
		return 0;
	for (i = 0; i < hit->dev->n_addrs && !ret; i++) {
		hit->addr = &m->addrs[hit->dev->first_addr + i];
		if (ip_matches(q, &hit->addr->local))
			ret = find_add(hits, hit);
	}
	return ret;
}

static bool same_mac(const struct find_query *q, const struct bytes *mac)
{
	return mac->len == q->mac_len && !memcmp(mac->data, q->mac, mac->len);
}

static int match_mac(const struct find_query *q, struct find_hit *hit,
		     struct find_hits *hits)
{
	if (same_mac(q, &hit->dev->address))
		hit->mac = &hit->dev->address;
	else if (same_mac(q, &hit->dev->perm_address))
		hit->mac = &hit->dev->perm_address;
	return hit->mac ? find_add(hits, hit) : 0;
}

static bool name_matches(const char *pattern, const char *name)
{
	return !strcmp(pattern, name) || !fnmatch(pattern, name, 0);
}

bool find_wants_details(const struct find_query *q, const struct dev *dev)
{
	static const char *const vni[] = { "vxlan", "geneve", NULL };
	static const char *const vlan[] = { "vlan", NULL };
	const char *const *kind = q->what == FIND_VNI ? vni : vlan;

	for (; dev->kind && *kind; kind++)
		if (!strcmp(*kind, dev->kind))
			return true;
	return false;
}

bool find_has_any_vni(const struct dev *dev)
{
	const struct json_t *data = details_info(dev, "info_data");

	return details_type(details_member(data, "external")) == DETAILS_TRUE ||
	       details_type(details_member(data, "vnifilter")) == DETAILS_TRUE;
}

static bool has_number(const struct find_query *q, const struct dev *dev)
{
	const struct json_t *id = details_member(details_info(dev, "info_data"),
						 "id");

	return find_wants_details(q, dev) && !find_has_any_vni(dev) &&
	       details_type(id) == DETAILS_INT &&
	       details_int(id) == (int64_t)q->number;
}

static int match_dev(const struct model *m, const struct find_query *q,
		     struct find_hit *hit, struct find_hits *hits)
{
	const struct dev *dev = hit->dev;

	switch (q->what) {
	case FIND_IP:
		return match_ip(m, q, hit, hits);
	case FIND_MAC:
		return match_mac(q, hit, hits);
	case FIND_DEV:
		return name_matches(q->word, dev->ifname) ?
		       find_add(hits, hit) : 0;
	case FIND_KIND:
		return dev->kind && !strcmp(q->word, dev->kind) ?
		       find_add(hits, hit) : 0;
	case FIND_VNI:
	case FIND_VLAN:
		return has_number(q, dev) ? find_add(hits, hit) : 0;
	default:
		return 0;
	}
}

static int match_netns(const struct model *m, const struct find_query *q,
		       const struct netns *ns, struct find_hits *hits)
{
	uint32_t i;
	int ret = 0;

	if (q->what == FIND_INODE)
		return ns->inum == q->number ?
		       find_add(hits, &(struct find_hit){ .ns = ns }) : 0;
	for (i = 0; i < ns->n_devs && !ret; i++) {
		struct find_hit hit = { .ns = ns,
					.dev = &m->devs[ns->first_dev + i] };

		ret = match_dev(m, q, &hit, hits);
	}
	return ret;
}

int find_devs(const struct model *m, const struct find_query *q,
	      struct find_hits *hits)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < m->n_netns && !ret; i++)
		ret = match_netns(m, q, &m->netns[i], hits);
	return ret;
}

int find_duplicates(const struct model *m, const struct duplicates *found,
		    struct find_hits *hits)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < found->n && !ret; i++) {
		const struct dev *dev = found->one[i].dev;
		struct find_hit hit = {
			.ns = model_netns(m, dev->netns_id),
			.dev = dev,
			.addr = found->one[i].addr,
			.mac = found->one[i].addr ? NULL : &dev->address,
			.duplicate = &found->one[i],
		};

		ret = find_add(hits, &hit);
	}
	return ret;
}

int find_pid(const struct model *m, uint32_t pid, struct find_hits *hits)
{
	struct find_hit hit = { 0 };
	size_t i, k;
	int ret = 0;

	for (i = 0; i < m->n_netns && !ret; i++) {
		const struct netns *ns = &m->netns[i];

		for (k = 0; k < ns->n_tasks; k++) {
			const struct task *task = &m->tasks[ns->first_task + k];

			if (task->pid != pid && task->tid != pid)
				continue;
			hit.ns = ns;
			hit.task = task;
			ret = find_add(hits, &hit);
			break;
		}
	}
	return ret;
}

int find_pci(const struct model *m, const struct find_query *q,
	     find_is_below below, void *data, struct find_hits *hits)
{
	struct find_hit hit = { 0 };
	size_t i, k;
	int ret = 0;

	for (i = 0; i < m->n_netns; i++) {
		hit.ns = &m->netns[i];
		for (k = 0; k < hit.ns->n_devs && !ret; k++) {
			hit.dev = &m->devs[hit.ns->first_dev + k];
			if (!hit.dev->parent_bus)
				continue;
			if (!strcmp(hit.dev->parent_bus, "pci") ?
			    !strcmp(hit.dev->parent_dev, q->word) :
			    below(data, hit.dev, q->word))
				ret = find_add(hits, &hit);
		}
	}
	return ret;
}

int find_peer(const struct model *m, const struct dev *dev,
	      struct find_hits *hits)
{
	struct find_hit hit = { 0 };

	hit.ns = model_netns(m, dev->peer.netns_id);
	if (hit.ns)
		hit.dev = model_dev(m, hit.ns, dev->peer.ifindex);
	return hit.dev ? find_add(hits, &hit) : 0;
}

const struct dev *find_dev_named(const struct model *m,
				 const struct netns *ns, const char *ifname)
{
	uint32_t i;

	for (i = 0; i < ns->n_devs; i++)
		if (!strcmp(m->devs[ns->first_dev + i].ifname, ifname))
			return &m->devs[ns->first_dev + i];
	return NULL;
}
