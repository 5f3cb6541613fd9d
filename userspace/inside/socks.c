// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <netinet/tcp.h>

#include "base/array.h"
#include "base/child.h"
#include "base/order.h"
#include "inside/peek.h"
#include "inside/sock_diag.h"
#include "inside/socks.h"

#define NET	"/proc/thread-self/net"
#define DEPTH	4

static int sock_cmp(const void *a, const void *b)
{
	const struct inside_sock *x = a, *y = b;

	return order(x->inode, y->inode);
}

void inside_clear(struct inside *in)
{
	free(in->inodes);
	free(in->socks);
	memset(in, 0, sizeof(*in));
}

bool inside_has_inode(const struct inside *in, uint64_t inode)
{
	return in->n_inodes && bsearch(&inode, in->inodes, in->n_inodes,
				       sizeof(inode), order_u64);
}

const struct inside_sock *inside_sock(const struct inside *in,
				      uint64_t inode)
{
	const struct inside_sock key = { .inode = inode };

	if (!inode || !in->n_socks)
		return NULL;
	return bsearch(&key, in->socks, in->n_socks, sizeof(key), sock_cmp);
}

bool inside_is_orphan(const struct inside_sock *sock)
{
	return !sock->inode && sock->protocol == IPPROTO_TCP &&
	       (sock->state == TCP_FIN_WAIT1 || sock->state == TCP_FIN_WAIT2 ||
		sock->state == TCP_LAST_ACK || sock->state == TCP_CLOSING);
}

uint32_t inside_orphans(const struct inside *in)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < in->n_socks; i++)
		n += inside_is_orphan(&in->socks[i]);
	return n;
}

uint32_t inside_queued(const struct inside *in)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < in->n_socks; i++)
		n += !in->socks[i].inode &&
		     (in->socks[i].state == TCP_ESTABLISHED ||
		      in->socks[i].state == TCP_CLOSE_WAIT);
	return n;
}

static void tell(int out, const struct inside_rec *rec)
{
	ssize_t len;

	do {
		len = write(out, rec, sizeof(*rec));
	} while (len < 0 && errno == EINTR);
	if (len != sizeof(*rec))
		_exit(1);
}

/* Folders too: one that is open holds nothing, but has its own number. */
static void tell_inodes(int out, const char *folder, int depth)
{
	struct inside_rec rec = { .type = INSIDE_REC_INODE };
	DIR *dir = opendir(folder);
	char path[512];
	struct dirent *d;
	struct stat st;

	if (!dir && errno != ENOENT && errno != EACCES)
		_exit(1);
	while (dir && (d = readdir(dir))) {
		if (d->d_name[0] == '.' ||
		    snprintf(path, sizeof(path), "%s/%s", folder, d->d_name) >=
		    (int)sizeof(path) || lstat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode)) {
			if (depth < DEPTH)
				tell_inodes(out, path, depth + 1);
			continue;
		}
		rec.sock.inode = st.st_ino;
		tell(out, &rec);
	}
	if (dir)
		closedir(dir);
}

static void look_inside(int out, void *data)
{
	struct inside_rec rec = { .type = INSIDE_REC_END };
	int fd = *(const int *)data;

	child_begin(out, fd >= 0 ? fd : out);
	if (fd >= 0 && setns(fd, CLONE_NEWNET))
		return;
	tell_inodes(out, NET, 0);
	if (inside_ask_sockets(out, tell))
		tell(out, &rec);
}

/* More than 0 after the last one. */
static int take(void *data, void *record)
{
	struct inside_rec *rec = record;
	struct inside *in = data;
	struct inside_sock *sock;
	uint64_t *inode;

	rec->sock.local[INSIDE_ADDR - 1] = '\0';
	rec->sock.peer[INSIDE_ADDR - 1] = '\0';
	switch (rec->type) {
	case INSIDE_REC_INODE:
		inode = array_add(&in->inodes, &in->n_inodes, &in->cap_inodes);
		if (!inode)
			return -ENOMEM;
		*inode = rec->sock.inode;
		return 0;
	case INSIDE_REC_SOCK:
		sock = array_add(&in->socks, &in->n_socks, &in->cap_socks);
		if (!sock)
			return -ENOMEM;
		*sock = rec->sock;
		return 0;
	case INSIDE_REC_ALIVE:
		return 0;
	case INSIDE_REC_END:
		in->complete = true;
		return 1;
	default:
		return -EBADMSG;
	}
}

int inside_read(struct inside *in, int fd, int timeout_ms)
{
	struct child c;
	int ret = child_start(&c, look_inside, &fd);

	if (ret)
		return ret;
	ret = child_listen(&c, sizeof(struct inside_rec), timeout_ms, INT_MAX,
			   take, in);
	child_stop(&c);
	if (in->n_inodes)
		qsort(in->inodes, in->n_inodes, sizeof(*in->inodes),
		      order_u64);
	if (in->n_socks)
		qsort(in->socks, in->n_socks, sizeof(*in->socks), sock_cmp);
	return ret > 0 || ret == -ETIME ? 0 : ret;
}
