// SPDX-License-Identifier: GPL-2.0
/* What answers to do and dump have in common: a message an object. */

#include <linux/netdevice.h>
#include <linux/nsinfo.h>
#include <net/genetlink.h>

#include "encode.h"
#include "facts.h"
#include "msg.h"
#include "registry.h"
#include "reply.h"
#include "snapshot.h"

static int reply_facts(struct sk_buff *skb, const struct nsinfo_net *entry,
		       const struct nsinfo_viewer *viewer,
		       struct nsinfo_facts *facts)
{
	struct nsinfo_facts_rec rec;

	nsinfo_facts_snapshot(&rec, entry, viewer, facts);
	return nsinfo_encode_facts(skb, &rec);
}

/**
 * nsinfo_reply_net() - put a netns into a message
 * @skb: the message
 * @entry: the netns
 * @viewer: who asks
 * @facts: what else to tell
 *
 * Context: the RCU read section that @entry was found in.
 * Return: 0, or -EMSGSIZE when the message has to be cancelled.
 */
int nsinfo_reply_net(struct sk_buff *skb, const struct nsinfo_net *entry,
		     const struct nsinfo_viewer *viewer,
		     struct nsinfo_facts *facts)
{
	struct nsinfo_net_rec rec;
	int err;

	nsinfo_snapshot_net(&rec, entry, viewer);
	rec.nwaiting = nsinfo_waiting_get(entry->id, rec.waiting,
					  ARRAY_SIZE(rec.waiting));
	err = nsinfo_encode_net(skb, &rec);
	if (!err && facts->want)
		err = reply_facts(skb, entry, viewer, facts);
	return err;
}

/* The next address, where it still fits with the flag that tells of more. */
static bool put_addr(struct sk_buff *skb, const void *msg_end,
		     const struct nsinfo_addr_rec *rec)
{
	size_t room = NSINFO_ENCODE_ADDR_MAX + nla_total_size(0);

	return skb_tailroom(skb) >= room &&
	       (const void *)skb_tail_pointer(skb) + room <= msg_end &&
	       !nsinfo_encode_addr(skb, rec);
}

/**
 * nsinfo_reply_dev() - put a device into a message
 * @skb: the message
 * @msg: its generic netlink payload
 * @dev: the device
 * @viewer: who asks
 * @want_stats: the counters too
 * @walk: of its addresses; at its begin the device itself comes first. Left
 *	where the next message goes on
 *
 * Context: the RCU read section that @dev was found in.
 * Return: 0 when the device is whole, 1 when the message has the flag more,
 * -EMSGSIZE when the message has to be cancelled.
 */
int nsinfo_reply_dev(struct sk_buff *skb, const void *msg,
		     struct net_device *dev,
		     const struct nsinfo_viewer *viewer, bool want_stats,
		     struct nsinfo_addr_walk *walk)
{
	const void *end = msg - GENL_HDRLEN - NLMSG_HDRLEN + NSINFO_MSG_MAX;
	struct net *net = dev_net(dev);
	u32 taken = walk->taken;
	struct nsinfo_addr_rec addr;
	struct nsinfo_dev_rec rec;
	int err;

	if (walk->last.family) {
		err = nsinfo_encode_dev_key(skb, net->net_cookie, net->ns.inum,
					    dev->ifindex);
	} else {
		nsinfo_snapshot_dev(&rec, dev, viewer, want_stats);
		err = nsinfo_encode_dev(skb, &rec);
	}
	if (err)
		return err;
	while (nsinfo_addr_get(walk, &addr)) {
		if (put_addr(skb, end, &addr)) {
			nsinfo_addr_take(walk);
			continue;
		}
		/* Not one fitted: better all of it in the next skb. */
		if (walk->taken == taken || msg_put_flag(skb, NSINFO_A_DEV_MORE))
			return -EMSGSIZE;
		return 1;
	}
	return 0;
}
