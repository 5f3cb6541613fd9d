/* SPDX-License-Identifier: GPL-2.0 */
/* Alternative names of devices, which only a look inside a netns tells. */
#ifndef NSINFO_ALTNAME_H
#define NSINFO_ALTNAME_H

#include "fetch.h"
#include "find.h"

/* Each question waits for RTNL, which somebody may hold for ever. */
#define ALTNAME_TIMEOUT_MS	5000

/*
 * Look for devices that have the alternative name @name, or one that matches
 * where that is a pattern, in all live netns of @m that this user may go into:
 * our own in any case. Adds those that are not in @hits yet, and sorts them. A child process goes
 * there and asks rtnetlink. *@missed is set if some netns could not be asked,
 * *@late if time was over before the end. Returns 0 or a negative errno with
 * @err.
 */
int altname_find(struct genl *g, struct model *m, const char *name,
		 struct find_hits *hits, bool *missed, bool *late,
		 struct err *err);

#endif
