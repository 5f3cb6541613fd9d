// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/exec/enter.h"

#define ETC_NETNS	"/etc/netns"
#define SHELL		"/bin/sh"

void (*enter_sigpipe)(int) = SIG_DFL;

static bool read_id(const char *s, unsigned int *id)
{
	char *end;
	unsigned long n;

	if (!*s || s[strspn(s, "0123456789")])
		return false;
	errno = 0;
	n = strtoul(s, &end, 10);
	*id = n;
	return !errno && n < UINT_MAX;
}

static int read_group(struct enter_user *user, const char *name,
		      struct err *err)
{
	const struct group *group = getgrnam(name);

	if (group)
		user->gid = group->gr_gid;
	else if (!read_id(name, &user->gid))
		return err_set(err, ENOENT, "group %s: there is none", name);
	return 0;
}

int enter_read_user(struct enter_user *user, const char *arg, struct err *err)
{
	const char *colon = strchr(arg, ':');
	const struct passwd *pw;
	char name[256];
	unsigned int id;

	*user = (struct enter_user){ 0 };
	snprintf(name, sizeof(name), "%.*s",
		 (int)(colon ? colon - arg : (ptrdiff_t)strlen(arg)), arg);
	pw = getpwnam(name);
	if (!pw && read_id(name, &id)) {
		pw = getpwuid(id);
		user->uid = id;
		user->gid = id;
		user->name = "";
		user->home = "/";
		user->shell = SHELL;
	}
	if (pw) {
		user->uid = pw->pw_uid;
		user->gid = pw->pw_gid;
		user->name = pw->pw_name;
		user->home = pw->pw_dir;
		user->shell = *pw->pw_shell ? pw->pw_shell : SHELL;
	}
	if (!user->name)
		return err_set(err, ENOENT, "user %s: there is none", name);
	return colon ? read_group(user, colon + 1, err) : 0;
}

/* A /sys of the netns that this process is in. */
static int mount_sys(struct err *err)
{
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	struct statvfs old;

	if (!statvfs("/sys", &old) && old.f_flag & ST_RDONLY)
		flags |= MS_RDONLY;
	if (umount2("/sys", MNT_DETACH) && errno != EINVAL)
		return err_set(err, errno, "umount /sys: %s", strerror(errno));
	if (mount("nsinfo", "/sys", "sysfs", flags, NULL))
		return err_set(err, errno, "mount /sys: %s", strerror(errno));
	return 0;
}

/* As ip does: one that cannot be laid over /etc keeps nobody out. */
static void bind_etc(const char *name)
{
	char from[PATH_MAX], to[PATH_MAX];
	struct err warning = { 0 };
	const struct dirent *d;
	DIR *dir;

	snprintf(from, sizeof(from), ETC_NETNS "/%s", name);
	dir = opendir(from);
	while (dir && (d = readdir(dir))) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		snprintf(from, sizeof(from), ETC_NETNS "/%s/%s", name,
			 d->d_name);
		snprintf(to, sizeof(to), "/etc/%s", d->d_name);
		if (!mount(from, to, "none", MS_BIND, NULL))
			continue;
		err_set(&warning, errno, "note: mount %s on %s: %s", from, to,
			strerror(errno));
		err_print(&warning, cmd_utf8());
	}
	if (dir)
		closedir(dir);
}

int enter_netns(int fd, const char *name, struct err *err)
{
	struct err warning = { 0 };

	if (setns(fd, CLONE_NEWNET))
		return err_set(err, errno, "setns: %s", strerror(errno));
	if (unshare(CLONE_NEWNS))
		return err_set(err, errno, "a mount namespace of its own: %s",
			       strerror(errno));
	/* What is mounted from here on must not show outside. */
	if (mount("", "/", "none", MS_SLAVE | MS_REC, NULL))
		return err_set(err, errno, "mount --make-rslave /: %s",
			       strerror(errno));
	if (mount_sys(&warning)) {
		err_add(&warning, ": what /sys shows is not of the netns");
		err_print(&warning, cmd_utf8());
	}
	if (name)
		bind_etc(name);
	return 0;
}

static int become(const struct enter_user *user, struct err *err)
{
	int ret;

	if (!user->name)
		return 0;
	ret = *user->name ? initgroups(user->name, user->gid) :
			    setgroups(0, NULL);
	if (ret || setgid(user->gid) || setuid(user->uid))
		return err_set(err, errno, "user %s: %s",
			       *user->name ? user->name : "as asked for",
			       strerror(errno));
	setenv("HOME", user->home, 1);
	setenv("SHELL", user->shell, 1);
	if (*user->name) {
		setenv("USER", user->name, 1);
		setenv("LOGNAME", user->name, 1);
	} else {
		unsetenv("USER");
		unsetenv("LOGNAME");
	}
	return 0;
}

static const char *find_shell(const struct enter_user *user)
{
	const char *shell = getenv("SHELL");

	if (user->name)
		return user->shell;
	return shell && *shell ? shell : SHELL;
}

int enter_exec(const struct enter_user *user, char **argv, struct err *err)
{
	int ret = become(user, err);
	char *shell[2] = { 0 };

	if (ret)
		return ret;
	if (!*argv) {
		shell[0] = (char *)find_shell(user);
		argv = shell;
	}
	signal(SIGPIPE, enter_sigpipe);
	execvp(*argv, argv);
	return err_exit(err, errno == ENOENT ? ENTER_NOT_FOUND :
					       ENTER_NOT_EXECUTABLE,
			errno, "%s: %s", *argv, strerror(errno));
}
