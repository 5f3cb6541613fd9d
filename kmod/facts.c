// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers of what a netns has besides devices, each only where asked for.
 *
 * Most of it belongs to other subsystems, whose exits free it. No exit runs
 * before a grace period has passed since pre_exit: who sees a live entry may
 * read on for the rest of its RCU section. In a dying netns nothing of it is
 * touched.
 *
 * A netns gets its entry in the middle of its set-up: subsystems that were
 * registered after this module, as those of modules loaded later, come after
 * it. So nothing is touched either before all of them have been there.
 */
#include <linux/dcache.h>
#include <linux/inet.h>
#include <linux/module.h>
#include <linux/net.h>
#include <net/fib_rules.h>
#include <net/ip6_fib.h>
#include <net/ip_fib.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
#include <net/netfilter/nf_conntrack.h>
#endif

#include "compat.h"
#include "facts.h"
#include "registry.h"
#include "viewer.h"

#ifdef CONFIG_PROC_FS
/*
 * Protocols whose struct proto is not exported: a socket tells it. Only those
 * that are built in, which no one unloads.
 */
static struct {
	u8 attr;
	bool built_in;
	int family;
	int type;
	int protocol;
	struct proto *proto;	/* NULL: unknown */
} kinds[] __ro_after_init = {
	{ NSINFO_A_SOCKETS_TCP, true, PF_INET, SOCK_STREAM, IPPROTO_TCP },
	{ NSINFO_A_SOCKETS_UDP, true, PF_INET, SOCK_DGRAM, IPPROTO_UDP },
	{ NSINFO_A_SOCKETS_RAW, true, PF_INET, SOCK_RAW, IPPROTO_RAW },
	{ NSINFO_A_SOCKETS_TCP6, IS_BUILTIN(CONFIG_IPV6),
	  PF_INET6, SOCK_STREAM, IPPROTO_TCP },
	{ NSINFO_A_SOCKETS_UDP6, IS_BUILTIN(CONFIG_IPV6),
	  PF_INET6, SOCK_DGRAM, IPPROTO_UDP },
	{ NSINFO_A_SOCKETS_RAW6, IS_BUILTIN(CONFIG_IPV6),
	  PF_INET6, SOCK_RAW, IPPROTO_RAW },
	/* SOCK_SEQPACKET has the one of SOCK_DGRAM. */
	{ NSINFO_A_SOCKETS_UNIX, IS_BUILTIN(CONFIG_UNIX),
	  PF_UNIX, SOCK_STREAM, 0 },
	{ NSINFO_A_SOCKETS_UNIX, IS_BUILTIN(CONFIG_UNIX),
	  PF_UNIX, SOCK_DGRAM, 0 },
	{ NSINFO_A_SOCKETS_PACKET, IS_BUILTIN(CONFIG_PACKET),
	  PF_PACKET, SOCK_RAW, 0 },
	{ NSINFO_A_SOCKETS_NETLINK, true,
	  PF_NETLINK, SOCK_RAW, NETLINK_GENERIC },
};

static u32 known_sockets __ro_after_init;

static struct proto * __init proto_of(int family, int type, int protocol)
{
	struct proto *proto;
	struct socket *sock;

	if (sock_create_kern(&init_net, family, type, protocol, &sock))
		return NULL;
	proto = sock->sk->sk_prot;
	sock_release(sock);
	return proto->owner ? NULL : proto;
}

/**
 * nsinfo_facts_init() - find out once what can be told
 *
 * Context: process context, no lock held.
 */
void __init nsinfo_facts_init(void)
{
	u32 unknown = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].built_in)
			kinds[i].proto = proto_of(kinds[i].family,
						  kinds[i].type,
						  kinds[i].protocol);
		if (kinds[i].proto)
			known_sockets |= BIT(kinds[i].attr);
		else
			unknown |= BIT(kinds[i].attr);
	}
	known_sockets &= ~unknown;
	known_sockets |= BIT(NSINFO_A_SOCKETS_PINS);
}

static void snapshot_sockets(struct nsinfo_sockets_rec *rec, struct net *net)
{
	unsigned int i;

	rec->known = known_sockets;
	rec->count[NSINFO_A_SOCKETS_PINS] = sock_inuse_get(net);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (rec->known & BIT(kinds[i].attr))
			rec->count[kinds[i].attr] +=
				sock_prot_inuse_get(net, kinds[i].proto);
}
#else
void __init nsinfo_facts_init(void)
{
}

static void snapshot_sockets(struct nsinfo_sockets_rec *rec, struct net *net)
{
}
#endif /* CONFIG_PROC_FS */

static void snapshot_rules(struct nsinfo_fib_rec *rec, const struct net *net)
{
#ifdef CONFIG_FIB_RULES
	const struct fib_rules_ops *ops;
	const struct fib_rule *rule;

	list_for_each_entry_rcu(ops, &net->rules_ops, list) {
		if (ops->family != rec->family)
			continue;
		rec->has_rules = true;
		list_for_each_entry_rcu(rule, &ops->rules_list, list)
			rec->rules++;
	}
#endif
}

static void snapshot_fib4(struct nsinfo_facts_rec *rec, const struct net *net)
{
	struct nsinfo_fib_rec *fib = &rec->fibs[rec->num_fibs++];
	const struct fib_table *table;
	unsigned int i;

	fib->family = AF_INET;
	for (i = 0; i < FIB_TABLE_HASHSZ; i++) {
		hlist_for_each_entry_rcu(table, &net->ipv4.fib_table_hash[i],
					 tb_hlist)
			fib->tables++;
	}
	snapshot_rules(fib, net);
}

#if IS_BUILTIN(CONFIG_IPV6)
static void snapshot_fib6(struct nsinfo_facts_rec *rec, const struct net *net)
{
	struct nsinfo_fib_rec *fib = &rec->fibs[rec->num_fibs];
	const struct fib6_table *table;
	unsigned int i;

	/* Switched off at boot. */
	if (!net->ipv6.fib_table_hash || !net->ipv6.rt6_stats)
		return;
	rec->num_fibs++;
	fib->family = AF_INET6;
	for (i = 0; i < FIB6_TABLE_HASHSZ; i++) {
		hlist_for_each_entry_rcu(table, &net->ipv6.fib_table_hash[i],
					 tb6_hlist)
			fib->tables++;
	}
	snapshot_rules(fib, net);
	fib->has_routes = true;
	fib->routes = READ_ONCE(net->ipv6.rt6_stats->fib_rt_entries);
}
#else
/* As a module it may come at any time, and fail half way. */
static void snapshot_fib6(struct nsinfo_facts_rec *rec, const struct net *net)
{
}
#endif

/*
 * An inode of nsfs holds a reference to the netns, and takes its dentry out of
 * there before it gives that back; dentries are freed by RCU. So this may be
 * read in any state.
 */
static u32 nsfs_refs(const struct net *net)
{
	const struct dentry *dentry = nsinfo_compat_stashed(net);
	int count;

	if (!dentry)
		return 0;
	count = READ_ONCE(dentry->d_lockref.count);
	/* Negative where it is on its way out. */
	return max(count, 0);
}

/*
 * The loopback device is made after the init of every subsystem, and is there
 * until the teardown.
 */
static bool is_set_up(const struct net *net)
{
	const struct list_head *first;

	/* Pairs with list_add_tail_rcu(): then all that came before it. */
	first = smp_load_acquire(&net->dev_base_head.next);
	return first != &net->dev_base_head;
}

/**
 * nsinfo_facts_begin() - prepare for what a request wants to know
 * @facts: what is wanted
 *
 * Keeps nf_conntrack loaded until nsinfo_facts_end(), where that is asked for
 * and loaded. It is not found before its init is over, when every netns that
 * is set up has what it counts in.
 *
 * Context: any.
 */
void nsinfo_facts_begin(struct nsinfo_facts *facts)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	if (facts->want & NSINFO_NETNS_WANT_CONNTRACK)
		facts->conntrack_count = symbol_get(nf_conntrack_count);
#endif
}

/**
 * nsinfo_facts_end() - give back what nsinfo_facts_begin() took
 * @facts: the same
 *
 * Context: any.
 */
void nsinfo_facts_end(struct nsinfo_facts *facts)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	if (facts->conntrack_count)
		symbol_put(nf_conntrack_count);
#endif
}

/**
 * nsinfo_facts_pause() - forget what is true of one RCU read section alone
 * @facts: the same
 *
 * Context: any.
 */
void nsinfo_facts_pause(struct nsinfo_facts *facts)
{
	facts->hooks.used = 0;
}

/**
 * nsinfo_facts_snapshot() - copy what a request wants to know of a netns
 * @rec: what to fill, all of it
 * @entry: the netns
 * @viewer: who asks; nfnetlink does not tell anybody what is hooked in either
 * @facts: what is wanted
 *
 * Context: the RCU read section that @entry was found in.
 */
void nsinfo_facts_snapshot(struct nsinfo_facts_rec *rec,
			   const struct nsinfo_net *entry,
			   const struct nsinfo_viewer *viewer,
			   struct nsinfo_facts *facts)
{
	struct net *net = entry->net;

	memset(rec, 0, sizeof(*rec));
	if (facts->want & NSINFO_NETNS_WANT_NSFS)
		rec->nsfs_refs = nsfs_refs(net);
	if (facts->want & NSINFO_NETNS_WANT_NETFILTER)
		rec->hooks_untold = !nsinfo_viewer_may_enter(viewer, net);

	if (READ_ONCE(entry->dying_since) || !is_set_up(net))
		return;
	if (facts->want & NSINFO_NETNS_WANT_SOCKETS)
		snapshot_sockets(&rec->sockets, net);
	if (facts->want & NSINFO_NETNS_WANT_FIB) {
		snapshot_fib4(rec, net);
		snapshot_fib6(rec, net);
	}
	if (facts->want & NSINFO_NETNS_WANT_NETFILTER && !rec->hooks_untold)
		nsinfo_hooks_snapshot(&rec->hooks, &facts->hooks, net);
	if (facts->conntrack_count) {
		rec->has_conntrack = true;
		rec->conntrack = facts->conntrack_count(net);
	}
}
