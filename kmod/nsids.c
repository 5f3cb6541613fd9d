// SPDX-License-Identifier: GPL-2.0
/*
 * The ids that one netns has for others. peernet2id() looks at all of them for
 * each netns, so a dump of many keeps a table, sorted by cookie. Cookies are
 * numbers: it holds no netns.
 */
#include <linux/bsearch.h>
#include <linux/idr.h>
#include <linux/mm.h>
#include <linux/net_namespace.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <net/net_namespace.h>

#include "nsids.h"
#include "viewer.h"

/* Ids visited in one RCU section. */
#define IDS_A_SLICE	256

struct nsid {
	u64 cookie;
	int id;
};

/**
 * struct nsinfo_nsids - the ids that a netns had for others at some time
 * @n: how many there are
 * @ids: by cookie, ascending
 */
struct nsinfo_nsids {
	unsigned int n;
	struct nsid ids[];
};

/* Counts all of them, and copies as many as there is room for. */
static unsigned int copy_ids(struct net *of, struct nsid *ids,
			     unsigned int room)
{
	unsigned int n = 0;
	struct net *net;
	int id;

	rcu_read_lock();
	idr_for_each_entry(&of->netns_ids, net, id) {
		if (n < room)
			ids[n] = (struct nsid){ net->net_cookie, id };
		n++;
		if (n % IDS_A_SLICE)
			continue;
		rcu_read_unlock();
		cond_resched();
		rcu_read_lock();
	}
	rcu_read_unlock();
	return n;
}

static int nsids_compare(const void *a, const void *b)
{
	const struct nsid *one = a, *other = b;

	if (one->cookie == other->cookie)
		return 0;
	return one->cookie < other->cookie ? -1 : 1;
}

/**
 * nsinfo_nsids_get() - make a table of the ids that a netns has for others
 * @of: that netns, kept by the caller
 *
 * Context: process context, may sleep.
 * Return: the table, for nsinfo_nsids_put(), or NULL where none can be made, or
 * there is nothing to put in.
 */
struct nsinfo_nsids *nsinfo_nsids_get(struct net *of)
{
	struct nsinfo_nsids *nsids;
	unsigned int n, room;

	room = copy_ids(of, NULL, 0);
	if (!room)
		return NULL;
	/* It lives as long as a reader likes, so the reader is charged. */
	nsids = kvmalloc(struct_size(nsids, ids, room),
			 GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!nsids)
		return NULL;
	n = copy_ids(of, nsids->ids, room);
	/* There may be more than a moment ago: which were left out? */
	if (n > room) {
		kvfree(nsids);
		return NULL;
	}
	nsids->n = n;
	sort(nsids->ids, nsids->n, sizeof(*nsids->ids), nsids_compare, NULL);
	return nsids;
}

/**
 * nsinfo_nsids_put() - give up a table
 * @nsids: the table, or NULL
 *
 * Context: process context, may sleep.
 */
void nsinfo_nsids_put(const struct nsinfo_nsids *nsids)
{
	kvfree(nsids);
}

/**
 * nsinfo_nsids_find() - the id that a viewer has for a netns
 * @viewer: who asks; without a table the kernel is asked, but not for a group:
 *	it looks at all ids, and each new netns would make it do so
 * @net: the netns
 *
 * Context: an RCU read section that keeps @net.
 * Return: the id, or a negative number where there is none.
 */
int nsinfo_nsids_find(const struct nsinfo_viewer *viewer, struct net *net)
{
	const struct nsid key = { .cookie = net->net_cookie };
	const struct nsinfo_nsids *nsids = viewer->nsids;
	const struct nsid *found;

	if (!viewer->sk)
		return NETNSA_NSID_NOT_ASSIGNED;
	if (!nsids)
		return peernet2id(viewer->net, net);
	found = bsearch(&key, nsids->ids, nsids->n, sizeof(key), nsids_compare);
	return found ? found->id : NETNSA_NSID_NOT_ASSIGNED;
}
