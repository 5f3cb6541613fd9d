// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "cmd/duplicates_ask.h"

static int find(const struct model *m, struct segments *w,
		enum duplicates_of what, struct duplicates *found)
{
	int ret = segments_find(w, m);

	return ret ? ret : duplicates_find(m, w, what, found);
}

static int cmp(const void *a, const void *b)
{
	return order(*(const size_t *)a, *(const size_t *)b);
}

/* The wires that it matters for, sorted: *@n of them. NULL without memory. */
static size_t *doubtful(const struct duplicates *found, size_t *n)
{
	size_t *wires = calloc(found->n + 1, sizeof(*wires)), i;

	*n = 0;
	for (i = 0; wires && i < found->n; i++)
		if (found->one[i].how == DUPLICATE_PERHAPS)
			wires[(*n)++] = found->one[i].wire;
	if (wires && *n)
		qsort(wires, *n, sizeof(*wires), cmp);
	return wires;
}

static bool wants(const struct model *m, const struct netns *ns,
		  struct segments *w, const size_t *wires, size_t n)
{
	uint32_t i;

	for (i = 0; i < ns->n_devs; i++) {
		const struct dev *dev = &m->devs[ns->first_dev + i];
		size_t wire = segments_perhaps_of(w, dev);

		if (segments_want_details(dev) &&
		    bsearch(&wire, wires, n, sizeof(*wires), cmp))
			return true;
	}
	return false;
}

/* Returns 1 if anybody was asked, 0, or -ENOMEM. */
static int ask(struct details *d, struct genl *g, struct model *m,
	       struct segments *w, const struct duplicates *found)
{
	size_t i, n, *wires = doubtful(found, &n);
	struct err err = { 0 };
	int ret = wires ? 0 : -ENOMEM;

	for (i = 0; i < m->n_netns && n && ret >= 0; i++) {
		if (!wants(m, &m->netns[i], w, wires, n))
			continue;
		if (!ret && details_open(d, &err)) {
			fprintf(stderr, "nsinfo: note: %s: what separates wires is not known\n",
				err.text);
			break;
		}
		ret = details_ask(d, g, m, &m->netns[i]) ? -ENOMEM : 1;
	}
	free(wires);
	return ret;
}

int duplicates_ask(struct details *d, struct genl *g, struct model *m,
		   enum duplicates_of what, struct duplicates *found)
{
	struct segments w = { 0 };
	int ret = find(m, &w, what, found);

	if (!ret)
		ret = ask(d, g, m, &w, found);
	if (ret > 0) {
		segments_free(&w);
		duplicates_free(found);
		ret = find(m, &w, what, found);
	}
	segments_free(&w);
	return ret;
}
