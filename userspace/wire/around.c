// SPDX-License-Identifier: GPL-2.0
/* What the devices of some netns point to, when not all netns were read. */
#include <errno.h>

#include "wire/fetch.h"

/* Returns 0 or -ENOMEM: what cannot be had is not shown. */
static int passed(int ret)
{
	return ret == -ENOMEM ? ret : 0;
}

static bool has_netns(const struct model *m, uint64_t id)
{
	size_t i;

	for (i = 0; i < m->n_netns; i++)
		if (m->netns[i].id == id)
			return true;
	return false;
}

static bool has_dev(const struct model *m, uint64_t id, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < m->n_devs; i++)
		if (m->devs[i].netns_id == id && m->devs[i].ifindex == ifindex)
			return true;
	return false;
}

/* The netns @id, and in it the device @ifindex, if that is not 0. */
static int add(struct genl *g, const struct model *m, uint64_t id,
	       uint32_t ifindex, struct model *around)
{
	struct err ignored = { 0 };
	int ret = 0;

	if (model_netns(m, id))
		return 0;
	if (!has_netns(around, id))
		ret = passed(fetch_netns(g, id, around, &ignored));
	if (!ret && ifindex && has_netns(around, id) &&
	    !has_dev(around, id, ifindex))
		ret = passed(fetch_dev(g, id, ifindex, around, &ignored));
	return ret;
}

/* The wire names the peer of a device, and not the device below it. */
static int add_for(struct genl *g, const struct model *m,
		   const struct dev *dev, struct model *around)
{
	int ret = 0;

	if (HAS(dev, NSINFO_A_DEV_PEER))
		ret = add(g, m, dev->peer.netns_id, 0, around);
	if (!ret && HAS(dev, NSINFO_A_DEV_LINK_NETNS))
		ret = add(g, m, dev->link_netns.id, dev->link, around);
	return ret;
}

int fetch_around(struct genl *g, struct model *m, struct err *err)
{
	struct model *around = model_add_around(m);
	int ret = around ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; i < m->n_devs && !ret; i++)
		ret = add_for(g, m, &m->devs[i], around);
	if (ret)
		return err_no_memory(err);
	/* Answers that do not fit together are of no use. */
	if (model_finish(around))
		model_clear(around);
	return 0;
}
