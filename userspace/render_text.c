// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>

#include "text.h"

/* Inode of the first user namespace, fixed in the kernel. */
#define INIT_USERNS	0xeffffffdu
#define NSEC		((uint64_t)1000000000)

static void put_names(struct text *t, const struct netns *ns)
{
	const struct name *name;
	size_t i, n;

	name = model_names(t->m, ns, &n);
	for (i = 0; i < n; i++) {
		text_foreign(t, BOLD, name[i].shown);
		text_put(t);
	}
	if (!n && !HAS(ns, NSINFO_A_NETNS_INIT)) {
		text_foreign(t, DIM, "no name");
		text_put(t);
	}
}

static void put_mark(struct text *t, const struct netns *ns, int attr,
		     const char *mark)
{
	if (!HAS(ns, attr))
		return;
	text_foreign(t, GOOD, mark);
	text_put(t);
}

static void put_owner(struct text *t, const struct netns *ns)
{
	if (!HAS(ns, NSINFO_A_NETNS_OWNER_USERNS) ||
	    (ns->owner_userns == INIT_USERNS && !ns->owner_uid))
		return;
	text_add(t, "owner userns %" PRIu32, ns->owner_userns);
	if (HAS(ns, NSINFO_A_NETNS_OWNER_UID))
		text_add(t, " uid %" PRIu32, ns->owner_uid);
	text_put(t);
}

static void add_age(struct text *t, uint64_t then)
{
	uint64_t s = t->how->now > then ? (t->how->now - then) / NSEC : 0;

	if (s >= 86400)
		text_add(t, "%" PRIu64 "d", s / 86400);
	if (s >= 3600)
		text_add(t, "%" PRIu64 "h", s % 86400 / 3600);
	if (s >= 60)
		text_add(t, "%" PRIu64 "m", s % 3600 / 60);
	text_add(t, "%" PRIu64 "s ago", s % 60);
}

static void put_created(struct text *t, const struct created *c)
{
	if (!HAS(c, NSINFO_A_CREATED_TIME))
		return;
	text_add(t, "made ");
	if (t->how->times)
		add_age(t, c->time);
	else
		text_add(t, "at boot+%" PRIu64 ".%03" PRIu64 "s",
			 c->time / NSEC, c->time % NSEC / 1000000);
	if (HAS(c, NSINFO_A_CREATED_COMM)) {
		text_add(t, " by ");
		text_foreign(t, PLAIN, c->comm);
	}
	if (HAS(c, NSINFO_A_CREATED_PID))
		text_add(t, "[%" PRIu32 "]", c->pid);
	if (HAS(c, NSINFO_A_CREATED_UID) && c->uid)
		text_add(t, " uid %" PRIu32, c->uid);
	text_put(t);
}

static void put_netns_line(struct text *t, const struct netns *ns)
{
	t->rail = ns->n_devs ? t->glyphs->rail : t->glyphs->none;
	t->indent = 4;
	text_look(t, BOLD);
	text_add(t, "%" PRIu32, ns->inum);
	text_look(t, PLAIN);
	text_put(t);
	put_names(t, ns);
	put_mark(t, ns, NSINFO_A_NETNS_INIT, "init");
	put_mark(t, ns, NSINFO_A_NETNS_SELF, "self");
	if (ns->state != NSINFO_NETNS_STATE_LIVE) {
		text_foreign(t, BAD, ns->state == NSINFO_NETNS_STATE_DYING ?
					 "dying" : "in an unknown state");
		text_put(t);
	}
	text_add(t, "id %" PRIu64, ns->id);
	text_put(t);
	if (HAS(ns, NSINFO_A_NETNS_NSID)) {
		text_add(t, "nsid %" PRId32, ns->nsid);
		text_put(t);
	}
	if (HAS(ns, NSINFO_A_NETNS_REFS)) {
		text_add(t, "refs %" PRIu32, ns->refs);
		text_put(t);
	}
	put_owner(t, ns);
	if (HAS(ns, NSINFO_A_NETNS_CREATED))
		put_created(t, &ns->created);
	text_end_line(t);
}

static void put_netns(struct text *t, const struct netns *ns)
{
	struct text_widths w = text_dev_measure(t, ns);
	uint32_t i;

	put_netns_line(t, ns);
	for (i = 0; i < ns->n_devs; i++)
		text_dev(t, &t->m->devs[ns->first_dev + i],
			 i == ns->n_devs - 1, &w);
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
	return text_close(&t);
}
