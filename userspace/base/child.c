// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/openat2.h>

#include "base/child.h"
#include "base/clock.h"

/* How long a child that has told all may take to be gone. */
#define END_MS	50

/* Where it waits in the kernel for a lock it is left behind. */
static void end(pid_t pid)
{
	struct pollfd poller = { .events = POLLIN };
	int64_t end_ms = clock_ms() + END_MS, left;

	kill(pid, SIGKILL);
	poller.fd = syscall(SYS_pidfd_open, pid, 0);
	while (!waitpid(pid, NULL, WNOHANG) &&
	       (left = end_ms - clock_ms()) > 0)
		poll(&poller, 1, left);
	if (poller.fd >= 0)
		close(poller.fd);
}

void child_begin(int a, int b)
{
	unsigned int fd, max = a > b ? a : b;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (fd = 0; fd < max; fd++)
		if ((int)fd != a && (int)fd != b)
			close(fd);
#ifdef SYS_close_range
	syscall(SYS_close_range, max + 1, ~0u, 0);
#endif
}

int child_start(struct child *c, void (*fn)(int out, void *data), void *data)
{
	int fds[2], ret;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	/* A signal may end the wait for something to read: never wait there. */
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	c->out = fds[0];
	c->pid = fork();
	if (!c->pid) {
		fn(fds[1], data);
		_exit(0);
	}
	ret = c->pid < 0 ? -errno : 0;
	close(fds[1]);
	if (ret)
		close(fds[0]);
	return ret;
}

/* Wait until there is something to read. Returns 0 or -ETIME. */
static int await(int fd, int silent_ms, int64_t end_ms)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	int64_t left = end_ms - clock_ms();

	if (left > silent_ms)
		left = silent_ms;
	return left <= 0 || !poll(&poller, 1, left) ? -ETIME : 0;
}

int child_listen(const struct child *c, size_t size, int silent_ms, int all_ms,
		 int (*take)(void *data, void *rec), void *data)
{
	int64_t end_ms = clock_ms() + all_ms;
	char buf[4096] __attribute__((aligned(16)));
	size_t have = 0, at;
	ssize_t len;
	int ret;

	for (;;) {
		ret = await(c->out, silent_ms, end_ms);
		if (ret)
			return ret;
		len = read(c->out, buf + have, sizeof(buf) - have);
		if (len < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (len <= 0)
			return len ? -errno : 0;
		have += len;
		for (at = 0; have - at >= size && !ret; at += size)
			ret = take(data, buf + at);
		if (ret)
			return ret;
		have -= at;
		memmove(buf, buf + at, have);
	}
}

void child_stop(struct child *c)
{
	close(c->out);
	end(c->pid);
}

struct reading {
	child_fn fn;
	void *data;
};

static void run(int fd, void *data)
{
	struct reading *r = data;
	FILE *out;
	int ret;

	child_begin(fd, fd);
	out = fdopen(fd, "w");
	ret = out ? r->fn(out, r->data) : -ENOMEM;
	if (!ret && (ferror(out) || fflush(out)))
		ret = -EIO;
	_exit(-ret);
}

/* Returns 0 at the end of what the child wrote. */
static int read_all(int fd, int timeout_ms, size_t max, char *text, size_t *len)
{
	int64_t end_ms = clock_ms() + timeout_ms;
	ssize_t n;

	for (;;) {
		if (await(fd, timeout_ms, end_ms))
			return -ETIME;
		n = read(fd, text + *len, max + 1 - *len);
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (!n)
			return 0;
		*len += n > 0 ? n : 0;
		if (*len > max)
			return -EMSGSIZE;
	}
}

/* What the child ended with, as it wrote all that it had. */
static int status_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

int child_read(child_fn fn, void *data, int timeout_ms, size_t max,
	       char **text, size_t *len)
{
	struct reading r = { fn, data };
	struct child c;
	int ret;

	*len = 0;
	*text = malloc(max + 2);
	if (!*text)
		return -ENOMEM;
	ret = child_start(&c, run, &r);
	if (!ret) {
		ret = read_all(c.out, timeout_ms, max, *text, len);
		close(c.out);
		if (ret)
			end(c.pid);
		else
			ret = status_of(c.pid);
	}
	(*text)[*len] = '\0';
	if (ret)
		free(*text);
	return ret;
}

/* One message: an errno, and where that is 0 the open file. */
union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

static void send_file(int sock, int fd, int error)
{
	struct iovec iov = { &error, sizeof(error) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	union control control;

	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.header = (struct cmsghdr){
			.cmsg_len = CMSG_LEN(sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
		};
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	_exit(sendmsg(sock, &msg, 0) < 0);
}

static int receive_file(int sock)
{
	int error = EIO, fd;
	struct iovec iov = { &error, sizeof(error) };
	union control control;
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;

	if (recvmsg(sock, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) !=
	    sizeof(error) || error)
		return -error;
	header = CMSG_FIRSTHDR(&msg);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		return -EIO;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

static int open_in_child(const char *path, int timeout_ms)
{
	struct pollfd poller = { .events = POLLIN };
	int64_t end_ms = clock_ms() + timeout_ms, left;
	int socks[2], fd, ret;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks))
		return -errno;
	pid = fork();
	if (!pid) {
		child_begin(socks[1], socks[1]);
		fd = open(path, O_PATH | O_CLOEXEC);
		send_file(socks[1], fd, fd < 0 ? errno : 0);
	}
	ret = pid < 0 ? -errno : 0;
	close(socks[1]);
	poller.fd = socks[0];
	while (!ret && (left = end_ms - clock_ms()) > 0)
		if (poll(&poller, 1, left) >= 0 || errno != EINTR)
			break;
	if (!ret)
		ret = poller.revents ? receive_file(socks[0]) : -ETIME;
	close(socks[0]);
	if (pid > 0)
		end(pid);
	return ret;
}

int child_open_path(const char *path, int timeout_ms)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_CACHED,
	};
	int fd = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	if (fd >= 0)
		return fd;
	return errno == EAGAIN ? open_in_child(path, timeout_ms) : -errno;
}
