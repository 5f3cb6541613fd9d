// SPDX-License-Identifier: GPL-2.0
/*
 * The entries of netns: found by id and by inode number, changed under no lock
 * but those of the indexes, and freed after a grace period. The registry knows
 * when a netns gets one.
 */
#include <linux/rcupdate_wait.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>

#include "entry.h"

static DEFINE_XARRAY(nets);
/*
 * The same entries by inode number. These numbers are far apart: an xarray would
 * have a node of 576 bytes for nearly each of them.
 */
static struct rhashtable inums;
static const struct rhashtable_params inum_params = {
	.head_offset = offsetof(struct nsinfo_net, inum_node),
	.key_offset = offsetof(struct nsinfo_net, inum),
	.key_len = sizeof_field(struct nsinfo_net, inum),
	.automatic_shrinking = true,
};

/* Odd, hence never 0; the even ones are dump.c's. */
static atomic_t generation = ATOMIC_INIT(1);
static atomic_t tracked;
static atomic_t untracked;

/**
 * nsinfo_entry_count() - number of netns that have an entry
 *
 * Return: that number.
 */
unsigned int nsinfo_entry_count(void)
{
	return atomic_read(&tracked);
}

/**
 * nsinfo_entry_untracked() - number of netns that have no entry
 *
 * Return: how many of the existing netns could not be given an entry.
 */
unsigned int nsinfo_entry_untracked(void)
{
	return atomic_read(&untracked);
}

/**
 * nsinfo_entry_add_untracked() - tell that more netns have no entry, or fewer
 * @n: how many more
 */
void nsinfo_entry_add_untracked(int n)
{
	atomic_add(n, &untracked);
}

/**
 * nsinfo_entry_set_untracked() - tell how many netns have no entry
 * @n: that number
 */
void nsinfo_entry_set_untracked(unsigned int n)
{
	atomic_set(&untracked, n);
}

/**
 * nsinfo_entry_find() - look a netns up by its id
 * @id: cookie of the netns
 *
 * Context: RCU read section, which the result lives as long as.
 * Return: its entry, or NULL.
 */
struct nsinfo_net *nsinfo_entry_find(u64 id)
{
	return xa_load(&nets, id);
}

/**
 * nsinfo_entry_find_inum() - look a netns up by its inode number
 * @inum: inode number in nsfs
 *
 * Takes as long with few netns as with many: anybody may ask, and measure.
 *
 * Context: RCU read section, which the result lives as long as.
 * Return: its entry, or NULL.
 */
struct nsinfo_net *nsinfo_entry_find_inum(u32 inum)
{
	return rhashtable_lookup_fast(&inums, &inum, inum_params);
}

/**
 * nsinfo_entry_next() - walk the registry by key
 * @id: where to start
 *
 * Context: RCU read section, which the result lives as long as.
 * Return: the entry with the smallest id that is not below @id, or NULL.
 */
struct nsinfo_net *nsinfo_entry_next(u64 id)
{
	unsigned long index = id;

	return xa_find(&nets, &index, ULONG_MAX, XA_PRESENT);
}

/**
 * nsinfo_entry_of() - the entry of a netns
 * @net: the netns
 *
 * Never the entry of another netns with the same id, which should not exist.
 *
 * Context: RCU read section, which the result lives as long as.
 * Return: its entry, or NULL where it is not tracked.
 */
struct nsinfo_net *nsinfo_entry_of(const struct net *net)
{
	struct nsinfo_net *entry = xa_load(&nets, net->net_cookie);

	return entry && entry->net == net ? entry : NULL;
}

/**
 * nsinfo_entry_generation() - state of the set of netns and their devices
 *
 * Return: an odd number that differs after each change of the set. What is
 * read after it is at least as new.
 */
unsigned int nsinfo_entry_generation(void)
{
	return atomic_read_acquire(&generation);
}

/**
 * nsinfo_entry_net_generation() - state of one netns and its devices
 * @id: cookie of the netns
 *
 * Context: RCU read section.
 * Return: as nsinfo_entry_generation(), or an even number where the netns
 * is gone.
 */
unsigned int nsinfo_entry_net_generation(u64 id)
{
	const struct nsinfo_net *entry = nsinfo_entry_find(id);

	return entry ? atomic_read_acquire(&entry->generation) : 2;
}

/**
 * nsinfo_entry_changed() - tell dumps that a netns or its devices changed
 * @net: the netns
 *
 * Context: any. Called after the change can be seen.
 */
void nsinfo_entry_changed(const struct net *net)
{
	struct nsinfo_net *entry;

	smp_mb__before_atomic(); /* the change before its number */
	atomic_add(2, &generation);
	rcu_read_lock();
	entry = nsinfo_entry_of(net);
	if (entry)
		atomic_add(2, &entry->generation);
	rcu_read_unlock();
}

static void record_creator(struct nsinfo_net *entry)
{
	entry->created_at = ktime_get_boottime_ns();
	nsinfo_creator_record(&entry->creator);
}

static void entry_free(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct nsinfo_net, rcu));
}

/*
 * The number is given back to nsfs after all exits, hence after the entry is
 * gone: no two entries share one. But with track=0 an entry may be of a netns
 * that is gone until the end of the walk that finds the next one with its
 * number; then the new one takes its place here.
 */
static int put_in_by_inum(struct nsinfo_net *entry)
{
	struct nsinfo_net *old;

	old = rhashtable_lookup_get_insert_fast(&inums, &entry->inum_node,
						inum_params);
	if (IS_ERR_OR_NULL(old))
		return PTR_ERR_OR_ZERO(old);
	return rhashtable_replace_fast(&inums, &old->inum_node,
				       &entry->inum_node, inum_params);
}

static int put_in(struct nsinfo_net *entry, gfp_t gfp)
{
	int err;

	err = xa_insert(&nets, entry->id, entry, gfp);
	if (err)
		return err;
	err = put_in_by_inum(entry);
	if (err)
		xa_erase(&nets, entry->id);
	return err;
}

/**
 * nsinfo_entry_add() - give a netns an entry
 * @net: the netns
 * @is_new: the current task makes it, and is recorded
 * @gfp: how to allocate it
 *
 * Return: 0, or a negative errno where it is left without.
 */
int nsinfo_entry_add(struct net *net, bool is_new, gfp_t gfp)
{
	struct nsinfo_net *entry;
	int err;

	entry = kzalloc(sizeof(*entry), gfp);
	if (!entry)
		return -ENOMEM;

	entry->net = net;
	entry->id = net->net_cookie;
	entry->inum = net->ns.inum;
	atomic_set(&entry->generation, 1);
	spin_lock_init(&entry->own.lock);
	if (is_new)
		record_creator(entry);

	err = put_in(entry, gfp);
	if (err) {
		call_rcu(&entry->rcu, entry_free);
		return err;
	}
	atomic_inc(&tracked);
	nsinfo_entry_changed(net);
	return 0;
}

/**
 * nsinfo_entry_take_out() - remove an entry from the indexes
 * @entry: the entry, for nsinfo_entry_free()
 *
 * Does not read the netns, which may be gone.
 */
void nsinfo_entry_take_out(struct nsinfo_net *entry)
{
	xa_erase(&nets, entry->id);
	/* Does nothing where another entry has taken its place. */
	rhashtable_remove_fast(&inums, &entry->inum_node, inum_params);
	atomic_dec(&tracked);
	smp_mb__before_atomic(); /* as in nsinfo_entry_changed() */
	atomic_add(2, &generation);
}

/**
 * nsinfo_entry_free() - free an entry after a grace period
 * @entry: the entry, which nobody finds
 */
void nsinfo_entry_free(struct nsinfo_net *entry)
{
	call_rcu(&entry->rcu, entry_free);
}

/**
 * nsinfo_entry_init() - get ready for entries
 *
 * Return: 0 or a negative errno.
 */
int nsinfo_entry_init(void)
{
	return rhashtable_init(&inums, &inum_params);
}

/**
 * nsinfo_entry_exit() - give up what holds entries
 *
 * Context: process context; no entry is left.
 */
void nsinfo_entry_exit(void)
{
	/* entry_free() is code of this module. */
	rcu_barrier();
	xa_destroy(&nets);
	rhashtable_destroy(&inums);
}
