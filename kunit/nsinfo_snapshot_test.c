// SPDX-License-Identifier: GPL-2.0
/*
 * Suite nsinfo_snapshot: what is read of devices and addresses. Devices are
 * set up but not registered, in netns that are only shells, so that each case
 * has exactly what it needs; guests compare the whole with ip(8).
 */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/rtnetlink.h>

#include "nsids.c"
#include "creator.c"
#include "devs.c"
#include "snapshot.c"
#include "snapshot_addr.c"
#include "underlay.c"

/* In place of viewer.c: the rule is tested in guests. */
static const struct net *hidden_net;

bool nsinfo_viewer_may_see(const struct nsinfo_viewer *viewer,
			   const struct net *net)
{
	return net != hidden_net;
}

static const struct nsinfo_viewer viewer = {
	.net = &init_net,
	.user_ns = &init_user_ns,
	.pid_ns = &init_pid_ns,
	.sees_all = true,
};

static const struct net_device_ops plain_ops = {};

static struct net *shell(struct kunit *test, u64 id, u32 inum)
{
	struct net *net = kunit_kzalloc(test, sizeof(*net), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, net);
	INIT_LIST_HEAD(&net->dev_base_head);
	net->net_cookie = id;
	net->ns.inum = inum;
	net->user_ns = &init_user_ns;
	return net;
}

static struct net_device *device(struct kunit *test, struct net *net,
				 const char *name, int ifindex)
{
	struct net_device *dev;

	dev = alloc_netdev(0, name, NET_NAME_UNKNOWN, ether_setup);
	KUNIT_ASSERT_NOT_NULL(test, dev);
	dev->netdev_ops = &plain_ops;
	dev->ifindex = ifindex;
	dev->reg_state = NETREG_REGISTERED;
	dev_net_set(dev, net);
	list_add_tail_rcu(&dev->dev_list, &net->dev_base_head);
	return dev;
}

static void remove(struct net_device *dev)
{
	list_del_rcu(&dev->dev_list);
	synchronize_rcu();
	dev->reg_state = NETREG_UNINITIALIZED;
	free_netdev(dev);
}

static void devs_by_ifindex(struct kunit *test)
{
	static const int order[] = { 7, 1, 300, 2, 65536 };
	struct net_device *devs[8], *all[ARRAY_SIZE(order)];
	struct net *net = shell(test, 1, 2);
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		all[i] = device(test, net, "t%d", order[i]);
	rcu_read_lock();
	n = nsinfo_snapshot_devs(net, 0, devs, ARRAY_SIZE(devs));
	KUNIT_EXPECT_EQ(test, n, 5);
	for (i = 1; i < n; i++)
		KUNIT_EXPECT_LT(test, devs[i - 1]->ifindex, devs[i]->ifindex);
	rcu_read_unlock();
	for (i = 0; i < ARRAY_SIZE(order); i++)
		remove(all[i]);
}

/* In batches that are too small for the netns, each device comes once. */
static void devs_in_batches(struct kunit *test)
{
	struct net_device *devs[3], *all[10];
	struct net *net = shell(test, 1, 2);
	unsigned int i, n, seen = 0;
	int after = 0;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		all[i] = device(test, net, "t%d", (i * 7) % 10 + 1);
	rcu_read_lock();
	while ((n = nsinfo_snapshot_devs(net, after, devs, 3))) {
		for (i = 0; i < n; i++) {
			seen++;
			KUNIT_EXPECT_EQ(test, devs[i]->ifindex, (int)seen);
			after = devs[i]->ifindex;
		}
	}
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, seen, 10);
	for (i = 0; i < ARRAY_SIZE(all); i++)
		remove(all[i]);
}

static void devs_of_none(struct kunit *test)
{
	struct net *net = shell(test, 1, 2);
	struct net_device *devs[3];

	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, nsinfo_snapshot_devs(net, 0, devs, 3), 0);
	rcu_read_unlock();
}

/* A teardown frees the indexes: this netns never had any. */
static void devs_of_a_dying_netns(struct kunit *test)
{
	struct nsinfo_net entry = { .dying_since = 1 };
	struct net_device *devs[3], *dev;

	entry.net = shell(test, 1, 2);
	dev = device(test, entry.net, "t7", 7);
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, nsinfo_devs_next(&entry, 0, devs, 3), 1);
	KUNIT_EXPECT_PTR_EQ(test, devs[0], dev);
	KUNIT_EXPECT_EQ(test, nsinfo_devs_next(&entry, 7, devs, 3), 0);
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_devs_find(&entry, 7, NULL), dev);
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_devs_find(&entry, 0, "t7"), dev);
	KUNIT_EXPECT_NULL(test, nsinfo_devs_find(&entry, 7, "t8"));
	KUNIT_EXPECT_NULL(test, nsinfo_devs_find(&entry, 8, NULL));
	rcu_read_unlock();
	remove(dev);
}

/* The index of the kernel has what its list has, wherever one begins. */
static void devs_by_index_and_by_list(struct kunit *test)
{
	struct nsinfo_net entry = { .net = &init_net };
	struct net_device *one, *other;
	unsigned int n;
	int after = 0;

	rcu_read_lock();
	do {
		n = nsinfo_snapshot_devs(&init_net, after, &other, 1);
		KUNIT_EXPECT_EQ(test, indexed_devs(&init_net, after, &one, 1),
				n);
		if (n) {
			KUNIT_EXPECT_PTR_EQ(test, one, other);
			after = other->ifindex;
		}
	} while (n);
	KUNIT_EXPECT_GT(test, after, 0);
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_devs_find(&entry, 1, NULL),
			    init_net.loopback_dev);
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_devs_find(&entry, 0, "lo"),
			    init_net.loopback_dev);
	KUNIT_EXPECT_NULL(test, nsinfo_devs_find(&entry, 1, "eth0"));
	KUNIT_EXPECT_EQ(test, indexed_devs(&init_net, INT_MAX, &one, 1), 0);
	rcu_read_unlock();
}

static struct nsinfo_dev_rec *snapshot(struct kunit *test,
				       struct net_device *dev)
{
	struct nsinfo_dev_rec *rec = kunit_kzalloc(test, sizeof(*rec),
						   GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rec);
	memset(rec, 0xff, sizeof(*rec));
	rcu_read_lock();
	nsinfo_snapshot_dev(rec, dev, &viewer, false);
	rcu_read_unlock();
	return rec;
}

static void dev_plain(struct kunit *test)
{
	static const u8 mac[] = { 2, 0, 0, 0, 0, 1 };
	struct net *net = shell(test, 11, 12);
	struct net_device *dev = device(test, net, "plain", 5);
	struct nsinfo_dev_rec *rec;

	dev->mtu = 1400;
	dev->group = 42;
	eth_hw_addr_set(dev, mac);
	rec = snapshot(test, dev);
	KUNIT_EXPECT_EQ(test, rec->net_id, 11);
	KUNIT_EXPECT_EQ(test, rec->net_inum, 12);
	KUNIT_EXPECT_EQ(test, rec->ifindex, 5);
	KUNIT_EXPECT_STREQ(test, rec->name, "plain");
	KUNIT_EXPECT_EQ(test, rec->mtu, 1400);
	KUNIT_EXPECT_EQ(test, rec->group, 42);
	KUNIT_EXPECT_EQ(test, rec->type, ARPHRD_ETHER);
	KUNIT_EXPECT_EQ(test, rec->addr_len, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, rec->address, mac, ETH_ALEN);
	KUNIT_EXPECT_FALSE(test, rec->has_perm_address);
	KUNIT_EXPECT_FALSE(test, rec->has_link);
	KUNIT_EXPECT_FALSE(test, rec->link_foreign);
	KUNIT_EXPECT_EQ(test, rec->peer_ifindex, 0);
	KUNIT_EXPECT_EQ(test, rec->master, 0);
	KUNIT_EXPECT_FALSE(test, rec->has_stats);
	KUNIT_EXPECT_NULL(test, rec->kind);
	KUNIT_EXPECT_NULL(test, rec->alias);
	KUNIT_EXPECT_NULL(test, rec->parent_bus);
	KUNIT_EXPECT_NULL(test, rec->parent_dev);
	remove(dev);
}

/* Only what is on a bus cannot be renamed while we read its name. */
static void dev_parent(struct kunit *test)
{
	static char longest[NSINFO_PARENT_LEN + 2];
	struct net *net = shell(test, 11, 12);
	struct net_device *dev = device(test, net, "plain", 5);
	struct nsinfo_dev_rec *rec;
	struct device *parent;

	parent = kunit_kzalloc(test, sizeof(*parent), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, parent);
	parent->init_name = "0000:00:1e.0";
	dev->dev.parent = parent;
	KUNIT_EXPECT_NULL(test, snapshot(test, dev)->parent_dev);
	parent->bus = &platform_bus_type;
	rec = snapshot(test, dev);
	KUNIT_EXPECT_STREQ(test, rec->parent_bus, "platform");
	KUNIT_EXPECT_STREQ(test, rec->parent_dev, "0000:00:1e.0");
	memset(longest, 'p', NSINFO_PARENT_LEN);
	parent->init_name = longest;
	KUNIT_EXPECT_STREQ(test, snapshot(test, dev)->parent_dev, longest);
	longest[NSINFO_PARENT_LEN] = 'p';
	rec = snapshot(test, dev);
	KUNIT_EXPECT_NULL(test, rec->parent_bus);
	KUNIT_EXPECT_NULL(test, rec->parent_dev);
	dev->dev.parent = NULL;
	remove(dev);
}

static void dev_flags_are_those_of_ip(struct kunit *test)
{
	struct net *net = shell(test, 11, 12);
	struct net_device *dev = device(test, net, "plain", 5);
	u32 down, up;

	/* what the core counts for itself is not what a user has set */
	dev->flags |= IFF_PROMISC;
	dev->gflags = IFF_ALLMULTI;
	netif_carrier_on(dev);
	dev->operstate = IF_OPER_UP;
	down = snapshot(test, dev)->flags;
	KUNIT_EXPECT_FALSE(test, down & IFF_PROMISC);
	KUNIT_EXPECT_TRUE(test, down & IFF_ALLMULTI);
	KUNIT_EXPECT_FALSE(test, down & (IFF_RUNNING | IFF_LOWER_UP));
	KUNIT_EXPECT_EQ(test, snapshot(test, dev)->operstate, IF_OPER_DOWN);

	set_bit(__LINK_STATE_START, &dev->state);
	up = snapshot(test, dev)->flags;
	KUNIT_EXPECT_TRUE(test, up & IFF_RUNNING);
	KUNIT_EXPECT_TRUE(test, up & IFF_LOWER_UP);
	KUNIT_EXPECT_FALSE(test, up & IFF_DORMANT);
	KUNIT_EXPECT_EQ(test, snapshot(test, dev)->operstate, IF_OPER_UP);
	clear_bit(__LINK_STATE_START, &dev->state);
	remove(dev);
}

static struct net_device *fake_peer;

static struct net_device *get_peer(struct net_device *dev)
{
	return fake_peer;
}

static int get_iflink(const struct net_device *dev)
{
	return fake_peer ? fake_peer->ifindex : 0;
}

static const struct net_device_ops pair_ops = {
	.ndo_get_peer_dev = get_peer,
	.ndo_get_iflink = get_iflink,
};

static void peer_elsewhere(struct kunit *test)
{
	struct net *here = shell(test, 1, 101), *there = shell(test, 2, 102);
	struct net_device *dev = device(test, here, "near", 5);
	struct nsinfo_dev_rec *rec;

	dev->netdev_ops = &pair_ops;
	fake_peer = device(test, there, "far", 5);
	rec = snapshot(test, dev);
	KUNIT_EXPECT_TRUE(test, rec->has_link);
	KUNIT_EXPECT_EQ(test, rec->link, 5);
	KUNIT_EXPECT_TRUE(test, rec->link_foreign);
	KUNIT_EXPECT_EQ(test, rec->peer_net_id, 2);
	KUNIT_EXPECT_EQ(test, rec->peer_net_inum, 102);
	KUNIT_EXPECT_EQ(test, rec->peer_ifindex, 5);
	KUNIT_EXPECT_STREQ(test, rec->peer_name, "far");
	KUNIT_EXPECT_EQ(test, rec->link_net_id, 0);
	remove(dev);
	remove(fake_peer);
	fake_peer = NULL;
}

static void peer_hidden_is_a_bare_link(struct kunit *test)
{
	struct net *here = shell(test, 1, 101), *there = shell(test, 2, 102);
	struct net_device *dev = device(test, here, "near", 5);
	struct nsinfo_dev_rec *rec;

	dev->netdev_ops = &pair_ops;
	fake_peer = device(test, there, "far", 6);
	hidden_net = there;
	rec = snapshot(test, dev);
	hidden_net = NULL;
	KUNIT_EXPECT_EQ(test, rec->link, 6);
	KUNIT_EXPECT_TRUE(test, rec->link_foreign);
	KUNIT_EXPECT_EQ(test, rec->peer_ifindex, 0);
	KUNIT_EXPECT_EQ(test, rec->peer_net_id, 0);
	KUNIT_EXPECT_EQ(test, rec->peer_net_inum, 0);
	KUNIT_EXPECT_STREQ(test, rec->peer_name, "");
	remove(dev);
	remove(fake_peer);
	fake_peer = NULL;
}

/* Its netns may be gone: nothing of that is read. */
static void peer_unregistered_is_a_bare_link(struct kunit *test)
{
	struct net *here = shell(test, 1, 101), *there = shell(test, 2, 102);
	struct net_device *dev = device(test, here, "near", 5);
	struct nsinfo_dev_rec *rec;

	dev->netdev_ops = &pair_ops;
	fake_peer = device(test, there, "far", 6);
	fake_peer->reg_state = NETREG_UNREGISTERED;
	rec = snapshot(test, dev);
	KUNIT_EXPECT_TRUE(test, rec->link_foreign);
	KUNIT_EXPECT_EQ(test, rec->peer_ifindex, 0);
	remove(dev);
	remove(fake_peer);
	fake_peer = NULL;
}

static void peer_here(struct kunit *test)
{
	struct net *here = shell(test, 1, 101);
	struct net_device *dev = device(test, here, "near", 5);
	struct nsinfo_dev_rec *rec;

	dev->netdev_ops = &pair_ops;
	fake_peer = device(test, here, "far", 6);
	rec = snapshot(test, dev);
	KUNIT_EXPECT_TRUE(test, rec->has_link);
	KUNIT_EXPECT_FALSE(test, rec->link_foreign);
	KUNIT_EXPECT_EQ(test, rec->peer_net_id, 1);
	KUNIT_EXPECT_EQ(test, rec->peer_ifindex, 6);
	remove(dev);
	remove(fake_peer);
	fake_peer = NULL;
}

static void peer_none(struct kunit *test)
{
	struct net *here = shell(test, 1, 101);
	struct net_device *dev = device(test, here, "near", 5);
	struct nsinfo_dev_rec *rec;

	dev->netdev_ops = &pair_ops;
	rec = snapshot(test, dev);
	KUNIT_EXPECT_TRUE(test, rec->has_link);
	KUNIT_EXPECT_EQ(test, rec->link, 0);
	KUNIT_EXPECT_FALSE(test, rec->link_foreign);
	KUNIT_EXPECT_EQ(test, rec->peer_ifindex, 0);
	remove(dev);
}

static struct net *fake_underlay;

static struct net *get_link_net(const struct net_device *dev)
{
	return fake_underlay;
}

static const struct net_device_ops iflink_ops = {
	.ndo_get_iflink = get_iflink,
};

/* A tunnel of that kind in netns 1, whose underlay is in netns 2. */
static struct nsinfo_dev_rec *tunnel(struct kunit *test, const char *kind,
				     const struct net_device_ops *ops,
				     bool tells_net)
{
	struct net *here = shell(test, 1, 101), *there = shell(test, 2, 102);
	struct net_device *dev = device(test, here, "tunnel", 5);
	struct rtnl_link_ops link_ops = {
		.kind = kind,
		.get_link_net = tells_net ? get_link_net : NULL,
	};
	struct nsinfo_dev_rec *rec;

	fake_underlay = there;
	dev->netdev_ops = ops;
	dev->rtnl_link_ops = &link_ops;
	rec = snapshot(test, dev);
	rec->kind = NULL;
	dev->rtnl_link_ops = NULL;
	remove(dev);
	return rec;
}

static void expect_link(struct kunit *test, const struct nsinfo_dev_rec *rec,
			bool has_link, bool foreign, u64 net_id)
{
	KUNIT_EXPECT_EQ(test, rec->has_link, has_link);
	KUNIT_EXPECT_EQ(test, rec->link_foreign, foreign);
	KUNIT_EXPECT_EQ(test, rec->link_net_id, net_id);
	KUNIT_EXPECT_EQ(test, rec->link_net_inum, net_id ? 100 + net_id : 0);
}

/* dev_get_iflink() would return the ifindex of the device itself. */
static void lower_of_a_driver_that_tells_none(struct kunit *test)
{
	expect_link(test, tunnel(test, "vxlan", &plain_ops, true), false, true,
		    2);
}

static void lower_none_with_underlay_elsewhere(struct kunit *test)
{
	struct nsinfo_dev_rec *rec = tunnel(test, "ipip", &iflink_ops, true);

	expect_link(test, rec, true, true, 2);
	KUNIT_EXPECT_EQ(test, rec->link, 0);
}

static void lower_told_with_underlay_elsewhere(struct kunit *test)
{
	struct net *there = shell(test, 2, 102);
	struct nsinfo_dev_rec *rec;

	fake_peer = device(test, there, "base", 5);
	rec = tunnel(test, "gre", &iflink_ops, true);
	expect_link(test, rec, true, true, 2);
	KUNIT_EXPECT_EQ(test, rec->link, 5);
	remove(fake_peer);
	fake_peer = NULL;
}

static void underlay_hidden(struct kunit *test)
{
	struct net *here = shell(test, 1, 101), *there = shell(test, 2, 102);
	static const struct rtnl_link_ops link_ops = {
		.kind = "ipip", .get_link_net = get_link_net,
	};
	struct net_device *dev = device(test, here, "tunnel", 5);

	dev->rtnl_link_ops = &link_ops;
	fake_underlay = there;
	hidden_net = there;
	expect_link(test, snapshot(test, dev), false, true, 0);
	hidden_net = NULL;
	fake_underlay = here;
	expect_link(test, snapshot(test, dev), false, false, 0);
	dev->rtnl_link_ops = NULL;
	remove(dev);
}

/* get_link_net() of a kind that is not listed may need RTNL. */
static void underlay_of_an_unknown_kind(struct kunit *test)
{
	expect_link(test, tunnel(test, "vxcan", &plain_ops, true), false, true,
		    0);
	expect_link(test, tunnel(test, "geneve", &plain_ops, false), false,
		    true, 0);
	expect_link(test, tunnel(test, "dummy", &plain_ops, false), false,
		    false, 0);
}

static void underlay_without_sockets(struct kunit *test)
{
	expect_link(test, tunnel(test, "wireguard", &plain_ops, false), false,
		    true, 0);
}

/* An ifindex without a netns may count in any. */
static void lower_told_without_a_netns(struct kunit *test)
{
	struct net *there = shell(test, 2, 102);
	struct nsinfo_dev_rec *rec;

	fake_peer = device(test, there, "base", 6);
	rec = tunnel(test, "ipoib", &iflink_ops, false);
	expect_link(test, rec, true, true, 0);
	KUNIT_EXPECT_EQ(test, rec->link, 6);
	fake_peer->ifindex = 5;
	expect_link(test, tunnel(test, "ipoib", &iflink_ops, false), false,
		    false, 0);
	remove(fake_peer);
	fake_peer = NULL;
}

static void lower_told_by_one_that_stays(struct kunit *test)
{
	struct net *here = shell(test, 1, 101);
	struct net_device *dev = device(test, here, "lowpan", 5);

	fake_peer = device(test, here, "wpan", 6);
	dev->netdev_ops = &iflink_ops;
	expect_link(test, snapshot(test, dev), true, true, 0);
#if defined(NSINFO_HAVE_NETNS_IMMUTABLE)
	dev->netns_immutable = true;
#elif defined(NSINFO_HAVE_NETNS_LOCAL)
	dev->netns_local = true;
#else
	dev->features |= NETIF_F_NETNS_LOCAL;
#endif
	expect_link(test, snapshot(test, dev), true, false, 0);
	remove(dev);
	remove(fake_peer);
	fake_peer = NULL;
}

/* A device with three addresses of each family, made by hand. */
struct addressed {
	struct net_device *dev;
	struct in_device in_dev;
	struct inet6_dev idev;
	struct in_ifaddr v4[3];
	struct inet6_ifaddr v6[3];
};

static struct addressed *addressed(struct kunit *test)
{
	struct addressed *a = kunit_kzalloc(test, sizeof(*a), GFP_KERNEL);
	struct net *net = shell(test, 1, 2);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, a);
	a->dev = device(test, net, "addressed", 3);
	INIT_LIST_HEAD(&a->idev.addr_list);
	for (i = 0; i < 3; i++) {
		a->v4[i].ifa_local = htonl(0x0a000001 + i);
		a->v4[i].ifa_address = a->v4[i].ifa_local;
		a->v4[i].ifa_prefixlen = 24;
		a->v4[i].ifa_flags = IFA_F_PERMANENT;
		if (i)
			RCU_INIT_POINTER(a->v4[i - 1].ifa_next, &a->v4[i]);
		a->v6[i].addr.s6_addr[15] = 1 + i;
		a->v6[i].prefix_len = 64;
		list_add_tail(&a->v6[i].if_list, &a->idev.addr_list);
	}
	RCU_INIT_POINTER(a->in_dev.ifa_list, &a->v4[0]);
	rcu_assign_pointer(a->dev->ip_ptr, &a->in_dev);
	rcu_assign_pointer(a->dev->ip6_ptr, &a->idev);
	return a;
}

static void unaddressed(struct addressed *a)
{
	RCU_INIT_POINTER(a->dev->ip_ptr, NULL);
	RCU_INIT_POINTER(a->dev->ip6_ptr, NULL);
	remove(a->dev);
}

struct collected {
	struct nsinfo_addr_rec recs[8];
	unsigned int n;
	unsigned int max;
};

static void collect(struct nsinfo_addr_walk *walk, struct collected *c)
{
	while (c->n < c->max && nsinfo_addr_get(walk, &c->recs[c->n])) {
		nsinfo_addr_take(walk);
		c->n++;
	}
}

static struct nsinfo_addr_walk walk_all(struct addressed *a, struct collected *c)
{
	struct nsinfo_addr_walk walk;

	rcu_read_lock();
	nsinfo_addr_begin(&walk, a->dev);
	collect(&walk, c);
	rcu_read_unlock();
	return walk;
}

static bool go_on(struct addressed *a, const struct nsinfo_addr_key *last,
		  u32 taken, struct collected *c)
{
	struct nsinfo_addr_walk walk;
	bool found;

	rcu_read_lock();
	found = nsinfo_addr_resume(&walk, a->dev, last, taken);
	collect(&walk, c);
	rcu_read_unlock();
	return found;
}

static struct collected *collected(struct kunit *test, unsigned int max)
{
	struct collected *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, c);
	c->max = max;
	return c;
}

static void addrs_all(struct kunit *test)
{
	struct addressed *a = addressed(test);
	struct collected *c = collected(test, 8);
	int i;

	walk_all(a, c);
	KUNIT_ASSERT_EQ(test, c->n, 6);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, c->recs[i].key.family, AF_INET);
		KUNIT_EXPECT_EQ(test, ntohl(c->recs[i].local.s6_addr32[0]),
				ntohl(a->v4[i].ifa_local));
		KUNIT_EXPECT_EQ(test, c->recs[3 + i].key.family, AF_INET6);
		KUNIT_EXPECT_EQ(test, c->recs[3 + i].local.s6_addr[15], 1 + i);
	}
	unaddressed(a);
}

/* Wherever a walk stops, the next one goes on there. */
static void addrs_go_on(struct kunit *test)
{
	struct addressed *a = addressed(test);
	struct collected *all = collected(test, 8), *c;
	struct nsinfo_addr_walk at;
	unsigned int cut;

	walk_all(a, all);
	for (cut = 1; cut <= 6; cut++) {
		c = collected(test, cut);
		at = walk_all(a, c);
		KUNIT_ASSERT_EQ(test, c->n, cut);
		KUNIT_EXPECT_EQ(test, at.taken, cut);
		c->max = 8;
		KUNIT_EXPECT_TRUE(test, go_on(a, &at.last, at.taken, c));
		KUNIT_EXPECT_EQ(test, c->n, 6);
		KUNIT_EXPECT_MEMEQ(test, c->recs, all->recs,
				   6 * sizeof(*c->recs));
	}
	unaddressed(a);
}

/* The number leads elsewhere where others came or went; the key does not. */
static void addrs_go_on_after_a_change(struct kunit *test)
{
	struct addressed *a = addressed(test);
	struct collected *all = collected(test, 8), *c;
	u32 taken;
	unsigned int i;

	walk_all(a, all);
	for (i = 0; i < 6; i++) {
		for (taken = 1; taken < 9; taken++) {
			c = collected(test, 8);
			KUNIT_EXPECT_TRUE(test, go_on(a, &all->recs[i].key,
						      taken, c));
			KUNIT_EXPECT_EQ(test, c->n, 5 - i);
			KUNIT_EXPECT_MEMEQ(test, c->recs, all->recs + i + 1,
					   c->n * sizeof(*c->recs));
		}
	}
	unaddressed(a);
}

static void addrs_stale_key(struct kunit *test)
{
	struct addressed *a = addressed(test);
	struct collected *c = collected(test, 8);
	struct nsinfo_addr_key gone = {
		.family = AF_INET, .prefixlen = 24, .v4.local = htonl(1),
	};

	KUNIT_EXPECT_FALSE(test, go_on(a, &gone, 1, c));
	KUNIT_EXPECT_EQ(test, c->n, 0);
	gone = (struct nsinfo_addr_key){ .family = AF_INET6 };
	KUNIT_EXPECT_FALSE(test, go_on(a, &gone, 9, c));
	KUNIT_EXPECT_EQ(test, c->n, 0);
	unaddressed(a);
}

/* On its list still, but its end may have been told already. */
static void addrs_dead_is_passed_over(struct kunit *test)
{
	struct addressed *a = addressed(test);
	struct collected *c;
	int dead, i;

	for (dead = 0; dead < 3; dead++) {
		c = collected(test, 8);
		a->v6[dead].state = INET6_IFADDR_STATE_DEAD;
		walk_all(a, c);
		KUNIT_EXPECT_EQ(test, c->n, 5);
		for (i = 3; i < c->n; i++)
			KUNIT_EXPECT_NE(test, c->recs[i].local.s6_addr[15],
					1 + dead);
		/* A walk that stood on it before knows where it is. */
		c = collected(test, 8);
		KUNIT_EXPECT_TRUE(test, go_on(a, &(struct nsinfo_addr_key){
			.family = AF_INET6, .v6 = a->v6[dead].addr,
		}, 4 + dead, c));
		KUNIT_EXPECT_EQ(test, c->n, 2 - dead);
		a->v6[dead].state = INET6_IFADDR_STATE_POSTDAD;
	}
	for (dead = 0; dead < 3; dead++)
		a->v6[dead].state = INET6_IFADDR_STATE_DEAD;
	c = collected(test, 8);
	walk_all(a, c);
	KUNIT_EXPECT_EQ(test, c->n, 3);
	unaddressed(a);
}

static void addrs_without_families(struct kunit *test)
{
	struct addressed *a = addressed(test);
	struct collected *c = collected(test, 8);

	RCU_INIT_POINTER(a->dev->ip_ptr, NULL);
	RCU_INIT_POINTER(a->dev->ip6_ptr, NULL);
	walk_all(a, c);
	KUNIT_EXPECT_EQ(test, c->n, 0);
	unaddressed(a);
}

struct lifetimes {
	u32 valid, preferred;
	u32 age;
	u32 want_valid, want_preferred;
};

static void addrs_age(struct kunit *test)
{
	static const struct lifetimes rows[] = {
		{ 100, 50, 10, 90, 40 },
		{ 100, 50, 60, 40, 0 },
		{ 100, 50, 200, 0, 0 },
		{ U32_MAX, 50, 60, U32_MAX, 0 },
		{ U32_MAX, U32_MAX, 60, U32_MAX, U32_MAX },
	};
	struct addressed *a = addressed(test);
	struct collected *c;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		c = collected(test, 8);
		a->v4[0].ifa_flags = 0;
		a->v4[0].ifa_valid_lft = rows[i].valid;
		a->v4[0].ifa_preferred_lft = rows[i].preferred;
		a->v4[0].ifa_tstamp = jiffies - rows[i].age * HZ - HZ / 2;
		a->v6[0].valid_lft = rows[i].valid;
		a->v6[0].prefered_lft = rows[i].preferred;
		a->v6[0].tstamp = a->v4[0].ifa_tstamp;
		walk_all(a, c);
		KUNIT_EXPECT_EQ(test, c->recs[0].valid_lft,
				rows[i].want_valid);
		KUNIT_EXPECT_EQ(test, c->recs[0].preferred_lft,
				rows[i].want_preferred);
		KUNIT_EXPECT_EQ(test, c->recs[3].valid_lft,
				rows[i].want_valid);
		KUNIT_EXPECT_EQ(test, c->recs[3].preferred_lft,
				rows[i].want_preferred);
		/* permanent */
		KUNIT_EXPECT_EQ(test, c->recs[1].valid_lft, U32_MAX);
	}
	unaddressed(a);
}

/* As nsinfo_compat_ref_read() finds it. */
static void first_reference(struct net *net)
{
#ifdef NSINFO_HAVE_NS_COUNT
	refcount_set(&net->ns.count, 1);
#else
	refcount_set(&net->ns.__ns_ref, 1);
#endif
}

static void net_live(struct kunit *test)
{
	struct net *net = shell(test, 21, 22);
	struct net_device *dev = device(test, net, "one", 1);
	struct nsinfo_net entry = { .net = net, .id = 21 };
	struct nsinfo_net_rec rec;

	first_reference(net);
	rcu_read_lock();
	nsinfo_snapshot_net(&rec, &entry, &viewer);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, rec.id, 21);
	KUNIT_EXPECT_EQ(test, rec.inum, 22);
	KUNIT_EXPECT_EQ(test, rec.state, NSINFO_NETNS_STATE_LIVE);
	KUNIT_EXPECT_EQ(test, rec.ndevs, 1);
	KUNIT_EXPECT_LT(test, rec.nsid, 0);
	KUNIT_EXPECT_FALSE(test, rec.init);
	KUNIT_EXPECT_FALSE(test, rec.self);
	KUNIT_EXPECT_EQ(test, rec.owner_userns, init_user_ns.ns.inum);
	KUNIT_EXPECT_EQ(test, rec.created_at, 0);
	remove(dev);
}

static void net_without_references_is_queued(struct kunit *test)
{
	struct net *net = shell(test, 23, 24);
	struct nsinfo_net entry = { .net = net, .id = 23 };
	struct nsinfo_net_rec rec;

	rcu_read_lock();
	nsinfo_snapshot_net(&rec, &entry, &viewer);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, rec.state, NSINFO_NETNS_STATE_QUEUED);
}

static void net_dying_tells_since_when(struct kunit *test)
{
	struct net *net = shell(test, 25, 26);
	struct nsinfo_net entry = { .net = net, .id = 25, .dying_since = 7 };
	struct nsinfo_net_rec rec;

	rcu_read_lock();
	nsinfo_snapshot_net(&rec, &entry, &viewer);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, rec.state, NSINFO_NETNS_STATE_DYING);
	KUNIT_EXPECT_EQ(test, rec.dying_since, 7);
}

static void net_init_and_self(struct kunit *test)
{
	struct nsinfo_net entry = {
		.net = &init_net,
		.id = init_net.net_cookie,
		.created_at = 5,
		.creator = {
			.pid = 4711,
			.comm = "maker",
			.uid = GLOBAL_ROOT_UID,
		},
	};
	struct nsinfo_net_rec rec;

	rcu_read_lock();
	nsinfo_snapshot_net(&rec, &entry, &viewer);
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, rec.init);
	KUNIT_EXPECT_TRUE(test, rec.self);
	KUNIT_EXPECT_GE(test, rec.ndevs, 1);
	KUNIT_EXPECT_GE(test, rec.refs, 1);
	KUNIT_EXPECT_EQ(test, rec.created_at, 5);
	KUNIT_EXPECT_EQ(test, rec.creator_pid, 4711);
	KUNIT_EXPECT_STREQ(test, rec.creator_comm, "maker");
	KUNIT_EXPECT_EQ(test, rec.creator_uid, 0);
}

/* A later pid namespace may have the inode number of one that is gone. */
static void creator_pid_is_of_one_pid_namespace(struct kunit *test)
{
	struct nsinfo_creator creator = {
		.pid = 4711,
		.own_pid = 3,
		.pidns_inum = 7,
		.pidns_since = current->group_leader->start_boottime,
	};
	struct pid_namespace *pid_ns;

	pid_ns = kunit_kzalloc(test, sizeof(*pid_ns), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pid_ns);
	pid_ns->child_reaper = current;
	pid_ns->ns.inum = 7;
	KUNIT_EXPECT_EQ(test, nsinfo_creator_pid(&creator, &init_pid_ns), 4711);
	KUNIT_EXPECT_EQ(test, nsinfo_creator_pid(&creator, pid_ns), 3);
	creator.pidns_since--;
	KUNIT_EXPECT_EQ(test, nsinfo_creator_pid(&creator, pid_ns), 0);
	creator.pidns_since++;
	pid_ns->ns.inum = 8;
	KUNIT_EXPECT_EQ(test, nsinfo_creator_pid(&creator, pid_ns), 0);
}

/* With RTNL held by this very task: whoever took it would hang here. */
static void nothing_takes_rtnl(struct kunit *test)
{
	struct nsinfo_net entry = { .net = &init_net, .id = 1 };
	struct collected *c = collected(test, 8);
	struct nsinfo_addr_walk addrs;
	struct net_device *devs[4];
	struct nsinfo_dev_rec *rec;
	struct nsinfo_net_rec net;
	unsigned int n;

	rec = kunit_kzalloc(test, sizeof(*rec), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rec);
	rtnl_lock();
	rcu_read_lock();
	nsinfo_snapshot_net(&net, &entry, &viewer);
	n = nsinfo_snapshot_devs(&init_net, 0, devs, ARRAY_SIZE(devs));
	KUNIT_EXPECT_GE(test, n, 1);
	while (n--) {
		nsinfo_snapshot_dev(rec, devs[n], &viewer, true);
		KUNIT_EXPECT_TRUE(test, rec->has_stats);
		nsinfo_addr_begin(&addrs, devs[n]);
		collect(&addrs, c);
	}
	rcu_read_unlock();
	rtnl_unlock();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(devs_by_ifindex),
	KUNIT_CASE(devs_in_batches),
	KUNIT_CASE(devs_of_none),
	KUNIT_CASE(devs_of_a_dying_netns),
	KUNIT_CASE(devs_by_index_and_by_list),
	KUNIT_CASE(dev_plain),
	KUNIT_CASE(dev_parent),
	KUNIT_CASE(dev_flags_are_those_of_ip),
	KUNIT_CASE(peer_elsewhere),
	KUNIT_CASE(peer_hidden_is_a_bare_link),
	KUNIT_CASE(peer_unregistered_is_a_bare_link),
	KUNIT_CASE(peer_here),
	KUNIT_CASE(peer_none),
	KUNIT_CASE(lower_of_a_driver_that_tells_none),
	KUNIT_CASE(lower_none_with_underlay_elsewhere),
	KUNIT_CASE(lower_told_with_underlay_elsewhere),
	KUNIT_CASE(lower_told_without_a_netns),
	KUNIT_CASE(lower_told_by_one_that_stays),
	KUNIT_CASE(underlay_hidden),
	KUNIT_CASE(underlay_of_an_unknown_kind),
	KUNIT_CASE(underlay_without_sockets),
	KUNIT_CASE(addrs_all),
	KUNIT_CASE(addrs_go_on),
	KUNIT_CASE(addrs_go_on_after_a_change),
	KUNIT_CASE(addrs_stale_key),
	KUNIT_CASE(addrs_dead_is_passed_over),
	KUNIT_CASE(addrs_without_families),
	KUNIT_CASE(addrs_age),
	KUNIT_CASE(net_live),
	KUNIT_CASE(net_without_references_is_queued),
	KUNIT_CASE(net_dying_tells_since_when),
	KUNIT_CASE(net_init_and_self),
	KUNIT_CASE(creator_pid_is_of_one_pid_namespace),
	KUNIT_CASE(nothing_takes_rtnl),
	{}
};

static struct kunit_suite suite = {
	.name = "nsinfo_snapshot",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit suite nsinfo_snapshot");
MODULE_LICENSE("GPL");
