// SPDX-License-Identifier: GPL-2.0
#include "cmd/monitor/monitor.h"
#include "print/json_netns.h"

static const char *const changed_words[] = {
	"name", "state", "mtu", "txqlen", "address", "type", "master", "link",
	"peer",
};

static void put_event(struct json_out *o, const struct happening *h,
		      const struct monitor_scene *scene)
{
	json_string(&o->j, "event", monitor_kind(h->cmd));
	if (scene->source == MONITOR_INITIAL)
		json_true(&o->j, "initial");
	if (scene->source == MONITOR_RESYNC)
		json_true(&o->j, "resync");
	if (!h->event)
		return;
	json_uint(&o->j, "seq", h->event->seq);
	if (scene->how->times)
		json_uint(&o->j, "time", h->event->time);
	if (scene->wall_clock)
		json_uint(&o->j, "wall_clock",
			  h->event->time + scene->wall_clock);
}

static void put_from(struct json_out *o, const struct peer *from)
{
	json_object(&o->j, "from");
	json_uint(&o->j, "ns", from->netns_inum);
	json_uint(&o->j, "id", from->netns_id);
	json_uint(&o->j, "ifindex", from->ifindex);
	json_string(&o->j, "ifname", from->ifname);
	json_object_end(&o->j);
}

static void put_changed(struct json_out *o, uint32_t changed)
{
	size_t i;

	json_array(&o->j, "changed");
	for (i = 0; i < sizeof(changed_words) / sizeof(*changed_words); i++)
		if (changed >> i & 1)
			json_string(&o->j, NULL, changed_words[i]);
	json_array_end(&o->j);
}

/* With the names of the devices that it hangs on, as in a dump. */
static void put_dev(struct json_out *o, const struct dev *from,
		    const struct view *v)
{
	struct dev dev = *from;

	dev.n_addrs = 0;
	if (HAS(&dev, NSINFO_A_DEV_MASTER))
		dev.master_dev = view_dev(v, dev.netns_id, dev.master);
	dev.link_dev = view_link(v, &dev);
	json_dev(o, "device", &dev);
}

static void put_what(struct json_out *o, const struct happening *h,
		     const struct view *v)
{
	const struct dev *dev = h->dev;

	json_uint(&o->j, "id", dev->netns_id);
	json_uint(&o->j, "ns", dev->netns_inum);
	json_uint(&o->j, "ifindex", dev->ifindex);
	json_string(&o->j, "ifname", dev->ifname);
	if (h->cmd == NSINFO_CMD_DEV_CHANGE_NTF)
		put_changed(o, h->changed);
	if (h->changed & NSINFO_DEV_CHANGED_NAME && h->was)
		json_string(&o->j, "was", h->was->ifname);
	if (h->cmd == NSINFO_CMD_DEV_MOVE_NTF)
		put_from(o, &h->event->from);
	if (h->addr) {
		json_array(&o->j, "addr_info");
		json_addr(o, NULL, h->addr);
		json_array_end(&o->j);
	} else if (HAS(dev, NSINFO_A_DEV_FLAGS) &&
		   h->cmd != NSINFO_CMD_DEV_DEL_NTF) {
		put_dev(o, dev, v);
	}
}

int monitor_json(FILE *f, const struct happening *h,
		 const struct monitor_scene *scene)
{
	struct json_out o = {
		.m = scene->names, .how = scene->how, .by_inum = true,
	};
	struct netns ns;

	json_start(&o.j, f, false);
	json_object(&o.j, NULL);
	put_event(&o, h, scene);
	if (h->ns) {
		ns = *h->ns;
		ns.n_waiting = 0;
		json_netns(&o, &ns);
	} else {
		put_what(&o, h, scene->view);
	}
	json_object_end(&o.j);
	json_end(&o.j);
	return 0;
}
