/* SPDX-License-Identifier: GPL-2.0 */
/* The user namespaces that own netns, and which one is in which. */
#ifndef NSINFO_USERNS_H
#define NSINFO_USERNS_H

#include "model/model.h"
#include "wire/fetch.h"

struct userns {
	uint32_t inum;
	uint32_t parent;		/* inode number; 0: not known, or none */
	uint32_t uid;			/* whose it is, … */
	bool has_uid;			/* … if that is known */
};

struct userns_list {
	struct userns *all;		/* sorted by inum */
	size_t n;
	size_t cap;
};

/* An all-zero list is an empty one. */
void userns_free(struct userns_list *list);

/* Add one, if it is not there. Returns 0 or -ENOMEM. */
int userns_add(struct userns_list *list, const struct userns *userns);

/* NULL if it is not there. */
const struct userns *userns_find(const struct userns_list *list,
				 uint32_t inum);

/*
 * The owners of all netns of @m, and those above them as far as this process
 * may know. Returns 0 or -ENOMEM; an owner that cannot be looked at has no
 * parent.
 */
int userns_read(struct userns_list *list, struct genl *g,
		const struct model *m);

#endif
