// SPDX-License-Identifier: GPL-2.0
#include "model/link.h"

static const struct dev *find_link(const struct model *m,
				   const struct netns *ns,
				   const struct dev *dev)
{
	const struct model *where = m;

	if (!HAS(dev, NSINFO_A_DEV_LINK) || !dev->link)
		return NULL;
	if (HAS(dev, NSINFO_A_DEV_LINK_NETNS))
		ns = model_anywhere(m, dev->link_netns.id, &where);
	else if (HAS(dev, NSINFO_A_DEV_LINK_FOREIGN))
		ns = NULL;
	return ns ? model_dev(where, ns, dev->link) : NULL;
}

void link_resolve(struct model *m)
{
	size_t i, k;

	for (i = 0; i < m->n_netns; i++) {
		const struct netns *ns = &m->netns[i];

		for (k = 0; k < ns->n_devs; k++) {
			struct dev *dev = &m->devs[ns->first_dev + k];

			if (HAS(dev, NSINFO_A_DEV_MASTER))
				dev->master_dev = model_dev(m, ns, dev->master);
			dev->link_dev = find_link(m, ns, dev);
		}
	}
}
