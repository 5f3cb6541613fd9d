// SPDX-License-Identifier: GPL-2.0
/*
 * The registry where nobody tells of changes (track=0): every request walks the
 * kernel's list of netns and brings the entries up to date.
 *
 * Why a netns behind an entry is valid for the rest of the RCU section in
 * which a walk was made: cleanup_net() takes the netns off the list, and waits
 * for a grace period before it calls any exit. After our walk all entries are
 * of netns that were on the list after our section had begun, so that grace
 * period ends after our section. The same goes for a walk of somebody else that
 * began after our section had, and for entries that later walks add: walks
 * exclude each other. Between two requests an entry may have a pointer to a
 * netns that is gone; nobody looks at it then.
 */
#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <net/net_namespace.h>

#include "entry.h"
#include "registry_walk.h"

static DEFINE_SPINLOCK(walk_lock);
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

	for (id = 0; (entry = nsinfo_entry_next(id)); id = entry->id + 1)
		if (entry->walk != walks) {
			nsinfo_entry_take_out(entry);
			nsinfo_entry_free(entry);
		}
}

/* Locked. */
static void walk_list(void)
{
	unsigned int missing = 0;
	struct net *net;

	walks++;
	for_each_net_rcu(net)
		if (!walk_met(net))
			missing++;
	remove_others();
	nsinfo_entry_set_untracked(missing);
}

/* Under RCU: the number of who asks, fully ordered before all that follows. */
static unsigned int ask_for_walk(void)
{
	return atomic_inc_return(&asked);
}

/*
 * Under RCU. Those who wait for the lock while somebody walks have begun before
 * the next walk does, which serves all of them.
 */
static void wait_for_walk(unsigned int number)
{
	unsigned int next;

	spin_lock(&walk_lock);
	if ((int)(served - number) < 0) {
		/* The list is read after who asked began to. */
		next = atomic_read_acquire(&asked);
		walk_list();
		served = next;
	}
	spin_unlock(&walk_lock);
}

/**
 * nsinfo_registry_walk() - make the entries those of the kernel's list
 *
 * Context: RCU read section.
 */
void nsinfo_registry_walk(void)
{
	wait_for_walk(ask_for_walk());
}
