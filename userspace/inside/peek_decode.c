// SPDX-License-Identifier: GPL-2.0
/* What peek asks for, and the answers -> counts. Trusts nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/inet_diag.h>
#include <linux/neighbour.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <linux/xdp_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "base/util.h"
#include "inside/peek_in.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP	262
#endif
#ifndef AF_XDP
#define AF_XDP		44
#endif
#ifndef IPPROTO_DCCP
#define IPPROTO_DCCP	33
#endif

/* TCP_BOUND_INACTIVE, not in older headers; answers call it TCP_CLOSE. */
#define BOUND_INACTIVE	13
/*
 * TCP_ESTABLISHED to TCP_CLOSING, and, since 6.8, bound and neither listening
 * nor connected: what ss -a asks for.
 */
#define ALL_STATES	(0xfff | 1 << BOUND_INACTIVE)

#define INET(family_, protocol_, netid_, proc_) \
	{ PEEK_SOCKETS, SOCK_DIAG_BY_FAMILY, family_, protocol_, netid_, proc_ }
#define OTHER(family_, proc_) INET(family_, 0, PEEK_NETIDS, proc_)

/* Sockets first: all the rest may have to wait for RTNL. */
const struct peek_ask peek_asks[] = {
	OTHER(AF_NETLINK, "netlink"),
	OTHER(AF_PACKET, "packet"),
	OTHER(AF_UNIX, "unix"),
	INET(AF_INET, IPPROTO_RAW, PEEK_RAW, "raw"),
	INET(AF_INET6, IPPROTO_RAW, PEEK_RAW, "raw6"),
	INET(AF_INET, IPPROTO_UDP, PEEK_UDP, "udp"),
	INET(AF_INET6, IPPROTO_UDP, PEEK_UDP, "udp6"),
	INET(AF_INET, IPPROTO_TCP, PEEK_TCP, "tcp"),
	INET(AF_INET6, IPPROTO_TCP, PEEK_TCP, "tcp6"),
	INET(AF_INET, IPPROTO_MPTCP, PEEK_MPTCP, NULL),
	INET(AF_INET6, IPPROTO_MPTCP, PEEK_MPTCP, NULL),
	INET(AF_INET, IPPROTO_DCCP, PEEK_DCCP, NULL),
	INET(AF_INET6, IPPROTO_DCCP, PEEK_DCCP, NULL),
	INET(AF_INET, IPPROTO_SCTP, PEEK_SCTP, NULL),
	INET(AF_INET6, IPPROTO_SCTP, PEEK_SCTP, NULL),
	OTHER(AF_VSOCK, NULL),
	OTHER(AF_XDP, NULL),
	{ PEEK_RULES, RTM_GETRULE, AF_INET, 0, 0, NULL },
	{ PEEK_RULES, RTM_GETRULE, AF_INET6, 0, 0, NULL },
	{ PEEK_NEIGHBOURS, RTM_GETNEIGH, AF_INET, 0, 0, NULL },
	{ PEEK_NEIGHBOURS, RTM_GETNEIGH, AF_INET6, 0, 0, NULL },
	{ PEEK_ROUTES, RTM_GETROUTE, AF_INET, 0, 0, NULL },
	{ PEEK_ROUTES, RTM_GETROUTE, AF_INET6, 0, 0, NULL },
	{ 0 },
};

static void put_inet(struct nlmsghdr *nlh, const struct peek_ask *ask)
{
	struct inet_diag_req_v2 *req;

	req = mnl_nlmsg_put_extra_header(nlh, sizeof(*req));
	req->sdiag_family = ask->family;
	req->sdiag_protocol = ask->protocol;
	req->idiag_states = ALL_STATES;
	if (ask->protocol > UINT8_MAX)
		mnl_attr_put_u32(nlh, INET_DIAG_REQ_PROTOCOL, ask->protocol);
}

/* Some have no states to ask for, and all begin with these two. */
static void put_diag(struct nlmsghdr *nlh, const struct peek_ask *ask)
{
	struct netlink_diag_req *netlink;
	struct vsock_diag_req *vsock;
	struct unix_diag_req *unix_;

	switch (ask->family) {
	case AF_INET:
	case AF_INET6:
		put_inet(nlh, ask);
		return;
	case AF_UNIX:
		unix_ = mnl_nlmsg_put_extra_header(nlh, sizeof(*unix_));
		unix_->udiag_states = ALL_STATES;
		break;
	case AF_VSOCK:
		vsock = mnl_nlmsg_put_extra_header(nlh, sizeof(*vsock));
		vsock->vdiag_states = ALL_STATES;
		break;
	case AF_PACKET:
		mnl_nlmsg_put_extra_header(nlh, sizeof(struct packet_diag_req));
		break;
	case AF_XDP:
		mnl_nlmsg_put_extra_header(nlh, sizeof(struct xdp_diag_req));
		break;
	case AF_NETLINK:
		netlink = mnl_nlmsg_put_extra_header(nlh, sizeof(*netlink));
		netlink->sdiag_protocol = NDIAG_PROTO_ALL;
		break;
	}
	*(uint8_t *)mnl_nlmsg_get_payload(nlh) = ask->family;
}

struct nlmsghdr *peek_request(const struct peek_ask *ask, uint32_t seq,
			      void *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	size_t size = ask->type == RTM_GETNEIGH ? sizeof(struct ndmsg) :
						  sizeof(struct rtmsg);

	nlh->nlmsg_type = ask->type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = seq;
	if (ask->type == SOCK_DIAG_BY_FAMILY)
		put_diag(nlh, ask);
	else
		*(uint8_t *)mnl_nlmsg_put_extra_header(nlh, size) = ask->family;
	return nlh;
}

static int add_netlink(struct peek_talk *t, uint32_t protocol, uint32_t portid)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t->own); i++)
		if (t->own[i].portid && t->own[i].portid == portid &&
		    t->own[i].protocol == protocol)
			return 0;
	return peek_add_sockets(t->p, PEEK_NL, TCP_CLOSE, 1);
}

static int add_packet(struct peek_talk *t, uint32_t type)
{
	return peek_add_sockets(t->p, type == SOCK_RAW ? PEEK_P_RAW : PEEK_P_DGR,
				TCP_CLOSE, 1);
}

/* @str is the first of three in enum peek_netid. */
static int add_typed(struct peek_talk *t, uint32_t str, uint32_t type,
		     uint32_t state)
{
	uint32_t netid = type == SOCK_STREAM ? str :
			 type == SOCK_SEQPACKET ? str + 1 : str + 2;

	return peek_add_sockets(t->p, netid, state, 1);
}

/* The payload if it has @size bytes, or NULL. */
static const void *payload(const struct nlmsghdr *nlh, size_t size)
{
	return mnl_nlmsg_get_payload_len(nlh) < size ? NULL :
						       mnl_nlmsg_get_payload(nlh);
}

/* An association of SCTP comes after its socket, and has the same inode. */
static int add_inet(struct peek_talk *t, const struct inet_diag_msg *inet)
{
	uint32_t netid = t->ask->netid;

	if (inet->idiag_family != t->ask->family)
		return 0;
	if (netid == PEEK_SCTP) {
		if (inet->idiag_inode && inet->idiag_inode == t->inode)
			netid = PEEK_SCTP_ASSOC;
		t->inode = inet->idiag_inode;
	}
	return peek_add_sockets(t->p, netid, inet->idiag_state, 1);
}

static int read_socket(struct peek_talk *t, const struct nlmsghdr *nlh)
{
	const struct netlink_diag_msg *netlink;
	const struct packet_diag_msg *packet;
	const struct vsock_diag_msg *vsock;
	const struct unix_diag_msg *unix_;
	const struct inet_diag_msg *inet;

	switch (t->ask->family) {
	case AF_NETLINK:
		netlink = payload(nlh, sizeof(*netlink));
		return !netlink ? -EBADMSG :
			add_netlink(t, netlink->ndiag_protocol,
				    netlink->ndiag_portid);
	case AF_PACKET:
		packet = payload(nlh, sizeof(*packet));
		return !packet ? -EBADMSG : add_packet(t, packet->pdiag_type);
	case AF_UNIX:
		unix_ = payload(nlh, sizeof(*unix_));
		return !unix_ ? -EBADMSG :
			add_typed(t, PEEK_U_STR, unix_->udiag_type,
				  unix_->udiag_state);
	case AF_VSOCK:
		vsock = payload(nlh, sizeof(*vsock));
		return !vsock ? -EBADMSG :
			add_typed(t, PEEK_V_STR, vsock->vdiag_type,
				  vsock->vdiag_state);
	case AF_XDP:
		return !payload(nlh, sizeof(struct xdp_diag_msg)) ? -EBADMSG :
			peek_add_sockets(t->p, PEEK_XDP, TCP_CLOSE, 1);
	default:
		inet = payload(nlh, sizeof(*inet));
		return !inet ? -EBADMSG : add_inet(t, inet);
	}
}

static int read_route(struct peek_talk *t, const struct nlmsghdr *nlh)
{
	const struct rtmsg *rtm = payload(nlh, sizeof(*rtm));
	const struct nlattr *attr;
	uint32_t table;

	if (!rtm)
		return -EBADMSG;
	/* Cached ones of packets on their way are no routes. */
	if (rtm->rtm_family != t->ask->family || rtm->rtm_flags & RTM_F_CLONED)
		return 0;
	table = rtm->rtm_table;
	mnl_attr_for_each(attr, nlh, sizeof(*rtm))
		if (mnl_attr_get_type(attr) == RTA_TABLE &&
		    mnl_attr_get_payload_len(attr) == sizeof(table))
			table = mnl_attr_get_u32(attr);
	return peek_add_routes(t->p, rtm->rtm_family, table, 1);
}

/* Those that ip shows if not asked for more: NUD_NOARP and NUD_NONE not. */
static int read_neighbour(struct peek_talk *t, const struct nlmsghdr *nlh)
{
	const struct ndmsg *ndm = payload(nlh, sizeof(*ndm));

	if (!ndm)
		return -EBADMSG;
	if (ndm->ndm_family == t->ask->family &&
	    (ndm->ndm_state & 0xff & ~NUD_NOARP ||
	     ndm->ndm_flags & (NTF_PROXY | NTF_EXT_LEARNED)))
		t->p->neighbours[ndm->ndm_family == AF_INET6]++;
	return 0;
}

static int read_rule(struct peek_talk *t, const struct nlmsghdr *nlh)
{
	const struct fib_rule_hdr *rule = payload(nlh, sizeof(*rule));

	if (!rule)
		return -EBADMSG;
	if (rule->family == t->ask->family)
		t->p->rules[rule->family == AF_INET6]++;
	return 0;
}

static int answer(struct peek_talk *t, const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case SOCK_DIAG_BY_FAMILY:
		return t->ask->what == PEEK_SOCKETS ? read_socket(t, nlh) : 0;
	case RTM_NEWROUTE:
		return t->ask->what == PEEK_ROUTES ? read_route(t, nlh) : 0;
	case RTM_NEWNEIGH:
		return t->ask->what == PEEK_NEIGHBOURS ?
			read_neighbour(t, nlh) : 0;
	case RTM_NEWRULE:
		return t->ask->what == PEEK_RULES ? read_rule(t, nlh) : 0;
	default:
		return 0;
	}
}

/* NLMSG_ERROR and NLMSG_DONE both begin with an error number. */
static int end(struct peek_talk *t, const struct nlmsghdr *nlh)
{
	int error;

	t->done = true;
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(error))
		return nlh->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	return error < 0 ? error : 0;
}

static int message(struct peek_talk *t, const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_seq != t->seq || nlh->nlmsg_pid != t->portid)
		return 0;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		t->interrupted = true;
	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
		return end(t, nlh);
	return answer(t, nlh);
}

/* libmnl takes a length above INT_MAX for one that fits. */
static bool fits(const struct nlmsghdr *nlh, size_t len)
{
	return len >= sizeof(*nlh) && nlh->nlmsg_len >= sizeof(*nlh) &&
	       nlh->nlmsg_len <= len;
}

int peek_feed(struct peek_talk *t, const void *buf, size_t len)
{
	const struct nlmsghdr *nlh = buf;
	int ret = 0;

	while (!ret && !t->done && fits(nlh, len)) {
		size_t step = NLMSG_ALIGN(nlh->nlmsg_len);

		ret = message(t, nlh);
		if (step > len)
			step = len;
		len -= step;
		nlh = (const struct nlmsghdr *)((const char *)nlh + step);
	}
	return !ret && !t->done && len ? -EBADMSG : ret;
}

#define FIELDS	6

/* The fields of a line; those that are missing are "". */
static void split(char *line, const char *field[FIELDS])
{
	char *save = NULL;
	int i;

	for (i = 0; i < FIELDS; i++) {
		field[i] = strtok_r(i ? NULL : line, " \t\n", &save);
		if (!field[i])
			break;
	}
	for (; i < FIELDS; i++)
		field[i] = "";
}

/* Of /proc/net/unix: enum socket_state, and __SO_ACCEPTCON in the flags. */
static uint32_t unix_state(const char *flags, const char *state)
{
	static const uint32_t states[] = {
		TCP_CLOSE, TCP_CLOSE, TCP_SYN_SENT, TCP_ESTABLISHED, TCP_CLOSING,
	};
	unsigned long n = strtoul(state, NULL, 16);

	if (strtoul(flags, NULL, 16) & 1 << 16)
		return TCP_LISTEN;
	return n < ARRAY_SIZE(states) ? states[n] : TCP_CLOSE;
}

static int read_line(struct peek_talk *t, char *line)
{
	const char *f[FIELDS];

	split(line, f);
	switch (t->ask->family) {
	case AF_NETLINK:
		return add_netlink(t, strtoul(f[1], NULL, 10),
				   strtoul(f[2], NULL, 10));
	case AF_PACKET:
		return add_packet(t, strtoul(f[2], NULL, 10));
	case AF_UNIX:
		return add_typed(t, PEEK_U_STR, strtoul(f[4], NULL, 16),
				 unix_state(f[3], f[5]));
	default:
		return peek_add_sockets(t->p, t->ask->netid,
					strtoul(f[3], NULL, 16), 1);
	}
}

int peek_read_proc(struct peek_talk *t, FILE *f)
{
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	/* The first one holds the headings. */
	if (getline(&line, &size, f) > 0)
		while (!ret && getline(&line, &size, f) > 0)
			ret = read_line(t, line);
	free(line);
	return ret;
}
