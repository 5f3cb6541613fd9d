// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "base/util.h"
#include "cmd/list/columns.h"

#define NSEC		((uint64_t)1000000000)

#define R	TABLE_RIGHT
#define CUT	TABLE_CUT
#define SHOWN	TABLE_SHOWN

const struct table_column list_columns[N_LIST_COLUMNS] = {
	[LIST_NS] = { "NS", "ns", "inode number", R | SHOWN },
	[LIST_ID] = { "ID", "id", "id, never used twice in one boot", R },
	[LIST_TYPE] = { "TYPE", "type",
			"net; in a tree also user: a user namespace", 0 },
	[LIST_STATE] = { "STATE", "state", "live, queued or dying", SHOWN },
	[LIST_SINCE] = { "SINCE", "dying_since",
			 "when its teardown began, seconds since boot", R },
	[LIST_WAITING] = { "WAITING", "waiting",
			   "devices that its teardown waits for, with references",
			   CUT },
	[LIST_NPROCS] = { "NPROCS", "nprocs", "number of processes in it",
			  R | SHOWN },
	[LIST_THREADS] = { "THREADS", "nthreads",
			   "number of threads in it, all of all processes", R },
	[LIST_PID] = { "PID", "pid", "lowest pid in it", R | SHOWN },
	[LIST_PPID] = { "PPID", "ppid", "parent of PID", R },
	[LIST_UID] = { "UID", "uid", "user id of PID", R },
	[LIST_USER] = { "USER", "user", "user of PID", SHOWN },
	[LIST_NAME] = { "NAME", "names",
			"names: files in a names folder, other mounts by path",
			CUT | SHOWN },
	[LIST_CONTAINER] = { "CONTAINER", "container",
			     "container of its processes, runtime:id",
			     CUT | SHOWN },
	[LIST_POD] = { "POD", "pod", "uid of the Kubernetes pod of CONTAINER",
		       0 },
	[LIST_DEVS] = { "DEVS", "ndevs", "number of network devices",
			R | SHOWN },
	[LIST_ADDRS] = { "ADDRS", "naddrs", "number of IP addresses",
			 R | SHOWN },
	[LIST_IP] = { "IP", "ips",
		      "IP addresses that are not loopback or link-local", CUT },
	[LIST_SOCKS] = { "SOCKS", "nsocks", "number of sockets that hold it",
			 R | SHOWN },
	[LIST_ROUTES] = { "ROUTES", "nroutes",
			  "number of routes of all tables, IPv4 and IPv6", R },
	[LIST_TABLES] = { "TABLES", "ntables",
			  "number of routing tables, IPv4 and IPv6", R },
	[LIST_RULES] = { "RULES", "nrules",
			 "number of routing rules, IPv4 and IPv6", R },
	[LIST_HOOKS] = { "HOOKS", "nhooks",
			 "number of functions in the hooks of netfilter", R },
	[LIST_CONNTRACK] = { "CONNTRACK", "conntrack",
			     "number of tracked connections", R },
	[LIST_REFS] = { "REFS", "refs", "references that keep it alive", R },
	[LIST_NSFSREFS] = { "NSFSREFS", "nsfs_refs",
			    "open files and mounts of it", R },
	[LIST_NETNSID] = { "NETNSID", "netnsid", "nsid in our netns", R },
	[LIST_NSFS] = { "NSFS", "nsfs", "where it is mounted",
			CUT | TABLE_LINES },
	[LIST_PATH] = { "PATH", "path", "its file in /proc", 0 },
	[LIST_ONS] = { "ONS", "ons",
		       "inode number of the user namespace that owns it", R },
	[LIST_OWNER] = { "OWNER", "owner",
			 "user whose user namespace that is", 0 },
	[LIST_CREATOR] = { "CREATOR", "created", "command and pid that made it",
			   CUT },
	[LIST_AGE] = { "AGE", "age", "time since it was made; seconds in JSON",
		       R },
	[LIST_INACTIVE] = { "INACTIVE", "inactive",
			    "whether listns(2) does not show it", 0 },
	[LIST_INIT] = { "INIT", "init", "whether it is the first netns", 0 },
	[LIST_SELF] = { "SELF", "self", "whether it is ours", 0 },
	[LIST_COMMAND] = { "COMMAND", "command", "command line of PID",
			   CUT | SHOWN },
};

static const struct list_needs needs[N_LIST_COLUMNS] = {
	[LIST_NPROCS] = { .procs = true },
	[LIST_THREADS] = { .procs = true },
	[LIST_PID] = { .procs = true },
	[LIST_PPID] = { .procs = true, .ppids = true },
	[LIST_UID] = { .procs = true },
	[LIST_USER] = { .procs = true },
	[LIST_COMMAND] = { .procs = true },
	[LIST_CONTAINER] = { .procs = true },
	[LIST_POD] = { .procs = true },
	[LIST_PATH] = { .procs = true },
	[LIST_NAME] = { .names = true },
	[LIST_NSFS] = { .names = true },
	[LIST_ADDRS] = { .devs = true },
	[LIST_IP] = { .devs = true },
	[LIST_SOCKS] = { .facts = NSINFO_NETNS_WANT_SOCKETS },
	[LIST_ROUTES] = { .routes = true },
	[LIST_TABLES] = { .facts = NSINFO_NETNS_WANT_FIB },
	[LIST_RULES] = { .facts = NSINFO_NETNS_WANT_FIB },
	[LIST_HOOKS] = { .facts = NSINFO_NETNS_WANT_NETFILTER },
	[LIST_CONNTRACK] = { .facts = NSINFO_NETNS_WANT_CONNTRACK },
	[LIST_NSFSREFS] = { .facts = NSINFO_NETNS_WANT_NSFS },
	[LIST_AGE] = { .clock = true },
};

struct list_needs list_needs(const struct table *t)
{
	struct list_needs all = { 0 };
	size_t i;

	for (i = 0; i < N_LIST_COLUMNS; i++) {
		if (!table_shows(t, i))
			continue;
		all.facts |= needs[i].facts;
		all.devs |= needs[i].devs;
		all.procs |= needs[i].procs;
		all.routes |= needs[i].routes;
		all.ppids |= needs[i].ppids;
		all.names |= needs[i].names;
		all.clock |= needs[i].clock;
	}
	return all;
}

static void add_netns(struct table *t, struct table_row *parent,
		      const struct model *m, const struct netns *ns,
		      const struct list_how *how)
{
	list_fill_netns(t, table_add_row(t, parent), m, ns, how);
}

static const char *user_name(const struct list_how *how, uint32_t uid)
{
	return how->user_name ? how->user_name(how->data, uid) : NULL;
}

static void put_uid(struct json *j, const void *data)
{
	const struct userns *userns = data;

	json_uint(j, "uid", userns->uid);
}

static struct table_row *add_userns(struct table *t, struct table_row *parent,
				    const struct userns *userns,
				    const struct list_how *how)
{
	struct table_row *row = table_add_row(t, parent);
	char uid[16];

	table_uint(t, row, LIST_NS, userns->inum);
	table_text(t, row, LIST_TYPE, "user");
	if (userns->parent)
		table_uint(t, row, LIST_ONS, userns->parent);
	if (userns->has_uid) {
		const char *name = user_name(how, userns->uid);

		snprintf(uid, sizeof(uid), "%u", userns->uid);
		table_object(t, row, LIST_OWNER, put_uid, userns);
		table_shown_as(t, row, LIST_OWNER, name ? name : uid);
	}
	return row;
}

int list_read_states(const char *arg, uint32_t *states, struct err *err)
{
	static const char *const words[] = {
		"live", "queued", "dying", "inactive",
	};
	size_t i, len;

	for (*states = 0; *arg; arg += len + (arg[len] == ',')) {
		len = strcspn(arg, ",");
		for (i = 0; i < ARRAY_SIZE(words); i++)
			if (strlen(words[i]) == len &&
			    !strncmp(words[i], arg, len))
				break;
		if (i == ARRAY_SIZE(words))
			break;
		*states |= 1u << i;
	}
	if (!*arg && *states)
		return 0;
	return err_usage(err,
			 "--state: %s: not one of live, queued, dying, inactive",
			 *arg ? arg : "nothing");
}

static bool is_wanted(const struct netns *ns, const struct list_how *how)
{
	uint32_t is = ns->state == NSINFO_NETNS_STATE_QUEUED ? LIST_IS_QUEUED :
		      ns->state == NSINFO_NETNS_STATE_DYING ? LIST_IS_DYING :
							      LIST_IS_LIVE;

	if (HAS(ns, NSINFO_A_NETNS_INACTIVE))
		is |= LIST_IS_INACTIVE;
	return !how->states || how->states & is;
}

/* What is in the user namespace @inum; 0: in none that we know. */
static void add_below(struct table *t, struct table_row *parent, uint32_t inum,
		      const struct model *m, const struct list_how *how)
{
	const struct userns_list *tree = how->tree;
	size_t i;

	for (i = 0; i < m->n_netns; i++)
		if (m->netns[i].owner_userns == inum &&
		    is_wanted(&m->netns[i], how))
			add_netns(t, parent, m, &m->netns[i], how);
	for (i = 0; i < tree->n; i++) {
		const struct userns *one = &tree->all[i];
		bool known = one->parent && userns_find(tree, one->parent);

		if ((known ? one->parent : 0) == inum)
			add_below(t, add_userns(t, parent, one, how),
				  one->inum, m, how);
	}
}

void list_fill(struct table *t, const struct model *m,
	       const struct list_how *how)
{
	size_t i;

	if (how->tree) {
		add_below(t, NULL, 0, m, how);
		return;
	}
	for (i = 0; i < m->n_netns; i++)
		if (is_wanted(&m->netns[i], how))
			add_netns(t, NULL, m, &m->netns[i], how);
}

/* The device that is waited for longest. */
static const struct waiting *oldest_waiting(const struct model *m)
{
	const struct waiting *oldest = NULL, *w = m->waiting;
	size_t i;

	for (i = 0; i < m->n_waiting; i++, w++)
		if (HAS(w, NSINFO_A_WAITING_SINCE) &&
		    (!oldest || w->since < oldest->since))
			oldest = w;
	return oldest;
}

static const struct netns *oldest_dying(const struct model *m)
{
	const struct netns *oldest = NULL, *ns = m->netns;
	size_t i;

	for (i = 0; i < m->n_netns; i++, ns++)
		if (HAS(ns, NSINFO_A_NETNS_DYING_SINCE) &&
		    (!oldest || ns->dying_since < oldest->dying_since))
			oldest = ns;
	return oldest;
}

static size_t count_state(const struct model *m, uint32_t state)
{
	size_t i, n = 0;

	for (i = 0; i < m->n_netns; i++)
		n += m->netns[i].state == state;
	return n;
}

static void put_time(FILE *f, uint64_t then)
{
	fprintf(f, " since boot+%" PRIu64 ".%03" PRIu64 "s", then / NSEC,
		then % NSEC / 1000000);
}

/* "2 queued, 1 dying since boot+3.012s, waiting for lo since boot+3.050s" */
static void put_summary(FILE *f, const struct model *m, bool utf8)
{
	size_t queued = count_state(m, NSINFO_NETNS_STATE_QUEUED);
	size_t dying = count_state(m, NSINFO_NETNS_STATE_DYING);
	const struct waiting *waiting = oldest_waiting(m);
	const struct netns *oldest = oldest_dying(m);

	if (!queued && !dying)
		return;
	fprintf(f, "going away: %zu queued, %zu dying", queued, dying);
	if (oldest) {
		fputs(dying > 1 ? ", the oldest" : "", f);
		put_time(f, oldest->dying_since);
	}
	if (waiting) {
		fputs(", waiting for ", f);
		escape_text(f, waiting->ifname, strlen(waiting->ifname), utf8);
		put_time(f, waiting->since);
	}
	fputc('\n', f);
}

/* The same, for scripts. */
static void put_json_summary(struct json *j, const struct model *m)
{
	size_t queued = count_state(m, NSINFO_NETNS_STATE_QUEUED);
	size_t dying = count_state(m, NSINFO_NETNS_STATE_DYING);
	const struct netns *oldest = oldest_dying(m);

	if (!queued && !dying)
		return;
	json_object(j, "going_away");
	json_uint(j, "queued", queued);
	json_uint(j, "dying", dying);
	if (oldest)
		json_uint(j, "oldest", oldest->dying_since);
	json_object_end(j);
}

int render_list_text(FILE *f, const struct table *t, const struct model *m,
		     const struct table_how *how)
{
	int ret = table_print(t, f, how);
	size_t i;

	if (ret || how->raw || how->noheadings)
		return ret;
	put_summary(f, m, how->utf8);
	for (i = 0; i < m->n_stale; i++) {
		const char *path = m->stale[i].path;

		fputs("stale name: ", f);
		escape_text(f, path, strlen(path), how->utf8);
		fputs(": no namespace is mounted there\n", f);
	}
	return 0;
}

int render_list_json(FILE *f, const struct table *t, const struct model *m,
		     bool pretty)
{
	struct json j;
	size_t i;
	int ret;

	json_start(&j, f, pretty);
	json_object(&j, NULL);
	ret = table_print_json(t, &j, "namespaces");
	put_json_summary(&j, m);
	if (m->n_stale) {
		json_array(&j, "stale");
		for (i = 0; i < m->n_stale; i++)
			json_string(&j, NULL, m->stale[i].path);
		json_array_end(&j);
	}
	json_object_end(&j);
	json_end(&j);
	return ret;
}
