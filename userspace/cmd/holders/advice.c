// SPDX-License-Identifier: GPL-2.0
/* What to do, as sentences. */
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net/if.h>

#include "base/shell.h"
#include "cmd/holders/account.h"
#include "host/container.h"
#include "model/advice.h"

#define NSEC	((uint64_t)1000000000)
#define FEW	HOLDERS_FEW

#define RUN_NETNS	"/run/netns/"

/* The first of its container; NULL for one that is in none. */
static const struct hold *first_of(const struct holders *h, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (h->hold[k].type == HOLD_PROCESS && h->hold[k].container &&
		    !strcmp(h->hold[k].container, h->hold[i].container))
			return &h->hold[k];
	return &h->hold[i];
}

static uint32_t count(const struct holders *h, enum hold_type type,
		      const char *container)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < h->n; i++)
		n += h->hold[i].type == type &&
		     (container ? h->hold[i].container &&
				  !strcmp(h->hold[i].container, container) :
				  !h->hold[i].container);
	return n;
}

/* Two of a pod's containers are one of its sandbox, which is called pause. */
static const struct hold *sandbox_of(const struct holders *h,
				     const struct hold *hold)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (h->hold[i].type == HOLD_PROCESS && h->hold[i].pod &&
		    h->hold[i].container && h->hold[i].comm &&
		    !strcmp(h->hold[i].pod, hold->pod) &&
		    !strcmp(h->hold[i].comm, "pause"))
			return &h->hold[i];
	return NULL;
}

static bool is_ours(const struct holders *h, const char *container)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (h->hold[i].ours && h->hold[i].container &&
		    !strcmp(h->hold[i].container, container))
			return true;
	return false;
}

static void advise_container(struct holders *h, const struct hold *hold)
{
	const struct hold *pause = hold->pod ? sandbox_of(h, hold) : NULL;
	uint32_t n = count(h, HOLD_PROCESS, hold->container);
	bool unit = !strncmp(hold->container, "systemd:", 8);
	char command[256];

	if (is_ours(h, hold->container))
		holders_line(&h->advice, h,
			     "%s has %" PRIu32 " processes in the netns; nsinfo runs in it: leave it first",
			     hold->container, n);
	else if (pause && pause != hold)
		return;
	else if ((!hold->pod || pause) &&
		 container_stop(hold->container, pause, command,
				sizeof(command)))
		holders_command(h, command,
				"stop the %s %s, which has %" PRIu32 " of the processes in the netns",
				unit ? "service" : pause ? "pod of" : "container",
				hold->container, n);
	else
		holders_line(&h->advice, h,
			     "stop the container %s%s%s, which has %" PRIu32 " of the processes in the netns",
			     hold->container, hold->pod ? " of pod " : "",
			     hold->pod ? hold->pod : "", n);
}

static bool is_advised(const struct holders *h, const char *command)
{
	size_t i;

	for (i = 0; i < h->commands.n; i++)
		if (!strcmp(h->commands.line[i], command))
			return true;
	return false;
}

/* By a number, which must be that of the one who was found. */
static void advise_kill(struct holders *h, const struct hold *hold,
			const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void advise_kill(struct holders *h, const struct hold *hold,
			const char *fmt, ...)
{
	char command[32], *what;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&what, fmt, ap);
	va_end(ap);
	if (len < 0) {
		h->no_memory = true;
		return;
	}
	snprintf(command, sizeof(command), ADVICE_KILL " %" PRIu32, hold->pid);
	if (!hold->pid)
		holders_line(&h->advice, h,
			     "%s: end it from a pid namespace that has it", what);
	else if (hold->reused)
		holders_line(&h->advice, h,
			     "%s: it has ended meanwhile, ask again", what);
	else if (hold->ours)
		holders_line(&h->advice, h,
			     "%s: %s, do not end it", what, hold->pid == 1 ?
			     "it is the first process" :
			     "nsinfo was started by it");
	else if (is_advised(h, command))
		holders_line(&h->advice, h, "%s: it ends by the same command",
			     what);
	else
		holders_command(h, command, "%s; end it", what);
	free(what);
}

static void advise_processes(struct holders *h)
{
	uint32_t loose = count(h, HOLD_PROCESS, NULL);
	size_t i;

	for (i = 0; i < h->n; i++) {
		const struct hold *hold = &h->hold[i];
		struct holders_who who = holders_who(hold->pid, hold->comm);

		if (hold->type != HOLD_PROCESS)
			continue;
		if (hold->container && first_of(h, i) == hold)
			advise_container(h, hold);
		if (!hold->container && loose <= FEW && hold->pid)
			advise_kill(h, hold, "%s is in it", who.text);
	}
	if (loose > FEW)
		holders_line(&h->advice, h,
			     "end the %" PRIu32 " processes in it that are in no container, or stop what started them",
			     loose);
}

/* A command that ends with a path. */
static void advise_path(struct holders *h, const char *what, const char *how,
			const char *path)
{
	char word[BASH_WORD], command[2 * BASH_WORD + 64];

	if (!bash_quote(word, path)) {
		holders_line(&h->advice, h,
			     "%s; its path is too long for a command", what);
		return;
	}
	snprintf(command, sizeof(command), "%s %s", how, word);
	holders_command(h, command, "%s", what);
}

/* By the host's own umount(8), whatever is in that mount namespace. */
static void advise_other_mount(struct holders *h, const struct hold *hold)
{
	char what[64], how[BASH_WORD + 32], file[BASH_WORD];
	bool reach = !hold->hidden;

	snprintf(what, sizeof(what), "unmount it in mount namespace %" PRIu32,
		 hold->mntns);
	if (hold->pid && !hold->reused)
		snprintf(how, sizeof(how), ADVICE_UMOUNT_IN " %" PRIu32,
			 hold->pid);
	else if (hold->mnt_file && bash_quote(file, hold->mnt_file))
		snprintf(how, sizeof(how), ADVICE_UMOUNT_IN " %s", file);
	else
		reach = false;
	if (reach)
		advise_path(h, what, how, hold->path);
	else
		holders_line(&h->advice, h,
			     "mount namespace %" PRIu32 " has it mounted %s: it goes with that mount namespace",
			     hold->mntns, hold->hidden ?
			     "behind another mount" : "where no path leads");
}

/* What a terminal shows as it is. */
static bool is_ascii(const char *s)
{
	while (*s >= ' ' && *s < 127)
		s++;
	return !*s;
}

static void advise_mount(struct holders *h, const struct hold *hold)
{
	bool named = !strncmp(hold->path, RUN_NETNS, strlen(RUN_NETNS));

	if (hold->mntns)
		advise_other_mount(h, hold);
	else if (hold->command && is_ascii(hold->command))
		holders_command(h, hold->command,
				"a mount behind another mount holds it; take it away");
	else if (hold->hidden)
		holders_line(&h->advice, h,
			     "a mount behind another mount holds it, at %s",
			     hold->path);
	else if (named)
		advise_path(h, "take its name away", ADVICE_NETNS_DEL,
			    hold->path + strlen(RUN_NETNS));
	else
		advise_path(h, "unmount it", ADVICE_UMOUNT, hold->path);
}

static bool is_inside(const struct holders *h, uint32_t pid)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (h->hold[i].type == HOLD_PROCESS && h->hold[i].pid == pid)
			return true;
	return false;
}

static void advise_one(struct holders *h, const struct hold *hold)
{
	struct holders_who who = holders_who(hold->pid, hold->comm);
	const char *in = hold->container ? " of container " : "";
	const char *container = hold->container ? hold->container : "";

	switch (hold->type) {
	case HOLD_THREAD:
		advise_kill(h, hold,
			    "thread %" PRIu32 " of %s%s%s is in it, its process is not",
			    hold->tid, who.text, in, container);
		break;
	case HOLD_MAPPING:
		advise_kill(h, hold,
			    "%s%s%s has a packet ring of it in its memory",
			    who.text, in, container);
		break;
	case HOLD_URING:
		advise_kill(h, hold,
			    "%s%s%s has a file of it registered with io_uring",
			    who.text, in, container);
		break;
	case HOLD_PROC_FILE:
		advise_kill(h, hold, "%s%s%s has %s open as fd %" PRIu32,
			    who.text, in, container, hold->path, hold->fd);
		break;
	default:
		advise_kill(h, hold, "%s%s%s has a %s of it open as fd %" PRIu32,
			    who.text, in, container,
			    hold->type == HOLD_NSFS_FD ? "file" :
			    hold->type == HOLD_TUN ? "tun or tap" : "socket",
			    hold->fd);
	}
}

/* Of a process inside, its end is advised already. */
static void advise_others(struct holders *h)
{
	uint32_t told[HOLD_TYPES] = { 0 };
	size_t i;

	for (i = 0; i < h->n; i++) {
		const struct hold *hold = &h->hold[i];

		if (hold->type == HOLD_PROCESS ||
		    (hold->type != HOLD_MOUNT && hold->type != HOLD_THREAD &&
		     is_inside(h, hold->pid)))
			continue;
		if (told[hold->type]++ >= FEW)
			continue;
		if (hold->type == HOLD_MOUNT)
			advise_mount(h, hold);
		else
			advise_one(h, hold);
	}
	for (i = 0; i < HOLD_TYPES; i++)
		if (told[i] > FEW)
			holders_line(&h->advice, h,
				     "and %" PRIu32 " more of type %s, as listed above",
				     told[i] - FEW, holders_type_name(i));
}

static void advise_trackers(struct holders *h)
{
	if (h->trackers)
		advise_path(h, "this kernel tracks references to it; see who took them",
			    ADVICE_CAT, h->trackers);
}

static void advise_waiting(struct holders *h, const struct waiting *w)
{
	char what[80 + IFNAMSIZ];

	holders_line(&h->advice, h,
		     "its teardown waits for device %s%s%s%s since boot+%" PRIu64
		     ".%03" PRIu64 "s, which has %" PRIu32
		     " reference(s), one of them the kernel's own",
		     w->ifname, HAS(w, NSINFO_A_WAITING_KIND) ? " (" : "",
		     HAS(w, NSINFO_A_WAITING_KIND) ? w->kind : "",
		     HAS(w, NSINFO_A_WAITING_KIND) ? ")" : "",
		     w->since / NSEC, w->since % NSEC / 1000000, w->refs);
	snprintf(what, sizeof(what),
		 "unregister_netdevice: waiting for %s to become free",
		 w->ifname);
	advise_path(h, "see what the kernel says of that", ADVICE_DMESG, what);
}

static void advise_worker(struct holders *h)
{
	char command[64];

	snprintf(command, sizeof(command), ADVICE_CAT " /proc/%" PRIu32 "/stack",
		 h->worker);
	if (h->worker)
		holders_command(h, command,
				"its teardown is under way and waits for no device; if it stays so, see what the kernel's worker does");
	else
		holders_line(&h->advice, h,
			     "its teardown is under way and waits for no device: ask again");
}

static void advise_dying(struct holders *h)
{
	const struct netns *ns = h->ns;
	uint32_t i;

	for (i = 0; i < ns->n_waiting; i++)
		advise_waiting(h, &h->m->waiting[ns->first_waiting + i]);
	if (ns->all_waiting > ns->n_waiting)
		holders_line(&h->advice, h,
			     "and for %" PRIu32 " more device(s)",
			     ns->all_waiting - ns->n_waiting);
	if (ns->n_waiting)
		holders_line(&h->advice, h,
			     "what refers to such a device is mostly in the kernel: a cached route or neighbour of another namespace's socket, a tunnel, a driver; unload or remove what was stacked on it");
	else
		advise_worker(h);
}

static const struct netns *dying_one(const struct model *m)
{
	const struct netns *oldest = NULL;
	size_t i;

	for (i = 0; i < m->n_netns; i++) {
		const struct netns *ns = &m->netns[i];

		if (ns->state == NSINFO_NETNS_STATE_DYING &&
		    (!oldest || ns->dying_since < oldest->dying_since))
			oldest = ns;
	}
	return oldest;
}

static void advise_queued(struct holders *h)
{
	const struct netns *dying = dying_one(h->m);
	char command[64];

	holders_line(&h->advice, h,
		     "nothing holds it any more: it waits for its teardown");
	if (!dying)
		return;
	snprintf(command, sizeof(command), ADVICE_HOLDERS " id:%" PRIu64,
		 dying->id);
	holders_command(h, command,
			"it waits behind the teardown of netns %" PRIu32
			" (id:%" PRIu64 "), begun at boot+%" PRIu64 ".%03" PRIu64 "s; see what that one waits for",
			dying->inum, dying->id, dying->dying_since / NSEC,
			dying->dying_since % NSEC / 1000000);
}

/* The id is that of no other netns, whenever the command is run. */
static void advise_orphans(struct holders *h)
{
	char command[2 * INSIDE_ADDR + 128];
	size_t i, n = 0;

	for (i = 0; i < h->inside.n_socks; i++) {
		const struct inside_sock *s = &h->inside.socks[i];

		if (!inside_is_orphan(s) || !*s->peer || n++ >= FEW)
			continue;
		snprintf(command, sizeof(command),
			 ADVICE_SOCKETS " id:%" PRIu64 " -- ss -K -tan 'src %s and dst %s'",
			 h->ns->id, s->local, s->peer);
		holders_command(h, command,
				"wait for the end of the connection from %s to %s, or end it now",
				s->local, s->peer);
	}
	if (n > FEW)
		holders_line(&h->advice, h,
			     "and %zu more connections of that sort", n - FEW);
}

/* Where none of those above has anything to say. */
static void advise_at_last(struct holders *h)
{
	const struct account *a = &h->account;
	const struct suspect *s = h->suspects;

	if (h->changed || (holders_adds_up(h) && !a->refs))
		holders_line(&h->advice, h,
			     "ask again: it may be about to go");
	else if (h->n_suspects)
		holders_line(&h->advice, h,
			     "end %s, which may have it, or have it close fd %" PRIu32,
			     holders_who(s->pid, s->comm).text, s->fd);
	else if (a->sockets_hidden > 0 && !a->nsfs_hidden && !a->other &&
		 a->sockets_hidden <= inside_orphans(&h->inside))
		advise_orphans(h);
	else
		holders_line(&h->advice, h,
			     "nothing tells who has it: take away what the kernel does for it, such as NFS and CIFS mounts and tunnels made in it, and end what passes files around");
}

void holders_advise(struct holders *h)
{
	const struct netns *ns = h->ns;

	if (HAS(ns, NSINFO_A_NETNS_INIT)) {
		holders_line(&h->advice, h,
			     "this is the first netns: it stays until the host goes down");
		return;
	}
	if (ns->state == NSINFO_NETNS_STATE_QUEUED) {
		advise_queued(h);
	} else if (ns->state == NSINFO_NETNS_STATE_DYING) {
		advise_dying(h);
		advise_trackers(h);
	} else {
		advise_processes(h);
		advise_others(h);
		if (!holders_adds_up(h))
			advise_trackers(h);
		if (!h->advice.n)
			advise_at_last(h);
	}
}
