/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_DUMP_H
#define NSINFO_DUMP_H

#include <net/genetlink.h>

#include "family.h"

/**
 * nsinfo_dump_msg() - begin a message of a dump
 * @skb: to append to
 * @cb: the dump
 * @cmd: its operation
 *
 * Return: the message, for nsinfo_dump_msg_end(), or NULL without room.
 */
static inline void *nsinfo_dump_msg(struct sk_buff *skb,
				    struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &nsinfo_family, NLM_F_MULTI, cmd);
}

/**
 * nsinfo_dump_msg_end() - end a message of a dump, or take it back
 * @skb: what it is in
 * @cb: the dump
 * @msg: the message, or NULL
 * @err: not 0: it did not fit
 *
 * Return: 0, or -EMSGSIZE without a trace of it in @skb.
 */
static inline int nsinfo_dump_msg_end(struct sk_buff *skb,
				      struct netlink_callback *cb, void *msg,
				      int err)
{
	if (!msg || err) {
		genlmsg_cancel(skb, msg);
		return -EMSGSIZE;
	}
	genl_dump_check_consistent(cb, msg);
	genlmsg_end(skb, msg);
	return 0;
}

int nsinfo_dump_netns_start(struct netlink_callback *cb);
int nsinfo_dump_netns(struct sk_buff *skb, struct netlink_callback *cb);
int nsinfo_dump_netns_done(struct netlink_callback *cb);
int nsinfo_dump_dev(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* NSINFO_DUMP_H */
