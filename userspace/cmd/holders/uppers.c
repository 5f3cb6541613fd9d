// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "cmd/holders/account.h"

static size_t count(const struct model *world, uint64_t id)
{
	size_t i, n = 0;

	for (i = 0; i < world->n_devs; i++)
		n += world->devs[i].link_netns.id == id;
	return n;
}

void holders_add_uppers(struct holders *h, const struct model *world)
{
	size_t i, n = count(world, h->ns->id);

	h->has_uppers = true;
	if (!n)
		return;
	h->uppers = calloc(n, sizeof(*h->uppers));
	if (!h->uppers) {
		h->no_memory = true;
		return;
	}
	for (i = 0; i < world->n_devs; i++)
		if (world->devs[i].link_netns.id == h->ns->id)
			h->uppers[h->n_uppers++] = &world->devs[i];
}
