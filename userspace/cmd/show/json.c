// SPDX-License-Identifier: GPL-2.0
#include <sys/socket.h>

#include "cmd/show/show.h"
#include "print/json_netns.h"

static void put_user(struct json_out *o, const struct show_proc *p)
{
	json_uint_if(o, "uid", show_has_uid(p->task), p->task->uid);
	json_string_if(o, "user", p->user, p->user);
}

static void put_set(struct json_out *o, const struct show_nsset *set)
{
	int i;

	if (!show_knows(set))
		return;
	json_object(&o->j, "namespaces");
	for (i = 0; i < SHOW_NS; i++)
		json_uint_if(o, show_ns_names[i], set->ns[i], set->ns[i]);
	json_object_end(&o->j);
}

static void put_proc(struct json_out *o, const struct show_proc *p)
{
	const struct task *task = p->task;

	json_object(&o->j, NULL);
	json_uint_if(o, "pid", task->pid, task->pid);
	json_uint_if(o, "tid", IS_THREAD(task) && task->tid, task->tid);
	json_string_if(o, "comm", task->comm, task->comm);
	json_string_if(o, "command", task->command, task->command);
	put_user(o, p);
	if (!IS_THREAD(task))
		json_uint(&o->j, "threads", p->threads);
	json_string_if(o, "container", task->container, task->container);
	json_string_if(o, "pod", task->pod, task->pod);
	put_set(o, &p->set);
	json_object_end(&o->j);
}

static void put_procs(struct json_out *o, const char *key,
		      const struct show_proc *p, size_t n)
{
	size_t i;

	json_array(&o->j, key);
	for (i = 0; i < n; i++)
		put_proc(o, &p[i]);
	json_array_end(&o->j);
}

static void put_tasks(struct json_out *o, const struct show *s)
{
	struct task_counts counts = model_count_tasks(o->m, s->ns);
	const struct task *leader = model_leader(o->m, s->ns);
	const char *container = model_container(o->m, s->ns);
	const char *pod = model_pod(o->m, s->ns);

	if (!o->m->has_tasks && !counts.threads)
		return;
	/* Of those that can be seen, as list does; stderr says if not all. */
	json_uint(&o->j, "nprocs", counts.processes);
	json_uint(&o->j, "nthreads", counts.threads);
	if (leader) {
		json_uint(&o->j, "pid", leader->pid);
		json_string_if(o, "command", leader->command, leader->command);
	}
	json_string_if(o, "container", container, container);
	json_string_if(o, "pod", pod, pod);
	put_procs(o, "processes", s->procs, s->n_procs);
	put_procs(o, "threads", s->strays, s->n_strays);
}

static void put_end(struct json_out *o, const struct topology_end *end)
{
	json_uint(&o->j, "ns", end->netns_inum);
	json_uint(&o->j, "id", end->netns_id);
	json_uint_if(o, "ifindex", end->ifindex, end->ifindex);
	json_string_if(o, "ifname", end->ifname, end->ifname);
}

static void put_link(struct json_out *o, const struct topology *topology,
		     const struct topology_link *link)
{
	static const char *const by[] = {
		[TOPOLOGY_PEER] = "peer", [TOPOLOGY_LOWER] = "lower",
		[TOPOLOGY_UPPER] = "upper",
	};
	size_t i;

	json_object(&o->j, NULL);
	if (link->dev)
		json_string(&o->j, "ifname", link->dev->ifname);
	json_object(&o->j, by[link->by]);
	put_end(o, &link->far);
	json_object_end(&o->j);
	if (link->master) {
		json_string(&o->j, "master", link->master->ifname);
		json_array(&o->j, "beyond");
		for (i = 0; i < link->n_beyond; i++) {
			json_object(&o->j, NULL);
			put_end(o, &topology->beyond[link->first_beyond + i]);
			json_object_end(&o->j);
		}
		json_array_end(&o->j);
	}
	json_object_end(&o->j);
}

static void put_topology(struct json_out *o, const struct topology *topology)
{
	size_t i;

	json_array(&o->j, "topology");
	for (i = 0; i < topology->n_links; i++)
		if (topology->links[i].far.netns_id)
			put_link(o, topology, &topology->links[i]);
	json_array_end(&o->j);
}

static void put_tables(struct json_out *o, const struct peek *p,
		       uint32_t family)
{
	size_t i;

	json_array(&o->j, "tables");
	for (i = 0; i < p->n_tables; i++) {
		const struct peek_table *t = &p->tables[i];

		if (t->family != family)
			continue;
		json_object(&o->j, NULL);
		json_string(&o->j, "table",
			    ipnames_table(o->how->names, t->table, o->buf));
		json_uint(&o->j, "id", t->table);
		json_uint(&o->j, "routes", t->routes);
		json_object_end(&o->j);
	}
	json_array_end(&o->j);
}

static void put_routes_of(struct json_out *o, const char *key,
			  const struct show *s, const struct fib *fib,
			  uint32_t family)
{
	bool listed = peek_has(&s->peek, PEEK_ROUTES, family);

	if (!listed && !fib->has)
		return;
	json_object(&o->j, key);
	if (listed)
		json_uint(&o->j, "routes", peek_routes(&s->peek, family));
	else
		json_uint_if(o, "routes", HAS(fib, NSINFO_A_FIB_ROUTES),
			     fib->routes);
	json_uint_if(o, "ntables", HAS(fib, NSINFO_A_FIB_TABLES), fib->tables);
	if (listed)
		put_tables(o, &s->peek, family);
	json_object_end(&o->j);
}

static void put_pair(struct json_out *o, const char *key, bool has4,
		     uint32_t ipv4, bool has6, uint32_t ipv6)
{
	if (!has4 && !has6)
		return;
	json_object(&o->j, key);
	json_uint_if(o, "inet", has4, ipv4);
	json_uint_if(o, "inet6", has6, ipv6);
	json_object_end(&o->j);
}

static void put_routes(struct json_out *o, const struct show *s)
{
	const struct fib *fib4 = &s->ns->fib4, *fib6 = &s->ns->fib6;
	const struct peek *p = &s->peek;
	bool in4 = peek_has(p, PEEK_RULES, AF_INET);
	bool in6 = peek_has(p, PEEK_RULES, AF_INET6);

	if (peek_has(p, PEEK_ROUTES, AF_INET) ||
	    peek_has(p, PEEK_ROUTES, AF_INET6) || fib4->has || fib6->has) {
		json_object(&o->j, "routes");
		put_routes_of(o, "inet", s, fib4, AF_INET);
		put_routes_of(o, "inet6", s, fib6, AF_INET6);
		json_object_end(&o->j);
	}
	put_pair(o, "rules", in4 || HAS(fib4, NSINFO_A_FIB_RULES),
		 in4 ? p->rules[0] : fib4->rules,
		 in6 || HAS(fib6, NSINFO_A_FIB_RULES),
		 in6 ? p->rules[1] : fib6->rules);
	put_pair(o, "neighbours", peek_has(p, PEEK_NEIGHBOURS, AF_INET),
		 p->neighbours[0], peek_has(p, PEEK_NEIGHBOURS, AF_INET6),
		 p->neighbours[1]);
}

/* Those with a state that has no name are few: they have its number. */
static void put_states(struct json_out *o, const struct peek *p)
{
	size_t i;

	json_uint(&o->j, "listed", peek_sockets_all(p));
	json_array(&o->j, "by_state");
	for (i = 0; i < p->n_sockets; i++) {
		const struct peek_sockets *k = &p->sockets[i];
		const char *state = peek_state_name(k->netid, k->state);

		if (!state)
			snprintf(o->buf, sizeof(o->buf), "%u", k->state);
		json_object(&o->j, NULL);
		json_string(&o->j, "netid", peek_netid_name(k->netid));
		json_string(&o->j, "state", state ? state : o->buf);
		json_uint(&o->j, "sockets", k->n);
		json_object_end(&o->j);
	}
	json_array_end(&o->j);
}

static void put_inuse(struct json_out *o, const struct sockets *k)
{
	struct show_inuse inuse[SHOW_INUSE];
	size_t i, n = show_inuse(k, inuse);

	json_object(&o->j, "inuse");
	for (i = 0; i < n; i++)
		json_uint(&o->j, inuse[i].name, inuse[i].n);
	json_object_end(&o->j);
}

static void put_sockets(struct json_out *o, const struct show *s)
{
	const struct sockets *k = &s->ns->sockets;
	bool listed = s->peek.have & PEEK_SOCKETS;

	if (!listed && !k->has)
		return;
	json_object(&o->j, "sockets");
	json_uint_if(o, "pins", HAS(k, NSINFO_A_SOCKETS_PINS), k->pins);
	if (k->has)
		put_inuse(o, k);
	if (listed)
		put_states(o, &s->peek);
	json_object_end(&o->j);
}

static void put_hook(struct json_out *o, const struct hook *hook)
{
	json_object(&o->j, NULL);
	json_string(&o->j, "family", show_hook_family(hook->family, o->buf));
	json_string(&o->j, "hook",
		    show_hook_name(hook->family, hook->hooknum, o->buf));
	json_uint_if(o, "nf_tables", HAS(hook, NSINFO_A_HOOK_NF_TABLES),
		     hook->nf_tables);
	json_uint_if(o, "iptables", HAS(hook, NSINFO_A_HOOK_IPTABLES),
		     hook->iptables);
	json_uint_if(o, "conntrack", HAS(hook, NSINFO_A_HOOK_CONNTRACK),
		     hook->conntrack);
	json_uint_if(o, "bpf", HAS(hook, NSINFO_A_HOOK_BPF), hook->bpf);
	json_uint_if(o, "other", HAS(hook, NSINFO_A_HOOK_OTHER), hook->other);
	json_object_end(&o->j);
}

static void put_hooks(struct json_out *o, const struct netns *ns)
{
	uint32_t i;

	json_array(&o->j, "netfilter");
	for (i = 0; i < ns->n_hooks; i++)
		put_hook(o, &o->m->hooks[ns->first_hook + i]);
	json_array_end(&o->j);
}

/* In seconds, as list has it. */
static void put_age(struct json_out *o, const struct created *c)
{
	uint64_t now = o->how->now;

	json_uint_if(o, "age", now && HAS(c, NSINFO_A_CREATED_TIME),
		     now > c->time ? (now - c->time) / 1000000000 : 0);
}

static void put_show(struct json_out *o, const struct show *s)
{
	const struct netns *ns = s->ns;

	json_object(&o->j, NULL);
	o->owner = s->owner;
	json_netns(o, ns);
	put_age(o, &ns->created);
	put_tasks(o, s);
	json_netns_devs(o, ns);
	put_topology(o, &s->topology);
	put_routes(o, s);
	put_sockets(o, s);
	if (s->has_facts && ns->state == NSINFO_NETNS_STATE_LIVE &&
	    !HAS(ns, NSINFO_A_NETNS_HOOK_UNTOLD))
		put_hooks(o, ns);
	json_uint_if(o, "conntrack", HAS(ns, NSINFO_A_NETNS_CONNTRACK),
		     ns->conntrack);
	json_uint_if(o, "nsfs_refs", s->has_facts, ns->nsfs_refs);
	json_object_end(&o->j);
}

int render_json_show(FILE *f, const struct model *m, const struct show *shows,
		     size_t n, const struct render *how)
{
	struct json_out o;
	size_t i;

	json_document(&o, f, m, how);
	for (i = 0; i < n; i++)
		put_show(&o, &shows[i]);
	json_namespaces_end(&o);
	json_document_end(&o);
	return 0;
}
