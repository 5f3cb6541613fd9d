/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_HOOKS_H
#define NSINFO_HOOKS_H

#include <linux/netfilter.h>
#include <linux/types.h>
#include <linux/nsinfo.h>

struct net;

/* Numbers of functions, by attribute. */
struct nsinfo_hook_rec {
	u8 family;
	u8 hooknum;
	u16 count[NSINFO_A_HOOK_MAX + 1];
};

/* IPv4, IPv6, bridge, ARP, and those of all devices together. */
#define NSINFO_HOOKS_MAX	(3 * NF_INET_NUMHOOKS + NF_ARP_NUMHOOKS + \
				 NF_NETDEV_NUMHOOKS)

/* The hooks of a netns that have functions. */
struct nsinfo_hooks_rec {
	unsigned int num;
	struct nsinfo_hook_rec hook[NSINFO_HOOKS_MAX];
};

/**
 * struct nsinfo_hooks_memo - the sorts of some functions
 * @used: how many were looked up; the last ones are in @known
 * @known: a function and its sort
 *
 * It takes long to look a name up, and few functions are hooked in many times.
 * Good for one RCU read section: later the code of another module may be where
 * a function was.
 */
struct nsinfo_hooks_memo {
	unsigned int used;
	struct {
		nf_hookfn *hook;
		u8 sort;
	} known[16];
};

#ifdef CONFIG_NETFILTER
void nsinfo_hooks_snapshot(struct nsinfo_hooks_rec *rec,
			   struct nsinfo_hooks_memo *memo,
			   const struct net *net);
#else
static inline void nsinfo_hooks_snapshot(struct nsinfo_hooks_rec *rec,
					 struct nsinfo_hooks_memo *memo,
					 const struct net *net)
{
}
#endif

#endif /* NSINFO_HOOKS_H */
