/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_FACTS_H
#define NSINFO_FACTS_H

#include <linux/types.h>
#include <linux/nsinfo.h>

#include "hooks.h"

struct net;
struct nsinfo_net;
struct nsinfo_viewer;

/**
 * struct nsinfo_facts - what a request wants to know of each netns
 * @want: NSINFO_NETNS_WANT_* flags
 * @conntrack_count: nf_conntrack's function, whose module it holds, or NULL
 * @hooks: the sorts of functions that were found before
 */
struct nsinfo_facts {
	u32 want;
	u32 (*conntrack_count)(const struct net *net);
	struct nsinfo_hooks_memo hooks;
};

/* Numbers of sockets, by attribute; BIT(attribute) is set in known. */
struct nsinfo_sockets_rec {
	u32 known;
	u32 count[NSINFO_A_SOCKETS_MAX + 1];
};

struct nsinfo_fib_rec {
	u32 family;
	u32 tables;
	bool has_rules;
	u32 rules;
	bool has_routes;
	u32 routes;
};

/* What was asked for, where it is known. */
struct nsinfo_facts_rec {
	struct nsinfo_sockets_rec sockets;
	unsigned int num_fibs;
	struct nsinfo_fib_rec fibs[2];
	bool hooks_untold;
	struct nsinfo_hooks_rec hooks;
	bool has_conntrack;
	u32 conntrack;
	u32 nsfs_refs;		/* 0: there is no inode */
};

void nsinfo_facts_init(void);
void nsinfo_facts_begin(struct nsinfo_facts *facts);
void nsinfo_facts_end(struct nsinfo_facts *facts);
void nsinfo_facts_pause(struct nsinfo_facts *facts);
void nsinfo_facts_snapshot(struct nsinfo_facts_rec *rec,
			   const struct nsinfo_net *entry,
			   const struct nsinfo_viewer *viewer,
			   struct nsinfo_facts *facts);

#endif /* NSINFO_FACTS_H */
