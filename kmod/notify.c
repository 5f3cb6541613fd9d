// SPDX-License-Identifier: GPL-2.0
/* Changes of the set of devices. */

#include <linux/netdevice.h>

#include "notify.h"
#include "registry.h"

static int netdev_event(struct notifier_block *nb, unsigned long event,
			void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	switch (event) {
	case NETDEV_UNREGISTER:
		/* A device that is waited for is told again every second. */
		if (READ_ONCE(dev->reg_state) == NETREG_UNREGISTERED)
			break;
		fallthrough;
	case NETDEV_REGISTER:
	case NETDEV_CHANGENAME:
		nsinfo_registry_changed(dev_net(dev));
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block netdev_nb = {
	.notifier_call = netdev_event,
};

/**
 * nsinfo_notify_init() - begin to listen
 *
 * Context: process context, no lock held.
 * Return: 0 or a negative errno.
 */
int __init nsinfo_notify_init(void)
{
	return register_netdevice_notifier(&netdev_nb);
}

/**
 * nsinfo_notify_exit() - stop to listen
 *
 * Context: process context, no lock held.
 */
void nsinfo_notify_exit(void)
{
	unregister_netdevice_notifier(&netdev_nb);
}
