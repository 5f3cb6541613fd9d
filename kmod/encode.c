// SPDX-License-Identifier: GPL-2.0
/*
 * Records as attributes. Pure: no lock, no global, nothing but the record.
 * A record that does not fit gives -EMSGSIZE and may leave a part behind:
 * the caller cancels its message.
 */
#include <linux/nsinfo.h>
#include <net/netlink.h>

#include "encode.h"
#include "msg.h"
#include "snapshot.h"

static int encode_created(struct sk_buff *skb,
			  const struct nsinfo_net_rec *rec)
{
	struct nlattr *nest;

	if (!rec->created_at)
		return 0;
	nest = msg_nest_start(skb, NSINFO_A_NETNS_CREATED);
	if (!nest ||
	    msg_put_u64_64bit(skb, NSINFO_A_CREATED_TIME, rec->created_at,
			      NSINFO_A_CREATED_PAD) ||
	    msg_put_u32(skb, NSINFO_A_CREATED_UID, rec->creator_uid))
		return -EMSGSIZE;
	if (rec->creator_pid &&
	    (msg_put_u32(skb, NSINFO_A_CREATED_PID, rec->creator_pid) ||
	     msg_put_string(skb, NSINFO_A_CREATED_COMM, rec->creator_comm)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int encode_waiting(struct sk_buff *skb,
			  const struct nsinfo_waiting_rec *rec)
{
	struct nlattr *nest = msg_nest_start(skb, NSINFO_A_NETNS_WAITING);

	if (!nest ||
	    msg_put_u32(skb, NSINFO_A_WAITING_IFINDEX, rec->ifindex) ||
	    msg_put_string(skb, NSINFO_A_WAITING_IFNAME, rec->name) ||
	    (rec->kind[0] &&
	     msg_put_string(skb, NSINFO_A_WAITING_KIND, rec->kind)) ||
	    msg_put_u32(skb, NSINFO_A_WAITING_REFS, rec->refs) ||
	    msg_put_u64_64bit(skb, NSINFO_A_WAITING_SINCE, rec->since,
			      NSINFO_A_WAITING_PAD) ||
	    msg_put_u64_64bit(skb, NSINFO_A_WAITING_TOLD_AT, rec->told_at,
			      NSINFO_A_WAITING_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Why it is not gone. */
static int encode_life(struct sk_buff *skb, const struct nsinfo_net_rec *rec)
{
	unsigned int i;

	if ((rec->dying_since &&
	     msg_put_u64_64bit(skb, NSINFO_A_NETNS_DYING_SINCE,
			       rec->dying_since, NSINFO_A_NETNS_PAD)) ||
	    (rec->inactive && msg_put_flag(skb, NSINFO_A_NETNS_INACTIVE)) ||
	    (rec->nwaiting &&
	     msg_put_u32(skb, NSINFO_A_NETNS_NWAITING, rec->nwaiting)))
		return -EMSGSIZE;
	for (i = 0; i < min_t(u32, rec->nwaiting, NSINFO_WAITING_MAX); i++)
		if (encode_waiting(skb, &rec->waiting[i]))
			return -EMSGSIZE;
	return 0;
}

/**
 * nsinfo_encode_net() - put a netns
 * @skb: message to append to
 * @rec: the netns
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsinfo_encode_net(struct sk_buff *skb, const struct nsinfo_net_rec *rec)
{
	if (msg_put_u64_64bit(skb, NSINFO_A_NETNS_ID, rec->id,
			      NSINFO_A_NETNS_PAD) ||
	    msg_put_u32(skb, NSINFO_A_NETNS_INUM, rec->inum) ||
	    msg_put_u32(skb, NSINFO_A_NETNS_STATE, rec->state) ||
	    (rec->init && msg_put_flag(skb, NSINFO_A_NETNS_INIT)) ||
	    (rec->self && msg_put_flag(skb, NSINFO_A_NETNS_SELF)) ||
	    (rec->owner_userns &&
	     msg_put_u32(skb, NSINFO_A_NETNS_OWNER_USERNS,
			 rec->owner_userns)) ||
	    msg_put_u32(skb, NSINFO_A_NETNS_OWNER_UID, rec->owner_uid) ||
	    (rec->nsid >= 0 &&
	     msg_put_s32(skb, NSINFO_A_NETNS_NSID, rec->nsid)) ||
	    msg_put_u32(skb, NSINFO_A_NETNS_NDEVS, rec->ndevs) ||
	    msg_put_u32(skb, NSINFO_A_NETNS_REFS, rec->refs))
		return -EMSGSIZE;
	return encode_created(skb, rec) ?: encode_life(skb, rec);
}

static int encode_link_net(struct sk_buff *skb,
			   const struct nsinfo_dev_rec *rec)
{
	struct nlattr *nest;

	if (!rec->link_net_id)
		return 0;
	nest = msg_nest_start(skb, NSINFO_A_DEV_LINK_NETNS);
	if (!nest ||
	    msg_put_u64_64bit(skb, NSINFO_A_NETNS_REF_ID, rec->link_net_id,
			      NSINFO_A_NETNS_REF_PAD) ||
	    msg_put_u32(skb, NSINFO_A_NETNS_REF_INUM, rec->link_net_inum))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int encode_place(struct sk_buff *skb, int type, u64 net_id,
			u32 net_inum, u32 ifindex, const char *name)
{
	struct nlattr *nest = msg_nest_start(skb, type);

	if (!nest ||
	    msg_put_u64_64bit(skb, NSINFO_A_PEER_NETNS_ID, net_id,
			      NSINFO_A_PEER_PAD) ||
	    msg_put_u32(skb, NSINFO_A_PEER_NETNS_INUM, net_inum) ||
	    msg_put_u32(skb, NSINFO_A_PEER_IFINDEX, ifindex) ||
	    msg_put_string(skb, NSINFO_A_PEER_IFNAME, name))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int encode_peer(struct sk_buff *skb, const struct nsinfo_dev_rec *rec)
{
	if (!rec->peer_ifindex)
		return 0;
	return encode_place(skb, NSINFO_A_DEV_PEER, rec->peer_net_id,
			    rec->peer_net_inum, rec->peer_ifindex,
			    rec->peer_name);
}

/* The attributes have the order of the members: see the spec. */
static int encode_stats(struct sk_buff *skb, const struct nsinfo_dev_rec *rec)
{
	const __u64 *counter = (const __u64 *)&rec->stats;
	struct nlattr *nest;
	int type;

	BUILD_BUG_ON(sizeof(rec->stats) <
		     (NSINFO_A_STATS_MAX - NSINFO_A_STATS_PAD) * sizeof(__u64));
	BUILD_BUG_ON(offsetof(struct rtnl_link_stats64, rx_otherhost_dropped) !=
		     (NSINFO_A_STATS_RX_OTHERHOST_DROPPED -
		      NSINFO_A_STATS_RX_PACKETS) * sizeof(__u64));

	if (!rec->has_stats)
		return 0;
	nest = msg_nest_start(skb, NSINFO_A_DEV_STATS);
	if (!nest)
		return -EMSGSIZE;
	for (type = NSINFO_A_STATS_RX_PACKETS; type <= NSINFO_A_STATS_MAX;
	     type++)
		if (msg_put_u64_64bit(skb, type, *counter++,
				      NSINFO_A_STATS_PAD))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * nsinfo_encode_dev_key() - put what tells a device from the others
 * @skb: message to append to
 * @net_id: cookie of its netns
 * @net_inum: inode number of its netns
 * @ifindex: its ifindex
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsinfo_encode_dev_key(struct sk_buff *skb, u64 net_id, u32 net_inum,
			  u32 ifindex)
{
	if (msg_put_u64_64bit(skb, NSINFO_A_DEV_NETNS_ID, net_id,
			      NSINFO_A_DEV_PAD) ||
	    msg_put_u32(skb, NSINFO_A_DEV_NETNS_INUM, net_inum) ||
	    msg_put_u32(skb, NSINFO_A_DEV_IFINDEX, ifindex))
		return -EMSGSIZE;
	return 0;
}

/**
 * nsinfo_encode_dev_brief() - put which device it is, for a person too
 * @skb: message to append to
 * @rec: the device
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsinfo_encode_dev_brief(struct sk_buff *skb,
			    const struct nsinfo_dev_rec *rec)
{
	int err = nsinfo_encode_dev_key(skb, rec->net_id, rec->net_inum,
					rec->ifindex);

	if (err)
		return err;
	if (msg_put_string(skb, NSINFO_A_DEV_IFNAME, rec->name) ||
	    (rec->kind && msg_put_string(skb, NSINFO_A_DEV_KIND, rec->kind)))
		return -EMSGSIZE;
	return 0;
}

static int encode_strings(struct sk_buff *skb,
			  const struct nsinfo_dev_rec *rec)
{
	if ((rec->qdisc &&
	     msg_put_string(skb, NSINFO_A_DEV_QDISC, rec->qdisc)) ||
	    (rec->alias &&
	     msg_put_string(skb, NSINFO_A_DEV_ALIAS, rec->alias)) ||
	    (rec->parent_bus &&
	     (msg_put_string(skb, NSINFO_A_DEV_PARENT_BUS, rec->parent_bus) ||
	      msg_put_string(skb, NSINFO_A_DEV_PARENT_DEV, rec->parent_dev))))
		return -EMSGSIZE;
	return 0;
}

static int encode_hwaddrs(struct sk_buff *skb,
			  const struct nsinfo_dev_rec *rec)
{
	if (!rec->addr_len)
		return 0;
	if (msg_put(skb, NSINFO_A_DEV_ADDRESS, rec->addr_len,
		    rec->address) ||
	    msg_put(skb, NSINFO_A_DEV_BROADCAST, rec->addr_len,
		    rec->broadcast) ||
	    (rec->has_perm_address &&
	     msg_put(skb, NSINFO_A_DEV_PERM_ADDRESS, rec->addr_len,
		     rec->perm_address)))
		return -EMSGSIZE;
	return 0;
}

/**
 * nsinfo_encode_dev() - put a device, without its addresses
 * @skb: message to append to
 * @rec: the device
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsinfo_encode_dev(struct sk_buff *skb, const struct nsinfo_dev_rec *rec)
{
	int err;

	err = nsinfo_encode_dev_brief(skb, rec);
	if (err)
		return err;
	if (msg_put_u32(skb, NSINFO_A_DEV_FLAGS, rec->flags) ||
	    msg_put_u32(skb, NSINFO_A_DEV_OPERSTATE, rec->operstate) ||
	    msg_put_u32(skb, NSINFO_A_DEV_LINK_MODE, rec->link_mode) ||
	    msg_put_u32(skb, NSINFO_A_DEV_MTU, rec->mtu) ||
	    msg_put_u32(skb, NSINFO_A_DEV_MIN_MTU, rec->min_mtu) ||
	    msg_put_u32(skb, NSINFO_A_DEV_MAX_MTU, rec->max_mtu) ||
	    msg_put_u32(skb, NSINFO_A_DEV_TYPE, rec->type) ||
	    msg_put_u32(skb, NSINFO_A_DEV_GROUP, rec->group) ||
	    msg_put_u32(skb, NSINFO_A_DEV_TXQLEN, rec->txqlen) ||
	    msg_put_u32(skb, NSINFO_A_DEV_PROMISCUITY, rec->promiscuity) ||
	    msg_put_u32(skb, NSINFO_A_DEV_ALLMULTI, rec->allmulti) ||
	    msg_put_u32(skb, NSINFO_A_DEV_NUM_TX_QUEUES, rec->num_tx_queues) ||
	    (rec->num_rx_queues &&
	     msg_put_u32(skb, NSINFO_A_DEV_NUM_RX_QUEUES,
			 rec->num_rx_queues)) ||
	    (rec->master &&
	     msg_put_u32(skb, NSINFO_A_DEV_MASTER, rec->master)) ||
	    (rec->has_link &&
	     msg_put_u32(skb, NSINFO_A_DEV_LINK, rec->link)) ||
	    (rec->link_foreign &&
	     msg_put_flag(skb, NSINFO_A_DEV_LINK_FOREIGN)))
		return -EMSGSIZE;
	err = encode_strings(skb, rec);
	if (!err)
		err = encode_hwaddrs(skb, rec);
	if (!err)
		err = encode_link_net(skb, rec);
	if (!err)
		err = encode_peer(skb, rec);
	if (!err)
		err = encode_stats(skb, rec);
	return err;
}

/**
 * nsinfo_encode_addr() - put an address of a device
 * @skb: message to append to, a dev one
 * @rec: the address
 *
 * Return: 0 or -EMSGSIZE; never that where NSINFO_ENCODE_ADDR_MAX is free.
 */
int nsinfo_encode_addr(struct sk_buff *skb, const struct nsinfo_addr_rec *rec)
{
	int len = rec->key.family == AF_INET ? sizeof(__be32) :
					       sizeof(struct in6_addr);
	struct nlattr *nest;

	nest = msg_nest_start(skb, NSINFO_A_DEV_ADDR);
	if (!nest ||
	    msg_put_u32(skb, NSINFO_A_ADDR_FAMILY, rec->key.family) ||
	    msg_put(skb, NSINFO_A_ADDR_LOCAL, len, &rec->local) ||
	    (rec->has_peer &&
	     msg_put(skb, NSINFO_A_ADDR_PEER, len, &rec->peer)) ||
	    msg_put_u32(skb, NSINFO_A_ADDR_PREFIXLEN, rec->prefixlen) ||
	    msg_put_u32(skb, NSINFO_A_ADDR_SCOPE, rec->scope) ||
	    msg_put_u32(skb, NSINFO_A_ADDR_FLAGS, rec->flags) ||
	    (rec->label[0] &&
	     msg_put_string(skb, NSINFO_A_ADDR_LABEL, rec->label)) ||
	    (rec->broadcast &&
	     msg_put_in_addr(skb, NSINFO_A_ADDR_BROADCAST, rec->broadcast)) ||
	    (rec->proto &&
	     msg_put_u32(skb, NSINFO_A_ADDR_PROTO, rec->proto)) ||
	    (rec->rt_priority &&
	     msg_put_u32(skb, NSINFO_A_ADDR_RT_PRIORITY, rec->rt_priority)) ||
	    msg_put_u32(skb, NSINFO_A_ADDR_VALID_LFT, rec->valid_lft) ||
	    msg_put_u32(skb, NSINFO_A_ADDR_PREFERRED_LFT, rec->preferred_lft)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* A number of 64 bits that is set later, or NULL. */
static void *reserve_u64(struct sk_buff *skb, int type)
{
	struct nlattr *attr = nla_reserve_64bit(skb, type, sizeof(u64),
						NSINFO_A_EVENT_PAD);

	return attr ? nla_data(attr) : NULL;
}

/**
 * nsinfo_encode_event() - put what makes a message an event
 * @skb: message to append to
 * @type: NSINFO_A_NETNS_EVENT or NSINFO_A_DEV_EVENT
 * @rec: the event
 * @stamp: gets where the number and the time go; valid until @skb changes
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsinfo_encode_event(struct sk_buff *skb, int type,
			const struct nsinfo_event_rec *rec,
			struct nsinfo_stamp *stamp)
{
	const struct nsinfo_place *from = &rec->from;
	struct nlattr *nest = msg_nest_start(skb, type);

	if (!nest)
		return -EMSGSIZE;
	stamp->seq = reserve_u64(skb, NSINFO_A_EVENT_SEQ);
	stamp->time = reserve_u64(skb, NSINFO_A_EVENT_TIME);
	if (!stamp->seq || !stamp->time ||
	    (rec->changed &&
	     msg_put_u32(skb, NSINFO_A_EVENT_CHANGED, rec->changed)) ||
	    (from->net_id &&
	     encode_place(skb, NSINFO_A_EVENT_FROM, from->net_id,
			  from->net_inum, from->ifindex, from->name)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * nsinfo_encode_stamp() - set the number and the time of an event
 * @stamp: where
 * @seq: the number
 * @time: CLOCK_BOOTTIME in ns
 */
void nsinfo_encode_stamp(const struct nsinfo_stamp *stamp, u64 seq, u64 time)
{
	memcpy(stamp->seq, &seq, sizeof(seq));
	memcpy(stamp->time, &time, sizeof(time));
}
