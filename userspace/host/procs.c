// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/order.h"
#include "host/container.h"
#include "host/procfs.h"
#include "host/procs.h"
#include "host/unseen.h"

#define PROC		"/proc"
#define COMMAND_SIZE	8192		/* what lsns shows of it */
/* How many processes to ask for a container, besides the leader. */
#define OTHERS		8

/* The netns that are looked for, sorted by inode number. */
struct wanted {
	uint32_t inum;
	uint64_t id;
};

/* A walk through /proc. */
struct walk {
	struct model *m;
	const char *proc;
	struct wanted *wanted;
	size_t n;
	uint32_t blind;
};

static int wanted_cmp(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	return order(x->inum, y->inum);
}

/* A dying netns has no tasks, and its inode number may be another's. */
static int read_wanted(struct walk *w, uint64_t id)
{
	size_t i;

	w->wanted = calloc(w->m->n_netns + 1, sizeof(*w->wanted));
	if (!w->wanted)
		return -ENOMEM;
	for (i = 0; i < w->m->n_netns; i++) {
		const struct netns *ns = &w->m->netns[i];

		if (ns->state == NSINFO_NETNS_STATE_LIVE &&
		    (!id || ns->id == id))
			w->wanted[w->n++] = (struct wanted){ ns->inum, ns->id };
	}
	qsort(w->wanted, w->n, sizeof(*w->wanted), wanted_cmp);
	return 0;
}

/* One that has ended meanwhile is none. */
static int add_task(struct walk *w, const struct wanted *in, uint32_t pid,
		    uint32_t tid, const char *who)
{
	char path[PATH_MAX], file[64] = "comm", comm[64];
	struct task *task;
	struct stat st;
	long len;

	if (tid != pid)
		snprintf(file, sizeof(file), "task/%u/comm", tid);
	snprintf(path, sizeof(path), "%s/%s", w->proc, who);
	len = procfs_read(w->proc, pid, file, comm, sizeof(comm));
	if (len <= 0 || stat(path, &st))
		return 0;
	task = model_add_task(w->m);
	if (!task)
		return -ENOMEM;
	*task = (struct task){
		.has = 1ull << NSINFO_A_TASK_NETNS_ID |
		       1ull << NSINFO_A_TASK_NETNS_INUM |
		       1ull << NSINFO_A_TASK_PID | 1ull << NSINFO_A_TASK_TID |
		       1ull << NSINFO_A_TASK_COMM | 1ull << NSINFO_A_TASK_UID,
		.netns_id = in->id, .netns_inum = in->inum,
		.pid = pid, .tid = tid, .uid = st.st_uid,
		.comm = model_strndup(w->m, comm, len - 1),
	};
	if (tid != pid)
		task->has |= 1ull << NSINFO_A_TASK_THREAD;
	return task->comm ? 0 : -ENOMEM;
}

/* Returns -ENOENT for a task that is not there, or has ended already. */
static int read_task(struct walk *w, uint32_t pid, uint32_t tid,
		     const char *who)
{
	struct wanted key = { 0 }, *in;
	int ret = procfs_ns(w->proc, who, "net", &key.inum);

	if (ret == -EACCES)
		w->blind |= BLIND_PROCS;
	if (ret)
		return ret;
	in = bsearch(&key, w->wanted, w->n, sizeof(key), wanted_cmp);
	return in ? add_task(w, in, pid, tid, who) : 0;
}

/* The first thread may have ended before the others. */
static int read_process(struct walk *w, uint32_t pid)
{
	char who[64], path[PATH_MAX];
	struct procfs_ids tids;
	uint32_t tid;
	int ret;

	snprintf(who, sizeof(who), "%u", pid);
	ret = read_task(w, pid, pid, who);
	if (ret == -EACCES)
		return 0;
	snprintf(path, sizeof(path), "%s/%u/task", w->proc, pid);
	if (procfs_open(&tids, path) == -ENOMEM)
		ret = -ENOMEM;
	while (ret != -ENOMEM && (tid = procfs_next(&tids))) {
		if (tid == pid)
			continue;
		snprintf(who, sizeof(who), "%u/task/%u", pid, tid);
		ret = read_task(w, pid, tid, who);
	}
	procfs_close(&tids);
	return ret == -ENOMEM ? ret : 0;
}

int procs_read(struct model *m, uint64_t id, const char *proc,
	       uint32_t *blind)
{
	struct walk w = { .m = m, .proc = proc, .blind = procfs_blind(proc) };
	struct procfs_ids pids;
	int ret = procfs_open(&pids, proc);
	uint32_t pid;

	if (ret && ret != -ENOMEM)
		w.blind |= BLIND_PROCS;
	if (ret != -ENOMEM)
		ret = read_wanted(&w, id);
	while (!ret && (pid = procfs_next(&pids)))
		ret = read_process(&w, pid);
	procfs_close(&pids);
	free(w.wanted);
	*blind |= w.blind;
	m->has_tasks = !w.blind;
	model_finish_tasks(m);
	return ret;
}

/* Its number may have become that of another one meanwhile. */
static bool is_still_in(const struct task *task, const char *proc)
{
	uint32_t inum;
	char who[16];
	int ret;

	snprintf(who, sizeof(who), "%u", task->pid);
	ret = procfs_ns(proc, who, "net", &inum);
	return ret ? ret == -EACCES : inum == task->netns_inum;
}

/*
 * As lsns has it: spaces between the words, the last byte cut off, and for who
 * has no command line, its name. An empty one stays unknown.
 */
static int read_command(struct model *m, struct task *task, const char *proc)
{
	char text[COMMAND_SIZE + 1];
	long i, len;

	len = procfs_read(proc, task->pid, "cmdline", text, sizeof(text));
	if (!len)
		len = procfs_read(proc, task->pid, "comm", text, sizeof(text));
	if (len <= 1)
		return 0;
	for (i = 0; i < len; i++)
		if (!text[i])
			text[i] = ' ';
	task->command = model_strndup(m, text, len - 1);
	return task->command ? 0 : -ENOMEM;
}

static int read_container(struct model *m, struct task *task, const char *proc)
{
	char cgroup[CONTAINER_CGROUP_SIZE], text[CONTAINER_WORD];
	struct container c;

	if (procfs_read(proc, task->pid, "cgroup", cgroup,
			sizeof(cgroup)) <= 0 || !container_parse(cgroup, &c))
		return 0;
	container_word(&c, text, sizeof(text));
	task->container = model_strndup(m, text, strlen(text));
	if (*c.pod)
		task->pod = model_strndup(m, c.pod, strlen(c.pod));
	return task->container && (task->pod || !*c.pod) ? 0 : -ENOMEM;
}

/* What was read of another one that has its number by now is dropped. */
static void confirm(struct task *task, const struct task *before,
		    const char *proc)
{
	if ((task->command != before->command ||
	     task->container != before->container) && !is_still_in(task, proc))
		*task = *before;
}

int procs_describe_task(struct model *m, struct task *task, const char *proc)
{
	const struct task before = *task;
	int ret = task->command ? 0 : read_command(m, task, proc);

	if (!ret && !task->container)
		ret = read_container(m, task, proc);
	if (!ret)
		confirm(task, &before, proc);
	return ret;
}

static bool is_process(const struct task *task)
{
	return task->pid && !IS_THREAD(task);
}

/* What the leader is not in, as systemd or a shell, others may be. */
static int ask_others(struct model *m, const struct netns *ns,
		      const char *proc)
{
	uint32_t i, asked = 0;
	int ret = 0;

	for (i = 0; i < ns->n_tasks && asked <= OTHERS && !ret; i++) {
		struct task *task = &m->tasks[ns->first_task + i];
		const struct task before = *task;

		if (!is_process(task))
			continue;
		ret = read_container(m, task, proc);
		if (!ret)
			confirm(task, &before, proc);
		if (task->container)
			break;
		asked++;
	}
	return ret;
}

static int describe_leader(struct model *m, const struct netns *ns,
			   const char *proc)
{
	const struct task *leader = model_leader(m, ns);
	int ret;

	if (!leader)
		return 0;
	ret = procs_describe_task(m, &m->tasks[leader - m->tasks], proc);
	if (ret || leader->container || HAS(ns, NSINFO_A_NETNS_INIT))
		return ret;
	return ask_others(m, ns, proc);
}

int procs_describe_leaders(struct model *m, const char *proc)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < m->n_netns && !ret; i++)
		ret = describe_leader(m, &m->netns[i], proc);
	return ret;
}

int procs_describe(struct model *m, const struct netns *ns)
{
	uint32_t i;
	int ret = 0;

	for (i = 0; i < ns->n_tasks && !ret; i++) {
		struct task *task = &m->tasks[ns->first_task + i];

		if (is_process(task))
			ret = procs_describe_task(m, task, PROC);
	}
	return ret;
}
