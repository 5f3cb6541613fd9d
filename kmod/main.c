// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>

#include "events.h"
#include "facts.h"
#include "netlink.h"
#include "notify.h"
#include "registry.h"
#include "tasks.h"

static int __init nsinfo_init(void)
{
	int err;

	nsinfo_facts_init();
	nsinfo_tasks_init();
	err = nsinfo_registry_init(nsinfo_events_net);
	if (err)
		return err;
	err = nsinfo_notify_init();
	if (err)
		goto err_registry;
	err = nsinfo_netlink_init();
	if (err)
		goto err_notify;
	nsinfo_events_enable();
	return 0;

err_notify:
	nsinfo_notify_exit();
err_registry:
	nsinfo_registry_exit();
	return err;
}

static void __exit nsinfo_exit(void)
{
	nsinfo_events_disable();
	nsinfo_netlink_exit();
	nsinfo_notify_exit();
	nsinfo_registry_exit();
}

module_init(nsinfo_init);
module_exit(nsinfo_exit);

MODULE_AUTHOR("The nsinfo authors");
MODULE_DESCRIPTION("Shows every network namespace and what is in it");
MODULE_LICENSE("GPL");
MODULE_VERSION(NSINFO_VERSION);
