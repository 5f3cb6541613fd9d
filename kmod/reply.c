// SPDX-License-Identifier: GPL-2.0
/* What answers to do and dump have in common: a message an object. */

#include <linux/netdevice.h>
#include <linux/nsinfo.h>
#include <net/genetlink.h>

#include "encode.h"
#include "facts.h"
#include "registry.h"
#include "reply.h"
#include "snapshot.h"

static int reply_facts(struct sk_buff *skb, const struct nsinfo_net *entry,
		       const struct nsinfo_facts *facts)
{
	struct nsinfo_facts_rec rec;

	nsinfo_facts_snapshot(&rec, entry, facts);
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
		     const struct nsinfo_facts *facts)
{
	struct nsinfo_net_rec rec;
	int err;

	nsinfo_snapshot_net(&rec, entry, viewer);
	rec.nwaiting = nsinfo_waiting_get(entry->id, rec.waiting,
					  ARRAY_SIZE(rec.waiting));
	err = nsinfo_encode_net(skb, &rec);
	if (!err && facts->want)
		err = reply_facts(skb, entry, facts);
	return err;
}

/* A dev message in the making, as its addresses are put. */
struct addr_sink {
	struct sk_buff *skb;
	const void *msg_end;			/* what the message may reach to */
	struct nsinfo_addr_key *last;	/* the last one that was put */
};

static int put_addr(const struct nsinfo_addr_rec *rec, void *arg)
{
	size_t room = NSINFO_ENCODE_ADDR_MAX + nla_total_size(0);
	struct addr_sink *sink = arg;
	const void *tail = skb_tail_pointer(sink->skb);

	if (skb_tailroom(sink->skb) < room || tail + room > sink->msg_end ||
	    nsinfo_encode_addr(sink->skb, rec))
		return 1;
	*sink->last = rec->key;
	return 0;
}

/**
 * nsinfo_reply_dev() - put a device into a message
 * @skb: the message
 * @msg: its generic netlink payload
 * @dev: the device
 * @viewer: who asks
 * @want_stats: the counters too
 * @last: the address to go on after; with family 0 the device itself comes
 *	first. Left at the last address that was put
 *
 * Context: the RCU read section that @dev was found in.
 * Return: 0 when the device is whole, 1 when the message has the flag more,
 * -ESTALE when *@last is gone, -EMSGSIZE when the message has to be cancelled.
 */
int nsinfo_reply_dev(struct sk_buff *skb, const void *msg,
		     struct net_device *dev,
		     const struct nsinfo_viewer *viewer, bool want_stats,
		     struct nsinfo_addr_key *last)
{
	struct nsinfo_addr_key after = *last;
	struct addr_sink sink = {
		.skb = skb,
		.msg_end = msg - GENL_HDRLEN - NLMSG_HDRLEN + NSINFO_MSG_MAX,
		.last = last,
	};
	struct net *net = dev_net(dev);
	struct nsinfo_dev_rec rec;
	int err;

	if (after.family) {
		err = nsinfo_encode_dev_key(skb, net->net_cookie, net->ns.inum,
					    dev->ifindex);
	} else {
		nsinfo_snapshot_dev(&rec, dev, viewer, want_stats);
		err = nsinfo_encode_dev(skb, &rec);
	}
	if (err)
		return err;
	err = nsinfo_snapshot_addrs(dev, after.family ? &after : NULL,
				    put_addr, &sink);
	if (err != 1)
		return err;
	/* Not one address fitted: better all of it in the next skb. */
	if (!memcmp(last, &after, sizeof(after)) ||
	    nla_put_flag(skb, NSINFO_A_DEV_MORE))
		return -EMSGSIZE;
	return 1;
}

