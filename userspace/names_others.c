// SPDX-License-Identifier: GPL-2.0
/* Names in other mount namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blind.h"
#include "enrich_names.h"
#include "mountinfo.h"
#include "procfs.h"

/* A name of the mount namespace @mntns, by way of a process in it. */
static int add_other(struct model *m, const struct name *name)
{
	struct name *added = model_add_name(m);
	int ret = names_set(m, added, name->inum, name->path);

	if (!ret) {
		added->mntns = name->mntns;
		added->mnt_pid = name->mnt_pid;
	}
	return ret;
}

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

static int cmp(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int member_cmp(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = cmp(x->mntns, y->mntns);

	return order ? order : cmp(x->pid, y->pid);
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

/* What is not ours into @found; -ENOENT if the process is gone. */
static int read_other(struct model *found, const struct model *m,
		      const char *proc, const struct member *member)
{
	struct name name = { .mntns = member->mntns, .mnt_pid = member->pid };
	struct mountinfo mi;
	char *path, who[16];
	int ret = 0;

	snprintf(who, sizeof(who), "%u", member->pid);
	mountinfo_open(&mi, proc, who);
	if (!mi.f)
		ret = -errno;
	while (!ret && (name.inum = mountinfo_next(&mi, &path))) {
		name.path = path;
		if (!model_has_name(m, name.inum, path))
			ret = add_other(found, &name);
	}
	mountinfo_close(&mi);
	return ret;
}

/* By any of its processes, as the first ones may have ended. */
static int read_all_others(struct model *found, const struct model *m,
			   const char *proc, const struct members *all,
			   uint32_t *blind)
{
	uint32_t done = 0;
	int ret = 0;
	size_t i;

	for (i = 0; i < all->n && ret != -ENOMEM; i++) {
		if (all->member[i].mntns == done)
			continue;
		ret = read_other(found, m, proc, &all->member[i]);
		if (!ret)
			done = all->member[i].mntns;
		else if (ret == -EACCES || ret == -EPERM)
			*blind |= BLIND_MOUNTS;
	}
	return ret == -ENOMEM ? ret : 0;
}

/* Copies of one mount side by side, that of the first mount namespace first. */
static int copy_cmp(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = cmp(x->inum, y->inum);

	if (!order)
		order = strcmp(x->path, y->path);
	return order ? order : cmp(x->mntns, y->mntns);
}

static bool is_seen_there(const char *proc, const struct name *name)
{
	char path[PATH_MAX];
	bool seen;
	int root;

	snprintf(path, sizeof(path), "%s/%u/root", proc, name->mnt_pid);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return true;
	seen = names_is_seen(root, name->path, name->inum);
	close(root);
	return seen;
}

/* The first copy of each that can be seen where it is. */
static int add_others(struct model *m, const char *proc, struct model *found)
{
	const struct name *last = NULL, *name = found->names;
	const struct name *end = name + found->n_names;
	int ret = 0;

	if (found->n_names)
		qsort(found->names, found->n_names, sizeof(*found->names),
		      copy_cmp);
	for (; name < end && !ret; name++) {
		if (last && last->inum == name->inum &&
		    !strcmp(last->path, name->path))
			continue;
		if (!is_seen_there(proc, name))
			continue;
		ret = add_other(m, name);
		last = name;
	}
	return ret;
}

int names_read_others(struct model *m, const char *proc, uint32_t *blind)
{
	struct members all = { 0 };
	struct model found = { 0 };
	uint32_t what = procfs_blind(proc);
	int ret;

	ret = read_members(&all, proc, &what);
	if (what & BLIND_PROCS)
		what = (what & ~BLIND_PROCS) | BLIND_MOUNTS;
	if (!ret)
		ret = read_all_others(&found, m, proc, &all, &what);
	if (!ret)
		ret = add_others(m, proc, &found);
	*blind |= what;
	model_clear(&found);
	free(all.member);
	return ret;
}
