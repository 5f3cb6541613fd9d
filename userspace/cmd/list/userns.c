// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/nsfs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/order.h"
#include "cmd/list/userns.h"

/* Of user namespaces within each other, by the kernel's own limit. */
#define MAX_DEPTH	33

void userns_free(struct userns_list *list)
{
	free(list->all);
	memset(list, 0, sizeof(*list));
}

static int userns_cmp(const void *a, const void *b)
{
	const struct userns *x = a, *y = b;

	return order(x->inum, y->inum);
}

const struct userns *userns_find(const struct userns_list *list, uint32_t inum)
{
	struct userns key = { .inum = inum };

	if (!list->n)
		return NULL;
	return bsearch(&key, list->all, list->n, sizeof(key), userns_cmp);
}

int userns_add(struct userns_list *list, const struct userns *userns)
{
	struct userns *added;

	if (userns_find(list, userns->inum))
		return 0;
	added = array_add(&list->all, &list->n, &list->cap);
	if (!added)
		return -ENOMEM;
	*added = *userns;
	qsort(list->all, list->n, sizeof(*userns), userns_cmp);
	return 0;
}

static uint32_t inum_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

/* Takes @fd, a user namespace; adds it, and all that it is in. */
static int add_chain(struct userns_list *list, int fd)
{
	int parent, depth, ret = 0;
	uid_t uid;

	for (depth = 0; fd >= 0 && depth < MAX_DEPTH && !ret; depth++) {
		struct userns one = { .inum = inum_of(fd) };

		one.has_uid = !ioctl(fd, NS_GET_OWNER_UID, &uid);
		one.uid = one.has_uid ? uid : 0;
		parent = ioctl(fd, NS_GET_PARENT);
		one.parent = parent < 0 ? 0 : inum_of(parent);
		if (one.inum && !userns_find(list, one.inum))
			ret = userns_add(list, &one);
		close(fd);
		fd = parent;
	}
	if (fd >= 0)
		close(fd);
	return ret;
}

/* The owner of @ns by way of the netns itself. */
static int look_at(struct userns_list *list, struct genl *g,
		   const struct netns *ns)
{
	struct err ignored = { 0 };
	int fd, owner;

	if (ns->state != NSINFO_NETNS_STATE_LIVE)
		return 0;
	fd = fetch_netns_fd(g, ns->id, &ignored);
	if (fd < 0)
		return fd == -ENOMEM ? fd : 0;
	owner = ioctl(fd, NS_GET_USERNS);
	close(fd);
	return owner < 0 ? 0 : add_chain(list, owner);
}

int userns_read(struct userns_list *list, struct genl *g,
		const struct model *m)
{
	const struct netns *ns;
	int ret = 0;
	size_t i;

	for (i = 0; i < m->n_netns && !ret; i++) {
		ns = &m->netns[i];
		if (HAS(ns, NSINFO_A_NETNS_OWNER_USERNS) &&
		    !userns_find(list, ns->owner_userns))
			ret = look_at(list, g, ns);
	}
	for (i = 0; i < m->n_netns && !ret; i++) {
		struct userns one = { 0 };

		ns = &m->netns[i];
		one.inum = ns->owner_userns;
		one.uid = ns->owner_uid;
		one.has_uid = HAS(ns, NSINFO_A_NETNS_OWNER_UID);
		if (one.inum)
			ret = userns_add(list, &one);
	}
	return ret;
}
