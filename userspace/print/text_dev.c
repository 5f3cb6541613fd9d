// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>

#include <linux/if.h>
#include <linux/if_arp.h>

#include "base/escape.h"
#include "print/text.h"

const char *text_state_word(const struct dev *dev)
{
	if (!(dev->flags & IFF_UP))
		return "down";
	switch (dev->operstate) {
	case IF_OPER_UNKNOWN:
		return dev->flags & IFF_RUNNING ? "up" : "no-carrier";
	case IF_OPER_NOTPRESENT:
		return "not-present";
	case IF_OPER_DOWN:
		return "no-carrier";
	case IF_OPER_LOWERLAYERDOWN:
		return "lower-down";
	case IF_OPER_TESTING:
		return "testing";
	case IF_OPER_DORMANT:
		return "dormant";
	default:
		return "up";
	}
}

const char *text_kind_word(const struct dev *dev, char *buf)
{
	return HAS(dev, NSINFO_A_DEV_KIND) ? dev->kind :
					     ipnames_link_type(dev->type, buf);
}

static bool is_zero(const struct bytes *b)
{
	size_t i;

	for (i = 0; i < b->len; i++)
		if (b->data[i])
			return false;
	return true;
}

const char *text_mac_word(const struct dev *dev, char *buf)
{
	*buf = '\0';
	return is_zero(&dev->address) ? buf :
		ipnames_hwaddr(&dev->address, dev->type, buf);
}

static void widen(size_t *width, const char *s, const struct text *t)
{
	size_t n = escape_text(NULL, s, strlen(s), t->how->utf8);

	/* One long name shall not push all the others to the right. */
	if (n > *width && n <= 20)
		*width = n;
}

struct text_widths text_dev_measure(const struct text *t,
				    const struct netns *ns)
{
	struct text_widths w = { 0 };
	char buf[IPNAMES_SIZE];
	uint32_t i;

	for (i = 0; i < ns->n_devs; i++) {
		const struct dev *dev = &t->m->devs[ns->first_dev + i];

		widen(&w.name, dev->ifname, t);
		widen(&w.state, text_state_word(dev), t);
		widen(&w.kind, text_kind_word(dev, buf), t);
		widen(&w.mac, text_mac_word(dev, buf), t);
	}
	return w;
}

static void put_columns(struct text *t, const struct dev *dev,
			const struct text_widths *w)
{
	const char *state = text_state_word(dev);
	char buf[IPNAMES_SIZE];

	text_foreign(t, NAME, dev->ifname);
	text_put_padded(t, w->name);
	text_foreign(t, !strcmp(state, "up") ? GOOD : BAD, state);
	text_put_padded(t, w->state);
	text_foreign(t, PLAIN, text_kind_word(dev, buf));
	text_put_padded(t, w->kind);
	if (w->mac) {
		text_foreign(t, MAC, text_mac_word(dev, buf));
		text_put_padded(t, w->mac);
	}
}

static void put_master(struct text *t, const struct dev *dev)
{
	if (!HAS(dev, NSINFO_A_DEV_MASTER))
		return;
	text_add(t, "master ");
	if (dev->master_dev)
		text_foreign(t, NAME, dev->master_dev->ifname);
	else
		text_add(t, "if%" PRIu32, dev->master);
	text_put(t);
}

static void put_peer(struct text *t, const struct dev *dev)
{
	const struct peer *peer = &dev->peer;

	text_add(t, "peer ");
	text_foreign(t, NAME, peer->ifname);
	if (peer->netns_id != dev->netns_id)
		text_netns(t, peer->netns_id, peer->netns_inum);
	text_put(t);
}

/* The device below, with its netns where that is another one. */
static void put_link(struct text *t, const struct dev *dev)
{
	text_add(t, "link ");
	if (dev->link_dev)
		text_foreign(t, NAME, dev->link_dev->ifname);
	else
		text_add(t, "if%" PRIu32, dev->link);
	if (HAS(dev, NSINFO_A_DEV_LINK_NETNS))
		text_netns(t, dev->link_netns.id, dev->link_netns.inum);
	else if (HAS(dev, NSINFO_A_DEV_LINK_FOREIGN))
		text_add(t, " in a netns that is not told");
	text_put(t);
}

/* Of a tunnel without a device below. */
static void put_underlay(struct text *t, const struct dev *dev)
{
	text_add(t, "underlay ");
	if (HAS(dev, NSINFO_A_DEV_LINK_NETNS))
		text_netns(t, dev->link_netns.id, dev->link_netns.inum);
	else
		text_add(t, "not told");
	text_put(t);
}

void text_wiring(struct text *t, const struct dev *dev)
{
	if (HAS(dev, NSINFO_A_DEV_PEER))
		put_peer(t, dev);
	else if (dev->link)
		put_link(t, dev);
	else if (HAS(dev, NSINFO_A_DEV_LINK_FOREIGN))
		put_underlay(t, dev);
}

static bool is_usual_mtu(const struct dev *dev)
{
	return dev->mtu == (dev->type == ARPHRD_LOOPBACK ? 65536 : 1500);
}

static bool is_usual_qdisc(const char *qdisc)
{
	static const char *const usual[] = {
		"noop", "noqueue", "pfifo_fast", "fq_codel", "mq", NULL,
	};
	const char *const *u;

	for (u = usual; *u; u++)
		if (!strcmp(*u, qdisc))
			return true;
	return false;
}

/* A bridge listens to everything on its ports; that says nothing. */
static bool is_bridge_port(const struct dev *dev)
{
	const struct dev *master = dev->master_dev;

	return master && HAS(master, NSINFO_A_DEV_KIND) &&
	       !strcmp(master->kind, "bridge");
}

static bool is_remote(const struct dev *dev)
{
	return dev->flags & IFF_POINTOPOINT && !is_zero(&dev->broadcast);
}

/* Tunnels have a random one, to no purpose. */
static bool has_other_perm_address(const struct dev *dev)
{
	const struct bytes *perm = &dev->perm_address;

	return perm->len && dev->type == ARPHRD_ETHER &&
	       (perm->len != dev->address.len ||
		memcmp(perm->data, dev->address.data, perm->len));
}

static void put_unusual(struct text *t, const struct dev *dev)
{
	char buf[IPNAMES_SIZE];

	if (HAS(dev, NSINFO_A_DEV_MTU) && !is_usual_mtu(dev))
		text_put_number(t, "mtu", dev->mtu);
	if (is_remote(dev))
		text_put_word(t, "remote",
			      ipnames_hwaddr(&dev->broadcast, dev->type, buf));
	if (has_other_perm_address(dev))
		text_put_word(t, "permaddr",
			      ipnames_hwaddr(&dev->perm_address, dev->type,
					     buf));
	if (dev->qdisc && !is_usual_qdisc(dev->qdisc))
		text_put_word(t, "qdisc", dev->qdisc);
	if (HAS(dev, NSINFO_A_DEV_TXQLEN) && dev->txqlen != 1000 &&
	    dev->txqlen)
		text_put_number(t, "txqlen", dev->txqlen);
	if (dev->group)
		text_put_word(t, "group",
			      ipnames_group(t->how->names, dev->group, buf));
	if (dev->promiscuity > is_bridge_port(dev))
		text_put_number(t, "promiscuity", dev->promiscuity);
	if (dev->allmulti > is_bridge_port(dev))
		text_put_number(t, "allmulti", dev->allmulti);
	if (dev->link_mode) {
		const char *mode = ipnames_linkmode(dev->link_mode);

		if (mode)
			text_put_word(t, "linkmode", mode);
		else
			text_put_number(t, "linkmode", dev->link_mode);
	}
	if (HAS(dev, NSINFO_A_DEV_ALIAS))
		text_put_word(t, "alias", dev->alias);
}

static void put_dev_line(struct text *t, const struct dev *dev,
			 const struct text_widths *w)
{
	put_columns(t, dev, w);
	put_master(t, dev);
	text_wiring(t, dev);
	put_unusual(t, dev);
	text_end_line(t);
}

void text_dev(struct text *t, const struct dev *dev, bool last,
	      const struct text_widths *w)
{
	fputs(last ? t->glyphs->last : t->glyphs->branch, t->f);
	t->column = 3;
	t->rail = last ? t->glyphs->none : t->glyphs->rail;
	t->indent = 4;
	put_dev_line(t, dev, w);
	text_details(t, dev);
	text_addrs(t, dev);
	if (t->how->stats && dev->stats)
		text_stats(t, dev->stats);
}

