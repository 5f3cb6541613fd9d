// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/openat2.h>

#include "base/child.h"
#include "host/names.h"
#include "host/unseen.h"

static const char *const all_folders[] = {
	"/run/netns", "/run/docker/netns",
	"/var/run/netns", "/var/run/docker/netns", NULL,
};

static const char *const run_folders[] = {
	"/run/netns", "/run/docker/netns", NULL,
};

static int read_var_run(FILE *out, void *data)
{
	char target[64];
	ssize_t len = readlink("/var/run", target, sizeof(target));

	(void)data;
	return len > 0 && fwrite(target, 1, len, out) ? 0 : -ENOENT;
}

/* Whether /var/run is a link to /run, as it is on most hosts. */
static bool var_run_is_run(void)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_CACHED,
	};
	int fd = syscall(SYS_openat2, AT_FDCWD, "/var/run", &how, sizeof(how));
	char *text, target[64] = "";
	ssize_t len;
	size_t n;

	if (fd >= 0) {
		len = readlinkat(fd, "", target, sizeof(target) - 1);
		close(fd);
		target[len > 0 ? len : 0] = '\0';
	} else if (errno == EAGAIN &&
		   !child_read(read_var_run, NULL, NAMES_TIMEOUT_MS, 63, &text,
			       &n)) {
		snprintf(target, sizeof(target), "%s", text);
		free(text);
	} else {
		return true;
	}
	return !strcmp(target, "/run") || !strcmp(target, "../run");
}

const char *const *names_folders(void)
{
	static const char *const *folders;

	if (!folders)
		folders = var_run_is_run() ? run_folders : all_folders;
	return folders;
}

uint32_t names_inum(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct statfs fs;
	struct stat st;
	uint32_t inum = 0;

	if (fd < 0)
		return 0;
	if (!fstatfs(fd, &fs) && fs.f_type == NSFS_MAGIC && !fstat(fd, &st))
		inum = st.st_ino;
	close(fd);
	return inum;
}

/* The part of @path that says it all to a person. */
static const char *shown(const char *path)
{
	const char *const *folder;

	for (folder = names_folders(); *folder; folder++) {
		size_t len = strlen(*folder);

		if (!strncmp(path, *folder, len) && path[len] == '/' &&
		    path[len + 1] && !strchr(path + len + 1, '/'))
			return path + len + 1;
	}
	return path;
}

bool names_is_entry(const char *path)
{
	return shown(path) != path;
}

int names_set(struct model *m, struct name *name, uint32_t inum,
	      const char *path)
{
	if (!name)
		return -ENOMEM;
	name->inum = inum;
	name->path = model_strndup(m, path, strlen(path));
	if (!name->path)
		return -ENOMEM;
	name->shown = shown(name->path);
	return 0;
}

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
	model_finish_names(m);
	return ret;
}

int enrich_own_names(struct model *m)
{
	struct mount_table own = { 0 };
	uint32_t blind = 0;	/* told by the commands that read all names */
	int ret = read_own(m, &own, &blind);

	/* Somebody else may have a netns on them. */
	m->n_stale = 0;
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
