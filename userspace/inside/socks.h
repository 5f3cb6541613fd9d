/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a child process that goes into a netns sees there: its sockets with
 * their addresses, and the inode numbers of its files in /proc/PID/net.
 */
#ifndef NSINFO_SOCKS_H
#define NSINFO_SOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inside/sock_diag.h"

struct inside {
	bool complete;			/* it said all */
	uint64_t *inodes;		/* of the files, sorted */
	size_t n_inodes;
	size_t cap_inodes;
	struct inside_sock *socks;
	size_t n_socks;
	size_t cap_socks;
};

/*
 * Look inside the netns of the nsfs file @fd (-1: our own). Never waits for
 * longer than @timeout_ms for a word. Returns 0 or a negative errno.
 */
int inside_read(struct inside *in, int fd, int timeout_ms);
void inside_clear(struct inside *in);

bool inside_has_inode(const struct inside *in, uint64_t inode);
const struct inside_sock *inside_sock(const struct inside *in,
				      uint64_t inode);

/* TCP sockets that no process has any more, in FIN-WAIT or the like. */
uint32_t inside_orphans(const struct inside *in);
bool inside_is_orphan(const struct inside_sock *sock);
/* Connections that no process has accepted yet. */
uint32_t inside_queued(const struct inside *in);

#endif
