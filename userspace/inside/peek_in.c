// SPDX-License-Identifier: GPL-2.0
/* The child that goes in: asks the kernel and writes counts to a pipe. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/sock_diag.h>

#include "base/modprobe.h"
#include "inside/peek_in.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK	270
#endif

#define RECV_SIZE	(32 * 1024)
#define TRIES		10
/* After so many datagrams our parent is told that it goes on. */
#define ALIVE		64

struct inside {
	int out;
	uint32_t seq;
	struct peek_own own;		/* of our parent */
	max_align_t buf[RECV_SIZE / sizeof(max_align_t)];
};

/* Our parent reads whole records, so never write a part of one. */
static void tell(const struct inside *in, uint32_t type, uint32_t a,
		 uint32_t b, uint32_t n)
{
	struct peek_record rec = { type, a, b, n };
	ssize_t len;

	do {
		len = write(in->out, &rec, sizeof(rec));
	} while (len < 0 && errno == EINTR);
	if (len != sizeof(rec))
		_exit(1);
}

static void tell_counts(const struct inside *in, const struct peek_ask *ask,
			const struct peek *p)
{
	size_t i;

	for (i = 0; i < p->n_tables; i++)
		tell(in, PEEK_REC_ROUTES, p->tables[i].family,
		     p->tables[i].table, p->tables[i].routes);
	for (i = 0; i < p->n_sockets; i++)
		tell(in, PEEK_REC_SOCKETS, p->sockets[i].netid,
		     p->sockets[i].state, p->sockets[i].n);
	if (ask->what == PEEK_RULES)
		tell(in, PEEK_REC_RULES, ask->family, 0,
		     p->rules[ask->family == AF_INET6]);
	if (ask->what == PEEK_NEIGHBOURS)
		tell(in, PEEK_REC_NEIGHBOURS, ask->family, 0,
		     p->neighbours[ask->family == AF_INET6]);
}

static int talk(struct inside *in, struct mnl_socket *nl, struct peek_talk *t)
{
	char request[PEEK_REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *req;
	unsigned int n = 0;
	ssize_t len;
	int ret = 0;

	t->seq = ++in->seq;
	t->portid = mnl_socket_get_portid(nl);
	req = peek_request(t->ask, t->seq, request);
	if (mnl_socket_sendto(nl, req, req->nlmsg_len) < 0)
		return -errno;
	while (!ret && !t->done) {
		len = mnl_socket_recvfrom(nl, in->buf, sizeof(in->buf));
		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return len ? -errno : -ECONNRESET;
		ret = peek_feed(t, in->buf, len);
		if (++n % ALIVE == 0)
			tell(in, PEEK_REC_DONE, 0, 0, 0);
	}
	return ret;
}

/* Counts stay in @p. What keeps changing is counted as it is in the end. */
static int ask_netlink(struct inside *in, const struct peek_ask *ask,
		       struct peek *p)
{
	int bus = ask->type == SOCK_DIAG_BY_FAMILY ? NETLINK_SOCK_DIAG :
						     NETLINK_ROUTE;
	struct mnl_socket *nl = mnl_socket_open2(bus, SOCK_CLOEXEC);
	struct peek_talk t;
	int one = 1, try, ret = -EIO;

	if (!nl)
		return -errno;
	if (!mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID)) {
		setsockopt(mnl_socket_get_fd(nl), SOL_NETLINK,
			   NETLINK_GET_STRICT_CHK, &one, sizeof(one));
		for (try = 0; try < TRIES; try++) {
			peek_clear(p);
			t = (struct peek_talk){
				.ask = ask,
				.p = p,
				.own = { in->own,
					 { bus, mnl_socket_get_portid(nl) } },
			};
			ret = talk(in, nl, &t);
			if (ret || !t.interrupted)
				break;
		}
	}
	mnl_socket_close(nl);
	return ret;
}

/* Where the kernel has no module to ask: what is not there has no sockets. */
static int ask_proc(const struct inside *in, const struct peek_ask *ask,
		    struct peek *p)
{
	struct peek_talk t = { .ask = ask, .p = p, .own = { in->own } };
	char path[64];
	FILE *f;
	int ret;

	peek_clear(p);
	if (!ask->proc)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/net/%s", ask->proc);
	f = fopen(path, "re");
	if (!f)
		return errno == ENOENT ? 0 : -errno;
	ret = peek_read_proc(&t, f);
	fclose(f);
	return ret;
}

static int ask_one(struct inside *in, const struct peek_ask *ask)
{
	struct peek p = { 0 };
	int ret = ask_netlink(in, ask, &p);

	if (ret && ask->what == PEEK_SOCKETS)
		ret = ask_proc(in, ask, &p);
	if (!ret)
		tell_counts(in, ask, &p);
	peek_clear(&p);
	return ret;
}

/*
 * A kernel that has IPv6 switched off answers most questions about it as if
 * it were there and empty.
 */
static bool has_inet6(bool may_load)
{
	int fd;

	if (!may_load)
		return !access("/proc/self/net/if_inet6", F_OK);
	fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno != EAFNOSUPPORT;
	close(fd);
	return true;
}

static uint32_t told_by(const struct peek_ask *ask)
{
	return ask->what != PEEK_SOCKETS && ask->family == AF_INET6 ?
		PEEK_6(ask->what) : ask->what;
}

/* What a kernel without a feature says when it is asked about that. */
static bool is_not_there(int ret)
{
	return ret == -EOPNOTSUPP || ret == -EAFNOSUPPORT ||
	       ret == -EPROTONOSUPPORT;
}

void peek_inside(int out, uint32_t what, const struct peek_own *own)
{
	static struct inside in;
	const struct peek_ask *ask;
	bool may_load = modprobe_can_walk(), inet6 = has_inet6(may_load), done;
	uint32_t failed = 0, bit;
	int ret, why = 0;

	in.out = out;
	in.own = *own;
	for (ask = peek_asks; ask->what; ask++) {
		if (!(what & ask->what) ||
		    (ask->family == AF_INET6 && !inet6))
			continue;
		bit = told_by(ask);
		ret = may_load || ask->what != PEEK_SOCKETS ?
			ask_one(&in, ask) : -ETIME;
		if (ret)
			failed |= bit;
		if (ret && !is_not_there(ret) && !why)
			why = -ret;
		/* A module for the next one may have to be loaded. */
		done = told_by(ask + 1) != bit && !(failed & bit);
		tell(&in, PEEK_REC_DONE, done ? bit : 0, 0, 0);
	}
	tell(&in, PEEK_REC_END, why, 0, 0);
}
