/* SPDX-License-Identifier: GPL-2.0 */
/* Generic netlink transport: one socket, one request at a time. */
#ifndef NSINFO_GENL_H
#define NSINFO_GENL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libmnl/libmnl.h>

/* Bytes of a request buffer; every request of ours fits. */
#define GENL_REQUEST_SIZE	256

struct genl_group {
	char name[16];
	uint32_t id;
};

struct genl {
	struct mnl_socket *nl;		/* NULL for genl_attach() */
	int fd;
	uint32_t portid;
	uint32_t seq;
	uint16_t family;		/* message type, after genl_resolve() */
	uint32_t version;		/* of the family, likewise */
	struct genl_group groups[4];	/* its multicast groups, likewise */
	uint8_t *buf;
	bool takes_torn;		/* what changed in mid-dump is no harm */
};

/* The kernel's own words about a request that it refused. */
struct genl_fault {
	int error;			/* negative errno; 0: none */
	bool by_callback;		/* what failed is what was answered */
	char msg[256];			/* extack text, or "" */
	bool has_attr;			/* of the request, at its top level: */
	uint16_t attr;			/* … it is about this attribute */
	bool has_missing;
	uint16_t missing;		/* … this one was not there */
};

/*
 * Called for each answer with what follows its genetlink header. Returns 0 or
 * a negative errno; after one of those the rest of the answers is read and
 * dropped, so that the socket stays usable, and genl_talk() returns it.
 */
typedef int (*genl_cb)(const void *attrs, size_t len, void *data);

/*
 * Open a socket with extended and capped acks. Returns 0 or a negative errno.
 * genl_close() is right after failure too.
 */
int genl_open(struct genl *g);
/* Use the datagram socket @fd, whose port is @portid, instead; keeps it. */
int genl_attach(struct genl *g, int fd, uint32_t portid);
void genl_close(struct genl *g);

/*
 * Find family @name. Returns 0, or a negative errno: -ENOENT if there is none
 * of that name in this netns.
 */
int genl_resolve(struct genl *g, const char *name);

/*
 * Begin a request in @buf of GENL_REQUEST_SIZE bytes; add attributes with
 * mnl_attr_put…(). @flags is 0 or NLM_F_DUMP.
 */
struct nlmsghdr *genl_request(struct genl *g, void *buf, uint8_t cmd,
			      uint16_t flags);

/*
 * Send @req and hand all answers to @cb until their acknowledgment or end of dump.
 * Returns 0; -EINTR if a dump is not consistent and must be thrown away (a
 * signal is not such a case); what @cb returned; or another negative errno,
 * the kernel's with its words in *@fault, which is always set.
 */
int genl_talk(struct genl *g, const struct nlmsghdr *req, genl_cb cb,
	      void *data, struct genl_fault *fault);

/*
 * Join multicast group @name of the family, on a socket that is for listening
 * only. Returns 0 or a negative errno; -ENOENT if there is no such group.
 */
int genl_join(struct genl *g, const char *name);

/*
 * Called for each notification. Returns 0 or a negative errno, which
 * genl_listen() then returns.
 */
typedef int (*genl_event_cb)(uint8_t cmd, const void *attrs, size_t len,
			     void *data);

/*
 * Read once, without waiting, from a socket that listens. Returns 0; -EAGAIN if
 * there is nothing; -ENOBUFS if something was lost; -ENODEV when the family is
 * gone; what @cb returned; or another negative errno.
 */
int genl_listen(struct genl *g, genl_event_cb cb, void *data);

#endif
