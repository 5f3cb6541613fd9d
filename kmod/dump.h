/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_DUMP_H
#define NSINFO_DUMP_H

struct netlink_callback;
struct sk_buff;

int nsinfo_dump_netns(struct sk_buff *skb, struct netlink_callback *cb);
int nsinfo_dump_dev(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* NSINFO_DUMP_H */
