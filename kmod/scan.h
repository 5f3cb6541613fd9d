/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_SCAN_H
#define NSINFO_SCAN_H

#include <linux/netlink.h>
#include <linux/types.h>

struct nsinfo_request;
struct nsinfo_viewer;
struct sk_buff;

/**
 * struct nsinfo_scan - where a dump goes on
 * @net: only of the netns with this id, or 0
 * @pid: number of the task to go on with, or of the next one
 * @fd: where in its files
 * @begun: the request was found good
 */
struct nsinfo_scan {
	u64 net;
	int pid;
	unsigned int fd;
	bool begun;
};

static inline struct nsinfo_scan *nsinfo_scan(struct netlink_callback *cb)
{
	static_assert(sizeof(struct nsinfo_scan) <= sizeof(cb->ctx));

	return (struct nsinfo_scan *)cb->ctx;
}

int nsinfo_scan_begin(struct netlink_callback *cb,
		      struct nsinfo_viewer *viewer,
		      const struct nsinfo_request *req);
int nsinfo_scan_pause(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);

#endif /* NSINFO_SCAN_H */
