// SPDX-License-Identifier: GPL-2.0
/* Names in other mount namespaces. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blind.h"
#include "enrich_names.h"
#include "mounts.h"
#include "procfs.h"

/* Names are added to @m; @index is a tree of copies of all that it has. */
struct others {
	const char *proc;
	struct model *m;
	void *index;
};

static int cmp(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* The same path of the same netns, in whatever mount namespace. */
static int copy_cmp(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = cmp(x->inum, y->inum);

	return order ? order : strcmp(x->path, y->path);
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

static int remember(struct others *others, const struct name *name)
{
	struct name *key = model_alloc(others->m, sizeof(*key));

	if (!key)
		return -ENOMEM;
	*key = *name;
	return tsearch(key, &others->index, copy_cmp) ? 0 : -ENOMEM;
}

/*
 * The first copy of each that can be seen where it is. Hundreds of mount
 * namespaces may have them all, so no other one is kept meanwhile.
 */
static int keep_other(void *arg, const struct name *mount)
{
	struct others *others = arg;
	struct name *added;
	int ret;

	if (tfind(mount, &others->index, copy_cmp) ||
	    !is_seen_there(others->proc, mount))
		return 0;
	added = model_add_name(others->m);
	ret = names_set(others->m, added, mount->inum, mount->path);
	if (ret)
		return ret;
	added->mntns = mount->mntns;
	added->mnt_pid = mount->mnt_pid;
	return remember(others, added);
}

static void keep_key(void *key)
{
	(void)key;	/* the model frees it */
}

int names_read_others(struct model *m, const char *proc, uint32_t *blind)
{
	struct others others = { .proc = proc, .m = m };
	uint32_t what = procfs_blind(proc);
	int ret = 0;
	size_t i;

	/* Ours are not wanted again. */
	for (i = 0; i < m->n_names && !ret; i++)
		ret = remember(&others, &m->names[i]);
	if (!ret)
		ret = mounts_of_others(proc, keep_other, &others, &what);
	if (what & BLIND_PROCS)
		what = (what & ~BLIND_PROCS) | BLIND_MOUNTS;
	*blind |= what;
	tdestroy(others.index, keep_key);
	return ret;
}
