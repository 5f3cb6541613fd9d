/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes, put inline: a device has some thirty, and a call of nla_put() for
 * each takes longer than all else that a dump does. What is written is what
 * nla_put() writes.
 */
#ifndef NSINFO_MSG_H
#define NSINFO_MSG_H

#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/netlink.h>

/**
 * msg_put() - put an attribute
 * @skb: message to append to
 * @type: its type
 * @len: length of its payload
 * @data: the payload
 *
 * Return: 0 or -EMSGSIZE.
 */
static __always_inline int msg_put(struct sk_buff *skb, int type, int len,
				   const void *data)
{
	struct nlattr *attr = (struct nlattr *)skb_tail_pointer(skb);
	int total = nla_total_size(len);

	if (unlikely(skb_tailroom(skb) < total))
		return nla_put(skb, type, len, data);
	attr->nla_type = type;
	attr->nla_len = nla_attr_size(len);
	if (nla_padlen(len))
		*(u32 *)((u8 *)attr + total - sizeof(u32)) = 0;
	memcpy(nla_data(attr), data, len);
	skb->tail += total;
	skb->len += total;
	return 0;
}

static inline int msg_put_u32(struct sk_buff *skb, int type, u32 value)
{
	return msg_put(skb, type, sizeof(value), &value);
}

static inline int msg_put_s32(struct sk_buff *skb, int type, s32 value)
{
	return msg_put(skb, type, sizeof(value), &value);
}

static inline int msg_put_in_addr(struct sk_buff *skb, int type, __be32 addr)
{
	return msg_put(skb, type, sizeof(addr), &addr);
}

static inline int msg_put_u64_64bit(struct sk_buff *skb, int type, u64 value,
				    int pad)
{
	if (IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS))
		return msg_put(skb, type, sizeof(value), &value);
	return nla_put_u64_64bit(skb, type, value, pad);
}

static inline int msg_put_flag(struct sk_buff *skb, int type)
{
	return msg_put(skb, type, 0, NULL);
}

static inline int msg_put_string(struct sk_buff *skb, int type,
				 const char *text)
{
	return msg_put(skb, type, strlen(text) + 1, text);
}

/**
 * msg_nest_start() - begin a nest
 * @skb: message to append to
 * @type: its type
 *
 * Return: the nest, for nla_nest_end() or nla_nest_cancel(), or NULL.
 */
static inline struct nlattr *msg_nest_start(struct sk_buff *skb, int type)
{
	struct nlattr *nest = (struct nlattr *)skb_tail_pointer(skb);

	if (msg_put(skb, type | NLA_F_NESTED, 0, NULL))
		return NULL;
	return nest;
}

#endif /* NSINFO_MSG_H */
