// SPDX-License-Identifier: GPL-2.0
/* The page about one netns. What is not known has no line. */
#include <inttypes.h>
#include <string.h>

#include "cmd/show/show.h"
#include "host/container.h"
#include "print/print_names.h"

static void put_name(struct text *t, const struct name *name)
{
	char where[NAMES_WHERE];

	text_foreign(t, PLAIN, name->path);
	text_add(t, "%s", names_where(name, where));
	text_put(t);
}

static void put_names(struct text *t, const struct netns *ns)
{
	const struct name *name;
	size_t i, n;

	name = model_names(t->m, ns, &n);
	if (!n)
		return;
	show_label(t, "names");
	for (i = 0; i < n; i++)
		put_name(t, &name[i]);
	text_end_line(t);
}

static void put_owner(struct text *t, const struct show *s)
{
	const struct netns *ns = s->ns;

	if (!HAS(ns, NSINFO_A_NETNS_OWNER_USERNS) &&
	    !HAS(ns, NSINFO_A_NETNS_OWNER_UID))
		return;
	show_label(t, "owner");
	if (HAS(ns, NSINFO_A_NETNS_OWNER_UID)) {
		text_add(t, "uid %" PRIu32, ns->owner_uid);
		if (s->owner) {
			text_add(t, " ");
			text_foreign(t, PLAIN, s->owner);
		}
		text_put(t);
	}
	if (HAS(ns, NSINFO_A_NETNS_OWNER_USERNS)) {
		text_add(t, "user namespace %" PRIu32 "%s", ns->owner_userns,
			 ns->owner_userns == TEXT_INIT_USERNS ?
				" (the first)" : "");
		text_put(t);
	}
	text_end_line(t);
}

static void put_created(struct text *t, const struct created *c)
{
	if (!HAS(c, NSINFO_A_CREATED_TIME))
		return;
	show_label(t, "created");
	text_created(t, c);
	text_end_line(t);
}

static void put_word(struct text *t, const char *label, const char *word)
{
	if (!word)
		return;
	show_label(t, label);
	text_foreign(t, PLAIN, word);
	text_put(t);
	text_end_line(t);
}

static void put_devs(struct text *t, const struct netns *ns)
{
	struct text_widths w = text_dev_measure(t, ns);
	uint32_t i;

	show_label(t, "devices");
	text_add(t, "%" PRIu32, ns->n_devs);
	text_put(t);
	text_end_line(t);
	for (i = 0; i < ns->n_devs; i++)
		text_dev(t, &t->m->devs[ns->first_dev + i],
			 i == ns->n_devs - 1, &w);
}

/* eth0@blue, or if7@4026532281, or @blue where no device is known. */
static void add_end(struct text *t, const struct topology_end *end)
{
	if (end->ifname)
		text_foreign(t, NAME, end->ifname);
	else if (end->ifindex)
		text_add(t, "if%" PRIu32, end->ifindex);
	text_netns(t, end->netns_id, end->netns_inum);
}

static void put_beyond(struct text *t, const struct topology *topology,
		       const struct topology_link *link)
{
	const struct dev *master = link->master;
	size_t i;

	text_add(t, "on %s ", HAS(master, NSINFO_A_DEV_KIND) ? master->kind :
							       "master");
	text_foreign(t, NAME, master->ifname);
	text_put(t);
	for (i = 0; i < link->n_beyond; i++) {
		if (!i)
			text_add(t, "with ");
		add_end(t, &topology->beyond[link->first_beyond + i]);
		text_put(t);
	}
}

/* How a device of ours, or none, is related to the far end. */
static const char *relation(const struct topology_link *link)
{
	switch (link->by) {
	case TOPOLOGY_PEER:
		return "to ";
	case TOPOLOGY_LOWER:
		if (!link->far.ifindex)
			return "underlay ";
		/* of one whose netns is not told it may be the peer as well */
		return link->far.netns_id ? "on top of " : "link ";
	default:
		return link->dev ? "below " : "underlay of ";
	}
}

static void add_far(struct text *t, const struct topology_end *far)
{
	if (far->netns_id)
		add_end(t, far);
	else if (far->ifindex)
		text_add(t, "if%" PRIu32 " in a netns that is not told",
			 far->ifindex);
	else
		text_add(t, "not told");
}

static void put_link(struct text *t, const struct topology *topology,
		     const struct topology_link *link)
{
	if (link->dev) {
		text_foreign(t, NAME, link->dev->ifname);
		text_add(t, " ");
	}
	text_add(t, "%s", relation(link));
	add_far(t, &link->far);
	text_put(t);
	t->indent += 4;
	if (link->master)
		put_beyond(t, topology, link);
	t->indent -= 4;
	text_end_line(t);
}

static void put_topology(struct text *t, const struct topology *topology)
{
	size_t i;

	for (i = 0; i < topology->n_links; i++) {
		if (i)
			show_line(t);
		else
			show_label(t, "wired");
		put_link(t, topology, &topology->links[i]);
	}
}

static void put_waiting(struct text *t, const struct netns *ns)
{
	if (!ns->n_waiting)
		return;
	show_label(t, "waits for");
	text_waiting(t, ns);
	text_end_line(t);
}

static void put_page(struct text *t, const struct show *s)
{
	const struct netns *ns = s->ns;
	char buf[CONTAINER_WORD];

	t->rail = t->glyphs->none;
	t->indent = SHOW_LABELS - 3;
	text_netns_head(t, ns);
	text_end_line(t);
	put_waiting(t, ns);
	put_names(t, ns);
	put_owner(t, s);
	put_created(t, &ns->created);
	put_word(t, "container",
		 container_shown(model_container(t->m, ns), buf));
	put_word(t, "pod", model_pod(t->m, ns));
	show_put_procs(t, s);
	put_devs(t, ns);
	put_topology(t, &s->topology);
	show_put_inside(t, s);
}

int render_text_show(FILE *f, const struct model *m, const struct show *shows,
		     size_t n, const struct render *how)
{
	struct text t;
	size_t i;
	int ret;

	ret = text_open(&t, f, m, how);
	if (ret)
		return ret;
	for (i = 0; i < n && !t.no_memory; i++) {
		if (i)
			fputc('\n', f);
		put_page(&t, &shows[i]);
	}
	return text_close(&t);
}
