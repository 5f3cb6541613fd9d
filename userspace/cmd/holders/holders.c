// SPDX-License-Identifier: GPL-2.0
/* nsinfo holders NETNS…: who keeps it alive. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/holders/render_holders.h"
#include "cmd/holders/scan.h"
#include "host/names.h"
#include "host/stuck.h"
#include "model/link.h"

#define PROC		"/proc"
#define TRACKERS	"/sys/kernel/debug/ref_tracker"
#define TIMEOUT_MS	5000
/* Over two seconds in all: each pause is twice the one before. */
#define TRIES		5
#define PAUSE_MS	150
/* A grace period of RCU is over before that, where nothing keeps it. */
#define GRACE_MS	128

#define FACTS (NSINFO_NETNS_WANT_SOCKETS | NSINFO_NETNS_WANT_NSFS)

struct asking {
	struct genl *g;
	const struct options *options;
	struct model m;
	struct model world;		/* devices of all netns */
	uint64_t *ids;
	struct holders *all;		/* one for each of ids */
	size_t n;
	uint32_t blind;
	struct err *err;
};

static int find(struct asking *a)
{
	size_t i;

	for (i = 0; i < a->n; i++) {
		a->all[i].ns = model_netns(&a->m, a->ids[i]);
		if (!a->all[i].ns)
			return err_set(a->err, ENOENT,
				       "netns id:%llu: it went away while it was read",
				       (unsigned long long)a->ids[i]);
	}
	return 0;
}

/* The netns may be elsewhere in memory after that. */
static int read_facts(struct asking *a, uint64_t id)
{
	int ret = fetch_facts(a->g, id, FACTS, &a->m, a->err);

	return ret ? ret : find(a);
}

/* References before and after the rest was read; their number after it. */
static int read_once(struct asking *a, struct holders *h)
{
	uint64_t id = h->ns->id;
	uint32_t refs, nsfs, pins;
	int ret;

	ret = read_facts(a, id);
	if (ret)
		return ret;
	refs = h->ns->refs;
	nsfs = h->ns->nsfs_refs;
	pins = h->ns->sockets.pins;
	ret = fetch_tasks(a->g, id, &a->m, a->err);
	if (!ret)
		ret = fetch_holders(a->g, id, &a->m, a->err);
	if (ret)
		return ret;
	h->read_at = cmd_boottime();
	holders_from_model(h);
	scan_mounts(h, PROC);
	scan_proc_files(h, PROC);
	scan_same_files(h);
	ret = read_facts(a, id);
	h->changed = refs != h->ns->refs || nsfs != h->ns->nsfs_refs ||
		     pins != h->ns->sockets.pins;
	holders_account(h);
	return ret;
}

static int look(struct asking *a, const struct holders *h, struct inside *in)
{
	struct err ignored = { 0 };
	int fd = -1, ret;

	if (!HAS(h->ns, NSINFO_A_NETNS_SELF)) {
		fd = fetch_netns_fd(a->g, h->ns->id, &ignored);
		if (fd < 0)
			return fd;
	}
	ret = inside_read(in, fd, TIMEOUT_MS);
	if (fd >= 0)
		close(fd);
	return ret;
}

/* Only so can a file of its /proc/PID/net be told, and an address. */
static void look_inside(struct asking *a, struct holders *h)
{
	int ret = look(a, h, &h->inside);

	if (ret == -ENOMEM)
		h->no_memory = true;
	else if (ret && ret != -ENOENT && ret != -ENXIO)
		fprintf(stderr,
			"nsinfo: note: netns %u: look inside: %s: addresses of sockets and open files of /proc/PID/net are not shown\n",
			h->ns->inum, strerror(-ret));
	if (!ret && !h->inside.complete)
		fprintf(stderr,
			"nsinfo: note: netns %u: no answer from inside: addresses of sockets and open files of /proc/PID/net are not shown\n",
			h->ns->inum);
}

static void look_for_kernel(struct asking *a, struct holders *h)
{
	struct inside later = { 0 };

	if (!holders_find_kernel(h))
		return;
	if (look(a, h, &later) == -ENOMEM)
		h->no_memory = true;
	holders_confirm_kernel(h, &later);
	inside_clear(&later);
}

/*
 * Sockets that were closed a moment ago, ours of the look inside among them,
 * hold it until a grace period of RCU is over: wait until there are as few
 * references as before.
 */
static int look_and_settle(struct asking *a, struct holders *h)
{
	uint64_t id = h->ns->id;
	unsigned int ms;
	uint32_t refs;
	int ret = read_facts(a, id);

	if (ret)
		return ret;
	refs = h->ns->refs;
	look_inside(a, h);
	ret = read_facts(a, id);
	for (ms = 1; !ret && h->ns->refs > refs && ms <= GRACE_MS; ms *= 2) {
		clock_pause(ms);
		ret = read_facts(a, id);
	}
	return ret;
}

static int read_live(struct asking *a, struct holders *h)
{
	int try, ret = look_and_settle(a, h);

	for (try = 0; try < TRIES && !ret; try++) {
		if (try)
			clock_pause(PAUSE_MS << (try - 1));
		ret = read_once(a, h);
		if (!h->changed && holders_adds_up(h))
			break;
	}
	if (ret)
		return ret;
	if (!holders_adds_up(h)) {
		scan_hidden(h, PROC);
		scan_same_files(h);
		holders_account(h);
	}
	look_for_kernel(a, h);
	holders_add_addresses(h);
	scan_describe(h, PROC);
	return 0;
}

/* What they point to need not be of one moment, and holds nothing. */
static int read_world(struct asking *a)
{
	const struct fetch_want want = { .devs = true, .torn = true };
	struct err err = { 0 };
	int ret = fetch_all(a->g, NULL, 0, &want, &a->world, &err);
	size_t i;

	if (ret == -ENOMEM)
		return err_no_memory(a->err);
	if (ret) {
		fprintf(stderr,
			"nsinfo: note: %s: devices of other netns that are on top of this one are not shown\n",
			err.text);
		return 0;
	}
	link_resolve(&a->world);
	for (i = 0; i < a->n; i++)
		holders_add_uppers(&a->all[i], &a->world);
	return 0;
}

/* 0 if there is none, or it is not for us to know. */
static uint32_t worker_of_teardown(void)
{
	int pid = stuck_worker(PROC, 0);

	return pid > 0 ? pid : 0;
}

static int read_one(struct asking *a, struct holders *h)
{
	int ret = 0;

	h->m = &a->m;
	if (h->ns->state == NSINFO_NETNS_STATE_LIVE)
		ret = read_live(a, h);
	else
		ret = read_facts(a, h->ns->id);
	if (ret)
		return ret;
	if (h->ns->state != NSINFO_NETNS_STATE_LIVE)
		holders_account(h);
	if (h->ns->state == NSINFO_NETNS_STATE_DYING)
		h->worker = worker_of_teardown();
	scan_trackers(h, TRACKERS);
	holders_finish(h);
	return 0;
}

static int explain_refusal(struct asking *a, int ret)
{
	if (ret == -EPERM)
		return err_set(a->err, EPERM,
			       "holders: no permission: this needs CAP_SYS_ADMIN in the initial user namespace; try it as root, outside any container");
	return ret;
}

/* Who may not know of tasks is to hear it at once, whatever netns it is. */
static int ask_tasks(struct asking *a)
{
	const struct netns *ns = a->all[0].ns;
	uint64_t id = ns->state == NSINFO_NETNS_STATE_LIVE ? ns->id : 0;

	return explain_refusal(a, fetch_tasks(a->g, id, &a->m, a->err));
}

static int collect(struct asking *a, char **argv)
{
	const struct fetch_want want = { 0 };
	size_t i;
	int ret;

	ret = cmd_read_netns(a->g, argv, &a->ids, &a->n, a->err);
	if (ret)
		return ret;
	a->all = calloc(a->n, sizeof(*a->all));
	if (!a->all)
		return err_no_memory(a->err);
	ret = fetch_all(a->g, NULL, 0, &want, &a->m, a->err);
	if (!ret)
		ret = find(a);
	if (!ret)
		ret = ask_tasks(a);
	if (ret)
		return ret;
	if (enrich_names(&a->m, &a->blind))
		return err_no_memory(a->err);
	for (i = 0; i < a->n && !ret; i++)
		ret = read_one(a, &a->all[i]);
	return ret ? ret : read_world(a);
}

static int print_text(const struct asking *a)
{
	struct table_how how;
	struct table t;
	int ret = 0;
	size_t i;

	cmd_table(&how, a->options);
	for (i = 0; i < a->n && !ret; i++) {
		if (i && !how.raw && !how.noheadings)
			putchar('\n');
		ret = table_init(&t, holders_columns, N_HOLDERS_COLUMNS,
				 a->options->output, a->err);
		if (ret)
			return ret;
		holders_fill(&t, &a->all[i], how.raw);
		ret = render_holders_text(stdout, &a->all[i], &t, &how);
		table_free(&t);
	}
	return ret ? err_no_memory(a->err) : 0;
}

static int print(const struct asking *a)
{
	if (!a->options->json)
		return print_text(a);
	return render_holders_json(stdout, a->all, a->n, a->options->pretty) ?
	       err_no_memory(a->err) : 0;
}

static int check_usage(const struct options *options, char **argv,
		       struct err *err)
{
	struct table t;
	int ret;

	ret = table_init(&t, holders_columns, N_HOLDERS_COLUMNS,
			 options->output, err);
	table_free(&t);
	if (!ret && !*argv)
		ret = err_usage(err,
				"holders: of which netns? (see 'nsinfo holders --help')");
	return ret;
}

int cmd_holders(const struct options *options, char **argv, struct err *err)
{
	struct genl g;
	struct asking a = { .g = &g, .options = options, .err = err };
	size_t i;
	int ret;

	if (options->list_columns) {
		cmd_print_columns(holders_columns, N_HOLDERS_COLUMNS, options);
		return 0;
	}
	ret = check_usage(options, argv, err);
	if (ret)
		return ret;
	ret = fetch_open(&g, err);
	if (!ret)
		ret = collect(&a, argv);
	if (!ret)
		cmd_tell_unseen(&g, &a.m, a.blind);
	genl_close(&g);
	if (!ret)
		ret = print(&a);
	for (i = 0; a.all && i < a.n; i++)
		holders_clear(&a.all[i]);
	free(a.all);
	free(a.ids);
	model_clear(&a.m);
	model_clear(&a.world);
	return ret;
}
