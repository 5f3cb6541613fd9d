// SPDX-License-Identifier: GPL-2.0
/* nsinfo name: give a netns a name as ip-netns(8) has them, or take it away. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "commands.h"
#include "enrich_names.h"

#define FOLDER	"/run/netns"

static int wrong(struct err *err, const char *what, const char *why)
{
	return err_usage(err, "%s: %s (see 'nsinfo name --help')", what, why);
}

/* A PATH in a names folder is what else has names, and doctor tells. */
static bool is_path(const char *name)
{
	const char *const *folder;
	size_t len;

	for (folder = names_folders(); *folder; folder++) {
		len = strlen(*folder);
		if (!strncmp(name, *folder, len) && name[len] == '/' &&
		    name[len + 1] && !strchr(name + len + 1, '/'))
			return true;
	}
	return false;
}

static int make_path(char path[PATH_MAX], const char *name, struct err *err)
{
	if (!*name || strchr(name, '/') || !strcmp(name, ".") ||
	    !strcmp(name, "..") || strlen(name) > NAME_MAX)
		return wrong(err, *name ? name : "''", "cannot be a name");
	snprintf(path, PATH_MAX, FOLDER "/%s", name);
	return 0;
}

/*
 * As ip does it: shared, so that a name that is taken away goes from every
 * mount namespace, and with it the last thing that may hold the netns.
 */
static int make_folder(struct err *err)
{
	int lock, ret = 0;

	if (mkdir(FOLDER, 0755) && errno != EEXIST)
		return err_set(err, errno, FOLDER ": %s", strerror(errno));
	/* Two at a time would mount it twice. The lock is of ip, too. */
	lock = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0 || flock(lock, LOCK_EX))
		ret = err_set(err, errno, "lock " FOLDER ": %s",
			      strerror(errno));
	else if (mount("", FOLDER, "none", MS_SHARED | MS_REC, NULL) &&
		 (errno != EINVAL ||
		  mount(FOLDER, FOLDER, "none", MS_BIND | MS_REC, NULL) ||
		  mount("", FOLDER, "none", MS_SHARED | MS_REC, NULL)))
		ret = err_set(err, errno, "mount --make-shared " FOLDER ": %s",
			      strerror(errno));
	if (lock >= 0)
		close(lock);
	return ret;
}

/* Mount the nsfs file @netns on a new file at @path. */
static int bind_name(int netns, const char *path, struct err *err)
{
	char from[32];
	int fd, ret;

	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		return err_set(err, errno, "%s: %s", path, strerror(errno));
	close(fd);
	snprintf(from, sizeof(from), "/proc/self/fd/%d", netns);
	if (!mount(from, path, "none", MS_BIND, NULL))
		return 0;
	ret = err_set(err, errno, "mount on %s: %s", path, strerror(errno));
	unlink(path);
	return ret;
}

static int add_name(char **argv, struct err *err)
{
	char *one[2] = { argv[0] };
	uint64_t *ids = NULL;
	char path[PATH_MAX];
	struct genl g;
	int fd = -1, ret;
	size_t n;

	ret = make_path(path, argv[1], err);
	if (ret)
		return ret;
	ret = fetch_open(&g, err);
	if (!ret)
		ret = cmd_read_netns(&g, one, &ids, &n, err);
	if (!ret) {
		fd = fetch_netns_fd(&g, ids[0], err);
		ret = fd < 0 ? fd : 0;
	}
	if (!ret)
		ret = make_folder(err);
	if (!ret)
		ret = bind_name(fd, path, err);
	if (fd >= 0)
		close(fd);
	free(ids);
	genl_close(&g);
	return ret;
}

/* A stale name, a file that nothing is mounted on, goes too. */
static int remove_name(const char *name, struct err *err)
{
	char path[PATH_MAX];
	struct stat st;
	int ret = 0;

	if (!is_path(name))
		ret = make_path(path, name, err);
	else if (snprintf(path, sizeof(path), "%s", name) >= (int)sizeof(path))
		ret = err_set(err, ENAMETOOLONG, "%s: %s", name,
			      strerror(ENAMETOOLONG));
	if (ret)
		return ret;
	if (lstat(path, &st))
		return err_set(err, errno, "%s: %s", path, strerror(errno));
	if (!names_inum(path) && (!S_ISREG(st.st_mode) || st.st_size))
		return err_set(err, EINVAL, "%s: not the name of a netns",
			       path);
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) && errno != EINVAL)
		return err_set(err, errno, "umount %s: %s", path,
			       strerror(errno));
	if (unlink(path))
		return err_set(err, errno, "%s: %s", path, strerror(errno));
	return 0;
}

int cmd_name(const struct options *options, char **argv, struct err *err)
{
	int n;

	for (n = 0; argv[n]; n++)
		;
	if (options->delete && n == 1)
		return remove_name(argv[0], err);
	if (!options->delete && n == 2)
		return add_name(argv, err);
	return wrong(err, "name", options->delete ?
		     "wants one NAME" : "wants a NETNS and a NAME");
}
