// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "base/array.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/order.h"
#include "host/mounts.h"
#include "host/procfs.h"
#include "host/unseen.h"

/* To enter one mount namespace, and to enter all that no task is in. */
#define ENTER_MS	1000
#define ENTER_ALL_MS	4000
#define ENTER_MAX	256
#define TABLE_MAX	(32u << 20)

/* A task, and the mount namespace that it is in. */
struct member {
	uint32_t mntns;
	uint32_t pid;
};

/* A mount of a mount namespace. */
struct keeper {
	uint32_t mntns;
	uint32_t pid;			/* who sees it; 0: we do, or @in does */
	char *path;
	size_t in;			/* the keeper of where it is, plus 1 */
	bool hidden;
};

struct others {
	const char *proc;
	uint32_t own;
	struct member *member;
	size_t n;
	size_t cap;
	struct keeper *keeper;
	size_t n_keepers;
	size_t cap_keepers;
	struct mount_table table;	/* of the last one */
	mounts_fn fn;
	void *arg;
	uint32_t *blind;
};

static int member_cmp(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->mntns != y->mntns)
		return x->mntns < y->mntns ? -1 : 1;
	return order(x->pid, y->pid);
}

static int mntns_cmp(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return order(x->mntns, y->mntns);
}

static int add_member(struct others *o, uint32_t mntns, uint32_t pid)
{
	struct member *member = array_add(&o->member, &o->n, &o->cap);

	if (!member)
		return -ENOMEM;
	*member = (struct member){ mntns, pid };
	return 0;
}

static int read_task(struct others *o, const char *who, uint32_t pid)
{
	uint32_t mntns;
	int err = procfs_ns(o->proc, who, "mnt", &mntns);

	if (err == -EACCES)
		*o->blind |= BLIND_MOUNTS;
	return err || mntns == o->own ? 0 : add_member(o, mntns, pid);
}

/* What cannot be read may have mount namespaces. Returns 0 or -ENOMEM. */
static int open_ids(struct others *o, struct procfs_ids *ids,
		    const char *folder)
{
	int ret = procfs_open(ids, folder);

	if (ret && ret != -ENOMEM)
		*o->blind |= BLIND_MOUNTS;
	return ret == -ENOMEM ? ret : 0;
}

/* Threads may have left the mount namespace of their process. */
static int read_threads(struct others *o, uint32_t pid)
{
	char folder[PATH_MAX], who[32];
	struct procfs_ids tids;
	struct stat st;
	uint32_t tid;
	int ret = 0;

	snprintf(folder, sizeof(folder), "%s/%u/task", o->proc, pid);
	/* A link for each, and two of any folder. */
	if (stat(folder, &st) || st.st_nlink <= 3)
		return 0;
	ret = open_ids(o, &tids, folder);
	while (!ret && (tid = procfs_next(&tids))) {
		snprintf(who, sizeof(who), "%u/task/%u", pid, tid);
		if (tid != pid)
			ret = read_task(o, who, tid);
	}
	procfs_close(&tids);
	return ret;
}

/* All tasks that are in other mount namespaces than ours. */
static int read_members(struct others *o)
{
	struct procfs_ids pids;
	char who[16];
	uint32_t pid;
	int ret = 0;

	procfs_ns(o->proc, "self", "mnt", &o->own);
	ret = open_ids(o, &pids, o->proc);
	while (!ret && (pid = procfs_next(&pids))) {
		snprintf(who, sizeof(who), "%u", pid);
		ret = read_task(o, who, pid);
		if (!ret)
			ret = read_threads(o, pid);
	}
	procfs_close(&pids);
	if (o->n)
		qsort(o->member, o->n, sizeof(*o->member), member_cmp);
	return ret;
}

static int add_keeper(struct others *o, const struct mount *m, uint32_t pid,
		      size_t in)
{
	struct keeper *k = array_add(&o->keeper, &o->n_keepers,
				     &o->cap_keepers);

	if (!k)
		return -ENOMEM;
	*k = (struct keeper){ m->mnt, pid, strdup(m->path), in, m->hidden };
	return k->path ? 0 : -ENOMEM;
}

static int add_keepers(struct others *o, const struct mount_table *t,
		       uint32_t pid, size_t in)
{
	int ret = 0;
	size_t i;

	for (i = 0; i < t->n && !ret; i++)
		if (t->mount[i].mnt && t->mount[i].mnt != o->own)
			ret = add_keeper(o, &t->mount[i], pid, in);
	return ret;
}

static int tell(struct others *o, const struct mount_ns *ns, size_t in)
{
	int ret = o->fn(o->arg, ns);

	return ret ? ret : add_keepers(o, ns->table, ns->pid, in);
}

/* Returns a negative errno if the table cannot be read, say as it is gone. */
static int read_table(struct others *o, const struct member *member)
{
	struct mount_ns ns = {
		.inode = member->mntns, .pid = member->pid, .table = &o->table,
	};
	char who[16];
	int ret;

	snprintf(who, sizeof(who), "%u", member->pid);
	ret = mount_table_read(&o->table, o->proc, who);
	return ret ? ret : tell(o, &ns, 0);
}

/* By any of its tasks, as the first ones may have ended. */
static int read_tables(struct others *o)
{
	uint32_t done = 0;
	int ret = 0;
	size_t i;

	for (i = 0; i < o->n && ret != -ENOMEM; i++) {
		if (o->member[i].mntns == done)
			continue;
		ret = read_table(o, &o->member[i]);
		if (!ret)
			done = o->member[i].mntns;
		else if (ret != -ENOENT && ret != -ESRCH && ret != -EINVAL)
			*o->blind |= BLIND_MOUNTS;
	}
	return ret == -ENOMEM ? ret : 0;
}

/* Where the keeper is seen from; a path of the mount namespace we are in. */
static int keeper_path(const struct others *o, const struct keeper *k,
		       char path[PATH_MAX])
{
	char root[64] = "";

	if (k->pid)
		snprintf(root, sizeof(root), "/%u/root", k->pid);
	if (snprintf(path, PATH_MAX, "%s%s%s", k->pid ? o->proc : "", root,
		     k->path) >= PATH_MAX)
		return -ENAMETOOLONG;
	return 0;
}

/* In a child: an open nsfs file, which is no other one by now. */
static int open_keeper(const struct others *o, int proc,
		       const struct keeper *k)
{
	char path[PATH_MAX], link[32];
	struct statfs fs;
	struct stat st;
	int fd, ret = keeper_path(o, k, path);

	if (ret)
		return ret;
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &fs) || fstat(fd, &st))
		return -errno;
	if (fs.f_type != NSFS_MAGIC || st.st_ino != k->mntns)
		return -ENOENT;
	snprintf(link, sizeof(link), "self/fd/%d", fd);
	fd = openat(proc, link, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int enter(const struct others *o, int proc, const struct keeper *k)
{
	int fd, ret = k->in ? enter(o, proc, &o->keeper[k->in - 1]) : 0;

	if (ret)
		return ret;
	fd = open_keeper(o, proc, k);
	if (fd < 0)
		return fd;
	ret = setns(fd, CLONE_NEWNS) ? -errno : 0;
	close(fd);
	return ret;
}

struct visit {
	const struct others *o;
	const struct keeper *k;
};

static int visit(FILE *out, void *data)
{
	struct visit *v = data;
	int proc = open(v->o->proc, O_PATH | O_DIRECTORY | O_CLOEXEC), fd, ret;
	char buf[16 * 1024];
	ssize_t n;

	if (proc < 0)
		return -errno;
	ret = enter(v->o, proc, v->k);
	if (ret)
		return ret;
	fd = openat(proc, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		fwrite(buf, 1, n, out);
	return n < 0 ? -errno : 0;
}

static int read_kept(struct others *o, size_t i, int timeout_ms)
{
	const struct keeper *k = &o->keeper[i];
	struct visit v = { o, k };
	struct mount_ns ns = {
		.inode = k->mntns, .file = k->in || k->pid ? NULL : k->path,
		.table = &o->table,
	};
	char *text;
	size_t len;
	int ret = child_read(visit, &v, timeout_ms, TABLE_MAX, &text, &len);

	if (ret)
		return ret;
	ret = mount_table_parse(&o->table, text);
	return ret ? ret : tell(o, &ns, i + 1);
}

static bool is_read(const struct others *o, size_t i, const uint32_t *done,
		    size_t n)
{
	struct member key = { .mntns = o->keeper[i].mntns };
	size_t k;

	for (k = 0; k < n; k++)
		if (done[k] == key.mntns)
			return true;
	return o->n && bsearch(&key, o->member, o->n, sizeof(*o->member),
			       mntns_cmp);
}

static void note_failure(struct others *o, int ret)
{
	if (ret == -EACCES || ret == -EPERM)
		*o->blind |= BLIND_MOUNTS;
	else if (ret != -ENOENT)
		*o->blind |= BLIND_SILENT;
}

/* Those that are found in one of them come behind, and are read as well. */
static int read_all_kept(struct others *o)
{
	int64_t end = clock_ms() + ENTER_ALL_MS, left;
	uint32_t done[ENTER_MAX];
	size_t i, n = 0;
	int ret = 0;

	for (i = 0; i < o->n_keepers && ret != -ENOMEM; i++) {
		if (o->keeper[i].hidden || is_read(o, i, done, n))
			continue;
		left = end - clock_ms();
		ret = left <= 0 || n == ENTER_MAX ? -ETIME :
		      read_kept(o, i, left < ENTER_MS ? left : ENTER_MS);
		if (ret)
			note_failure(o, ret);
		else
			done[n++] = o->keeper[i].mntns;
	}
	for (i = 0; i < o->n_keepers; i++)
		if (o->keeper[i].hidden && !is_read(o, i, done, n))
			*o->blind |= BLIND_SILENT;
	return ret == -ENOMEM ? ret : 0;
}

int mounts_of_others(const char *proc, const struct mount_table *own,
		     mounts_fn fn, void *arg, uint32_t *blind)
{
	struct others o = {
		.proc = proc, .fn = fn, .arg = arg, .blind = blind,
	};
	int ret = read_members(&o);
	size_t i;

	if (!ret)
		ret = add_keepers(&o, own, 0, 0);
	if (!ret)
		ret = read_tables(&o);
	if (!ret)
		ret = read_all_kept(&o);
	for (i = 0; i < o.n_keepers; i++)
		free(o.keeper[i].path);
	mount_table_clear(&o.table);
	free(o.keeper);
	free(o.member);
	return ret;
}
