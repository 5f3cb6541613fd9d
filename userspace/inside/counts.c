// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netinet/tcp.h>

#include "base/array.h"
#include "base/util.h"
#include "inside/counts.h"

static const char *const netid_names[] = {
	[PEEK_NL] = "nl", [PEEK_P_RAW] = "p_raw", [PEEK_P_DGR] = "p_dgr",
	[PEEK_U_STR] = "u_str", [PEEK_U_SEQ] = "u_seq", [PEEK_U_DGR] = "u_dgr",
	[PEEK_RAW] = "raw", [PEEK_UDP] = "udp", [PEEK_TCP] = "tcp",
	[PEEK_MPTCP] = "mptcp", [PEEK_DCCP] = "dccp", [PEEK_SCTP] = "sctp",
	[PEEK_SCTP_ASSOC] = "sctp-assoc",
	[PEEK_V_STR] = "v_str", [PEEK_V_SEQ] = "v_seq", [PEEK_V_DGR] = "v_dgr",
	[PEEK_XDP] = "xdp",
};

static const char *const state_names[] = {
	[TCP_ESTABLISHED] = "ESTAB", [TCP_SYN_SENT] = "SYN-SENT",
	[TCP_SYN_RECV] = "SYN-RECV", [TCP_FIN_WAIT1] = "FIN-WAIT-1",
	[TCP_FIN_WAIT2] = "FIN-WAIT-2", [TCP_TIME_WAIT] = "TIME-WAIT",
	[TCP_CLOSE] = "UNCONN", [TCP_CLOSE_WAIT] = "CLOSE-WAIT",
	[TCP_LAST_ACK] = "LAST-ACK", [TCP_LISTEN] = "LISTEN",
	[TCP_CLOSING] = "CLOSING",
};

/* By enum sctp_state of the kernel. */
static const char *const sctp_names[] = {
	"CLOSED", "COOKIE_WAIT", "COOKIE_ECHOED", "ESTAB", "SHUTDOWN_PENDING",
	"SHUTDOWN_SENT", "SHUTDOWN_RECEIVED", "ACK_SENT",
};

const char *peek_netid_name(uint32_t netid)
{
	return netid < ARRAY_SIZE(netid_names) ? netid_names[netid] : NULL;
}

const char *peek_state_name(uint32_t netid, uint32_t state)
{
	if (netid == PEEK_SCTP_ASSOC)
		return state < ARRAY_SIZE(sctp_names) ? sctp_names[state] :
							NULL;
	return state < ARRAY_SIZE(state_names) ? state_names[state] : NULL;
}

void peek_clear(struct peek *p)
{
	free(p->tables);
	free(p->sockets);
	memset(p, 0, sizeof(*p));
}

static int cmp2(uint32_t a, uint32_t a2, uint32_t b, uint32_t b2)
{
	if (a != b)
		return a < b ? -1 : 1;
	return (a2 > b2) - (a2 < b2);
}

int peek_add_routes(struct peek *p, uint32_t family, uint32_t table,
		    uint32_t n)
{
	size_t lo = 0, hi = p->n_tables, mid;
	struct peek_table *t;
	int order;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		t = &p->tables[mid];
		order = cmp2(t->family, t->table, family, table);
		if (!order) {
			t->routes += n;
			return 0;
		}
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	t = array_insert(&p->tables, &p->n_tables, &p->cap_tables, lo);
	if (!t)
		return -ENOMEM;
	*t = (struct peek_table){ family, table, n };
	return 0;
}

int peek_add_sockets(struct peek *p, uint32_t netid, uint32_t state,
		     uint32_t n)
{
	struct peek_sockets *s;
	size_t i;

	for (i = 0; i < p->n_sockets; i++) {
		int order;

		s = &p->sockets[i];
		order = cmp2(s->netid, s->state, netid, state);
		if (!order) {
			s->n += n;
			return 0;
		}
		if (order > 0)
			break;
	}
	s = array_insert(&p->sockets, &p->n_sockets, &p->cap_sockets, i);
	if (!s)
		return -ENOMEM;
	*s = (struct peek_sockets){ netid, state, n };
	return 0;
}

bool peek_has(const struct peek *p, uint32_t what, uint32_t family)
{
	return p->have & (family == AF_INET6 ? PEEK_6(what) : what);
}

uint32_t peek_routes(const struct peek *p, uint32_t family)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < p->n_tables; i++)
		if (p->tables[i].family == family)
			sum += p->tables[i].routes;
	return sum;
}

uint32_t peek_sockets_of(const struct peek *p, uint32_t netid)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < p->n_sockets; i++)
		if (p->sockets[i].netid == netid)
			sum += p->sockets[i].n;
	return sum;
}

uint32_t peek_sockets_all(const struct peek *p)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < p->n_sockets; i++)
		sum += p->sockets[i].n;
	return sum;
}
