/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses that are there more than once, with all that the kernel tells. */
#ifndef NSINFO_DUPLICATES_ASK_H
#define NSINFO_DUPLICATES_ASK_H

#include "cmd/details.h"
#include "model/duplicates.h"

/*
 * As duplicates_find(), for a model whose links are resolved. Where something
 * may separate two devices that have the same address, the details of what
 * lies between them are asked for, and kept in @d, which was all zero: it
 * must live as long as the model. That makes the kernel take RTNL, for a
 * limited time. Returns 0, also where not all was told, which @d remembers;
 * -ENOMEM.
 */
int duplicates_ask(struct details *d, struct genl *g, struct model *m,
		   enum duplicates_of what, struct duplicates *found);

#endif
