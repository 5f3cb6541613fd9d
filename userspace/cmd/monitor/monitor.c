// SPDX-License-Identifier: GPL-2.0
/* nsinfo monitor: what happens, as it happens. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/util.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/monitor/monitor.h"
#include "host/names.h"

/* When to look again where one could not. */
#define RESYNC_MS	200
/* How many messages to read before looking at anything else. */
#define AT_ONCE		1000

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
	uint64_t looked_at;		/* end of a first look without print */
	int mounts;			/* a mountinfo file to watch, or -1 */
	bool unread;			/* nobody reads what is printed */
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

static bool has_path(const struct model *m, size_t n, const char *path)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(m->names[i].path, path))
			return true;
	return false;
}

/* A netns keeps its last names until it is gone, or another one has them. */
static void keep_names(struct monitor *mon, const struct model *old)
{
	struct model *m = &mon->names;
	size_t i, j = 0, n = m->n_names;

	for (i = 0; i < old->n_names; i++) {
		const struct name *name = &old->names[i];

		while (j < n && m->names[j].inum < name->inum)
			j++;
		if ((j == n || m->names[j].inum != name->inum) &&
		    view_has_inum(&mon->view, name->inum) &&
		    !has_path(m, n, name->path))
			names_set(m, model_add_name(m), name->inum,
				  name->path);
	}
	model_finish_names(m);
}

static void read_names(struct monitor *mon)
{
	struct model old = mon->names;
	struct netns *ns;

	memset(&mon->names, 0, sizeof(mon->names));
	enrich_own_names(&mon->names);
	keep_names(mon, &old);
	model_clear(&old);
	if (mon->only)
		return;
	ns = model_add_netns(&mon->names);
	if (!ns)
		return;
	ns->has = 1ull << NSINFO_A_NETNS_INIT;
	ns->id = mon->self;
}

/* Anew for each event: somebody may set the clock. */
static int64_t wall_clock(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now))
		return 0;
	return now.tv_sec * 1000000000ll + now.tv_nsec - cmd_boottime();
}

static int print(const struct happening *h, void *data)
{
	struct monitor *mon = data;
	size_t n;
	int ret = 0;

	if (mon->events >> h->cmd & 1 && is_about_wanted(mon, h)) {
		if (mon->options->wall_clock)
			mon->scene.wall_clock = wall_clock();
		ret = mon->options->json ?
			      monitor_json(stdout, h, &mon->scene) :
			      monitor_text(stdout, h, &mon->scene);
		if (!ret)
			ret = cmd_flush(mon->err);
		/* Nobody to read is how it ends, and no failure. */
		mon->unread = ret == -EPIPE;
	}
	/* Another netns may have the inode number now, and not these names. */
	if (h->cmd == NSINFO_CMD_NETNS_DEL_NTF &&
	    model_inum_names(&mon->names, h->ns->inum, &n))
		read_names(mon);
	return ret;
}

/* Addresses need their device, and devices their netns. */
static int look(struct monitor *mon, view_cb cb)
{
	const struct fetch_want want = { .devs = true, .torn = true };
	struct model m = { 0 };
	int ret;

	mon->synced_at = cmd_boottime();
	ret = fetch_all(&mon->ask, &mon->only, mon->only ? 1 : 0, &want, &m,
			mon->err);
	if (!ret) {
		read_names(mon);
		ret = view_update(&mon->view, &m, cb, mon);
	}
	model_clear(&m);
	return ret;
}

/* All before @seq was told, or is lost. */
static void count_holes(struct monitor *mon, uint64_t seq)
{
	if (mon->next_seq && seq > mon->next_seq) {
		mon->lost += seq - mon->next_seq;
		mon->resync = true;
	}
	mon->next_seq = seq;
}

/*
 * What was told before the last look is in the view already. While that was the
 * first one it is news all the same for who did not ask what was there.
 */
static int take_event(uint8_t cmd, const void *attrs, size_t len, void *data)
{
	struct monitor *mon = data;
	struct model m = { 0 };
	struct happening h;
	bool early;
	int ret;

	if (!monitor_kind(cmd)) {
		/* Of a newer module; it has a number too. */
		if (mon->next_seq)
			mon->next_seq++;
		return 0;
	}
	ret = decode_event(&m, cmd, attrs, len, mon->err);
	if (!ret) {
		h = view_happening(cmd, &m);
		count_holes(mon, h.event->seq);
		mon->next_seq++;
		early = h.event->time < mon->looked_at;
		if (h.event->time >= mon->synced_at)
			ret = view_apply(&mon->view, cmd, &m,
					 early ? NULL : print, mon);
		if (!ret && early)
			ret = print(&h, mon);
	}
	model_clear(&m);
	return ret;
}

/* One read. Returns -EAGAIN if there is nothing. */
static int take_message(struct monitor *mon)
{
	int ret = genl_listen(&mon->listen, take_event, mon);

	if (ret != -ENOBUFS)
		return ret;
	mon->resync = true;
	return 0;
}

/* The number of the last event, 0 where the module does not tell. */
static int ask_seq(struct monitor *mon, uint64_t *seq)
{
	struct model m = { 0 };
	struct module mod;
	int ret = fetch_module(&mon->ask, &m, &mod, mon->err);

	*seq = mod.event_seq;
	model_clear(&m);
	return ret;
}

/* What has a number and is not there to be read is lost. */
static int count_lost(struct monitor *mon)
{
	uint64_t seq;
	int ret = ask_seq(mon, &seq);

	while (!ret && mon->next_seq <= seq)
		ret = take_message(mon);
	if (ret != -EAGAIN)
		return ret;
	if (seq)
		count_holes(mon, seq + 1);
	return 0;
}

/* A request that nobody knows: is it the module that is not there? */
static int find_family(struct monitor *mon)
{
	uint16_t family = mon->ask.family;
	int ret = genl_resolve(&mon->ask, NSINFO_FAMILY_NAME);

	if (ret == -ENOENT || (!ret && mon->ask.family != family))
		return -ENODEV;
	return ret ? ret : -ENOENT;
}

/* Look again, and print what changed meanwhile. */
static int resync(struct monitor *mon)
{
	int ret = count_lost(mon);

	mon->looked_at = 0;
	mon->scene.source = MONITOR_RESYNC;
	if (!ret)
		ret = look(mon, print);
	mon->scene.source = MONITOR_LIVE;
	if (ret == -ENOENT)
		ret = find_family(mon);
	/* What is told meanwhile is printed, so look later. */
	if (ret == -EINTR)
		return 0;
	mon->resync = false;
	if (mon->lost)
		fprintf(stderr,
			"nsinfo: monitor: %" PRIu64 " events lost: what they changed is marked resync\n",
			mon->lost);
	mon->lost = 0;
	return ret;
}

static int take_events(struct monitor *mon)
{
	int i, ret = 0;

	for (i = 0; i < AT_ONCE && !ret; i++)
		ret = take_message(mon);
	if (ret && ret != -EAGAIN)
		return ret;
	return mon->resync ? resync(mon) : 0;
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

/* Also where nobody reads and a line waits for room. Nothing is left to do. */
static void stop(int number)
{
	(void)number;
	_exit(STATUS_DONE);
}

static void catch_signals(void)
{
	const struct sigaction action = { .sa_handler = stop };

	/* Nobody to read is how it ends, and no failure. */
	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static int loop(struct monitor *mon)
{
	struct pollfd p[] = {
		{ .fd = mon->listen.fd, .events = POLLIN },
		{ .fd = STDOUT_FILENO },	/* errors only */
		{ .fd = mon->mounts, .events = POLLPRI },
	};
	int ret = 0;

	while (!ret) {
		if (poll(p, ARRAY_SIZE(p), mon->resync ? RESYNC_MS : -1) < 0) {
			if (errno == EINTR)
				continue;
			return err_set(mon->err, errno, "monitor: %s",
				       strerror(errno));
		}
		mon->unread = p[1].revents & (POLLERR | POLLHUP | POLLNVAL);
		if (mon->unread)
			return 0;
		if (p[2].revents)
			take_mounts(mon);
		if (p[0].revents || mon->resync)
			ret = take_events(mon);
	}
	return ret;
}

/* Who would wait for ever is told at once. */
static int check_sources(struct monitor *mon)
{
	struct model m = { 0 };
	struct module mod;
	int ret = fetch_module(&mon->ask, &m, &mod, mon->err);

	model_clear(&m);
	if (!ret && !HAS(&mod, NSINFO_A_MODULE_TRACKING))
		return err_set(mon->err, EOPNOTSUPP,
			       "monitor: there are no events: the kernel module was loaded with track=0 and is told nothing: 'rmmod nsinfo' and load it without track=0, unless 'nsinfo doctor --before-load' forbids to load it so");
	return ret;
}

/* Where only our own netns is told, of another one nothing would come. */
static int check_wanted(struct monitor *mon)
{
	if (!mon->only || !mon->n_wanted || is_wanted(mon, mon->only))
		return 0;
	return err_set(mon->err, EPERM,
		       "monitor --netns=%s: no permission: only who is in the first netns is told of other netns than the own one: run it there",
		       mon->options->netns[0]);
}

/* First listen, then look: nothing can slip through between the two. */
static int start(struct monitor *mon)
{
	bool is_init;
	uint64_t seq;
	int ret;

	ret = fetch_open(&mon->ask, mon->err);
	if (!ret)
		ret = fetch_self(&mon->ask, &mon->self, &is_init, mon->err);
	if (!ret)
		ret = cmd_read_netns(&mon->ask, (char **)mon->options->netns,
				     &mon->wanted, &mon->n_wanted, mon->err);
	if (ret)
		return ret;
	mon->only = is_init ? 0 : mon->self;
	ret = check_sources(mon);
	if (!ret)
		ret = check_wanted(mon);
	if (!ret)
		ret = fetch_listen(&mon->listen, is_init, mon->err);
	if (!ret)
		ret = ask_seq(mon, &seq);
	if (ret)
		return ret;
	cmd_tell_blind(0);
	mon->next_seq = seq ? seq + 1 : 0;
	mon->scene.source = MONITOR_INITIAL;
	ret = look(mon, mon->options->initial ? print : NULL);
	mon->scene.source = MONITOR_LIVE;
	if (!mon->options->initial)
		mon->looked_at = cmd_boottime();
	return ret;
}

/* How it ends: told to, with nobody to read, without a module, by an error. */
static int end(struct monitor *mon, int ret)
{
	if (mon->unread)
		return 0;
	if (ret == -ENODEV)
		return err_exit(mon->err, STATUS_NO_MODULE, ENODEV,
				"monitor: the kernel module nsinfo was unloaded");
	return ret;
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

/* What is closed would show only with the first event. */
static int check_stdout(struct err *err)
{
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY)
		return 0;
	return err_set(err, EBADF, "standard output: %s", strerror(EBADF));
}

int cmd_monitor(const struct options *options, char **argv, struct err *err)
{
	struct monitor mon = { .options = options, .err = err };
	struct monitor_scene scene = {
		.names = &mon.names, .view = &mon.view, .how = &mon.how,
	};
	struct ipnames names;
	int ret;

	if (*argv)
		return err_usage(err,
				 "monitor: %s: wants no argument (see 'nsinfo monitor --help')",
				 *argv);
	ret = monitor_read_events(options->events, &mon.events, err);
	if (ret)
		return ret;
	ret = ipnames_read(&names, IPNAMES_FOLDER);
	if (ret) {
		ipnames_free(&names);
		return err_no_memory(err);
	}
	cmd_render(&mon.how, options, &names);
	mon.how.pretty = false;
	mon.how.times = options->timestamps;
	mon.how.width = UINT32_MAX;
	mon.scene = scene;
	mon.mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	catch_signals();
	if (mon.mounts >= 0)
		take_mounts(&mon);
	ret = check_stdout(err);
	if (!ret)
		ret = start(&mon);
	if (!ret)
		ret = loop(&mon);
	ret = end(&mon, ret);
	finish(&mon);
	ipnames_free(&names);
	return ret;
}
