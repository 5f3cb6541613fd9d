// SPDX-License-Identifier: GPL-2.0
/* nsinfo check --baseline FILE: what appeared and did not go. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cmd/check/baseline.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "host/names.h"
#include "host/self.h"
#include "print/json_netns.h"

/* A netns that is about to go is given this long. */
#define PATIENCE_MS	5000
#define PAUSE_MS	100
#define NSEC		1000000000ull

struct check {
	const struct baseline *base;
	const struct model *m;
	struct viewer viewer;		/* who looks */
	uint64_t now;			/* CLOCK_BOOTTIME, ns */
	uint32_t n_netns;
	uint32_t n_devs;
	bool going;			/* some of it is on its way out */
};

/* Devices of a new netns are not counted beside it. */
static bool is_new_dev(const struct check *c, const struct dev *dev)
{
	return baseline_has_netns(c->base, dev->netns_id) &&
	       !baseline_has_dev(c->base, dev);
}

static void count(struct check *c)
{
	size_t i;

	for (i = 0; i < c->m->n_netns; i++) {
		const struct netns *ns = &c->m->netns[i];

		if (baseline_has_netns(c->base, ns->id))
			continue;
		c->n_netns++;
		c->going |= ns->state != NSINFO_NETNS_STATE_LIVE;
	}
	for (i = 0; i < c->m->n_devs; i++)
		c->n_devs += is_new_dev(c, &c->m->devs[i]);
}

static void put_names(const struct check *c, const struct netns *ns)
{
	const struct name *name;
	size_t i, n;

	name = model_names(c->m, ns, &n);
	for (i = 0; i < n && name_is_ours(&name[i]); i++) {
		putchar(' ');
		cmd_put_text(name[i].shown);
	}
}

static uint64_t age(const struct check *c, const struct netns *ns)
{
	return c->now > ns->created.time ?
	       (c->now - ns->created.time) / NSEC : 0;
}

static void put_created(const struct check *c, const struct netns *ns)
{
	const struct created *created = &ns->created;

	if (!HAS(ns, NSINFO_A_NETNS_CREATED))
		return;
	printf(", made %" PRIu64 " s ago", age(c, ns));
	if (HAS(created, NSINFO_A_CREATED_COMM)) {
		fputs(" by ", stdout);
		cmd_put_text(created->comm);
	}
	if (HAS(created, NSINFO_A_CREATED_PID))
		printf("[%" PRIu32 "]", created->pid);
	if (HAS(created, NSINFO_A_CREATED_UID))
		printf(" uid %" PRIu32, created->uid);
}

static void put_dev(const struct dev *dev)
{
	cmd_put_text(dev->ifname);
	if (HAS(dev, NSINFO_A_DEV_KIND)) {
		fputs(" (", stdout);
		cmd_put_text(dev->kind);
		putchar(')');
	}
}

static void print_text(const struct check *c)
{
	size_t i;
	uint32_t k;

	for (i = 0; i < c->m->n_netns; i++) {
		const struct netns *ns = &c->m->netns[i];

		if (baseline_has_netns(c->base, ns->id))
			continue;
		printf("netns %" PRIu32 " id:%" PRIu64, ns->inum, ns->id);
		put_names(c, ns);
		if (ns->state != NSINFO_NETNS_STATE_LIVE &&
		    model_state_name(ns))
			printf(" (%s)", model_state_name(ns));
		put_created(c, ns);
		for (k = 0; k < ns->n_devs; k++) {
			fputs(k ? ", " : ", with ", stdout);
			put_dev(&c->m->devs[ns->first_dev + k]);
		}
		putchar('\n');
	}
	for (i = 0; i < c->m->n_devs; i++) {
		const struct dev *dev = &c->m->devs[i];

		if (!is_new_dev(c, dev))
			continue;
		fputs("device ", stdout);
		put_dev(dev);
		printf(" ifindex %" PRIu32 " in netns %" PRIu32 " id:%" PRIu64,
		       dev->ifindex, dev->netns_inum, dev->netns_id);
		put_names(c, model_netns(c->m, dev->netns_id));
		putchar('\n');
	}
}

static void put_new_dev(struct json *j, const struct dev *dev)
{
	json_object(j, NULL);
	json_uint(j, "id", dev->netns_id);
	json_uint(j, "ns", dev->netns_inum);
	json_uint(j, "ifindex", dev->ifindex);
	json_string(j, "ifname", dev->ifname);
	if (HAS(dev, NSINFO_A_DEV_KIND))
		json_string(j, "kind", dev->kind);
	json_object_end(j);
}

static void put_netns(const struct check *c, struct json *j,
		      const struct netns *ns)
{
	const struct name *name;
	size_t i, n;
	uint32_t k;

	json_object(j, NULL);
	json_uint(j, "id", ns->id);
	json_uint(j, "ns", ns->inum);
	if (model_state_name(ns))
		json_string(j, "state", model_state_name(ns));
	json_array(j, "names");
	name = model_names(c->m, ns, &n);
	for (i = 0; i < n && name_is_ours(&name[i]); i++)
		json_string(j, NULL, name[i].path);
	json_array_end(j);
	if (HAS(ns, NSINFO_A_NETNS_CREATED)) {
		json_object(j, "created");
		json_created(j, &ns->created);
		json_object_end(j);
		json_uint(j, "age", age(c, ns));
	}
	json_array(j, "devices");
	for (k = 0; k < ns->n_devs; k++)
		put_new_dev(j, &c->m->devs[ns->first_dev + k]);
	json_array_end(j);
	json_object_end(j);
}

static void print_json(const struct check *c, bool pretty)
{
	struct json j;
	size_t i;

	json_start(&j, stdout, pretty);
	json_object(&j, NULL);
	json_array(&j, "namespaces");
	for (i = 0; i < c->m->n_netns; i++)
		if (!baseline_has_netns(c->base, c->m->netns[i].id))
			put_netns(c, &j, &c->m->netns[i]);
	json_array_end(&j);
	json_array(&j, "devices");
	for (i = 0; i < c->m->n_devs; i++)
		if (is_new_dev(c, &c->m->devs[i]))
			put_new_dev(&j, &c->m->devs[i]);
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
}

static int look(struct genl *g, struct check *c, struct model *m,
		const char *file, struct err *err)
{
	const struct fetch_want want = { .devs = true };
	int ret;

	c->n_netns = 0;
	c->n_devs = 0;
	c->going = false;
	ret = fetch_all(g, NULL, 0, &want, m, err);
	if (ret)
		return ret;
	if (!baseline_same_boot(c->base, m))
		return err_set(err, EINVAL, "%s: made in another boot", file);
	count(c);
	return 0;
}

/* Look until nothing new is about to go by itself. */
static int look_patiently(struct genl *g, struct check *c, struct model *m,
			  const char *file, struct err *err)
{
	int ret, left;

	for (left = PATIENCE_MS / PAUSE_MS; ; left--) {
		ret = look(g, c, m, file, err);
		if (ret || !c->going || !left)
			return ret;
		clock_pause(PAUSE_MS);
	}
}

static const char *why_unseen(const struct viewer *v)
{
	if (self_blind())
		return "this user sees no netns of others: run it as root, outside any container";
	if (v->untracked)
		return "the kernel module was loaded with track=0";
	if (v->missing)
		return "the kernel module lacks netns, or does not say how many";
	return "who this user is cannot be told: mount /proc";
}

/*
 * What was found is there, whoever looks; that nothing was found says nothing
 * for who does not see all that the baseline saw.
 */
static int result(const struct check *c, const char *file, struct err *err)
{
	const struct viewer *then = &c->base->viewer;
	bool found = c->n_netns || c->n_devs;
	bool unseen = !viewer_sees_as(&c->viewer, then);

	if (found && !viewer_sees_as(then, &c->viewer))
		fprintf(stderr,
			"nsinfo: note: %s was made by somebody who did not see all: what was hidden then is told as new\n",
			file);
	if (found)
		return STATUS_FAILED;
	if (!unseen)
		return 0;
	return err_exit(err, STATUS_UNSEEN, EPERM,
			"check: nothing new was found, but not all was looked at that %s saw: %s",
			file, why_unseen(&c->viewer));
}

static int report(struct genl *g, struct check *c, struct model *m,
		  const struct options *options, struct err *err)
{
	if (enrich_own_names(m))
		return err_no_memory(err);
	c->viewer = cmd_tell_unseen(g, m, 0);
	c->now = cmd_boottime();
	if (options->json)
		print_json(c, options->pretty);
	else
		print_text(c);
	return result(c, options->baseline, err);
}

int cmd_check(const struct options *options, char **argv, struct err *err)
{
	struct baseline base = { 0 };
	struct model m = { 0 };
	struct check c = { .base = &base, .m = &m };
	struct genl g = { .fd = -1 };
	int ret;

	if (*argv || !options->baseline)
		return err_usage(err,
				 "check: wants --baseline=FILE and nothing else (see 'nsinfo check --help')");
	ret = baseline_read(&base, options->baseline, err);
	if (!ret)
		ret = fetch_open(&g, err);
	if (!ret)
		ret = look_patiently(&g, &c, &m, options->baseline, err);
	if (!ret)
		ret = report(&g, &c, &m, options, err);
	genl_close(&g);
	baseline_free(&base);
	model_clear(&m);
	return ret;
}
