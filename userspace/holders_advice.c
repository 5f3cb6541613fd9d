// SPDX-License-Identifier: GPL-2.0
/* What to do, as sentences. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holders.h"
#include "shell.h"

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
			holders_line(&h->advice, h,
				     "stop the container %s: %" PRIu32 " process(es) of it are in the netns",
				     hold->container,
				     count(h, HOLD_PROCESS, hold->container));
		if (!hold->container && loose <= FEW && hold->pid)
			holders_line(&h->advice, h, "end %s: kill %" PRIu32,
				     who.text, hold->pid);
	}
	if (loose > FEW)
		holders_line(&h->advice, h,
			     "end the %" PRIu32 " processes in it that are in no container, or stop what started them",
			     loose);
}

/* A command that ends with a path. */
static void advise_path(struct holders *h, const char *what,
			const char *command, const char *path)
{
	char word[2 * PATH_MAX];

	if (shell_quote(word, sizeof(word), path))
		holders_line(&h->advice, h, "%s: %s %s", what, command, word);
	else
		holders_line(&h->advice, h,
			     "%s; its path cannot be typed as it is shown: %s",
			     what, path);
}

/* By the host's own umount(8), whatever is in that mount namespace. */
static void advise_other_mount(struct holders *h, const struct hold *hold)
{
	char what[64], command[2 * PATH_MAX], file[2 * PATH_MAX - 32];

	snprintf(what, sizeof(what), "unmount it in mount namespace %" PRIu32,
		 hold->mntns);
	if (hold->pid)
		snprintf(command, sizeof(command),
			 "umount -i -c -N %" PRIu32, hold->pid);
	else if (hold->mnt_file && shell_quote(file, sizeof(file),
					       hold->mnt_file))
		snprintf(command, sizeof(command), "umount -i -c -N %s", file);
	if (hold->hidden || (!hold->pid && !hold->mnt_file))
		holders_line(&h->advice, h,
			     "mount namespace %" PRIu32 " has it mounted %s: it goes with that mount namespace",
			     hold->mntns, hold->hidden ?
			     "behind another mount" : "where no path leads");
	else
		advise_path(h, what, command, hold->path);
}

static void advise_mount(struct holders *h, const struct hold *hold)
{
	bool named = !strncmp(hold->path, RUN_NETNS, strlen(RUN_NETNS));

	if (hold->mntns)
		advise_other_mount(h, hold);
	else if (hold->command)
		holders_line(&h->advice, h,
			     "a mount behind another mount holds it; take it away: %s",
			     hold->command);
	else if (hold->hidden)
		holders_line(&h->advice, h,
			     "a mount behind another mount holds it, at %s",
			     hold->path);
	else if (named)
		advise_path(h, "take its name away", "ip netns del",
			    hold->path + strlen(RUN_NETNS));
	else
		advise_path(h, "unmount it", "umount", hold->path);
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
		holders_line(&h->advice, h,
			     "thread %" PRIu32 " of %s%s%s is in it, its process is not: end the process, or have the thread leave",
			     hold->tid, who.text, in, container);
		break;
	case HOLD_MAPPING:
		holders_line(&h->advice, h,
			     "%s%s%s has a packet ring of it in its memory: end it, or have it unmap the ring",
			     who.text, in, container);
		break;
	case HOLD_URING:
		holders_line(&h->advice, h,
			     "%s%s%s has a file of it registered with io_uring: end it, or have it unregister the file",
			     who.text, in, container);
		break;
	case HOLD_PROC_FILE:
		holders_line(&h->advice, h,
			     "%s%s%s has %s open: end it, or have it close fd %" PRIu32,
			     who.text, in, container, hold->path, hold->fd);
		break;
	default:
		holders_line(&h->advice, h,
			     "%s%s%s has a %s of it: end it, or have it close fd %" PRIu32,
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
		holders_line(&h->advice, h,
			     "this kernel tracks references to it: see %s for who took them",
			     h->trackers);
}

static void advise_waiting(struct holders *h, const struct waiting *w)
{
	holders_line(&h->advice, h,
		     "its teardown waits for device %s%s%s%s since boot+%" PRIu64
		     ".%03" PRIu64 "s, which has %" PRIu32
		     " reference(s), one of them the kernel's own",
		     w->ifname, HAS(w, NSINFO_A_WAITING_KIND) ? " (" : "",
		     HAS(w, NSINFO_A_WAITING_KIND) ? w->kind : "",
		     HAS(w, NSINFO_A_WAITING_KIND) ? ")" : "",
		     w->since / NSEC, w->since % NSEC / 1000000, w->refs);
	holders_line(&h->advice, h,
		     "look in dmesg for: unregister_netdevice: waiting for %s to become free",
		     w->ifname);
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
		holders_line(&h->advice, h,
			     "its teardown is under way and waits for no device: if it stays so, see what the worker of netns does: cat /proc/$(pgrep -f 'kworker.*netns')/stack");
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

	holders_line(&h->advice, h,
		     "nothing holds it any more: it waits for its teardown");
	if (dying)
		holders_line(&h->advice, h,
			     "it waits behind the teardown of netns %" PRIu32
			     " (id:%" PRIu64 "), begun at boot+%" PRIu64
			     ".%03" PRIu64 "s: see nsinfo holders id:%" PRIu64,
			     dying->inum, dying->id, dying->dying_since / NSEC,
			     dying->dying_since % NSEC / 1000000, dying->id);
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
		holders_line(&h->advice, h,
			     "wait: its connections end by themselves, within minutes");
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
