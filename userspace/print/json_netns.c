// SPDX-License-Identifier: GPL-2.0
#include "model/word.h"
#include "print/json_netns.h"
#include "print/print_names.h"

void json_document(struct json_out *o, FILE *f, const struct model *m,
		   const struct render *how)
{
	*o = (struct json_out){ .m = m, .how = how };
	json_start(&o->j, f, how->pretty);
	json_object(&o->j, NULL);
	json_array(&o->j, "namespaces");
}

void json_namespaces_end(struct json_out *o)
{
	json_array_end(&o->j);
}

void json_document_end(struct json_out *o)
{
	json_object_end(&o->j);
	json_end(&o->j);
}

static void put_owner(struct json_out *o, const struct netns *ns)
{
	if (!HAS(ns, NSINFO_A_NETNS_OWNER_USERNS) &&
	    !HAS(ns, NSINFO_A_NETNS_OWNER_UID))
		return;
	json_object(&o->j, "owner");
	json_uint_if(o, "userns", HAS(ns, NSINFO_A_NETNS_OWNER_USERNS),
		     ns->owner_userns);
	json_uint_if(o, "uid", HAS(ns, NSINFO_A_NETNS_OWNER_UID), ns->owner_uid);
	json_string_if(o, "user", o->owner, o->owner);
	json_object_end(&o->j);
}

void json_created(struct json *j, const struct created *created)
{
	if (HAS(created, NSINFO_A_CREATED_TIME))
		json_uint(j, "time", created->time);
	if (HAS(created, NSINFO_A_CREATED_PID))
		json_uint(j, "pid", created->pid);
	if (HAS(created, NSINFO_A_CREATED_COMM))
		json_string(j, "comm", created->comm);
	if (HAS(created, NSINFO_A_CREATED_UID))
		json_uint(j, "uid", created->uid);
}

static void put_names(struct json_out *o, const struct netns *ns)
{
	const struct name *name;
	size_t n;

	name = o->by_inum ? model_inum_names(o->m, ns->inum, &n) :
			    model_names(o->m, ns, &n);
	json_names(&o->j, name, n);
}

void json_waiting(struct json *j, const struct waiting *waiting)
{
	json_object(j, NULL);
	json_uint(j, "ifindex", waiting->ifindex);
	json_string(j, "ifname", waiting->ifname);
	if (HAS(waiting, NSINFO_A_WAITING_KIND))
		json_string(j, "kind", waiting->kind);
	if (HAS(waiting, NSINFO_A_WAITING_REFS))
		json_uint(j, "refs", waiting->refs);
	if (HAS(waiting, NSINFO_A_WAITING_SINCE))
		json_uint(j, "since", waiting->since);
	json_object_end(j);
}

/* Of very many only the first are known, and how many there are. */
static void put_all_waiting(struct json_out *o, const struct netns *ns)
{
	uint32_t i;

	if (!ns->n_waiting)
		return;
	json_array(&o->j, "waiting");
	for (i = 0; i < ns->n_waiting; i++)
		json_waiting(&o->j, &o->m->waiting[ns->first_waiting + i]);
	json_array_end(&o->j);
	json_uint_if(o, "nwaiting", HAS(ns, NSINFO_A_NETNS_NWAITING),
		     ns->all_waiting);
}

void json_netns(struct json_out *o, const struct netns *ns)
{
	json_uint(&o->j, "id", ns->id);
	json_uint(&o->j, "ns", ns->inum);
	json_string_if(o, "state", model_state_name(ns),
		       model_state_name(ns));
	json_uint_if(o, "dying_since", HAS(ns, NSINFO_A_NETNS_DYING_SINCE),
		     ns->dying_since);
	if (HAS(ns, NSINFO_A_NETNS_INACTIVE))
		json_true(&o->j, "inactive");
	put_all_waiting(o, ns);
	if (HAS(ns, NSINFO_A_NETNS_INIT))
		json_true(&o->j, "init");
	if (HAS(ns, NSINFO_A_NETNS_SELF))
		json_true(&o->j, "self");
	if (!o->by_inum)
		json_string(&o->j, "name",
			    netns_word(o->m, ns, o->buf, sizeof(o->buf)));
	put_names(o, ns);
	if (HAS(ns, NSINFO_A_NETNS_NSID))
		json_int(&o->j, "netnsid", ns->nsid);
	put_owner(o, ns);
	if (HAS(ns, NSINFO_A_NETNS_CREATED)) {
		json_object(&o->j, "created");
		json_created(&o->j, &ns->created);
		json_object_end(&o->j);
	}
	json_uint_if(o, "refs", HAS(ns, NSINFO_A_NETNS_REFS), ns->refs);
}

void json_netns_devs(struct json_out *o, const struct netns *ns)
{
	uint32_t i;

	if (ns->has_details)
		json_true(&o->j, "details");
	json_array(&o->j, "devices");
	for (i = 0; i < ns->n_devs; i++)
		json_dev(o, NULL, &o->m->devs[ns->first_dev + i]);
	json_array_end(&o->j);
}
