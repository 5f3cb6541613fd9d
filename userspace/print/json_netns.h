/* SPDX-License-Identifier: GPL-2.0 */
/* The JSON of netns and devices, for all that print such. */
#ifndef NSINFO_JSON_NETNS_H
#define NSINFO_JSON_NETNS_H

#include "base/json.h"
#include "print/render.h"

struct json_out {
	struct json j;
	const struct model *m;
	const struct render *how;
	bool by_inum;		/* a dying netns has its names too */
	const char *owner;	/* user that owns the next netns; or NULL */
	char buf[IPNAMES_SIZE];
};

/* {"namespaces":[, then objects, then ], members if there are more, and }. */
void json_document(struct json_out *o, FILE *f, const struct model *m,
		   const struct render *how);
void json_namespaces_end(struct json_out *o);
void json_document_end(struct json_out *o);

/* A member that is there if its attribute was. */
void json_uint_if(struct json_out *o, const char *key, bool there,
		  uint64_t value);
void json_string_if(struct json_out *o, const char *key, bool there,
		    const char *value);

/* The members of the object of a netns, and the one with its devices. */
void json_netns(struct json_out *o, const struct netns *ns);
void json_netns_devs(struct json_out *o, const struct netns *ns);

/* The members of the object that tells when and by whom a netns was made. */
void json_created(struct json *j, const struct created *created);

/* A device that is waited for, in an array. */
void json_waiting(struct json *j, const struct waiting *waiting);

/*
 * json_details.c: the members of the object of a device that only its details
 * have, and those of its object linkinfo.
 */
void json_details(struct json_out *o, const struct dev *dev);
void json_linkinfo_details(struct json_out *o, const struct dev *dev);

/* json_dev.c: the object of a device, of an address. */
void json_dev(struct json_out *o, const char *key, const struct dev *dev);
void json_addr(struct json_out *o, const char *key, const struct addr *addr);

#endif
