// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "cmd/list/columns.h"
#include "host/container.h"
#include "model/addr.h"
#include "print/ipnames.h"
#include "print/json_netns.h"
#include "print/print_names.h"

#define NSEC	((uint64_t)1000000000)

/* A row that is being filled. */
struct row {
	struct table *t;
	struct table_row *row;
	const struct model *m;
	const struct netns *ns;
	const struct list_how *how;
};

static void text(struct row *r, unsigned int column, const char *value)
{
	if (value)
		table_text(r->t, r->row, column, value);
}

static void uint_if(struct row *r, unsigned int column, bool there,
		    uint64_t value)
{
	if (there)
		table_uint(r->t, r->row, column, value);
}

static bool is_live(const struct netns *ns)
{
	return ns->state == NSINFO_NETNS_STATE_LIVE;
}

/* The number itself, in @buf, where a user has no name. */
static const char *user_name(const struct row *r, uint32_t uid, char *buf,
			     size_t size)
{
	const char *name = NULL;

	if (r->how->user_name)
		name = r->how->user_name(r->how->data, uid);
	if (name)
		return name;
	snprintf(buf, size, "%" PRIu32, uid);
	return buf;
}

static void put_waiting(struct json *j, const void *data)
{
	json_waiting(j, data);
}

/* "d0(2)": a device and the references that are left. */
static void fill_waiting(struct row *r)
{
	const struct waiting *w;
	char buf[64];
	size_t i;

	for (i = 0; i < r->ns->n_waiting; i++) {
		w = &r->m->waiting[r->ns->first_waiting + i];
		snprintf(buf, sizeof(buf), "%s(%" PRIu32 ")", w->ifname,
			 w->refs);
		table_list_put(r->t, r->row, LIST_WAITING, put_waiting, w,
			       HAS(w, NSINFO_A_WAITING_REFS) ? buf :
							       w->ifname);
	}
	if (r->ns->all_waiting <= r->ns->n_waiting)
		return;
	snprintf(buf, sizeof(buf), "and %" PRIu32 " more",
		 r->ns->all_waiting - r->ns->n_waiting);
	table_list_add(r->t, r->row, LIST_WAITING, NULL, buf);
}

static void fill_state(struct row *r)
{
	char since[48];

	text(r, LIST_STATE, model_state_name(r->ns));
	if (HAS(r->ns, NSINFO_A_NETNS_INACTIVE))
		table_true(r->t, r->row, LIST_INACTIVE);
	if (HAS(r->ns, NSINFO_A_NETNS_DYING_SINCE)) {
		snprintf(since, sizeof(since), "%" PRIu64 ".%03" PRIu64,
			 r->ns->dying_since / NSEC,
			 r->ns->dying_since % NSEC / 1000000);
		table_uint(r->t, r->row, LIST_SINCE, r->ns->dying_since);
		table_shown_as(r->t, r->row, LIST_SINCE, since);
	}
	fill_waiting(r);
}

static void fill_identity(struct row *r)
{
	const struct netns *ns = r->ns;

	table_uint(r->t, r->row, LIST_NS, ns->inum);
	table_uint(r->t, r->row, LIST_ID, ns->id);
	text(r, LIST_TYPE, "net");
	fill_state(r);
	if (HAS(ns, NSINFO_A_NETNS_INIT))
		table_true(r->t, r->row, LIST_INIT);
	if (HAS(ns, NSINFO_A_NETNS_SELF))
		table_true(r->t, r->row, LIST_SELF);
	if (HAS(ns, NSINFO_A_NETNS_NSID))
		table_int(r->t, r->row, LIST_NETNSID, ns->nsid);
	else
		table_shown_as(r->t, r->row, LIST_NETNSID, "unassigned");
}

static void fill_leader(struct row *r, const struct task *task)
{
	char buf[32];

	table_uint(r->t, r->row, LIST_PID, task->pid);
	if (HAS(task, NSINFO_A_TASK_UID) || !task->has) {
		table_uint(r->t, r->row, LIST_UID, task->uid);
		if (table_shows(r->t, LIST_USER))
			text(r, LIST_USER,
			     user_name(r, task->uid, buf, sizeof(buf)));
	}
	text(r, LIST_COMMAND, task->command ? task->command : task->comm);
	snprintf(buf, sizeof(buf), "/proc/%" PRIu32 "/ns/net", task->pid);
	text(r, LIST_PATH, buf);
}

/* Nothing of it is known without all tasks, but that there are some. */
static void fill_procs(struct row *r)
{
	struct task_counts counts = model_count_tasks(r->m, r->ns);
	const struct task *leader = model_leader(r->m, r->ns);
	const char *container = model_container(r->m, r->ns);
	char buf[CONTAINER_WORD];
	bool all = r->m->has_tasks;

	uint_if(r, LIST_NPROCS, all || counts.processes, counts.processes);
	uint_if(r, LIST_THREADS, all || counts.threads, counts.threads);
	text(r, LIST_CONTAINER, container);
	table_shown_as(r->t, r->row, LIST_CONTAINER,
		       container_shown(container, buf));
	text(r, LIST_POD, model_pod(r->m, r->ns));
	if (leader)
		fill_leader(r, leader);
}

static void fill_names(struct row *r)
{
	const struct name *name;
	size_t n;

	name = model_names(r->m, r->ns, &n);
	names_cell(r->t, r->row, LIST_NAME, name, n);
}

/* As lsns: the mounts in our own mount namespace. */
static void fill_nsfs(struct row *r)
{
	const struct name *name;
	size_t i, n;

	name = model_names(r->m, r->ns, &n);
	for (i = 0; i < n && name_is_ours(&name[i]); i++)
		table_list_add(r->t, r->row, LIST_NSFS, name[i].path,
			       name[i].path);
}

static void add_ip(struct row *r, const struct addr *addr)
{
	char ip[IPNAMES_SIZE], whole[IPNAMES_SIZE + 8];

	if (!addr_is_reachable(&addr->local))
		return;
	snprintf(whole, sizeof(whole), "%s/%" PRIu32,
		 ipnames_inet(&addr->local, ip), addr->prefixlen);
	table_list_add(r->t, r->row, LIST_IP, whole, whole);
}

/* Of a netns that is being torn down, what is left may be hidden. */
static void fill_devs(struct row *r)
{
	const struct netns *ns = r->ns;
	const struct dev *dev;
	uint64_t n = 0;
	uint32_t i, k;

	uint_if(r, LIST_DEVS, HAS(ns, NSINFO_A_NETNS_NDEVS), ns->ndevs);
	if (!is_live(ns) && !ns->n_devs)
		return;
	table_list(r->t, r->row, LIST_IP);
	for (i = 0; i < ns->n_devs; i++) {
		dev = &r->m->devs[ns->first_dev + i];
		n += dev->n_addrs;
		for (k = 0; k < dev->n_addrs; k++)
			add_ip(r, &r->m->addrs[dev->first_addr + k]);
	}
	table_uint(r->t, r->row, LIST_ADDRS, n);
}

static void fill_fib(struct row *r)
{
	const struct fib *a = &r->ns->fib4, *b = &r->ns->fib6;

	uint_if(r, LIST_TABLES, HAS(a, NSINFO_A_FIB_TABLES) ||
		HAS(b, NSINFO_A_FIB_TABLES), (uint64_t)a->tables + b->tables);
	uint_if(r, LIST_RULES, HAS(a, NSINFO_A_FIB_RULES) ||
		HAS(b, NSINFO_A_FIB_RULES), (uint64_t)a->rules + b->rules);
}

/* No hook at all and nothing to tell about hooks are the same on the wire. */
static void fill_hooks(struct row *r)
{
	uint64_t n = 0;
	uint32_t i;

	for (i = 0; i < r->ns->n_hooks; i++) {
		const struct hook *hook = &r->m->hooks[r->ns->first_hook + i];

		n += (uint64_t)hook->nf_tables + hook->iptables +
		     hook->conntrack + hook->bpf + hook->other;
	}
	uint_if(r, LIST_HOOKS, (is_live(r->ns) || n) &&
		!HAS(r->ns, NSINFO_A_NETNS_HOOK_UNTOLD), n);
}

static void fill_facts(struct row *r)
{
	const struct netns *ns = r->ns;

	uint_if(r, LIST_SOCKS, HAS(&ns->sockets, NSINFO_A_SOCKETS_PINS),
		ns->sockets.pins);
	uint_if(r, LIST_CONNTRACK, HAS(ns, NSINFO_A_NETNS_CONNTRACK),
		ns->conntrack);
	uint_if(r, LIST_REFS, HAS(ns, NSINFO_A_NETNS_REFS), ns->refs);
	/* Without an inode of nsfs there is none. */
	table_uint(r->t, r->row, LIST_NSFSREFS, ns->nsfs_refs);
	fill_fib(r);
	fill_hooks(r);
}

static void put_owner(struct json *j, const void *data)
{
	const struct netns *ns = data;

	if (HAS(ns, NSINFO_A_NETNS_OWNER_USERNS))
		json_uint(j, "userns", ns->owner_userns);
	if (HAS(ns, NSINFO_A_NETNS_OWNER_UID))
		json_uint(j, "uid", ns->owner_uid);
}

static void fill_owner(struct row *r)
{
	const struct netns *ns = r->ns;
	bool userns = HAS(ns, NSINFO_A_NETNS_OWNER_USERNS);
	bool uid = HAS(ns, NSINFO_A_NETNS_OWNER_UID);
	char buf[16];

	uint_if(r, LIST_ONS, userns, ns->owner_userns);
	if (userns || uid)
		table_object(r->t, r->row, LIST_OWNER, put_owner, ns);
	if (uid && table_shows(r->t, LIST_OWNER))
		table_shown_as(r->t, r->row, LIST_OWNER,
			       user_name(r, ns->owner_uid, buf, sizeof(buf)));
}

static void put_created(struct json *j, const void *data)
{
	json_created(j, data);
}

static void fill_age(struct row *r, uint64_t s)
{
	char buf[48];

	if (s >= 86400)
		snprintf(buf, sizeof(buf), "%" PRIu64 "d%uh", s / 86400,
			 (unsigned int)(s % 86400 / 3600));
	else if (s >= 3600)
		snprintf(buf, sizeof(buf), "%uh%um", (unsigned int)(s / 3600),
			 (unsigned int)(s % 3600 / 60));
	else if (s >= 60)
		snprintf(buf, sizeof(buf), "%um%us", (unsigned int)(s / 60),
			 (unsigned int)(s % 60));
	else
		snprintf(buf, sizeof(buf), "%us", (unsigned int)s);
	table_uint(r->t, r->row, LIST_AGE, s);
	table_shown_as(r->t, r->row, LIST_AGE, buf);
}

static void fill_created(struct row *r)
{
	const struct created *c = &r->ns->created;
	char buf[64];
	int len;

	if (!HAS(r->ns, NSINFO_A_NETNS_CREATED))
		return;
	table_object(r->t, r->row, LIST_CREATOR, put_created, c);
	if (HAS(c, NSINFO_A_CREATED_COMM)) {
		len = snprintf(buf, sizeof(buf), "%.40s", c->comm);
		if (HAS(c, NSINFO_A_CREATED_PID))
			snprintf(buf + len, sizeof(buf) - len,
				 "[%" PRIu32 "]", c->pid);
		table_shown_as(r->t, r->row, LIST_CREATOR, buf);
	}
	if (HAS(c, NSINFO_A_CREATED_TIME) && r->how->now)
		fill_age(r, r->how->now > c->time ?
			    (r->how->now - c->time) / NSEC : 0);
}

static void fill_extra(struct row *r)
{
	const struct list_extra *extra = r->how->extra;

	if (!extra)
		return;
	extra += r->ns - r->m->netns;
	uint_if(r, LIST_PPID, extra->has_ppid, extra->ppid);
	uint_if(r, LIST_ROUTES, extra->has_routes, extra->routes);
}

void list_fill_netns(struct table *t, struct table_row *row,
		     const struct model *m, const struct netns *ns,
		     const struct list_how *how)
{
	struct row r = { t, row, m, ns, how };

	fill_identity(&r);
	fill_procs(&r);
	fill_names(&r);
	fill_nsfs(&r);
	fill_devs(&r);
	fill_facts(&r);
	fill_owner(&r);
	fill_created(&r);
	fill_extra(&r);
}
