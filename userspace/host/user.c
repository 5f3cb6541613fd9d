// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "host/user.h"

#define ANSWER_MS	1000
#define NAME_SIZE	256
#define KNOWN		64

struct user {
	bool known;
	uint32_t uid;
	char name[NAME_SIZE];		/* "": none */
};

static int ask(FILE *out, void *data)
{
	const struct passwd *pw;

	errno = 0;
	pw = getpwuid(*(const uint32_t *)data);
	if (pw)
		fputs(pw->pw_name, out);
	return pw ? 0 : -errno;
}

/* What the C library says where there is no such user: getpwuid(3). */
static bool is_none(int ret)
{
	return !ret || ret == -ENOENT || ret == -ESRCH || ret == -EBADF ||
	       ret == -EPERM;
}

/*
 * In a child: the C library may wait for a daemon that does not answer, and
 * without memory it crashes (glibc 2.36).
 */
static int read_name(struct user *user, uint32_t uid)
{
	size_t len;
	char *text;
	int ret = child_read(ask, &uid, ANSWER_MS, NAME_SIZE - 1, &text, &len);

	*user = (struct user){ .known = true, .uid = uid };
	if (!ret) {
		memcpy(user->name, text, len);
		free(text);
	}
	return is_none(ret) ? 0 : ret;
}

const char *user_name(uint32_t uid)
{
	static struct user users[KNOWN];
	static size_t next;
	static bool failed;
	struct user *user;
	size_t i;
	int ret;

	for (i = 0; i < KNOWN; i++)
		if (users[i].known && users[i].uid == uid)
			return *users[i].name ? users[i].name : NULL;
	if (failed)
		return NULL;
	user = &users[next++ % KNOWN];
	ret = read_name(user, uid);
	if (ret) {
		failed = true;
		fprintf(stderr, "nsinfo: note: names of users: %s: not all is shown\n",
			strerror(-ret));
	}
	return *user->name ? user->name : NULL;
}
