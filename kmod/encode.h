/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_ENCODE_H
#define NSINFO_ENCODE_H

#include <net/netlink.h>

struct nsinfo_addr_rec;
struct nsinfo_dev_rec;
struct nsinfo_net_rec;
struct sk_buff;

/* The most that an address takes: 10 numbers or strings and two addresses. */
#define NSINFO_ENCODE_ADDR_MAX \
	(nla_total_size(8 * nla_total_size(sizeof(u32)) + \
			2 * nla_total_size(sizeof(struct in6_addr)) + \
			nla_total_size(IFNAMSIZ) + \
			nla_total_size(sizeof(__be32))))

int nsinfo_encode_net(struct sk_buff *skb, const struct nsinfo_net_rec *rec);
int nsinfo_encode_dev_key(struct sk_buff *skb, u64 net_id, u32 net_inum,
			  u32 ifindex);
int nsinfo_encode_dev(struct sk_buff *skb, const struct nsinfo_dev_rec *rec);
int nsinfo_encode_addr(struct sk_buff *skb, const struct nsinfo_addr_rec *rec);

#endif /* NSINFO_ENCODE_H */
