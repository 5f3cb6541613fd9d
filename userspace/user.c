// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/openat2.h>

#include "child.h"
#include "user.h"

#define ANSWER_MS	1000

/* The first that the C library asks, be it there or not: see nscd(8). */
#define NSCD		"/var/run/nscd/socket"

static bool can_ask(void)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_CACHED,
	};
	int fd = syscall(SYS_openat2, AT_FDCWD, NSCD, &how, sizeof(how));

	if (fd < 0 && errno == EAGAIN)
		fd = child_open(NSCD, O_PATH, ANSWER_MS);
	if (fd >= 0)
		close(fd);
	return fd != -ETIME;
}

const char *user_name(uint32_t uid)
{
	static enum { UNKNOWN, YES, NO } answers;
	static const struct passwd *last;
	static uint32_t last_uid;
	static bool has_last;

	if (answers == UNKNOWN)
		answers = can_ask() ? YES : NO;
	errno = 0;
	if (answers == NO)
		return NULL;
	if (!has_last || last_uid != uid) {
		last = getpwuid(uid);
		last_uid = uid;
		has_last = last || errno != ENOMEM;
	}
	return last ? last->pw_name : NULL;
}
