// SPDX-License-Identifier: GPL-2.0
/* Names in other mount namespaces. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "host/mounts.h"
#include "host/names.h"
#include "host/procfs.h"
#include "host/unseen.h"

/*
 * Names are added to @m, behind the first @n_own; @index is a tree of copies of
 * all that it has, once there are others. @stale has the place of each entry of
 * m->stale.
 */
struct others {
	struct model *m;
	size_t n_own;
	void *index;
	struct mount_place *stale;
};

/* The same path of the same netns, in whatever mount namespace. */
static int copy_cmp(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int ret = order(x->inum, y->inum);

	if (!ret)
		ret = order(x->hidden, y->hidden);
	return ret ? ret : strcmp(x->path, y->path);
}

static bool is_known(const struct others *o, const struct name *name)
{
	struct name seen = *name;

	seen.hidden = false;
	return tfind(&seen, &o->index, copy_cmp) ||
	       (name->hidden && tfind(name, &o->index, copy_cmp));
}

static int remember(struct others *o, const struct name *name)
{
	struct name *key = model_alloc(o->m, sizeof(*key));

	if (!key)
		return -ENOMEM;
	*key = *name;
	return tsearch(key, &o->index, copy_cmp) ? 0 : -ENOMEM;
}

/* Ours are not wanted again. */
static int remember_own(struct others *o)
{
	int ret = 0;
	size_t i;

	for (i = 0; i < o->n_own && !ret; i++)
		ret = remember(o, &o->m->names[i]);
	return ret;
}

static char *keep(struct model *m, const char *s)
{
	return model_strndup(m, s, strlen(s));
}

/*
 * The first copy of each. Hundreds of mount namespaces may have them all, so no
 * other one is kept meanwhile.
 */
static int keep_other(struct others *o, const struct name *mount)
{
	struct name *added;
	int ret;

	ret = o->index ? 0 : remember_own(o);
	if (ret || is_known(o, mount))
		return ret;
	added = model_add_name(o->m);
	ret = names_set(o->m, added, mount->inum, mount->path);
	if (ret)
		return ret;
	added->mntns = mount->mntns;
	added->mnt_pid = mount->mnt_pid;
	added->hidden = mount->hidden;
	if (mount->mnt_file) {
		added->mnt_file = keep(o->m, mount->mnt_file);
		if (!added->mnt_file)
			return -ENOMEM;
	}
	return remember(o, added);
}

/* Where the file is that a mount lies on. */
static int place_below(const struct mount *m, struct mount_place *place)
{
	return mount_place(m->parent, m->path, place);
}

static const char *last_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * Whether the mount @m, which lies at @on, is or may be on the file at @place:
 * where who sees it has another root, only the name of the file is known.
 */
static bool lies_on(const struct mount *m, const struct mount_place *on,
		    const struct mount_place *place)
{
	if (on->path && place->path)
		return mount_place_equal(on, place);
	return place->path && !strcmp(last_of(m->path), last_of(place->path));
}

static int place_of(const struct mount_table *own, const char *path,
		    struct mount_place *place)
{
	return mount_place(mount_table_find(own, path), path, place);
}

/* A file that something is mounted on is in use: not stale. */
static int not_stale(struct others *o, const struct mount *mount)
{
	struct mount_place place;
	size_t i;
	int ret;

	if (!o->m->n_stale)
		return 0;
	ret = place_below(mount, &place);
	for (i = 0; i < o->m->n_stale && !ret; i++)
		if (lies_on(mount, &place, &o->stale[i]))
			o->m->stale[i].inum = mount->net;
	free(place.path);
	return ret;
}

static struct name name_of(const struct mount_ns *ns, const struct mount *m)
{
	return (struct name){
		.inum = m->net,
		.path = m->path,
		.mntns = ns->inode,
		.mnt_pid = ns->pid,
		.mnt_file = ns->file,
		.hidden = m->hidden,
	};
}

static int take_table(void *arg, const struct mount_ns *ns)
{
	const struct mount_table *t = ns->table;
	struct others *o = arg;
	struct name name;
	int ret = 0;
	size_t i;

	for (i = 0; i < t->n && !ret; i++) {
		if (!t->mount[i].net)
			continue;
		name = name_of(ns, &t->mount[i]);
		ret = keep_other(o, &name);
		if (!ret)
			ret = not_stale(o, &t->mount[i]);
	}
	return ret;
}

/* A hidden mount of our own may be on it, too. */
static int place_stale(struct others *o, const struct mount_table *own)
{
	struct model *m = o->m;
	int ret = 0;
	size_t i;

	o->stale = calloc(m->n_stale + 1, sizeof(*o->stale));
	if (!o->stale)
		return -ENOMEM;
	for (i = 0; i < m->n_stale && !ret; i++)
		ret = place_of(own, m->stale[i].path, &o->stale[i]);
	for (i = 0; i < own->n && !ret; i++)
		if (own->mount[i].net)
			ret = not_stale(o, &own->mount[i]);
	return ret;
}

static void drop_used(struct others *o)
{
	struct model *m = o->m;
	size_t i, n = m->n_stale;

	m->n_stale = 0;
	for (i = 0; i < n; i++) {
		if (o->stale)
			free(o->stale[i].path);
		if (!m->stale[i].inum)
			m->stale[m->n_stale++] = m->stale[i];
	}
	free(o->stale);
}

static void keep_key(void *key)
{
	(void)key;	/* the model frees it */
}

int names_read_others(struct model *m, const struct mount_table *own,
		      const char *proc, uint32_t *blind)
{
	struct others o = { .m = m, .n_own = m->n_names };
	uint32_t what = procfs_blind(proc);
	int ret = place_stale(&o, own);

	if (!ret)
		ret = mounts_of_others(proc, own, take_table, &o, &what);
	if (what & BLIND_PROCS)
		what = (what & ~BLIND_PROCS) | BLIND_MOUNTS;
	*blind |= what;
	drop_used(&o);
	tdestroy(o.index, keep_key);
	return ret;
}

struct on_file {
	struct mount_place place;
	void (*fn)(void *arg, const struct name *mount);
	void *arg;
};

static int look_for_file(void *arg, const struct mount_ns *ns)
{
	const struct mount_table *t = ns->table;
	struct mount_place place;
	struct on_file *on = arg;
	struct name name;
	int ret = 0;
	size_t i;

	for (i = 0; i < t->n && !ret; i++) {
		if (!t->mount[i].net)
			continue;
		ret = place_below(&t->mount[i], &place);
		name = name_of(ns, &t->mount[i]);
		if (!ret && lies_on(&t->mount[i], &place, &on->place))
			on->fn(on->arg, &name);
		free(place.path);
	}
	return ret;
}

int names_mounted_on(const char *path, const struct mount_table *own,
		     void (*fn)(void *arg, const struct name *mount),
		     void *arg, uint32_t *blind)
{
	const struct mount *m = mount_table_at(own, path);
	struct on_file on = { .fn = fn, .arg = arg };
	struct mount_ns ours = { .table = own };
	int ret = m ? place_below(m, &on.place) :
		      place_of(own, path, &on.place);

	*blind |= procfs_blind("/proc");
	if (!ret)
		ret = look_for_file(&on, &ours);
	if (!ret)
		ret = mounts_of_others("/proc", own, look_for_file, &on, blind);
	free(on.place.path);
	return ret;
}

struct by_name {
	const char *name;
	void (*fn)(void *arg, const struct name *mount);
	void *arg;
};

static int look_for_name(void *arg, const struct mount_ns *ns)
{
	const struct by_name *by = arg;
	struct name name;
	size_t i;

	for (i = 0; i < ns->table->n; i++) {
		const struct mount *m = &ns->table->mount[i];
		const char *entry = strrchr(m->path, '/');

		if (!m->net || strcmp(entry + 1, by->name) ||
		    !names_is_entry(m->path))
			continue;
		name = name_of(ns, m);
		if (!name_is_ours(&name))
			by->fn(by->arg, &name);
	}
	return 0;
}

int names_find_elsewhere(const char *name,
			 void (*fn)(void *arg, const struct name *mount),
			 void *arg)
{
	struct by_name by = { name, fn, arg };
	struct mount_table own = { 0 };
	struct mount_ns ours = { .table = &own };
	uint32_t blind = 0;	/* what is not found is not known */
	int ret = mount_table_read(&own, "/proc", "self");

	if (!ret)
		ret = look_for_name(&by, &ours);
	if (ret != -ENOMEM)
		ret = mounts_of_others("/proc", &own, look_for_name, &by,
				       &blind);
	mount_table_clear(&own);
	return ret;
}
