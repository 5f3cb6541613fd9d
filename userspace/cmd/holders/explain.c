// SPDX-License-Identifier: GPL-2.0
/* What remains, as sentences. */
#include <inttypes.h>
#include <stdio.h>

#include <netinet/tcp.h>

#include "cmd/holders/account.h"
#include "inside/peek.h"

#define FEW	HOLDERS_FEW

struct holders_who holders_who(uint32_t pid, const char *comm)
{
	struct holders_who who;

	if (pid)
		snprintf(who.text, sizeof(who.text), "process %" PRIu32 " (%s)",
			 pid, comm ? comm : "?");
	else
		snprintf(who.text, sizeof(who.text),
			 "a process of another pid namespace (%s)",
			 comm ? comm : "?");
	return who;
}

static void explain_suspects(struct holders *h)
{
	size_t i;

	for (i = 0; i < h->n_suspects && i < FEW; i++) {
		const struct suspect *s = &h->suspects[i];
		struct holders_who who = holders_who(s->pid, s->comm);
		char thread[32] = "";
		const char *where = s->type == SUSPECT_MESSAGE ?
			"in messages that it has not read, in its unix socket" :
			"registered with io_uring, of which nothing tells where they lead,";

		if (s->tid)
			snprintf(thread, sizeof(thread),
				 "thread %" PRIu32 " of ", s->tid);
		holders_line(&h->unexplained, h,
			     "%s%s has %" PRIu32 " file(s) %s fd %" PRIu32
			     ": they may be what is missing",
			     thread, who.text, s->n, where, s->fd);
	}
	if (h->n_suspects > FEW)
		holders_line(&h->unexplained, h,
			     "and %zu more such sockets and io_urings",
			     h->n_suspects - FEW);
}

static void explain_seen(struct holders *h)
{
	char family[HOLDERS_WORD];
	size_t i, n = 0;

	for (i = 0; i < h->inside.n_socks && n < FEW; i++) {
		const struct inside_sock *s = &h->inside.socks[i];

		if (!s->inode || holders_has_socket(h, s->inode))
			continue;
		holders_line(&h->unexplained, h,
			     "a socket that is there and in no table of files: %s%s %s%s%s inode %llu",
			     holders_family_name(s->family, family),
			     s->ring ? " ring" : "", s->local,
			     *s->peer ? " to " : "", s->peer,
			     (unsigned long long)s->inode);
		n++;
	}
}

/* Takes up to @n from what is hidden. It was seen a moment before. */
static int64_t take(int64_t *hidden, uint32_t n)
{
	int64_t taken = n < *hidden ? n : *hidden;

	*hidden -= taken;
	return taken;
}

/* When TCP gives up a connection of nobody: tcp(7). */
static const char *end_of(uint32_t state)
{
	return state == TCP_FIN_WAIT2 ?
	       "net.ipv4.tcp_fin_timeout or its TCP_LINGER2 is over" :
	       "the retransmissions are over: net.ipv4.tcp_orphan_retries, 0 means 8";
}

static void explain_orphans(struct holders *h, int64_t orphans)
{
	size_t i, n = 0;

	for (i = 0; i < h->inside.n_socks; i++) {
		const struct inside_sock *s = &h->inside.socks[i];

		if (!inside_is_orphan(s) || n++ >= FEW)
			continue;
		holders_line(&h->unexplained, h,
			     "a TCP connection that no process has any more: %s to %s, %s: it ends when the other side answers, or when %s",
			     s->local, s->peer,
			     peek_state_name(PEEK_TCP, s->state),
			     end_of(s->state));
	}
	if (n > FEW)
		holders_line(&h->unexplained, h,
			     "%" PRId64 " TCP connections that no process has any more in all",
			     orphans);
}

static void explain_sockets(struct holders *h)
{
	int64_t hidden = h->account.sockets_hidden, orphans, queued;

	if (hidden <= 0)
		return;
	orphans = take(&hidden, inside_orphans(&h->inside));
	queued = take(&hidden, inside_queued(&h->inside));
	if (orphans)
		explain_orphans(h, orphans);
	if (queued)
		holders_line(&h->unexplained, h,
			     "%" PRId64 " socket(s) are connections that wait to be accepted",
			     queued);
	if (!hidden)
		return;
	holders_line(&h->unexplained, h,
		     "%" PRId64 " socket(s) hold it and are in no process's table of files: usually in a message that nobody has read (SCM_RIGHTS), registered with io_uring, mapped without its fd (AF_PACKET ring), or of the kernel (NFS, CIFS, RPC, WireGuard and other tunnels)",
		     hidden);
	explain_seen(h);
}

static void explain_nsfs(struct holders *h)
{
	if (h->account.nsfs_hidden > 0)
		holders_line(&h->unexplained, h,
			     "%" PRId64 " user(s) of its nsfs inode are in no table of files and no mount namespace of a process: usually an fd in a message that nobody has read (SCM_RIGHTS) or registered with io_uring, or a mount in a mount namespace without processes",
			     h->account.nsfs_hidden);
}

static void explain_other(struct holders *h)
{
	int64_t other = h->account.other;

	if (HAS(h->ns, NSINFO_A_NETNS_INIT)) {
		holders_line(&h->unexplained, h,
			     "%" PRId64 " reference(s) are the kernel's own: it is the first netns, which never goes away",
			     other);
		return;
	}
	if (other > 0)
		holders_line(&h->unexplained, h,
			     "%" PRId64 " reference(s) remain: usually of the kernel (NFS, CIFS or RPC clients, a device driver), or an open file of /proc/PID/net in a message or registered with io_uring",
			     other);
	else if (other < 0)
		holders_line(&h->unexplained, h,
			     "%" PRId64 " more were found than there are references: it changed while it was read",
			     -other);
}

void holders_explain(struct holders *h)
{
	if (h->ns->state != NSINFO_NETNS_STATE_LIVE)
		return;
	if (h->changed && !holders_adds_up(h)) {
		holders_line(&h->unexplained, h,
			     "it changed while it was read, each time again: ask once more when less is coming and going in it");
		return;
	}
	explain_sockets(h);
	explain_nsfs(h);
	if (h->account.other)
		explain_other(h);
	if (!holders_adds_up(h) && !HAS(h->ns, NSINFO_A_NETNS_INIT))
		explain_suspects(h);
}
