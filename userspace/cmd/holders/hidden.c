// SPDX-License-Identifier: GPL-2.0
/* What no table of files has: mapped, registered, or in a message. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/holders/scan.h"
#include "host/procfs.h"

static void set_socket(struct hold *hold, const struct inside_sock *s)
{
	hold->family = s->family;
	hold->sock_type = s->sock_type;
	hold->protocol = s->protocol;
	hold->state = s->state;
	hold->inode = s->inode;
	hold->pins = true;
	hold->local = *s->local ? s->local : NULL;
	hold->peer = *s->peer ? s->peer : NULL;
}

static bool read_number(const char *text, const char *before, uint64_t *n)
{
	const char *at = strstr(text, before);
	char *end;

	if (!at)
		return false;
	at += strlen(before);
	*n = strtoull(at, &end, 10);
	return end != at;
}

static struct hold *add_hidden(struct holders *h, const char *proc,
			       enum hold_type type, uint32_t pid)
{
	struct hold *hold = holders_add(h, type);

	if (hold) {
		hold->pid = pid;
		hold->comm = scan_comm(h, proc, pid);
	}
	return hold;
}

/* A ring whose socket is closed is in the memory of who has it still. */
static void read_maps(struct holders *h, const char *proc, uint32_t pid)
{
	const struct inside_sock *s;
	char path[PATH_MAX], line[PATH_MAX + 128];
	struct hold *hold;
	uint64_t inode;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%" PRIu32 "/maps", proc, pid);
	f = scan_fopen(h, path);
	while (f && fgets(line, sizeof(line), f)) {
		if (!read_number(line, " socket:[", &inode))
			continue;
		s = inside_sock(&h->inside, inode);
		if (!s || holders_has_socket(h, inode))
			continue;
		hold = add_hidden(h, proc, HOLD_MAPPING, pid);
		if (hold)
			set_socket(hold, s);
	}
	if (f)
		fclose(f);
}

static void add_suspect(struct scan *w, int type, uint32_t task, uint32_t fd,
			uint32_t n)
{
	struct suspect *s = n ? holders_add_suspect(w->h) : NULL;

	if (!s)
		return;
	s->type = type;
	s->pid = w->pid;
	s->tid = scan_tid(w, task);
	s->fd = fd;
	s->n = n;
	s->comm = scan_comm(w->h, w->proc, task);
}

/* "    0: socket:[1234]" or "net:[…]"; "    0: UDP" before 6.13. */
static bool read_uring_file(struct scan *w, uint32_t task, const char *line)
{
	const struct inside_sock *s = NULL;
	struct hold *hold;
	uint64_t number;
	bool net;

	net = read_number(line, " net:[", &number) &&
	      number == w->h->ns->inum;
	if (!net && read_number(line, " socket:[", &number))
		s = inside_sock(&w->h->inside, number);
	if (!net && (!s || holders_has_socket(w->h, number)))
		return false;
	hold = add_hidden(w->h, w->proc, HOLD_URING, w->pid);
	if (hold)
		hold->tid = scan_tid(w, task);
	if (hold && s)
		set_socket(hold, s);
	return true;
}

/*
 * A file with a path of its own does not, nor what has a name of its own. That
 * of a netns is "/" before 6.13.
 */
static bool may_lead_there(const struct scan *w, const char *line)
{
	uint64_t inode;

	if (strstr(line, ": /\n"))
		return true;
	if (read_number(line, " socket:[", &inode))
		return !holders_has_socket(w->h, inode);
	return !strchr(line, '/') && !strchr(line, '[') &&
	       !strstr(line, "<none>");
}

static void look_at_uring(struct scan *w, uint32_t task, uint32_t fd,
			  FILE *f)
{
	unsigned int i, left = 0;
	char line[PATH_MAX];
	uint32_t n = 0;

	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "UserFiles:%u", &left) == 1)
			continue;
		if (!left || sscanf(line, " %u:", &i) != 1)
			continue;
		left--;
		if (!read_uring_file(w, task, line))
			n += may_lead_there(w, line);
	}
	add_suspect(w, SUSPECT_URING, task, fd, n);
}

static void look_at_socket(struct scan *w, uint32_t task, uint32_t fd,
			   FILE *f)
{
	char line[256];
	unsigned int n;

	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "scm_fds: %u", &n) == 1)
			add_suspect(w, SUSPECT_MESSAGE, task, fd, n);
}

static void look_for_hidden(struct scan *w, uint32_t task, uint32_t fd,
			    const char *link)
{
	bool socket = !strncmp(link, "socket:[", 8);
	char path[PATH_MAX];
	FILE *f;

	if (!socket && strcmp(link, "anon_inode:[io_uring]"))
		return;
	snprintf(path, sizeof(path), "%s/%" PRIu32 "/fdinfo/%" PRIu32,
		 w->proc, task, fd);
	f = scan_fopen(w->h, path);
	if (!f)
		return;
	if (socket)
		look_at_socket(w, task, fd, f);
	else
		look_at_uring(w, task, fd, f);
	fclose(f);
}

void scan_hidden(struct holders *h, const char *proc)
{
	struct scan w = { .h = h, .proc = proc, .look = look_for_hidden };
	struct procfs_ids pids;
	uint32_t pid;

	h->n_suspects = 0;
	if (h->account.sockets_hidden > 0) {
		if (procfs_open(&pids, proc) == -ENOMEM)
			h->no_memory = true;
		while ((pid = procfs_next(&pids)))
			read_maps(h, proc, pid);
		procfs_close(&pids);
	}
	scan_walk(&w);
}
