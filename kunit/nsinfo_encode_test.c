// SPDX-License-Identifier: GPL-2.0
/* Suite nsinfo_encode: what a record becomes on the wire. */
#include <kunit/test.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>

#include "encode.c"

#define LONGEST_ALIAS	255

static struct sk_buff *message(struct kunit *test, unsigned int size)
{
	struct sk_buff *skb = alloc_skb(size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	/* alloc_skb() rounds up; the tests mean what they say. */
	skb_reserve(skb, skb_tailroom(skb) - size);
	return skb;
}

static void parse(struct kunit *test, struct sk_buff *skb, int max,
		  struct nlattr **attrs)
{
	int err = __nla_parse(attrs, max, (struct nlattr *)skb->data, skb->len,
			      NULL, 0, NULL);

	KUNIT_ASSERT_EQ(test, err, 0);
}

static void parse_nest(struct kunit *test, struct nlattr *nest, int max,
		       struct nlattr **attrs)
{
	KUNIT_ASSERT_NOT_NULL(test, nest);
	KUNIT_EXPECT_TRUE(test, nest->nla_type & NLA_F_NESTED);
	KUNIT_ASSERT_EQ(test, 0, __nla_parse(attrs, max, nla_data(nest),
					     nla_len(nest), NULL, 0, NULL));
}

static void expect_u32(struct kunit *test, struct nlattr **attrs, int type,
		       u32 value)
{
	KUNIT_ASSERT_NOT_NULL_MSG(test, attrs[type], "attribute %d", type);
	KUNIT_EXPECT_EQ_MSG(test, nla_len(attrs[type]), (int)sizeof(u32),
			    "attribute %d", type);
	KUNIT_EXPECT_EQ_MSG(test, nla_get_u32(attrs[type]), value,
			    "attribute %d", type);
}

static void expect_u64(struct kunit *test, struct nlattr **attrs, int type,
		       u64 value)
{
	KUNIT_ASSERT_NOT_NULL_MSG(test, attrs[type], "attribute %d", type);
	KUNIT_EXPECT_EQ_MSG(test, nla_len(attrs[type]), (int)sizeof(u64),
			    "attribute %d", type);
	KUNIT_EXPECT_EQ_MSG(test, nla_get_u64(attrs[type]), value,
			    "attribute %d", type);
}

static void expect_string(struct kunit *test, struct nlattr **attrs, int type,
			  const char *value)
{
	KUNIT_ASSERT_NOT_NULL_MSG(test, attrs[type], "attribute %d", type);
	KUNIT_EXPECT_STREQ_MSG(test, (char *)nla_data(attrs[type]), value,
			       "attribute %d", type);
}

static const struct nsinfo_net_rec full_net = {
	.id = 0x123456789abcdef0,
	.inum = 4026532281U,
	.state = NSINFO_NETNS_STATE_DYING,
	.init = true,
	.self = true,
	.owner_userns = 4026531837U,
	.owner_uid = 1000,
	.nsid = 0,
	.ndevs = 3,
	.refs = 7,
	.created_at = 99,
	.creator_pid = 4711,
	.creator_comm = "fifteen letters",
	.creator_uid = 1001,
};

static void net_full(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_NETNS_MAX + 1];
	struct nlattr *created[NSINFO_A_CREATED_MAX + 1];
	struct sk_buff *skb = message(test, 512);

	KUNIT_ASSERT_EQ(test, nsinfo_encode_net(skb, &full_net), 0);
	parse(test, skb, NSINFO_A_NETNS_MAX, attrs);
	expect_u64(test, attrs, NSINFO_A_NETNS_ID, full_net.id);
	expect_u32(test, attrs, NSINFO_A_NETNS_INUM, full_net.inum);
	expect_u32(test, attrs, NSINFO_A_NETNS_STATE,
		   NSINFO_NETNS_STATE_DYING);
	KUNIT_EXPECT_NOT_NULL(test, attrs[NSINFO_A_NETNS_INIT]);
	KUNIT_EXPECT_NOT_NULL(test, attrs[NSINFO_A_NETNS_SELF]);
	expect_u32(test, attrs, NSINFO_A_NETNS_OWNER_USERNS, 4026531837U);
	expect_u32(test, attrs, NSINFO_A_NETNS_OWNER_UID, 1000);
	expect_u32(test, attrs, NSINFO_A_NETNS_NSID, 0);
	expect_u32(test, attrs, NSINFO_A_NETNS_NDEVS, 3);
	expect_u32(test, attrs, NSINFO_A_NETNS_REFS, 7);
	parse_nest(test, attrs[NSINFO_A_NETNS_CREATED], NSINFO_A_CREATED_MAX,
		   created);
	expect_u64(test, created, NSINFO_A_CREATED_TIME, 99);
	expect_u32(test, created, NSINFO_A_CREATED_PID, 4711);
	expect_string(test, created, NSINFO_A_CREATED_COMM, "fifteen letters");
	expect_u32(test, created, NSINFO_A_CREATED_UID, 1001);
	kfree_skb(skb);
}

static void net_unknown_is_absent(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_NETNS_MAX + 1];
	struct nsinfo_net_rec rec = { .id = 1, .nsid = -1 };
	struct sk_buff *skb = message(test, 512);

	KUNIT_ASSERT_EQ(test, nsinfo_encode_net(skb, &rec), 0);
	parse(test, skb, NSINFO_A_NETNS_MAX, attrs);
	KUNIT_EXPECT_NULL(test, attrs[NSINFO_A_NETNS_INIT]);
	KUNIT_EXPECT_NULL(test, attrs[NSINFO_A_NETNS_SELF]);
	KUNIT_EXPECT_NULL(test, attrs[NSINFO_A_NETNS_NSID]);
	KUNIT_EXPECT_NULL(test, attrs[NSINFO_A_NETNS_CREATED]);
	kfree_skb(skb);
}

static void net_hidden_creator_has_no_name(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_NETNS_MAX + 1];
	struct nlattr *created[NSINFO_A_CREATED_MAX + 1];
	struct nsinfo_net_rec rec = full_net;
	struct sk_buff *skb = message(test, 512);

	rec.creator_pid = 0;
	KUNIT_ASSERT_EQ(test, nsinfo_encode_net(skb, &rec), 0);
	parse(test, skb, NSINFO_A_NETNS_MAX, attrs);
	parse_nest(test, attrs[NSINFO_A_NETNS_CREATED], NSINFO_A_CREATED_MAX,
		   created);
	expect_u64(test, created, NSINFO_A_CREATED_TIME, 99);
	KUNIT_EXPECT_NULL(test, created[NSINFO_A_CREATED_PID]);
	KUNIT_EXPECT_NULL(test, created[NSINFO_A_CREATED_COMM]);
	kfree_skb(skb);
}

/* For every size that is too small: an error, and no byte beyond the end. */
static void net_no_room(struct kunit *test)
{
	struct sk_buff *skb = message(test, 512);
	unsigned int need, size;

	KUNIT_ASSERT_EQ(test, nsinfo_encode_net(skb, &full_net), 0);
	need = skb->len;
	kfree_skb(skb);
	for (size = 0; size < need; size += 4) {
		skb = message(test, size);
		KUNIT_EXPECT_EQ_MSG(test, nsinfo_encode_net(skb, &full_net),
				    -EMSGSIZE, "with room for %u", size);
		KUNIT_EXPECT_LE(test, skb->len, size);
		kfree_skb(skb);
	}
}

/* A device of which nothing is missing and everything is at its longest. */
static struct nsinfo_dev_rec *full_dev(struct kunit *test)
{
	struct nsinfo_dev_rec *rec = kunit_kzalloc(test, sizeof(*rec),
						   GFP_KERNEL);
	char *alias = kunit_kzalloc(test, LONGEST_ALIAS + 1, GFP_KERNEL);
	__u64 *counter;
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, rec);
	KUNIT_ASSERT_NOT_NULL(test, alias);
	counter = (__u64 *)&rec->stats;
	memset(alias, 'a', LONGEST_ALIAS);
	rec->net_id = 5;
	rec->net_inum = 6;
	rec->ifindex = 7;
	strscpy(rec->name, "fifteen-letters", sizeof(rec->name));
	rec->mtu = 1500;
	rec->num_rx_queues = 1;
	rec->qdisc = "fifteen-letters";
	rec->kind = "a-kind-of-device-with-a-long-name";
	rec->alias = alias;
	rec->addr_len = MAX_ADDR_LEN;
	memset(&rec->address, 1, sizeof(rec->address));
	memset(&rec->broadcast, 2, sizeof(rec->broadcast));
	memset(&rec->perm_address, 3, sizeof(rec->perm_address));
	rec->has_perm_address = true;
	rec->master = 8;
	rec->has_link = true;
	rec->link = 9;
	rec->link_foreign = true;
	rec->link_net_id = 10;
	rec->link_net_inum = 11;
	rec->peer_ifindex = 12;
	rec->peer_net_id = 13;
	rec->peer_net_inum = 14;
	strscpy(rec->peer_name, "letters-fifteen", sizeof(rec->peer_name));
	rec->has_stats = true;
	for (i = 0; i < sizeof(rec->stats) / sizeof(*counter); i++)
		counter[i] = 1000 + i;
	return rec;
}

static void dev_full(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_DEV_MAX + 1];
	struct nlattr *nest[NSINFO_A_STATS_MAX + 1];
	struct nsinfo_dev_rec *rec = full_dev(test);
	struct sk_buff *skb = message(test, 4096);

	KUNIT_ASSERT_EQ(test, nsinfo_encode_dev(skb, rec), 0);
	parse(test, skb, NSINFO_A_DEV_MAX, attrs);
	expect_u64(test, attrs, NSINFO_A_DEV_NETNS_ID, 5);
	expect_u32(test, attrs, NSINFO_A_DEV_NETNS_INUM, 6);
	expect_u32(test, attrs, NSINFO_A_DEV_IFINDEX, 7);
	expect_string(test, attrs, NSINFO_A_DEV_IFNAME, "fifteen-letters");
	expect_u32(test, attrs, NSINFO_A_DEV_MTU, 1500);
	expect_string(test, attrs, NSINFO_A_DEV_KIND, rec->kind);
	expect_string(test, attrs, NSINFO_A_DEV_ALIAS, rec->alias);
	expect_u32(test, attrs, NSINFO_A_DEV_MASTER, 8);
	expect_u32(test, attrs, NSINFO_A_DEV_LINK, 9);
	KUNIT_EXPECT_NOT_NULL(test, attrs[NSINFO_A_DEV_LINK_FOREIGN]);
	KUNIT_ASSERT_NOT_NULL(test, attrs[NSINFO_A_DEV_PERM_ADDRESS]);
	KUNIT_EXPECT_EQ(test, nla_len(attrs[NSINFO_A_DEV_PERM_ADDRESS]),
			MAX_ADDR_LEN);
	parse_nest(test, attrs[NSINFO_A_DEV_LINK_NETNS],
		   NSINFO_A_NETNS_REF_MAX, nest);
	expect_u64(test, nest, NSINFO_A_NETNS_REF_ID, 10);
	expect_u32(test, nest, NSINFO_A_NETNS_REF_INUM, 11);
	parse_nest(test, attrs[NSINFO_A_DEV_PEER], NSINFO_A_PEER_MAX, nest);
	expect_u64(test, nest, NSINFO_A_PEER_NETNS_ID, 13);
	expect_u32(test, nest, NSINFO_A_PEER_NETNS_INUM, 14);
	expect_u32(test, nest, NSINFO_A_PEER_IFINDEX, 12);
	expect_string(test, nest, NSINFO_A_PEER_IFNAME, "letters-fifteen");
	kfree_skb(skb);
}

static void dev_stats_keep_their_names(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_DEV_MAX + 1];
	struct nlattr *nest[NSINFO_A_STATS_MAX + 1];
	struct nsinfo_dev_rec *rec = full_dev(test);
	struct rtnl_link_stats64 *stats = &rec->stats;
	struct sk_buff *skb = message(test, 4096);

	KUNIT_ASSERT_EQ(test, nsinfo_encode_dev(skb, rec), 0);
	parse(test, skb, NSINFO_A_DEV_MAX, attrs);
	parse_nest(test, attrs[NSINFO_A_DEV_STATS], NSINFO_A_STATS_MAX, nest);
	expect_u64(test, nest, NSINFO_A_STATS_RX_PACKETS, stats->rx_packets);
	expect_u64(test, nest, NSINFO_A_STATS_TX_BYTES, stats->tx_bytes);
	expect_u64(test, nest, NSINFO_A_STATS_MULTICAST, stats->multicast);
	expect_u64(test, nest, NSINFO_A_STATS_RX_OVER_ERRORS,
		   stats->rx_over_errors);
	expect_u64(test, nest, NSINFO_A_STATS_RX_MISSED_ERRORS,
		   stats->rx_missed_errors);
	expect_u64(test, nest, NSINFO_A_STATS_TX_HEARTBEAT_ERRORS,
		   stats->tx_heartbeat_errors);
	expect_u64(test, nest, NSINFO_A_STATS_TX_COMPRESSED,
		   stats->tx_compressed);
	expect_u64(test, nest, NSINFO_A_STATS_RX_NOHANDLER,
		   stats->rx_nohandler);
	expect_u64(test, nest, NSINFO_A_STATS_RX_OTHERHOST_DROPPED,
		   stats->rx_otherhost_dropped);
	kfree_skb(skb);
}

static void dev_unknown_is_absent(struct kunit *test)
{
	static const int absent[] = {
		NSINFO_A_DEV_MORE, NSINFO_A_DEV_NUM_RX_QUEUES,
		NSINFO_A_DEV_QDISC, NSINFO_A_DEV_KIND, NSINFO_A_DEV_ALIAS,
		NSINFO_A_DEV_ADDRESS, NSINFO_A_DEV_BROADCAST,
		NSINFO_A_DEV_PERM_ADDRESS, NSINFO_A_DEV_MASTER,
		NSINFO_A_DEV_LINK, NSINFO_A_DEV_LINK_NETNS,
		NSINFO_A_DEV_LINK_FOREIGN, NSINFO_A_DEV_PEER,
		NSINFO_A_DEV_STATS, NSINFO_A_DEV_ADDR,
	};
	struct nlattr *attrs[NSINFO_A_DEV_MAX + 1];
	struct nsinfo_dev_rec *rec = kunit_kzalloc(test, sizeof(*rec),
						   GFP_KERNEL);
	struct sk_buff *skb = message(test, 4096);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, rec);
	KUNIT_ASSERT_EQ(test, nsinfo_encode_dev(skb, rec), 0);
	parse(test, skb, NSINFO_A_DEV_MAX, attrs);
	for (i = 0; i < ARRAY_SIZE(absent); i++)
		KUNIT_EXPECT_NULL_MSG(test, attrs[absent[i]],
				      "attribute %d", absent[i]);
	kfree_skb(skb);
}

static void dev_link_zero_is_told(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_DEV_MAX + 1];
	struct nsinfo_dev_rec *rec = kunit_kzalloc(test, sizeof(*rec),
						   GFP_KERNEL);
	struct sk_buff *skb = message(test, 4096);

	KUNIT_ASSERT_NOT_NULL(test, rec);
	rec->has_link = true;
	KUNIT_ASSERT_EQ(test, nsinfo_encode_dev(skb, rec), 0);
	parse(test, skb, NSINFO_A_DEV_MAX, attrs);
	expect_u32(test, attrs, NSINFO_A_DEV_LINK, 0);
	kfree_skb(skb);
}

/* So that a device always brings its first addresses along. */
static void dev_longest_leaves_room_for_addresses(struct kunit *test)
{
	struct nsinfo_dev_rec *rec = full_dev(test);
	struct sk_buff *skb = message(test, 4096);

	KUNIT_ASSERT_EQ(test, nsinfo_encode_dev(skb, rec), 0);
	KUNIT_EXPECT_LE(test, NLMSG_HDRLEN + GENL_HDRLEN + (int)skb->len +
			      4 * NSINFO_ENCODE_ADDR_MAX + NLA_HDRLEN,
			NSINFO_MSG_MAX);
	kfree_skb(skb);
}

static void dev_no_room(struct kunit *test)
{
	struct nsinfo_dev_rec *rec = full_dev(test);
	struct sk_buff *skb = message(test, 4096);
	unsigned int need, size;

	KUNIT_ASSERT_EQ(test, nsinfo_encode_dev(skb, rec), 0);
	need = skb->len;
	kfree_skb(skb);
	for (size = 0; size < need; size += 4) {
		skb = message(test, size);
		KUNIT_EXPECT_EQ_MSG(test, nsinfo_encode_dev(skb, rec),
				    -EMSGSIZE, "with room for %u", size);
		KUNIT_EXPECT_LE(test, skb->len, size);
		kfree_skb(skb);
	}
}

static const struct nsinfo_addr_rec full_addr = {
	.key.family = AF_INET6,
	.local.s6_addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
	.peer.s6_addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 },
	.has_peer = true,
	.prefixlen = 64,
	.scope = RT_SCOPE_LINK,
	.flags = IFA_F_MCAUTOJOIN | IFA_F_PERMANENT,
	.label = "fifteen-letters",
	.broadcast = cpu_to_be32(0x0a0000ff),
	.proto = IFAPROT_KERNEL_LL,
	.rt_priority = 77,
	.valid_lft = 100,
	.preferred_lft = 50,
};

static void addr_full(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_DEV_MAX + 1];
	struct nlattr *addr[NSINFO_A_ADDR_MAX + 1];
	struct sk_buff *skb = message(test, 512);

	KUNIT_ASSERT_EQ(test, nsinfo_encode_addr(skb, &full_addr), 0);
	parse(test, skb, NSINFO_A_DEV_MAX, attrs);
	parse_nest(test, attrs[NSINFO_A_DEV_ADDR], NSINFO_A_ADDR_MAX, addr);
	expect_u32(test, addr, NSINFO_A_ADDR_FAMILY, AF_INET6);
	KUNIT_ASSERT_NOT_NULL(test, addr[NSINFO_A_ADDR_LOCAL]);
	KUNIT_EXPECT_EQ(test, nla_len(addr[NSINFO_A_ADDR_LOCAL]), 16);
	KUNIT_EXPECT_MEMEQ(test, nla_data(addr[NSINFO_A_ADDR_LOCAL]),
			   &full_addr.local, 16);
	KUNIT_ASSERT_NOT_NULL(test, addr[NSINFO_A_ADDR_PEER]);
	KUNIT_EXPECT_MEMEQ(test, nla_data(addr[NSINFO_A_ADDR_PEER]),
			   &full_addr.peer, 16);
	expect_u32(test, addr, NSINFO_A_ADDR_PREFIXLEN, 64);
	expect_u32(test, addr, NSINFO_A_ADDR_SCOPE, RT_SCOPE_LINK);
	expect_u32(test, addr, NSINFO_A_ADDR_FLAGS, full_addr.flags);
	expect_string(test, addr, NSINFO_A_ADDR_LABEL, "fifteen-letters");
	expect_u32(test, addr, NSINFO_A_ADDR_PROTO, IFAPROT_KERNEL_LL);
	expect_u32(test, addr, NSINFO_A_ADDR_RT_PRIORITY, 77);
	expect_u32(test, addr, NSINFO_A_ADDR_VALID_LFT, 100);
	expect_u32(test, addr, NSINFO_A_ADDR_PREFERRED_LFT, 50);
	kfree_skb(skb);
}

static void addr_v4_is_short(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_DEV_MAX + 1];
	struct nlattr *addr[NSINFO_A_ADDR_MAX + 1];
	struct nsinfo_addr_rec rec = { .key.family = AF_INET };
	struct sk_buff *skb = message(test, 512);

	KUNIT_ASSERT_EQ(test, nsinfo_encode_addr(skb, &rec), 0);
	parse(test, skb, NSINFO_A_DEV_MAX, attrs);
	parse_nest(test, attrs[NSINFO_A_DEV_ADDR], NSINFO_A_ADDR_MAX, addr);
	KUNIT_ASSERT_NOT_NULL(test, addr[NSINFO_A_ADDR_LOCAL]);
	KUNIT_EXPECT_EQ(test, nla_len(addr[NSINFO_A_ADDR_LOCAL]), 4);
	KUNIT_EXPECT_NULL(test, addr[NSINFO_A_ADDR_PEER]);
	KUNIT_EXPECT_NULL(test, addr[NSINFO_A_ADDR_LABEL]);
	KUNIT_EXPECT_NULL(test, addr[NSINFO_A_ADDR_BROADCAST]);
	KUNIT_EXPECT_NULL(test, addr[NSINFO_A_ADDR_PROTO]);
	KUNIT_EXPECT_NULL(test, addr[NSINFO_A_ADDR_RT_PRIORITY]);
	kfree_skb(skb);
}

static void addr_fits_its_maximum(struct kunit *test)
{
	struct sk_buff *skb = message(test, NSINFO_ENCODE_ADDR_MAX);

	KUNIT_EXPECT_EQ(test, nsinfo_encode_addr(skb, &full_addr), 0);
	kfree_skb(skb);
}

static void addr_no_room_leaves_nothing(struct kunit *test)
{
	struct sk_buff *skb = message(test, 512);
	unsigned int need, size;

	KUNIT_ASSERT_EQ(test, nsinfo_encode_addr(skb, &full_addr), 0);
	need = skb->len;
	kfree_skb(skb);
	for (size = 0; size < need; size += 4) {
		skb = message(test, size);
		KUNIT_EXPECT_EQ_MSG(test, nsinfo_encode_addr(skb, &full_addr),
				    -EMSGSIZE, "with room for %u", size);
		KUNIT_EXPECT_EQ(test, skb->len, 0);
		kfree_skb(skb);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(net_full),
	KUNIT_CASE(net_unknown_is_absent),
	KUNIT_CASE(net_hidden_creator_has_no_name),
	KUNIT_CASE(net_no_room),
	KUNIT_CASE(dev_full),
	KUNIT_CASE(dev_stats_keep_their_names),
	KUNIT_CASE(dev_unknown_is_absent),
	KUNIT_CASE(dev_link_zero_is_told),
	KUNIT_CASE(dev_longest_leaves_room_for_addresses),
	KUNIT_CASE(dev_no_room),
	KUNIT_CASE(addr_full),
	KUNIT_CASE(addr_v4_is_short),
	KUNIT_CASE(addr_fits_its_maximum),
	KUNIT_CASE(addr_no_room_leaves_nothing),
	{}
};

static struct kunit_suite suite = {
	.name = "nsinfo_encode",
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit suite nsinfo_encode");
MODULE_LICENSE("GPL");
