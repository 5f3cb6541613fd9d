// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>

#include "base/modprobe.h"
#include "inside/peek_in.h"
#include "inside/sock_diag.h"

#define RECV_SIZE	(32 * 1024)
/* idiag_timer of a socket in TIME-WAIT, whatever its state says. */
#define TIMER_TIMEWAIT	3

static void put_ip(char *buf, uint32_t family, const uint32_t *ip,
		   uint16_t port)
{
	char text[INET6_ADDRSTRLEN];

	if (!inet_ntop(family, ip, text, sizeof(text)))
		return;
	snprintf(buf, INSIDE_ADDR, family == AF_INET6 ? "[%s]:%u" : "%s:%u",
		 text, ntohs(port));
}

static bool decode_inet(const struct nlmsghdr *nlh, uint32_t protocol,
			struct inside_sock *s)
{
	const struct inet_diag_msg *d = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*d) ||
	    d->idiag_timer == TIMER_TIMEWAIT ||
	    d->idiag_state == TCP_TIME_WAIT)
		return false;
	s->inode = d->idiag_inode;
	s->protocol = protocol;
	s->state = d->idiag_state;
	put_ip(s->local, d->idiag_family, d->id.idiag_src, d->id.idiag_sport);
	if (d->id.idiag_dport)
		put_ip(s->peer, d->idiag_family, d->id.idiag_dst,
		       d->id.idiag_dport);
	return true;
}

static bool decode_unix(const struct nlmsghdr *nlh, struct inside_sock *s)
{
	const struct unix_diag_msg *d = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	const char *name;
	size_t len;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*d))
		return false;
	s->inode = d->udiag_ino;
	s->sock_type = d->udiag_type;
	s->state = d->udiag_state;
	mnl_attr_for_each(attr, nlh, sizeof(*d)) {
		if (mnl_attr_get_type(attr) != UNIX_DIAG_NAME)
			continue;
		name = mnl_attr_get_payload(attr);
		len = mnl_attr_get_payload_len(attr);
		if (len && len < INSIDE_ADDR)
			memcpy(s->local, name, len);
		if (len && !*name)
			*s->local = '@';
	}
	return true;
}

static bool decode_packet(const struct nlmsghdr *nlh, struct inside_sock *s)
{
	const struct packet_diag_msg *d = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*d))
		return false;
	s->inode = d->pdiag_ino;
	s->sock_type = d->pdiag_type;
	s->protocol = htons(d->pdiag_num);
	s->state = TCP_CLOSE;
	mnl_attr_for_each(attr, nlh, sizeof(*d))
		if (mnl_attr_get_type(attr) == PACKET_DIAG_RX_RING ||
		    mnl_attr_get_type(attr) == PACKET_DIAG_TX_RING)
			s->ring = true;
	return true;
}

/* Those of the kernel itself have port 0 and hold nothing. */
static bool decode_netlink(const struct nlmsghdr *nlh, struct inside_sock *s)
{
	const struct netlink_diag_msg *d = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*d) || !d->ndiag_portid ||
	    d->ndiag_portid == nlh->nlmsg_pid)
		return false;
	s->inode = d->ndiag_ino;
	s->sock_type = d->ndiag_type;
	s->protocol = d->ndiag_protocol;
	s->state = d->ndiag_state;
	snprintf(s->local, sizeof(s->local), "port %u", d->ndiag_portid);
	return true;
}

bool inside_decode(const struct nlmsghdr *nlh, uint32_t protocol,
		   struct inside_sock *sock)
{
	memset(sock, 0, sizeof(*sock));
	if (!mnl_nlmsg_get_payload_len(nlh))
		return false;
	sock->family = *(const uint8_t *)mnl_nlmsg_get_payload(nlh);
	switch (sock->family) {
	case AF_INET:
	case AF_INET6:
		return decode_inet(nlh, protocol, sock);
	case AF_UNIX:
		return decode_unix(nlh, sock);
	case AF_PACKET:
		return decode_packet(nlh, sock);
	case AF_NETLINK:
		return decode_netlink(nlh, sock);
	default:
		return false;
	}
}

/* More than peek asks for: names and rings. */
static struct nlmsghdr *request(const struct peek_ask *ask, uint32_t seq,
				void *buf)
{
	struct nlmsghdr *nlh = peek_request(ask, seq, buf);
	struct packet_diag_req *packet = mnl_nlmsg_get_payload(nlh);
	struct unix_diag_req *unix_ = mnl_nlmsg_get_payload(nlh);

	if (ask->family == AF_UNIX)
		unix_->udiag_show = UDIAG_SHOW_NAME;
	if (ask->family == AF_PACKET)
		packet->pdiag_show = PACKET_SHOW_INFO | PACKET_SHOW_RING_CFG;
	return nlh;
}

struct answers {
	int out;
	void (*tell)(int out, const struct inside_rec *rec);
	uint32_t protocol;
};

static int answer(const struct nlmsghdr *nlh, void *data)
{
	struct inside_rec rec = { .type = INSIDE_REC_SOCK };
	struct answers *a = data;

	if (nlh->nlmsg_type == SOCK_DIAG_BY_FAMILY &&
	    inside_decode(nlh, a->protocol, &rec.sock))
		a->tell(a->out, &rec);
	return MNL_CB_OK;
}

static void ask_one(struct mnl_socket *nl, const struct peek_ask *ask,
		    uint32_t seq, struct answers *a)
{
	static char recv_buf[RECV_SIZE] __attribute__((aligned(8)));
	char buf[PEEK_REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *req = request(ask, seq, buf);
	unsigned int portid = mnl_socket_get_portid(nl);
	ssize_t len;
	int ret = MNL_CB_OK;

	a->protocol = ask->protocol;
	if (mnl_socket_sendto(nl, req, req->nlmsg_len) < 0)
		return;
	while (ret == MNL_CB_OK) {
		len = mnl_socket_recvfrom(nl, recv_buf, sizeof(recv_buf));
		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return;
		ret = mnl_cb_run(recv_buf, len, seq, portid, answer, a);
	}
}

bool inside_ask_sockets(int out,
			void (*tell)(int out, const struct inside_rec *rec))
{
	const struct inside_rec alive = { .type = INSIDE_REC_ALIVE };
	struct answers a = { .out = out, .tell = tell };
	const struct peek_ask *ask;
	struct mnl_socket *nl;
	uint32_t seq = 0;
	bool bound;

	if (!modprobe_can_walk())
		return false;
	nl = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	/* A kernel without sock_diag has no more to tell. */
	if (!nl)
		return errno == EPROTONOSUPPORT;
	bound = !mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID);
	for (ask = peek_asks; bound && ask->what; ask++) {
		if (ask->what != PEEK_SOCKETS)
			continue;
		ask_one(nl, ask, ++seq, &a);
		/* A module for the next one may have to be loaded. */
		tell(out, &alive);
	}
	mnl_socket_close(nl);
	return bound;
}
