// SPDX-License-Identifier: GPL-2.0
/* Routes, sockets, netfilter and what else the kernel counts, on the page. */
#include <inttypes.h>
#include <sys/socket.h>

#include <linux/netfilter.h>
#include <netinet/tcp.h>

#include "base/util.h"
#include "cmd/show/show.h"

static const char *const ip_hooks[] = {
	"prerouting", "input", "forward", "output", "postrouting", "ingress",
};

static const char *const arp_hooks[] = { "input", "output", "forward" };

static const char *const bridge_hooks[] = {
	"prerouting", "input", "forward", "output", "postrouting", "brouting",
};

static const char *const netdev_hooks[] = { "ingress", "egress" };

/* Wide enough for "bridge postrouting". */
#define HOOKS	18

struct hook_family {
	const char *name;
	const char *const *hooks;
	size_t n_hooks;
};

static const struct hook_family hook_families[] = {
	[NFPROTO_INET] = { "inet", ip_hooks, ARRAY_SIZE(ip_hooks) },
	[NFPROTO_IPV4] = { "ip", ip_hooks, ARRAY_SIZE(ip_hooks) },
	[NFPROTO_ARP] = { "arp", arp_hooks, ARRAY_SIZE(arp_hooks) },
	[NFPROTO_NETDEV] = { "netdev", netdev_hooks, ARRAY_SIZE(netdev_hooks) },
	[NFPROTO_BRIDGE] = { "bridge", bridge_hooks, ARRAY_SIZE(bridge_hooks) },
	[NFPROTO_IPV6] = { "ip6", ip_hooks, ARRAY_SIZE(ip_hooks) },
};

const char *show_hook_family(uint32_t family, char *buf)
{
	if (family < ARRAY_SIZE(hook_families) && hook_families[family].name)
		return hook_families[family].name;
	snprintf(buf, IPNAMES_SIZE, "family %" PRIu32, family);
	return buf;
}

const char *show_hook_name(uint32_t family, uint32_t hooknum, char *buf)
{
	if (family < ARRAY_SIZE(hook_families) &&
	    hooknum < hook_families[family].n_hooks)
		return hook_families[family].hooks[hooknum];
	snprintf(buf, IPNAMES_SIZE, "hook %" PRIu32, hooknum);
	return buf;
}

static void put_tables(struct text *t, const struct peek *p, uint32_t family)
{
	char buf[IPNAMES_SIZE];
	const char *sep = ":";
	size_t i;

	text_add(t, "%s %" PRIu32, family == AF_INET ? "IPv4" : "IPv6",
		 peek_routes(p, family));
	for (i = 0; i < p->n_tables; i++) {
		if (p->tables[i].family != family)
			continue;
		text_add(t, "%s", sep);
		text_put(t);
		text_add(t, "%" PRIu32 " in ", p->tables[i].routes);
		text_foreign(t, PLAIN,
			     ipnames_table(t->how->names, p->tables[i].table,
					   buf));
		sep = "";
	}
	text_put(t);
	text_end_line(t);
}

/* What the kernel counts itself, without a look inside. */
static void put_fib(struct text *t, const char *family, const struct fib *fib)
{
	text_add(t, "%s", family);
	if (HAS(fib, NSINFO_A_FIB_ROUTES))
		text_add(t, " %" PRIu32, fib->routes);
	text_put(t);
	if (HAS(fib, NSINFO_A_FIB_TABLES))
		text_put_number(t, "tables", fib->tables);
	text_end_line(t);
}

/* Its line, where it is known. Returns whether none has come yet. */
static bool put_family(struct text *t, const struct show *s, uint32_t family,
		       bool first)
{
	const struct fib *fib = family == AF_INET ? &s->ns->fib4 :
						    &s->ns->fib6;
	bool listed = peek_has(&s->peek, PEEK_ROUTES, family);

	if (!listed && !fib->has)
		return first;
	if (first)
		show_label(t, "routes");
	else
		show_line(t);
	if (listed)
		put_tables(t, &s->peek, family);
	else
		put_fib(t, family == AF_INET ? "IPv4" : "IPv6", fib);
	return false;
}

static void put_routes(struct text *t, const struct show *s)
{
	put_family(t, s, AF_INET6, put_family(t, s, AF_INET, true));
}

static void put_pair(struct text *t, const char *label, bool has4,
		     uint32_t ipv4, bool has6, uint32_t ipv6)
{
	if (!has4 && !has6)
		return;
	show_label(t, label);
	if (has4)
		text_put_number(t, "IPv4", ipv4);
	if (has6)
		text_put_number(t, "IPv6", ipv6);
	text_end_line(t);
}

static void put_rules(struct text *t, const struct show *s)
{
	const struct fib *fib4 = &s->ns->fib4, *fib6 = &s->ns->fib6;
	bool in4 = peek_has(&s->peek, PEEK_RULES, AF_INET);
	bool in6 = peek_has(&s->peek, PEEK_RULES, AF_INET6);

	put_pair(t, "rules", in4 || HAS(fib4, NSINFO_A_FIB_RULES),
		 in4 ? s->peek.rules[0] : fib4->rules,
		 in6 || HAS(fib6, NSINFO_A_FIB_RULES),
		 in6 ? s->peek.rules[1] : fib6->rules);
	put_pair(t, "neighbours", peek_has(&s->peek, PEEK_NEIGHBOURS, AF_INET),
		 s->peek.neighbours[0],
		 peek_has(&s->peek, PEEK_NEIGHBOURS, AF_INET6),
		 s->peek.neighbours[1]);
}

static void add_state(struct text *t, const struct peek_sockets *k)
{
	const char *name = peek_state_name(k->netid, k->state);

	if (name)
		text_add(t, "%" PRIu32 " %s", k->n, name);
	else
		text_add(t, "%" PRIu32 " in state %" PRIu32, k->n, k->state);
}

static bool is_unconnected(const struct peek_sockets *k)
{
	return k->state == TCP_CLOSE && k->netid != PEEK_SCTP_ASSOC;
}

/* "nl 7", "udp 1 ESTAB", "tcp 5 (2 LISTEN, 3 ESTAB)" */
static void put_sort(struct text *t, const struct peek *p, uint32_t netid)
{
	uint32_t all = peek_sockets_of(p, netid);
	const struct peek_sockets *k;
	const char *sep = " (";
	size_t i;

	text_add(t, "%s ", peek_netid_name(netid));
	for (i = 0; i < p->n_sockets; i++) {
		k = &p->sockets[i];
		if (k->netid != netid)
			continue;
		if (k->n == all && is_unconnected(k)) {
			text_add(t, "%" PRIu32, all);
		} else if (k->n == all) {
			add_state(t, k);
		} else {
			if (*sep == ' ')
				text_add(t, "%" PRIu32, all);
			text_add(t, "%s", sep);
			add_state(t, k);
			sep = ", ";
		}
	}
	if (*sep == ',')
		text_add(t, ")");
	text_put(t);
}

static void put_sorts(struct text *t, const struct peek *p)
{
	uint32_t netid;

	if (!p->n_sockets)
		return;
	show_line(t);
	for (netid = 0; netid < PEEK_NETIDS; netid++)
		if (peek_sockets_of(p, netid))
			put_sort(t, p, netid);
	text_end_line(t);
}

size_t show_inuse(const struct sockets *k, struct show_inuse *inuse)
{
	const struct show_inuse all[] = {
		{ "netlink", NSINFO_A_SOCKETS_NETLINK, k->netlink },
		{ "packet", NSINFO_A_SOCKETS_PACKET, k->packet },
		{ "unix", NSINFO_A_SOCKETS_UNIX, k->unix_ },
		{ "raw", NSINFO_A_SOCKETS_RAW, k->raw },
		{ "raw6", NSINFO_A_SOCKETS_RAW6, k->raw6 },
		{ "udp", NSINFO_A_SOCKETS_UDP, k->udp },
		{ "udp6", NSINFO_A_SOCKETS_UDP6, k->udp6 },
		{ "tcp", NSINFO_A_SOCKETS_TCP, k->tcp },
		{ "tcp6", NSINFO_A_SOCKETS_TCP6, k->tcp6 },
	};
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(all); i++)
		if (HAS(k, all[i].attr))
			inuse[n++] = all[i];
	return n;
}

static void put_inuse(struct text *t, const struct sockets *k)
{
	struct show_inuse inuse[SHOW_INUSE];
	size_t i, n = show_inuse(k, inuse);

	for (i = 0; i < n; i++)
		if (inuse[i].n)
			text_put_number(t, inuse[i].name, inuse[i].n);
}

static void put_sockets(struct text *t, const struct show *s)
{
	const struct sockets *k = &s->ns->sockets;
	bool listed = s->peek.have & PEEK_SOCKETS;

	if (!listed && !k->has)
		return;
	show_label(t, "sockets");
	if (listed) {
		text_add(t, "%" PRIu32 " listed", peek_sockets_all(&s->peek));
		text_put(t);
	}
	if (HAS(k, NSINFO_A_SOCKETS_PINS)) {
		text_add(t, "%" PRIu32 " holding the netns", k->pins);
		text_put(t);
	}
	if (!listed)
		put_inuse(t, k);
	text_end_line(t);
	if (listed)
		put_sorts(t, &s->peek);
}

static void put_hook(struct text *t, const struct hook *hook)
{
	char family[IPNAMES_SIZE], name[IPNAMES_SIZE];

	text_add(t, "%s %s", show_hook_family(hook->family, family),
		 show_hook_name(hook->family, hook->hooknum, name));
	text_put_padded(t, HOOKS);
	if (hook->nf_tables)
		text_put_number(t, "nf_tables", hook->nf_tables);
	if (hook->iptables)
		text_put_number(t, "iptables", hook->iptables);
	if (hook->conntrack)
		text_put_number(t, "conntrack", hook->conntrack);
	if (hook->bpf)
		text_put_number(t, "bpf", hook->bpf);
	if (hook->other)
		text_put_number(t, "other", hook->other);
	text_end_line(t);
}

static void put_hooks(struct text *t, const struct netns *ns)
{
	uint32_t i;

	if (HAS(ns, NSINFO_A_NETNS_HOOK_UNTOLD)) {
		show_label(t, "netfilter");
		text_add(t, "not told: needs CAP_SYS_ADMIN in its user namespace");
		text_put(t);
		text_end_line(t);
	}
	for (i = 0; i < ns->n_hooks; i++) {
		if (i)
			show_line(t);
		else
			show_label(t, "netfilter");
		put_hook(t, &t->m->hooks[ns->first_hook + i]);
	}
}

static void put_count(struct text *t, const char *label, uint32_t n,
		      const char *of)
{
	show_label(t, label);
	text_add(t, "%" PRIu32 " %s", n, of);
	text_put(t);
	text_end_line(t);
}

void show_put_inside(struct text *t, const struct show *s)
{
	const struct netns *ns = s->ns;

	put_routes(t, s);
	put_rules(t, s);
	put_sockets(t, s);
	put_hooks(t, ns);
	if (HAS(ns, NSINFO_A_NETNS_CONNTRACK))
		put_count(t, "conntrack", ns->conntrack, "entries");
	if (s->has_facts)
		put_count(t, "nsfs", ns->nsfs_refs, "open files and mounts");
}
