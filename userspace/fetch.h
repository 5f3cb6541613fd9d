/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel -> model: the conversations that commands share. */
#ifndef NSINFO_FETCH_H
#define NSINFO_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "decode.h"
#include "err.h"
#include "genl.h"
#include "model.h"

/* Which netns a request is about. */
struct netns_key {
	enum { NETNS_BY_INUM, NETNS_BY_ID, NETNS_IS_INIT } by;
	uint64_t value;			/* none for NETNS_IS_INIT */
};

/*
 * Open @g and find the family. Returns 0 or a negative errno, with @err saying
 * what to do, and status STATUS_NO_MODULE if the module is not loaded.
 */
int fetch_open(struct genl *g, struct err *err);

/*
 * Find the id of one netns. Returns 0 or a negative errno with @err; -ENOENT
 * if the requester sees no such netns.
 */
int fetch_id(struct genl *g, const struct netns_key *key, uint64_t *id,
	     struct err *err);

/*
 * Fill and finish @m with the @n netns of @ids (all, if @n is 0) and their
 * devices, with counters if @stats, reading again while things change under
 * the hands. What @m held is dropped. Returns 0 or a negative errno with @err.
 */
int fetch_all(struct genl *g, const uint64_t *ids, size_t n, bool stats,
	      struct model *m, struct err *err);

/* What the module says of itself. Returns 0 or a negative errno with @err. */
int fetch_module(struct genl *g, struct model *m, struct module *mod,
		 struct err *err);

#endif
