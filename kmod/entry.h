/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_ENTRY_H
#define NSINFO_ENTRY_H

#include <linux/atomic.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "creator.h"

struct net;

/**
 * struct nsinfo_channel - what one group in one netns was told
 * @lock: makes the order of numbers that of delivery
 * @seq: the last number
 */
struct nsinfo_channel {
	spinlock_t lock; /* from the next number to its delivery */
	u64 seq;
};

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

int nsinfo_entry_init(void);
void nsinfo_entry_exit(void);

struct nsinfo_net *nsinfo_entry_find(u64 id);
struct nsinfo_net *nsinfo_entry_find_inum(u32 inum);
struct nsinfo_net *nsinfo_entry_next(u64 id);
struct nsinfo_net *nsinfo_entry_of(const struct net *net);

unsigned int nsinfo_entry_generation(void);
unsigned int nsinfo_entry_net_generation(u64 id);
void nsinfo_entry_changed(const struct net *net);
unsigned int nsinfo_entry_count(void);
unsigned int nsinfo_entry_untracked(void);
void nsinfo_entry_add_untracked(int n);
void nsinfo_entry_set_untracked(unsigned int n);

int nsinfo_entry_add(struct net *net, bool is_new, gfp_t gfp);
void nsinfo_entry_take_out(struct nsinfo_net *entry);
void nsinfo_entry_free(struct nsinfo_net *entry);

#endif /* NSINFO_ENTRY_H */
