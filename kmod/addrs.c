// SPDX-License-Identifier: GPL-2.0
/* What the kernel tells of addresses, as events. */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/nsinfo.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>

#include "addrs.h"
#include "events.h"
#include "snapshot.h"

/* Under RTNL. */
static int inet_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	const struct in_ifaddr *ifa = ptr;
	struct net_device *dev = ifa->ifa_dev->dev;
	struct nsinfo_addr_rec rec;

	if (!nsinfo_events_wanted())
		return NOTIFY_DONE;
	nsinfo_snapshot_inet(&rec, ifa);
	if (event == NETDEV_UP)
		nsinfo_events_addr(NSINFO_CMD_ADDR_ADD_NTF, dev, &rec,
				   GFP_KERNEL, NULL, NULL);
	else if (event == NETDEV_DOWN)
		nsinfo_events_addr(NSINFO_CMD_ADDR_DEL_NTF, dev, &rec,
				   GFP_KERNEL, NULL, NULL);
	return NOTIFY_DONE;
}

static struct notifier_block inet_nb = {
	.notifier_call = inet_event,
};

#if IS_ENABLED(CONFIG_IPV6)
/* The state is dead before the end is told: no event comes after that of the end. */
static bool inet6_lives(const void *object)
{
	return !nsinfo_addr_is_dead(object);
}

/* Atomic, and without RTNL where a router told of the address. */
static int inet6_event(struct notifier_block *nb, unsigned long event,
		       void *ptr)
{
	const struct inet6_ifaddr *ifp = ptr;
	struct net_device *dev = ifp->idev->dev;
	struct nsinfo_addr_rec rec;

	if (!nsinfo_events_wanted())
		return NOTIFY_DONE;
	nsinfo_snapshot_inet6(&rec, ifp);
	if (event == NETDEV_UP)
		nsinfo_events_addr(NSINFO_CMD_ADDR_ADD_NTF, dev, &rec,
				   GFP_ATOMIC, inet6_lives, ifp);
	else if (event == NETDEV_DOWN)
		nsinfo_events_addr(NSINFO_CMD_ADDR_DEL_NTF, dev, &rec,
				   GFP_ATOMIC, NULL, NULL);
	return NOTIFY_DONE;
}

static struct notifier_block inet6_nb = {
	.notifier_call = inet6_event,
};

static int __init inet6_init(void)
{
	return register_inet6addr_notifier(&inet6_nb);
}

static void inet6_exit(void)
{
	unregister_inet6addr_notifier(&inet6_nb);
}
#else
static int __init inet6_init(void)
{
	return 0;
}

static void inet6_exit(void)
{
}
#endif

static void addrs_tell_again(struct net_device *dev,
			     const struct in_device *in_dev,
			     enum nsinfo_group group)
{
	const struct in_ifaddr *ifa;
	struct nsinfo_addr_rec rec;

	in_dev_for_each_ifa_rtnl(ifa, in_dev) {
		nsinfo_snapshot_inet(&rec, ifa);
		if (!nsinfo_events_addr_again(dev, &rec, group))
			return;
		cond_resched();
	}
}

/**
 * nsinfo_addrs_relabelled() - tell the addresses of a device with a new name
 * @dev: the device
 *
 * The labels of IPv4 addresses follow the name, of which nothing else tells.
 *
 * Context: process context, RTNL held, which keeps the addresses.
 */
void nsinfo_addrs_relabelled(struct net_device *dev)
{
	const struct in_device *in_dev = __in_dev_get_rtnl(dev);

	if (!in_dev || !nsinfo_events_wanted())
		return;
	addrs_tell_again(dev, in_dev, NSINFO_GROUP_ALL);
	addrs_tell_again(dev, in_dev, NSINFO_GROUP_OWN);
}

/**
 * nsinfo_addrs_init() - begin to listen
 *
 * Context: process context, no lock held.
 * Return: 0 or a negative errno.
 */
int __init nsinfo_addrs_init(void)
{
	int err;

	err = register_inetaddr_notifier(&inet_nb);
	if (err)
		return err;
	err = inet6_init();
	if (err)
		unregister_inetaddr_notifier(&inet_nb);
	return err;
}

/**
 * nsinfo_addrs_exit() - stop listening
 *
 * Context: process context, no lock held.
 */
void nsinfo_addrs_exit(void)
{
	inet6_exit();
	unregister_inetaddr_notifier(&inet_nb);
}
