// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>

#include "print/print_names.h"
#include "print/text.h"

#define NSEC		((uint64_t)1000000000)

static void put_names(struct text *t, const struct netns *ns)
{
	char where[NAMES_WHERE];
	const struct name *name;
	size_t i, n;

	name = model_names(t->m, ns, &n);
	for (i = 0; i < n; i++) {
		text_foreign(t, BOLD, name_is_ours(&name[i]) ?
				      name[i].shown : name[i].path);
		text_add(t, "%s", names_where(&name[i], where));
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

static void add_when(struct text *t, uint64_t then)
{
	if (t->how->times)
		add_age(t, then);
	else
		text_add(t, "boot+%" PRIu64 ".%03" PRIu64 "s", then / NSEC,
			 then % NSEC / 1000000);
}

static void put_state(struct text *t, const struct netns *ns)
{
	const char *state = model_state_name(ns);

	if (HAS(ns, NSINFO_A_NETNS_INACTIVE)) {
		text_foreign(t, BAD, "inactive");
		text_put(t);
	}
	if (ns->state == NSINFO_NETNS_STATE_LIVE)
		return;
	text_foreign(t, BAD, state ? state : "in an unknown state");
	if (HAS(ns, NSINFO_A_NETNS_DYING_SINCE)) {
		text_add(t, " since ");
		add_when(t, ns->dying_since);
	}
	text_put(t);
}

/* "lo 3 refs, waited for since boot+12.345s" */
static void put_waiting_dev(struct text *t, const struct waiting *w)
{
	text_foreign(t, BAD, w->ifname);
	if (HAS(w, NSINFO_A_WAITING_KIND)) {
		text_add(t, " (");
		text_foreign(t, PLAIN, w->kind);
		text_add(t, ")");
	}
	if (HAS(w, NSINFO_A_WAITING_REFS))
		text_add(t, " %" PRIu32 " refs", w->refs);
	if (HAS(w, NSINFO_A_WAITING_SINCE)) {
		text_add(t, " since ");
		add_when(t, w->since);
	}
	text_put(t);
}

void text_waiting(struct text *t, const struct netns *ns)
{
	uint32_t i;

	for (i = 0; i < ns->n_waiting; i++)
		put_waiting_dev(t, &t->m->waiting[ns->first_waiting + i]);
	if (ns->all_waiting > ns->n_waiting) {
		text_add(t, "and %" PRIu32 " more",
			 ns->all_waiting - ns->n_waiting);
		text_put(t);
	}
}

void text_created(struct text *t, const struct created *c)
{
	if (!t->how->times)
		text_add(t, "at ");
	add_when(t, c->time);
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

void text_netns_head(struct text *t, const struct netns *ns)
{
	text_look(t, BOLD);
	text_add(t, "%" PRIu32, ns->inum);
	text_look(t, PLAIN);
	text_put(t);
	put_names(t, ns);
	put_mark(t, ns, NSINFO_A_NETNS_INIT, "init");
	put_mark(t, ns, NSINFO_A_NETNS_SELF, "self");
	put_state(t, ns);
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
}
