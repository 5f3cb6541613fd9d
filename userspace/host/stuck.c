// SPDX-License-Identifier: GPL-2.0
/* Whether a teardown is stuck, without the module. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/procfs.h"
#include "host/stuck.h"
#include "host/unseen.h"

#define PAUSE_MS	100

/* Up to @size bytes of a file of a process. Returns 0 or a negative errno. */
static int read_file(const char *proc, const char *pid, const char *file,
		     char *buf, size_t size)
{
	char path[PATH_MAX];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/%s/%s", proc, pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	len = read(fd, buf, size - 1);
	close(fd);
	if (len < 0)
		return -errno;
	buf[len] = '\0';
	return 0;
}

static bool is_gone(int ret)
{
	return ret == -ENOENT || ret == -ESRCH;
}

/*
 * "kworker/u4:1+netns": one of the workqueue netns, at work. Returns 1 for such,
 * 0 for any other and what has ended, or a negative errno.
 */
static int is_at_work(const char *proc, const char *pid)
{
	char comm[64];
	int ret = read_file(proc, pid, "comm", comm, sizeof(comm));
	size_t len;

	if (ret)
		return is_gone(ret) ? 0 : ret;
	len = strcspn(comm, "\n");
	return len > 6 && !strncmp(comm + len - 6, "+netns", 6);
}

/* Returns 1 if it is in cleanup_net(), 0 if not, or a negative errno. */
static int is_cleaning(const char *proc, const char *pid)
{
	char stack[8192], self[PATH_MAX];
	int ret = read_file(proc, pid, "stack", stack, sizeof(stack));

	snprintf(self, sizeof(self), "%s/self/stack", proc);
	if (ret == -ENOENT && access(self, F_OK))
		return -ENOENT;
	if (ret)
		return is_gone(ret) ? 0 : ret == -EPERM ? -EACCES : ret;
	return !!strstr(stack, "cleanup_net");
}

/* Whether the kernel's own threads are to be seen. Returns 0 or a negative errno. */
static int check_view(const char *proc)
{
	uint32_t blind = procfs_blind(proc);

	if (blind & BLIND_NO_PROC)
		return -ENOTDIR;
	if (blind & BLIND_PID_NS)
		return -ENXIO;
	return blind & BLIND_PROCS ? -EACCES : 0;
}

/* The worker that is in cleanup_net() right now. */
static int find_worker(const char *proc)
{
	const struct dirent *d;
	int ret = check_view(proc);
	DIR *dir;

	if (ret)
		return ret;
	dir = opendir(proc);
	if (!dir)
		return -errno;
	while (!ret && (d = readdir(dir))) {
		if (d->d_name[0] < '0' || d->d_name[0] > '9')
			continue;
		ret = is_at_work(proc, d->d_name);
		if (ret > 0)
			ret = is_cleaning(proc, d->d_name);
		if (ret > 0)
			ret = atoi(d->d_name);
	}
	closedir(dir);
	return ret;
}

int stuck_worker(const char *proc, unsigned int patience_ms)
{
	unsigned int ms;
	char name[16];
	int pid = find_worker(proc);

	if (pid <= 0)
		return pid;
	snprintf(name, sizeof(name), "%d", pid);
	for (ms = 0; ms < patience_ms; ms += PAUSE_MS) {
		clock_pause(PAUSE_MS);
		if (is_at_work(proc, name) != 1 || is_cleaning(proc, name) != 1)
			return 0;
	}
	return pid;
}
