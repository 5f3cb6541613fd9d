/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets of the netns of this process, as sock_diag(7) tells them. */
#ifndef NSINFO_SOCK_DIAG_H
#define NSINFO_SOCK_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/netlink.h>

#define INSIDE_ADDR	120		/* a path of 108 bytes, and more */

struct inside_sock {
	uint64_t inode;			/* 0: no file of its own */
	uint32_t family;
	uint32_t protocol;
	uint32_t sock_type;
	uint32_t state;			/* TCP_* */
	bool ring;			/* of AF_PACKET, with a ring */
	char local[INSIDE_ADDR];	/* "": none */
	char peer[INSIDE_ADDR];
};

/* What goes through the pipe; only inode of a file of /proc. */
struct inside_rec {
	enum {
		INSIDE_REC_INODE = 1, INSIDE_REC_SOCK,
		INSIDE_REC_ALIVE,	/* it goes on */
		INSIDE_REC_END
	} type;
	struct inside_sock sock;
};

/*
 * Tell all sockets that are in the netns of this process. False, with none
 * told, where the kernel cannot be asked.
 */
bool inside_ask_sockets(int out,
			void (*tell)(int out, const struct inside_rec *rec));

/*
 * One answer of sock_diag -> @sock. False for what is no socket: one that only
 * waits for its end, or one of the kernel itself.
 */
bool inside_decode(const struct nlmsghdr *nlh, uint32_t protocol,
		   struct inside_sock *sock);

#endif
