// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "explain.h"
#include "fetch.h"

#define TRIES		10
#define FIRST_PAUSE_MS	10
#define LAST_PAUSE_MS	200

/* Where answers go. */
struct sink {
	struct model *m;
	struct module *mod;
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

/*
 * Only the kernel's refusals are put in words here: what a callback returns
 * has its words already, and -EINTR is for the caller to handle.
 */
static int talk(struct genl *g, const struct nlmsghdr *req, genl_cb cb,
		const char *what, const struct wire_set *set,
		struct sink *sink)
{
	struct genl_fault fault = { 0 };
	int ret;

	sink->err->status = STATUS_DONE;
	ret = genl_talk(g, req, cb, sink, &fault);
	if (!ret || ret == -EINTR || sink->err->status != STATUS_DONE)
		return ret;
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

static int module_cb(const void *attrs, size_t len, void *data)
{
	struct sink *sink = data;

	return decode_module(sink->m, sink->mod, attrs, len, sink->err);
}

int fetch_module(struct genl *g, struct model *m, struct module *mod,
		 struct err *err)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { m, mod, err };
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
	bool stats;
	struct model *m;
	struct err *err;
};

static int dump_netns(struct reading *r)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { r->m, NULL, r->err };
	struct nlmsghdr *req;

	req = genl_request(r->g, buf, NSINFO_CMD_NETNS_GET, NLM_F_DUMP);
	return talk(r->g, req, netns_cb, "netns-get", &wire_netns, &sink);
}

static int get_netns(struct reading *r, const struct netns_key *key)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { r->m, NULL, r->err };
	struct nlmsghdr *req;

	req = genl_request(r->g, buf, NSINFO_CMD_NETNS_GET, 0);
	if (key->by == NETNS_BY_ID)
		mnl_attr_put_u64(req, NSINFO_A_NETNS_ID, key->value);
	else
		mnl_attr_put_u32(req, NSINFO_A_NETNS_INUM, key->value);
	return talk(r->g, req, netns_cb, "netns-get", &wire_netns, &sink);
}

/* Devices of one netns, or of all if @id is NULL. */
static int dump_devs(struct reading *r, const uint64_t *id)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct sink sink = { r->m, NULL, r->err };
	struct nlmsghdr *req;

	req = genl_request(r->g, buf, NSINFO_CMD_DEV_GET, NLM_F_DUMP);
	if (id)
		mnl_attr_put_u64(req, NSINFO_A_DEV_NETNS_ID, *id);
	if (r->stats)
		mnl_attr_put_u32(req, NSINFO_A_DEV_WANT, NSINFO_DEV_WANT_STATS);
	return talk(r->g, req, dev_cb, "dev-get", &wire_dev, &sink);
}

static int read_all(struct reading *r)
{
	int ret = dump_netns(r);

	return ret ? ret : dump_devs(r, NULL);
}

static int read_one(struct reading *r, uint64_t id)
{
	struct netns_key key = { NETNS_BY_ID, id };
	int ret = get_netns(r, &key);

	if (!ret)
		ret = dump_devs(r, &id);
	if (ret == -ENOENT)
		err_set(r->err, ENOENT,
			"netns id:%" PRIu64 ": it went away while it was read",
			id);
	return ret;
}

static int read_snapshot(struct reading *r)
{
	size_t i;
	int ret = 0;

	if (!r->n)
		ret = read_all(r);
	for (i = 0; i < r->n && !ret; i++)
		ret = read_one(r, r->ids[i]);
	return ret ? ret : model_finish(r->m);
}

static void pause_ms(unsigned int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

/* Call @once until nothing changes in the middle of it, but not for ever. */
static int retry(struct reading *r, int (*once)(struct reading *r))
{
	unsigned int ms = FIRST_PAUSE_MS;
	int try, ret;

	for (try = 0; try < TRIES; try++) {
		if (try) {
			pause_ms(ms);
			ms = ms * 2 < LAST_PAUSE_MS ? ms * 2 : LAST_PAUSE_MS;
		}
		model_clear(r->m);
		ret = once(r);
		if (ret != -EINTR)
			return ret;
	}
	return err_set(r->err, EINTR,
		       "dump: the namespaces keep changing while they are read (%d tries): try again when there is less coming and going, or name the netns that you want",
		       TRIES);
}

int fetch_all(struct genl *g, const uint64_t *ids, size_t n, bool stats,
	      struct model *m, struct err *err)
{
	struct reading r = { g, ids, n, stats, m, err };

	return retry(&r, read_snapshot);
}

/* The kernel has no request for the first netns, so look through all. */
static int find_init(struct reading *r, uint64_t *id)
{
	int ret = retry(r, dump_netns);
	size_t i;

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
