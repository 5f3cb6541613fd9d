// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "blind.h"
#include "mountinfo.h"
#include "mounts.h"
#include "procfs.h"

/* A process, and the mount namespace that it is in. */
struct member {
	uint32_t mntns;
	uint32_t pid;
};

struct members {
	struct member *member;
	size_t n;
	size_t cap;
};

static int member_cmp(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->mntns != y->mntns)
		return x->mntns < y->mntns ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int add_member(struct members *all, uint32_t mntns, uint32_t pid)
{
	if (all->n == all->cap) {
		size_t cap = all->cap ? all->cap * 2 : 256;
		void *bigger = reallocarray(all->member, cap,
					    sizeof(*all->member));

		if (!bigger)
			return -ENOMEM;
		all->member = bigger;
		all->cap = cap;
	}
	all->member[all->n++] = (struct member){ mntns, pid };
	return 0;
}

/* All processes that are in other mount namespaces than ours. */
static int read_members(struct members *all, const char *proc,
			uint32_t *blind)
{
	uint32_t own = 0, mntns, pid;
	struct procfs_ids pids;
	char who[16];
	int ret = 0, err;

	procfs_ns(proc, "self", "mnt", &own);
	procfs_open(&pids, proc);
	while (!ret && (pid = procfs_next(&pids))) {
		snprintf(who, sizeof(who), "%u", pid);
		err = procfs_ns(proc, who, "mnt", &mntns);
		if (err == -EACCES)
			*blind |= BLIND_MOUNTS;
		else if (!err && mntns != own)
			ret = add_member(all, mntns, pid);
	}
	procfs_close(&pids);
	if (all->n)
		qsort(all->member, all->n, sizeof(*all->member), member_cmp);
	return ret;
}

/* Returns a negative errno if its table cannot be read, say as it is gone. */
static int read_table(const char *proc, const struct member *member,
		      mounts_fn fn, void *arg)
{
	struct name mount = { .mntns = member->mntns, .mnt_pid = member->pid };
	struct mountinfo mi;
	char *path, who[16];
	int ret = 0;

	snprintf(who, sizeof(who), "%u", member->pid);
	mountinfo_open(&mi, proc, who);
	if (!mi.f)
		ret = -errno;
	while (!ret && (mount.inum = mountinfo_next(&mi, &path))) {
		mount.path = path;
		ret = fn(arg, &mount);
	}
	mountinfo_close(&mi);
	return ret;
}

/* By any of its processes, as the first ones may have ended. */
static int read_tables(const char *proc, const struct members *all,
		       mounts_fn fn, void *arg, uint32_t *blind)
{
	uint32_t done = 0;
	int ret = 0;
	size_t i;

	for (i = 0; i < all->n && ret != -ENOMEM; i++) {
		if (all->member[i].mntns == done)
			continue;
		ret = read_table(proc, &all->member[i], fn, arg);
		if (!ret)
			done = all->member[i].mntns;
		else if (ret == -EACCES || ret == -EPERM)
			*blind |= BLIND_MOUNTS;
	}
	return ret == -ENOMEM ? ret : 0;
}

int mounts_of_others(const char *proc, mounts_fn fn, void *arg,
		     uint32_t *blind)
{
	struct members all = { 0 };
	int ret = read_members(&all, proc, blind);

	if (!ret)
		ret = read_tables(proc, &all, fn, arg, blind);
	free(all.member);
	return ret;
}
