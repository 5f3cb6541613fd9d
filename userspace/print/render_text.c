// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>

#include "print/text.h"

static void put_owner(struct text *t, const struct netns *ns)
{
	if (!HAS(ns, NSINFO_A_NETNS_OWNER_USERNS) ||
	    (ns->owner_userns == TEXT_INIT_USERNS && !ns->owner_uid))
		return;
	text_add(t, "owner userns %" PRIu32, ns->owner_userns);
	if (HAS(ns, NSINFO_A_NETNS_OWNER_UID))
		text_add(t, " uid %" PRIu32, ns->owner_uid);
	text_put(t);
}

static void put_netns_line(struct text *t, const struct netns *ns)
{
	t->rail = ns->n_devs ? t->glyphs->rail : t->glyphs->none;
	t->indent = 4;
	text_netns_head(t, ns);
	put_owner(t, ns);
	if (HAS(ns, NSINFO_A_NETNS_CREATED)) {
		text_add(t, "made ");
		text_created(t, &ns->created);
	}
	text_end_line(t);
}

static void put_waiting(struct text *t, const struct netns *ns)
{
	if (!ns->n_waiting)
		return;
	text_start_line(t);
	text_add(t, "waits for");
	text_put(t);
	text_waiting(t, ns);
	text_end_line(t);
}

static void put_netns(struct text *t, const struct netns *ns)
{
	struct text_widths w = text_dev_measure(t, ns);
	uint32_t i;

	put_netns_line(t, ns);
	put_waiting(t, ns);
	for (i = 0; i < ns->n_devs; i++)
		text_dev(t, &t->m->devs[ns->first_dev + i],
			 i == ns->n_devs - 1, &w);
}

static void put_stale(struct text *t)
{
	size_t i;

	t->rail = t->glyphs->none;
	t->indent = 4;
	text_foreign(t, BAD, "stale names");
	text_put(t);
	for (i = 0; i < t->m->n_stale; i++) {
		text_foreign(t, PLAIN, t->m->stale[i].path);
		text_put(t);
	}
	text_end_line(t);
}

int render_text_dump(FILE *f, const struct model *m, const struct render *how)
{
	struct text t;
	int ret;
	size_t i;

	ret = text_open(&t, f, m, how);
	if (ret)
		return ret;
	for (i = 0; i < m->n_netns && !t.no_memory; i++) {
		if (i)
			fputc('\n', f);
		put_netns(&t, &m->netns[i]);
	}
	if (m->n_stale && !t.no_memory) {
		fputc('\n', f);
		put_stale(&t);
	}
	return text_close(&t);
}
