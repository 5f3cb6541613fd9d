/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_REPLY_H
#define NSINFO_REPLY_H

#include <linux/types.h>

struct net_device;
struct nsinfo_addr_walk;
struct nsinfo_facts;
struct nsinfo_net;
struct nsinfo_viewer;
struct sk_buff;

int nsinfo_reply_net(struct sk_buff *skb, const struct nsinfo_net *entry,
		     const struct nsinfo_viewer *viewer,
		     struct nsinfo_facts *facts);
int nsinfo_reply_dev(struct sk_buff *skb, const void *msg,
		     struct net_device *dev,
		     const struct nsinfo_viewer *viewer, bool want_stats,
		     struct nsinfo_addr_walk *walk);

#endif /* NSINFO_REPLY_H */
