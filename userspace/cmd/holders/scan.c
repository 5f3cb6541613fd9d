// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kcmp.h>

#include "base/order.h"
#include "cmd/holders/scan.h"
#include "host/mountinfo.h"
#include "host/mounts.h"
#include "host/procfs.h"
#include "host/procs.h"
#include "host/uncover.h"

#define NSEC		1000000000ull
#define ANCESTORS	1000		/* a limit against loops by reuse */
/* Fields of /proc/PID/stat, as proc(5) counts. */
#define STAT_PPID	4
#define STAT_STARTTIME	22

char *scan_keep(struct holders *h, const char *s)
{
	char *copy = model_strndup(h->m, s, strlen(s));

	h->no_memory |= !copy;
	return copy;
}

char *scan_comm(struct holders *h, const char *proc, uint32_t pid)
{
	char comm[64];
	long len = procfs_read(proc, pid, "comm", comm, sizeof(comm));

	if (len <= 0)
		return NULL;
	comm[strcspn(comm, "\n")] = '\0';
	return scan_keep(h, comm);
}

/* Those at one path, @n of them, are one holder; the first decides on hidden. */
static int add_mount(struct holders *h, const struct mount_ns *ns,
		     const struct mount **m, size_t n)
{
	char *path = scan_keep(h, (*m)->path);
	struct hold *hold = path ? holders_add(h, HOLD_MOUNT) : NULL;

	if (!hold)
		return -ENOMEM;
	hold->path = path;
	hold->mntns = ns->inode;
	hold->pid = ns->pid;
	hold->hidden = (*m)->hidden;
	hold->times = n;
	if (ns->file)
		hold->mnt_file = scan_keep(h, ns->file);
	return 0;
}

/* By path, then as add_mount() wants them. */
static int mount_cmp(const void *a, const void *b)
{
	const struct mount *x = *(const struct mount *const *)a;
	const struct mount *y = *(const struct mount *const *)b;
	int ret = strcmp(x->path, y->path);

	if (!ret)
		ret = order(x->hidden, y->hidden);
	return ret ? ret : order(x->id, y->id);
}

static void add_command(struct holders *h, const struct mount_ns *ns,
			const struct mount *m)
{
	char *command;

	if (ns->inode || !m->hidden)
		return;
	command = uncover_command(ns->table, m);
	if (command)
		h->hold[h->n - 1].command = scan_keep(h, command);
	free(command);
}

static int add_mounts(void *arg, const struct mount_ns *ns)
{
	const struct mount_table *t = ns->table;
	struct holders *h = arg;
	const struct mount **found;
	size_t i, n = 0, end, told = 0;
	int ret = 0;

	for (i = 0; i < t->n; i++)
		n += t->mount[i].net == h->ns->inum;
	if (!n)
		return 0;
	found = calloc(n, sizeof(*found));
	if (!found)
		return -ENOMEM;
	for (i = 0, n = 0; i < t->n; i++)
		if (t->mount[i].net == h->ns->inum)
			found[n++] = &t->mount[i];
	qsort(found, n, sizeof(*found), mount_cmp);
	for (i = 0; i < n && !ret; i = end) {
		for (end = i + 1; end < n &&
		     !strcmp(found[end]->path, found[i]->path); end++)
			;
		ret = add_mount(h, ns, found + i, end - i);
		/* There will be no advice on more. */
		if (!ret && told++ < HOLDERS_FEW)
			add_command(h, ns, found[i]);
	}
	free(found);
	return ret;
}

void scan_mounts(struct holders *h, const char *proc)
{
	struct mount_table own = { 0 };
	struct mount_ns ours = { .table = &own };
	uint32_t blind = 0;	/* found out elsewhere */
	int ret;

	ret = mount_table_read(&own, proc, "self") == -ENOMEM ? -ENOMEM :
	      add_mounts(h, &ours);
	if (!ret)
		ret = mounts_of_others(proc, &own, add_mounts, h, &blind);
	h->no_memory |= ret == -ENOMEM;
	mount_table_clear(&own);
}

FILE *scan_fopen(struct holders *h, const char *path)
{
	FILE *f = fopen(path, "re");

	h->no_memory |= !f && errno == ENOMEM;
	return f;
}

DIR *scan_opendir(struct holders *h, const char *path)
{
	DIR *dir = opendir(path);

	h->no_memory |= !dir && errno == ENOMEM;
	return dir;
}

uint32_t scan_tid(const struct scan *w, uint32_t task)
{
	return task == w->pid ? 0 : task;
}

static void walk_table(struct scan *w, uint32_t task)
{
	char folder[PATH_MAX], path[PATH_MAX + 16], link[PATH_MAX];
	struct dirent *d;
	ssize_t len;
	DIR *dir;

	snprintf(folder, sizeof(folder), "%s/%" PRIu32 "/fd", w->proc, task);
	dir = scan_opendir(w->h, folder);
	while (dir && (d = readdir(dir))) {
		if (!isdigit((unsigned char)d->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "%s/%.10s", folder, d->d_name);
		len = readlink(path, link, sizeof(link) - 1);
		if (len < 0)
			continue;
		link[len] = '\0';
		w->look(w, task, strtoul(d->d_name, NULL, 10), link);
	}
	if (dir)
		closedir(dir);
}

/* Where the kernel cannot tell, they are taken for the same. */
static bool share_files(uint32_t a, uint32_t b)
{
	return syscall(SYS_kcmp, a, b, KCMP_FILES, 0, 0) <= 0;
}

/* Threads share the table of the first one, but for those that left it. */
static void walk_process(struct scan *w, uint32_t pid)
{
	uint32_t tid, last = pid;
	struct procfs_ids tids;
	char folder[PATH_MAX];

	w->pid = pid;
	walk_table(w, pid);
	snprintf(folder, sizeof(folder), "%s/%" PRIu32 "/task", w->proc, pid);
	if (procfs_open(&tids, folder) == -ENOMEM)
		w->h->no_memory = true;
	while ((tid = procfs_next(&tids))) {
		if (tid == pid || share_files(pid, tid) ||
		    share_files(last, tid))
			continue;
		walk_table(w, tid);
		last = tid;
	}
	procfs_close(&tids);
}

void scan_walk(struct scan *w)
{
	struct procfs_ids pids;
	uint32_t pid;

	if (procfs_open(&pids, w->proc) == -ENOMEM)
		w->h->no_memory = true;
	while ((pid = procfs_next(&pids)))
		walk_process(w, pid);
	procfs_close(&pids);
}

/* …/1234/net/…, wherever proc is mounted. */
static bool is_proc_net(const char *link)
{
	const char *net = strstr(link, "/net/");

	return net && net > link && isdigit((unsigned char)net[-1]);
}

/*
 * A file on a server that is gone hangs in stat(). Its fdinfo does not: that
 * tells, since 5.14, its inode number.
 */
static bool may_be_inside(const struct scan *w, uint32_t task, uint32_t fd)
{
	char path[PATH_MAX], line[64];
	bool may = true;
	uint64_t inode;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%" PRIu32 "/fdinfo/%" PRIu32, w->proc,
		 task, fd);
	f = scan_fopen(w->h, path);
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "ino: %" SCNu64, &inode) == 1)
			may = inside_has_inode(&w->h->inside, inode);
	if (f)
		fclose(f);
	return may;
}

static void look_for_proc(struct scan *w, uint32_t task, uint32_t fd,
			  const char *link)
{
	char path[PATH_MAX];
	struct hold *hold;
	struct stat st;

	if (!is_proc_net(link) || !may_be_inside(w, task, fd))
		return;
	snprintf(path, sizeof(path), "%s/%" PRIu32 "/fd/%" PRIu32, w->proc,
		 task, fd);
	if (stat(path, &st) || !S_ISREG(st.st_mode) ||
	    !inside_has_inode(&w->h->inside, st.st_ino))
		return;
	hold = holders_add(w->h, HOLD_PROC_FILE);
	if (!hold)
		return;
	hold->pid = w->pid;
	hold->tid = scan_tid(w, task);
	hold->has_fd = true;
	hold->fd = fd;
	hold->inode = st.st_ino;
	hold->path = scan_keep(w->h, link);
	hold->comm = scan_comm(w->h, w->proc, task);
}

void scan_proc_files(struct holders *h, const char *proc)
{
	struct scan w = { .h = h, .proc = proc, .look = look_for_proc };

	if (h->inside.n_inodes)
		scan_walk(&w);
}

static uint32_t task_of(const struct hold *hold)
{
	return hold->tid ? hold->tid : hold->pid;
}

/* Where the kernel cannot compare, the same number is the same file. */
static int file_cmp(const void *a, const void *b)
{
	const struct hold *x = *(struct hold *const *)a;
	const struct hold *y = *(struct hold *const *)b;
	long ret = -1;

	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	if (x->inode != y->inode)
		return x->inode < y->inode ? -1 : 1;
	if (task_of(x) && task_of(y))
		ret = syscall(SYS_kcmp, task_of(x), task_of(y), KCMP_FILE,
			      x->fd, y->fd);
	if (ret >= 0 && ret <= 2)
		return ret == 0 ? 0 : ret == 1 ? -1 : 1;
	if (x->fd != y->fd)
		return x->fd < y->fd ? -1 : 1;
	return order(x->pid, y->pid);
}

void scan_same_files(struct holders *h)
{
	struct hold **all = calloc(h->n + 1, sizeof(*all));
	size_t i, n = 0;

	if (!all) {
		h->no_memory = true;
		return;
	}
	for (i = 0; i < h->n; i++)
		if (h->hold[i].has_fd && h->hold[i].type != HOLD_SOCKET)
			all[n++] = &h->hold[i];
	qsort(all, n, sizeof(*all), file_cmp);
	h->n_files = 0;
	for (i = 0; i < n; i++) {
		if (!i || file_cmp(&all[i - 1], &all[i]))
			h->n_files++;
		all[i]->file = h->n_files;
	}
	/* What io_uring has, nobody can compare. */
	for (i = 0; i < h->n; i++)
		if (h->hold[i].type == HOLD_URING)
			h->hold[i].file = ++h->n_files;
	free(all);
}

/* Process 1, this one, or one that it descends from. */
static bool is_ours(const char *proc, uint32_t pid)
{
	uint32_t up, deep;

	if (pid == 1)
		return true;
	for (up = getpid(), deep = 0; up && deep < ANCESTORS; deep++) {
		if (up == pid)
			return true;
		up = procfs_stat(proc, up, STAT_PPID);
	}
	return false;
}

/* Whether the process with that pid is younger than what was read of it. */
static bool is_reused(const struct holders *h, const char *proc, uint32_t pid)
{
	uint64_t hz = sysconf(_SC_CLK_TCK);
	uint64_t start = procfs_stat(proc, pid, STAT_STARTTIME);

	return h->read_at && start / hz * NSEC + start % hz * (NSEC / hz) >
			     h->read_at;
}

/* Of its netns, which need not be the one that it holds. */
static void describe(struct holders *h, const char *proc, struct hold *hold)
{
	struct task task = { .pid = hold->pid };
	char who[16];

	hold->ours = is_ours(proc, hold->pid);
	hold->reused = is_reused(h, proc, hold->pid);
	snprintf(who, sizeof(who), "%" PRIu32, hold->pid);
	if (hold->reused || procfs_ns(proc, who, "net", &task.netns_inum))
		return;
	h->no_memory |= procs_describe_task(h->m, &task, proc) == -ENOMEM;
	if (!hold->container) {
		hold->container = task.container;
		hold->pod = task.pod;
	}
}

/* Mostly the one before is the same process. */
void scan_describe(struct holders *h, const char *proc)
{
	const struct hold *last = NULL;
	size_t i;

	for (i = 0; i < h->n; i++) {
		struct hold *hold = &h->hold[i];

		if (!hold->pid)
			continue;
		if (last && last->pid == hold->pid) {
			hold->ours = last->ours;
			hold->reused = last->reused;
			hold->container = last->container;
			hold->pod = last->pod;
		} else {
			describe(h, proc, hold);
		}
		if (!hold->comm)
			hold->comm = scan_comm(h, proc, hold->pid);
		last = hold;
	}
}

void scan_trackers(struct holders *h, const char *folder)
{
	char mark[64], path[PATH_MAX];
	DIR *dir = scan_opendir(h, folder);
	struct dirent *d;

	snprintf(mark, sizeof(mark), "netns-%" PRIx64 "-%" PRIu32, h->ns->id,
		 h->ns->inum);
	while (dir && !h->trackers && (d = readdir(dir))) {
		if (!strstr(d->d_name, mark) || strstr(d->d_name, "notrefcnt"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
		h->trackers = scan_keep(h, path);
	}
	if (dir)
		closedir(dir);
}
