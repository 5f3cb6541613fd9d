// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/identify/identify.h"
#include "host/container.h"

#define NET	3			/* in identify_namespaces */

const char *const identify_namespaces[IDENTIFY_NAMESPACES] = {
	"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts",
};

/* One process on its way from /proc. */
struct reading {
	struct identified *one;
	const char *word;
	int dir;			/* stays that of the same task */
	struct err *err;
};

static int failed(const struct reading *r, int ret)
{
	if (ret == -ENOENT || ret == -ESRCH)
		return err_set(r->err, ESRCH, "process %s: not found",
			       r->word);
	if (ret == -EACCES || ret == -EPERM)
		return err_set(r->err, EACCES,
			       "process %s: no permission to see its namespaces: try it as root",
			       r->word);
	return err_set(r->err, -ret, "process %s: %s", r->word,
		       strerror(-ret));
}

/* A file of /proc as a string. Returns 0 or a negative errno. */
static int read_file(const struct reading *r, const char *name, char *buf,
		     size_t size)
{
	int fd = openat(r->dir, name, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t len;

	if (fd < 0)
		return -errno;
	while ((len = read(fd, buf + used, size - 1 - used)) > 0)
		used += len;
	len = len < 0 ? -errno : 0;
	close(fd);
	buf[used] = '\0';
	return len;
}

/* The number behind @key in the file status, or 0. */
static uint32_t status_number(const char *status, const char *key)
{
	const char *line = strstr(status, key);

	return line ? strtoul(line + strlen(key), NULL, 10) : 0;
}

static int read_status(struct reading *r)
{
	char buf[8192];
	int ret = read_file(r, "status", buf, sizeof(buf));

	if (ret)
		return failed(r, ret);
	r->one->tid = status_number(buf, "\nPid:");
	r->one->pid = status_number(buf, "\nTgid:");
	if (strstr(buf, "\nState:\tZ") || strstr(buf, "\nState:\tX"))
		return err_set(r->err, ESRCH,
			       "process %s: it has ended, and is in no namespace any more",
			       r->word);
	/* That of status is escaped. */
	ret = read_file(r, "comm", r->one->comm, sizeof(r->one->comm));
	if (ret)
		return failed(r, ret);
	if (*r->one->comm)
		r->one->comm[strlen(r->one->comm) - 1] = '\0';
	return 0;
}

/* "net:[4026532281]" of a link. Returns 0 or a negative errno. */
static int read_namespace(const struct reading *r, int i)
{
	const char *name = identify_namespaces[i];
	char path[32], link[64];
	size_t skip = strlen(name) + 2;
	ssize_t len;

	snprintf(path, sizeof(path), "ns/%s", name);
	len = readlinkat(r->dir, path, link, sizeof(link) - 1);
	if (len < 0)
		return -errno;
	link[len] = '\0';
	if ((size_t)len > skip)
		r->one->ns[i] = strtoul(link + skip, NULL, 10);
	return 0;
}

/*
 * The netns first, and held: after that its inode number is nobody else's. A
 * kernel without some other namespace has no link for it.
 */
static int read_namespaces(struct reading *r)
{
	struct stat st;
	int i, ret;

	r->one->netns_fd = openat(r->dir, "ns/net", O_RDONLY | O_CLOEXEC);
	if (r->one->netns_fd < 0 || fstat(r->one->netns_fd, &st))
		return failed(r, -errno);
	r->one->netns_inum = st.st_ino;
	for (i = 0; i < IDENTIFY_NAMESPACES; i++) {
		ret = read_namespace(r, i);
		if (ret && (ret != -ENOENT || i == NET))
			return failed(r, ret);
	}
	/* It may have gone elsewhere since. */
	r->one->ns[NET] = r->one->netns_inum;
	return 0;
}

static void read_container(struct reading *r)
{
	char buf[CONTAINER_CGROUP_SIZE];
	struct container c;

	if (read_file(r, "cgroup", buf, sizeof(buf)) ||
	    !container_parse(buf, &c))
		return;
	container_word(&c, r->one->container, sizeof(r->one->container));
	memcpy(r->one->pod, c.pod, sizeof(r->one->pod));
}

static bool is_process(const char *word)
{
	if (!strcmp(word, "self"))
		return true;
	return *word >= '1' && *word <= '9' && strlen(word) <= 10 &&
	       !word[strspn(word, "0123456789")] &&
	       strtoull(word, NULL, 10) <= INT_MAX;
}

static int open_task(struct reading *r, const char *proc)
{
	char path[PATH_MAX];
	int ret;

	if (!is_process(r->word))
		return err_usage(r->err,
				 "identify %s: expected the number of a process or thread, or self (see 'nsinfo identify --help')",
				 *r->word ? r->word : "''");
	snprintf(path, sizeof(path), "%s/%s", proc, r->word);
	r->dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r->dir >= 0)
		return 0;
	ret = -errno;
	snprintf(path, sizeof(path), "%s/self", proc);
	if (access(path, F_OK))
		return err_set(r->err, ENOENT,
			       "process %s: %s is not mounted", r->word, proc);
	return failed(r, ret);
}

int identify_read(struct identified *one, const char *word, const char *proc,
		  struct err *err)
{
	struct reading r = { one, word, -1, err };
	int ret;

	memset(one, 0, sizeof(*one));
	one->netns_fd = -1;
	ret = open_task(&r, proc);
	if (!ret)
		ret = read_status(&r);
	if (!ret)
		ret = read_namespaces(&r);
	if (!ret)
		read_container(&r);
	if (r.dir >= 0)
		close(r.dir);
	return ret;
}

void identify_close(struct identified *one)
{
	if (one->netns_fd >= 0)
		close(one->netns_fd);
	one->netns_fd = -1;
}
