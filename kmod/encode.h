/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_ENCODE_H
#define NSINFO_ENCODE_H

#include <net/netlink.h>

struct nsinfo_addr_rec;
struct nsinfo_dev_rec;
struct nsinfo_event_rec;
struct nsinfo_facts_rec;
struct nsinfo_holder_rec;
struct nsinfo_net_rec;
struct nsinfo_task_rec;
struct sk_buff;

/* The most that an address takes: 10 numbers or strings and two addresses. */
#define NSINFO_ENCODE_ADDR_MAX \
	(nla_total_size(8 * nla_total_size(sizeof(u32)) + \
			2 * nla_total_size(sizeof(struct in6_addr)) + \
			nla_total_size(IFNAMSIZ) + \
			nla_total_size(sizeof(__be32))))

/* Where in a message the number and the time of an event go. */
struct nsinfo_stamp {
	void *seq;
	void *time;
};

int nsinfo_encode_net(struct sk_buff *skb, const struct nsinfo_net_rec *rec);
int nsinfo_encode_facts(struct sk_buff *skb,
			const struct nsinfo_facts_rec *rec);
int nsinfo_encode_task(struct sk_buff *skb, const struct nsinfo_task_rec *rec);
int nsinfo_encode_dev_key(struct sk_buff *skb, u64 net_id, u32 net_inum,
			  u32 ifindex);
int nsinfo_encode_dev_brief(struct sk_buff *skb,
			    const struct nsinfo_dev_rec *rec);
int nsinfo_encode_dev(struct sk_buff *skb, const struct nsinfo_dev_rec *rec);
int nsinfo_encode_addr(struct sk_buff *skb, const struct nsinfo_addr_rec *rec);
int nsinfo_encode_holder(struct sk_buff *skb,
			 const struct nsinfo_holder_rec *rec);
int nsinfo_encode_event(struct sk_buff *skb, int type,
			const struct nsinfo_event_rec *rec,
			struct nsinfo_stamp *stamp);
void nsinfo_encode_stamp(const struct nsinfo_stamp *stamp, u64 seq, u64 time);

#endif /* NSINFO_ENCODE_H */
