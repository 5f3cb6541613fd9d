/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of the nsinfo family -> model. Trusts nothing, prints nothing. */
#ifndef NSINFO_DECODE_H
#define NSINFO_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/model.h"

/* What module-get tells. */
struct module {
	uint64_t has;
	const char *version;		/* in the arena of the model */
	uint32_t tracked;
	uint32_t untracked;
	uint32_t queued;
	uint32_t dying;
	uint64_t oldest_dying;		/* CLOCK_BOOTTIME, ns */
	uint32_t waiting;
	uint64_t event_seq;
};

/* What netns-open tells. */
struct opened {
	uint64_t has;
	uint64_t id;
	uint32_t inum;
	uint32_t fd;
};

enum wire_type {
	WIRE_SKIP,			/* padding, or not meant for us */
	WIRE_U32,
	WIRE_U64,
	WIRE_FLAG,
	WIRE_STRING,
	WIRE_BYTES,			/* struct bytes */
	WIRE_INET,			/* struct inet */
	WIRE_NEST,			/* set `nest` into the member */
	WIRE_ADDR,			/* one address of the device */
	WIRE_STATS,			/* counters of the device */
	WIRE_FIB,			/* routing tables of one family */
	WIRE_HOOK,			/* one hook of netfilter */
	WIRE_WAITING,			/* one device of the netns */
	WIRE_EVENT,			/* pointer to struct event */
};

/* One attribute: where it goes in the object and what it must look like. */
struct wire_attr {
	const char *name;		/* as in the YAML; NULL: not known */
	const struct wire_set *nest;
	uint16_t offset;
	uint16_t max;			/* bytes, for strings without the NUL */
	uint8_t type;			/* enum wire_type */
};

struct wire_set {
	const char *name;
	const struct wire_attr *attr;	/* by attribute number */
	uint32_t n_attr;
	uint16_t has_offset;		/* of the object's presence bits */
	uint64_t must;			/* bits of what may not be missing */
};

extern const struct wire_set wire_module;
extern const struct wire_set wire_netns;
extern const struct wire_set wire_dev;
extern const struct wire_set wire_addr;
extern const struct wire_set wire_stats;
extern const struct wire_set wire_fib;
extern const struct wire_set wire_hook;
extern const struct wire_set wire_event;
extern const struct wire_set wire_waiting;
extern const struct wire_set wire_task;
extern const struct wire_set wire_holder;
extern const struct wire_set wire_opened;

/*
 * Each takes the attributes of one message (what follows the genetlink
 * header, @len bytes at @data, 4-byte aligned) and adds to @m. Return 0;
 * -EBADMSG for a message that is not as the contract says, with @err saying
 * what is wrong; -ENOMEM; decode_dev() also -EINTR if a split device is not
 * gone on with. On failure throw the model away.
 */
int decode_module(struct model *m, struct module *mod, const void *data,
		  size_t len, struct err *err);
int decode_netns(struct model *m, const void *data, size_t len,
		 struct err *err);
int decode_dev(struct model *m, const void *data, size_t len,
	       struct err *err);
int decode_task(struct model *m, const void *data, size_t len,
		struct err *err);
int decode_holder(struct model *m, const void *data, size_t len,
		  struct err *err);
/*
 * A notification: into @m, which is empty before, one netns or one device, with
 * one address at most. Returns as the others do.
 */
int decode_event(struct model *m, uint8_t cmd, const void *data, size_t len,
		 struct err *err);
/* Into *@opened alone; @m may be an empty model. */
int decode_opened(struct model *m, struct opened *opened, const void *data,
		  size_t len, struct err *err);

#endif
