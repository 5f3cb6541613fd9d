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
#include <linux/nsinfo.h>
#include <linux/rtnetlink.h>
#include <linux/timekeeping.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "registry.h"
#include "registry_walk.h"

static bool tracking = true;
module_param_named(track, tracking, bool, 0444);
MODULE_PARM_DESC(track, "With 0 have the kernel tell nothing: the module loads and unloads at once also where the teardown of a namespace is stuck, and shows what is on the kernel's list (default: 1)");

/* The task that loads the module: it calls init for each older netns. */
static struct task_struct *loader;
static nsinfo_registry_fn tell __ro_after_init;

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
 * nsinfo_registry_enter() - begin to use entries
 *
 * Takes rcu_read_lock(). Entries that are found afterwards are valid until
 * nsinfo_registry_leave() or nsinfo_registry_pause().
 *
 * Context: process context; may sleep with track=0.
 */
void nsinfo_registry_enter(void)
	__acquires(RCU)
{
	if (!tracking)
		nsinfo_registry_walk_begin();
	rcu_read_lock();
	if (!tracking)
		nsinfo_registry_walk_end();
}

/**
 * nsinfo_registry_leave() - end the use of entries
 */
void nsinfo_registry_leave(void)
	__releases(RCU)
{
	rcu_read_unlock();
}

/**
 * nsinfo_registry_pause() - let others run, where it is time
 *
 * Context: between nsinfo_registry_enter() and _leave(); may sleep.
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
	nsinfo_registry_enter();
	return true;
}

/**
 * nsinfo_registry_sum() - count netns by state
 * @sums: filled
 *
 * Context: between nsinfo_registry_enter() and _leave(); calls
 * nsinfo_registry_pause().
 */
void nsinfo_registry_sum(struct nsinfo_registry_sums *sums)
{
	struct nsinfo_net *entry;
	u64 id;

	memset(sums, 0, sizeof(*sums));
	for (id = 0; (entry = nsinfo_entry_next(id)); id++) {
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
	while (!found && (entry = nsinfo_entry_next(id))) {
		if (entry->net == net)
			found = entry->id;
		id = entry->id + 1;
		nsinfo_registry_pause();
	}
	rcu_read_unlock();
	return found;
}

/* Never fails: an error would be that of somebody's unshare(). */
static int __net_init net_init(struct net *net)
{
	int err = nsinfo_entry_add(net, current != loader, GFP_KERNEL);

	if (err) {
		nsinfo_entry_add_untracked(1);
		pr_warn_ratelimited("nsinfo: netns %u is not tracked: error %d\n",
				    net->ns.inum, err);
		return 0;
	}
	tell(NSINFO_CMD_NETNS_ADD_NTF, nsinfo_entry_of(net));
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
	struct nsinfo_net *entry = nsinfo_entry_of(net);

	pin_module();
	if (!entry)
		return;
	WRITE_ONCE(entry->dying_since, ktime_get_boottime_ns());
	nsinfo_entry_changed(net);
	tell(NSINFO_CMD_NETNS_DYING_NTF, entry);
}

static void __net_exit net_exit(struct net *net)
{
	struct nsinfo_net *entry = nsinfo_entry_of(net);

	if (entry) {
		nsinfo_entry_take_out(entry);
		tell(NSINFO_CMD_NETNS_DEL_NTF, entry);
		nsinfo_entry_free(entry);
	} else {
		nsinfo_entry_add_untracked(-1);
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
 * @fn: called in the set-up and teardown of each netns, in process context; the
 *	memory of the entry outlives the call
 *
 * Context: process context, no lock held.
 * Return: 0, -EBUSY where waiting for a stuck netns would hang the host, -EINTR
 * where a signal ended the waiting, or another negative errno.
 */
int __init nsinfo_registry_init(nsinfo_registry_fn fn)
{
	int err;

	tell = fn;
	err = nsinfo_entry_init();
	if (err || !tracking)
		return err;
	err = probe_pernet_lock();
	if (err)
		goto err_entry;
	loader = current;
	err = register_pernet_subsys(&nsinfo_net_ops);
	loader = NULL;
	if (err)
		goto err_entry;
	return 0;

err_entry:
	nsinfo_entry_exit();
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
	while ((entry = nsinfo_entry_next(0))) {
		nsinfo_entry_take_out(entry);
		nsinfo_entry_free(entry);
	}
	nsinfo_entry_exit();
}
