// SPDX-License-Identifier: GPL-2.0
/*
 * Suite nsinfo_facts: what else is told of a netns, and what is not touched in
 * one that is not set up or dying. Such ones are shells here, of which every
 * pointer is NULL: to touch is to crash.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "facts.c"
#include "hooks.c"

#define ALL_WANTED	0xffffffff

/* In place of viewer.c: the rule is tested in guests. */
static bool may_enter = true;

bool nsinfo_viewer_may_enter(const struct nsinfo_viewer *viewer,
			     const struct net *net)
{
	return may_enter;
}

static const struct nsinfo_facts everything = { .want = ALL_WANTED };

static struct net *shell(struct kunit *test)
{
	struct net *net = kunit_kzalloc(test, sizeof(*net), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, net);
	INIT_LIST_HEAD(&net->dev_base_head);
	return net;
}

static struct nsinfo_facts_rec *record(struct kunit *test)
{
	struct nsinfo_facts_rec *rec = kunit_kzalloc(test, sizeof(*rec),
						     GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rec);
	return rec;
}

static struct nsinfo_facts_rec *facts_of(struct kunit *test, struct net *net,
					 u64 dying_since,
					 const struct nsinfo_facts *wanted)
{
	struct nsinfo_net entry = { .net = net, .dying_since = dying_since };
	struct nsinfo_facts_rec *rec = record(test);
	struct nsinfo_facts facts = *wanted;
	struct nsinfo_viewer viewer = {};

	rcu_read_lock();
	nsinfo_facts_snapshot(rec, &entry, &viewer, &facts);
	rcu_read_unlock();
	return rec;
}

static unsigned int calls;

static u32 count_conntrack(const struct net *net)
{
	calls++;
	return 7;
}

static void expect_nothing(struct kunit *test,
			   const struct nsinfo_facts_rec *rec)
{
	KUNIT_EXPECT_EQ(test, rec->sockets.known, 0);
	KUNIT_EXPECT_EQ(test, rec->num_fibs, 0);
	KUNIT_EXPECT_EQ(test, rec->hooks.num, 0);
	KUNIT_EXPECT_FALSE(test, rec->has_conntrack);
	KUNIT_EXPECT_EQ(test, rec->nsfs_refs, 0);
}

static void not_set_up_is_not_touched(struct kunit *test)
{
	struct nsinfo_facts facts = everything;

	calls = 0;
	facts.conntrack_count = count_conntrack;
	expect_nothing(test, facts_of(test, shell(test), 0, &facts));
	KUNIT_EXPECT_EQ(test, calls, 0);
}

static void dying_is_not_touched(struct kunit *test)
{
	struct nsinfo_facts facts = everything;
	struct net *net = shell(test);
	struct list_head dev;

	list_add(&dev, &net->dev_base_head);
	calls = 0;
	facts.conntrack_count = count_conntrack;
	expect_nothing(test, facts_of(test, net, 1, &facts));
	KUNIT_EXPECT_EQ(test, calls, 0);
}

static void hooks_are_not_told_outside(struct kunit *test)
{
	const struct nsinfo_facts_rec *rec;
	struct nsinfo_facts sockets = { .want = NSINFO_NETNS_WANT_SOCKETS };

	KUNIT_EXPECT_FALSE(test, facts_of(test, &init_net, 0,
					  &everything)->hooks_untold);
	may_enter = false;
	rec = facts_of(test, &init_net, 0, &everything);
	KUNIT_EXPECT_TRUE(test, rec->hooks_untold);
	KUNIT_EXPECT_EQ(test, rec->hooks.num, 0);
	KUNIT_EXPECT_NE(test, rec->sockets.known, 0);
	rec = facts_of(test, &init_net, 0, &sockets);
	KUNIT_EXPECT_FALSE(test, rec->hooks_untold);
	may_enter = true;
}

static void unwanted_is_not_told(struct kunit *test)
{
	static const struct nsinfo_facts nothing;

	expect_nothing(test, facts_of(test, &init_net, 0, &nothing));
}

static void one_wanted_brings_that_one(struct kunit *test)
{
	u32 want;

	for (want = 1; want <= NSINFO_NETNS_WANT_NSFS; want *= 2) {
		const struct nsinfo_facts facts = { .want = want };
		struct nsinfo_facts_rec *rec =
			facts_of(test, &init_net, 0, &facts);

		KUNIT_EXPECT_EQ(test, !!rec->sockets.known,
				want == NSINFO_NETNS_WANT_SOCKETS);
		KUNIT_EXPECT_EQ(test, !!rec->num_fibs,
				want == NSINFO_NETNS_WANT_FIB);
		KUNIT_EXPECT_FALSE(test, rec->has_conntrack);
	}
}

static void sockets_of_every_sort_known(struct kunit *test)
{
	struct nsinfo_facts_rec *rec = facts_of(test, &init_net, 0,
						&everything);

	KUNIT_EXPECT_EQ(test, rec->sockets.known,
			GENMASK(NSINFO_A_SOCKETS_MAX, NSINFO_A_SOCKETS_PINS));
}

static void sockets_are_counted(struct kunit *test)
{
	struct nsinfo_facts_rec *before, *after;
	struct socket *sock;

	before = facts_of(test, &init_net, 0, &everything);
	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, PF_PACKET,
						  SOCK_DGRAM, 0, &sock));
	after = facts_of(test, &init_net, 0, &everything);
	sock_release(sock);
	KUNIT_EXPECT_EQ(test,
			before->sockets.count[NSINFO_A_SOCKETS_PACKET] + 1,
			after->sockets.count[NSINFO_A_SOCKETS_PACKET]);
	/* One of the kernel's own keeps no netns. */
	KUNIT_EXPECT_EQ(test, before->sockets.count[NSINFO_A_SOCKETS_PINS],
			after->sockets.count[NSINFO_A_SOCKETS_PINS]);
}

static void fib_of_both_families(struct kunit *test)
{
	struct nsinfo_facts_rec *rec = facts_of(test, &init_net, 0,
						&everything);

	KUNIT_ASSERT_EQ(test, rec->num_fibs, 2);
	KUNIT_EXPECT_EQ(test, rec->fibs[0].family, AF_INET);
	KUNIT_EXPECT_TRUE(test, rec->fibs[0].has_rules);
	KUNIT_EXPECT_EQ(test, rec->fibs[0].rules, 3);
	KUNIT_EXPECT_FALSE(test, rec->fibs[0].has_routes);
	KUNIT_EXPECT_EQ(test, rec->fibs[1].family, AF_INET6);
	KUNIT_EXPECT_TRUE(test, rec->fibs[1].has_rules);
	KUNIT_EXPECT_EQ(test, rec->fibs[1].rules, 2);
	KUNIT_EXPECT_TRUE(test, rec->fibs[1].has_routes);
}

static void conntrack_is_counted(struct kunit *test)
{
	struct nsinfo_facts facts = { .want = NSINFO_NETNS_WANT_CONNTRACK };
	struct nsinfo_facts_rec *rec;

	facts.conntrack_count = count_conntrack;
	rec = facts_of(test, &init_net, 0, &facts);
	KUNIT_EXPECT_TRUE(test, rec->has_conntrack);
	KUNIT_EXPECT_EQ(test, rec->conntrack, 7);
}

/* No test loads nf_conntrack. */
static void conntrack_absent_without_module(struct kunit *test)
{
	struct nsinfo_facts facts = everything;

	nsinfo_facts_begin(&facts);
	KUNIT_EXPECT_NULL(test, facts.conntrack_count);
	nsinfo_facts_end(&facts);
}

static void nsfs_counts_users(struct kunit *test)
{
	struct dentry *dentry = kunit_kzalloc(test, sizeof(*dentry),
					      GFP_KERNEL);
	struct net *net = shell(test);

	KUNIT_ASSERT_NOT_NULL(test, dentry);
	net->ns.stashed = dentry;
	dentry->d_lockref.count = 3;
	KUNIT_EXPECT_EQ(test, nsfs_refs(net), 3);
	/* As lockref_mark_dead() leaves it. */
	dentry->d_lockref.count = -128;
	KUNIT_EXPECT_EQ(test, nsfs_refs(net), 0);
}

static void nothing_takes_rtnl(struct kunit *test)
{
	rtnl_lock();
	facts_of(test, &init_net, 0, &everything);
	rtnl_unlock();
}

static void names_have_sorts(struct kunit *test)
{
	static const struct {
		const char *name;
		u8 sort;
	} names[] = {
		{ "nft_do_chain_ipv4 [nf_tables]", NSINFO_A_HOOK_NF_TABLES },
		{ "nft_do_chain_inet", NSINFO_A_HOOK_NF_TABLES },
		{ "nf_route_table_hook4 [nf_tables]",
		  NSINFO_A_HOOK_NF_TABLES },
		{ "renamed [nf_tables]", NSINFO_A_HOOK_NF_TABLES },
		{ "ipt_do_table [ip_tables]", NSINFO_A_HOOK_IPTABLES },
		{ "iptable_mangle_hook [iptable_mangle]",
		  NSINFO_A_HOOK_IPTABLES },
		{ "ip6t_do_table [ip6_tables]", NSINFO_A_HOOK_IPTABLES },
		{ "ip6table_mangle_hook", NSINFO_A_HOOK_IPTABLES },
		{ "arpt_do_table [arp_tables]", NSINFO_A_HOOK_IPTABLES },
		{ "ebt_do_table [ebtables]", NSINFO_A_HOOK_IPTABLES },
		{ "ebt_broute [ebtable_broute]", NSINFO_A_HOOK_IPTABLES },
		{ "ipv4_conntrack_in [nf_conntrack]",
		  NSINFO_A_HOOK_CONNTRACK },
		{ "ipv4_conntrack_defrag", NSINFO_A_HOOK_CONNTRACK },
		{ "ipv6_confirm", NSINFO_A_HOOK_CONNTRACK },
		{ "nf_confirm [nf_conntrack]", NSINFO_A_HOOK_CONNTRACK },
		{ "nf_nat_ipv6_out [nf_nat]", NSINFO_A_HOOK_CONNTRACK },
		{ "nf_ct_bridge_pre [nf_conntrack_bridge]",
		  NSINFO_A_HOOK_CONNTRACK },
		{ "nf_hook_run_bpf", NSINFO_A_HOOK_BPF },
		{ "apparmor_ip_postroute", NSINFO_A_HOOK_OTHER },
		{ "br_nf_pre_routing [br_netfilter]", NSINFO_A_HOOK_OTHER },
		{ "ip_vs_in_hook [ip_vs]", NSINFO_A_HOOK_OTHER },
		{ "0xffffffffc0a01230", NSINFO_A_HOOK_OTHER },
		{ "", NSINFO_A_HOOK_OTHER },
		{ "accept_all", 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_EQ_MSG(test, sort_of_name(names[i].name),
				    names[i].sort, "%s", names[i].name);
}

static unsigned int nft_test(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static unsigned int ipt_test(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	return NF_DROP;
}

static unsigned int nf_nat_test(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	return NF_STOLEN;
}

static unsigned int other_test(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return NF_QUEUE;
}

/* Twenty addresses, more than are remembered, of four names. */
static nf_hookfn *function(unsigned int i)
{
	static nf_hookfn * const functions[] = {
		nft_test, ipt_test, nf_nat_test, other_test,
	};

	return (nf_hookfn *)((unsigned long)functions[i % 4] + i / 4 % 5);
}

static struct nf_hook_entries *entries(struct kunit *test, unsigned int n)
{
	struct nf_hook_entries *got;
	unsigned int i;

	got = kunit_kzalloc(test, struct_size(got, hooks, n), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, got);
	got->num_hook_entries = n;
	for (i = 0; i < n; i++)
		got->hooks[i].hook = function(i);
	return got;
}

static void hooks_by_sort(struct kunit *test)
{
	struct nsinfo_facts_rec *rec = record(test);
	struct nsinfo_hooks_memo memo = {};
	struct net *net = shell(test);
	const struct nsinfo_hook_rec *hook = &rec->hooks.hook[0];

	RCU_INIT_POINTER(net->nf.hooks_ipv6[NF_INET_FORWARD],
			 entries(test, 1000));
	rcu_read_lock();
	nsinfo_hooks_snapshot(&rec->hooks, &memo, net);
	rcu_read_unlock();
	KUNIT_ASSERT_EQ(test, rec->hooks.num, 1);
	KUNIT_EXPECT_EQ(test, hook->family, NFPROTO_IPV6);
	KUNIT_EXPECT_EQ(test, hook->hooknum, NF_INET_FORWARD);
	KUNIT_EXPECT_EQ(test, hook->count[NSINFO_A_HOOK_NF_TABLES], 250);
	KUNIT_EXPECT_EQ(test, hook->count[NSINFO_A_HOOK_IPTABLES], 250);
	KUNIT_EXPECT_EQ(test, hook->count[NSINFO_A_HOOK_CONNTRACK], 250);
	KUNIT_EXPECT_EQ(test, hook->count[NSINFO_A_HOOK_BPF], 0);
	KUNIT_EXPECT_EQ(test, hook->count[NSINFO_A_HOOK_OTHER], 250);
}

static struct net_device *add_dev(struct kunit *test, struct net *net)
{
	struct net_device *dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	list_add_tail_rcu(&dev->dev_list, &net->dev_base_head);
	return dev;
}

/* Return: how many hooks that makes. */
static int set_egress(struct net_device *dev, struct nf_hook_entries *all)
{
#ifdef CONFIG_NETFILTER_EGRESS
	RCU_INIT_POINTER(dev->nf_hooks_egress, all);
	return 1;
#else
	return 0;
#endif
}

/* Those of all together; the work ends somewhere. */
static void hooks_of_devices(struct kunit *test)
{
	struct nf_hook_entries *all = entries(test, 1000);
	struct nsinfo_facts_rec *rec = record(test);
	struct nsinfo_hooks_memo memo = {};
	struct net *net = shell(test);
	unsigned int i;
	int egress;

	add_dev(test, net);
	for (i = 0; i < 2; i++)
		RCU_INIT_POINTER(add_dev(test, net)->nf_hooks_ingress, all);
	egress = set_egress(add_dev(test, net), all);
	rcu_read_lock();
	nsinfo_hooks_snapshot(&rec->hooks, &memo, net);
	rcu_read_unlock();
	KUNIT_ASSERT_EQ(test, rec->hooks.num, 1 + egress);
	KUNIT_EXPECT_EQ(test, rec->hooks.hook[0].family, NFPROTO_NETDEV);
	KUNIT_EXPECT_EQ(test, rec->hooks.hook[0].hooknum, NF_NETDEV_INGRESS);
	KUNIT_EXPECT_EQ(test, rec->hooks.hook[0].count[NSINFO_A_HOOK_OTHER],
			500);
	KUNIT_EXPECT_EQ(test, rec->hooks.hook[1].hooknum, egress);
	KUNIT_EXPECT_EQ(test, rec->hooks.hook[1].count[NSINFO_A_HOOK_OTHER],
			250 * egress);

	memset(rec, 0, sizeof(*rec));
	for (i = 0; i < 97; i++)
		RCU_INIT_POINTER(add_dev(test, net)->nf_hooks_ingress, all);
	rcu_read_lock();
	nsinfo_hooks_snapshot(&rec->hooks, &memo, net);
	rcu_read_unlock();
	KUNIT_ASSERT_EQ(test, rec->hooks.num, 1);
	/* A fourth of 65535. */
	KUNIT_EXPECT_EQ(test, rec->hooks.hook[0].count[NSINFO_A_HOOK_OTHER],
			16383);
}

static void hooks_all_have_room(struct kunit *test)
{
	struct nsinfo_facts_rec *rec = record(test);
	struct nf_hook_entries *one = entries(test, 1);
	struct nsinfo_hooks_memo memo = {};
	struct net *net = shell(test);
	struct net_device *dev = add_dev(test, net);
	int egress = set_egress(dev, one);
	unsigned int i;

	RCU_INIT_POINTER(dev->nf_hooks_ingress, one);
	for (i = 0; i < NF_INET_NUMHOOKS; i++) {
		RCU_INIT_POINTER(net->nf.hooks_ipv4[i], one);
		RCU_INIT_POINTER(net->nf.hooks_ipv6[i], one);
		RCU_INIT_POINTER(net->nf.hooks_bridge[i], one);
	}
	for (i = 0; i < NF_ARP_NUMHOOKS; i++)
		RCU_INIT_POINTER(net->nf.hooks_arp[i], one);
	rcu_read_lock();
	nsinfo_hooks_snapshot(&rec->hooks, &memo, net);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, rec->hooks.num, NSINFO_HOOKS_MAX - !egress);
}

/* What the memo has is not looked up again, until it is forgotten. */
static void hooks_are_looked_up_once(struct kunit *test)
{
	struct nsinfo_facts_rec *rec = record(test);
	struct nf_hook_entries *three = entries(test, 3);
	struct nsinfo_facts facts = {};
	struct net *net = shell(test);

	RCU_INIT_POINTER(net->nf.hooks_ipv4[0], three);
	rcu_read_lock();
	nsinfo_hooks_snapshot(&rec->hooks, &facts.hooks, net);
	KUNIT_EXPECT_EQ(test, facts.hooks.used, 3);
	memset(rec, 0, sizeof(*rec));
	nsinfo_hooks_snapshot(&rec->hooks, &facts.hooks, net);
	KUNIT_EXPECT_EQ(test, facts.hooks.used, 3);
	KUNIT_EXPECT_EQ(test, rec->hooks.num, 1);
	nsinfo_facts_pause(&facts);
	nsinfo_hooks_snapshot(&rec->hooks, &facts.hooks, net);
	KUNIT_EXPECT_EQ(test, facts.hooks.used, 3);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, rec->hooks.hook[0].count[NSINFO_A_HOOK_NF_TABLES],
			2);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(not_set_up_is_not_touched),
	KUNIT_CASE(dying_is_not_touched),
	KUNIT_CASE(unwanted_is_not_told),
	KUNIT_CASE(one_wanted_brings_that_one),
	KUNIT_CASE(sockets_of_every_sort_known),
	KUNIT_CASE(sockets_are_counted),
	KUNIT_CASE(fib_of_both_families),
	KUNIT_CASE(conntrack_is_counted),
	KUNIT_CASE(conntrack_absent_without_module),
	KUNIT_CASE(nsfs_counts_users),
	KUNIT_CASE(nothing_takes_rtnl),
	KUNIT_CASE(names_have_sorts),
	KUNIT_CASE(hooks_are_not_told_outside),
	KUNIT_CASE(hooks_by_sort),
	KUNIT_CASE(hooks_of_devices),
	KUNIT_CASE(hooks_all_have_room),
	KUNIT_CASE(hooks_are_looked_up_once),
	{}
};

static struct kunit_suite suite = {
	.name = "nsinfo_facts",
	.test_cases = cases,
};

kunit_test_suite(suite);

/* Before the suite runs, from 6.7 on; older ones have no protocols then. */
static int __init facts_test_init(void)
{
	nsinfo_facts_init();
	return 0;
}
module_init(facts_test_init);

static void __exit facts_test_exit(void)
{
}
module_exit(facts_test_exit);

MODULE_DESCRIPTION("KUnit suite nsinfo_facts");
MODULE_LICENSE("GPL");
