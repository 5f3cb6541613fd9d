// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cmd/show/show.h"
#include "host/user.h"

const char *const show_ns_names[SHOW_NS] = {
	[SHOW_MNT] = "mnt", [SHOW_UTS] = "uts", [SHOW_IPC] = "ipc",
	[SHOW_PID] = "pid", [SHOW_USER] = "user", [SHOW_CGROUP] = "cgroup",
	[SHOW_TIME] = "time",
};

/* Inode of /proc/DIR/ns/NAME, "name:[INODE]"; 0 if it cannot be known. */
static uint32_t read_inum(const char *proc, const char *dir, const char *name)
{
	char path[128], target[64];
	unsigned int inum;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/%s/ns/%s", proc, dir, name);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return 0;
	target[len] = '\0';
	return sscanf(target, "%*[a-z_]:[%u]", &inum) == 1 ? inum : 0;
}

static void read_set(const char *proc, const char *dir, struct show_nsset *set)
{
	int i;

	for (i = 0; i < SHOW_NS; i++)
		set->ns[i] = read_inum(proc, dir, show_ns_names[i]);
}

/* Its number may be that of another task by now: one in another netns. */
static void read_task(const char *proc, struct show_proc *p)
{
	char dir[64];

	if (!p->task->pid)
		return;
	snprintf(dir, sizeof(dir), "%" PRIu32 "/task/%" PRIu32, p->task->pid,
		 p->task->tid);
	read_set(proc, dir, &p->set);
	if (read_inum(proc, dir, "net") != p->task->netns_inum)
		memset(&p->set, 0, sizeof(p->set));
}

static const char *read_user(struct model *m, uint32_t uid, int *ret)
{
	const char *name = user_name(uid);

	if (!name)
		return NULL;
	name = model_strndup(m, name, strlen(name));
	if (!name)
		*ret = -ENOMEM;
	return name;
}

static struct show_proc *add(struct show_proc *array, size_t *n,
			     const struct task *task)
{
	struct show_proc *p = &array[(*n)++];

	p->task = task;
	return p;
}

/* Threads of one process follow each other, sorted by tid. */
static void sort_out(const struct model *m, struct show *s)
{
	const struct task *first, *last, *end, *leader;

	if (!s->ns->n_tasks)
		return;
	first = &m->tasks[s->ns->first_task];
	end = first + s->ns->n_tasks;
	for (; first < end; first = last) {
		leader = NULL;
		for (last = first; last < end; last++) {
			/* All that have no number here are alone. */
			if (last > first &&
			    (last->pid != first->pid || !first->pid))
				break;
			if (!IS_THREAD(last))
				leader = last;
		}
		if (leader)
			add(s->procs, &s->n_procs, leader)->threads =
				last - first;
		for (; !leader && first < last; first++)
			add(s->strays, &s->n_strays, first)->threads = 1;
	}
}

/* One from /proc has no presence bits, but a user. */
bool show_has_uid(const struct task *task)
{
	return HAS(task, NSINFO_A_TASK_UID) || !HAS(task, NSINFO_A_TASK_COMM);
}

bool show_knows(const struct show_nsset *set)
{
	int i;

	for (i = 0; i < SHOW_NS; i++)
		if (set->ns[i])
			return true;
	return false;
}

/* Mostly the one before has the same user. */
static int read_all(struct model *m, struct show_proc *procs, size_t n,
		    const char *proc)
{
	const struct show_proc *before = NULL;
	size_t i;
	int ret = 0;

	for (i = 0; i < n && !ret; i++) {
		read_task(proc, &procs[i]);
		if (!show_has_uid(procs[i].task))
			continue;
		if (before && before->task->uid == procs[i].task->uid)
			procs[i].user = before->user;
		else
			procs[i].user = read_user(m, procs[i].task->uid, &ret);
		before = &procs[i];
	}
	return ret;
}

int show_procs(struct model *m, struct show *s, const char *proc)
{
	size_t n = s->ns->n_tasks;
	int ret = 0;

	if (HAS(s->ns, NSINFO_A_NETNS_OWNER_UID))
		s->owner = read_user(m, s->ns->owner_uid, &ret);
	if (ret)
		return ret;
	read_set(proc, "1", &s->init);
	read_set(proc, "self", &s->self);
	if (!n)
		return 0;
	s->procs = model_alloc(m, n * sizeof(*s->procs));
	s->strays = model_alloc(m, n * sizeof(*s->strays));
	if (!s->procs || !s->strays)
		return -ENOMEM;
	sort_out(m, s);
	ret = read_all(m, s->procs, s->n_procs, proc);
	return ret ? ret : read_all(m, s->strays, s->n_strays, proc);
}
