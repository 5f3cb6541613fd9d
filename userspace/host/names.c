// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "host/names.h"
#include "host/unseen.h"

/*
 * Where a folder is a shared mount of itself, as ip-netns(8) makes /run/netns,
 * each mount in it is there a second time, below that mount.
 */
static bool is_twin(const struct mount_table *t, const struct mount *m)
{
	const struct mount *seen = m->hidden ? mount_table_at(t, m->path) : NULL;

	return seen && seen->net == m->net;
}

int names_read_mounts(struct model *m, const struct mount_table *own)
{
	struct name *name;
	int ret = 0;
	size_t i;

	for (i = 0; i < own->n && !ret; i++) {
		const struct mount *mount = &own->mount[i];

		if (!mount->net || is_twin(own, mount))
			continue;
		name = model_add_name(m);
		ret = names_set(m, name, mount->net, mount->path);
		if (!ret)
			name->hidden = mount->hidden;
	}
	return ret;
}

static int read_own(struct model *m, struct mount_table *own, uint32_t *blind)
{
	const char *const *folder;
	int ret;

	ret = mount_table_read(own, "/proc", "self");
	if (ret && ret != -ENOMEM) {
		/* Without /proc that is told of all. */
		*blind |= ret == -ENOENT ? 0 : BLIND_MOUNTS;
		ret = 0;
	}
	if (!ret)
		ret = names_read_mounts(m, own);
	for (folder = names_folders(); *folder && !ret; folder++)
		ret = names_read_folder(m, own, "/proc", *folder, blind);
	return ret;
}

int enrich_own_names(struct model *m)
{
	struct mount_table own = { 0 };
	uint32_t blind = 0;	/* told by the commands that read all names */
	int ret = read_own(m, &own, &blind);

	/* Somebody else may have a netns on them. */
	m->n_stale = 0;
	model_finish_names(m);
	mount_table_clear(&own);
	return ret;
}

int enrich_names(struct model *m, uint32_t *blind)
{
	struct mount_table own = { 0 };
	int ret = read_own(m, &own, blind);

	if (!ret)
		ret = names_read_others(m, &own, "/proc", blind);
	model_finish_names(m);
	mount_table_clear(&own);
	return ret;
}
