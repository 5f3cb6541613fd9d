/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_REGISTRY_H
#define NSINFO_REGISTRY_H

#include <linux/atomic.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>
#include <linux/nsinfo.h>

#include "creator.h"
#include "events.h"

struct net;

/*
 * With track=1 the kernel tells of every netns, and entries come and go with
 * them. With track=0 nobody does: then whoever enters brings the entries up to
 * date with the kernel's list.
 */

/**
 * struct nsinfo_net - what the module knows of one struct net
 * @net: the netns. Holds no reference: valid from nsinfo_registry_enter() to
 *	_leave() or _pause(), its scalar members always, what hangs on it only
 *	while @dying_since is 0
 * @id: its cookie, the key
 * @inum_node: where it is found by @inum
 * @inum: its inode number, the other key
 * @generation: state of this netns and its set of devices
 * @dying_since: CLOCK_BOOTTIME in ns of the begin of the teardown, or 0
 * @walk: the last walk that met the netns; of registry_walk.c alone
 * @dev_seq: its devices then, as dev_base_seq counts
 * @created_at: CLOCK_BOOTTIME in ns, 0 where the netns is older than the module
 * @creator: who made it
 * @own: what group own was told in this netns
 * @rcu: frees the entry
 */
struct nsinfo_net {
	struct net *net;
	u64 id;
	struct rhash_head inum_node;
	u32 inum;
	atomic_t generation;
	u64 dying_since;
	unsigned int walk;
	unsigned int dev_seq;
	u64 created_at;
	struct nsinfo_creator creator;
	struct nsinfo_channel own;
	struct rcu_head rcu;
};

/* Numbers of netns, and since when the first of the dying ones is. */
struct nsinfo_registry_sums {
	u32 queued;
	u32 dying;
	u64 oldest_dying;	/* 0: none */
};

int nsinfo_registry_init(void);
void nsinfo_registry_exit(void);
bool nsinfo_registry_tracking(void);

void nsinfo_registry_enter(void);
void nsinfo_registry_leave(void);
bool nsinfo_registry_pause(void);

struct nsinfo_net *nsinfo_registry_find(u64 id);
struct nsinfo_net *nsinfo_registry_find_inum(u32 inum);
struct nsinfo_net *nsinfo_registry_next(u64 id);
struct nsinfo_net *nsinfo_registry_of(const struct net *net);

unsigned int nsinfo_registry_generation(void);
unsigned int nsinfo_registry_net_generation(u64 id);
void nsinfo_registry_changed(const struct net *net);
unsigned int nsinfo_registry_tracked(void);
unsigned int nsinfo_registry_untracked(void);
void nsinfo_registry_sum(struct nsinfo_registry_sums *sums);
u64 nsinfo_registry_id_of(const struct net *net);

/* For registry_walk.c. */
int nsinfo_registry_add(struct net *net, gfp_t gfp);
void nsinfo_registry_remove(struct nsinfo_net *entry);
void nsinfo_registry_set_untracked(unsigned int n);

/* For registry.c. */
void nsinfo_registry_walk(void);

#endif /* NSINFO_REGISTRY_H */
