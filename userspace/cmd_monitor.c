// SPDX-License-Identifier: GPL-2.0
/* nsinfo monitor: what happens, as it happens. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd.h"
#include "commands.h"
#include "enrich_names.h"
#include "monitor.h"
#include "util.h"

/* How often to look where there was no moment of rest; and how long, at first. */
#define RESYNC_MS	200
#define FIRST_TRIES	20

struct monitor {
	const struct options *options;
	struct genl ask;		/* requests */
	struct genl listen;		/* notifications */
	struct view view;
	struct model names;		/* of netns, and nothing else */
	struct render how;
	uint64_t self;			/* our netns, … */
	uint64_t only;			/* … if it is all that we are told of */
	uint64_t *wanted;		/* ids of the netns to print, … */
	size_t n_wanted;		/* … if there are any */
	uint64_t events;		/* bits of what to print */
	struct monitor_scene scene;
	uint64_t next_seq;		/* 0: not known */
	uint64_t lost;			/* told by holes since the last look */
	bool resync;			/* the view is not to be trusted */
	uint64_t synced_at;		/* what was told before is in the view */
	bool catch_up;			/* the first look is not long ago */
	int mounts;			/* a mountinfo file to watch, or -1 */
	struct err *err;
};

static bool is_wanted(const struct monitor *mon, uint64_t id)
{
	size_t i;

	for (i = 0; i < mon->n_wanted; i++)
		if (mon->wanted[i] == id)
			return true;
	return !mon->n_wanted;
}

/* A device that moves concerns two of them. */
static bool is_about_wanted(const struct monitor *mon,
			    const struct happening *h)
{
	if (h->ns)
		return is_wanted(mon, h->ns->id);
	return is_wanted(mon, h->dev->netns_id) ||
	       (h->event && h->event->from.has &&
		is_wanted(mon, h->event->from.netns_id));
}

static int print(const struct happening *h, void *data)
{
	struct monitor *mon = data;
	int ret;

	if (!(mon->events >> h->cmd & 1) || !is_about_wanted(mon, h))
		return 0;
	ret = mon->options->json ? monitor_json(stdout, h, &mon->scene) :
				   monitor_text(stdout, h, &mon->scene);
	if (!ret && fflush(stdout))
		ret = -errno;
	return ret;
}

static void read_names(struct monitor *mon)
{
	struct netns *ns;

	model_clear(&mon->names);
	enrich_own_names(&mon->names);
	if (mon->only)
		return;
	ns = model_add_netns(&mon->names);
	if (!ns)
		return;
	ns->has = 1ull << NSINFO_A_NETNS_INIT;
	ns->id = mon->self;
}

/* Addresses need their device, and devices their netns. */
static int look(struct monitor *mon, view_cb cb)
{
	const struct fetch_want want = { .devs = true };
	struct model m = { 0 };
	int ret;

	mon->synced_at = cmd_boottime();
	ret = fetch_all(&mon->ask, &mon->only, mon->only ? 1 : 0, &want, &m,
			mon->err);
	if (!ret)
		ret = view_update(&mon->view, &m, cb, mon);
	model_clear(&m);
	return ret;
}

static void count_holes(struct monitor *mon, const struct event *event)
{
	if (mon->next_seq && event->seq > mon->next_seq) {
		mon->lost += event->seq - mon->next_seq;
		mon->resync = true;
	}
	mon->next_seq = event->seq + 1;
}

/*
 * What was told before the last look is in the view already: it is news only
 * for who did not ask what was there at the beginning.
 */
static int take_event(uint8_t cmd, const void *attrs, size_t len, void *data)
{
	struct monitor *mon = data;
	struct model m = { 0 };
	struct happening h;
	int ret;

	if (!monitor_kind(cmd))
		return 0;
	ret = decode_event(&m, cmd, attrs, len, mon->err);
	if (!ret) {
		h = view_happening(cmd, &m);
		count_holes(mon, h.event);
		if (h.event->time >= mon->synced_at) {
			mon->catch_up = false;
			ret = view_apply(&mon->view, cmd, &m, print, mon);
		} else if (mon->catch_up && !mon->options->initial) {
			ret = print(&h, mon);
		}
	}
	model_clear(&m);
	return ret;
}

/* Read all that there is. */
static int drain(struct monitor *mon)
{
	int ret;

	do {
		ret = genl_listen(&mon->listen, take_event, mon);
		if (ret == -ENOBUFS) {
			mon->resync = true;
			ret = 0;
		}
	} while (!ret);
	return ret == -EAGAIN ? 0 : ret;
}

static void tell_lost(struct monitor *mon)
{
	if (mon->lost)
		fprintf(stderr,
			"nsinfo: monitor: %" PRIu64 " events lost: what they changed is marked resync\n",
			mon->lost);
	else
		fputs("nsinfo: monitor: events lost: what they changed is marked resync\n",
		      stderr);
	mon->lost = 0;
}

/*
 * Look again, and print what changed meanwhile. The next number cannot be known
 * where the last ones are missing: what is told next shows it.
 */
static int resync(struct monitor *mon)
{
	int ret;

	mon->catch_up = false;
	mon->scene.source = MONITOR_RESYNC;
	ret = look(mon, print);
	mon->scene.source = MONITOR_LIVE;
	/* No moment of rest: what is told meanwhile is printed, so look later. */
	if (ret == -EINTR)
		return 0;
	mon->resync = false;
	tell_lost(mon);
	return ret;
}

static int take_events(struct monitor *mon)
{
	int ret = drain(mon);

	return ret || !mon->resync ? ret : resync(mon);
}

/* A mount table that changed may have other names. */
static void take_mounts(struct monitor *mon)
{
	char buf[4096];

	lseek(mon->mounts, 0, SEEK_SET);
	while (read(mon->mounts, buf, sizeof(buf)) > 0)
		;
	read_names(mon);
}

static int open_signals(void)
{
	sigset_t set;

	/* Nobody to read is how it ends, and no failure. */
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int loop(struct monitor *mon, int signals)
{
	struct pollfd p[] = {
		{ .fd = mon->listen.fd, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = STDOUT_FILENO },	/* errors only */
		{ .fd = mon->mounts, .events = POLLPRI },
	};
	int ret = 0;

	while (!ret) {
		if (poll(p, ARRAY_SIZE(p), mon->resync ? RESYNC_MS : -1) < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (p[1].revents)
			return 0;
		if (p[2].revents & (POLLERR | POLLHUP | POLLNVAL))
			return -EPIPE;
		if (p[3].revents)
			take_mounts(mon);
		if (p[0].revents || mon->resync)
			ret = take_events(mon);
	}
	return ret;
}

/* First listen, then look: nothing can slip through between the two. */
static int start(struct monitor *mon)
{
	bool is_init;
	int ret, tries = FIRST_TRIES;

	ret = fetch_open(&mon->ask, mon->err);
	if (!ret)
		ret = fetch_self(&mon->ask, &mon->self, &is_init, mon->err);
	if (!ret)
		ret = cmd_read_netns(&mon->ask, (char **)mon->options->netns,
				     &mon->wanted, &mon->n_wanted, mon->err);
	if (!ret)
		ret = fetch_listen(&mon->listen, is_init, mon->err);
	if (ret)
		return ret;
	mon->only = is_init ? 0 : mon->self;
	read_names(mon);
	mon->scene.source = MONITOR_INITIAL;
	mon->catch_up = true;
	do {
		ret = look(mon, mon->options->initial ? print : NULL);
	} while (ret == -EINTR && tries--);
	mon->scene.source = MONITOR_LIVE;
	return ret;
}

/* How it ends: told to, with nobody to read, without a module, by an error. */
static int end(struct monitor *mon, int ret)
{
	if (!ret || ret == -EPIPE)
		return STATUS_DONE;
	if (ret == -ENODEV) {
		err_set(mon->err, ENODEV,
			"monitor: the kernel module nsinfo was unloaded");
		mon->err->status = STATUS_NO_MODULE;
	} else if (mon->err->status == STATUS_DONE) {
		err_set(mon->err, -ret, "monitor: %s", strerror(-ret));
	}
	return mon->err->status;
}

static void finish(struct monitor *mon)
{
	if (mon->mounts >= 0)
		close(mon->mounts);
	genl_close(&mon->ask);
	genl_close(&mon->listen);
	view_clear(&mon->view);
	model_clear(&mon->names);
	free(mon->wanted);
}

int cmd_monitor(const struct options *options, char **argv, struct err *err)
{
	struct monitor mon = { .options = options, .err = err };
	struct monitor_scene scene = {
		.names = &mon.names, .view = &mon.view, .how = &mon.how,
	};
	struct ipnames names;
	int signals, ret;

	if (*argv) {
		err_set(err, 0, "monitor: %s: wants no argument (see 'nsinfo monitor --help')",
			*argv);
		return err->status = STATUS_USAGE;
	}
	if (monitor_read_events(options->events, &mon.events, err))
		return err->status;
	ipnames_read(&names, IPNAMES_FOLDER);
	cmd_render(&mon.how, options, &names);
	mon.how.pretty = false;
	mon.how.times = options->timestamps;
	mon.how.width = UINT32_MAX;
	mon.scene = scene;
	mon.mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	signals = open_signals();
	if (mon.mounts >= 0)
		take_mounts(&mon);
	ret = start(&mon);
	if (!ret)
		ret = loop(&mon, signals);
	ret = end(&mon, ret);
	/* Whoever read it is gone: nobody to tell. */
	if (ferror(stdout))
		clearerr(stdout);
	finish(&mon);
	if (signals >= 0)
		close(signals);
	ipnames_free(&names);
	return ret;
}
