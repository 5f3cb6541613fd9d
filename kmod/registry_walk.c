// SPDX-License-Identifier: GPL-2.0
/*
 * The registry where the kernel tells nothing (track=0): every request walks the
 * kernel's list of netns and brings the entries up to date.
 *
 * A walk may sleep: it holds net_rwsem for reading, not RCU. Until somebody
 * writes, the list stays as it is.
 *
 * Why a netns behind an entry is valid for the RCU read section that follows a
 * walk: the section begins before net_rwsem is released. cleanup_net() takes a
 * netns off the list with net_rwsem held for writing, hence after the section
 * has begun, and calls no exit before a grace period has passed since, hence
 * not before the section ends. The same goes for entries that later walks add:
 * their netns are on the list later still. Between two requests an entry may
 * have a pointer to a netns that is gone; no request reads it then.
 */
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/rtnetlink.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <net/net_namespace.h>

#include "entry.h"
#include "registry_walk.h"

/* Entries come and go under it. Nests inside net_rwsem. */
static DEFINE_MUTEX(walk_lock);
static unsigned int walks;
/* How many have asked for a walk, and how many of these had one. */
static atomic_t asked = ATOMIC_INIT(0);
static unsigned int served;

/* A device that came or went is told; one that was renamed cannot be. */
static bool walk_met(struct net *net)
{
	unsigned int dev_seq = READ_ONCE(net->dev_base_seq);
	struct nsinfo_net *entry;

	entry = nsinfo_entry_find(net->net_cookie);
	if (!entry) {
		if (nsinfo_entry_add(net, false, GFP_ATOMIC | __GFP_NOWARN))
			return false;
		entry = nsinfo_entry_find(net->net_cookie);
	} else if (entry->dev_seq != dev_seq) {
		nsinfo_entry_changed(net);
	}
	entry->dev_seq = dev_seq;
	entry->walk = walks;
	return true;
}

static void remove_others(void)
{
	struct nsinfo_net *entry;
	u64 id;

	for (id = 0; (entry = nsinfo_entry_next(id)); id++) {
		id = entry->id;
		if (entry->walk != walks) {
			nsinfo_entry_take_out(entry);
			nsinfo_entry_free(entry);
		}
		cond_resched();
	}
}

/* With both locks held. */
static void walk_list(void)
{
	unsigned int missing = 0;
	struct net *net;

	walks++;
	for_each_net(net) {
		if (!walk_met(net))
			missing++;
		cond_resched();
	}
	remove_others();
	nsinfo_entry_set_untracked(missing);
}

/* With net_rwsem held: the number of the request for a walk. */
static unsigned int ask_for_walk(void)
{
	return atomic_inc_return(&asked);
}

/*
 * With net_rwsem held since before the request. A walk that began later serves
 * all requests until then: the list has not changed in between.
 */
static void wait_for_walk(unsigned int number)
{
	unsigned int next;

	mutex_lock(&walk_lock);
	if ((int)(served - number) < 0) {
		next = atomic_read(&asked);
		walk_list();
		served = next;
	}
	mutex_unlock(&walk_lock);
}

/**
 * nsinfo_registry_walk_begin() - make the entries those of the kernel's list
 *
 * Context: process context, may sleep. Takes net_rwsem for reading, for
 * nsinfo_registry_walk_end().
 */
void nsinfo_registry_walk_begin(void)
{
	down_read(&net_rwsem);
	wait_for_walk(ask_for_walk());
}

/**
 * nsinfo_registry_walk_end() - let the kernel's list change
 *
 * Context: the RCU read section in which the netns behind the entries shall be
 * valid.
 */
void nsinfo_registry_walk_end(void)
{
	up_read(&net_rwsem);
}
