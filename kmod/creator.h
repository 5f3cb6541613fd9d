/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_CREATOR_H
#define NSINFO_CREATOR_H

#include <linux/sched.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct pid_namespace;

/**
 * struct nsinfo_creator - who made a netns; numbers alone, no reference
 * @pid: process, as the initial pid namespace counts it; 0: nobody is known
 * @own_pid: the same, as the pid namespace of the process counts it
 * @pidns_inum: inode number of that pid namespace
 * @uid: effective user of the task
 * @pidns_since: start of the init process of that pid namespace, CLOCK_BOOTTIME
 *	in ns: a later one may get the same inode number, but has another init
 * @comm: name of the task
 *
 * A reference to the struct pid would keep the pid namespace, its user
 * namespace, and a place in user.max_pid_namespaces of whoever made that.
 */
struct nsinfo_creator {
	u32 pid;
	u32 own_pid;
	u32 pidns_inum;
	kuid_t uid;
	u64 pidns_since;
	char comm[TASK_COMM_LEN];
};

void nsinfo_creator_record(struct nsinfo_creator *creator);
u32 nsinfo_creator_pid(const struct nsinfo_creator *creator,
		       struct pid_namespace *pid_ns);

#endif /* NSINFO_CREATOR_H */
