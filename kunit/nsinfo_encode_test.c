// SPDX-License-Identifier: GPL-2.0
/* Suite nsinfo_encode: what a record becomes on the wire. */
#include <kunit/test.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>

#include "encode.c"
#include "encode_facts.c"
#include "encode_task.c"

#define LONGEST_ALIAS	255

static struct sk_buff *message(struct kunit *test, unsigned int size)
{
	struct sk_buff *skb = alloc_skb(size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	/* alloc_skb() rounds up; the tests mean what they say. */
	skb_reserve(skb, skb_tailroom(skb) - size);
	return skb;
}

/*
 * A record that needs more room than there is, by any number of bytes: it says
 * so, stays within the room, and leaves nothing where that is promised.
 */
static void expect_no_room(struct kunit *test,
			   int (*put)(struct sk_buff *skb, const void *rec),
			   const void *rec, bool leaves_nothing)
{
	struct sk_buff *skb = message(test, 4096);
	unsigned int need, size;

	KUNIT_ASSERT_EQ(test, put(skb, rec), 0);
	need = skb->len;
	kfree_skb(skb);
	KUNIT_ASSERT_GT(test, need, 0u);
	for (size = 0; size < need; size += NLA_ALIGNTO) {
		skb = message(test, size);
		KUNIT_EXPECT_EQ_MSG(test, put(skb, rec), -EMSGSIZE,
				    "with room for %u", size);
		KUNIT_EXPECT_LE(test, skb->len, leaves_nothing ? 0u : size);
		kfree_skb(skb);
	}
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
static void net_waiting(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_NETNS_MAX + 1];
	struct nlattr *dev[NSINFO_A_WAITING_MAX + 1];
	struct sk_buff *skb = message(test, 1024);
	struct nsinfo_net_rec rec = {
		.nsid = -1,
		.dying_since = 1ULL << 40,
		.inactive = true,
		.nwaiting = 9,		/* one more than there is room for */
	};
	unsigned int i, n = 0;
	struct nlattr *nest;
	int rem;

	for (i = 0; i < NSINFO_WAITING_MAX; i++) {
		rec.waiting[i] = (struct nsinfo_waiting_rec){
			.ifindex = i + 2, .refs = 3, .name = "d",
			.since = 100 + i, .told_at = 200 + i,
		};
	}
	strscpy(rec.waiting[0].kind, "dummy", NSINFO_WAITING_KIND);
	KUNIT_ASSERT_EQ(test, nsinfo_encode_net(skb, &rec), 0);
	parse(test, skb, NSINFO_A_NETNS_MAX, attrs);
	expect_u64(test, attrs, NSINFO_A_NETNS_DYING_SINCE, 1ULL << 40);
	KUNIT_EXPECT_NOT_NULL(test, attrs[NSINFO_A_NETNS_INACTIVE]);
	expect_u32(test, attrs, NSINFO_A_NETNS_NWAITING, 9);
	nla_for_each_attr(nest, (struct nlattr *)skb->data, skb->len, rem) {
		if (nla_type(nest) != NSINFO_A_NETNS_WAITING)
			continue;
		parse_nest(test, nest, NSINFO_A_WAITING_MAX, dev);
		expect_u32(test, dev, NSINFO_A_WAITING_IFINDEX, n + 2);
		expect_u32(test, dev, NSINFO_A_WAITING_REFS, 3);
		expect_string(test, dev, NSINFO_A_WAITING_IFNAME, "d");
		expect_u64(test, dev, NSINFO_A_WAITING_SINCE, 100 + n);
		expect_u64(test, dev, NSINFO_A_WAITING_TOLD_AT, 200 + n);
		if (n)
			KUNIT_EXPECT_NULL(test, dev[NSINFO_A_WAITING_KIND]);
		else
			expect_string(test, dev, NSINFO_A_WAITING_KIND,
				      "dummy");
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, NSINFO_WAITING_MAX);
	kfree_skb(skb);
}

static const struct nsinfo_holder_rec full_holder = {
	.net_id = 1ULL << 33,
	.net_inum = 4026532281U,
	.type = NSINFO_HOLDER_TYPE_SOCKET,
	.pid = 42,
	.tid = 43,
	.comm = "fifteen letters",
	.fd = 0,
	.pins = true,
	.family = AF_INET6,
	.sock_type = SOCK_STREAM,
	.protocol = IPPROTO_MPTCP,
	.state = 10,
	.inode = 1ULL << 34,
};

static void holder_full(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_HOLDER_MAX + 1];
	struct sk_buff *skb = message(test, 512);

	KUNIT_ASSERT_EQ(test, nsinfo_encode_holder(skb, &full_holder), 0);
	parse(test, skb, NSINFO_A_HOLDER_MAX, attrs);
	expect_u64(test, attrs, NSINFO_A_HOLDER_NETNS_ID, 1ULL << 33);
	expect_u32(test, attrs, NSINFO_A_HOLDER_NETNS_INUM, 4026532281U);
	expect_u32(test, attrs, NSINFO_A_HOLDER_TYPE,
		   NSINFO_HOLDER_TYPE_SOCKET);
	expect_u32(test, attrs, NSINFO_A_HOLDER_PID, 42);
	expect_u32(test, attrs, NSINFO_A_HOLDER_TID, 43);
	expect_string(test, attrs, NSINFO_A_HOLDER_COMM, "fifteen letters");
	expect_u32(test, attrs, NSINFO_A_HOLDER_FD, 0);
	KUNIT_EXPECT_NOT_NULL(test, attrs[NSINFO_A_HOLDER_PINS]);
	expect_u32(test, attrs, NSINFO_A_HOLDER_FAMILY, AF_INET6);
	expect_u32(test, attrs, NSINFO_A_HOLDER_SOCK_TYPE, SOCK_STREAM);
	expect_u32(test, attrs, NSINFO_A_HOLDER_PROTOCOL, IPPROTO_MPTCP);
	expect_u32(test, attrs, NSINFO_A_HOLDER_STATE, 10);
	expect_u64(test, attrs, NSINFO_A_HOLDER_INODE, 1ULL << 34);
	kfree_skb(skb);
}

static void holder_nsfs_fd_is_no_socket(struct kunit *test)
{
	struct nsinfo_holder_rec rec = {
		.type = NSINFO_HOLDER_TYPE_NSFS_FD,
		.family = 1, .sock_type = 1, .protocol = 1, .state = 1,
		.inode = 1,
	};
	struct nlattr *attrs[NSINFO_A_HOLDER_MAX + 1];
	struct sk_buff *skb = message(test, 512);
	int type;

	KUNIT_ASSERT_EQ(test, nsinfo_encode_holder(skb, &rec), 0);
	parse(test, skb, NSINFO_A_HOLDER_MAX, attrs);
	expect_u32(test, attrs, NSINFO_A_HOLDER_TYPE,
		   NSINFO_HOLDER_TYPE_NSFS_FD);
	expect_u32(test, attrs, NSINFO_A_HOLDER_FD, 0);
	KUNIT_EXPECT_NULL(test, attrs[NSINFO_A_HOLDER_PID]);
	KUNIT_EXPECT_NULL(test, attrs[NSINFO_A_HOLDER_TID]);
	for (type = NSINFO_A_HOLDER_PINS; type <= NSINFO_A_HOLDER_MAX; type++)
		KUNIT_EXPECT_NULL_MSG(test, attrs[type], "attribute %d", type);
	kfree_skb(skb);
}

static int try_holder(struct sk_buff *skb, const void *rec)
{
	return nsinfo_encode_holder(skb, rec);
}

static void holder_no_room(struct kunit *test)
{
	expect_no_room(test, try_holder, &full_holder, false);
}

static int try_net(struct sk_buff *skb, const void *rec)
{
	return nsinfo_encode_net(skb, rec);
}

static void net_no_room(struct kunit *test)
{
	expect_no_room(test, try_net, &full_net, false);
}

/* Everything that may be asked for, and all of it at its largest. */
static struct nsinfo_facts_rec *full_facts(struct kunit *test)
{
	struct nsinfo_facts_rec *rec = kunit_kzalloc(test, sizeof(*rec),
						     GFP_KERNEL);
	unsigned int i, type;

	KUNIT_ASSERT_NOT_NULL(test, rec);
	rec->sockets.known = GENMASK(NSINFO_A_SOCKETS_MAX,
				     NSINFO_A_SOCKETS_PINS);
	for (i = 0; i <= NSINFO_A_SOCKETS_MAX; i++)
		rec->sockets.count[i] = 100 + i;
	rec->num_fibs = ARRAY_SIZE(rec->fibs);
	for (i = 0; i < rec->num_fibs; i++) {
		rec->fibs[i].family = i ? AF_INET6 : AF_INET;
		rec->fibs[i].tables = 200 + i;
		rec->fibs[i].has_rules = true;
		rec->fibs[i].rules = 210 + i;
		rec->fibs[i].has_routes = true;
		rec->fibs[i].routes = 220 + i;
	}
	rec->hooks.num = ARRAY_SIZE(rec->hooks.hook);
	for (i = 0; i < rec->hooks.num; i++) {
		rec->hooks.hook[i].family = i;
		rec->hooks.hook[i].hooknum = i + 1;
		for (type = 0; type <= NSINFO_A_HOOK_MAX; type++)
			rec->hooks.hook[i].count[type] = 300 + type;
	}
	rec->has_conntrack = true;
	rec->conntrack = 0;
	rec->nsfs_refs = 400;
	return rec;
}

static void facts_full(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_NETNS_MAX + 1];
	struct nlattr *nest[NSINFO_A_SOCKETS_MAX + 1];
	struct nsinfo_facts_rec *rec = full_facts(test);
	struct sk_buff *skb = message(test, 4096);
	struct nlattr *attr;
	unsigned int i, n[NSINFO_A_NETNS_MAX + 1] = {};
	int rem;

	KUNIT_ASSERT_EQ(test, nsinfo_encode_facts(skb, rec), 0);
	parse(test, skb, NSINFO_A_NETNS_MAX, attrs);
	parse_nest(test, attrs[NSINFO_A_NETNS_SOCKETS], NSINFO_A_SOCKETS_MAX,
		   nest);
	for (i = NSINFO_A_SOCKETS_PINS; i <= NSINFO_A_SOCKETS_MAX; i++)
		expect_u32(test, nest, i, 100 + i);
	/* Of those that there are many, the last one is parsed. */
	parse_nest(test, attrs[NSINFO_A_NETNS_FIB], NSINFO_A_FIB_MAX, nest);
	expect_u32(test, nest, NSINFO_A_FIB_FAMILY, AF_INET6);
	expect_u32(test, nest, NSINFO_A_FIB_TABLES, 201);
	expect_u32(test, nest, NSINFO_A_FIB_RULES, 211);
	expect_u32(test, nest, NSINFO_A_FIB_ROUTES, 221);
	parse_nest(test, attrs[NSINFO_A_NETNS_HOOK], NSINFO_A_HOOK_MAX, nest);
	expect_u32(test, nest, NSINFO_A_HOOK_FAMILY, NSINFO_HOOKS_MAX - 1);
	expect_u32(test, nest, NSINFO_A_HOOK_HOOKNUM, NSINFO_HOOKS_MAX);
	for (i = NSINFO_A_HOOK_NF_TABLES; i <= NSINFO_A_HOOK_MAX; i++)
		expect_u32(test, nest, i, 300 + i);
	expect_u32(test, attrs, NSINFO_A_NETNS_CONNTRACK, 0);
	expect_u32(test, attrs, NSINFO_A_NETNS_NSFS_REFS, 400);
	nla_for_each_attr(attr, (struct nlattr *)skb->data, skb->len, rem)
		n[nla_type(attr)]++;
	KUNIT_EXPECT_EQ(test, n[NSINFO_A_NETNS_FIB], 2);
	KUNIT_EXPECT_EQ(test, n[NSINFO_A_NETNS_HOOK], NSINFO_HOOKS_MAX);
	kfree_skb(skb);
}

static void facts_unknown_are_absent(struct kunit *test)
{
	static const struct nsinfo_facts_rec rec;
	struct sk_buff *skb = message(test, 512);

	KUNIT_ASSERT_EQ(test, nsinfo_encode_facts(skb, &rec), 0);
	KUNIT_EXPECT_EQ(test, skb->len, 0);
	kfree_skb(skb);
}

static void facts_known_in_part(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_NETNS_MAX + 1];
	struct nlattr *nest[NSINFO_A_SOCKETS_MAX + 1];
	struct nsinfo_facts_rec *rec = full_facts(test);
	struct sk_buff *skb = message(test, 512);

	rec->sockets.known = BIT(NSINFO_A_SOCKETS_PINS);
	rec->num_fibs = 1;
	rec->fibs[0].has_rules = false;
	rec->fibs[0].has_routes = false;
	rec->hooks.num = 1;
	rec->hooks.hook[0].count[NSINFO_A_HOOK_BPF] = 0;
	KUNIT_ASSERT_EQ(test, nsinfo_encode_facts(skb, rec), 0);
	parse(test, skb, NSINFO_A_NETNS_MAX, attrs);
	parse_nest(test, attrs[NSINFO_A_NETNS_SOCKETS], NSINFO_A_SOCKETS_MAX,
		   nest);
	expect_u32(test, nest, NSINFO_A_SOCKETS_PINS, 101);
	KUNIT_EXPECT_NULL(test, nest[NSINFO_A_SOCKETS_TCP]);
	parse_nest(test, attrs[NSINFO_A_NETNS_FIB], NSINFO_A_FIB_MAX, nest);
	KUNIT_EXPECT_NULL(test, nest[NSINFO_A_FIB_RULES]);
	KUNIT_EXPECT_NULL(test, nest[NSINFO_A_FIB_ROUTES]);
	parse_nest(test, attrs[NSINFO_A_NETNS_HOOK], NSINFO_A_HOOK_MAX, nest);
	KUNIT_EXPECT_NULL(test, nest[NSINFO_A_HOOK_BPF]);
	expect_u32(test, nest, NSINFO_A_HOOK_OTHER,
		   300 + NSINFO_A_HOOK_OTHER);
	kfree_skb(skb);
}

static void facts_longest_fit_a_message(struct kunit *test)
{
	struct sk_buff *skb = message(test, NSINFO_MSG_MAX - NLMSG_HDRLEN -
						GENL_HDRLEN);

	KUNIT_EXPECT_EQ(test, nsinfo_encode_net(skb, &full_net), 0);
	KUNIT_EXPECT_EQ(test, nsinfo_encode_facts(skb, full_facts(test)), 0);
	kfree_skb(skb);
}

static int try_facts(struct sk_buff *skb, const void *rec)
{
	return nsinfo_encode_facts(skb, rec);
}

static void facts_no_room(struct kunit *test)
{
	expect_no_room(test, try_facts, full_facts(test), false);
}

static const struct nsinfo_task_rec full_task = {
	.net_id = 1,
	.net_inum = 2,
	.pid = 3,
	.tid = 4,
	.thread = true,
	.comm = "fifteen letters",
	.uid = 5,
	.nsproxy = 0x123456789abcdef0,
};

static void task_full(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_TASK_MAX + 1];
	struct sk_buff *skb = message(test, 512);

	KUNIT_ASSERT_EQ(test, nsinfo_encode_task(skb, &full_task), 0);
	parse(test, skb, NSINFO_A_TASK_MAX, attrs);
	expect_u64(test, attrs, NSINFO_A_TASK_NETNS_ID, 1);
	expect_u32(test, attrs, NSINFO_A_TASK_NETNS_INUM, 2);
	expect_u32(test, attrs, NSINFO_A_TASK_PID, 3);
	expect_u32(test, attrs, NSINFO_A_TASK_TID, 4);
	KUNIT_EXPECT_NOT_NULL(test, attrs[NSINFO_A_TASK_THREAD]);
	expect_string(test, attrs, NSINFO_A_TASK_COMM, "fifteen letters");
	expect_u32(test, attrs, NSINFO_A_TASK_UID, 5);
	expect_u64(test, attrs, NSINFO_A_TASK_NSPROXY, full_task.nsproxy);
	kfree_skb(skb);
}

static void task_elsewhere_has_no_number(struct kunit *test)
{
	struct nlattr *attrs[NSINFO_A_TASK_MAX + 1];
	struct nsinfo_task_rec rec = full_task;
	struct sk_buff *skb = message(test, 512);

	rec.pid = 0;
	rec.tid = 0;
	rec.thread = false;
	KUNIT_ASSERT_EQ(test, nsinfo_encode_task(skb, &rec), 0);
	parse(test, skb, NSINFO_A_TASK_MAX, attrs);
	KUNIT_EXPECT_NULL(test, attrs[NSINFO_A_TASK_PID]);
	KUNIT_EXPECT_NULL(test, attrs[NSINFO_A_TASK_TID]);
	KUNIT_EXPECT_NULL(test, attrs[NSINFO_A_TASK_THREAD]);
	kfree_skb(skb);
}

static int try_task(struct sk_buff *skb, const void *rec)
{
	return nsinfo_encode_task(skb, rec);
}

static void task_no_room(struct kunit *test)
{
	expect_no_room(test, try_task, &full_task, false);
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
	rec->parent_bus = "pci";
	rec->parent_dev = "0000:00:1e.0";
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
	expect_string(test, attrs, NSINFO_A_DEV_PARENT_BUS, "pci");
	expect_string(test, attrs, NSINFO_A_DEV_PARENT_DEV, "0000:00:1e.0");
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

static int try_dev(struct sk_buff *skb, const void *rec)
{
	return nsinfo_encode_dev(skb, rec);
}

static void dev_no_room(struct kunit *test)
{
	expect_no_room(test, try_dev, full_dev(test), false);
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

static int try_addr(struct sk_buff *skb, const void *rec)
{
	return nsinfo_encode_addr(skb, rec);
}

static void addr_no_room_leaves_nothing(struct kunit *test)
{
	expect_no_room(test, try_addr, &full_addr, true);
}

static void event_is_stamped_later(struct kunit *test)
{
	static const struct nsinfo_event_rec rec = {
		.changed = NSINFO_DEV_CHANGED_MTU,
		.from = {
			.net_id = 1,
			.net_inum = 2,
			.ifindex = 3,
			.name = "fifteen-letters",
		},
	};
	struct nlattr *attrs[NSINFO_A_DEV_MAX + 1];
	struct nlattr *event[NSINFO_A_EVENT_MAX + 1];
	struct nlattr *from[NSINFO_A_PEER_MAX + 1];
	struct sk_buff *skb = message(test, 256);
	struct nsinfo_stamp stamp;

	KUNIT_ASSERT_EQ(test, 0, nsinfo_encode_event(skb, NSINFO_A_DEV_EVENT,
						     &rec, &stamp));
	nsinfo_encode_stamp(&stamp, 0x123456789abcdef0, 99);
	parse(test, skb, NSINFO_A_DEV_MAX, attrs);
	parse_nest(test, attrs[NSINFO_A_DEV_EVENT], NSINFO_A_EVENT_MAX, event);
	expect_u64(test, event, NSINFO_A_EVENT_SEQ, 0x123456789abcdef0);
	expect_u64(test, event, NSINFO_A_EVENT_TIME, 99);
	expect_u32(test, event, NSINFO_A_EVENT_CHANGED,
		   NSINFO_DEV_CHANGED_MTU);
	parse_nest(test, event[NSINFO_A_EVENT_FROM], NSINFO_A_PEER_MAX, from);
	expect_u64(test, from, NSINFO_A_PEER_NETNS_ID, 1);
	expect_u32(test, from, NSINFO_A_PEER_NETNS_INUM, 2);
	expect_u32(test, from, NSINFO_A_PEER_IFINDEX, 3);
	expect_string(test, from, NSINFO_A_PEER_IFNAME, "fifteen-letters");
	kfree_skb(skb);
}

static int try_event(struct sk_buff *skb, const void *rec)
{
	struct nsinfo_stamp stamp;

	return nsinfo_encode_event(skb, NSINFO_A_NETNS_EVENT, rec, &stamp);
}

static void event_no_room(struct kunit *test)
{
	static const struct nsinfo_event_rec rec = { .from.net_id = 1 };

	expect_no_room(test, try_event, &rec, false);
}

static void dev_brief_is_key_name_and_kind(struct kunit *test)
{
	struct nsinfo_dev_rec *rec = full_dev(test);
	struct nlattr *attrs[NSINFO_A_DEV_MAX + 1];
	struct sk_buff *skb = message(test, 256);
	int type, n = 0;

	KUNIT_ASSERT_EQ(test, nsinfo_encode_dev_brief(skb, rec), 0);
	parse(test, skb, NSINFO_A_DEV_MAX, attrs);
	expect_u64(test, attrs, NSINFO_A_DEV_NETNS_ID, rec->net_id);
	expect_u32(test, attrs, NSINFO_A_DEV_NETNS_INUM, rec->net_inum);
	expect_u32(test, attrs, NSINFO_A_DEV_IFINDEX, rec->ifindex);
	expect_string(test, attrs, NSINFO_A_DEV_IFNAME, rec->name);
	expect_string(test, attrs, NSINFO_A_DEV_KIND, rec->kind);
	for (type = NSINFO_A_DEV_NETNS_ID; type <= NSINFO_A_DEV_MAX; type++)
		n += !!attrs[type];
	KUNIT_EXPECT_EQ(test, n, 5);
	kfree_skb(skb);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(net_full),
	KUNIT_CASE(net_unknown_is_absent),
	KUNIT_CASE(net_hidden_creator_has_no_name),
	KUNIT_CASE(net_waiting),
	KUNIT_CASE(net_no_room),
	KUNIT_CASE(facts_full),
	KUNIT_CASE(facts_unknown_are_absent),
	KUNIT_CASE(facts_known_in_part),
	KUNIT_CASE(facts_longest_fit_a_message),
	KUNIT_CASE(facts_no_room),
	KUNIT_CASE(task_full),
	KUNIT_CASE(task_elsewhere_has_no_number),
	KUNIT_CASE(task_no_room),
	KUNIT_CASE(holder_full),
	KUNIT_CASE(holder_nsfs_fd_is_no_socket),
	KUNIT_CASE(holder_no_room),
	KUNIT_CASE(dev_full),
	KUNIT_CASE(dev_stats_keep_their_names),
	KUNIT_CASE(dev_unknown_is_absent),
	KUNIT_CASE(dev_link_zero_is_told),
	KUNIT_CASE(dev_longest_leaves_room_for_addresses),
	KUNIT_CASE(dev_no_room),
	KUNIT_CASE(dev_brief_is_key_name_and_kind),
	KUNIT_CASE(event_is_stamped_later),
	KUNIT_CASE(event_no_room),
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
