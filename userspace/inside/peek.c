// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "base/child.h"
#include "base/util.h"
#include "inside/peek.h"
#include "inside/peek_in.h"

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

static int take(void *data, void *rec)
{
	return peek_take(data, rec);
}

int peek_run(void (*child)(int out, void *data), void *data, int timeout_ms,
	     struct peek *p)
{
	struct child c;
	int ret;

	memset(p, 0, sizeof(*p));
	ret = child_start(&c, child, data);
	if (ret)
		return ret;
	ret = child_listen(&c, sizeof(struct peek_record), timeout_ms,
			   PEEK_TIMEOUTS * timeout_ms, take, p);
	child_stop(&c);
	p->late = ret == -ETIME;
	drop_unfinished(p);
	return p->late ? 0 : ret;
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
