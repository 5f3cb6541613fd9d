// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/openat2.h>

#include "enrich_names.h"

static const char *const all_folders[] = {
	"/run/netns", "/run/docker/netns",
	"/var/run/netns", "/var/run/docker/netns", NULL,
};

static const char *const run_folders[] = {
	"/run/netns", "/run/docker/netns", NULL,
};

const char *const *names_folders(void)
{
	struct stat run, var_run;

	if (!stat("/run", &run) && !stat("/var/run", &var_run) &&
	    run.st_dev == var_run.st_dev && run.st_ino == var_run.st_ino)
		return run_folders;
	return all_folders;
}

static uint32_t nsfs_inum(int fd)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(fd, &fs) || fs.f_type != NSFS_MAGIC || fstat(fd, &st))
		return 0;
	return st.st_ino;
}

uint32_t names_inum(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	uint32_t inum;

	if (fd < 0)
		return 0;
	inum = nsfs_inum(fd);
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
		    !strchr(path + len + 1, '/'))
			return path + len + 1;
	}
	return path;
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

static int add_name(struct model *m, uint32_t inum, const char *path)
{
	return names_set(m, model_add_name(m), inum, path);
}

bool names_is_seen(int root, const char *path, uint32_t inum)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT,
	};
	int fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
	bool seen;

	if (fd < 0)
		return errno != ENOENT && errno != ENOTDIR;
	seen = nsfs_inum(fd) == inum;
	close(fd);
	return seen;
}

int names_read_mounts(struct model *m, struct mountinfo *mi,
		      bool (*seen)(int root, const char *path, uint32_t inum))
{
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	uint32_t inum;
	int ret = 0;
	char *path;

	while (!ret && (inum = mountinfo_next(mi, &path)))
		if (seen(root, path, inum))
			ret = add_name(m, inum, path);
	if (root >= 0)
		close(root);
	return ret;
}

/* One that cannot be looked at may be a name all the same. */
static int read_file(struct model *m, const char *path)
{
	uint32_t inum = names_inum(path);
	struct stat st;

	if (inum)
		return add_name(m, inum, path);
	if (stat(path, &st) ? errno != ENOENT : S_ISDIR(st.st_mode))
		return 0;
	return names_set(m, model_add_stale(m), 0, path);
}

int names_read_folder(struct model *m, const char *folder)
{
	DIR *dir = opendir(folder);
	char path[PATH_MAX];
	struct dirent *d;
	int ret = 0;

	while (dir && !ret && (d = readdir(dir))) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
		ret = read_file(m, path);
	}
	if (dir)
		closedir(dir);
	return ret;
}

int enrich_own_names(struct model *m)
{
	const char *const *folder;
	struct mountinfo mi;
	int ret = 0;

	mountinfo_open(&mi, "/proc", "self");
	if (mi.f)
		ret = names_read_mounts(m, &mi, names_is_seen);
	mountinfo_close(&mi);
	for (folder = names_folders(); *folder && !ret; folder++)
		ret = names_read_folder(m, *folder);
	model_finish_names(m);
	return ret;
}

int enrich_names(struct model *m, uint32_t *blind)
{
	int ret = enrich_own_names(m);

	if (!ret)
		ret = names_read_others(m, "/proc", blind);
	model_finish_names(m);
	return ret;
}
