// SPDX-License-Identifier: GPL-2.0
#include "json_netns.h"

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
	put_stale(&o);
	json_document_end(&o);
	return 0;
}
