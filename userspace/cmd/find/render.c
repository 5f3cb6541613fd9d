// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "cmd/find/render_find.h"
#include "model/addr.h"
#include "print/ipnames.h"
#include "print/print_names.h"

#define R	TABLE_RIGHT
#define CUT	TABLE_CUT

static const struct table_column all_columns[N_FIND_COLUMNS] = {
	[FIND_COL_NS] = { "NS", "ns", "inode number", R },
	[FIND_COL_ID] = { "ID", "id", "id, never used twice in one boot", R },
	[FIND_COL_STATE] = { "STATE", "state", "live, queued or dying", 0 },
	[FIND_COL_NAME] = { "NAME", "names",
			    "names: files in a names folder, other mounts by path",
			    CUT },
	[FIND_COL_DEV] = { "DEV", "ifname", "name of the device", 0 },
	[FIND_COL_ALTNAME] = { "ALTNAME", "altname",
			       "alternative name that it was found by", 0 },
	[FIND_COL_IFINDEX] = { "IFINDEX", "ifindex", "number of the device",
			       R },
	[FIND_COL_ADDRESS] = { "ADDRESS", "match",
			       "the address that was found", 0 },
	[FIND_COL_DUPLICATE] = { "DUPLICATE", "duplicate",
				 "how it meets the same address: wire, perhaps, routed, unseen, answered, apart",
				 0 },
	[FIND_COL_DADFAILED] = { "DADFAILED", "dadfailed",
				 "whether the kernel met the same address on the wire",
				 0 },
	[FIND_COL_KIND] = { "KIND", "kind",
			    "kind of the device, as in ip link", 0 },
	[FIND_COL_MAC] = { "MAC", "address",
			   "hardware address of the device", 0 },
	[FIND_COL_IP] = { "IP", "ips",
			  "its IP addresses that are not loopback or link-local",
			  CUT },
	[FIND_COL_PID] = { "PID", "pid",
			   "process: the one asked for, or the lowest", R },
	[FIND_COL_TID] = { "TID", "tid", "thread that was found", R },
	[FIND_COL_COMMAND] = { "COMMAND", "command", "command line of PID",
			       CUT },
	[FIND_COL_CONTAINER] = { "CONTAINER", "container",
				 "container in it, runtime:id", CUT },
	[FIND_COL_INIT] = { "INIT", "init", "whether it is the first netns", 0 },
	[FIND_COL_SELF] = { "SELF", "self", "whether it is ours", 0 },
};

#define SHOW(column)	(1u << FIND_COL_##column)
#define WHERE		(SHOW(NS) | SHOW(ID) | SHOW(NAME) | SHOW(CONTAINER))

static uint32_t defaults(enum find_what what)
{
	switch (what) {
	case FIND_IP:
	case FIND_MAC:
		return WHERE | SHOW(DEV) | SHOW(ADDRESS) | SHOW(KIND);
	case FIND_SAME_IP:
	case FIND_SAME_MAC:
		return WHERE | SHOW(DEV) | SHOW(ADDRESS) | SHOW(DUPLICATE) |
		       SHOW(KIND);
	case FIND_DEV:
	case FIND_KIND:
	case FIND_PCI:
	case FIND_VNI:
	case FIND_VLAN:
		return WHERE | SHOW(DEV) | SHOW(KIND) | SHOW(IP);
	case FIND_PEER:
		return WHERE | SHOW(DEV) | SHOW(KIND) | SHOW(IP) | SHOW(PID) |
		       SHOW(COMMAND);
	case FIND_PID:
		return WHERE | SHOW(PID) | SHOW(TID) | SHOW(COMMAND);
	default:
		return WHERE | SHOW(PID) | SHOW(COMMAND);
	}
}

void find_columns(struct table_column *columns, enum find_what what)
{
	uint32_t shown = defaults(what), i;

	memcpy(columns, all_columns, sizeof(all_columns));
	for (i = 0; i < N_FIND_COLUMNS; i++)
		if (shown >> i & 1)
			columns[i].flags |= TABLE_SHOWN;
}

int find_table_init(struct find_table *ft, enum find_what what,
		    const struct options *options, struct err *err)
{
	bool defaults_too = !options->output || *options->output == '+';
	bool by_address = !options->json &&
			  (what == FIND_SAME_IP || what == FIND_SAME_MAC);
	size_t i;
	int ret;

	find_columns(ft->columns, what);
	for (i = 0; options->json && i < N_FIND_COLUMNS; i++)
		ft->columns[i].flags |= TABLE_SHOWN;
	/* What is there twice is sorted by that, so that comes first. */
	if (by_address)
		ft->columns[FIND_COL_ADDRESS].flags &= ~TABLE_SHOWN;
	ret = table_init(&ft->t, ft->columns, N_FIND_COLUMNS, options->output,
			 err);
	if (!ret && by_address && defaults_too)
		table_show(&ft->t, FIND_COL_ADDRESS, 0);
	return ret;
}

static void text(struct table *t, struct table_row *row, unsigned int column,
		 const char *value)
{
	if (value)
		table_text(t, row, column, value);
}

static void fill_names(struct table *t, struct table_row *row,
		       const struct model *m, const struct netns *ns)
{
	const struct name *name;
	size_t n;

	name = model_names(m, ns, &n);
	names_cell(t, row, FIND_COL_NAME, name, n);
	/* Not its name, but what it can be called. */
	if (!n && HAS(ns, NSINFO_A_NETNS_INIT))
		table_shown_as(t, row, FIND_COL_NAME, "init");
}

static void fill_netns(struct table *t, struct table_row *row,
		       const struct model *m, const struct netns *ns)
{
	table_uint(t, row, FIND_COL_NS, ns->inum);
	table_uint(t, row, FIND_COL_ID, ns->id);
	if (model_state_name(ns))
		table_text(t, row, FIND_COL_STATE, model_state_name(ns));
	if (HAS(ns, NSINFO_A_NETNS_INIT))
		table_true(t, row, FIND_COL_INIT);
	if (HAS(ns, NSINFO_A_NETNS_SELF))
		table_true(t, row, FIND_COL_SELF);
	fill_names(t, row, m, ns);
}

static const char *ip_text(const struct addr *addr, char *buf)
{
	size_t len;

	ipnames_inet(&addr->local, buf);
	len = strlen(buf);
	snprintf(buf + len, IPNAMES_SIZE - len, "/%" PRIu32, addr->prefixlen);
	return buf;
}

static void fill_ips(struct table *t, struct table_row *row,
		     const struct model *m, const struct dev *dev)
{
	char buf[IPNAMES_SIZE];
	uint32_t i;

	table_list(t, row, FIND_COL_IP);
	for (i = 0; i < dev->n_addrs; i++) {
		const struct addr *addr = &m->addrs[dev->first_addr + i];

		if (!addr_is_reachable(&addr->local))
			continue;
		ip_text(addr, buf);
		table_list_add(t, row, FIND_COL_IP, buf, buf);
	}
}

static void fill_dev(struct table *t, struct table_row *row,
		     const struct model *m, const struct find_hit *hit)
{
	const struct dev *dev = hit->dev;
	char buf[IPNAMES_SIZE];

	table_text(t, row, FIND_COL_DEV, dev->ifname);
	table_uint(t, row, FIND_COL_IFINDEX, dev->ifindex);
	text(t, row, FIND_COL_KIND, dev->kind);
	if (dev->address.len)
		table_text(t, row, FIND_COL_MAC,
			   ipnames_hwaddr(&dev->address, dev->type, buf));
	if (hit->addr)
		table_text(t, row, FIND_COL_ADDRESS, ip_text(hit->addr, buf));
	else if (hit->mac)
		table_text(t, row, FIND_COL_ADDRESS,
			   ipnames_hwaddr(hit->mac, dev->type, buf));
	fill_ips(t, row, m, dev);
}

static void fill_duplicate(struct table *t, struct table_row *row,
			   const struct duplicate *duplicate)
{
	static const char *const words[][2] = {
		[DUPLICATE_APART] = { "apart", "apart, dadfailed" },
		[DUPLICATE_ANSWERED] = { "answered", "answered, dadfailed" },
		[DUPLICATE_UNSEEN] = { "unseen", "unseen, dadfailed" },
		[DUPLICATE_ROUTED] = { "routed", "routed, dadfailed" },
		[DUPLICATE_PERHAPS] = { "perhaps", "perhaps, dadfailed" },
		[DUPLICATE_WIRE] = { "wire", "wire, dadfailed" },
	};

	if (!duplicate)
		return;
	table_text(t, row, FIND_COL_DUPLICATE, words[duplicate->how][0]);
	table_shown_as(t, row, FIND_COL_DUPLICATE,
		       words[duplicate->how][duplicate->dadfailed]);
	if (duplicate->dadfailed)
		table_true(t, row, FIND_COL_DADFAILED);
}

static void fill_procs(struct table *t, struct table_row *row,
		       const struct model *m, const struct find_hit *hit)
{
	const char *container = hit->container ? hit->container :
						 model_container(m, hit->ns);
	const struct task *task = hit->task;
	char buf[CONTAINER_WORD];

	if (task)
		table_uint(t, row, FIND_COL_TID, task->tid);
	else
		task = model_leader(m, hit->ns);
	if (task && task->pid) {
		table_uint(t, row, FIND_COL_PID, task->pid);
		text(t, row, FIND_COL_COMMAND,
		     task->command ? task->command : task->comm);
	}
	text(t, row, FIND_COL_CONTAINER, container);
	table_shown_as(t, row, FIND_COL_CONTAINER,
		       container_shown(container, buf));
}

void find_fill(struct find_table *ft, const struct model *m,
	       const struct find_hits *hits)
{
	size_t i;

	for (i = 0; i < hits->n; i++) {
		const struct find_hit *hit = &hits->hit[i];
		struct table_row *row = table_add_row(&ft->t, NULL);

		fill_netns(&ft->t, row, m, hit->ns);
		if (hit->dev)
			fill_dev(&ft->t, row, m, hit);
		text(&ft->t, row, FIND_COL_ALTNAME, hit->altname);
		fill_duplicate(&ft->t, row, hit->duplicate);
		fill_procs(&ft->t, row, m, hit);
	}
}

int render_find_json(FILE *f, const struct find_table *ft, bool pretty)
{
	struct json j;
	int ret;

	json_start(&j, f, pretty);
	json_object(&j, NULL);
	ret = table_print_json(&ft->t, &j, "hits");
	json_object_end(&j);
	json_end(&j);
	return ret;
}
