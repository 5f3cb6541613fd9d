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

/**
 * nsinfo_addr_is_dead() - has the end of an IPv6 address begun?
 * @ifp: the address, kept by the caller
 *
 * It is marked before its end is told, and may be on its list still.
 *
 * Return: true where its end is told, or will be.
 */
bool nsinfo_addr_is_dead(const struct inet6_ifaddr *ifp)
{
	return READ_ONCE(ifp->state) == INET6_IFADDR_STATE_DEAD;
}

static void begin_v6(struct nsinfo_addr_walk *walk, struct net_device *dev)
{
	const struct inet6_dev *idev = __in6_dev_get(dev);

	if (!idev)
		return;
	walk->head6 = &idev->addr_list;
	walk->v6 = rcu_dereference(list_next_rcu(walk->head6));
}

static const struct inet6_ifaddr *addr_v6(const struct nsinfo_addr_walk *walk)
{
	return list_entry(walk->v6, struct inet6_ifaddr, if_list);
}

static bool is_dead_v6(const struct nsinfo_addr_walk *walk)
{
	return nsinfo_addr_is_dead(addr_v6(walk));
}

static void get_v6(const struct nsinfo_addr_walk *walk,
		   struct nsinfo_addr_rec *rec)
{
	nsinfo_snapshot_inet6(rec, addr_v6(walk));
}

static void get_key_v6(const struct nsinfo_addr_walk *walk,
		       struct nsinfo_addr_key *key)
{
	key_v6(key, addr_v6(walk));
}
#else
static void begin_v6(struct nsinfo_addr_walk *walk, struct net_device *dev)
{
}

static bool is_dead_v6(const struct nsinfo_addr_walk *walk)
{
	return false;
}

static void get_v6(const struct nsinfo_addr_walk *walk,
		   struct nsinfo_addr_rec *rec)
{
}

static void get_key_v6(const struct nsinfo_addr_walk *walk,
		       struct nsinfo_addr_key *key)
{
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
 * nsinfo_addr_begin() - begin to walk the addresses of a device, IPv4 first
 * @walk: what to fill, all of it
 * @dev: the device
 *
 * Context: the RCU read section that @dev was found in, which @walk lives as
 * long as.
 */
void nsinfo_addr_begin(struct nsinfo_addr_walk *walk, struct net_device *dev)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);

	memset(walk, 0, sizeof(*walk));
	if (in_dev)
		walk->v4 = rcu_dereference(in_dev->ifa_list);
	begin_v6(walk, dev);
}

static bool is_at_end(const struct nsinfo_addr_walk *walk)
{
	return !walk->v4 && walk->v6 == walk->head6;
}

/* An address that was taken off its list still has its pointer to the next one. */
static void addr_step(struct nsinfo_addr_walk *walk)
{
	if (walk->v4)
		walk->v4 = rcu_dereference(walk->v4->ifa_next);
	else
		walk->v6 = rcu_dereference(list_next_rcu(walk->v6));
	walk->at++;
}

/*
 * Passes over @n addresses. A device may have 100,000, and each call of a dump
 * passes over all that earlier calls have sent: no call of addr_step() here.
 */
static void addr_skip(struct nsinfo_addr_walk *walk, u32 n)
{
	const struct in_ifaddr *v4 = walk->v4;
	const struct list_head *v6 = walk->v6;
	u32 left = n;

	for (; left && v4; left--)
		v4 = rcu_dereference(v4->ifa_next);
	if (!v4)
		for (; left && v6 != walk->head6; left--)
			v6 = rcu_dereference(list_next_rcu(v6));
	walk->v4 = v4;
	walk->v6 = v6;
	walk->at += n - left;
}

static void get_key(const struct nsinfo_addr_walk *walk,
		    struct nsinfo_addr_key *key)
{
	if (walk->v4)
		key_v4(key, walk->v4);
	else
		get_key_v6(walk, key);
}

static bool stands_on(const struct nsinfo_addr_walk *walk,
		      const struct nsinfo_addr_key *key)
{
	struct nsinfo_addr_key here;

	get_key(walk, &here);
	return !memcmp(&here, key, sizeof(here));
}

/**
 * nsinfo_addr_resume() - go on with a walk of another RCU read section
 * @walk: what to fill, all of it
 * @dev: the device
 * @last: the last address that was taken then
 * @taken: its place in the walk
 *
 * As long as no address comes or goes, the number alone leads there.
 *
 * Context: as nsinfo_addr_begin().
 * Return: true, or false with @walk at its end where *@last is gone.
 */
bool nsinfo_addr_resume(struct nsinfo_addr_walk *walk, struct net_device *dev,
			const struct nsinfo_addr_key *last, u32 taken)
{
	bool found;

	nsinfo_addr_begin(walk, dev);
	addr_skip(walk, taken - 1);
	if (is_at_end(walk) || !stands_on(walk, last)) {
		nsinfo_addr_begin(walk, dev);
		while (!is_at_end(walk) && !stands_on(walk, last))
			addr_step(walk);
	}
	found = !is_at_end(walk);
	if (found)
		addr_step(walk);
	walk->last = *last;
	walk->taken = walk->at;
	return found;
}

/**
 * nsinfo_addr_get() - copy the address that a walk stands on
 * @walk: the walk; goes past addresses whose end has begun
 * @rec: what to fill, all of it
 *
 * Return: true, or false at the end of the walk.
 */
bool nsinfo_addr_get(struct nsinfo_addr_walk *walk,
		     struct nsinfo_addr_rec *rec)
{
	while (!walk->v4 && !is_at_end(walk) && is_dead_v6(walk))
		addr_step(walk);
	if (is_at_end(walk))
		return false;
	if (walk->v4)
		nsinfo_snapshot_inet(rec, walk->v4);
	else
		get_v6(walk, rec);
	return true;
}

/**
 * nsinfo_addr_take() - go on to the next address
 * @walk: the walk, not at its end
 */
void nsinfo_addr_take(struct nsinfo_addr_walk *walk)
{
	get_key(walk, &walk->last);
	addr_step(walk);
	walk->taken = walk->at;
}
