// SPDX-License-Identifier: GPL-2.0
/*
 * The registry where nobody tells of changes (track=0): every request walks the
 * kernel's list of netns and brings the entries up to date.
 *
 * Why a netns behind an entry is valid for the rest of the RCU section in
 * which a walk was made: cleanup_net() takes the netns off the list, and waits
 * for a grace period before it calls any exit. After our walk all entries are
 * of netns that were on the list after our section had begun, so that grace
 * period ends after our section. The same goes for entries that the walks of
 * others add later: walks exclude each other. Between two requests an entry
 * may have a pointer to a netns that is gone; nobody looks at it then.
 */
#include <linux/spinlock.h>
#include <net/net_namespace.h>

#include "registry.h"

static DEFINE_SPINLOCK(walk_lock);
static unsigned int walks;

/* A device that came or went is told; one that was renamed cannot be. */
static bool met(struct net *net)
{
	unsigned int dev_seq = READ_ONCE(net->dev_base_seq);
	struct nsinfo_net *entry;

	entry = nsinfo_registry_find(net->net_cookie);
	if (!entry) {
		if (nsinfo_registry_add(net, GFP_ATOMIC | __GFP_NOWARN))
			return false;
		entry = nsinfo_registry_find(net->net_cookie);
	} else if (entry->dev_seq != dev_seq) {
		nsinfo_registry_changed(net);
	}
	entry->dev_seq = dev_seq;
	entry->walk = walks;
	return true;
}

static void remove_others(void)
{
	struct nsinfo_net *entry;
	u64 id;

	for (id = 0; (entry = nsinfo_registry_next(id)); id = entry->id + 1)
		if (entry->walk != walks)
			nsinfo_registry_remove(entry);
}

/**
 * nsinfo_registry_walk() - make the entries those of the kernel's list
 *
 * Context: RCU read section.
 */
void nsinfo_registry_walk(void)
{
	unsigned int missing = 0;
	struct net *net;

	spin_lock(&walk_lock);
	walks++;
	for_each_net_rcu(net)
		if (!met(net))
			missing++;
	remove_others();
	nsinfo_registry_set_untracked(missing);
	spin_unlock(&walk_lock);
}
