// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kcmp.h>

#include "base/array.h"
#include "base/shell.h"
#include "cmd/doctor/doctor.h"
#include "host/unseen.h"
#include "model/advice.h"

#define NSEC		((uint64_t)1000000000)
/* A teardown takes some grace periods; this one takes too long. */
#define TOO_LONG	(10 * NSEC)

void doctor_clear(struct doctor *d)
{
	free(d->lines);
	model_clear(&d->arena);
	memset(d, 0, sizeof(*d));
}

static void add_line(struct doctor *d, const struct doctor_line *line)
{
	struct doctor_line *added = NULL;

	if (line->text)
		added = array_add(&d->lines, &d->n_lines, &d->cap_lines);
	if (added)
		*added = *line;
	else
		d->no_memory = true;
}

static const char *vsay(struct doctor *d, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

static const char *vsay(struct doctor *d, const char *fmt, va_list ap)
{
	const char *kept = NULL;
	char *text;
	int len = vasprintf(&text, fmt, ap);

	if (len < 0)
		return NULL;
	kept = model_strndup(&d->arena, text, len);
	free(text);
	return kept;
}

/* One for @d to keep. */
static const char *advise(struct doctor *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static const char *advise(struct doctor *d, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = vsay(d, fmt, ap);
	va_end(ap);
	d->no_memory |= !text;
	return text;
}

void doctor_say(struct doctor *d, enum doctor_level level, const char *topic,
		const char *advice, const char *fmt, ...)
{
	struct doctor_line line = { level, topic, NULL, advice };
	va_list ap;

	va_start(ap, fmt);
	line.text = vsay(d, fmt, ap);
	va_end(ap);
	add_line(d, &line);
}

void doctor_say_netns(struct doctor *d, enum doctor_level level,
		      const char *topic, uint64_t id, const char *fmt, ...)
{
	struct doctor_line line = { .level = level, .topic = topic };
	va_list ap;

	line.advice = advise(d, ADVICE_HOLDERS " id:%" PRIu64, id);
	va_start(ap, fmt);
	line.text = vsay(d, fmt, ap);
	va_end(ap);
	add_line(d, &line);
}

static bool is_bad(const struct doctor *d, const char *topic)
{
	size_t i;

	for (i = 0; i < d->n_lines; i++)
		if (d->lines[i].level == DOCTOR_BAD &&
		    !strcmp(d->lines[i].topic, topic))
			return true;
	return false;
}

void doctor_settle(struct doctor *d)
{
	size_t i, kept = 0;

	for (i = 0; i < d->n_lines; i++)
		if (d->lines[i].level != DOCTOR_OK ||
		    !is_bad(d, d->lines[i].topic))
			d->lines[kept++] = d->lines[i];
	d->n_lines = kept;
}

bool doctor_found(const struct doctor *d)
{
	size_t i;

	for (i = 0; i < d->n_lines; i++)
		if (d->lines[i].level == DOCTOR_BAD)
			return true;
	return false;
}

static void check_version(struct doctor *d, const struct module *mod)
{
	const char *version = mod->version ? mod->version : "?";

	if (!strcmp(version, NSINFO_VERSION))
		doctor_say(d, DOCTOR_OK, "module", NULL,
			   "version %s, as this tool", version);
	else
		doctor_say(d, DOCTOR_BAD, "module",
			   "load the module that belongs to the tool",
			   "version %s; this tool is %s", version,
			   NSINFO_VERSION);
}

static void check_backlog(struct doctor *d, const struct module *mod,
			  uint64_t now)
{
	uint64_t age = now > mod->oldest_dying ? now - mod->oldest_dying : 0;

	if (HAS(mod, NSINFO_A_MODULE_OLDEST_DYING) && age > TOO_LONG)
		doctor_say(d, DOCTOR_BAD, "teardown",
			   ADVICE_LIST_DYING,
			   "%" PRIu32 " netns in teardown, the oldest for %" PRIu64 " s; %" PRIu32 " wait for it",
			   mod->dying, age / NSEC, mod->queued);
	else if (HAS(mod, NSINFO_A_MODULE_DYING))
		doctor_say(d, DOCTOR_OK, "teardown", NULL,
			   "%" PRIu32 " netns in teardown, %" PRIu32 " wait for it",
			   mod->dying, mod->queued);
	else if (HAS(mod, NSINFO_A_MODULE_QUEUED))
		doctor_say(d, DOCTOR_NOTE, "teardown", NULL,
			   "%" PRIu32 " netns wait for it; those in teardown are not known",
			   mod->queued);
}

void doctor_module(struct doctor *d, const struct module *mod, uint64_t now)
{
	check_version(d, mod);
	if (!HAS(mod, NSINFO_A_MODULE_TRACKED))
		return;
	if (mod->untracked)
		doctor_say(d, DOCTOR_BAD, "module",
			   "unload it and load it again",
			   "%" PRIu32 " netns are not known for want of memory when they were made",
			   mod->untracked);
	if (!HAS(mod, NSINFO_A_MODULE_TRACKING))
		doctor_say(d, DOCTOR_NOTE, "module",
			   "unload it and load it without track=0 once no teardown is stuck",
			   "loaded with track=0: no creators, no netns in teardown, no events");
	check_backlog(d, mod, now);
}

/* What hides something from who asks. */
static const char *what_hides(uint32_t blind)
{
	if (blind & BLIND_NO_PROC)
		return "there is no /proc";
	if (blind & (BLIND_PID_NS | BLIND_USER_NS))
		return "a container does not show all";
	if (blind & ~BLIND_SILENT)
		return "this user may not see all";
	return blind ? "a mount namespace or names folder did not answer" :
		       "the module does not tell of processes";
}

static const char *cure(uint32_t blind)
{
	if (blind & BLIND_NO_PROC)
		return ADVICE_PROC;
	if (blind & (BLIND_PID_NS | BLIND_USER_NS))
		return "ask as root, outside the container";
	return (blind & ~BLIND_SILENT) ? "ask as root" : NULL;
}

void doctor_no_leaks(struct doctor *d, uint32_t blind)
{
	doctor_say(d, DOCTOR_NOTE, "leak", cure(blind),
		   "whether a netns is left over is not known: %s",
		   what_hides(blind));
}

static const struct netns *find_init(const struct model *m)
{
	size_t i;

	for (i = 0; i < m->n_netns; i++)
		if (HAS(&m->netns[i], NSINFO_A_NETNS_INIT))
			return &m->netns[i];
	return NULL;
}

void doctor_kernel(struct doctor *d, const struct model *m)
{
	const struct netns *ns = find_init(m);

	if (!ns)
		return;
	if (!HAS(ns, NSINFO_A_NETNS_SOCKETS) || !ns->sockets.has)
		doctor_say(d, DOCTOR_NOTE, "kernel", NULL,
			   "no numbers of sockets: CONFIG_PROC_FS is missing");
	if (!ns->fib4.has || !HAS(&ns->fib4, NSINFO_A_FIB_RULES))
		doctor_say(d, DOCTOR_NOTE, "kernel", NULL,
			   "no policy routing: CONFIG_IP_MULTIPLE_TABLES is missing");
	if (!ns->fib6.has)
		doctor_say(d, DOCTOR_NOTE, "kernel", NULL,
			   "no IPv6: CONFIG_IPV6 is missing, or it was switched off at boot");
	if (!HAS(ns, NSINFO_A_NETNS_CONNTRACK))
		doctor_say(d, DOCTOR_NOTE, "kernel", NULL,
			   "no numbers of conntrack entries: nf_conntrack is not loaded");
	if (syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, 0, 0) < 0)
		doctor_say(d, DOCTOR_NOTE, "kernel", NULL,
			   "holders cannot tell which fds are one file: kcmp(2) is refused, or CONFIG_KCMP missing");
}

/* Live, and nothing that can be seen from outside leads there. */
static bool is_hidden(const struct model *m, const struct netns *ns)
{
	const struct name *name;
	size_t n;

	if (ns->state != NSINFO_NETNS_STATE_LIVE ||
	    HAS(ns, NSINFO_A_NETNS_INIT) || ns->n_tasks)
		return false;
	name = model_names(m, ns, &n);
	return !n || name[0].hidden;
}

bool doctor_has_hidden(const struct model *m)
{
	size_t i;

	for (i = 0; i < m->n_netns; i++)
		if (is_hidden(m, &m->netns[i]))
			return true;
	return false;
}

bool doctor_is_hidden(const struct model *before, const struct model *m,
		      const struct netns *ns)
{
	const struct netns *old = model_netns(before, ns->id);

	return old && is_hidden(before, old) && is_hidden(m, ns) &&
	       old->refs == ns->refs;
}

void doctor_hidden(struct doctor *d, const struct model *m,
		   const struct netns *ns)
{
	const struct created *c = &ns->created;
	const struct holder *holder = NULL;
	const struct name *name;
	char by[128] = "";
	size_t i, n;

	for (i = 0; i < m->n_holders; i++) {
		if (m->holders[i].netns_id != ns->id)
			continue;
		if (m->holders[i].type == NSINFO_HOLDER_TYPE_NSFS_FD)
			return;
		holder = &m->holders[i];
	}
	if (HAS(c, NSINFO_A_CREATED_COMM))
		snprintf(by, sizeof(by), ", made by %s[%" PRIu32 "]", c->comm,
			 c->pid);
	name = model_names(m, ns, &n);
	if (n)
		doctor_say_netns(d, DOCTOR_BAD, "leak", ns->id,
				 "netns %u id:%" PRIu64 " has no process and no name that leads to it; a mount at %s, behind another mount, holds it%s",
				 ns->inum, ns->id, name->path, by);
	else if (holder)
		doctor_say_netns(d, DOCTOR_NOTE, "leak", ns->id,
				 "netns %u id:%" PRIu64 " has no process and no name; process %u (%s) has a %s of it open, fd %u%s",
			   ns->inum, ns->id, holder->pid,
			   holder->comm ? holder->comm : "?",
			   holder->type == NSINFO_HOLDER_TYPE_TUN ?
			   "tun or tap" : "socket", holder->fd, by);
	else
		doctor_say_netns(d, DOCTOR_BAD, "leak", ns->id,
				 "netns %u id:%" PRIu64 " has no process, name or open file; %u references, %u of them of sockets%s",
			   ns->inum, ns->id, ns->refs, ns->sockets.pins, by);
}

static void say_waiting(struct doctor *d, const struct netns *ns,
			const struct waiting *w, uint64_t now)
{
	uint64_t age = now > w->since ? now - w->since : 0;

	doctor_say_netns(d, age > TOO_LONG ? DOCTOR_BAD : DOCTOR_NOTE,
			 "device", ns->id,
			 "%s%s%s%s of netns %u id:%" PRIu64 " was told to go %" PRIu64 " s ago, and %s: %u references",
			 w->ifname, w->kind ? " (" : "",
			 w->kind ? w->kind : "", w->kind ? ")" : "",
			 ns->inum, ns->id, age / NSEC,
			 age > TOO_LONG ? "does not" : "is waited for",
			 w->refs);
}

void doctor_devices(struct doctor *d, const struct model *m, uint64_t now,
		    bool tracking, uint32_t blind)
{
	const uint32_t others = blind & (BLIND_NETNS | BLIND_USER_NS);
	size_t i, found = d->n_lines;
	uint32_t k;

	for (i = 0; i < m->n_netns; i++)
		for (k = 0; k < m->netns[i].n_waiting; k++)
			say_waiting(d, &m->netns[i],
				    &m->waiting[m->netns[i].first_waiting + k],
				    now);
	if (!tracking)
		doctor_say(d, DOCTOR_NOTE, "device", NULL,
			   "whether one was told to go and does not is not known: the module was loaded with track=0");
	else if (others)
		doctor_say(d, DOCTOR_NOTE, "device", cure(others),
			   "whether one of another netns was told to go and does not is not known: %s",
			   what_hides(others));
	else if (d->n_lines == found)
		doctor_say(d, DOCTOR_OK, "device", NULL,
			   "none was told to go and does not");
}

static const char *advise_stale(struct doctor *d, const struct name *stale)
{
	char word[BASH_WORD];

	if (!bash_quote(word, stale->path))
		return "remove this file, whose path is too long for a command";
	return advise(d, ADVICE_NAME_D " %s", word);
}

/* Who may have one mounted there keeps name -d from removing it, too. */
static void say_stale(struct doctor *d, const struct name *stale,
		      uint32_t blind)
{
	if (blind)
		doctor_say(d, DOCTOR_NOTE, "name", cure(blind),
			   "%s names no netns here; whether another mount namespace has one there is not known: %s",
			   stale->path, what_hides(blind));
	else
		doctor_say(d, DOCTOR_BAD, "name", advise_stale(d, stale),
			   "%s names no netns", stale->path);
}

void doctor_names(struct doctor *d, const struct model *m, uint32_t blind)
{
	size_t i;

	/* Names do not depend on whose netns are shown. */
	blind &= ~(BLIND_NETNS | BLIND_INSIDE);
	for (i = 0; i < m->n_stale; i++)
		say_stale(d, &m->stale[i], blind);
	if (!m->n_stale && blind)
		doctor_say(d, DOCTOR_NOTE, "name", cure(blind),
			   "whether there are stale names is not known: %s",
			   what_hides(blind));
	else if (!m->n_stale)
		doctor_say(d, DOCTOR_OK, "name", NULL, "no stale names");
}
