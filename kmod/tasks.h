/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_TASKS_H
#define NSINFO_TASKS_H

#include <linux/sched.h>
#include <linux/types.h>

struct netlink_callback;
struct sk_buff;

/* A task, in the terms of its viewer. */
struct nsinfo_task_rec {
	u64 net_id;
	u32 net_inum;
	u32 pid;		/* 0: not in the viewer's pid namespace */
	u32 tid;		/* as pid */
	bool thread;
	char comm[TASK_COMM_LEN];
	u32 uid;
	u64 nsproxy;
};

void nsinfo_tasks_init(void);
int nsinfo_tasks_dump(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* NSINFO_TASKS_H */
