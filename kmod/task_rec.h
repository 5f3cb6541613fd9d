/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_TASK_REC_H
#define NSINFO_TASK_REC_H

#include <linux/sched.h>
#include <linux/types.h>
#include <linux/nsinfo.h>

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

/* An open file that leads into a netns, in the terms of its viewer. */
struct nsinfo_holder_rec {
	u64 net_id;
	u32 net_inum;
	enum nsinfo_holder_type type;
	u32 pid;		/* 0: not in the viewer's pid namespace */
	u32 tid;		/* 0: the table of files is the process's */
	char comm[TASK_COMM_LEN];
	u32 fd;
	bool pins;
	u32 family;		/* from here on of a socket alone */
	u32 sock_type;
	u32 protocol;
	u32 state;
	u64 inode;
};

#endif /* NSINFO_TASK_REC_H */
