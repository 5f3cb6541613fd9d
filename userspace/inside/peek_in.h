/* SPDX-License-Identifier: GPL-2.0 */
/* The half of peek that runs inside: messages and /proc files -> counts. */
#ifndef NSINFO_PEEK_IN_H
#define NSINFO_PEEK_IN_H

#include <stdint.h>
#include <stdio.h>

#include <linux/netlink.h>

#include "inside/counts.h"

/* One thing to ask: a netlink dump, or a file below /proc/net instead. */
struct peek_ask {
	uint32_t what;			/* PEEK_* */
	uint16_t type;			/* of the request: RTM_GETROUTE, … */
	uint16_t family;		/* AF_* */
	uint16_t protocol;		/* IPPROTO_*, where there are several */
	uint16_t netid;			/* of its sockets, where all are one */
	const char *proc;		/* NULL: no such file */
};

/* All of them in the order to ask; ends with one whose what is 0. */
extern const struct peek_ask peek_asks[];

/* A netlink socket of our own, which does not count. */
struct peek_own {
	uint32_t protocol;		/* NETLINK_* */
	uint32_t portid;
};

/* One dump on its way. */
struct peek_talk {
	const struct peek_ask *ask;
	struct peek *p;			/* counts go here */
	uint32_t seq;
	uint32_t portid;
	struct peek_own own[2];
	uint32_t inode;			/* of the last socket of SCTP */
	bool interrupted;		/* not consistent: to be done again */
	bool done;
};

/*
 * Read one datagram of @len bytes at @buf, 4-byte aligned. Returns 0; what the
 * kernel refused it with; -EBADMSG if it is not as it must be; -ENOMEM.
 */
int peek_feed(struct peek_talk *t, const void *buf, size_t len);

/* Likewise the lines of the file ask->proc. */
int peek_read_proc(struct peek_talk *t, FILE *f);

/* Write the request of @ask into @buf of PEEK_REQUEST_SIZE. */
#define PEEK_REQUEST_SIZE	256
struct nlmsghdr *peek_request(const struct peek_ask *ask, uint32_t seq,
			      void *buf);

/* What goes through the pipe. */
struct peek_record {
	enum {
		PEEK_REC_ROUTES = 1,	/* family, table, number */
		PEEK_REC_SOCKETS,	/* netid, state, number */
		PEEK_REC_RULES,		/* family, 0, number */
		PEEK_REC_NEIGHBOURS,	/* likewise */
		PEEK_REC_DONE,		/* PEEK_*, PEEK_6(); 0: it goes on */
		PEEK_REC_FAILED,	/* errno: could not go in */
		PEEK_REC_END,		/* errno of what failed, or 0: all said */
	} type;
	uint32_t a;
	uint32_t b;
	uint32_t n;
};

/* Returns 0; -EBADMSG for a record that is none; -ENOMEM. */
int peek_take(struct peek *p, const struct peek_record *rec);

/* Count @what here, and write it to the pipe @out. */
void peek_inside(int out, uint32_t what, const struct peek_own *own);

#endif
