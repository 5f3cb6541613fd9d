/* SPDX-License-Identifier: GPL-2.0 */
/* What is not as it should be on this host. */
#ifndef NSINFO_DOCTOR_H
#define NSINFO_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/duplicates.h"
#include "model/model.h"
#include "wire/decode.h"

enum doctor_level {
	DOCTOR_OK,
	DOCTOR_NOTE,			/* good to know */
	DOCTOR_BAD,			/* wants to be looked at */
};

struct doctor_line {
	enum doctor_level level;
	const char *topic;		/* one word */
	const char *text;		/* may hold foreign bytes */
	const char *advice;		/* what to do; NULL: nothing */
};

/* An all-zero one is empty; doctor_clear() in the end. */
struct doctor {
	struct doctor_line *lines;
	size_t n_lines;
	size_t cap_lines;
	struct model arena;		/* of the texts */
	bool no_memory;
};

void doctor_clear(struct doctor *d);

/* Add a line. Without memory for it no_memory is set. */
void doctor_say(struct doctor *d, enum doctor_level level, const char *topic,
		const char *advice, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Likewise, the advice being a command for the netns @id. */
void doctor_say_netns(struct doctor *d, enum doctor_level level,
		      const char *topic, uint64_t id, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Take away what is "ok" of a topic of which something is bad. */
void doctor_settle(struct doctor *d);

bool doctor_found(const struct doctor *d);

/*
 * Look at what the module tells of itself, at its version and at what it and
 * the kernel cannot tell of the first netns, at CLOCK_BOOTTIME @now in ns.
 */
void doctor_module(struct doctor *d, const struct module *mod, uint64_t now);
void doctor_kernel(struct doctor *d, const struct model *m);

/* What sock_diag does not tell here, which holders goes by. */
void doctor_diag(struct doctor *d);

/*
 * Whether neither a task nor a name leads into one, or into @ns, now in @m, as
 * was so in @before. Needs all tasks and names: what comes and goes is seen at
 * two times.
 */
bool doctor_has_hidden(const struct model *m);
bool doctor_is_hidden(const struct model *before, const struct model *m,
		      const struct netns *ns);

/*
 * Who has such a netns open, if anybody does: needs its holders, and the fact
 * sockets. An nsfs file is a good way in, and not told.
 */
void doctor_hidden(struct doctor *d, const struct model *m,
		   const struct netns *ns);

/*
 * Devices that were told to go, and do not, at CLOCK_BOOTTIME @now in ns. A module
 * that is not @tracking does not tell of any. "ok" only for who can see all:
 * @blind, as of doctor_names(), is enum blind.
 */
void doctor_devices(struct doctor *d, const struct model *m, uint64_t now,
		    bool tracking, uint32_t blind);

/* Names that name nothing, as far as that can be told. */
void doctor_names(struct doctor *d, const struct model *m, uint32_t blind);

/* Why leaks are not looked for: who does not see all would see many. */
void doctor_no_leaks(struct doctor *d, uint32_t blind);

/*
 * IP addresses of @m that are there more than once, which @found has; whether
 * all netns of the host are in @m.
 */
void doctor_addresses(struct doctor *d, const struct model *m,
		      const struct duplicates *found, bool sees_all);

#endif
