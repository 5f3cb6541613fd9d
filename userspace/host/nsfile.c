// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/nsfs.h>

#include "base/child.h"
#include "host/nsfile.h"

#define UNMOUNTED	"a file that no netns is mounted on, at least here"

/* "/proc/1234/ns/net" or "/proc/self/ns/net", which no other mount is on. */
static bool is_proc(const char *path)
{
	char who[16];
	int used = 0;

	return (sscanf(path, "/proc/%10[0-9]/ns/net%n", who, &used) == 1 ||
		sscanf(path, "/proc/%4[self]/ns/net%n", who, &used) == 1) &&
	       used && !path[used];
}

/* Only where the kernel has all of the path in memory; else a child walks. */
static int open_path(const char *path)
{
	int fd;

	if (!is_proc(path))
		return child_open_path(path, NSFILE_TIMEOUT_MS);
	fd = open(path, O_PATH | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* All files of nsfs have one device. To ask for it asks no file system. */
static bool is_nsfs(int fd, const struct statx *st)
{
	struct statfs fs;
	struct stat own;

	if (!stat("/proc/self/ns/net", &own))
		return st->stx_dev_major == major(own.st_dev) &&
		       st->stx_dev_minor == minor(own.st_dev);
	return !fstatfs(fd, &fs) && fs.f_type == NSFS_MAGIC;
}

/* Open for real what @fd refers to, which is a file of nsfs. */
static int reopen(int fd, const char *path)
{
	char link[32];
	int real;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	real = open(link, O_RDONLY | O_CLOEXEC);
	if (real < 0 && errno == ENOENT)
		real = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return real < 0 ? -errno : real;
}

static int open_netns(int fd, const char *path, uint32_t *inum,
		      const char **why)
{
	struct statx st;
	int real, type;

	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
		  STATX_TYPE | STATX_INO, &st))
		return -errno;
	*why = S_ISREG(st.stx_mode) ? UNMOUNTED : "not a namespace";
	if (!is_nsfs(fd, &st))
		return -EINVAL;
	real = reopen(fd, path);
	if (real < 0)
		return real;
	*why = "a namespace of another kind";
	type = ioctl(real, NS_GET_NSTYPE);
	if (type >= 0 && type != CLONE_NEWNET) {
		close(real);
		return -EINVAL;
	}
	*inum = st.stx_ino;
	return real;
}

int nsfile_open(const char *path, uint32_t *inum, const char **why)
{
	int fd = open_path(path), ret = fd;

	if (fd >= 0) {
		ret = open_netns(fd, path, inum, why);
		close(fd);
	}
	if (ret == -ETIME)
		*why = "its file system does not answer";
	else if (ret < 0 && ret != -EINVAL)
		*why = strerror(-ret);
	return ret;
}
