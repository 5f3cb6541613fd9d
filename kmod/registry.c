// SPDX-License-Identifier: GPL-2.0
/*
 * The registry: one entry for every struct net from early in its set-up to late
 * in its teardown.
 *
 * pre_exit marks an entry dying; the kernel itself waits for a grace period
 * between that and any exit, so who sees a live entry may use what hangs on
 * its netns for the rest of the RCU section. exit takes the entry out and
 * frees it by call_rcu(); cleanup_net() waits for such callbacks before it
 * frees the netns, so an entry that is found has a struct net behind it.
 *
 * Exits run in reverse order of registration, devices first, then this one: a
 * netns whose devices do not go stays here. What hangs in the exit of an older
 * subsystem (conntrack, say) has left already.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/rcupdate_wait.h>
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "registry.h"

static bool tracking = true;
module_param_named(track, tracking, bool, 0444);
MODULE_PARM_DESC(track, "With 0 have the kernel tell nothing: the module loads and unloads at once also where the teardown of a namespace is stuck, and shows what is on the kernel's list (default: 1)");

static DEFINE_XARRAY(nets);
/* The same entries by inode number; these are far apart, as an xarray hates. */
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
/* Who loads: init is called by it for netns older than the module. */
static struct task_struct *loader;

/**
 * nsinfo_registry_tracked() - number of netns that have an entry
 *
 * Return: that number.
 */
unsigned int nsinfo_registry_tracked(void)
{
	return atomic_read(&tracked);
}

/**
 * nsinfo_registry_untracked() - number of netns that have no entry
 *
 * Return: how many of the existing netns could not be given an entry.
 */
unsigned int nsinfo_registry_untracked(void)
{
	return atomic_read(&untracked);
}

/**
 * nsinfo_registry_set_untracked() - tell how many netns have no entry
 * @n: that number
 */
void nsinfo_registry_set_untracked(unsigned int n)
{
	atomic_set(&untracked, n);
}

/**
 * nsinfo_registry_tracking() - does the kernel tell what changes?
 *
 * Return: false where the module was loaded with track=0.
 */
bool nsinfo_registry_tracking(void)
{
	return tracking;
}

/**
 * nsinfo_registry_enter() - begin to look at netns
 *
 * Takes rcu_read_lock(). What is found afterwards is valid until
 * nsinfo_registry_leave() or nsinfo_registry_pause().
 */
void nsinfo_registry_enter(void)
	__acquires(RCU)
{
	rcu_read_lock();
	if (!tracking)
		nsinfo_registry_walk();
}

/**
 * nsinfo_registry_leave() - stop to look at netns
 */
void nsinfo_registry_leave(void)
	__releases(RCU)
{
	rcu_read_unlock();
}

/**
 * nsinfo_registry_pause() - let others run, where it is time
 *
 * Context: between enter and leave.
 * Return: false where nothing happened; else what was found before is not valid
 * any more.
 */
bool nsinfo_registry_pause(void)
{
	if (!tracking && !need_resched())
		return false;
	/*
	 * Not cond_resched_rcu(), which is empty where RCU sections may be
	 * preempted: with PREEMPT_DYNAMIC they only could be, and are not
	 * where the boot chose "voluntary" or "none".
	 */
	rcu_read_unlock();
	cond_resched();
	rcu_read_lock();
	if (!tracking)
		nsinfo_registry_walk();
	return true;
}

/**
 * nsinfo_registry_find() - look a netns up by its id
 * @id: cookie of the netns
 *
 * Context: RCU read section, which the result lives as long as.
 * Return: its entry, or NULL.
 */
struct nsinfo_net *nsinfo_registry_find(u64 id)
{
	return xa_load(&nets, id);
}

/**
 * nsinfo_registry_find_inum() - look a netns up by its inode number
 * @inum: inode number in nsfs
 *
 * How long it takes does not tell how many netns there are: anybody may ask.
 *
 * Context: between nsinfo_registry_enter() and _leave().
 * Return: its entry, or NULL.
 */
struct nsinfo_net *nsinfo_registry_find_inum(u32 inum)
{
	return rhashtable_lookup_fast(&inums, &inum, inum_params);
}

/**
 * nsinfo_registry_next() - walk the registry by key
 * @id: where to start
 *
 * Context: RCU read section, which the result lives as long as.
 * Return: the entry with the smallest id that is not below @id, or NULL.
 */
struct nsinfo_net *nsinfo_registry_next(u64 id)
{
	unsigned long index = id;

	return xa_find(&nets, &index, ULONG_MAX, XA_PRESENT);
}

/**
 * nsinfo_registry_of() - the entry of a netns
 * @net: the netns
 *
 * Not that of another one with the same id, which there should never be.
 *
 * Context: RCU read section, which the result lives as long as.
 * Return: its entry, or NULL where it is not tracked.
 */
struct nsinfo_net *nsinfo_registry_of(const struct net *net)
{
	struct nsinfo_net *entry = xa_load(&nets, net->net_cookie);

	return entry && entry->net == net ? entry : NULL;
}

/**
 * nsinfo_registry_generation() - state of the set of netns and their devices
 *
 * Return: an odd number that differs after each change of the set. What is
 * read after it is at least as new.
 */
unsigned int nsinfo_registry_generation(void)
{
	return atomic_read_acquire(&generation);
}

/**
 * nsinfo_registry_net_generation() - state of one netns and its devices
 * @id: cookie of the netns
 *
 * Context: RCU read section.
 * Return: as nsinfo_registry_generation(), or an even number where the netns
 * is gone.
 */
unsigned int nsinfo_registry_net_generation(u64 id)
{
	const struct nsinfo_net *entry = nsinfo_registry_find(id);

	return entry ? atomic_read_acquire(&entry->generation) : 2;
}

/**
 * nsinfo_registry_changed() - tell dumps that a netns or its devices changed
 * @net: the netns
 *
 * Context: any. Called after the change can be seen.
 */
void nsinfo_registry_changed(const struct net *net)
{
	struct nsinfo_net *entry;

	smp_mb__before_atomic(); /* the change before its number */
	atomic_add(2, &generation);
	rcu_read_lock();
	entry = nsinfo_registry_of(net);
	if (entry)
		atomic_add(2, &entry->generation);
	rcu_read_unlock();
}

/**
 * nsinfo_registry_sum() - count netns by state
 * @sums: filled
 *
 * Context: between nsinfo_registry_enter() and _leave(), and not all the time.
 */
void nsinfo_registry_sum(struct nsinfo_registry_sums *sums)
{
	struct nsinfo_net *entry;
	u64 id;

	memset(sums, 0, sizeof(*sums));
	for (id = 0; (entry = nsinfo_registry_next(id)); id++) {
		u64 since = READ_ONCE(entry->dying_since);

		id = entry->id;
		if (since) {
			sums->dying++;
			if (!sums->oldest_dying || since < sums->oldest_dying)
				sums->oldest_dying = since;
		} else if (!nsinfo_compat_ref_read(entry->net)) {
			sums->queued++;
		}
		nsinfo_registry_pause();
	}
}

/**
 * nsinfo_registry_id_of() - the netns that has this address
 * @net: the address, where there need be no netns any more
 *
 * Return: its id, or 0.
 */
u64 nsinfo_registry_id_of(const struct net *net)
{
	struct nsinfo_net *entry;
	u64 id = 0, found = 0;

	rcu_read_lock();
	while (!found && (entry = nsinfo_registry_next(id))) {
		if (entry->net == net)
			found = entry->id;
		id = entry->id + 1;
	}
	rcu_read_unlock();
	return found;
}

static void entry_free(struct rcu_head *rcu)
{
	kfree(container_of(rcu, struct nsinfo_net, rcu));
}

static void record_creator(struct nsinfo_net *entry)
{
	entry->created_at = ktime_get_boottime_ns();
	nsinfo_creator_record(&entry->creator);
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
 * nsinfo_registry_add() - give a netns an entry
 * @net: the netns
 * @gfp: how to allocate it
 *
 * Return: 0, or a negative errno where it is left without.
 */
int nsinfo_registry_add(struct net *net, gfp_t gfp)
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
	if (tracking && current != loader)
		record_creator(entry);

	err = put_in(entry, gfp);
	if (err) {
		call_rcu(&entry->rcu, entry_free);
		return err;
	}
	atomic_inc(&tracked);
	nsinfo_registry_changed(net);
	return 0;
}

static void take_out(struct nsinfo_net *entry)
{
	xa_erase(&nets, entry->id);
	/* Does nothing where another entry has taken its place. */
	rhashtable_remove_fast(&inums, &entry->inum_node, inum_params);
	atomic_dec(&tracked);
	smp_mb__before_atomic(); /* as in nsinfo_registry_changed() */
	atomic_add(2, &generation);
}

/**
 * nsinfo_registry_remove() - take the entry of a netns away
 * @entry: the entry, which lives until a grace period has passed
 *
 * Does not look at the netns, which may be gone.
 */
void nsinfo_registry_remove(struct nsinfo_net *entry)
{
	take_out(entry);
	call_rcu(&entry->rcu, entry_free);
}

/* An error from here would fail somebody's unshare(): there is none. */
static int __net_init net_init(struct net *net)
{
	int err = nsinfo_registry_add(net, GFP_KERNEL);

	if (err) {
		atomic_inc(&untracked);
		pr_warn_ratelimited("nsinfo: netns %u is not tracked: error %d\n",
				    net->ns.inum, err);
		return 0;
	}
	nsinfo_events_net(NSINFO_CMD_NETNS_ADD_NTF, nsinfo_registry_of(net));
	return 0;
}

/*
 * While a netns is being torn down, pernet_ops_rwsem is held: rmmod would
 * hang for it, and every new netns behind rmmod. So the module is in use from
 * pre_exit to exit, also where the netns has no entry that could say so.
 *
 * These references are counted, since any of them is as good as another. As
 * init never fails, the kernel calls pre_exit once and then exit once for each
 * netns that had init: at its end, where a later subsystem fails to set it up,
 * and at unload. What was already being torn down at load had no init, and gets
 * neither: the load waits until that is over. try_module_get() fails only at
 * unload, with no reference left, and for all that come after: exit finds none
 * to give back then.
 */
static atomic_t pins = ATOMIC_INIT(0);

static void pin_module(void)
{
	if (try_module_get(THIS_MODULE))
		atomic_inc(&pins);
}

static void unpin_module(void)
{
	if (atomic_dec_if_positive(&pins) >= 0)
		module_put(THIS_MODULE);
}

static void __net_exit net_pre_exit(struct net *net)
{
	struct nsinfo_net *entry = nsinfo_registry_of(net);

	pin_module();
	if (!entry)
		return;
	WRITE_ONCE(entry->dying_since, ktime_get_boottime_ns());
	nsinfo_registry_changed(net);
	nsinfo_events_net(NSINFO_CMD_NETNS_DYING_NTF, entry);
}

static void __net_exit net_exit(struct net *net)
{
	struct nsinfo_net *entry = nsinfo_registry_of(net);

	if (entry) {
		take_out(entry);
		nsinfo_events_net(NSINFO_CMD_NETNS_DEL_NTF, entry);
		call_rcu(&entry->rcu, entry_free);
	} else {
		atomic_dec(&untracked);
	}
	unpin_module();
}

/* Not net_device ops: a netns whose devices do not go must stay visible. */
static struct pernet_operations nsinfo_net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit = net_exit,
};

static unsigned int load_wait = 2000;
module_param(load_wait, uint, 0444);
MODULE_PARM_DESC(load_wait, "Milliseconds to wait at load for the teardown of a namespace before giving up, where the kernel lets a module tell (default: 2000)");

#ifdef NSINFO_HAVE_PERNET_OPS_RWSEM
/*
 * To register is to wait for pernet_ops_rwsem, unkillably, with every new
 * netns of the host waiting behind: ask first whether it can be had at all.
 */
static int probe_pernet_lock(void)
{
	unsigned long end = jiffies + msecs_to_jiffies(load_wait);

	do {
		if (down_write_trylock(&pernet_ops_rwsem)) {
			up_write(&pernet_ops_rwsem);
			return 0;
		}
		if (msleep_interruptible(20))
			return -EINTR;
	} while (time_before(jiffies, end));
	pr_err("nsinfo: namespaces were being torn down for all of %u ms; not loading, since one that is stuck would stop every new one. Where one is stuck load with track=0, and ask nsinfo doctor; on a host where many come and go try again with a greater load_wait\n",
	       load_wait);
	return -EBUSY;
}
#else
static int probe_pernet_lock(void)
{
	return 0;
}
#endif

/**
 * nsinfo_registry_init() - begin to track every netns, the existing ones too
 *
 * Context: process context, no lock held.
 * Return: 0, -EBUSY where waiting for a stuck netns would hang the host, -EINTR
 * where a signal ended the waiting, or another negative errno.
 */
int __init nsinfo_registry_init(void)
{
	int err;

	err = rhashtable_init(&inums, &inum_params);
	if (err || !tracking)
		return err;
	err = probe_pernet_lock();
	if (err)
		goto err_inums;
	loader = current;
	err = register_pernet_subsys(&nsinfo_net_ops);
	loader = NULL;
	if (err)
		goto err_inums;
	return 0;

err_inums:
	rhashtable_destroy(&inums);
	return err;
}

/**
 * nsinfo_registry_exit() - forget every netns
 *
 * Context: process context, no lock held, no reader left.
 */
void nsinfo_registry_exit(void)
{
	struct nsinfo_net *entry;

	if (tracking)
		unregister_pernet_subsys(&nsinfo_net_ops);
	/* None, but for track=0. */
	while ((entry = nsinfo_registry_next(0)))
		nsinfo_registry_remove(entry);
	/* entry_free() is code of this module. */
	rcu_barrier();
	xa_destroy(&nets);
	rhashtable_destroy(&inums);
}
