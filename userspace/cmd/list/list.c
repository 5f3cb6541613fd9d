// SPDX-License-Identifier: GPL-2.0
/* nsinfo list [NETNS…]: a table with a line for each netns. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/list/columns.h"
#include "cmd/tasks.h"
#include "host/names.h"
#include "host/procfs.h"
#include "host/unseen.h"
#include "host/user.h"
#include "inside/peek.h"

struct listing {
	struct table table;
	struct model m;
	struct list_needs needs;
	struct list_extra *extra;
	struct userns_list tree;
	uint32_t states;
	uint32_t blind;
	struct viewer viewer;
};

static bool read_ppid(uint32_t pid, uint32_t *ppid)
{
	char line[256], *end;

	if (procfs_read("/proc", pid, "stat", line, sizeof(line)) <= 0)
		return false;
	/* "1 (a) b) S 0 …": what is in the brackets may hold any byte */
	end = strrchr(line, ')');
	return end && sscanf(end, ") %*c %u", ppid) == 1;
}

static void read_ppids(struct listing *l)
{
	size_t i;

	for (i = 0; i < l->m.n_netns; i++) {
		const struct task *task = model_leader(&l->m, &l->m.netns[i]);

		if (task)
			l->extra[i].has_ppid = read_ppid(task->pid,
							 &l->extra[i].ppid);
	}
}

/* Returns 0 or a negative errno; -ETIME if time was over. */
static int peek_routes_of(struct genl *g, const struct netns *ns,
			  struct list_extra *extra)
{
	struct err ignored = { 0 };
	struct peek p = { 0 };
	int fd = PEEK_OWN, ret;

	if (!HAS(ns, NSINFO_A_NETNS_SELF)) {
		fd = fetch_netns_fd(g, ns->id, &ignored);
		if (fd < 0)
			return fd;
	}
	ret = peek_netns(fd, 0, PEEK_ROUTES, PEEK_TIMEOUT_MS, &p);
	if (!ret && peek_has(&p, PEEK_ROUTES, AF_INET)) {
		extra->has_routes = true;
		extra->routes = peek_routes(&p, AF_INET) +
				peek_routes(&p, AF_INET6);
	}
	peek_clear(&p);
	if (fd >= 0)
		close(fd);
	return ret;
}

/* Where one look inside hangs or cannot be taken, so would the others. */
static int read_routes(struct listing *l, struct genl *g)
{
	size_t i;
	int ret;

	for (i = 0; i < l->m.n_netns; i++) {
		const struct netns *ns = &l->m.netns[i];

		if (ns->state != NSINFO_NETNS_STATE_LIVE)
			continue;
		ret = peek_routes_of(g, ns, &l->extra[i]);
		if (ret == -ENOMEM)
			return ret;
		cmd_tell_inside(ns->inum, ret, &l->blind);
		if (ret && ret != -ENOENT && ret != -EPERM)
			break;
	}
	return 0;
}

static int read_extra(struct listing *l, struct genl *g)
{
	if (!l->needs.ppids && !l->needs.routes)
		return 0;
	l->extra = calloc(l->m.n_netns + 1, sizeof(*l->extra));
	if (!l->extra)
		return -ENOMEM;
	if (l->needs.ppids)
		read_ppids(l);
	return l->needs.routes ? read_routes(l, g) : 0;
}

static int enrich(struct listing *l, struct genl *g, uint64_t id, bool tree,
		  struct err *err)
{
	int ret = 0;

	if (l->needs.procs) {
		ret = tasks_read(g, id, &l->m, &l->blind, err);
		if (ret)
			return ret;
	}
	if (l->needs.names)
		ret = enrich_names(&l->m, &l->blind);
	if (!ret && tree)
		ret = userns_read(&l->tree, g, &l->m);
	if (!ret)
		ret = read_extra(l, g);
	return ret ? err_set(err, -ret, "%s", strerror(-ret)) : 0;
}

static int collect(struct listing *l, const struct options *options,
		   char **argv, struct err *err)
{
	const struct fetch_want want = {
		.devs = l->needs.devs, .facts = l->needs.facts,
	};
	uint64_t *ids = NULL;
	struct genl g;
	size_t n = 0;
	int ret;

	ret = fetch_open(&g, err);
	if (!ret)
		ret = cmd_read_netns(&g, argv, &ids, &n, err);
	if (!ret)
		ret = fetch_all(&g, ids, n, &want, &l->m, err);
	if (!ret)
		ret = enrich(l, &g, n == 1 ? *ids : 0,
			     options->tree && !options->json && !options->raw,
			     err);
	/* A stale name is none of a netns, so it goes with all of them only. */
	if (n)
		l->m.n_stale = 0;
	if (!ret)
		l->viewer = cmd_tell_unseen(&g, &l->m, l->blind);
	free(ids);
	genl_close(&g);
	return ret;
}

static const char *name_of_user(void *data, uint32_t uid)
{
	(void)data;
	return user_name(uid);
}

static int print(struct listing *l, const struct options *options)
{
	const struct list_how how = {
		.extra = l->extra,
		.now = l->needs.clock ? cmd_boottime() : 0,
		.tree = l->tree.n ? &l->tree : NULL,
		.user_name = name_of_user,
		.states = l->states,
	};
	struct table_how table_how;

	list_fill(&l->table, &l->m, &how);
	if (l->table.no_memory)
		return -ENOMEM;
	if (options->json)
		return render_list_json(stdout, &l->table, &l->m,
					options->pretty);
	cmd_table(&table_how, options);
	return render_list_text(stdout, &l->table, &l->m, &table_how);
}

/* Or has it from a newer one. */
static bool kernel_knows_inactive(const struct model *m)
{
	unsigned int major = 0, minor = 0;
	struct utsname uts;
	size_t i;

	for (i = 0; i < m->n_netns; i++)
		if (HAS(&m->netns[i], NSINFO_A_NETNS_INACTIVE))
			return true;
	return !uname(&uts) &&
	       sscanf(uts.release, "%u.%u", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 19));
}

/* States that nobody can tell here, so that none would be listed. */
static int check_states(const struct listing *l, const char *arg,
			struct err *err)
{
	const uint32_t teardown = LIST_IS_QUEUED | LIST_IS_DYING;
	uint32_t unknown = 0;

	if (l->viewer.untracked)
		unknown |= l->states & teardown;
	if (l->states & LIST_IS_INACTIVE && !kernel_knows_inactive(&l->m))
		unknown |= LIST_IS_INACTIVE;
	if (!unknown)
		return 0;
	if (unknown == l->states)
		return err_set(err, EOPNOTSUPP, "--state=%s: cannot be told: %s",
			       arg, unknown & teardown ?
			       "the kernel module was loaded with track=0" :
			       "this kernel has no such state, Linux 6.19 and newer do");
	fprintf(stderr, "nsinfo: note: --state=%s: of these, %s cannot be told\n",
		arg, !(unknown & teardown) ? "inactive" :
		unknown & LIST_IS_INACTIVE ? "queued, dying and inactive" :
					     "queued and dying");
	return 0;
}

static int list(struct listing *l, const struct options *options, char **argv,
		struct err *err)
{
	int ret;

	if (options->tree && !options->output) {
		table_show(&l->table, LIST_TYPE, 1);
		table_show(&l->table, LIST_OWNER, 2);
	}
	l->needs = list_needs(&l->table);
	ret = collect(l, options, argv, err);
	if (!ret && options->states)
		ret = check_states(l, options->states, err);
	if (!ret && print(l, options))
		ret = err_no_memory(err);
	return ret;
}

int cmd_list(const struct options *options, char **argv, struct err *err)
{
	struct listing l = { 0 };
	int ret;

	if (options->list_columns) {
		cmd_print_columns(list_columns, N_LIST_COLUMNS, options);
		return 0;
	}
	ret = table_init(&l.table, list_columns, N_LIST_COLUMNS,
			 options->output, err);
	if (!ret && options->states)
		ret = list_read_states(options->states, &l.states, err);
	if (!ret)
		ret = list(&l, options, argv, err);
	free(l.extra);
	userns_free(&l.tree);
	table_free(&l.table);
	model_clear(&l.m);
	return ret;
}
