// SPDX-License-Identifier: GPL-2.0
/* Addresses of devices as plain records, by the rules of snapshot.c. */

#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/string.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "snapshot.h"

/* What is left of lifetimes that were set at tstamp, in whole seconds. */
static void age_lifetimes(struct nsinfo_addr_rec *rec, unsigned long tstamp)
{
	u32 age = (jiffies - tstamp) / HZ;

	if (rec->preferred_lft == INFINITY_LIFE_TIME)
		return;
	rec->preferred_lft -= min(age, rec->preferred_lft);
	if (rec->valid_lft != INFINITY_LIFE_TIME)
		rec->valid_lft -= min(age, rec->valid_lft);
}

static void key_v4(struct nsinfo_addr_key *key, const struct in_ifaddr *ifa)
{
	memset(key, 0, sizeof(*key));
	key->family = AF_INET;
	key->prefixlen = ifa->ifa_prefixlen;
	key->v4.local = ifa->ifa_local;
	key->v4.peer = ifa->ifa_address;
}

/**
 * nsinfo_snapshot_inet() - copy what is to be told of an IPv4 address
 * @rec: what to fill, all of it
 * @ifa: the address, kept by the caller
 */
void nsinfo_snapshot_inet(struct nsinfo_addr_rec *rec,
			  const struct in_ifaddr *ifa)
{
	memset(rec, 0, sizeof(*rec));
	key_v4(&rec->key, ifa);
	rec->local.s6_addr32[0] = ifa->ifa_local;
	rec->peer.s6_addr32[0] = ifa->ifa_address;
	rec->has_peer = ifa->ifa_local != ifa->ifa_address;
	rec->prefixlen = ifa->ifa_prefixlen;
	rec->scope = ifa->ifa_scope;
	rec->flags = READ_ONCE(ifa->ifa_flags);
	strscpy(rec->label, ifa->ifa_label, sizeof(rec->label));
	rec->broadcast = ifa->ifa_broadcast;
	rec->proto = READ_ONCE(ifa->ifa_proto);
	rec->rt_priority = READ_ONCE(ifa->ifa_rt_priority);
	rec->valid_lft = INFINITY_LIFE_TIME;
	rec->preferred_lft = INFINITY_LIFE_TIME;
	if (!(rec->flags & IFA_F_PERMANENT)) {
		rec->valid_lft = READ_ONCE(ifa->ifa_valid_lft);
		rec->preferred_lft = READ_ONCE(ifa->ifa_preferred_lft);
		age_lifetimes(rec, READ_ONCE(ifa->ifa_tstamp));
	}
}

/* Deliver those after @after, or all; forget @after once it was met. */
static int addrs_v4(struct net_device *dev,
		    const struct nsinfo_addr_key **after, nsinfo_addr_fn fn,
		    void *arg)
{
	struct in_device *in_dev = __in_dev_get_rcu(dev);
	struct nsinfo_addr_rec rec;
	struct nsinfo_addr_key key;
	struct in_ifaddr *ifa;
	int ret;

	if (!in_dev)
		return 0;
	in_dev_for_each_ifa_rcu(ifa, in_dev) {
		if (*after) {
			key_v4(&key, ifa);
			if (!memcmp(&key, *after, sizeof(key)))
				*after = NULL;
			continue;
		}
		nsinfo_snapshot_inet(&rec, ifa);
		ret = fn(&rec, arg);
		if (ret)
			return ret;
	}
	return 0;
}

#if IS_ENABLED(CONFIG_IPV6)
static u32 scope_v6(u16 scope)
{
	if (scope & IFA_HOST)
		return RT_SCOPE_HOST;
	if (scope & IFA_LINK)
		return RT_SCOPE_LINK;
	if (scope & IFA_SITE)
		return RT_SCOPE_SITE;
	return RT_SCOPE_UNIVERSE;
}

static void key_v6(struct nsinfo_addr_key *key, const struct inet6_ifaddr *ifp)
{
	memset(key, 0, sizeof(*key));
	key->family = AF_INET6;
	key->v6 = ifp->addr;
}

/**
 * nsinfo_snapshot_inet6() - copy what is to be told of an IPv6 address
 * @rec: what to fill, all of it
 * @ifp: the address, kept by the caller
 */
void nsinfo_snapshot_inet6(struct nsinfo_addr_rec *rec,
			   const struct inet6_ifaddr *ifp)
{
	memset(rec, 0, sizeof(*rec));
	key_v6(&rec->key, ifp);
	rec->local = ifp->addr;
	rec->peer = ifp->peer_addr;
	rec->has_peer = !ipv6_addr_any(&rec->peer);
	rec->prefixlen = READ_ONCE(ifp->prefix_len);
	rec->scope = scope_v6(ifp->scope);
	rec->flags = READ_ONCE(ifp->flags);
	rec->proto = READ_ONCE(ifp->ifa_proto);
	rec->rt_priority = READ_ONCE(ifp->rt_priority);
	rec->valid_lft = READ_ONCE(ifp->valid_lft);
	rec->preferred_lft = READ_ONCE(ifp->prefered_lft);
	if ((rec->flags & IFA_F_PERMANENT) &&
	    rec->preferred_lft == INFINITY_LIFE_TIME)
		rec->valid_lft = INFINITY_LIFE_TIME;
	else
		age_lifetimes(rec, READ_ONCE(ifp->tstamp));
}

static int addrs_v6(struct net_device *dev,
		    const struct nsinfo_addr_key **after, nsinfo_addr_fn fn,
		    void *arg)
{
	struct inet6_dev *idev = __in6_dev_get(dev);
	struct nsinfo_addr_rec rec;
	struct nsinfo_addr_key key;
	struct inet6_ifaddr *ifp;
	int ret;

	if (!idev)
		return 0;
	list_for_each_entry_rcu(ifp, &idev->addr_list, if_list) {
		if (*after) {
			key_v6(&key, ifp);
			if (!memcmp(&key, *after, sizeof(key)))
				*after = NULL;
			continue;
		}
		nsinfo_snapshot_inet6(&rec, ifp);
		ret = fn(&rec, arg);
		if (ret)
			return ret;
	}
	return 0;
}
#else
static int addrs_v6(struct net_device *dev,
		    const struct nsinfo_addr_key **after, nsinfo_addr_fn fn,
		    void *arg)
{
	return 0;
}
#endif

/**
 * nsinfo_snapshot_addr_gen() - state of the addresses of a netns
 * @net: the netns, live or dying
 *
 * Return: a number that differs after an address came or went.
 */
unsigned int nsinfo_snapshot_addr_gen(const struct net *net)
{
	unsigned int gen = atomic_read(&net->ipv4.dev_addr_genid);

#if IS_ENABLED(CONFIG_IPV6)
	gen += atomic_read(&net->ipv6.dev_addr_genid);
#endif
	return gen;
}

/**
 * nsinfo_snapshot_addrs() - walk the addresses of a device, IPv4 first
 * @dev: the device
 * @after: go on after this one, or NULL to begin
 * @fn: called for each
 * @arg: passed to @fn
 *
 * Context: the RCU read section that @dev was found in.
 * Return: 0 at the end of the list, what @fn returned where it was not 0, or
 * -ESTALE where @after is no longer there.
 */
int nsinfo_snapshot_addrs(struct net_device *dev,
			  const struct nsinfo_addr_key *after,
			  nsinfo_addr_fn fn, void *arg)
{
	bool in_v6 = after && after->family == AF_INET6;
	int ret;

	if (!in_v6) {
		ret = addrs_v4(dev, &after, fn, arg);
		if (ret)
			return ret;
		if (after)
			return -ESTALE;
	}
	ret = addrs_v6(dev, &after, fn, arg);
	if (!ret && after)
		return -ESTALE;
	return ret;
}
