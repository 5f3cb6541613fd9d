// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that the core waits for. A device that was unregistered is off the list
 * of its netns. While a reference to it is left, the core calls the notifier once
 * a second; nothing tells when the last reference is gone. So each device that is
 * unregistered gets a record, which is shown as long as these calls come. The
 * address of the device is a key; only the notifier dereferences it.
 *
 * For most records no such call comes. Their number is bounded: the oldest makes
 * room for the next.
 */
#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <net/rtnetlink.h>

#include "compat.h"
#include "registry.h"
#include "waiting.h"

#define MAX_RECORDS	1024
/* The core tells every second, and late where others hold RTNL. */
#define SHOWN_NS	(3 * NSEC_PER_SEC)
#define KEPT_NS		(60 * NSEC_PER_SEC)

/**
 * struct waiting - a device that was unregistered
 * @hash: in table, by @dev
 * @list: in fresh by age; once it was told of, in told by last telling
 * @dev: its address; a value, not a reference
 * @net_id: cookie of its netns, or 0
 * @rec: what is shown; told_at 0 while in fresh
 */
struct waiting {
	struct hlist_node hash;
	struct list_head list;
	const struct net_device *dev;
	u64 net_id;
	struct nsinfo_waiting_rec rec;
};

/* All of these are under the lock. */
static DEFINE_SPINLOCK(lock);
static DEFINE_HASHTABLE(table, 8);
static LIST_HEAD(fresh);
static LIST_HEAD(told);
static unsigned int records;

static struct waiting *waiting_find(const struct net_device *dev)
{
	struct waiting *one;

	hash_for_each_possible(table, one, hash, (unsigned long)dev)
		if (one->dev == dev)
			return one;
	return NULL;
}

/* The teardown has begun and not ended: the netns may wait for a device. */
static bool is_dying(u64 id)
{
	const struct nsinfo_net *entry;
	bool dying;

	rcu_read_lock();
	entry = id ? nsinfo_entry_find(id) : NULL;
	dying = entry && READ_ONCE(entry->dying_since);
	rcu_read_unlock();
	return dying;
}

static void waiting_forget(struct waiting *one)
{
	hash_del(&one->hash);
	list_del(&one->list);
	records--;
	kfree(one);
}

static struct waiting *waiting_first(struct list_head *list)
{
	return list_first_entry_or_null(list, struct waiting, list);
}

/* Of records that were not told of for long, and of one where there is none. */
static void make_room(u64 now)
{
	struct waiting *one;

	while ((one = waiting_first(&told)) && now - one->rec.told_at > KEPT_NS &&
	       !is_dying(one->net_id))
		waiting_forget(one);
	while ((one = waiting_first(&fresh)) &&
	       (records == MAX_RECORDS || now - one->rec.since > KEPT_NS))
		waiting_forget(one);
}

/* Frees what it does not keep. */
static void waiting_keep(struct waiting *new)
{
	struct waiting *old;

	old = waiting_find(new->dev);
	if (old)
		waiting_forget(old);
	make_room(new->rec.since);
	if (records == MAX_RECORDS) {
		kfree(new);
		return;
	}
	hash_add(table, &new->hash, (unsigned long)new->dev);
	list_add_tail(&new->list, new->rec.told_at ? &told : &fresh);
	records++;
}

static bool waiting_told_again(struct net_device *dev, u64 now)
{
	struct waiting *one;

	spin_lock(&lock);
	one = waiting_find(dev);
	if (one) {
		one->rec.refs = netdev_refcnt_read(dev);
		one->rec.told_at = now;
		list_move_tail(&one->list, &told);
	}
	spin_unlock(&lock);
	return one;
}

/**
 * nsinfo_waiting_event() - a device is unregistered, or still waited for
 * @dev: the device
 *
 * A device that was unregistered before the module was loaded may have
 * outlived its netns: then only the address of the netns is known.
 *
 * Context: NETDEV_UNREGISTER, in state NETREG_UNREGISTERING or
 * NETREG_UNREGISTERED.
 */
void nsinfo_waiting_event(struct net_device *dev)
{
	bool again = nsinfo_compat_reg_state(dev) == NETREG_UNREGISTERED;
	u64 now = ktime_get_boottime_ns();
	struct waiting *new;

	if (again && waiting_told_again(dev, now))
		return;
	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return;
	new->dev = dev;
	new->net_id = again ? nsinfo_registry_id_of(dev_net(dev)) :
			      dev_net(dev)->net_cookie;
	new->rec.ifindex = dev->ifindex;
	new->rec.refs = netdev_refcnt_read(dev);
	strscpy(new->rec.name, dev->name, sizeof(new->rec.name));
	if (dev->rtnl_link_ops)
		strscpy(new->rec.kind, dev->rtnl_link_ops->kind,
			sizeof(new->rec.kind));
	new->rec.since = now;
	new->rec.told_at = again ? now : 0;
	spin_lock(&lock);
	waiting_keep(new);
	spin_unlock(&lock);
}

/* The oldest of @used are in @recs, which has room for @n. */
static void put_by_age(struct nsinfo_waiting_rec *recs, unsigned int used,
		       unsigned int n, const struct nsinfo_waiting_rec *rec)
{
	unsigned int i;

	if (used >= n) {
		if (!n || recs[n - 1].since <= rec->since)
			return;
		used = n - 1;
	}
	for (i = used; i && recs[i - 1].since > rec->since; i--)
		recs[i] = recs[i - 1];
	recs[i] = *rec;
}

/*
 * While a task holds RTNL, the core tells of no device. Then a device of a netns
 * that is still dying is still waited for.
 */
static bool is_shown(const struct waiting *one, u64 id)
{
	u64 end = one->rec.told_at + SHOWN_NS;

	if (id && one->net_id != id)
		return false;
	return end >= ktime_get_boottime_ns() ||
	       (end >= list_last_entry(&told, struct waiting,
				       list)->rec.told_at &&
		is_dying(one->net_id));
}

/* Counts those of a netns, or all with @id 0, and copies the @n oldest. */
static unsigned int waiting_collect(u64 id, struct nsinfo_waiting_rec *recs,
				    unsigned int n)
{
	const struct waiting *one;
	unsigned int count = 0;

	spin_lock(&lock);
	list_for_each_entry(one, &told, list)
		if (is_shown(one, id))
			put_by_age(recs, count++, n, &one->rec);
	spin_unlock(&lock);
	return count;
}

/**
 * nsinfo_waiting_get() - the devices of a netns that are waited for
 * @id: cookie of the netns
 * @recs: array to fill, the oldest first
 * @n: its size
 *
 * Return: how many there are, also where that is more than @n.
 */
unsigned int nsinfo_waiting_get(u64 id, struct nsinfo_waiting_rec *recs,
				unsigned int n)
{
	return waiting_collect(id, recs, n);
}

/**
 * nsinfo_waiting_count() - how many devices are waited for at all
 *
 * Return: that number, with those whose netns is gone.
 */
unsigned int nsinfo_waiting_count(void)
{
	return waiting_collect(0, NULL, 0);
}

/**
 * nsinfo_waiting_exit() - forget all records
 *
 * Context: no event comes any more.
 */
void nsinfo_waiting_exit(void)
{
	struct waiting *one;

	spin_lock(&lock);
	while ((one = waiting_first(&told)) || (one = waiting_first(&fresh)))
		waiting_forget(one);
	spin_unlock(&lock);
}
