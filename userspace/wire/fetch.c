// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "wire/explain.h"
#include "wire/fetch.h"

/* Newer than some headers. */
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE	71
#endif

#define TRIES		10
#define FIRST_PAUSE_MS	10
#define LAST_PAUSE_MS	200

/* Where answers go. */
struct sink {
	struct model *m;
	struct module *mod;
	struct opened *opened;
	struct err *err;
};

int fetch_open(struct genl *g, struct err *err)
{
	int ret = genl_open(g);

	if (ret)
		return err_set(err, -ret, "netlink socket: %s", strerror(-ret));
	ret = genl_resolve(g, NSINFO_FAMILY_NAME);
	if (ret)
		return explain_family(err, EXPLAIN_SYS, -ret);
	if (g->version != NSINFO_FAMILY_VERSION)
		return explain_version(err, EXPLAIN_SYS, g->version);
	return 0;
}

/* What a callback returns has its words already. */
static int talk(struct genl *g, const struct nlmsghdr *req, genl_cb cb,
		const char *what, const struct wire_set *set,
		struct sink *sink)
{
	struct genl_fault fault = { 0 };
	int ret;

	ret = genl_talk(g, req, cb, sink, &fault);
	if (!ret || fault.by_callback)
		return ret;
	if (ret == -EINTR)
		return err_set(sink->err, EINTR,
			       "%s: it changed while it was read", what);
	return explain_refusal(sink->err, EXPLAIN_SYS, what, set, -ret, &fault);
}

static int netns_cb(const void *attrs, size_t len, void *data)
{
	struct sink *sink = data;

	return decode_netns(sink->m, attrs, len, sink->err);
}

static int dev_cb(const void *attrs, size_t len, void *data)
{
	struct sink *sink = data;

	return decode_dev(sink->m, attrs, len, sink->err);
}

static int task_cb(const void *attrs, size_t len, void *data)
{
	struct sink *sink = data;

	return decode_task(sink->m, attrs, len, sink->err);
}

static int holder_cb(const void *attrs, size_t len, void *data)
{
	struct sink *sink = data;

	return decode_holder(sink->m, attrs, len, sink->err);
}

static int opened_cb(const void *attrs, size_t len, void *data)
{
	struct sink *sink = data;

	return decode_opened(sink->m, sink->opened, attrs, len, sink->err);
}

static int module_cb(const void *attrs, size_t len, void *data)
{
	struct sink *sink = data;

	return decode_module(sink->m, sink->mod, attrs, len, sink->err);
}

int fetch_module(struct genl *g, struct model *m, struct module *mod,
		 struct err *err)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { .m = m, .mod = mod, .err = err };
	struct nlmsghdr *req;

	memset(mod, 0, sizeof(*mod));
	req = genl_request(g, buf, NSINFO_CMD_MODULE_GET, 0);
	return talk(g, req, module_cb, "module-get", &wire_module, &sink);
}

/* One try after the other at reading the same thing. */
struct reading {
	struct genl *g;
	const uint64_t *ids;
	size_t n;
	struct fetch_want want;
	struct model *m;
	struct err *err;
};

static void put_facts(const struct reading *r, struct nlmsghdr *req)
{
	if (r->want.facts)
		mnl_attr_put_u32(req, NSINFO_A_NETNS_WANT, r->want.facts);
}

static int dump_netns(struct reading *r)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { .m = r->m, .err = r->err };
	struct nlmsghdr *req;

	req = genl_request(r->g, buf, NSINFO_CMD_NETNS_GET, NLM_F_DUMP);
	put_facts(r, req);
	return talk(r->g, req, netns_cb, "netns-get", &wire_netns, &sink);
}

static int get_netns(struct reading *r, const struct netns_key *key)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { .m = r->m, .err = r->err };
	struct nlmsghdr *req;

	req = genl_request(r->g, buf, NSINFO_CMD_NETNS_GET, 0);
	if (key->by == NETNS_BY_ID)
		mnl_attr_put_u64(req, NSINFO_A_NETNS_ID, key->value);
	else
		mnl_attr_put_u32(req, NSINFO_A_NETNS_INUM, key->value);
	put_facts(r, req);
	return talk(r->g, req, netns_cb, "netns-get", &wire_netns, &sink);
}

int fetch_netns(struct genl *g, uint64_t id, struct model *m, struct err *err)
{
	struct netns_key key = { NETNS_BY_ID, id };
	struct reading r = { .g = g, .m = m, .err = err };

	return get_netns(&r, &key);
}

int fetch_dev(struct genl *g, uint64_t id, uint32_t ifindex, struct model *m,
	      struct err *err)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { .m = m, .err = err };
	struct nlmsghdr *req;
	int ret;

	req = genl_request(g, buf, NSINFO_CMD_DEV_GET, 0);
	mnl_attr_put_u64(req, NSINFO_A_DEV_NETNS_ID, id);
	mnl_attr_put_u32(req, NSINFO_A_DEV_IFINDEX, ifindex);
	ret = talk(g, req, dev_cb, "dev-get", &wire_dev, &sink);
	m->more = false;
	return ret;
}

/* Devices of one netns, or of all if @id is NULL. */
static int dump_devs(struct reading *r, const uint64_t *id)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { .m = r->m, .err = r->err };
	struct nlmsghdr *req;

	req = genl_request(r->g, buf, NSINFO_CMD_DEV_GET, NLM_F_DUMP);
	if (id)
		mnl_attr_put_u64(req, NSINFO_A_DEV_NETNS_ID, *id);
	if (r->want.stats)
		mnl_attr_put_u32(req, NSINFO_A_DEV_WANT, NSINFO_DEV_WANT_STATS);
	return talk(r->g, req, dev_cb, "dev-get", &wire_dev, &sink);
}

static int read_all(struct reading *r)
{
	int ret = dump_netns(r);

	return ret || !r->want.devs ? ret : dump_devs(r, NULL);
}

static int read_one(struct reading *r, uint64_t id)
{
	struct netns_key key = { NETNS_BY_ID, id };
	int ret = get_netns(r, &key);

	if (!ret && r->want.devs)
		ret = dump_devs(r, &id);
	if (ret == -ENOENT)
		err_set(r->err, ENOENT,
			"netns id:%" PRIu64 ": it went away while it was read",
			id);
	return ret;
}

/*
 * A netns and its devices come one after the other: what came or went between
 * the two makes another number of them. In a teardown they go all the time.
 */
static int compare_counts(const struct model *m)
{
	size_t i;

	for (i = 0; i < m->n_netns; i++) {
		const struct netns *ns = &m->netns[i];

		if (ns->state == NSINFO_NETNS_STATE_LIVE &&
		    HAS(ns, NSINFO_A_NETNS_NDEVS) && ns->ndevs != ns->n_devs)
			return -EINTR;
	}
	return 0;
}

static int read_snapshot(struct reading *r)
{
	size_t i;
	int ret = 0;

	model_clear(r->m);
	if (!r->n)
		ret = read_all(r);
	for (i = 0; i < r->n && !ret; i++)
		ret = read_one(r, r->ids[i]);
	if (ret)
		return ret;
	if (r->want.torn)
		model_drop_strays(r->m);
	ret = model_finish(r->m);
	if (ret || !r->want.devs || r->want.torn)
		return ret;
	return compare_counts(r->m);
}

/* Call @once until nothing changes in the middle of it, but not for ever. */
static int retry(struct reading *r, int (*once)(struct reading *r))
{
	unsigned int ms = FIRST_PAUSE_MS;
	int try, ret;

	for (try = 0; try < TRIES; try++) {
		if (try) {
			clock_pause(ms);
			ms = ms * 2 < LAST_PAUSE_MS ? ms * 2 : LAST_PAUSE_MS;
		}
		ret = once(r);
		if (ret != -EINTR)
			return ret;
	}
	return ret;
}

static int keeps_changing(struct err *err)
{
	return err_set(err, EINTR,
		       "dump: the namespaces keep changing while they are read (%d tries): try again when there is less coming and going, or name the netns that you want",
		       TRIES);
}

int fetch_all(struct genl *g, const uint64_t *ids, size_t n,
	      const struct fetch_want *want, struct model *m, struct err *err)
{
	struct reading r = { g, ids, n, *want, m, err };
	int ret;

	g->takes_torn = want->torn;
	ret = retry(&r, read_snapshot);
	g->takes_torn = false;
	if (ret == -ENOMEM)
		return err_no_memory(err);
	return ret == -EINTR ? keeps_changing(err) : ret;
}

static int read_netns(struct reading *r)
{
	model_clear(r->m);
	return dump_netns(r);
}

/* The kernel has no request for the first netns, so look through all. */
static int find_init(struct reading *r, uint64_t *id)
{
	size_t i;
	int ret;

	r->g->takes_torn = true;
	ret = retry(r, read_netns);
	r->g->takes_torn = false;
	if (ret)
		return ret;
	for (i = 0; i < r->m->n_netns; i++) {
		if (HAS(&r->m->netns[i], NSINFO_A_NETNS_INIT)) {
			*id = r->m->netns[i].id;
			return 0;
		}
	}
	return err_set(r->err, ENOENT, "netns init: not visible from here");
}

int fetch_id(struct genl *g, const struct netns_key *key, uint64_t *id,
	     struct err *err)
{
	struct model m = { 0 };
	struct reading r = { .g = g, .m = &m, .err = err };
	int ret;

	if (key->by == NETNS_IS_INIT) {
		ret = find_init(&r, id);
	} else {
		ret = get_netns(&r, key);
		if (!ret && m.n_netns != 1)
			ret = err_set(err, EBADMSG,
				      "netns-get: no answer from the kernel");
		if (!ret)
			*id = m.netns[0].id;
	}
	model_clear(&m);
	return ret;
}

/* What of @ns is not from an answer about it alone. */
static void keep_parts(struct netns *ns, const struct netns *old)
{
	ns->n_devs = old->n_devs;
	ns->first_dev = old->first_dev;
	ns->n_tasks = old->n_tasks;
	ns->first_task = old->first_task;
}

int fetch_facts(struct genl *g, uint64_t id, uint32_t facts, struct model *m,
		struct err *err)
{
	struct netns_key key = { NETNS_BY_ID, id };
	struct reading r = { .g = g, .want.facts = facts, .m = m, .err = err };
	const struct netns *old = model_netns(m, id);
	size_t n = m->n_netns, at = old - m->netns;
	struct netns *new;
	int ret;

	if (!old)
		return err_set(err, ENOENT,
			       "netns id:%" PRIu64 ": it went away while it was read",
			       id);
	ret = get_netns(&r, &key);
	if (!ret && m->n_netns == n + 1 && m->netns[n].id == id) {
		new = &m->netns[n];
		keep_parts(new, &m->netns[at]);
		m->netns[at] = *new;
	}
	m->n_netns = n;
	return ret;
}

/* Of one netns, or of all if there is no id. */
static int dump_tasks(struct reading *r)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { .m = r->m, .err = r->err };
	struct nlmsghdr *req;

	r->m->n_tasks = 0;
	req = genl_request(r->g, buf, NSINFO_CMD_TASK_GET, NLM_F_DUMP);
	if (*r->ids)
		mnl_attr_put_u64(req, NSINFO_A_TASK_NETNS_ID, *r->ids);
	return talk(r->g, req, task_cb, "task-get", &wire_task, &sink);
}

static int dump_holders(struct reading *r)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { .m = r->m, .err = r->err };
	struct nlmsghdr *req;

	r->m->n_holders = 0;
	req = genl_request(r->g, buf, NSINFO_CMD_HOLDER_GET, NLM_F_DUMP);
	mnl_attr_put_u64(req, NSINFO_A_HOLDER_NETNS_ID, *r->ids);
	return talk(r->g, req, holder_cb, "holder-get", &wire_holder, &sink);
}

/* These have no moment of their own: only what the kernel lost is missing. */
static int lost_parts(struct err *err, const char *what)
{
	return err_set(err, EINTR,
		       "%s: the kernel lost parts of its answer (%d tries): try again when the host is less busy",
		       what, TRIES);
}

int fetch_tasks(struct genl *g, uint64_t id, struct model *m, struct err *err)
{
	struct reading r = { .g = g, .ids = &id, .m = m, .err = err };
	int ret = retry(&r, dump_tasks);

	if (ret) {
		m->n_tasks = 0;
		return ret == -EINTR ? lost_parts(err, "task-get") : ret;
	}
	m->has_tasks = true;
	model_finish_tasks(m);
	return 0;
}

int fetch_holders(struct genl *g, uint64_t id, struct model *m,
		  struct err *err)
{
	struct reading r = { .g = g, .ids = &id, .m = m, .err = err };
	int ret = retry(&r, dump_holders);

	if (ret)
		m->n_holders = 0;
	return ret == -EINTR ? lost_parts(err, "holder-get") : ret;
}

int fetch_netns_fd(struct genl *g, uint64_t id, struct err *err)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct opened opened = { 0 };
	struct model m = { 0 };
	struct sink sink = { .m = &m, .opened = &opened, .err = err };
	struct nlmsghdr *req;
	int ret;

	req = genl_request(g, buf, NSINFO_CMD_NETNS_OPEN, 0);
	mnl_attr_put_u64(req, NSINFO_A_NETNS_ID, id);
	ret = talk(g, req, opened_cb, "netns-open", &wire_netns, &sink);
	model_clear(&m);
	if (!ret && !opened.has)
		ret = err_set(err, EBADMSG,
			      "netns-open: no answer from the kernel");
	return ret ? ret : (int)opened.fd;
}

int fetch_self(struct genl *g, uint64_t *id, bool *is_init, struct err *err)
{
	struct netns_key key = { NETNS_BY_ID, 0 };
	struct model m = { 0 };
	struct reading r = { .g = g, .m = &m, .err = err };
	socklen_t len = sizeof(key.value);
	int ret;

	if (getsockopt(g->fd, SOL_SOCKET, SO_NETNS_COOKIE, &key.value, &len))
		return err_set(err, errno, "netns self: %s", strerror(errno));
	ret = get_netns(&r, &key);
	if (ret == -ENOENT || (!ret && m.n_netns != 1))
		ret = err_set(err, ENOENT, "netns self: not tracked by the kernel module");
	if (!ret) {
		*id = m.netns[0].id;
		*is_init = HAS(&m.netns[0], NSINFO_A_NETNS_INIT);
	}
	model_clear(&m);
	return ret;
}

/* More than a burst of some thousand namespaces. */
#define LISTEN_ROOM	(16 * 1024 * 1024)

int fetch_listen(struct genl *g, bool all, struct err *err)
{
	int room = LISTEN_ROOM, ret = fetch_open(g, err);

	if (ret)
		return ret;
	/* Who may not have that much takes what there is. */
	if (setsockopt(g->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(g->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	ret = genl_join(g, all ? NSINFO_MCGRP_ALL : NSINFO_MCGRP_OWN);
	if (ret == -EPERM)
		return err_set(err, EPERM,
			       "events: no permission: this needs CAP_SYS_ADMIN in the user namespace that owns the netns; try it as root");
	if (ret == -ENOENT)
		return err_set(err, ENOENT,
			       "events: the kernel module has no events of %s: it is older than this tool, or its kernel does not let a module ask listeners for CAP_SYS_ADMIN",
			       all ? "all netns" : "one netns");
	return ret ? err_set(err, -ret, "events: %s", strerror(-ret)) : 0;
}
