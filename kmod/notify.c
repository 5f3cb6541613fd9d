// SPDX-License-Identifier: GPL-2.0
/* What the kernel tells of devices, as changes of the set and as events. */

#include <linux/netdevice.h>
#include <linux/nsinfo.h>
#include <net/net_namespace.h>

#include "addrs.h"
#include "compat.h"
#include "events.h"
#include "notify.h"
#include "peers.h"
#include "registry.h"
#include "snapshot.h"
#include "waiting.h"

/*
 * The device that has left a netns and not yet come to another. RTNL is held from
 * one to the other, so there are two only where one driver moves both.
 */
static struct {
	const struct net_device *dev;
	struct nsinfo_place from;
} moving;

/* What changes while a device moves is told with its arrival. */
static void notify_changed(struct net_device *dev, u32 what)
{
	if (dev != moving.dev)
		nsinfo_events_dev(NSINFO_CMD_DEV_CHANGE_NTF, dev, what);
}

/*
 * The new netns is not known yet: listeners that see both are told on arrival. A
 * driver may move a second device in the middle of the first one's move. Then the
 * origin of the first is lost, and its listeners are told of a loss.
 */
static void notify_leaves(struct net_device *dev)
{
	struct net *net = dev_net(dev);

	if (moving.dev)
		nsinfo_events_lost(dev_net(moving.dev));
	moving.dev = dev;
	rcu_read_lock();
	moving.from.net_id = nsinfo_entry_of(net) ? net->net_cookie : 0;
	rcu_read_unlock();
	moving.from.net_inum = net->ns.inum;
	moving.from.ifindex = dev->ifindex;
	strscpy(moving.from.name, dev->name, IFNAMSIZ);
	nsinfo_events_dev_left(dev);
}

static void notify_comes(struct net_device *dev)
{
	struct list_head *iter = &dev->adj_list.upper;
	struct net_device *upper;

	moving.dev = NULL;
	nsinfo_events_dev_moved(dev, &moving.from);
	nsinfo_peers_tell(dev, &moving.from);
	/* What is stacked on it counts it in another netns now. */
	while ((upper = netdev_upper_get_next_dev_rcu(dev, &iter)))
		notify_changed(upper, NSINFO_DEV_CHANGED_LINK);
}

static void notify_registered(struct net_device *dev)
{
	if (moving.dev == dev) {
		notify_comes(dev);
		return;
	}
	nsinfo_events_dev(NSINFO_CMD_DEV_ADD_NTF, dev, 0);
	nsinfo_peers_await(dev);
}

static void notify_unregistered(struct net_device *dev)
{
	if (nsinfo_compat_reg_state(dev) == NETREG_REGISTERED)
		notify_leaves(dev);
	else
		nsinfo_events_dev(NSINFO_CMD_DEV_DEL_NTF, dev, 0);
}

static void notify_renamed(struct net_device *dev)
{
	notify_changed(dev, NSINFO_DEV_CHANGED_NAME);
	nsinfo_peers_tell(dev, NULL);
	nsinfo_addrs_relabelled(dev);
}

static void upper_changed(struct net_device *dev,
			  const struct netdev_notifier_changeupper_info *info)
{
	if (info->master)
		notify_changed(dev, NSINFO_DEV_CHANGED_MASTER);
	else
		notify_changed(info->upper_dev, NSINFO_DEV_CHANGED_LINK);
}

static int netdev_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	switch (event) {
	case NETDEV_REGISTER:
		nsinfo_entry_changed(dev_net(dev));
		notify_registered(dev);
		break;
	case NETDEV_UNREGISTER:
		/* A device that only moves is, and stays, registered. */
		if (nsinfo_compat_reg_state(dev) != NETREG_REGISTERED)
			nsinfo_waiting_event(dev);
		/* A device that is waited for is told again every second. */
		if (nsinfo_compat_reg_state(dev) == NETREG_UNREGISTERED)
			break;
		nsinfo_entry_changed(dev_net(dev));
		notify_unregistered(dev);
		break;
	case NETDEV_CHANGENAME:
		nsinfo_entry_changed(dev_net(dev));
		notify_renamed(dev);
		break;
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		notify_changed(dev, NSINFO_DEV_CHANGED_STATE);
		break;
	case NETDEV_CHANGEMTU:
		notify_changed(dev, NSINFO_DEV_CHANGED_MTU);
		break;
	case NETDEV_CHANGE_TX_QUEUE_LEN:
		notify_changed(dev, NSINFO_DEV_CHANGED_TXQLEN);
		break;
	case NETDEV_CHANGEADDR:
		notify_changed(dev, NSINFO_DEV_CHANGED_ADDRESS);
		break;
	case NETDEV_POST_TYPE_CHANGE:
		notify_changed(dev, NSINFO_DEV_CHANGED_TYPE);
		break;
	case NETDEV_CHANGEUPPER:
		upper_changed(dev, ptr);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block netdev_nb = {
	.notifier_call = netdev_event,
};

/**
 * nsinfo_notify_init() - begin to listen, unless that is not wanted
 *
 * Context: process context, no lock held.
 * Return: 0 or a negative errno.
 */
int __init nsinfo_notify_init(void)
{
	int err;

	if (!nsinfo_registry_tracking())
		return 0;
	err = register_netdevice_notifier(&netdev_nb);
	if (err)
		return err;
	err = nsinfo_addrs_init();
	if (err)
		goto err_netdev;
	return 0;

err_netdev:
	unregister_netdevice_notifier(&netdev_nb);
	nsinfo_peers_exit();
	nsinfo_waiting_exit();
	return err;
}

/**
 * nsinfo_notify_exit() - stop listening
 *
 * Context: process context, no lock held.
 */
void nsinfo_notify_exit(void)
{
	if (nsinfo_registry_tracking()) {
		nsinfo_addrs_exit();
		unregister_netdevice_notifier(&netdev_nb);
		nsinfo_peers_exit();
	}
	nsinfo_waiting_exit();
}
