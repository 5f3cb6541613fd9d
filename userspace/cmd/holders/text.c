// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "base/escape.h"
#include "cmd/holders/render_holders.h"
#include "host/container.h"
#include "print/text.h"

#define R	TABLE_RIGHT
#define CUT	TABLE_CUT
#define SHOWN	TABLE_SHOWN

/* Of a type with more of them, those of one sort share a row. */
#define MANY	50

const struct table_column holders_columns[N_HOLDERS_COLUMNS] = {
	[HOLDERS_TYPE] = { "TYPE", "type",
			   "process, thread, mount, nsfs-fd, socket, tun, proc-file, mapping, io_uring",
			   SHOWN },
	[HOLDERS_PID] = { "PID", "pid", "process", R | SHOWN },
	[HOLDERS_TID] = { "TID", "tid",
			  "thread, where it is not as its process", R | SHOWN },
	[HOLDERS_FD] = { "FD", "fd", "file descriptor", R | SHOWN },
	[HOLDERS_COMM] = { "COMM", "comm", "name of the task", SHOWN },
	[HOLDERS_CONTAINER] = { "CONTAINER", "container",
				"container of the process, runtime:id",
				SHOWN },
	[HOLDERS_FAMILY] = { "FAMILY", "family", "of a socket: AF_*", 0 },
	[HOLDERS_SOCKTYPE] = { "SOCKTYPE", "sock_type", "of a socket: SOCK_*",
			       0 },
	[HOLDERS_PROTO] = { "PROTO", "protocol", "of a socket", 0 },
	[HOLDERS_STATE] = { "STATE", "state", "of a socket, as ss has it", 0 },
	[HOLDERS_INODE] = { "INODE", "inode", "of a socket or a file of /proc",
			    R },
	[HOLDERS_MNTNS] = { "MNTNS", "mntns",
			    "of a mount: inode of another mount namespace", R },
	[HOLDERS_DETAIL] = { "DETAIL", "detail",
			     "path; family, protocol, state and addresses",
			     CUT | SHOWN },
};

/* "inet tcp ESTAB 10.0.0.1:80 10.0.0.2:4711" */
static void socket_detail(const struct hold *hold, char *buf, size_t size)
{
	char family[HOLDERS_WORD], protocol[HOLDERS_WORD], type[HOLDERS_WORD];
	const char *proto = holders_protocol_name(hold->family,
						  hold->protocol, protocol);
	const char *state = holders_state_name(hold);

	if (!proto || !hold->protocol)
		proto = holders_sock_type_name(hold->sock_type, type);
	snprintf(buf, size, "%s %s%s%s%s%s%s%s",
		 holders_family_name(hold->family, family), proto,
		 state ? " " : "", state ? state : "", hold->local ? " " : "",
		 hold->local ? hold->local : "", hold->peer ? " " : "",
		 hold->peer ? hold->peer : "");
}

static void detail(const struct hold *hold, char *buf, size_t size)
{
	*buf = '\0';
	if (hold->family)
		socket_detail(hold, buf, size);
	else if (hold->path && hold->mntns)
		snprintf(buf, size, "%s (mntns %" PRIu32 "%s%s)", hold->path,
			 hold->mntns, hold->pid ? "" : ", no process",
			 hold->hidden ? ", hidden" : "");
	else if (hold->path)
		snprintf(buf, size, "%s%s", hold->path,
			 hold->hidden ? " (hidden)" : "");
}

static void fill_socket(struct table *t, struct table_row *row,
			const struct hold *hold)
{
	char buf[HOLDERS_WORD];
	const char *state = holders_state_name(hold);
	const char *proto = holders_protocol_name(hold->family,
						  hold->protocol, buf);

	if (proto)
		table_text(t, row, HOLDERS_PROTO, proto);
	if (state)
		table_text(t, row, HOLDERS_STATE, state);
	table_text(t, row, HOLDERS_FAMILY,
		   holders_family_name(hold->family, buf));
	table_text(t, row, HOLDERS_SOCKTYPE,
		   holders_sock_type_name(hold->sock_type, buf));
}

static void put_container(struct table *t, struct table_row *row,
			  const struct hold *hold)
{
	char buf[CONTAINER_WORD];

	if (!hold->container)
		return;
	table_text(t, row, HOLDERS_CONTAINER, hold->container);
	table_shown_as(t, row, HOLDERS_CONTAINER,
		       container_shown(hold->container, buf));
}

static void fill_one(struct table *t, const struct hold *hold)
{
	struct table_row *row = table_add_row(t, NULL);
	char buf[PATH_MAX + 64];

	table_text(t, row, HOLDERS_TYPE, holders_type_name(hold->type));
	if (hold->pid)
		table_uint(t, row, HOLDERS_PID, hold->pid);
	if (hold->tid)
		table_uint(t, row, HOLDERS_TID, hold->tid);
	if (hold->has_fd)
		table_uint(t, row, HOLDERS_FD, hold->fd);
	if (hold->comm)
		table_text(t, row, HOLDERS_COMM, hold->comm);
	put_container(t, row, hold);
	if (hold->inode && hold->type != HOLD_TUN)
		table_uint(t, row, HOLDERS_INODE, hold->inode);
	if (hold->mntns)
		table_uint(t, row, HOLDERS_MNTNS, hold->mntns);
	if (hold->family)
		fill_socket(t, row, hold);
	detail(hold, buf, sizeof(buf));
	if (*buf)
		table_text(t, row, HOLDERS_DETAIL, buf);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Processes by what they are, all else by who has it. */
static bool same_sort(const struct hold *a, const struct hold *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == HOLD_PROCESS)
		return same_text(a->comm, b->comm) &&
		       same_text(a->container, b->container);
	return a->pid == b->pid;
}

static void fill_group(struct table *t, const struct holders *h, size_t i)
{
	const struct hold *hold = &h->hold[i];
	struct table_row *row;
	char buf[64];
	size_t k;
	uint32_t n = 0;

	for (k = 0; k < i; k++)
		if (same_sort(&h->hold[k], hold))
			return;
	for (; k < h->n; k++)
		n += same_sort(&h->hold[k], hold);
	if (n == 1) {
		fill_one(t, hold);
		return;
	}
	row = table_add_row(t, NULL);
	table_text(t, row, HOLDERS_TYPE, holders_type_name(hold->type));
	if (hold->pid)
		table_uint(t, row, HOLDERS_PID, hold->pid);
	if (hold->comm)
		table_text(t, row, HOLDERS_COMM, hold->comm);
	put_container(t, row, hold);
	snprintf(buf, sizeof(buf), "%" PRIu32 " of them (all with --json)", n);
	table_text(t, row, HOLDERS_DETAIL, buf);
}

void holders_fill(struct table *t, const struct holders *h, bool all)
{
	size_t i, n[HOLD_TYPES] = { 0 };

	for (i = 0; i < h->n; i++)
		n[h->hold[i].type]++;
	for (i = 0; i < h->n; i++) {
		if (all || n[h->hold[i].type] <= MANY)
			fill_one(t, &h->hold[i]);
		else
			fill_group(t, h, i);
	}
}

static void put_head(FILE *f, const struct holders *h, bool utf8)
{
	const struct netns *ns = h->ns;
	const char *state = model_state_name(ns);
	const struct name *name;
	size_t i, n;

	fprintf(f, "netns %" PRIu32, ns->inum);
	name = model_names(h->m, ns, &n);
	for (i = 0; i < n && name_is_ours(&name[i]); i++) {
		fputc(' ', f);
		escape_text(f, name[i].shown, strlen(name[i].shown), utf8);
	}
	fprintf(f, "  id %" PRIu64 "  %s", ns->id, state ? state : "?");
	if (HAS(ns, NSINFO_A_NETNS_INACTIVE))
		fputs(", inactive", f);
	fputc('\n', f);
}

static void put_count(FILE *f, int64_t n, const char *what)
{
	fprintf(f, "%8" PRId64 "  %s", n, what);
}

static void put_account(FILE *f, const struct account *a)
{
	if (!a->has_refs)
		return;
	fprintf(f, "\nreferences: %" PRIu32 "\n", a->refs);
	put_count(f, a->nsproxies, "sets of namespaces of tasks (nsproxy)\n");
	put_count(f, a->sockets, "sockets");
	if (a->sockets)
		fprintf(f, ": %" PRIu32 " found, %" PRId64 " not",
			a->sockets_found, a->sockets_hidden);
	if (a->subflows)
		fprintf(f, ", %" PRIu32 " subflow(s) of MPTCP", a->subflows);
	fputc('\n', f);
	put_count(f, a->nsfs, "nsfs inode");
	if (a->nsfs)
		fprintf(f, ": %" PRIu32 " user(s), %" PRIu32
			" open file(s) and %" PRIu32 " mount(s) found, %" PRId64
			" not",
			a->nsfs_users, a->nsfs_fds, a->nsfs_mounts,
			a->nsfs_hidden);
	fputc('\n', f);
	put_count(f, a->proc_files, "open files of /proc/PID/net\n");
	put_count(f, a->other, "others, not explained\n");
}

static void put_lines(FILE *f, const char *title, const struct lines *lines,
		      bool utf8)
{
	size_t i;

	if (!lines->n)
		return;
	fprintf(f, "\n%s:\n", title);
	for (i = 0; i < lines->n; i++) {
		fputs("  - ", f);
		escape_text(f, lines->line[i], strlen(lines->line[i]), utf8);
		fputc('\n', f);
	}
}

/* A command is safe to print, and has to stay as a shell reads it. */
static void put_advice(FILE *f, const struct holders *h, bool utf8)
{
	const struct lines *commands = &h->commands;
	size_t i, k = 0, len, tail;

	if (h->advice.n)
		fputs("\nwhat to do:\n", f);
	for (i = 0; i < h->advice.n; i++) {
		const char *line = h->advice.line[i];

		len = strlen(line);
		tail = k < commands->n ? strlen(commands->line[k]) : 0;
		if (tail && tail <= len &&
		    !strcmp(line + len - tail, commands->line[k]))
			k++;
		else
			tail = 0;
		fputs("  - ", f);
		escape_text(f, line, len - tail, utf8);
		fprintf(f, "%s\n", line + len - tail);
	}
}

static void put_kernel(FILE *f, const struct holders *h)
{
	char buf[HOLDERS_WORD];
	size_t i;

	if (h->n_kernel)
		fputs("\nsockets of the kernel, which do not hold it:\n", f);
	for (i = 0; i < h->n_kernel; i++)
		fprintf(f, "  - %s %s\n",
			holders_protocol_name(h->kernel[i]->family,
					      h->kernel[i]->protocol, buf),
			h->kernel[i]->local);
}

/* "wg0@blue (wireguard): its underlay is here" */
static void put_upper(struct text *t, const struct dev *dev)
{
	text_add(t, "  - ");
	text_foreign(t, NAME, dev->ifname);
	text_netns(t, dev->netns_id, dev->netns_inum);
	if (HAS(dev, NSINFO_A_DEV_KIND)) {
		text_add(t, " (");
		text_foreign(t, PLAIN, dev->kind);
		text_add(t, ")");
	}
	if (dev->link_dev) {
		text_add(t, ": on top of ");
		text_foreign(t, NAME, dev->link_dev->ifname);
	} else {
		text_add(t, ": its underlay is here");
	}
	text_put(t);
	text_end_line(t);
}

static int put_uppers(FILE *f, const struct holders *h, bool utf8)
{
	const struct render how = { .utf8 = utf8, .width = UINT_MAX };
	struct text t;
	size_t i;

	if (!h->n_uppers)
		return 0;
	if (text_open(&t, f, h->m, &how))
		return -ENOMEM;
	fputs("\ndevices of other netns, which do not hold it:\n", f);
	for (i = 0; i < h->n_uppers; i++)
		put_upper(&t, h->uppers[i]);
	return text_close(&t);
}

int render_holders_text(FILE *f, const struct holders *h,
			const struct table *t, const struct table_how *how)
{
	bool bare = how->raw || how->noheadings;
	int ret;

	if (!bare)
		put_head(f, h, how->utf8);
	ret = h->n || bare ? table_print(t, f, how) : 0;
	if (ret || bare)
		return ret;
	put_account(f, &h->account);
	put_kernel(f, h);
	ret = put_uppers(f, h, how->utf8);
	put_lines(f, "not explained", &h->unexplained, how->utf8);
	put_advice(f, h, how->utf8);
	return h->no_memory ? -ENOMEM : ret;
}
