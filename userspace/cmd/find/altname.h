/* SPDX-License-Identifier: GPL-2.0 */
/* Alternative names of devices, which only a look inside a netns tells. */
#ifndef NSINFO_ALTNAME_H
#define NSINFO_ALTNAME_H

#include "cmd/find/match.h"
#include "wire/fetch.h"

/* Somebody may hold RTNL, which some questions wait for, for ever. */
#define ALTNAME_TIMEOUT_MS	5000

/* Where alternative names were not read. */
struct altname_gaps {
	bool denied;			/* netns that this user may not enter */
	int failed;			/* errno of another failure; 0: none … */
	uint64_t failed_id;		/* … and of which netns, the first */
	bool late;			/* time was over … */
	bool rtnl;			/* … while waiting for RTNL */
	size_t begun, live;		/* how many netns were asked, of how many */
};

/*
 * Look for devices that have the alternative name @name, or one that matches
 * where that is a pattern, in all live netns of @m that this user may go into:
 * our own in any case. Adds those that are not in @hits yet, and sorts them. A
 * child process goes there and asks the kernel: for a name of less than
 * IFNAMSIZ bytes without RTNL, for others and patterns by rtnetlink. *@gaps
 * says what was not read. Returns 0 or a negative errno with @err.
 */
int altname_find(struct genl *g, struct model *m, const char *name,
		 struct find_hits *hits, struct altname_gaps *gaps,
		 struct err *err);

#endif
