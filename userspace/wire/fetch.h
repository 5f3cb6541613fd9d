/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel -> model: the conversations that commands share. */
#ifndef NSINFO_FETCH_H
#define NSINFO_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/model.h"
#include "wire/decode.h"
#include "wire/genl.h"

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

/* How much to read. */
struct fetch_want {
	bool devs;
	bool stats;			/* … with their counters */
	uint32_t facts;			/* NSINFO_NETNS_WANT_* */
	bool torn;			/* not of one moment: events mend it */
};

/*
 * Fill and finish @m with the @n netns of @ids (all, if @n is 0), reading
 * again while things change under the hands. What @m held is dropped.
 * Returns 0 or a negative errno with @err.
 */
int fetch_all(struct genl *g, const uint64_t *ids, size_t n,
	      const struct fetch_want *want, struct model *m, struct err *err);

/*
 * around.c: ask what devices of a finished @m point to and is not in it,
 * for model_anywhere(): the netns, and the devices of which the wire tells the
 * ifindex alone. What is gone, or not told, is left out. Returns 0 or -ENOMEM
 * with @err.
 */
int fetch_around(struct genl *g, struct model *m, struct err *err);

/*
 * Ask one netns, or one device without all of its addresses, and add the
 * answer to @m, which is not finished. Returns 0 or a negative errno with @err;
 * -ENOENT or -ENODEV if there is none.
 */
int fetch_netns(struct genl *g, uint64_t id, struct model *m, struct err *err);
int fetch_dev(struct genl *g, uint64_t id, uint32_t ifindex, struct model *m,
	      struct err *err);

/*
 * Ask one netns of a finished @m again, with @facts (NSINFO_NETNS_WANT_*).
 * Returns 0 or a negative errno with @err, and then @m is as it was; -ENOENT
 * if the netns is gone by now.
 */
int fetch_facts(struct genl *g, uint64_t id, uint32_t facts, struct model *m,
		struct err *err);

/*
 * Put the tasks into a finished @m, instead of those it has: those of one
 * netns, or all if @id is 0.
 * Returns 0 with model->has_tasks set, or a negative errno with @err; -EPERM
 * where this user may not know.
 */
int fetch_tasks(struct genl *g, uint64_t id, struct model *m, struct err *err);

/*
 * Add the open files that lead into the netns @id to @m, instead of those it
 * has. Returns 0 or a negative errno with @err, as fetch_tasks() does.
 */
int fetch_holders(struct genl *g, uint64_t id, struct model *m,
		  struct err *err);

/*
 * Open a live netns by its id. Returns a file descriptor of nsfs, which the
 * caller closes, or a negative errno with @err.
 */
int fetch_netns_fd(struct genl *g, uint64_t id, struct err *err);

/* The netns of this socket. Returns as fetch_id() does. */
int fetch_self(struct genl *g, uint64_t *id, bool *is_init, struct err *err);

/*
 * Open @g, a socket of its own, and listen to what happens: in all netns for
 * who is in the first one (@all), else in our own. Returns 0 or a negative
 * errno with @err.
 */
int fetch_listen(struct genl *g, bool all, struct err *err);

/* What the module says of itself. Returns 0 or a negative errno with @err. */
int fetch_module(struct genl *g, struct model *m, struct module *mod,
		 struct err *err);

#endif
