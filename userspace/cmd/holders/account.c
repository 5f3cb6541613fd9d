// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <netinet/in.h>

#include "base/array.h"
#include "base/order.h"
#include "base/util.h"
#include "cmd/holders/account.h"

void holders_clear(struct holders *h)
{
	free(h->hold);
	free(h->suspects);
	free(h->inodes);
	free(h->unexplained.line);
	free(h->advice.line);
	free(h->commands.line);
	free(h->kernel);
	free(h->uppers);
	inside_clear(&h->inside);
	memset(h, 0, sizeof(*h));
}

struct hold *holders_add(struct holders *h, enum hold_type type)
{
	struct hold *hold = array_add(&h->hold, &h->n, &h->cap);

	if (hold)
		hold->type = type;
	h->no_memory |= !hold;
	return hold;
}

struct suspect *holders_add_suspect(struct holders *h)
{
	struct suspect *suspect = array_add(&h->suspects, &h->n_suspects,
					    &h->cap_suspects);

	h->no_memory |= !suspect;
	return suspect;
}

void holders_line(struct lines *lines, struct holders *h, const char *fmt, ...)
{
	const char **line = array_add(&lines->line, &lines->n, &lines->cap);
	char *text;
	va_list ap;
	int len;

	if (!line) {
		h->no_memory = true;
		return;
	}
	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	*line = len < 0 ? NULL : model_strndup(h->m, text, len);
	if (len >= 0)
		free(text);
	if (!*line) {
		lines->n--;
		h->no_memory = true;
	}
}

void holders_command(struct holders *h, const char *command,
		     const char *fmt, ...)
{
	char *text;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0) {
		h->no_memory = true;
		return;
	}
	holders_line(&h->advice, h, "%s: %s", text, command);
	holders_line(&h->commands, h, "%s", command);
	free(text);
}

/* A thread is told where its process is not in the same netns. */
static bool has_leader(const struct holders *h, const struct task *task)
{
	uint32_t i;

	for (i = 0; i < h->ns->n_tasks; i++) {
		const struct task *one = &h->m->tasks[h->ns->first_task + i];

		if (!IS_THREAD(one) && one->pid == task->pid)
			return task->pid;
	}
	return false;
}

static void add_tasks(struct holders *h)
{
	size_t i;

	for (i = 0; i < h->ns->n_tasks; i++) {
		const struct task *task = &h->m->tasks[h->ns->first_task + i];
		bool thread = IS_THREAD(task);
		struct hold *hold;

		if (thread && has_leader(h, task))
			continue;
		hold = holders_add(h, thread ? HOLD_THREAD : HOLD_PROCESS);
		if (!hold)
			return;
		hold->pid = task->pid;
		hold->tid = thread ? task->tid : 0;
		hold->comm = task->comm;
		hold->container = task->container;
		hold->pod = task->pod;
		hold->nsproxy = task->nsproxy;
	}
}

static void add_holder(struct holders *h, const struct holder *from)
{
	static const enum hold_type types[] = {
		[NSINFO_HOLDER_TYPE_NSFS_FD] = HOLD_NSFS_FD,
		[NSINFO_HOLDER_TYPE_SOCKET] = HOLD_SOCKET,
		[NSINFO_HOLDER_TYPE_TUN] = HOLD_TUN,
	};
	struct hold *hold;

	if (from->type >= ARRAY_SIZE(types))
		return;
	hold = holders_add(h, types[from->type]);
	if (!hold)
		return;
	hold->pid = from->pid;
	hold->tid = from->tid;
	hold->comm = from->comm;
	hold->has_fd = true;
	hold->fd = from->fd;
	hold->pins = HAS(from, NSINFO_A_HOLDER_PINS);
	hold->inode = from->inode;
	if (hold->type != HOLD_SOCKET)
		return;
	hold->family = from->family;
	hold->sock_type = from->sock_type;
	hold->protocol = from->protocol;
	hold->state = from->state;
}

void holders_from_model(struct holders *h)
{
	size_t i;

	h->n = 0;
	h->n_files = 0;
	h->n_indexed = 0;
	add_tasks(h);
	for (i = 0; i < h->m->n_holders; i++)
		if (h->m->holders[i].netns_id == h->ns->id)
			add_holder(h, &h->m->holders[i]);
}

void holders_add_addresses(struct holders *h)
{
	size_t i;

	for (i = 0; i < h->n; i++) {
		struct hold *hold = &h->hold[i];
		const struct inside_sock *s;

		if (!hold->family)
			continue;
		s = inside_sock(&h->inside, hold->inode);
		if (!s || s->family != hold->family)
			continue;
		if (*s->local)
			hold->local = s->local;
		if (*s->peer)
			hold->peer = s->peer;
	}
}

static bool is_socket(const struct hold *hold)
{
	return hold->type == HOLD_SOCKET || hold->type == HOLD_MAPPING ||
	       (hold->type == HOLD_URING && hold->family);
}

/* The different ones that @value finds, sorted. NULL without memory. */
static uint64_t *collect(struct holders *h, size_t *n,
			 bool (*value)(const struct hold *hold, uint64_t *v))
{
	uint64_t *all = calloc(h->n + 1, sizeof(*all));
	size_t i, found = 0;

	*n = 0;
	if (!all) {
		h->no_memory = true;
		return NULL;
	}
	for (i = 0; i < h->n; i++)
		found += value(&h->hold[i], &all[found]);
	qsort(all, found, sizeof(*all), order_u64);
	for (i = 0; i < found; i++)
		if (!*n || all[*n - 1] != all[i])
			all[(*n)++] = all[i];
	return all;
}

static uint32_t distinct(struct holders *h,
			 bool (*value)(const struct hold *hold, uint64_t *v))
{
	size_t n;

	free(collect(h, &n, value));
	return n;
}

static bool socket_inode(const struct hold *hold, uint64_t *v)
{
	*v = hold->inode;
	return is_socket(hold);
}

/* Those that came since the last account are not in the index. */
bool holders_has_socket(const struct holders *h, uint64_t inode)
{
	size_t i;

	if (h->n_indexed && bsearch(&inode, h->inodes, h->n_inodes,
				    sizeof(inode), order_u64))
		return true;
	for (i = h->n_indexed; i < h->n; i++)
		if (is_socket(&h->hold[i]) && h->hold[i].inode == inode)
			return true;
	return false;
}

static void index_sockets(struct holders *h)
{
	free(h->inodes);
	h->inodes = collect(h, &h->n_inodes, socket_inode);
	h->n_indexed = h->inodes ? h->n : 0;
}

static bool mptcp_socket(const struct hold *hold, uint64_t *v)
{
	*v = hold->inode;
	return is_socket(hold) && hold->pins && hold->protocol == 262 &&
	       (hold->family == AF_INET || hold->family == AF_INET6);
}

/* Each is a TCP socket with the inode of the socket that it belongs to. */
static uint32_t count_subflows(struct holders *h)
{
	uint32_t count = 0;
	size_t i, n;
	uint64_t *inodes = collect(h, &n, mptcp_socket);

	for (i = 0; n && i < h->inside.n_socks; i++) {
		const struct inside_sock *s = &h->inside.socks[i];

		count += s->protocol == IPPROTO_TCP &&
			 (s->family == AF_INET || s->family == AF_INET6) &&
			 bsearch(&s->inode, inodes, n, sizeof(s->inode),
				 order_u64);
	}
	free(inodes);
	return count;
}

static bool pinning_socket(const struct hold *hold, uint64_t *v)
{
	*v = hold->inode;
	return is_socket(hold) && hold->pins;
}

static bool tun_file(const struct hold *hold, uint64_t *v)
{
	*v = hold->file;
	return hold->type == HOLD_TUN && hold->pins;
}

static bool nsfs_file(const struct hold *hold, uint64_t *v)
{
	*v = hold->file;
	return hold->type == HOLD_NSFS_FD ||
	       (hold->type == HOLD_URING && !hold->family);
}

static bool proc_file(const struct hold *hold, uint64_t *v)
{
	*v = hold->file;
	return hold->type == HOLD_PROC_FILE;
}

static uint32_t count_mounts(const struct holders *h)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < h->n; i++)
		if (h->hold[i].type == HOLD_MOUNT)
			n += h->hold[i].times;
	return n;
}

void holders_account(struct holders *h)
{
	const struct netns *ns = h->ns;
	struct account *a = &h->account;

	*a = (struct account){
		.has_refs = HAS(ns, NSINFO_A_NETNS_REFS),
		.refs = ns->refs,
		.has_sockets = HAS(&ns->sockets, NSINFO_A_SOCKETS_PINS),
		.sockets = ns->sockets.pins,
		.nsfs = HAS(ns, NSINFO_A_NETNS_NSFS_REFS),
		.nsfs_users = ns->nsfs_refs,
	};
	index_sockets(h);
	a->nsproxies = model_count_tasks(h->m, ns).nsproxies;
	a->sockets_found = distinct(h, pinning_socket) + distinct(h, tun_file);
	a->subflows = count_subflows(h);
	a->nsfs_fds = distinct(h, nsfs_file);
	a->nsfs_mounts = count_mounts(h);
	a->proc_files = distinct(h, proc_file);
	if (a->has_sockets)
		a->sockets_hidden = (int64_t)a->sockets - a->sockets_found -
				    a->subflows;
	else
		a->sockets = a->sockets_found + a->subflows;
	if (a->nsfs)
		a->nsfs_hidden = (int64_t)a->nsfs_users - a->nsfs_fds -
				 a->nsfs_mounts;
	if (a->has_refs)
		a->other = (int64_t)a->refs - a->nsproxies - a->sockets -
			   a->nsfs - a->proc_files;
}

bool holders_adds_up(const struct holders *h)
{
	const struct account *a = &h->account;

	return !a->sockets_hidden && !a->nsfs_hidden && !a->other;
}
