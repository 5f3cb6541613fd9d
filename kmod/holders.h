/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_HOLDERS_H
#define NSINFO_HOLDERS_H

struct netlink_callback;
struct sk_buff;

int nsinfo_holders_dump(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* NSINFO_HOLDERS_H */
