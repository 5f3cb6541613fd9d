// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps. Between two calls a dump keeps keys and numbers alone: no lock, no
 * reference, and so nothing that a namespace could wait for.
 */
#include <linux/jhash.h>
#include <linux/netdevice.h>
#include <linux/nsinfo.h>
#include <linux/sched.h>
#include <net/genetlink.h>

#include "compat.h"
#include "devs.h"
#include "dump.h"
#include "facts.h"
#include "nsids.h"
#include "registry.h"
#include "reply.h"
#include "request.h"
#include "snapshot.h"
#include "viewer.h"

/* Devices, and netns, that are put in one RCU section. */
#define DEVS_A_SLICE	32
#define NETS_A_SLICE	16

/**
 * struct cursor - where a dump goes on
 * @net: netns with this id, or the next one
 * @only: where @narrow the one netns that is asked for
 * @nsids: where not what nsinfo_nsids_get() said, for a dump of netns
 * @ifindex: the last device of @net that was put, whole or in part
 * @addr: the last address of it that was put; family 0 where it is whole
 * @addr_gen: state of the addresses of @net when @addr was put
 * @addrs: the place of that one among its addresses, the low bits of it
 * @begun: what was asked for is decided
 * @narrow: it is a single netns
 * @sees_all: decided at the begin
 * @torn: what the cursor stood on is gone
 */
struct cursor {
	u64 net;
	union {
		u64 only;
		struct nsinfo_nsids *nsids;
	};
	u32 ifindex;
	struct nsinfo_addr_key addr;
	u32 addr_gen;
	u32 addrs:28;
	u32 begun:1;
	u32 narrow:1;
	u32 sees_all:1;
	u32 torn:1;
};

static struct cursor *dump_cursor(struct netlink_callback *cb)
{
	static_assert(sizeof(struct cursor) <= sizeof(cb->ctx));

	return (struct cursor *)cb->ctx;
}

/* Under RCU, with pauses. Odd, as the generations are. */
static unsigned int seen_generation(const struct nsinfo_viewer *viewer)
{
	struct nsinfo_net *entry;
	u32 sum = 0;
	u64 id;

	for (id = 0; (entry = nsinfo_entry_next(id)); id++) {
		id = entry->id;
		if (nsinfo_viewer_may_see(viewer, entry->net))
			sum = jhash_3words(lower_32_bits(id), upper_32_bits(id),
					   nsinfo_entry_net_generation(id),
					   sum);
		nsinfo_registry_pause();
	}
	return sum | 1;
}

/*
 * Under RCU, with pauses. NLM_F_DUMP_INTR is set where this number changes: with
 * a change of the one netns that is dumped, or of any that the requester sees.
 */
static unsigned int dump_seq(const struct cursor *cur,
			     const struct nsinfo_viewer *viewer)
{
	if (cur->torn)
		return 2;
	if (cur->narrow)
		return nsinfo_entry_net_generation(cur->only);
	if (viewer->sees_all)
		return nsinfo_entry_generation();
	return seen_generation(viewer);
}

/* Under RCU: set the cursor as the request wants it. */
static int dump_first(struct cursor *cur, const struct nsinfo_viewer *viewer,
		      const struct nsinfo_request *req,
		      struct netlink_ext_ack *extack)
{
	struct nsinfo_net *entry;

	cur->sees_all = viewer->sees_all;
	if (req->id || req->inum) {
		entry = nsinfo_request_find_net(req, viewer, extack);
		if (!entry)
			return -ENOENT;
		cur->net = entry->id;
		cur->only = entry->id;
		cur->narrow = true;
	}
	cur->begun = true;
	return 0;
}

/*
 * Under RCU, with pauses. Whether the requester sees every netns is decided in
 * the first call. Where it does not, each call checks for each netns the rights
 * of the opener of the socket and those of the task that reads: a socket that is
 * handed on shows nothing more to its new owner.
 */
static int dump_begin(struct netlink_callback *cb,
		      struct nsinfo_viewer *viewer,
		      const struct nsinfo_request *req)
{
	struct cursor *cur = dump_cursor(cb);
	int err;

	if (cur->begun) {
		nsinfo_viewer_again(viewer, cb->skb, cur->sees_all);
		cb->seq = dump_seq(cur, viewer);
		return 0;
	}
	nsinfo_viewer_init(viewer, cb->skb);
	err = dump_first(cur, viewer, req, cb->extack);
	if (err)
		return err;
	/* Changes are told from here on, though nothing is put yet. */
	cb->seq = dump_seq(cur, viewer);
	cb->prev_seq = cb->seq;
	return 0;
}

/*
 * A change during this call sets NLM_F_DUMP_INTR in the first message of the next
 * call, or in NLMSG_DONE.
 */
static int dump_end(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct nsinfo_viewer *viewer, int err)
{
	smp_rmb(); /* the number after what it is the number of */
	cb->seq = dump_seq(dump_cursor(cb), viewer);
	return skb->len ?: err;
}

static void dump_next_net(struct cursor *cur, u64 id)
{
	cur->net = id;
	cur->ifindex = 0;
	cur->addr.family = 0;
}

/* Under RCU: the netns at the cursor, the next that may be seen, or NULL. */
static struct nsinfo_net *dump_net(struct cursor *cur,
				   const struct nsinfo_viewer *viewer)
{
	struct nsinfo_net *entry;

	while ((entry = nsinfo_entry_next(cur->net))) {
		if (cur->narrow && entry->id > cur->only)
			return NULL;
		if (entry->id != cur->net)
			dump_next_net(cur, entry->id);
		if (nsinfo_viewer_may_see(viewer, entry->net))
			return entry;
		dump_next_net(cur, entry->id + 1);
		nsinfo_registry_pause();
	}
	return NULL;
}

/*
 * Puts what a dump shows of one netns. Return: 0; -EMSGSIZE to go on in the next
 * call, -EAGAIN in the next RCU section.
 */
typedef int (*put_fn)(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct nsinfo_net *entry,
		      struct nsinfo_request *req,
		      const struct nsinfo_viewer *viewer);

static int dump_run(struct sk_buff *skb, struct netlink_callback *cb,
		    struct nsinfo_request *req, put_fn put)
{
	unsigned int slice = 0;
	struct cursor *cur = dump_cursor(cb);
	struct nsinfo_viewer viewer;
	struct nsinfo_net *entry;
	int err;

	nsinfo_registry_enter();
	err = dump_begin(cb, &viewer, req);
	if (err)
		goto out;
	if (!cur->narrow)
		viewer.nsids = cur->nsids;
	while ((entry = dump_net(cur, &viewer))) {
		err = put(skb, cb, entry, req, &viewer);
		if (err && err != -EAGAIN)
			break;
		if (!err)
			dump_next_net(cur, entry->id + 1);
		if (!err && ++slice < NETS_A_SLICE && !need_resched())
			continue;
		slice = 0;
		if (nsinfo_registry_pause())
			nsinfo_facts_pause(&req->facts);
	}
	err = dump_end(skb, cb, &viewer, err);
out:
	nsinfo_registry_leave();
	return err;
}

static int put_net_msg(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct nsinfo_net *entry,
		       struct nsinfo_request *req,
		       const struct nsinfo_viewer *viewer)
{
	void *msg = nsinfo_dump_msg(skb, cb, NSINFO_CMD_NETNS_GET);
	int err = -EMSGSIZE;

	if (msg)
		err = nsinfo_reply_net(skb, entry, viewer, &req->facts);
	return nsinfo_dump_msg_end(skb, cb, msg, err);
}

/*
 * All messages of one device. Where other tasks wait for the processor, the rest
 * is left to the next call: nothing keeps an address while they run.
 */
static int put_dev_msgs(struct sk_buff *skb, struct netlink_callback *cb,
			struct net_device *dev, bool want_stats,
			const struct nsinfo_viewer *viewer)
{
	struct cursor *cur = dump_cursor(cb);
	struct nsinfo_addr_walk walk;
	void *msg;
	int err;

	if (dev->ifindex != cur->ifindex)
		cur->addr.family = 0;
	if (!cur->addr.family)
		nsinfo_addr_begin(&walk, dev);
	else if (!nsinfo_addr_resume(&walk, dev, &cur->addr, cur->addrs))
		cur->torn = true;
	do {
		msg = nsinfo_dump_msg(skb, cb, NSINFO_CMD_DEV_GET);
		err = -EMSGSIZE;
		if (msg)
			err = nsinfo_reply_dev(skb, msg, dev, viewer,
					       want_stats, &walk);
		if (nsinfo_dump_msg_end(skb, cb, msg, err == -EMSGSIZE))
			return -EMSGSIZE;
		cur->ifindex = dev->ifindex;
		cur->addrs = walk.taken;
		cur->addr = walk.last;
		if (err && need_resched())
			return -EMSGSIZE;
	} while (err);
	cur->addr.family = 0;
	return 0;
}

static int put_devs(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct nsinfo_net *entry,
		    struct nsinfo_request *req,
		    const struct nsinfo_viewer *viewer)
{
	struct net_device *devs[DEVS_A_SLICE];
	struct cursor *cur = dump_cursor(cb);
	unsigned int n, i, gen = nsinfo_snapshot_addr_gen(entry->net);
	int after, err;

	/* An address that was removed and added again has another place. */
	if (cur->addr.family && cur->addr_gen != gen)
		cur->torn = true;
	cur->addr_gen = gen;

	/* These name one device at most. */
	if (req->ifindex || req->ifname) {
		devs[0] = nsinfo_request_find_dev(req, entry, NULL);
		if (!devs[0])
			return 0;
		return put_dev_msgs(skb, cb, devs[0], req->want_stats, viewer);
	}
	/* The device that was put in part is the first one again. */
	after = cur->addr.family ? cur->ifindex - 1 : cur->ifindex;
	n = nsinfo_devs_next(entry, after, devs, DEVS_A_SLICE);
	for (i = 0; i < n; i++) {
		err = put_dev_msgs(skb, cb, devs[i], req->want_stats, viewer);
		if (err)
			return err;
		/* The search for an underlay may be long. */
		if (need_resched())
			return -EAGAIN;
	}
	return n == DEVS_A_SLICE ? -EAGAIN : 0;
}

/**
 * nsinfo_dump_netns_start() - start callback of netns-get
 * @cb: the dump
 *
 * Return: 0.
 */
int nsinfo_dump_netns_start(struct netlink_callback *cb)
{
	struct nsinfo_request req =
		nsinfo_request_netns(nsinfo_compat_dump_attrs(cb));

	if (!req.id && !req.inum)
		dump_cursor(cb)->nsids =
			nsinfo_nsids_get(sock_net(NETLINK_CB(cb->skb).sk));
	return 0;
}

/**
 * nsinfo_dump_netns_done() - done callback of netns-get
 * @cb: the dump
 *
 * Netlink calls it once for each dump that was started, also where that fails
 * or its socket is closed.
 *
 * Return: 0.
 */
int nsinfo_dump_netns_done(struct netlink_callback *cb)
{
	if (!dump_cursor(cb)->narrow)
		nsinfo_nsids_put(dump_cursor(cb)->nsids);
	return 0;
}

/**
 * nsinfo_dump_netns() - dump callback of netns-get
 * @skb: to fill
 * @cb: the dump
 *
 * Return: as netlink wants it: a length while there is more, 0 at the end, or
 * a negative errno.
 */
int nsinfo_dump_netns(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nsinfo_request req =
		nsinfo_request_netns(nsinfo_compat_dump_attrs(cb));
	int err;

	nsinfo_facts_begin(&req.facts);
	err = dump_run(skb, cb, &req, put_net_msg);
	nsinfo_facts_end(&req.facts);
	return err;
}

/**
 * nsinfo_dump_dev() - dump callback of dev-get
 * @skb: to fill
 * @cb: the dump
 *
 * Return: as netlink wants it: a length while there is more, 0 at the end, or
 * a negative errno.
 */
int nsinfo_dump_dev(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nsinfo_request req =
		nsinfo_request_dev(nsinfo_compat_dump_attrs(cb));

	return dump_run(skb, cb, &req, put_devs);
}
