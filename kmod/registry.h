/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_REGISTRY_H
#define NSINFO_REGISTRY_H

#include <linux/atomic.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/nsinfo.h>

struct net;
struct pid;

/**
 * struct nsinfo_net - what the module knows of one struct net
 * @net: the netns. Holds no reference: valid in the RCU section in which the
 *	entry was found, its scalar members always, what hangs on it only
 *	while @state is live
 * @id: its cookie, the key
 * @state: goes from live to dying once
 * @generation: state of this netns and its set of devices
 * @pins_module: a reference to the module is held until the teardown ends
 * @created_at: CLOCK_BOOTTIME in ns, 0 where the netns is older than the module
 * @creator: who made it, or NULL; a reference to the struct pid, which keeps no
 *	task and no netns, but the memory of its pid namespace
 * @creator_comm: name of the task that made it
 * @creator_uid: its effective user
 * @rcu: frees the entry
 */
struct nsinfo_net {
	struct net *net;
	u64 id;
	enum nsinfo_netns_state state;
	atomic_t generation;
	bool pins_module;
	u64 created_at;
	struct pid *creator;
	char creator_comm[TASK_COMM_LEN];
	kuid_t creator_uid;
	struct rcu_head rcu;
};

int nsinfo_registry_init(void);
void nsinfo_registry_exit(void);

struct nsinfo_net *nsinfo_registry_find(u64 id);
struct nsinfo_net *nsinfo_registry_find_inum(u32 inum);
struct nsinfo_net *nsinfo_registry_next(u64 id);

unsigned int nsinfo_registry_generation(void);
unsigned int nsinfo_registry_net_generation(u64 id);
void nsinfo_registry_changed(const struct net *net);
unsigned int nsinfo_registry_tracked(void);
unsigned int nsinfo_registry_untracked(void);

#endif /* NSINFO_REGISTRY_H */
