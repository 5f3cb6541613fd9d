/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is counted inside a netns: its routes, rules, neighbours, and its
 * sockets by protocol and state.
 */
#ifndef NSINFO_COUNTS_H
#define NSINFO_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Count @n more. Returns 0 or -ENOMEM. */
int peek_add_routes(struct peek *p, uint32_t family, uint32_t table,
		    uint32_t n);
int peek_add_sockets(struct peek *p, uint32_t netid, uint32_t state,
		     uint32_t n);

#endif
