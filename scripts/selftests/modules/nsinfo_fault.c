// SPDX-License-Identifier: GPL-2.0
/*
 * Faults on purpose, to show that a debug kernel finds them. The parameter
 * fault, when the module is loaded, says which one:
 *
 *   use-after-free	read memory that was freed
 *   sleep		ask for memory in a way that may sleep, under RCU
 *   order		take two locks in one order, then in the other
 *   leak		forget memory
 *   netns		track a reference to the netns of the caller, and never
 *			drop it: found when the netns is freed
 */
#include <linux/compiler.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/nsproxy.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>

static char *fault = "";
module_param(fault, charp, 0400);

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static netns_tracker tracker;

static int use_after_free(void)
{
	int *freed = kmalloc(64, GFP_KERNEL);

	if (!freed)
		return -ENOMEM;
	kfree(freed);
	OPTIMIZER_HIDE_VAR(freed);
	return READ_ONCE(*freed) == 1 ? 1 : 0;
}

static int sleep_under_rcu(void)
{
	void *memory;

	rcu_read_lock();
	memory = kmalloc(64, GFP_KERNEL);
	rcu_read_unlock();
	kfree(memory);
	return 0;
}

static int lock_order(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
	return 0;
}

/* Of several, one may be found on a stack by chance. */
static int leak(void)
{
	void *forgotten;
	int n;

	for (n = 0; n < 8; n++) {
		forgotten = kmalloc(200, GFP_KERNEL);
		if (!forgotten)
			return -ENOMEM;
		OPTIMIZER_HIDE_VAR(forgotten);
	}
	return 0;
}

static int netns_reference(void)
{
	netns_tracker_alloc(current->nsproxy->net_ns, &tracker, GFP_KERNEL);
	return 0;
}

static int __init nsinfo_fault_init(void)
{
	if (!strcmp(fault, "use-after-free"))
		return use_after_free();
	if (!strcmp(fault, "sleep"))
		return sleep_under_rcu();
	if (!strcmp(fault, "order"))
		return lock_order();
	if (!strcmp(fault, "leak"))
		return leak();
	if (!strcmp(fault, "netns"))
		return netns_reference();
	return -EINVAL;
}

static void __exit nsinfo_fault_exit(void)
{
}

module_init(nsinfo_fault_init);
module_exit(nsinfo_fault_exit);

MODULE_DESCRIPTION("Has one fault, for tests of debug kernels");
MODULE_LICENSE("GPL");
