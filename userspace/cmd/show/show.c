// SPDX-License-Identifier: GPL-2.0
/* nsinfo show NETNS…: all that is known of one netns, on a page. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/details.h"
#include "cmd/show/show.h"
#include "cmd/tasks.h"
#include "host/names.h"
#include "host/procs.h"
#include "host/unseen.h"
#include "model/link.h"

#define ALL_FACTS (NSINFO_NETNS_WANT_SOCKETS | NSINFO_NETNS_WANT_FIB | \
		   NSINFO_NETNS_WANT_NETFILTER | NSINFO_NETNS_WANT_CONNTRACK | \
		   NSINFO_NETNS_WANT_NSFS)

struct page {
	struct genl *g;
	const struct options *options;
	struct model m;
	uint64_t *ids;
	struct show *shows;		/* one for each of ids */
	size_t n;
	uint32_t blind;
	struct details details;
	struct err *err;
};

/*
 * All netns, since they tell where a wire ends. On a host where they come and
 * go too fast for that, those that were asked for.
 */
static int fetch(struct page *p)
{
	struct fetch_want want = { .devs = true, .stats = p->options->stats };
	int ret = fetch_all(p->g, NULL, 0, &want, &p->m, p->err);

	if (ret != -EINTR)
		return ret;
	fputs("nsinfo: note: the namespaces keep changing: where wires lead is not complete\n",
	      stderr);
	ret = fetch_all(p->g, p->ids, p->n, &want, &p->m, p->err);
	return ret ? ret : fetch_around(p->g, &p->m, p->err);
}

static int find(struct page *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		p->shows[i].ns = model_netns(&p->m, p->ids[i]);
		if (!p->shows[i].ns)
			return err_set(p->err, ENOENT,
				       "netns id:%llu: it went away while it was read",
				       (unsigned long long)p->ids[i]);
	}
	return 0;
}

/* Without what a kernel module that is older does not tell. */
static int fetch_more(struct page *p)
{
	struct err err = { 0 };
	size_t i;
	int ret;

	for (i = 0; i < p->n; i++) {
		ret = fetch_facts(p->g, p->ids[i], ALL_FACTS, &p->m, &err);
		if (ret == -ENOMEM)
			return err_no_memory(p->err);
		if (ret && ret != -ENOENT)
			fprintf(stderr, "nsinfo: note: %s: not all is shown\n",
				err.text);
		p->shows[i].has_facts = !ret;
	}
	return tasks_read(p->g, p->n == 1 ? p->ids[0] : 0, &p->m, &p->blind,
			    p->err);
}

/* Returns 0 or a negative errno; -ETIME if time was over. */
static int peek_into(struct page *p, struct show *s)
{
	struct err ignored = { 0 };
	int fd = PEEK_OWN, ret;

	if (!HAS(s->ns, NSINFO_A_NETNS_SELF)) {
		fd = fetch_netns_fd(p->g, s->ns->id, &ignored);
		if (fd < 0)
			return fd;
	}
	ret = peek_netns(fd, p->g->portid, PEEK_ALL, PEEK_TIMEOUT_MS, &s->peek);
	if (fd >= 0)
		close(fd);
	return ret;
}

/* One that is on its way out lets nobody in. */
static int peek(struct page *p, struct show *s)
{
	int ret = 0;

	if (s->ns->state == NSINFO_NETNS_STATE_LIVE)
		ret = peek_into(p, s);
	if (ret == -ENOMEM)
		return err_no_memory(p->err);
	cmd_tell_inside(s->ns->inum, ret, &p->blind);
	return 0;
}

static int describe(struct page *p, struct show *s)
{
	if (procs_describe(&p->m, s->ns) || show_procs(&p->m, s, "/proc") ||
	    topology_find(&p->m, s->ns, &s->topology))
		return err_no_memory(p->err);
	return peek(p, s);
}

static int ask_details(struct page *p)
{
	size_t i;
	int ret = details_open(&p->details, p->err);

	for (i = 0; i < p->n && !ret; i++)
		if (details_ask(&p->details, p->g, &p->m, p->shows[i].ns))
			ret = err_no_memory(p->err);
	return ret;
}

static int collect(struct page *p, char **argv)
{
	size_t i;
	int ret;

	ret = cmd_read_netns(p->g, argv, &p->ids, &p->n, p->err);
	if (ret)
		return ret;
	p->shows = calloc(p->n, sizeof(*p->shows));
	if (!p->shows)
		return err_no_memory(p->err);
	ret = fetch(p);
	if (!ret)
		ret = find(p);
	if (!ret)
		ret = fetch_more(p);
	if (ret)
		return ret;
	link_resolve(&p->m);
	if (enrich_names(&p->m, &p->blind))
		return err_no_memory(p->err);
	ret = find(p);
	for (i = 0; i < p->n && !ret; i++)
		ret = describe(p, &p->shows[i]);
	return !ret && p->options->details ? ask_details(p) : ret;
}

static int print(const struct page *p)
{
	struct ipnames names;
	struct render how;
	int ret;

	ret = ipnames_read(&names, IPNAMES_FOLDER);
	cmd_render(&how, p->options, &names);
	if (!ret)
		ret = p->options->json ?
			render_json_show(stdout, &p->m, p->shows, p->n, &how) :
			render_text_show(stdout, &p->m, p->shows, p->n, &how);
	ipnames_free(&names);
	return ret ? err_no_memory(p->err) : 0;
}

static void clear(struct page *p)
{
	size_t i;

	for (i = 0; p->shows && i < p->n; i++) {
		peek_clear(&p->shows[i].peek);
		topology_clear(&p->shows[i].topology);
	}
	free(p->shows);
	free(p->ids);
	model_clear(&p->m);
	details_free(&p->details);
}

int cmd_show(const struct options *options, char **argv, struct err *err)
{
	struct genl g;
	struct page p = { .g = &g, .options = options, .err = err };
	int ret;

	if (!*argv)
		return err_usage(err,
				 "show: which netns? (see 'nsinfo show --help')");
	ret = fetch_open(&g, err);
	if (!ret)
		ret = collect(&p, argv);
	if (!ret)
		cmd_tell_unseen(&g, &p.m, p.blind);
	genl_close(&g);
	if (!ret) {
		details_tell(&p.details);
		ret = print(&p);
	}
	clear(&p);
	return ret;
}
