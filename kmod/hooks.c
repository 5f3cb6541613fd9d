// SPDX-License-Identifier: GPL-2.0
/*
 * What is hooked into netfilter, by sort.
 *
 * Only the array of a hook is read, which is freed by call_rcu(). The struct
 * nf_hook_ops behind it, which have the type, are their owners', and not all
 * of these wait for a grace period where a registration fails half way. So
 * a function is known by its name; it is never called and never shown.
 */
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "hooks.h"

/* A function is of the sort whose prefix it, or its module, begins with. */
static const struct {
	const char *prefix;
	u8 sort;
} prefixes[] = {
	{ "nft_", NSINFO_A_HOOK_NF_TABLES },
	{ "nf_tables", NSINFO_A_HOOK_NF_TABLES },
	{ "nf_route_table_", NSINFO_A_HOOK_NF_TABLES },
	{ "ipt_", NSINFO_A_HOOK_IPTABLES },
	{ "iptable_", NSINFO_A_HOOK_IPTABLES },
	{ "ip_tables", NSINFO_A_HOOK_IPTABLES },
	{ "ip6t_", NSINFO_A_HOOK_IPTABLES },
	{ "ip6table_", NSINFO_A_HOOK_IPTABLES },
	{ "ip6_tables", NSINFO_A_HOOK_IPTABLES },
	{ "arpt_", NSINFO_A_HOOK_IPTABLES },
	{ "arptable_", NSINFO_A_HOOK_IPTABLES },
	{ "arp_tables", NSINFO_A_HOOK_IPTABLES },
	{ "ebt_", NSINFO_A_HOOK_IPTABLES },
	{ "ebtable", NSINFO_A_HOOK_IPTABLES },
	{ "nf_conntrack", NSINFO_A_HOOK_CONNTRACK },
	{ "nf_confirm", NSINFO_A_HOOK_CONNTRACK },
	{ "nf_ct_", NSINFO_A_HOOK_CONNTRACK },
	{ "nf_nat", NSINFO_A_HOOK_CONNTRACK },
	{ "nf_defrag", NSINFO_A_HOOK_CONNTRACK },
	{ "ipv4_conntrack_", NSINFO_A_HOOK_CONNTRACK },
	{ "ipv4_confirm", NSINFO_A_HOOK_CONNTRACK },
	{ "ipv6_conntrack_", NSINFO_A_HOOK_CONNTRACK },
	{ "ipv6_confirm", NSINFO_A_HOOK_CONNTRACK },
	{ "ipv6_defrag", NSINFO_A_HOOK_CONNTRACK },
	{ "nf_hook_run_bpf", NSINFO_A_HOOK_BPF },
};

static u8 sort_of_prefix(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (strstarts(name, prefixes[i].prefix))
			return prefixes[i].sort;
	return 0;
}

/* @name is "function [module]", or without a module where it is built in. */
static u8 sort_of_name(const char *name)
{
	const char *module = strstr(name, " [");
	u8 sort;

	/* Stands where a function was, until the array is replaced. */
	if (!strcmp(name, "accept_all"))
		return 0;
	sort = sort_of_prefix(name);
	if (!sort && module)
		sort = sort_of_prefix(module + 2);
	return sort ?: NSINFO_A_HOOK_OTHER;
}

/*
 * Functions that are counted in one netns at most. All hooks but those of devices
 * have fewer together, and the devices come last: only their number is cut off.
 */
#define FUNCTIONS_MAX	U16_MAX

/* What is filled from the hooks of one netns. */
struct count {
	struct nsinfo_hooks_rec *rec;
	struct nsinfo_hooks_memo *memo;
	unsigned int visited;
};

static u8 sort_of(nf_hookfn *hook, struct nsinfo_hooks_memo *memo)
{
	unsigned int i, n = min_t(unsigned int, memo->used,
				  ARRAY_SIZE(memo->known));
	char name[128];

	for (i = 0; i < n; i++)
		if (memo->known[i].hook == hook)
			return memo->known[i].sort;
	i = memo->used++ % ARRAY_SIZE(memo->known);
	snprintf(name, sizeof(name), "%ps", hook);
	memo->known[i].hook = hook;
	memo->known[i].sort = sort_of_name(name);
	return memo->known[i].sort;
}

/* The record of a hook: the last one where it is of the same hook, or a new one. */
static struct nsinfo_hook_rec *find_hook(struct nsinfo_hooks_rec *rec,
					 u8 family, u8 hooknum)
{
	struct nsinfo_hook_rec *hook = &rec->hook[rec->num];

	if (rec->num && hook[-1].family == family &&
	    hook[-1].hooknum == hooknum)
		return hook - 1;
	hook->family = family;
	hook->hooknum = hooknum;
	rec->num++;
	return hook;
}

static void snapshot_hook(struct count *count, u8 family, u8 hooknum,
			  const struct nf_hook_entries *entries)
{
	unsigned int i;
	u8 sort;

	if (!entries)
		return;
	for (i = 0; i < entries->num_hook_entries; i++) {
		if (count->visited++ >= FUNCTIONS_MAX)
			return;
		sort = sort_of(READ_ONCE(entries->hooks[i].hook), count->memo);
		if (sort)
			find_hook(count->rec, family, hooknum)->count[sort]++;
	}
}

/* As many steps as the netns has devices, which it is asked to count anyway. */
static void snapshot_devs(struct count *count, const struct net *net)
{
	const struct net_device __maybe_unused *dev;

#ifdef CONFIG_NETFILTER_INGRESS
	for_each_netdev_rcu(net, dev)
		snapshot_hook(count, NFPROTO_NETDEV, NF_NETDEV_INGRESS,
			      rcu_dereference(dev->nf_hooks_ingress));
#endif
#ifdef CONFIG_NETFILTER_EGRESS
	for_each_netdev_rcu(net, dev)
		snapshot_hook(count, NFPROTO_NETDEV, NF_NETDEV_EGRESS,
			      rcu_dereference(dev->nf_hooks_egress));
#endif
}

/**
 * nsinfo_hooks_snapshot() - count what is hooked into the hooks of a netns
 * @rec: record to add to, whose hooks are zero
 * @memo: what is known of functions, in this RCU read section
 * @net: the netns
 *
 * Context: RCU read section, in which @net is found live.
 */
void nsinfo_hooks_snapshot(struct nsinfo_hooks_rec *rec,
			   struct nsinfo_hooks_memo *memo,
			   const struct net *net)
{
	struct count count = { .rec = rec, .memo = memo };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(net->nf.hooks_ipv4); i++)
		snapshot_hook(&count, NFPROTO_IPV4, i,
			      rcu_dereference(net->nf.hooks_ipv4[i]));
	for (i = 0; i < ARRAY_SIZE(net->nf.hooks_ipv6); i++)
		snapshot_hook(&count, NFPROTO_IPV6, i,
			      rcu_dereference(net->nf.hooks_ipv6[i]));
#ifdef CONFIG_NETFILTER_FAMILY_ARP
	for (i = 0; i < ARRAY_SIZE(net->nf.hooks_arp); i++)
		snapshot_hook(&count, NFPROTO_ARP, i,
			      rcu_dereference(net->nf.hooks_arp[i]));
#endif
#ifdef CONFIG_NETFILTER_FAMILY_BRIDGE
	for (i = 0; i < ARRAY_SIZE(net->nf.hooks_bridge); i++)
		snapshot_hook(&count, NFPROTO_BRIDGE, i,
			      rcu_dereference(net->nf.hooks_bridge[i]));
#endif
	snapshot_devs(&count, net);
}
