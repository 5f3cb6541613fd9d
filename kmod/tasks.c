// SPDX-License-Identifier: GPL-2.0
/*
 * Which tasks are in which netns: a dump of all tasks, by their number in the
 * initial pid namespace, so that it can go on where it stopped.
 */
#include <linux/cred.h>
#include <linux/nsinfo.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/siphash.h>
#include <linux/user_namespace.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "dump.h"
#include "encode.h"
#include "registry.h"
#include "request.h"
#include "scan.h"
#include "task_rec.h"
#include "tasks.h"
#include "viewer.h"

/* Numbers visited in one RCU section, and in one call. */
#define TASKS_A_SLICE	256
#define TASKS_A_CALL	4096

/* Hides the addresses of nsproxies. */
static siphash_key_t nsproxy_key __ro_after_init;

static u64 nsproxy_token(const struct nsproxy *nsproxy)
{
	return siphash_1u64((unsigned long)nsproxy, &nsproxy_key) ?: 1;
}

/*
 * Under RCU. The netns is the task's as long as its lock is held; it need not
 * be in the registry. Return: false where there is nothing to tell.
 */
static bool snapshot_netns(struct nsinfo_task_rec *rec,
			   struct task_struct *task, u64 only)
{
	const struct net *net = NULL;

	task_lock(task);
	/* NULL: it is past its end. */
	if (task->nsproxy)
		net = task->nsproxy->net_ns;
	if (net) {
		rec->net_id = net->net_cookie;
		rec->net_inum = net->ns.inum;
		rec->nsproxy = nsproxy_token(task->nsproxy);
	}
	task_unlock(task);
	return net && (!only || rec->net_id == only);
}

/* Under RCU, and without the task's lock, which get_task_comm() may take. */
static void tasks_snapshot_task(struct nsinfo_task_rec *rec,
				struct task_struct *task,
				const struct nsinfo_viewer *viewer)
{
	rec->pid = task_tgid_nr_ns(task, viewer->pid_ns);
	rec->tid = task_pid_nr_ns(task, viewer->pid_ns);
	rec->thread = !thread_group_leader(task);
	get_task_comm(rec->comm, task);
	rec->uid = from_kuid_munged(viewer->user_ns,
				    __task_cred(task)->euid);
}

static int put_task(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct nsinfo_task_rec *rec)
{
	void *msg = nsinfo_dump_msg(skb, cb, NSINFO_CMD_TASK_GET);
	int err = msg ? nsinfo_encode_task(skb, rec) : -EMSGSIZE;

	return nsinfo_dump_msg_end(skb, cb, msg, err);
}

/*
 * Under RCU, with pauses. Return: as nsinfo_tasks_dump(); 0 with the last tasks.
 * One more call to say so could find tasks that were made meanwhile, and the dump
 * might never end.
 */
static int put_tasks(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct nsinfo_viewer *viewer)
{
	struct nsinfo_scan *cur = nsinfo_scan(cb);
	struct nsinfo_task_rec rec;
	struct task_struct *task;
	unsigned int visited = 0;
	struct pid *pid;

	while ((pid = find_ge_pid(cur->pid, &init_pid_ns))) {
		int nr = pid_nr(pid);

		task = pid_task(pid, PIDTYPE_PID);
		if (task && snapshot_netns(&rec, task, cur->net)) {
			tasks_snapshot_task(&rec, task, viewer);
			if (put_task(skb, cb, &rec))
				return skb->len ?: -EMSGSIZE;
		}
		cur->pid = nr + 1;
		if (++visited == TASKS_A_CALL)
			return nsinfo_scan_pause(skb, cb, NSINFO_CMD_TASK_GET);
		if (visited % TASKS_A_SLICE == 0)
			nsinfo_registry_pause();
	}
	return 0;
}

/**
 * nsinfo_tasks_dump() - dump callback of task-get
 * @skb: to fill
 * @cb: the dump
 *
 * One call visits a bounded number of tasks: the first call runs with a lock
 * held that all families of generic netlink share.
 *
 * Return: as netlink wants it: a length while there is more, 0 at the end, or
 * a negative errno.
 */
int nsinfo_tasks_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nsinfo_request req =
		nsinfo_request_task(nsinfo_compat_dump_attrs(cb));
	struct nsinfo_viewer viewer;
	int err;

	nsinfo_registry_enter();
	err = nsinfo_scan_begin(cb, &viewer, &req);
	if (!err)
		err = put_tasks(skb, cb, &viewer);
	nsinfo_registry_leave();
	return err;
}

/**
 * nsinfo_tasks_init() - get ready for dumps
 */
void __init nsinfo_tasks_init(void)
{
	get_random_bytes(&nsproxy_key, sizeof(nsproxy_key));
}
