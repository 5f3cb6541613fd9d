/* SPDX-License-Identifier: GPL-2.0 */
/* Into a netns, as ip-netns(8) exec goes there. */
#ifndef NSINFO_ENTER_H
#define NSINFO_ENTER_H

#include <sys/types.h>

#include "base/err.h"

/* Exit status of a command that could not be run, as shells have it. */
#define ENTER_NOT_EXECUTABLE	126
#define ENTER_NOT_FOUND		127

/* Who runs a command. */
struct enter_user {
	const char *name;		/* NULL: stay who we are; "": none */
	const char *home;
	const char *shell;
	uid_t uid;
	gid_t gid;
};

/*
 * Read USER[:GROUP], names or numbers. The strings live until the next
 * call. Returns 0 or a negative errno with @err.
 */
int enter_read_user(struct enter_user *user, const char *arg, struct err *err);

/*
 * Take this process into the netns of the nsfs file @fd, with a mount
 * namespace of its own in which /sys shows that netns, and /etc what
 * /etc/netns/@name has (NULL: nothing). What cannot be mounted on /sys or in /etc
 * stays as it was, with a note. Returns 0 or a negative errno with @err.
 */
int enter_netns(int fd, const char *name, struct err *err);

/* What a command does about SIGPIPE: what we were given, for ours is reset. */
extern void (*enter_sigpipe)(int signal);

/*
 * Become @user and execute @argv, or a shell if it is empty. Returns only if
 * that fails: a negative errno, with @err and the exit status as shells have it.
 */
int enter_exec(const struct enter_user *user, char **argv, struct err *err);

#endif
