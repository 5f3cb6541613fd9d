// SPDX-License-Identifier: GPL-2.0
/*
 * struct net and struct net_device as plain records.
 *
 * Everything here runs in an RCU read section of the caller and takes no
 * lock. What rtnetlink reads under RTNL is read as its lockless users do;
 * a value may be a moment older or newer than its neighbour.
 */
#include <linux/device.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <linux/user_namespace.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>
#include <net/sch_generic.h>

#include "compat.h"
#include "nsids.h"
#include "registry.h"
#include "snapshot.h"
#include "underlay.h"
#include "viewer.h"

static u32 count_devs(struct net *net)
{
	struct net_device *dev;
	u32 n = 0;

	for_each_netdev_rcu(net, dev)
		n++;
	return n;
}

/* in_userns() is not exported; as ns_get_owner(), which shows no ancestor. */
static bool is_in(const struct user_namespace *ns,
		  const struct user_namespace *ancestor)
{
	while (ns && ns != ancestor)
		ns = ns->parent;
	return ns;
}

static void snapshot_creator(struct nsinfo_net_rec *rec,
			     const struct nsinfo_net *entry,
			     const struct nsinfo_viewer *viewer)
{
	rec->created_at = entry->created_at;
	if (!rec->created_at)
		return;
	if (viewer->pid_ns)
		rec->creator_pid = nsinfo_creator_pid(&entry->creator,
						      viewer->pid_ns);
	memcpy(rec->creator_comm, entry->creator.comm, TASK_COMM_LEN);
	rec->creator_uid = from_kuid_munged(viewer->user_ns,
					    entry->creator.uid);
}

/**
 * nsinfo_snapshot_net() - copy what is to be told of a netns
 * @rec: what to fill, all of it
 * @entry: the netns
 * @viewer: who asks
 *
 * Context: the RCU read section that @entry was found in.
 */
void nsinfo_snapshot_net(struct nsinfo_net_rec *rec,
			 const struct nsinfo_net *entry,
			 const struct nsinfo_viewer *viewer)
{
	struct net *net = entry->net;

	memset(rec, 0, sizeof(*rec));
	rec->id = entry->id;
	rec->inum = net->ns.inum;
	rec->state = NSINFO_NETNS_STATE_LIVE;
	rec->init = net_eq(net, &init_net);
	rec->self = net_eq(net, viewer->net);
	if (is_in(net->user_ns, viewer->user_ns))
		rec->owner_userns = net->user_ns->ns.inum;
	rec->owner_uid = from_kuid_munged(viewer->user_ns,
					  net->user_ns->owner);
	rec->nsid = nsinfo_nsids_find(viewer, net);
	/* The list head is a part of struct net: no teardown frees it. */
	rec->ndevs = count_devs(net);
	rec->refs = nsinfo_compat_ref_read(net);
	rec->dying_since = READ_ONCE(entry->dying_since);
	if (rec->dying_since)
		rec->state = NSINFO_NETNS_STATE_DYING;
	else if (!rec->refs)
		rec->state = NSINFO_NETNS_STATE_QUEUED;
	else
		rec->inactive = nsinfo_compat_inactive(net);
	snapshot_creator(rec, entry, viewer);
}

/**
 * nsinfo_snapshot_devs() - the next devices of a netns, by ifindex
 * @net: the netns, live or dying
 * @after: only devices with an ifindex above this one
 * @devs: array to fill, ascending; no reference is taken
 * @n: its size
 *
 * Walks the list, which is neither sorted nor freed by a teardown, and keeps
 * the @n smallest.
 *
 * Context: RCU read section, which the result lives as long as.
 * Return: number of devices in @devs; below @n where these are the last ones.
 */
unsigned int nsinfo_snapshot_devs(struct net *net, int after,
				  struct net_device **devs, unsigned int n)
{
	unsigned int used = 0, i;
	struct net_device *dev;

	for_each_netdev_rcu(net, dev) {
		if (dev->ifindex <= after)
			continue;
		if (used == n) {
			if (dev->ifindex >= devs[n - 1]->ifindex)
				continue;
			used--;
		}
		for (i = used; i && devs[i - 1]->ifindex > dev->ifindex; i--)
			devs[i] = devs[i - 1];
		devs[i] = dev;
		used++;
	}
	return used;
}

/*
 * A rename writes the name under a lock that is private to the core. So the name
 * is read until two readings are the same.
 */
static void copy_name(char *to, const struct net_device *dev)
{
	int tries = 16;

	do {
		memcpy(to, dev->name, IFNAMSIZ);
		smp_rmb(); /* the second reading after the first */
	} while (memcmp(to, dev->name, IFNAMSIZ) && --tries);
	to[IFNAMSIZ - 1] = '\0';
}

/* As dev_get_flags(), which 7.x no longer exports under one name. */
static u32 user_flags(const struct net_device *dev)
{
	u32 flags = READ_ONCE(dev->flags) &
		    ~(IFF_PROMISC | IFF_ALLMULTI | IFF_RUNNING | IFF_LOWER_UP |
		      IFF_DORMANT);

	flags |= READ_ONCE(dev->gflags) & (IFF_PROMISC | IFF_ALLMULTI);
	if (!netif_running(dev))
		return flags;
	if (netif_oper_up(dev))
		flags |= IFF_RUNNING;
	if (netif_carrier_ok(dev))
		flags |= IFF_LOWER_UP;
	if (netif_dormant(dev))
		flags |= IFF_DORMANT;
	return flags;
}

static void snapshot_hwaddr(struct nsinfo_dev_rec *rec,
			    const struct net_device *dev)
{
	rec->addr_len = min_t(u32, READ_ONCE(dev->addr_len), MAX_ADDR_LEN);
	memcpy(rec->address, dev->dev_addr, rec->addr_len);
	memcpy(rec->broadcast, dev->broadcast, rec->addr_len);
	memcpy(rec->perm_address, dev->perm_addr, rec->addr_len);
	rec->has_perm_address = memchr_inv(rec->perm_address, 0,
					   rec->addr_len);
}

/* The device below with that ifindex, or NULL. */
static struct net_device *lower_dev(struct net_device *dev, u32 link)
{
	struct list_head *iter = &dev->adj_list.lower;
	struct net_device *lower;

	while ((lower = netdev_next_lower_dev_rcu(dev, &iter)))
		if (lower->ifindex == link)
			return lower;
	return NULL;
}

/* The one device below; NULL for none and for several, and if @dev has ports. */
static struct net_device *only_lower_dev(struct net_device *dev)
{
	struct list_head *iter = &dev->adj_list.lower;
	struct net_device *lower, *only = NULL;

	while ((lower = netdev_next_lower_dev_rcu(dev, &iter))) {
		if (only || netdev_master_upper_dev_get_rcu(lower) == dev)
			return NULL;
		only = lower;
	}
	return only;
}

/*
 * The netns that a registered device is in lives until after this RCU section,
 * for both to unregister and to move ends with synchronize_net().
 */
static struct net *registered_net(const struct net_device *dev)
{
	if (nsinfo_compat_reg_state(dev) != NETREG_REGISTERED)
		return NULL;
	return dev_net(dev);
}

/* Return: the netns that link counts in, or NULL where it is not known. */
static struct net *snapshot_peer(struct nsinfo_dev_rec *rec,
				 struct net_device *dev,
				 const struct nsinfo_viewer *viewer)
{
	struct net_device *peer = dev->netdev_ops->ndo_get_peer_dev(dev);
	struct net *net;

	rec->link = dev_get_iflink(dev);
	if (!peer)
		return dev_net(dev);
	net = registered_net(peer);
	if (net && nsinfo_viewer_may_see(viewer, net)) {
		rec->peer_ifindex = peer->ifindex;
		rec->peer_net_id = net->net_cookie;
		rec->peer_net_inum = net->ns.inum;
		copy_name(rec->peer_name, peer);
	}
	return net;
}

/*
 * What a driver says of the device below: its ifindex, with the netns where
 * the core or the driver knows it. An ifindex alone is one of any netns, but
 * for a device that stays where it was made.
 */
static struct net *snapshot_told_lower(struct nsinfo_dev_rec *rec,
				       struct net_device *dev)
{
	struct net_device *lower;
	struct net *net;

	rec->link = dev_get_iflink(dev);
	lower = lower_dev(dev, rec->link);
	if (lower)
		return registered_net(lower);
	net = nsinfo_underlay_net(dev);
	if (net)
		return IS_ERR(net) ? NULL : net;
	return !rec->link || rec->link == rec->ifindex ||
	       nsinfo_compat_is_immovable(dev) ? dev_net(dev) : NULL;
}

/*
 * A driver without ndo_get_iflink says nothing: dev_get_iflink() returns the
 * ifindex of @dev itself, which counts in no other netns. The core may know the
 * device below.
 */
static struct net *snapshot_untold_lower(struct nsinfo_dev_rec *rec,
					 struct net_device *dev,
					 const struct nsinfo_viewer *viewer)
{
	struct net_device *lower = only_lower_dev(dev);
	struct net *net;

	rec->link = rec->ifindex;
	if (lower) {
		net = registered_net(lower);
		if (net && nsinfo_viewer_may_see(viewer, net)) {
			rec->link = lower->ifindex;
			rec->has_link = true;
		}
		return net;
	}
	net = nsinfo_underlay_net(dev);
	if (!net)
		return dev_net(dev);
	return IS_ERR(net) ? NULL : net;
}

static void snapshot_link(struct nsinfo_dev_rec *rec, struct net_device *dev,
			  const struct nsinfo_viewer *viewer)
{
	const struct net_device_ops *ops = dev->netdev_ops;
	struct net *net;

	if (ops->ndo_get_peer_dev)
		net = snapshot_peer(rec, dev, viewer);
	else if (ops->ndo_get_iflink)
		net = snapshot_told_lower(rec, dev);
	else
		net = snapshot_untold_lower(rec, dev, viewer);
	rec->link_foreign = !net || !net_eq(net, dev_net(dev));
	if (ops->ndo_get_iflink)
		rec->has_link = rec->link_foreign || rec->link != rec->ifindex;
	if (!ops->ndo_get_peer_dev && net && rec->link_foreign &&
	    nsinfo_viewer_may_see(viewer, net)) {
		rec->link_net_id = net->net_cookie;
		rec->link_net_inum = net->ns.inum;
	}
}

static void snapshot_strings(struct nsinfo_dev_rec *rec,
			     const struct net_device *dev)
{
	const struct Qdisc *qdisc = rcu_dereference(dev->qdisc);
	const struct dev_ifalias *alias = rcu_dereference(dev->ifalias);

	if (qdisc)
		rec->qdisc = qdisc->ops->id;
	if (alias)
		rec->alias = alias->ifalias;
}

/*
 * A registered device holds a reference of its parent from before it is in the
 * list of its netns until after synchronize_net() has followed its end there;
 * nor is it renamed then, for only what is on no bus (a phy) can be.
 */
static void snapshot_parent(struct nsinfo_dev_rec *rec,
			    const struct net_device *dev)
{
	const struct device *parent = READ_ONCE(dev->dev.parent);
	const char *bus, *name;

	if (!parent || !parent->bus)
		return;
	bus = parent->bus->name;
	name = dev_name(parent);
	if (!bus || !name || strlen(bus) > NSINFO_PARENT_LEN ||
	    strlen(name) > NSINFO_PARENT_LEN)
		return;
	rec->parent_bus = bus;
	rec->parent_dev = name;
}

/**
 * nsinfo_snapshot_dev_brief() - copy what tells a device from the others
 * @rec: what to fill, all of it but the counters: the key, the name and the kind
 *	are set
 * @dev: the device
 *
 * Context: an RCU read section, or what else keeps the device and its netns.
 */
void nsinfo_snapshot_dev_brief(struct nsinfo_dev_rec *rec,
			       const struct net_device *dev)
{
	const struct net *net = dev_net(dev);

	memset(rec, 0, offsetof(struct nsinfo_dev_rec, stats));
	rec->net_id = net->net_cookie;
	rec->net_inum = net->ns.inum;
	rec->ifindex = dev->ifindex;
	copy_name(rec->name, dev);
	if (dev->rtnl_link_ops)
		rec->kind = dev->rtnl_link_ops->kind;
}

/**
 * nsinfo_snapshot_dev() - copy what is to be told of a device
 * @rec: what to fill, the counters only where they are wanted
 * @dev: the device
 * @viewer: who asks
 * @want_stats: the counters too; their cost grows with the number of CPUs
 *
 * Context: the RCU read section that @dev was found in.
 */
void nsinfo_snapshot_dev(struct nsinfo_dev_rec *rec, struct net_device *dev,
			 const struct nsinfo_viewer *viewer, bool want_stats)
{
	struct net_device *master;

	nsinfo_snapshot_dev_brief(rec, dev);
	rec->flags = user_flags(dev);
	rec->operstate = netif_running(dev) ? READ_ONCE(dev->operstate) :
					      IF_OPER_DOWN;
	rec->link_mode = READ_ONCE(dev->link_mode);
	rec->mtu = READ_ONCE(dev->mtu);
	rec->min_mtu = READ_ONCE(dev->min_mtu);
	rec->max_mtu = READ_ONCE(dev->max_mtu);
	rec->type = READ_ONCE(dev->type);
	rec->group = READ_ONCE(dev->group);
	rec->txqlen = READ_ONCE(dev->tx_queue_len);
	rec->promiscuity = READ_ONCE(dev->promiscuity);
	rec->allmulti = READ_ONCE(dev->allmulti);
	rec->num_tx_queues = READ_ONCE(dev->num_tx_queues);
#ifdef CONFIG_RPS
	rec->num_rx_queues = READ_ONCE(dev->num_rx_queues);
#endif
	snapshot_strings(rec, dev);
	snapshot_parent(rec, dev);
	snapshot_hwaddr(rec, dev);
	master = netdev_master_upper_dev_get_rcu(dev);
	if (master)
		rec->master = master->ifindex;
	snapshot_link(rec, dev, viewer);
	if (want_stats) {
		dev_get_stats(dev, &rec->stats);
		rec->has_stats = true;
	}
}
