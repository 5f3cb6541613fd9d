// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <netinet/tcp.h>

#include "base/child.h"
#include "base/util.h"
#include "inside/peek.h"
#include "inside/peek_in.h"

/* How long a child that has told all may take to be gone. */
#define END_MS	50

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

/*
 * Room at index @at of *@array, whose items behind it move up. NULL if there
 * is no memory.
 */
static void *insert(void *array, size_t *n, size_t *cap, size_t size,
		    size_t at)
{
	void **base = array;
	char *item;

	if (*n == *cap) {
		size_t want = *cap ? *cap * 2 : 16;
		void *bigger = reallocarray(*base, want, size);

		if (!bigger)
			return NULL;
		*base = bigger;
		*cap = want;
	}
	item = (char *)*base + at * size;
	memmove(item + size, item, (*n - at) * size);
	memset(item, 0, size);
	(*n)++;
	return item;
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
	t = insert(&p->tables, &p->n_tables, &p->cap_tables, sizeof(*t), lo);
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
	s = insert(&p->sockets, &p->n_sockets, &p->cap_sockets, sizeof(*s), i);
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

static bool is_ip(uint32_t family)
{
	return family == AF_INET || family == AF_INET6;
}

int peek_take(struct peek *p, const struct peek_record *rec)
{
	switch (rec->type) {
	case PEEK_REC_ROUTES:
		return is_ip(rec->a) ?
			peek_add_routes(p, rec->a, rec->b, rec->n) : -EBADMSG;
	case PEEK_REC_SOCKETS:
		return rec->a < PEEK_NETIDS ?
			peek_add_sockets(p, rec->a, rec->b, rec->n) : -EBADMSG;
	case PEEK_REC_RULES:
		if (!is_ip(rec->a))
			return -EBADMSG;
		p->rules[rec->a == AF_INET6] = rec->n;
		return 0;
	case PEEK_REC_NEIGHBOURS:
		if (!is_ip(rec->a))
			return -EBADMSG;
		p->neighbours[rec->a == AF_INET6] = rec->n;
		return 0;
	case PEEK_REC_DONE:
		p->have |= rec->a & (PEEK_ALL | PEEK_6(PEEK_ALL));
		return 0;
	case PEEK_REC_FAILED:
		return rec->a && rec->a < 4096 ? -(int)rec->a : -EBADMSG;
	case PEEK_REC_END:
		if (rec->a >= 4096)
			return -EBADMSG;
		p->ended = true;
		p->failed = rec->a;
		return 0;
	default:
		return -EBADMSG;
	}
}

/* Half of a count is none. */
static void drop_unfinished(struct peek *p)
{
	static const uint32_t families[] = { AF_INET, AF_INET6 };
	size_t i, kept = 0;

	for (i = 0; i < p->n_tables; i++)
		if (peek_has(p, PEEK_ROUTES, p->tables[i].family))
			p->tables[kept++] = p->tables[i];
	p->n_tables = kept;
	if (!(p->have & PEEK_SOCKETS))
		p->n_sockets = 0;
	for (i = 0; i < ARRAY_SIZE(families); i++) {
		if (!peek_has(p, PEEK_RULES, families[i]))
			p->rules[i] = 0;
		if (!peek_has(p, PEEK_NEIGHBOURS, families[i]))
			p->neighbours[i] = 0;
	}
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * (int64_t)1000 + now.tv_nsec / 1000000;
}

/*
 * Returns 0 at the end of what the child wrote, and when that does not go on
 * for @timeout_ms or has no end.
 */
static int read_records(int in, int timeout_ms, struct peek *p)
{
	int64_t end = now_ms() + (int64_t)PEEK_TIMEOUTS * timeout_ms;
	struct peek_record recs[256];
	size_t have = 0, i;
	int ret = 0;

	while (!ret) {
		struct pollfd fd = { .fd = in, .events = POLLIN };
		int64_t left = end - now_ms();
		ssize_t len;

		if (left > timeout_ms)
			left = timeout_ms;
		p->late = left <= 0 || !poll(&fd, 1, left);
		if (p->late)
			return 0;
		len = read(in, (char *)recs + have, sizeof(recs) - have);
		if (len < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (len <= 0)
			return len ? -errno : 0;
		have += len;
		for (i = 0; i < have / sizeof(*recs) && !ret; i++)
			ret = peek_take(p, &recs[i]);
		have %= sizeof(*recs);
		memmove(recs, &recs[i], ret ? 0 : have);
	}
	return ret;
}

void peek_end_child(pid_t pid)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	int i;

	kill(pid, SIGKILL);
	for (i = 0; i < END_MS; i++) {
		if (waitpid(pid, NULL, WNOHANG))
			return;
		nanosleep(&ms, NULL);
	}
}

int peek_run(void (*child)(int out, void *data), void *data, int timeout_ms,
	     struct peek *p)
{
	int fds[2], ret;
	pid_t pid;

	memset(p, 0, sizeof(*p));
	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid < 0) {
		ret = -errno;
		close(fds[0]);
		close(fds[1]);
		return ret;
	}
	if (!pid) {
		child(fds[1], data);
		_exit(0);
	}
	close(fds[1]);
	ret = read_records(fds[0], timeout_ms, p);
	close(fds[0]);
	peek_end_child(pid);
	drop_unfinished(p);
	return ret;
}

struct visit {
	int fd;
	uint32_t what;
	struct peek_own own;
};

static void visit(int out, void *data)
{
	struct visit *v = data;

	child_begin(out, v->fd == PEEK_OWN ? out : v->fd);
	if (v->fd != PEEK_OWN && setns(v->fd, CLONE_NEWNET)) {
		struct peek_record rec = { PEEK_REC_FAILED, errno, 0, 0 };

		if (write(out, &rec, sizeof(rec)) < 0)
			_exit(1);
		return;
	}
	if (v->fd != PEEK_OWN) {
		close(v->fd);
		v->own = (struct peek_own){ 0 };
	}
	peek_inside(out, v->what, &v->own);
}

int peek_netns(int fd, uint32_t portid, uint32_t what, int timeout_ms,
	       struct peek *p)
{
	struct visit v = { fd, what, { NETLINK_GENERIC, portid } };
	int ret = peek_run(visit, &v, timeout_ms, p);

	if (ret)
		return ret;
	if (p->late)
		return -ETIME;
	return p->ended ? -p->failed : -EIO;
}
