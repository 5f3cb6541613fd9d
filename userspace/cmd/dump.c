// SPDX-License-Identifier: GPL-2.0
/* nsinfo dump [NETNS…]: all that is known of all netns, or of some. */
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/details.h"
#include "host/names.h"
#include "host/procfs.h"
#include "model/link.h"

static int ask_details(struct genl *g, struct model *m, struct details *d,
		       struct err *err)
{
	size_t i;
	int ret = details_open(d, err);

	if (ret)
		return ret;
	for (i = 0; i < m->n_netns; i++)
		if (details_ask(d, g, m, &m->netns[i]))
			return err_no_memory(err);
	details_tell(d);
	return 0;
}

static int collect(struct genl *g, const struct options *options, char **argv,
		   struct model *m, struct viewer *viewer, struct details *d,
		   struct err *err)
{
	const struct fetch_want want = { .devs = true, .stats = options->stats };
	uint64_t *ids = NULL;
	uint32_t blind = 0;
	size_t n;
	int ret;

	ret = cmd_read_netns(g, argv, &ids, &n, err);
	if (!ret)
		ret = fetch_all(g, ids, n, &want, m, err);
	if (!ret && n && !options->json)
		ret = fetch_around(g, m, err);
	free(ids);
	if (ret)
		return ret;
	link_resolve(m);
	if (enrich_names(m, &blind))
		return err_no_memory(err);
	/* A stale name is none of a netns, so it goes with all of them only. */
	if (n)
		m->n_stale = 0;
	*viewer = cmd_tell_unseen(g, m, blind);
	return options->details ? ask_details(g, m, d, err) : 0;
}

static int print(const struct model *m, const struct viewer *viewer,
		 const struct options *options)
{
	char boot_id[PROCFS_BOOT_ID];
	struct ipnames names;
	struct render how;
	int ret;

	ret = ipnames_read(&names, IPNAMES_FOLDER);
	cmd_render(&how, options, &names);
	if (procfs_boot_id(boot_id))
		how.boot_id = boot_id;
	how.viewer = viewer;
	if (!ret)
		ret = options->json ? render_json_dump(stdout, m, &how) :
				      render_text_dump(stdout, m, &how);
	ipnames_free(&names);
	return ret;
}

int cmd_dump(const struct options *options, char **argv, struct err *err)
{
	struct details d = { 0 };
	struct model m = { 0 };
	struct viewer viewer;
	struct genl g;
	int ret;

	ret = fetch_open(&g, err);
	if (!ret)
		ret = collect(&g, options, argv, &m, &viewer, &d, err);
	genl_close(&g);
	if (!ret && print(&m, &viewer, options))
		ret = err_no_memory(err);
	model_clear(&m);
	details_free(&d);
	return ret;
}
