// SPDX-License-Identifier: GPL-2.0
#include "print/json_netns.h"

static void put_stale(struct json_out *o)
{
	size_t i;

	if (!o->m->n_stale)
		return;
	json_array(&o->j, "stale");
	for (i = 0; i < o->m->n_stale; i++)
		json_string(&o->j, NULL, o->m->stale[i].path);
	json_array_end(&o->j);
}

/* Who made this, and may not have seen all. */
static void put_limited(struct json *j, const struct viewer *v)
{
	json_object(j, "limited");
	json_uint(j, "uid", v->uid);
	if (v->userns)
		json_uint(j, "userns", v->userns);
	if (v->netns)
		json_uint(j, "netns", v->netns);
	if (v->untracked || v->missing)
		json_true(j, "untracked");
	json_object_end(j);
}

int render_json_dump(FILE *f, const struct model *m, const struct render *how)
{
	struct json_out o;
	size_t i;

	json_document(&o, f, m, how);
	for (i = 0; i < m->n_netns; i++) {
		json_object(&o.j, NULL);
		json_netns(&o, &m->netns[i]);
		json_netns_devs(&o, &m->netns[i]);
		json_object_end(&o.j);
	}
	json_namespaces_end(&o);
	json_string_if(&o, "boot_id", how->boot_id, how->boot_id);
	if (how->viewer && !how->viewer->sees_all)
		put_limited(&o.j, how->viewer);
	put_stale(&o);
	json_document_end(&o);
	return 0;
}
