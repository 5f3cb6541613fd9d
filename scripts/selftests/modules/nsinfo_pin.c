// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel user of namespaces that does not let go until it is told. Whoever
 * writes to a parameter does it for the netns that it is in:
 *
 *   hold	NAME: refer to that device, so that its end is waited for
 *   drop	NAME: no longer; empty: refer to none of any netns
 *   socket	1: have a socket that no process has, 0: close it
 *   net	1: refer to the netns itself, 0: no longer
 *
 * rmmod lets go of all.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>

struct held_dev {
	struct list_head list;
	struct net_device *dev;
};

static DEFINE_MUTEX(lock);
static LIST_HEAD(devs);
static struct socket *held_socket;
static struct net *held_net;

static void name_of(char *name, const char *value)
{
	strscpy(name, value, IFNAMSIZ);
	name[strcspn(name, "\n")] = '\0';
}

static int hold(const char *value, const struct kernel_param *kp)
{
	struct held_dev *held;
	char name[IFNAMSIZ];

	name_of(name, value);
	held = kzalloc(sizeof(*held), GFP_KERNEL);
	if (!held)
		return -ENOMEM;
	held->dev = dev_get_by_name(current->nsproxy->net_ns, name);
	if (!held->dev) {
		kfree(held);
		return -ENODEV;
	}
	mutex_lock(&lock);
	list_add(&held->list, &devs);
	mutex_unlock(&lock);
	return 0;
}

static void drop_devs(const char *name)
{
	struct held_dev *held, *next;

	mutex_lock(&lock);
	list_for_each_entry_safe(held, next, &devs, list) {
		if (*name && strcmp(name, held->dev->name))
			continue;
		list_del(&held->list);
		dev_put(held->dev);
		kfree(held);
	}
	mutex_unlock(&lock);
}

static int drop(const char *value, const struct kernel_param *kp)
{
	char name[IFNAMSIZ];

	name_of(name, value);
	drop_devs(name);
	return 0;
}

/* Not a kernel socket: such a one refers to no netns. */
static int set_socket(bool on)
{
	int err = 0;

	mutex_lock(&lock);
	if (held_socket)
		sock_release(held_socket);
	held_socket = NULL;
	if (on)
		err = sock_create(AF_INET, SOCK_DGRAM, 0, &held_socket);
	mutex_unlock(&lock);
	return err;
}

static int set_net(bool on)
{
	mutex_lock(&lock);
	if (held_net)
		put_net(held_net);
	held_net = on ? get_net(current->nsproxy->net_ns) : NULL;
	mutex_unlock(&lock);
	return 0;
}

static int switch_by(int (*set)(bool on), const char *value)
{
	bool on;
	int err = kstrtobool(value, &on);

	return err ?: set(on);
}

static int sock(const char *value, const struct kernel_param *kp)
{
	return switch_by(set_socket, value);
}

static int net(const char *value, const struct kernel_param *kp)
{
	return switch_by(set_net, value);
}

static const struct kernel_param_ops hold_ops = { .set = hold };
static const struct kernel_param_ops drop_ops = { .set = drop };
static const struct kernel_param_ops socket_ops = { .set = sock };
static const struct kernel_param_ops net_ops = { .set = net };

module_param_cb(hold, &hold_ops, NULL, 0200);
module_param_cb(drop, &drop_ops, NULL, 0200);
module_param_cb(socket, &socket_ops, NULL, 0200);
module_param_cb(net, &net_ops, NULL, 0200);

static int __init nsinfo_pin_init(void)
{
	return 0;
}

static void __exit nsinfo_pin_exit(void)
{
	drop_devs("");
	set_socket(false);
	set_net(false);
}

module_init(nsinfo_pin_init);
module_exit(nsinfo_pin_exit);

MODULE_DESCRIPTION("Holds namespaces and devices, for tests of nsinfo");
MODULE_LICENSE("GPL");
