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
#include "mounts.h"
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

/* What others have, and ours, which is not wanted again. */
struct others {
	struct model found;
	const struct model *ours;
};

static int keep_other(void *arg, const struct name *mount)
{
	struct others *others = arg;

	if (model_has_name(others->ours, mount->inum, mount->path))
		return 0;
	return add_other(&others->found, mount);
}

static int cmp(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
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
	struct others others = { .ours = m };
	uint32_t what = procfs_blind(proc);
	int ret;

	ret = mounts_of_others(proc, keep_other, &others, &what);
	if (what & BLIND_PROCS)
		what = (what & ~BLIND_PROCS) | BLIND_MOUNTS;
	if (!ret)
		ret = add_others(m, proc, &others.found);
	*blind |= what;
	model_clear(&others.found);
	return ret;
}
