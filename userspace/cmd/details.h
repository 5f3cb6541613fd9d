/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Details of devices that only rtnetlink tells, as `ip -j -d link` prints
 * them: that very command runs inside a netns, and what it says is kept beside
 * the devices of the model. It makes the kernel take RTNL.
 */
#ifndef NSINFO_DETAILS_H
#define NSINFO_DETAILS_H

#include <limits.h>

#include "wire/fetch.h"

/* How long one netns may take: RTNL may be held for ever. */
#define DETAILS_TIMEOUT_MS	5000
/* After so many that took longer no other one is asked. */
#define DETAILS_LATE		2
/* More than that nobody's devices take. */
#define DETAILS_SIZE		(64u << 20)

/* An all-zero one has no answers, and none is looked for. */
struct details {
	char ip[PATH_MAX];		/* the host's command */
	struct json_t **answers;		/* of a netns each */
	size_t n;
	size_t cap;
	unsigned int late;		/* netns without an answer in time */
	unsigned int unasked;		/* netns that were not asked then */
	unsigned int denied;		/* netns that this user may not enter */
	unsigned int failed;		/* netns of which ip told nothing */
	unsigned int changed;		/* devices that came or went meanwhile */
	char why[256];			/* what the first failure was */
};

/* Find the command ip. Returns 0, or -ENOENT with @err. */
int details_open(struct details *d, struct err *err);

/*
 * Ask for the devices of @ns, which is in the finished model @m, and set their
 * details, which live as long as @d. Returns 0, also where there was no answer, which @d
 * remembers; -ENOMEM.
 */
int details_ask(struct details *d, struct genl *g, struct model *m,
		const struct netns *ns);

/* Say on stderr what is missing, if anything is. */
void details_tell(const struct details *d);

/* The model must not be printed any more. */
void details_free(struct details *d);

/*
 * Internal, for tests. Make JSON of the @len bytes that ip wrote: ip escapes
 * what needs none, and lets through control characters and bytes that are no
 * UTF-8. The caller frees it; NULL if there is no memory.
 */
char *details_clean(const char *text, size_t len, size_t *clean_len);

/*
 * Internal, for tests. Read @len bytes that ip wrote of @ns. Returns 0, -EIO
 * if they are not what it writes, -ENOMEM.
 */
int details_take(struct details *d, struct model *m, const struct netns *ns,
		 const char *text, size_t len);

/*
 * Internal, for tests. Give the devices of @ns what @answer has of them: those
 * of the same number, name and kind. Returns how many got nothing.
 */
unsigned int details_attach(struct model *m, const struct netns *ns,
			    const struct json_t *answer);

#endif
