// SPDX-License-Identifier: GPL-2.0
/* Who made a netns, as numbers that keep nothing alive. */

#include <linux/cred.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "creator.h"

/*
 * @pid_ns is that of a task that has not ended, hence its init process is not
 * reaped; where a thread other than the leader executes a program, the thread
 * takes over the start time of the leader. RCU keeps the tasks meanwhile.
 */
static u64 pidns_since(const struct pid_namespace *pid_ns)
{
	const struct task_struct *init;
	u64 since = 0;

	rcu_read_lock();
	init = READ_ONCE(pid_ns->child_reaper);
	if (init)
		since = READ_ONCE(init->group_leader)->start_boottime;
	rcu_read_unlock();
	return since;
}

/**
 * nsinfo_creator_record() - record the current task
 * @creator: what to fill, all of it
 *
 * Context: process context.
 */
void nsinfo_creator_record(struct nsinfo_creator *creator)
{
	const struct pid_namespace *pid_ns = task_active_pid_ns(current);

	creator->pid = task_tgid_nr(current);
	creator->own_pid = task_tgid_vnr(current);
	creator->pidns_inum = pid_ns->ns.inum;
	creator->pidns_since = pidns_since(pid_ns);
	creator->uid = current_euid();
	get_task_comm(creator->comm, current);
}

/**
 * nsinfo_creator_pid() - the process that made a netns, as a viewer counts it
 * @creator: the process
 * @pid_ns: the initial pid namespace, or that of the current task
 *
 * Return: its number, 0 where it is unknown: @pid_ns is neither the initial pid
 * namespace nor that of the process.
 */
u32 nsinfo_creator_pid(const struct nsinfo_creator *creator,
		       struct pid_namespace *pid_ns)
{
	if (pid_ns == &init_pid_ns)
		return creator->pid;
	if (pid_ns->ns.inum != creator->pidns_inum ||
	    pidns_since(pid_ns) != creator->pidns_since)
		return 0;
	return creator->own_pid;
}
