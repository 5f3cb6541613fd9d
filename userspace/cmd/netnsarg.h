/* SPDX-License-Identifier: GPL-2.0 */
/* What a person may call a netns on the command line. */
#ifndef NSINFO_NETNSARG_H
#define NSINFO_NETNSARG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wire/fetch.h"

/* Where netnsarg_read() looks; others in tests. */
struct netnsarg_env {
	const char *proc;		/* "/proc" */
	const char *const *folders;	/* names folders, NULL at the end */
	/*
	 * Call @fn for each netns that is mounted at an entry of that name where
	 * no path of ours leads. Returns 0 or -ENOMEM. NULL: there is none.
	 */
	int (*elsewhere)(const char *name,
			 void (*fn)(void *arg, const struct name *name),
			 void *arg);
};

/* One thing that an argument can mean. */
struct netnsarg_meaning {
	struct netns_key key;
	char what[96];			/* for a person */
	int fd;				/* keeps the netns there; or -1 */
	bool otherwise;			/* only if nothing before it exists */
};

/* A folder each, and a number, a process or a keyword. */
#define NETNSARG_MEANINGS	8

struct netnsarg {
	const char *arg;
	struct netnsarg_meaning meaning[NETNSARG_MEANINGS];
	size_t n;
	char tried[1536];		/* what was tried in vain so far */
	bool denied;			/* … and some of it for lack of rights */
	/*
	 * Set by netnsarg_resolve(): the id of the netns of the process whose PID
	 * this is, where it means another netns; or 0.
	 */
	uint64_t process_id;
};

/*
 * Find out what @arg (NAME, /a/path, inode, pid, net:[inode], id:N, :N, pid:N,
 * self, init) can mean, without asking the kernel module. Returns 0 with at least
 * one meaning; -EINVAL for one that is malformed; -ENOENT, -EACCES and the
 * like for one that leads nowhere, with @err saying what was tried. Call
 * netnsarg_close() after, whatever was returned.
 */
int netnsarg_read(struct netnsarg *a, const char *arg,
		  const struct netnsarg_env *env, struct err *err);
void netnsarg_close(struct netnsarg *a);

/*
 * Why @name cannot be the name of a netns, which must be an entry of a folder,
 * and could not be typed where it means something else. NULL if it can.
 */
const char *netnsarg_not_a_name(const char *name);

/*
 * Ask @find which of the meanings exist. It returns 0 with the id, or -ENOENT.
 * Returns 0 and the id; -ENOENT if nothing of it exists, -EEXIST if it is
 * ambiguous, or what @find returned, with @err.
 */
typedef int (*netnsarg_find)(void *data, const struct netns_key *key,
			     uint64_t *id, struct err *err);
int netnsarg_resolve(struct netnsarg *a, netnsarg_find find, void *data,
		     uint64_t *id, struct err *err);

#endif
