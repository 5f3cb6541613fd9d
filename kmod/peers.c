// SPDX-License-Identifier: GPL-2.0
/*
 * The two ends of a pair. Each end is registered before it has its peer, and no
 * notifier is called when the peer is set. So each end is looked up by its key,
 * again and again, until it has a peer.
 */
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/nsinfo.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "events.h"
#include "peers.h"
#include "registry.h"
#include "snapshot.h"

/* RTNL is held from before the device is registered until it has a peer. */
#define PATIENCE	(60 * HZ)
#define DELAY_MAX	(HZ / 10)

struct unpaired {
	struct list_head list;
	u64 net_id;
	int ifindex;
	unsigned long since;
};

static LIST_HEAD(unpaired_devs);
static DEFINE_SPINLOCK(lock);
static unsigned long delay;

/* Under RCU. */
static struct net_device *peer_of(struct net_device *dev)
{
	return dev->netdev_ops->ndo_get_peer_dev(dev);
}

/* Under RCU. Return: false where the device has to be looked up again. */
static bool peers_settle(const struct unpaired *w)
{
	struct nsinfo_net *entry = nsinfo_entry_find(w->net_id);
	struct net_device *dev;

	if (!entry || READ_ONCE(entry->dying_since))
		return true;
	dev = dev_get_by_index_rcu(entry->net, w->ifindex);
	if (!dev || !dev->netdev_ops->ndo_get_peer_dev)
		return true;
	if (peer_of(dev)) {
		nsinfo_events_dev_async(dev, NSINFO_DEV_CHANGED_PEER);
		return true;
	}
	if (time_before(jiffies, w->since + PATIENCE))
		return false;
	nsinfo_events_lost(entry->net);
	return true;
}

static void peers_look(struct work_struct *work);
static DECLARE_DELAYED_WORK(look_work, peers_look);

static void peers_look(struct work_struct *work)
{
	LIST_HEAD(later);
	LIST_HEAD(now);
	struct unpaired *w;
	bool settled;

	spin_lock(&lock);
	list_splice_init(&unpaired_devs, &now);
	spin_unlock(&lock);
	while (!list_empty(&now)) {
		w = list_first_entry(&now, struct unpaired, list);
		list_move_tail(&w->list, &later);
		rcu_read_lock();
		settled = peers_settle(w);
		rcu_read_unlock();
		if (settled) {
			list_del(&w->list);
			kfree(w);
		}
		cond_resched();
	}
	if (list_empty(&later))
		return;
	spin_lock(&lock);
	list_splice(&later, &unpaired_devs);
	delay = min_t(unsigned long, 2 * delay, DELAY_MAX);
	schedule_delayed_work(&look_work, delay);
	spin_unlock(&lock);
}

/**
 * nsinfo_peers_await() - tell the peer of a new device once it is known
 * @dev: a device that was just registered, of any kind
 *
 * Whether anybody listens does not matter: who begins to before the peer is
 * known finds none in a dump.
 *
 * Context: process context, RTNL held.
 */
void nsinfo_peers_await(struct net_device *dev)
{
	struct unpaired *w;

	if (!dev->netdev_ops->ndo_get_peer_dev || !nsinfo_events_enabled())
		return;
	w = kmalloc(sizeof(*w), GFP_KERNEL);
	if (!w) {
		nsinfo_events_lost(dev_net(dev));
		return;
	}
	w->net_id = dev_net(dev)->net_cookie;
	w->ifindex = dev->ifindex;
	w->since = jiffies;
	spin_lock(&lock);
	list_add_tail(&w->list, &unpaired_devs);
	delay = 1;
	schedule_delayed_work(&look_work, delay);
	spin_unlock(&lock);
}

/*
 * Who sees its own netns alone sees a peer in it, and of any other one only the
 * ifindex.
 */
static bool is_seen(const struct net_device *dev,
		    const struct net_device *peer,
		    const struct nsinfo_place *from)
{
	return net_eq(dev_net(dev), dev_net(peer)) ||
	       (from && (from->ifindex != dev->ifindex ||
			 from->net_id == dev_net(peer)->net_cookie));
}

/**
 * nsinfo_peers_tell() - tell the other end that this one has changed
 * @dev: the device that has moved, or has another name
 * @from: where it was if it has moved, or NULL
 *
 * Context: process context, RTNL held, which keeps the peer.
 */
void nsinfo_peers_tell(struct net_device *dev, const struct nsinfo_place *from)
{
	struct net_device *peer;

	if (!dev->netdev_ops->ndo_get_peer_dev)
		return;
	rcu_read_lock();
	peer = peer_of(dev);
	rcu_read_unlock();
	if (peer)
		nsinfo_events_peer(peer, is_seen(dev, peer, from));
}

/**
 * nsinfo_peers_exit() - forget who waits
 *
 * Context: process context; nobody calls nsinfo_peers_await() any more.
 */
void nsinfo_peers_exit(void)
{
	struct unpaired *w;

	cancel_delayed_work_sync(&look_work);
	while (!list_empty(&unpaired_devs)) {
		w = list_first_entry(&unpaired_devs, struct unpaired, list);
		list_del(&w->list);
		kfree(w);
	}
}
