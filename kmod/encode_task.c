// SPDX-License-Identifier: GPL-2.0
/* Tasks and their files as attributes, by the rules of encode.c. */

#include <linux/nsinfo.h>
#include <net/netlink.h>

#include "encode.h"
#include "msg.h"
#include "task_rec.h"

/**
 * nsinfo_encode_task() - put a task
 * @skb: message to append to
 * @rec: the task
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsinfo_encode_task(struct sk_buff *skb, const struct nsinfo_task_rec *rec)
{
	if (msg_put_u64_64bit(skb, NSINFO_A_TASK_NETNS_ID, rec->net_id,
			      NSINFO_A_TASK_PAD) ||
	    msg_put_u32(skb, NSINFO_A_TASK_NETNS_INUM, rec->net_inum) ||
	    (rec->pid && msg_put_u32(skb, NSINFO_A_TASK_PID, rec->pid)) ||
	    (rec->tid && msg_put_u32(skb, NSINFO_A_TASK_TID, rec->tid)) ||
	    (rec->thread && msg_put_flag(skb, NSINFO_A_TASK_THREAD)) ||
	    msg_put_string(skb, NSINFO_A_TASK_COMM, rec->comm) ||
	    msg_put_u32(skb, NSINFO_A_TASK_UID, rec->uid) ||
	    msg_put_u64_64bit(skb, NSINFO_A_TASK_NSPROXY, rec->nsproxy,
			      NSINFO_A_TASK_PAD))
		return -EMSGSIZE;
	return 0;
}

static int encode_socket(struct sk_buff *skb,
			 const struct nsinfo_holder_rec *rec)
{
	if (rec->type == NSINFO_HOLDER_TYPE_NSFS_FD)
		return 0;
	if (msg_put_u32(skb, NSINFO_A_HOLDER_FAMILY, rec->family) ||
	    msg_put_u32(skb, NSINFO_A_HOLDER_SOCK_TYPE, rec->sock_type) ||
	    msg_put_u32(skb, NSINFO_A_HOLDER_PROTOCOL, rec->protocol) ||
	    msg_put_u32(skb, NSINFO_A_HOLDER_STATE, rec->state) ||
	    msg_put_u64_64bit(skb, NSINFO_A_HOLDER_INODE, rec->inode,
			      NSINFO_A_HOLDER_PAD))
		return -EMSGSIZE;
	return 0;
}

/**
 * nsinfo_encode_holder() - put an open file that leads into a netns
 * @skb: message to append to
 * @rec: the file, and who has it open
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsinfo_encode_holder(struct sk_buff *skb,
			 const struct nsinfo_holder_rec *rec)
{
	if (msg_put_u64_64bit(skb, NSINFO_A_HOLDER_NETNS_ID, rec->net_id,
			      NSINFO_A_HOLDER_PAD) ||
	    msg_put_u32(skb, NSINFO_A_HOLDER_NETNS_INUM, rec->net_inum) ||
	    msg_put_u32(skb, NSINFO_A_HOLDER_TYPE, rec->type) ||
	    (rec->pid && msg_put_u32(skb, NSINFO_A_HOLDER_PID, rec->pid)) ||
	    (rec->tid && msg_put_u32(skb, NSINFO_A_HOLDER_TID, rec->tid)) ||
	    msg_put_string(skb, NSINFO_A_HOLDER_COMM, rec->comm) ||
	    msg_put_u32(skb, NSINFO_A_HOLDER_FD, rec->fd) ||
	    (rec->pins && msg_put_flag(skb, NSINFO_A_HOLDER_PINS)))
		return -EMSGSIZE;
	return encode_socket(skb, rec);
}
