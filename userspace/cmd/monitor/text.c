// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <time.h>

#include "cmd/monitor/monitor.h"
#include "print/text.h"

#define NSEC		((uint64_t)1000000000)
#define KIND_WIDTH	11

static const enum text_look kind_looks[] = {
	[NSINFO_CMD_NETNS_ADD_NTF] = GOOD,
	[NSINFO_CMD_NETNS_DYING_NTF] = BAD,
	[NSINFO_CMD_NETNS_DEL_NTF] = BAD,
	[NSINFO_CMD_DEV_ADD_NTF] = GOOD,
	[NSINFO_CMD_DEV_DEL_NTF] = BAD,
	[NSINFO_CMD_DEV_CHANGE_NTF] = MAC,
	[NSINFO_CMD_DEV_MOVE_NTF] = NAME,
	[NSINFO_CMD_ADDR_ADD_NTF] = GOOD,
	[NSINFO_CMD_ADDR_DEL_NTF] = BAD,
};

/* A line of it: what happened, and where it is read from. */
struct line {
	struct text t;
	const struct happening *h;
	const struct monitor_scene *scene;
};

/* As ip -ts has it. */
static void put_wall_clock(struct line *l)
{
	const struct event *event = l->h->event;
	char date[32] = "";
	uint64_t now;
	struct tm tm;
	time_t s;

	if (!l->scene->wall_clock)
		return;
	now = event ? event->time + l->scene->wall_clock : 0;
	s = now / NSEC;
	if (event && localtime_r(&s, &tm) &&
	    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm))
		text_add(&l->t, "[%s.%06" PRIu64 "]", date, now % NSEC / 1000);
	else
		text_add(&l->t, "%28s", "");
	text_put(&l->t);
}

static void put_time(struct line *l)
{
	const struct event *event = l->h->event;

	if (!l->scene->how->times)
		return;
	if (event)
		text_add(&l->t, "[%5" PRIu64 ".%06" PRIu64 "]",
			 event->time / NSEC, event->time % NSEC / 1000);
	else
		text_add(&l->t, "%14s", "");
	text_put(&l->t);
}

static void put_source(struct line *l)
{
	if (l->scene->source == MONITOR_LIVE)
		return;
	text_foreign(&l->t, DIM, l->scene->source == MONITOR_INITIAL ?
				 "initial" : "resync");
	text_put(&l->t);
}

static void put_netns(struct line *l, const struct netns *ns)
{
	const struct created *c = &ns->created;
	const struct name *name;
	size_t i, n;

	text_look(&l->t, BOLD);
	text_add(&l->t, "%" PRIu32, ns->inum);
	text_look(&l->t, PLAIN);
	text_put(&l->t);
	name = model_inum_names(l->scene->names, ns->inum, &n);
	for (i = 0; i < n && name_is_ours(&name[i]); i++) {
		text_foreign(&l->t, BOLD, name[i].shown);
		text_put(&l->t);
	}
	if (HAS(ns, NSINFO_A_NETNS_INIT)) {
		text_foreign(&l->t, GOOD, "init");
		text_put(&l->t);
	}
	text_add(&l->t, "id %" PRIu64, ns->id);
	text_put(&l->t);
	if (l->h->cmd != NSINFO_CMD_NETNS_ADD_NTF ||
	    !HAS(c, NSINFO_A_CREATED_COMM))
		return;
	text_add(&l->t, "by ");
	text_foreign(&l->t, PLAIN, c->comm);
	if (HAS(c, NSINFO_A_CREATED_PID))
		text_add(&l->t, "[%" PRIu32 "]", c->pid);
	if (HAS(c, NSINFO_A_CREATED_UID) && c->uid)
		text_add(&l->t, " uid %" PRIu32, c->uid);
	text_put(&l->t);
}

static void put_dev_at(struct line *l, const char *ifname, uint64_t id,
		       uint32_t inum)
{
	text_foreign(&l->t, NAME, ifname);
	text_netns(&l->t, id, inum);
	text_put(&l->t);
}

static void put_other(struct line *l, const char *what, uint64_t id,
		      uint32_t ifindex)
{
	const struct dev *dev = view_dev(l->scene->view, id, ifindex);

	text_add(&l->t, "%s ", what);
	if (dev)
		text_foreign(&l->t, NAME, dev->ifname);
	else
		text_add(&l->t, "if%" PRIu32, ifindex);
}

/* As in a dump, with the names that devices have now. */
static void put_wiring(struct line *l, const struct dev *from)
{
	struct dev dev = *from;

	dev.link_dev = view_link(l->scene->view, from);
	text_wiring(&l->t, &dev);
}

static void put_state(struct line *l, const struct dev *dev)
{
	const char *state = text_state_word(dev);

	text_foreign(&l->t, *state == 'u' ? GOOD : BAD, state);
	text_put(&l->t);
}

static void put_mac(struct line *l, const struct dev *dev)
{
	char buf[IPNAMES_SIZE];

	text_foreign(&l->t, MAC, text_mac_word(dev, buf));
	text_put(&l->t);
}

static void put_new_mac(struct line *l, const struct dev *dev)
{
	char buf[IPNAMES_SIZE];

	text_add(&l->t, "address ");
	text_foreign(&l->t, MAC,
		     ipnames_hwaddr(&dev->address, dev->type, buf));
	text_put(&l->t);
}

static void put_master(struct line *l, const struct dev *dev)
{
	if (!HAS(dev, NSINFO_A_DEV_MASTER))
		return;
	put_other(l, "master", dev->netns_id, dev->master);
	text_put(&l->t);
}

/* All that a new or moved device is. */
static void put_dev(struct line *l, const struct dev *dev)
{
	char buf[IPNAMES_SIZE];

	text_foreign(&l->t, PLAIN, text_kind_word(dev, buf));
	text_put(&l->t);
	if (l->h->cmd == NSINFO_CMD_DEV_DEL_NTF)
		return;
	put_state(l, dev);
	put_mac(l, dev);
	put_master(l, dev);
	put_wiring(l, dev);
}

/* What changed of it, as it is now. */
static void put_changed(struct line *l, const struct dev *dev)
{
	uint32_t bits = l->h->changed;

	if (bits & NSINFO_DEV_CHANGED_NAME && l->h->was)
		text_put_word(&l->t, "was", l->h->was->ifname);
	if (bits & NSINFO_DEV_CHANGED_STATE)
		put_state(l, dev);
	if (bits & NSINFO_DEV_CHANGED_MTU)
		text_put_number(&l->t, "mtu", dev->mtu);
	if (bits & NSINFO_DEV_CHANGED_TXQLEN)
		text_put_number(&l->t, "txqlen", dev->txqlen);
	if (bits & NSINFO_DEV_CHANGED_ADDRESS)
		put_new_mac(l, dev);
	if (bits & NSINFO_DEV_CHANGED_TYPE)
		put_dev(l, dev);
	if (bits & NSINFO_DEV_CHANGED_MASTER) {
		if (HAS(dev, NSINFO_A_DEV_MASTER))
			put_master(l, dev);
		else
			text_put_word(&l->t, "no", "master");
	}
	if (bits & (NSINFO_DEV_CHANGED_PEER | NSINFO_DEV_CHANGED_LINK))
		put_wiring(l, dev);
}

static void put_happening(struct line *l)
{
	const struct happening *h = l->h;
	const struct dev *dev = h->dev;

	if (h->ns) {
		put_netns(l, h->ns);
		return;
	}
	if (h->addr)
		text_addr(&l->t, dev, h->addr);
	if (h->cmd == NSINFO_CMD_DEV_MOVE_NTF) {
		put_dev_at(l, h->event->from.ifname, h->event->from.netns_id,
			   h->event->from.netns_inum);
		text_add(&l->t, "->");
		text_put(&l->t);
	}
	put_dev_at(l, dev->ifname, dev->netns_id, dev->netns_inum);
	if (h->cmd == NSINFO_CMD_DEV_CHANGE_NTF)
		put_changed(l, dev);
	else if (!h->addr)
		put_dev(l, dev);
}

int monitor_text(FILE *f, const struct happening *h,
		 const struct monitor_scene *scene)
{
	struct line l = { .h = h, .scene = scene };
	int ret = text_open(&l.t, f, scene->names, scene->how);

	if (ret)
		return ret;
	l.t.rail = "";
	put_wall_clock(&l);
	put_time(&l);
	text_foreign(&l.t, kind_looks[h->cmd], monitor_kind(h->cmd));
	text_put_padded(&l.t, KIND_WIDTH);
	put_source(&l);
	put_happening(&l);
	text_end_line(&l.t);
	return text_close(&l.t);
}
