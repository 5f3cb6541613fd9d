/* SPDX-License-Identifier: GPL-2.0 */
/* Files of a test: a folder that stands for /proc, or whatever it needs. */
#ifndef NSINFO_TREE_H
#define NSINFO_TREE_H

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

struct tree {
	char dir[32];
};

static inline struct tree tree_make(void)
{
	struct tree t = { "/tmp/nsinfo-test-XXXXXX" };

	expect_true(mkdtemp(t.dir));
	return t;
}

static inline void tree_remove(const struct tree *t)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", t->dir);
	expect_int(system(command), 0);
}

/* Where @name is, with all folders above it made. */
static inline const char *tree_path(const struct tree *t, const char *name)
{
	static char path[PATH_MAX];
	char *slash;

	snprintf(path, sizeof(path), "%s/%s", t->dir, name);
	for (slash = strchr(path + strlen(t->dir) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	return path;
}

static inline void tree_data(const struct tree *t, const char *name,
			     const char *data, size_t len)
{
	int fd = open(tree_path(t, name), O_CREAT | O_WRONLY | O_TRUNC, 0600);

	expect_int(write(fd, data, len), len);
	close(fd);
}

static inline void tree_file(const struct tree *t, const char *name,
			     const char *text)
{
	tree_data(t, name, text, strlen(text));
}

static inline void tree_link(const struct tree *t, const char *name,
			     const char *to)
{
	expect_int(symlink(to, tree_path(t, name)), 0);
}

#endif
