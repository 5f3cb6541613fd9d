// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/procfs.h"
#include "host/unseen.h"

/* Inode of the first pid namespace, fixed in the kernel. */
#define INIT_PID_NS	0xeffffffcu

int procfs_open(struct procfs_ids *ids, const char *folder)
{
	ids->dir = opendir(folder);
	if (ids->dir || errno == ENOENT || errno == ESRCH)
		return 0;
	return -errno;
}

void procfs_close(struct procfs_ids *ids)
{
	if (ids->dir)
		closedir(ids->dir);
}

uint32_t procfs_next(struct procfs_ids *ids)
{
	struct dirent *d;

	while (ids->dir && (d = readdir(ids->dir)))
		if (d->d_name[0] >= '1' && d->d_name[0] <= '9')
			return strtoul(d->d_name, NULL, 10);
	return 0;
}

int procfs_ns(const char *proc, const char *who, const char *ns,
	      uint32_t *inum)
{
	char path[PATH_MAX], text[64], *digits;
	ssize_t len;

	snprintf(path, sizeof(path), "%s/%s/ns/%s", proc, who, ns);
	len = readlink(path, text, sizeof(text) - 1);
	if (len < 0)
		return errno == EPERM ? -EACCES : -errno;
	text[len] = '\0';
	digits = strchr(text, '[');
	if (!digits)
		return -EINVAL;
	*inum = strtoul(digits + 1, NULL, 10);
	return 0;
}

long procfs_read(const char *proc, uint32_t pid, const char *file, char *buf,
		 size_t size)
{
	char path[PATH_MAX];
	size_t len = 0;
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/%u/%s", proc, pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	while (len < size - 1 &&
	       (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += n;
	close(fd);
	buf[len] = '\0';
	return n < 0 ? -1 : (long)len;
}

uint64_t procfs_stat(const char *proc, uint32_t pid, unsigned int number)
{
	char text[1024], *at;
	unsigned int field;

	if (procfs_read(proc, pid, "stat", text, sizeof(text)) <= 0)
		return 0;
	at = strrchr(text, ')');	/* the name may hold any byte */
	for (field = 2; at && field < number; field++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at + 1, NULL, 10) : 0;
}

/*
 * Process 1 is there in every pid namespace: only hidepid can hide it. What
 * it is in is what /proc shows; its own may tell where it may not.
 */
uint32_t procfs_blind(const char *proc)
{
	char path[PATH_MAX];
	uint32_t what = 0, inum;
	struct stat st;

	snprintf(path, sizeof(path), "%s/self", proc);
	if (lstat(path, &st))
		return BLIND_NO_PROC;
	snprintf(path, sizeof(path), "%s/1", proc);
	if (stat(path, &st))
		what |= BLIND_PROCS;
	if ((!procfs_ns(proc, "1", "pid", &inum) ||
	     !procfs_ns(proc, "self", "pid", &inum)) && inum != INIT_PID_NS)
		what |= BLIND_PID_NS;
	return what;
}

bool procfs_is_foreign(const char *proc)
{
	char path[PATH_MAX], pid[16] = "";

	snprintf(path, sizeof(path), "%s/self", proc);
	return readlink(path, pid, sizeof(pid) - 1) > 0 &&
	       atoi(pid) != getpid();
}

bool procfs_boot_id(char buf[PROCFS_BOOT_ID])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, buf, PROCFS_BOOT_ID - 1);

	if (fd >= 0)
		close(fd);
	if (len <= 0)
		return false;
	buf[len] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return true;
}
