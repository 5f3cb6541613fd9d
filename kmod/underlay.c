// SPDX-License-Identifier: GPL-2.0
/*
 * The netns that a tunnel sends its packets in. It is the one where the device
 * was made, and not the one that the device is in.
 */
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>
#include <net/sock.h>
#include <net/udp.h>

#include "compat.h"
#include "underlay.h"

/*
 * Kinds whose get_link_net() reads one pointer that outlives the device:
 * tunnels, whose device goes when the netns of the underlay does. Others
 * (vxcan) dereference what only RTNL keeps.
 */
static const char * const told_kinds[] = {
	"erspan", "geneve", "gre", "gretap", "ip6erspan", "ip6gre",
	"ip6gretap", "ip6tnl", "ipip", "ppp", "sit", "vti", "vti6", "vxlan",
	"xfrm",
};

/* Kinds whose UDP sockets have the private area of the device as user data. */
static const char * const socket_kinds[] = {
	"amt", "bareudp", "gtp", "pfcp", "wireguard",
};

/* Kinds that have an underlay which nothing tells, if none of the above does. */
static const char * const silent_kinds[] = { "geneve", "l2tpeth", "ovpn" };

/* What rtnetlink makes has a kind, l2tp has a type. NULL for neither. */
static const char *kind_of(const struct net_device *dev)
{
	if (dev->rtnl_link_ops)
		return dev->rtnl_link_ops->kind;
	return dev->dev.type ? dev->dev.type->name : NULL;
}

/* Sockets are freed after a grace period, and so is a netns with a socket. */
static struct net *find_in(const struct udp_table *table, const void *user_data)
{
	const struct sock *sk;
	unsigned int slot;

	for (slot = 0; slot <= table->mask; slot++)
		sk_for_each_rcu(sk, &table->hash[slot].head)
			if (rcu_dereference_sk_user_data(sk) == user_data)
				return sock_net(sk);
	return NULL;
}

/* Nearly all netns share one table; a few have one of their own. */
static struct net *find_socket_net(const struct net_device *dev)
{
	const struct udp_table *shared = nsinfo_compat_udp_table(&init_net);
	const void *priv = netdev_priv(dev);
	const struct udp_table *table;
	struct net *net, *found;

	found = find_in(shared, priv);
	if (found)
		return found;
	for_each_net_rcu(net) {
		table = nsinfo_compat_udp_table(net);
		if (table == shared)
			continue;
		found = find_in(table, priv);
		if (found)
			return found;
	}
	return NULL;
}

/**
 * nsinfo_underlay_net() - tell the netns of the underlay of a device
 * @dev: the device
 *
 * A driver that tells no netns may have its UDP sockets there, most only while
 * the device is up. The search for them reads the whole table of UDP sockets.
 *
 * Context: RCU read section, which the result lives as long as.
 * Return: the netns, that of @dev included; NULL where @dev has no underlay;
 * an error pointer where @dev has one, but which is not known.
 */
struct net *nsinfo_underlay_net(const struct net_device *dev)
{
	const struct rtnl_link_ops *ops = dev->rtnl_link_ops;
	const char *kind = kind_of(dev);
	struct net *net;

	if (!kind)
		return NULL;
	if (ops && ops->get_link_net)
		return match_string(told_kinds, ARRAY_SIZE(told_kinds),
				    kind) < 0 ? ERR_PTR(-EOPNOTSUPP) :
						ops->get_link_net(dev);
	if (match_string(silent_kinds, ARRAY_SIZE(silent_kinds), kind) >= 0)
		return ERR_PTR(-EOPNOTSUPP);
	if (match_string(socket_kinds, ARRAY_SIZE(socket_kinds), kind) < 0)
		return NULL;
	net = find_socket_net(dev);
	return net ?: ERR_PTR(-ENOENT);
}
