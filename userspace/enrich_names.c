// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

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

uint32_t names_inum(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	uint32_t inum = 0;
	struct statfs fs;
	struct stat st;

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
		    !strchr(path + len + 1, '/'))
			return path + len + 1;
	}
	return path;
}

static int add_name(struct model *m, uint32_t inum, const char *path)
{
	struct name *name = model_add_name(m);

	if (!name)
		return -ENOMEM;
	name->inum = inum;
	name->path = model_strndup(m, path, strlen(path));
	if (!name->path)
		return -ENOMEM;
	name->shown = shown(name->path);
	return 0;
}

static bool is_octal(const char *s)
{
	return s[0] >= '0' && s[0] <= '3' && s[1] >= '0' && s[1] <= '7' &&
	       s[2] >= '0' && s[2] <= '7';
}

/* Undo the kernel's \040 and the like, in place. */
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (*s == '\\' && is_octal(s + 1)) {
			*to++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 |
				(s[3] - '0');
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/* Field @n, counted from 0, of a line; cuts it off there. NULL if too short. */
static char *field(char *line, int n)
{
	while (n-- && line) {
		line = strchr(line, ' ');
		line = line ? line + 1 : NULL;
	}
	if (line)
		line[strcspn(line, "\n ")] = '\0';
	return line;
}

/*
 * Fields 3 and 4 are root and mount point, and after " - " comes the type:
 * "36 35 0:4 net:[4026532281] /run/netns/blue rw - nsfs …". Returns the inode,
 * and the unescaped path, or 0 if it is a mount of something else.
 */
static uint32_t parse_mount(char *line, char **path)
{
	char *type = strstr(line, " - ");
	unsigned long inum;
	char *root, *end;

	if (!type || strncmp(type + 3, "nsfs ", 5))
		return 0;
	*path = field(line, 4);
	root = field(line, 3);
	if (!*path || !root || strncmp(root, "net:[", 5))
		return 0;
	inum = strtoul(root + 5, &end, 10);
	if (strcmp(end, "]") || inum > UINT32_MAX)
		return 0;
	unescape(*path);
	return inum;
}

int names_read_mounts(struct model *m, FILE *mountinfo,
		      uint32_t (*inum)(const char *path))
{
	char *line = NULL, *path;
	size_t size = 0;
	uint32_t found;
	int ret = 0;

	while (!ret && getline(&line, &size, mountinfo) > 0) {
		found = parse_mount(line, &path);
		if (found && inum(path) == found)
			ret = add_name(m, found, path);
	}
	free(line);
	return ret;
}

int names_read_folder(struct model *m, const char *folder)
{
	DIR *dir = opendir(folder);
	char path[PATH_MAX];
	struct dirent *d;
	uint32_t inum;
	int ret = 0;

	while (dir && !ret && (d = readdir(dir))) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
		inum = names_inum(path);
		if (inum)
			ret = add_name(m, inum, path);
	}
	if (dir)
		closedir(dir);
	return ret;
}

int enrich_names(struct model *m)
{
	FILE *mountinfo = fopen("/proc/self/mountinfo", "re");
	const char *const *folder;
	int ret = 0;

	if (mountinfo) {
		ret = names_read_mounts(m, mountinfo, names_inum);
		fclose(mountinfo);
	}
	for (folder = names_folders(); *folder && !ret; folder++)
		ret = names_read_folder(m, *folder);
	model_finish_names(m);
	return ret;
}
