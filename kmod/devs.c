// SPDX-License-Identifier: GPL-2.0
/*
 * The devices of a netns, by the kernel's own indexes.
 *
 * A teardown frees the indexes, in the exit of an older subsystem than this
 * module, and no exit runs before a grace period has passed since pre_exit. So
 * in an RCU section that finds an entry live, the indexes may be read to its
 * end. The list of devices is a part of struct net: for a dying netns it is
 * walked.
 */
#include <linux/netdevice.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>

#include "devs.h"
#include "registry.h"
#include "snapshot.h"

#ifdef NSINFO_HAVE_DEV_BY_INDEX
/* Return: number of devices in @devs; below @n where these are the last ones. */
static unsigned int indexed_devs(struct net *net, int after,
				 struct net_device **devs, unsigned int n)
{
	XA_STATE(xas, &net->dev_by_index, (unsigned long)after + 1);
	struct net_device *dev;
	unsigned int used = 0;

	xas_for_each(&xas, dev, INT_MAX) {
		if (xas_retry(&xas, dev))
			continue;
		devs[used++] = dev;
		if (used == n)
			break;
	}
	return used;
}
#else
/* Numbers without a device that are tried before the list is walked. */
#define GAP_MAX		8

/* As above, but by a hash, which does not tell what is next: try. */
static unsigned int indexed_devs(struct net *net, int after,
				 struct net_device **devs, unsigned int n)
{
	unsigned int used = 0, gap = 0;
	int ifindex = after;

	while (used < n && gap < GAP_MAX && ifindex < INT_MAX) {
		devs[used] = dev_get_by_index_rcu(net, ++ifindex);
		if (devs[used]) {
			after = ifindex;
			used++;
			gap = 0;
		} else {
			gap++;
		}
	}
	if (used < n)
		used += nsinfo_snapshot_devs(net, after, devs + used, n - used);
	return used;
}
#endif

/* Does a netns have fewer than @n devices? Most do; the list is quicker then. */
static bool has_few(struct net *net, unsigned int n)
{
	struct net_device *dev;

	for_each_netdev_rcu(net, dev)
		if (!--n)
			return false;
	return true;
}

/**
 * nsinfo_devs_next() - the next devices of a netns, by ifindex
 * @entry: the netns, live or dying
 * @after: only devices with an ifindex above this one
 * @devs: array to fill, ascending; no reference is taken
 * @n: its size
 *
 * Context: the RCU read section that @entry was found in, which the result
 * lives as long as.
 * Return: number of devices in @devs; below @n where these are the last ones.
 */
unsigned int nsinfo_devs_next(const struct nsinfo_net *entry, int after,
			      struct net_device **devs, unsigned int n)
{
	if (READ_ONCE(entry->dying_since) || has_few(entry->net, n))
		return nsinfo_snapshot_devs(entry->net, after, devs, n);
	return indexed_devs(entry->net, after, devs, n);
}

static struct net_device *find_in_list(struct net *net, int ifindex,
				       const char *name)
{
	struct net_device *dev;

	for_each_netdev_rcu(net, dev)
		if (ifindex ? dev->ifindex == ifindex :
			      !strcmp(dev->name, name))
			return dev;
	return NULL;
}

/**
 * nsinfo_devs_find() - look a device up
 * @entry: its netns, live or dying
 * @ifindex: its ifindex, or 0
 * @name: its name, no alternative one, or NULL; not both 0 and NULL
 *
 * Context: the RCU read section that @entry was found in, which the result
 * lives as long as.
 * Return: the device that has the ifindex and the name, or NULL.
 */
struct net_device *nsinfo_devs_find(const struct nsinfo_net *entry, int ifindex,
				    const char *name)
{
	struct net_device *dev;

	if (READ_ONCE(entry->dying_since))
		dev = find_in_list(entry->net, ifindex, name);
	else if (ifindex)
		dev = dev_get_by_index_rcu(entry->net, ifindex);
	else
		dev = dev_get_by_name_rcu(entry->net, name);
	return dev && (!name || !strcmp(dev->name, name)) ? dev : NULL;
}
