// SPDX-License-Identifier: GPL-2.0
/*
 * Events, from a change to a message in the queue of each listener.
 *
 * Group all is sent to in the first netns, and has one count; group own in the
 * netns that the change is in, and has a count in the entry of each. A message
 * is built without a lock. Then, under the spinlock of the channel, it gets its
 * number and is sent. An event that cannot be built takes a number all the same:
 * its listeners find a gap in the numbers, and get ENOBUFS.
 *
 * A change under RTNL, or in the set-up and teardown of a netns, is told by the
 * task that makes it: no two tasks read the same object at a time, so events are
 * sent in the order of the changes. Other events are built under the spinlock.
 */
#include <linux/netdevice.h>
#include <linux/nsinfo.h>
#include <linux/timekeeping.h>
#include <net/genetlink.h>

#include "compat.h"
#include "encode.h"
#include "events.h"
#include "family.h"
#include "registry.h"
#include "snapshot.h"
#include "viewer.h"

/* Room for any event, but for the alias; with the skb's own it is 1 KB. */
#define ROOM		640
#define ROOM_ALIAS	272
#define ROOM_PARENT	(2 * nla_total_size(NSINFO_PARENT_LEN + 1))

/**
 * struct event - one change, to be told to one or two groups
 * @cmd: the notification
 * @net: where it is
 * @entry: what the registry has of @net; found on the way where it is NULL
 * @dev: the device, but for an event of the netns itself
 * @addr: the address, but for an event of the netns or device itself
 * @rec: what goes into the attribute event
 * @late: read the device when the channel is locked
 * @still: asked when the channel is locked, or NULL
 * @object: passed to @still
 */
struct event {
	u8 cmd;
	struct net *net;
	struct nsinfo_net *entry;
	struct net_device *dev;
	const struct nsinfo_addr_rec *addr;
	struct nsinfo_event_rec rec;
	bool late;
	nsinfo_still_fn still;
	const void *object;
};

static struct nsinfo_channel all_channel = {
	.lock = __SPIN_LOCK_UNLOCKED(all_channel.lock),
};

static bool enabled;

/**
 * nsinfo_events_enable() - begin to send
 *
 * Context: the family is registered.
 */
void nsinfo_events_enable(void)
{
	WRITE_ONCE(enabled, true);
}

/**
 * nsinfo_events_disable() - stop sending
 *
 * Nothing is sent, nor on its way to be sent, when this returns.
 *
 * Context: process context.
 */
void nsinfo_events_disable(void)
{
	WRITE_ONCE(enabled, false);
	synchronize_rcu();
}

/**
 * nsinfo_events_enabled() - is the module neither being loaded nor unloaded?
 *
 * Return: true where changes are told to who listens.
 */
bool nsinfo_events_enabled(void)
{
	return READ_ONCE(enabled);
}

/* The kernel counts the listeners of all netns together. */
static bool has_listeners(enum nsinfo_group group)
{
	return group < nsinfo_family.n_mcgrps &&
	       genl_has_listeners(&nsinfo_family, &init_net, group);
}

/**
 * nsinfo_events_wanted() - does anybody listen?
 *
 * Context: any. Called after the change can be seen: who joins when this says
 * no, and then asks for a dump, sees it there.
 * Return: false where an event would be sent to nobody.
 */
bool nsinfo_events_wanted(void)
{
	smp_mb(); /* the change before the question */
	return READ_ONCE(enabled) && (has_listeners(NSINFO_GROUP_ALL) ||
				      has_listeners(NSINFO_GROUP_OWN));
}

/**
 * nsinfo_events_seq() - the last number of who listens in a netns
 * @net: the netns; group all counts in the first one, group own in others
 *
 * Context: any. What has a number up to this one was delivered, or was lost.
 * Return: the number, 0 before the first one.
 */
u64 nsinfo_events_seq(const struct net *net)
{
	struct nsinfo_channel *channel = &all_channel;
	struct nsinfo_net *entry;
	u64 seq = 0;

	rcu_read_lock();
	entry = nsinfo_entry_of(net);
	if (!net_eq(net, &init_net))
		channel = entry ? &entry->own : NULL;
	if (channel) {
		spin_lock_bh(&channel->lock);
		seq = channel->seq;
		spin_unlock_bh(&channel->lock);
	}
	rcu_read_unlock();
	return seq;
}

static int fill_net(struct sk_buff *skb, const struct event *ev,
		    const struct nsinfo_viewer *viewer)
{
	struct nsinfo_net_rec rec;

	nsinfo_snapshot_net(&rec, ev->entry, viewer);
	return nsinfo_encode_net(skb, &rec);
}

static int fill_dev(struct sk_buff *skb, const struct event *ev,
		    const struct nsinfo_viewer *viewer)
{
	struct nsinfo_dev_rec rec;

	if (ev->cmd == NSINFO_CMD_DEV_DEL_NTF) {
		nsinfo_snapshot_dev_brief(&rec, ev->dev);
		return nsinfo_encode_dev_brief(skb, &rec);
	}
	nsinfo_snapshot_dev(&rec, ev->dev, viewer, false);
	return nsinfo_encode_dev(skb, &rec);
}

static int fill_addr(struct sk_buff *skb, const struct event *ev)
{
	struct nsinfo_dev_rec rec;
	int err;

	nsinfo_snapshot_dev_brief(&rec, ev->dev);
	rec.kind = NULL;
	err = nsinfo_encode_dev_brief(skb, &rec);
	return err ?: nsinfo_encode_addr(skb, ev->addr);
}

static int events_fill(struct sk_buff *skb, const struct event *ev,
		       const struct nsinfo_viewer *viewer, struct nsinfo_stamp *stamp)
{
	int type = ev->dev ? NSINFO_A_DEV_EVENT : NSINFO_A_NETNS_EVENT;
	void *msg = genlmsg_put(skb, 0, 0, &nsinfo_family, 0, ev->cmd);
	int err;

	if (!msg)
		return -EMSGSIZE;
	if (ev->addr)
		err = fill_addr(skb, ev);
	else if (ev->dev)
		err = fill_dev(skb, ev, viewer);
	else
		err = fill_net(skb, ev, viewer);
	if (!err)
		err = nsinfo_encode_event(skb, type, &ev->rec, stamp);
	if (err)
		return err;
	genlmsg_end(skb, msg);
	return 0;
}

static size_t events_room(const struct event *ev)
{
	size_t n = ROOM;

	if (!ev->dev || ev->addr)
		return n;
	if (rcu_access_pointer(ev->dev->ifalias))
		n += ROOM_ALIAS;
	if (ev->dev->dev.parent)
		n += ROOM_PARENT;
	return n;
}

/* The channel is locked; @skb is used up. Return: false: nobody took it. */
static bool events_send(struct nsinfo_channel *channel, struct net *to,
			enum nsinfo_group group, struct sk_buff *skb,
			const struct nsinfo_stamp *stamp)
{
	channel->seq++;
	if (!skb) {
		genl_set_err(&nsinfo_family, to, 0, group, -ENOBUFS);
		return true;
	}
	nsinfo_encode_stamp(stamp, channel->seq, ktime_get_boottime_ns());
	return genlmsg_multicast_netns(&nsinfo_family, to, skb, 0, group,
				       GFP_ATOMIC) != -ESRCH;
}

/*
 * Under RCU: the rest of the way; @skb is used up. Return: false: nobody took
 * it.
 */
static bool events_deliver(const struct event *ev, enum nsinfo_group group,
			   struct sk_buff *skb)
{
	bool own = group == NSINFO_GROUP_OWN;
	struct nsinfo_channel *channel = own ? &ev->entry->own : &all_channel;
	struct net *to = own ? ev->net : &init_net;
	struct nsinfo_viewer viewer;
	struct nsinfo_stamp stamp = {};
	int err = skb ? 0 : -ENOMEM;
	bool taken = true;

	nsinfo_viewer_group(&viewer, own ? to : NULL);
	if (!err && !ev->late)
		err = events_fill(skb, ev, &viewer, &stamp);
	spin_lock_bh(&channel->lock);
	if (!err && ev->late)
		err = events_fill(skb, ev, &viewer, &stamp);
	if (err) {
		nlmsg_free(skb);
		skb = NULL;
	}
	if (!ev->still || ev->still(ev->object))
		taken = events_send(channel, to, group, skb, &stamp);
	else
		nlmsg_free(skb);
	spin_unlock_bh(&channel->lock);
	return taken;
}

/* Return: false where nobody took it. */
static bool events_tell(struct event *ev, enum nsinfo_group group, gfp_t gfp)
{
	struct nsinfo_net *entry = ev->entry;
	bool taken = false;
	struct sk_buff *skb;

	if (!has_listeners(group))
		return false;
	skb = genlmsg_new(events_room(ev), gfp);
	rcu_read_lock();
	/* No event tells of a netns that is in no dump. */
	if (!entry)
		ev->entry = nsinfo_entry_of(ev->net);
	if (READ_ONCE(enabled) && ev->entry)
		taken = events_deliver(ev, group, skb);
	else
		nlmsg_free(skb);
	ev->entry = entry;
	rcu_read_unlock();
	return taken;
}

/**
 * nsinfo_events_net() - tell that a netns appears, begins to go, or is gone
 * @cmd: which of them
 * @entry: the netns; its memory outlives this call
 *
 * To group all alone: in a netns that begins or ends, nobody can listen.
 *
 * Context: process context, in the set-up or teardown of the netns.
 */
void nsinfo_events_net(u8 cmd, struct nsinfo_net *entry)
{
	struct event ev = { .cmd = cmd, .net = entry->net, .entry = entry };

	if (nsinfo_events_wanted())
		events_tell(&ev, NSINFO_GROUP_ALL, GFP_KERNEL);
}

/* Changes are told only of a device that is registered and stays so. */
static bool is_there(const struct net_device *dev)
{
	return nsinfo_compat_reg_state(dev) == NETREG_REGISTERED &&
	       !dev->dismantle;
}

/**
 * nsinfo_events_dev() - tell that a device appears, changes, or is gone
 * @cmd: which of them
 * @dev: the device
 * @changed: what changed, NSINFO_DEV_CHANGED_*
 *
 * Context: process context, RTNL held.
 */
void nsinfo_events_dev(u8 cmd, struct net_device *dev, u32 changed)
{
	struct event ev = {
		.cmd = cmd,
		.net = dev_net(dev),
		.dev = dev,
		.rec.changed = changed,
	};

	if (!nsinfo_events_wanted())
		return;
	if (cmd == NSINFO_CMD_DEV_CHANGE_NTF && !is_there(dev))
		return;
	events_tell(&ev, NSINFO_GROUP_ALL, GFP_KERNEL);
	events_tell(&ev, NSINFO_GROUP_OWN, GFP_KERNEL);
}

/**
 * nsinfo_events_peer() - tell that the peer of a device has changed
 * @dev: the device
 * @own: tell it group own too, which sees that
 *
 * Context: process context, RTNL held.
 */
void nsinfo_events_peer(struct net_device *dev, bool own)
{
	struct event ev = {
		.cmd = NSINFO_CMD_DEV_CHANGE_NTF,
		.net = dev_net(dev),
		.dev = dev,
		.rec.changed = NSINFO_DEV_CHANGED_PEER,
	};

	if (!nsinfo_events_wanted() || !is_there(dev))
		return;
	events_tell(&ev, NSINFO_GROUP_ALL, GFP_KERNEL);
	if (own)
		events_tell(&ev, NSINFO_GROUP_OWN, GFP_KERNEL);
}

/**
 * nsinfo_events_dev_left() - tell a netns alone that a device has left it
 * @dev: the device, which still says that it is there
 *
 * Context: process context, RTNL held.
 */
void nsinfo_events_dev_left(struct net_device *dev)
{
	struct event ev = {
		.cmd = NSINFO_CMD_DEV_DEL_NTF,
		.net = dev_net(dev),
		.dev = dev,
	};

	if (nsinfo_events_wanted())
		events_tell(&ev, NSINFO_GROUP_OWN, GFP_KERNEL);
}

static bool is_tracked(const struct net *net)
{
	bool tracked;

	rcu_read_lock();
	tracked = nsinfo_entry_of(net);
	rcu_read_unlock();
	return tracked;
}

/**
 * nsinfo_events_dev_moved() - tell that a device has come from another netns
 * @dev: the device
 * @from: where it was; with id 0 that is a netns that is not tracked
 *
 * One that has come to a netns that is not tracked is in no dump any more, and
 * that is told as a loss.
 *
 * Context: process context, RTNL held.
 */
void nsinfo_events_dev_moved(struct net_device *dev,
			     const struct nsinfo_place *from)
{
	struct event added = {
		.cmd = NSINFO_CMD_DEV_ADD_NTF,
		.net = dev_net(dev),
		.dev = dev,
	};
	struct event moved = added;

	if (!nsinfo_events_wanted())
		return;
	if (from->net_id) {
		if (!is_tracked(dev_net(dev)))
			nsinfo_events_lost(dev_net(dev));
		moved.cmd = NSINFO_CMD_DEV_MOVE_NTF;
		moved.rec.from = *from;
	}
	events_tell(&moved, NSINFO_GROUP_ALL, GFP_KERNEL);
	events_tell(&added, NSINFO_GROUP_OWN, GFP_KERNEL);
}

/**
 * nsinfo_events_dev_async() - tell a change without RTNL
 * @dev: the device
 * @changed: what changed, NSINFO_DEV_CHANGED_*
 *
 * Context: the RCU read section in which @dev was found among the devices of
 * its netns. It has left them a grace period before it is told to be gone or
 * moved, hence not before this returns.
 */
void nsinfo_events_dev_async(struct net_device *dev, u32 changed)
{
	struct event ev = {
		.cmd = NSINFO_CMD_DEV_CHANGE_NTF,
		.net = dev_net(dev),
		.dev = dev,
		.rec.changed = changed,
		.late = true,
	};

	if (!nsinfo_events_wanted() || !is_there(dev))
		return;
	events_tell(&ev, NSINFO_GROUP_ALL, GFP_ATOMIC);
	events_tell(&ev, NSINFO_GROUP_OWN, GFP_ATOMIC);
}

/**
 * nsinfo_events_addr() - tell that an address appears or is gone
 * @cmd: which of them
 * @dev: the device
 * @addr: the address
 * @gfp: how to allocate
 * @still: where it may have gone by now, asks whether it has; or NULL
 * @object: passed to @still
 *
 * Context: any that @gfp allows.
 */
void nsinfo_events_addr(u8 cmd, struct net_device *dev,
			const struct nsinfo_addr_rec *addr, gfp_t gfp,
			nsinfo_still_fn still, const void *object)
{
	struct event ev = {
		.cmd = cmd,
		.net = dev_net(dev),
		.dev = dev,
		.addr = addr,
		.still = still,
		.object = object,
	};

	events_tell(&ev, NSINFO_GROUP_ALL, gfp);
	events_tell(&ev, NSINFO_GROUP_OWN, gfp);
}

/**
 * nsinfo_events_addr_again() - tell an address again, to one group
 * @dev: the device
 * @addr: the address
 * @group: the group
 *
 * The kernel knows who listens in any netns, not in which; what is sent tells.
 *
 * Context: process context, RTNL held.
 * Return: false where nobody took it: nobody listens there, or who does has
 * lost it, and a dump will have to tell what changed.
 */
bool nsinfo_events_addr_again(struct net_device *dev,
			      const struct nsinfo_addr_rec *addr,
			      enum nsinfo_group group)
{
	struct event ev = {
		.cmd = NSINFO_CMD_ADDR_ADD_NTF,
		.net = dev_net(dev),
		.dev = dev,
		.addr = addr,
	};

	return events_tell(&ev, group, GFP_KERNEL);
}

static void events_lose(struct nsinfo_channel *channel, struct net *to,
			enum nsinfo_group group)
{
	spin_lock_bh(&channel->lock);
	events_send(channel, to, group, NULL, NULL);
	spin_unlock_bh(&channel->lock);
}

/**
 * nsinfo_events_lost() - tell that something is not told
 * @net: the netns that it is in
 *
 * Context: any, with @net kept by the caller.
 */
void nsinfo_events_lost(struct net *net)
{
	struct nsinfo_net *entry;

	rcu_read_lock();
	if (nsinfo_events_wanted()) {
		if (has_listeners(NSINFO_GROUP_ALL))
			events_lose(&all_channel, &init_net, NSINFO_GROUP_ALL);
		entry = nsinfo_entry_of(net);
		if (entry)
			events_lose(&entry->own, net, NSINFO_GROUP_OWN);
	}
	rcu_read_unlock();
}
