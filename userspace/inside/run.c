// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "inside/run.h"

#define CHUNK		65536
/* How long a command whose output has ended may take to be gone. */
#define END_MS		1000

/* What the child says by its exit status, as a shell does. */
enum { NO_ENTRY = 126, NO_COMMAND };

struct running {
	pid_t pid;
	int out;
	int log;			/* what it writes to stderr */
	int64_t end;			/* ms */
	char *text;
	size_t len;
	size_t cap;
};

/* All other files are closed on exec. */
static void child(int netns, int out, int log, char *const argv[])
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (netns >= 0 && setns(netns, CLONE_NEWNET))
		_exit(NO_ENTRY);
	if (dup2(open("/dev/null", O_RDONLY), STDIN_FILENO) < 0 ||
	    dup2(out, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
		_exit(NO_COMMAND);
	execv(argv[0], argv);
	_exit(NO_COMMAND);
}

static int start(struct running *r, int netns, char *const argv[])
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	r->pid = fork();
	if (!r->pid)
		child(netns, fds[1], r->log, argv);
	close(fds[1]);
	r->out = fds[0];
	return r->pid < 0 ? -EAGAIN : 0;
}

static int grow(struct running *r)
{
	size_t want = r->cap ? 2 * r->cap : CHUNK;
	char *bigger;

	if (r->cap - r->len >= CHUNK / 2)
		return 0;
	bigger = realloc(r->text, want);
	if (!bigger)
		return -ENOMEM;
	r->text = bigger;
	r->cap = want;
	return 0;
}

static int listen_to(struct running *r, size_t max)
{
	struct pollfd pfd = { .fd = r->out, .events = POLLIN };
	int64_t left;
	ssize_t len;

	for (;;) {
		if (grow(r))
			return -ENOMEM;
		left = r->end - clock_ms();
		if (left <= 0 || !poll(&pfd, 1, left))
			return -ETIME;
		len = read(r->out, r->text + r->len, r->cap - r->len);
		if (len < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (len <= 0)
			return len ? -errno : 0;
		r->len += len;
		if (r->len > max)
			return -EFBIG;
	}
}

/* A child that waits in the kernel for a lock is left behind, for init. */
static int reap(struct running *r, bool kill_it)
{
	int i, status;

	for (i = 0; i < END_MS; i++) {
		if (kill_it)
			kill(r->pid, SIGKILL);
		if (waitpid(r->pid, &status, WNOHANG) == r->pid)
			return status;
		if (kill_it && i > END_MS / 20)
			return -1;
		clock_pause(1);
	}
	return kill_it ? -1 : reap(r, true);
}

/* The first line, without the newline. */
static void read_log(int log, char *why, size_t size)
{
	ssize_t len = pread(log, why, size - 1, 0);

	why[len > 0 ? len : 0] = '\0';
	why[strcspn(why, "\n")] = '\0';
}

static int judge(int status, int log, char *why, size_t size)
{
	if (status >= 0 && WIFEXITED(status)) {
		if (!WEXITSTATUS(status))
			return 0;
		if (WEXITSTATUS(status) == NO_ENTRY)
			return -EPERM;
	}
	read_log(log, why, size);
	if (!*why)
		snprintf(why, size, "wait status %d", status);
	return -EIO;
}

int details_run(int fd, char *const argv[], size_t max, int timeout_ms,
		char **text, size_t *len, char *why, size_t size)
{
	struct running r = { .out = -1, .end = clock_ms() + timeout_ms };
	int ret, status;

	*why = '\0';
	r.log = memfd_create("stderr", MFD_CLOEXEC);
	if (r.log < 0)
		return -errno;
	ret = start(&r, fd, argv);
	if (!ret) {
		ret = listen_to(&r, max);
		status = reap(&r, ret);
		if (!ret)
			ret = judge(status, r.log, why, size);
	}
	if (r.out >= 0)
		close(r.out);
	close(r.log);
	*text = r.text;
	*len = r.len;
	return ret;
}
