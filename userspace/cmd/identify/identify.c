// SPDX-License-Identifier: GPL-2.0
/* nsinfo identify PID…: which netns a process is in, and what that is called. */
#include <errno.h>
#include <stdlib.h>

#include "base/order.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/identify/identify.h"
#include "host/names.h"

struct identifying {
	struct genl g;
	struct model m;
	struct identified *all;
	size_t n;
	uint64_t *ids;			/* of their netns, those that are known */
	size_t n_ids;
	uint32_t blind;
	bool failed;			/* one of several was not there */
};

/* One that is not there must not hide the others. */
static int read_processes(struct identifying *all, char **argv,
			  struct err *err)
{
	int ret;

	for (; *argv; argv++) {
		ret = identify_read(&all->all[all->n], *argv, "/proc", err);
		if (!ret) {
			all->n++;
			continue;
		}
		identify_close(&all->all[all->n]);
		if (ret == -EINVAL || (!all->n && !argv[1]))
			return ret;
		err_print(err, cmd_utf8());
		all->failed = true;
	}
	return 0;
}

/* A netns may well be one that its process is in and we may not see. */
static int read_ids(struct identifying *all, struct err *err)
{
	struct netns_key key = { .by = NETNS_BY_INUM };
	size_t i;
	int ret;

	for (i = 0; i < all->n; i++) {
		key.value = all->all[i].netns_inum;
		ret = fetch_id(&all->g, &key, &all->all[i].netns_id, err);
		if (ret == -ENOENT)
			continue;
		if (ret)
			return ret;
		all->ids[all->n_ids++] = all->all[i].netns_id;
	}
	return 0;
}

static int fetch(struct identifying *all, struct err *err)
{
	const struct fetch_want want = { 0 };
	size_t i, kept = 0;
	int ret;

	ret = read_ids(all, err);
	if (ret)
		return ret;
	if (all->n_ids)
		qsort(all->ids, all->n_ids, sizeof(*all->ids), order_u64);
	for (i = 0; i < all->n_ids; i++)
		if (!kept || all->ids[kept - 1] != all->ids[i])
			all->ids[kept++] = all->ids[i];
	if (kept)
		ret = fetch_all(&all->g, all->ids, kept, &want, &all->m, err);
	return ret;
}

static int print(const struct identifying *all, const struct options *options)
{
	struct render how;

	cmd_render(&how, options, NULL);
	return options->json ?
	       render_identify_json(stdout, &all->m, all->all, all->n, &how) :
	       render_identify_text(stdout, &all->m, all->all, all->n, &how);
}

static int run(struct identifying *all, char **argv,
	       const struct options *options, struct err *err)
{
	int ret = read_processes(all, argv, err);

	if (!ret)
		ret = fetch_open(&all->g, err);
	if (!ret)
		ret = fetch(all, err);
	if (ret)
		return ret;
	if (enrich_names(&all->m, &all->blind))
		return err_no_memory(err);
	cmd_tell_blind(all->blind);
	if (all->n && print(all, options))
		return err_no_memory(err);
	/* Each that was not there has had its words. */
	return all->failed ? STATUS_FAILED : 0;
}

static int allocate(struct identifying *all, char **argv, struct err *err)
{
	size_t n;

	for (n = 0; argv[n]; n++)
		;
	if (!n)
		return err_usage(err,
				 "identify: expected the number of a process or thread, or self (see 'nsinfo identify --help')");
	all->all = calloc(n, sizeof(*all->all));
	all->ids = calloc(n, sizeof(*all->ids));
	if (!all->all || !all->ids)
		return err_no_memory(err);
	return 0;
}

int cmd_identify(const struct options *options, char **argv, struct err *err)
{
	struct identifying all = { .g.fd = -1 };
	size_t i;
	int ret;

	ret = allocate(&all, argv, err);
	if (!ret)
		ret = run(&all, argv, options, err);
	for (i = 0; i < all.n; i++)
		identify_close(&all.all[i]);
	free(all.all);
	free(all.ids);
	genl_close(&all.g);
	model_clear(&all.m);
	return ret;
}
