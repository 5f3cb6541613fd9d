/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_REQUEST_H
#define NSINFO_REQUEST_H

#include <linux/types.h>

#include "facts.h"

struct net_device;
struct netlink_ext_ack;
struct nlattr;
struct nsinfo_net;
struct nsinfo_viewer;

/**
 * struct nsinfo_request - what a request says of the netns and device it wants
 * @id: attribute with the cookie of the netns, or NULL
 * @inum: attribute with its inode number, or NULL
 * @ifindex: attribute with the ifindex, or NULL
 * @ifname: attribute with the name, or NULL
 * @want_stats: the counters too
 * @facts: what to add to a netns
 *
 * Lives as long as the request.
 */
struct nsinfo_request {
	struct nlattr *id;
	struct nlattr *inum;
	struct nlattr *ifindex;
	struct nlattr *ifname;
	bool want_stats;
	struct nsinfo_facts facts;
};

struct nsinfo_request nsinfo_request_netns(struct nlattr **attrs);
struct nsinfo_request nsinfo_request_dev(struct nlattr **attrs);
struct nsinfo_request nsinfo_request_holder(struct nlattr **attrs);
struct nsinfo_request nsinfo_request_open(struct nlattr **attrs);
struct nsinfo_request nsinfo_request_task(struct nlattr **attrs);

struct nsinfo_net *nsinfo_request_find_net(const struct nsinfo_request *req,
					   const struct nsinfo_viewer *viewer,
					   struct netlink_ext_ack *extack);
struct net_device *nsinfo_request_find_dev(const struct nsinfo_request *req,
					   const struct nsinfo_net *entry,
					   struct netlink_ext_ack *extack);

#endif /* NSINFO_REQUEST_H */
