// SPDX-License-Identifier: GPL-2.0
/* The names folders, and one name. */
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
