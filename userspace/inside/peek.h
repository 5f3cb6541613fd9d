/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What only a look from inside tells of a netns: its routes, rules,
 * neighbours, and its sockets by protocol and state. A child process goes in
 * and counts; ours never leaves the netns that it is in.
 */
#ifndef NSINFO_PEEK_H
#define NSINFO_PEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What to count, one bit each. */
enum {
	PEEK_SOCKETS = 1,
	PEEK_RULES = 2,
	PEEK_NEIGHBOURS = 4,
	PEEK_ROUTES = 8,
	PEEK_ALL = 15,
};

/* Rules, neighbours and routes of IPv6, where those of IPv4 are told apart. */
#define PEEK_6(what)	((what) << 4)

/* A sick host must not hang us: RTNL may be held for ever. */
#define PEEK_TIMEOUT_MS	5000
/* A busy one may go on for so many times that, while it does go on. */
#define PEEK_TIMEOUTS	12

/* Instead of a file descriptor: the netns that we are in. Needs no rights. */
#define PEEK_OWN	(-1)

struct peek_table {
	uint32_t family;		/* AF_INET, AF_INET6 */
	uint32_t table;
	uint32_t routes;		/* as `ip route show table` lists them */
};

/* Sorts of sockets, in the order of ss. */
enum peek_netid {
	PEEK_NL, PEEK_P_RAW, PEEK_P_DGR, PEEK_U_STR, PEEK_U_SEQ, PEEK_U_DGR,
	PEEK_RAW, PEEK_UDP, PEEK_TCP, PEEK_MPTCP, PEEK_DCCP, PEEK_SCTP, PEEK_SCTP_ASSOC,
	PEEK_V_STR, PEEK_V_SEQ, PEEK_V_DGR, PEEK_XDP, PEEK_NETIDS
};

struct peek_sockets {
	uint32_t netid;			/* enum peek_netid */
	uint32_t state;			/* TCP_…; SCTP_STATE_… */
	uint32_t n;			/* as `ss -a` lists them */
};

struct peek {
	uint32_t have;			/* PEEK_*, PEEK_6(): what is told, in full */
	bool late;			/* time was over before the end */
	bool ended;			/* the child said all that it had */
	int failed;			/* errno: something could not be asked */
	struct peek_table *tables;	/* sorted by family, then table */
	size_t n_tables;
	size_t cap_tables;
	struct peek_sockets *sockets;	/* sorted by netid, then state */
	size_t n_sockets;
	size_t cap_sockets;
	uint32_t rules[2];		/* IPv4, IPv6 */
	uint32_t neighbours[2];		/* likewise, as `ip neigh` lists them */
};

/*
 * Count @what (PEEK_*) in the netns of the file descriptor @fd, or in our own
 * if that is PEEK_OWN; a netlink socket of ours there, of generic netlink and
 * with port @portid, is not counted. Where the kernel says nothing more for
 * @timeout_ms, what was not counted by then is missing in p->have. Returns 0;
 * -ETIME if time was over, or what a question failed with, the others being
 * counted; or a negative errno, -EPERM where we may not go in, with nothing
 * counted. What this kernel does not have is no failure. Call peek_clear() after
 * any of these.
 */
int peek_netns(int fd, uint32_t portid, uint32_t what, int timeout_ms,
	       struct peek *p);

/* An all-zero one is empty. Frees everything; then it is empty. */
void peek_clear(struct peek *p);

/* Whether all of @what is told of AF_INET or AF_INET6. */
bool peek_has(const struct peek *p, uint32_t what, uint32_t family);

/* Sums of one family, of one sort, of all. */
uint32_t peek_routes(const struct peek *p, uint32_t family);
uint32_t peek_sockets_of(const struct peek *p, uint32_t netid);
uint32_t peek_sockets_all(const struct peek *p);

/*
 * In the words of ss, which shows an association of SCTP without a netid.
 * NULL for one without a name.
 */
const char *peek_netid_name(uint32_t netid);
const char *peek_state_name(uint32_t netid, uint32_t state);

/*
 * Kill the child @pid, and wait a little for it to be gone: where it waits in
 * the kernel for a lock it is left behind, for init to bury.
 */
void peek_end_child(pid_t pid);

/*
 * Internal, for tests. Let @child, in a process of its own, write records to
 * the pipe @out, and read them into @p; -errno is what it says failed.
 */
int peek_run(void (*child)(int out, void *data), void *data, int timeout_ms,
	     struct peek *p);

#endif
