// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_addr.h>

#include "base/array.h"
#include "cmd/monitor/object.h"
#include "cmd/monitor/view.h"

#define BIT(attr)	(1ull << (attr))

/* What the attributes of a device are called when they change. */
static const struct {
	uint64_t attrs;
	uint32_t changed;
} changes[] = {
	{ BIT(NSINFO_A_DEV_IFNAME), NSINFO_DEV_CHANGED_NAME },
	{ BIT(NSINFO_A_DEV_FLAGS) | BIT(NSINFO_A_DEV_OPERSTATE) |
	  BIT(NSINFO_A_DEV_LINK_MODE) | BIT(NSINFO_A_DEV_GROUP) |
	  BIT(NSINFO_A_DEV_ALIAS), NSINFO_DEV_CHANGED_STATE },
	{ BIT(NSINFO_A_DEV_MTU), NSINFO_DEV_CHANGED_MTU },
	{ BIT(NSINFO_A_DEV_TXQLEN), NSINFO_DEV_CHANGED_TXQLEN },
	{ BIT(NSINFO_A_DEV_ADDRESS) | BIT(NSINFO_A_DEV_BROADCAST) |
	  BIT(NSINFO_A_DEV_PERM_ADDRESS), NSINFO_DEV_CHANGED_ADDRESS },
	{ BIT(NSINFO_A_DEV_TYPE) | BIT(NSINFO_A_DEV_KIND),
	  NSINFO_DEV_CHANGED_TYPE },
	{ BIT(NSINFO_A_DEV_MASTER), NSINFO_DEV_CHANGED_MASTER },
	{ BIT(NSINFO_A_DEV_LINK) | BIT(NSINFO_A_DEV_LINK_FOREIGN) |
	  BIT(NSINFO_A_DEV_LINK_NETNS), NSINFO_DEV_CHANGED_LINK },
	{ BIT(NSINFO_A_DEV_PEER), NSINFO_DEV_CHANGED_PEER },
};

/* Told anew only where more than the clock changed it. */
#define ADDR_SILENT	(BIT(NSINFO_A_ADDR_VALID_LFT) | \
			 BIT(NSINFO_A_ADDR_PREFERRED_LFT))

static uint32_t changed_bits(const struct dev *a, const struct dev *b)
{
	uint64_t diff = object_diff(&wire_dev, a, b);
	uint32_t bits = 0;
	size_t i;

	for (i = 0; i < sizeof(changes) / sizeof(*changes); i++)
		if (diff & changes[i].attrs)
			bits |= changes[i].changed;
	return bits;
}

/* Where to tell what happens; @cb may be NULL. */
struct teller {
	view_cb cb;
	void *data;
	const struct event *event;
};

static int tell(const struct teller *t, struct happening h)
{
	h.event = t->event;
	return t->cb ? t->cb(&h, t->data) : 0;
}

static int tell_netns(const struct teller *t, uint8_t cmd,
		      const struct netns *ns)
{
	return tell(t, (struct happening){ .cmd = cmd, .ns = ns });
}

static int tell_dev(const struct teller *t, uint8_t cmd,
		    const struct dev *dev)
{
	return tell(t, (struct happening){ .cmd = cmd, .dev = dev });
}

static int tell_change(const struct teller *t, const struct dev *dev,
		       const struct dev *was, uint32_t changed)
{
	return tell(t, (struct happening){
			.cmd = NSINFO_CMD_DEV_CHANGE_NTF, .dev = dev,
			.was = was, .changed = changed });
}

static int tell_addr(const struct teller *t, uint8_t cmd,
		     const struct dev *dev, const struct addr *addr)
{
	return tell(t, (struct happening){ .cmd = cmd, .dev = dev,
					   .addr = addr });
}

/* Where it is, or has to be. */
static size_t netns_at(const struct view *v, uint64_t id)
{
	size_t lo = 0, hi = v->n_netns;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v->netns[mid]->netns.id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct view_netns *find_netns(const struct view *v, uint64_t id)
{
	size_t at = netns_at(v, id);

	return at < v->n_netns && v->netns[at]->netns.id == id ?
	       v->netns[at] : NULL;
}

static size_t dev_at(const struct view_netns *ns, uint32_t ifindex)
{
	size_t lo = 0, hi = ns->n_devs;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (ns->devs[mid]->dev.ifindex < ifindex)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct view_dev *find_dev(const struct view_netns *ns, uint32_t ifindex)
{
	size_t at = ns ? dev_at(ns, ifindex) : 0;

	return ns && at < ns->n_devs && ns->devs[at]->dev.ifindex == ifindex ?
	       ns->devs[at] : NULL;
}

static bool is_same_addr(const struct addr *a, const struct addr *b)
{
	if (a->local.len != b->local.len ||
	    memcmp(a->local.data, b->local.data, a->local.len))
		return false;
	return a->local.len == 16 ||
	       (a->prefixlen == b->prefixlen &&
		a->peer.len == b->peer.len &&
		!memcmp(a->peer.data, b->peer.data, a->peer.len));
}

static struct addr *find_addr(const struct view_dev *dev,
			      const struct addr *addr)
{
	size_t i;

	for (i = 0; i < dev->n_addrs; i++)
		if (is_same_addr(&dev->addrs[i], addr))
			return &dev->addrs[i];
	return NULL;
}

static void clear_addrs(struct view_dev *dev)
{
	while (dev->n_addrs)
		object_free(&wire_addr, &dev->addrs[--dev->n_addrs]);
	free(dev->addrs);
	dev->addrs = NULL;
}

static void free_dev(struct view_dev *dev)
{
	clear_addrs(dev);
	object_free(&wire_dev, &dev->dev);
	free(dev);
}

static void free_netns(struct view_netns *ns)
{
	while (ns->n_devs)
		free_dev(ns->devs[--ns->n_devs]);
	free(ns->devs);
	object_free(&wire_netns, &ns->netns);
	free(ns);
}

void view_clear(struct view *v)
{
	while (v->n_netns)
		free_netns(v->netns[--v->n_netns]);
	free(v->netns);
	v->netns = NULL;
}

const struct dev *view_dev(const struct view *v, uint64_t netns_id,
			   uint32_t ifindex)
{
	const struct view_dev *dev = find_dev(find_netns(v, netns_id), ifindex);

	return dev ? &dev->dev : NULL;
}

const struct dev *view_link(const struct view *v, const struct dev *dev)
{
	if (!dev->link)
		return NULL;
	if (HAS(dev, NSINFO_A_DEV_LINK_NETNS))
		return view_dev(v, dev->link_netns.id, dev->link);
	return HAS(dev, NSINFO_A_DEV_LINK_FOREIGN) ? NULL :
	       view_dev(v, dev->netns_id, dev->link);
}

bool view_has_inum(const struct view *v, uint32_t inum)
{
	size_t i;

	for (i = 0; i < v->n_netns; i++)
		if (v->netns[i]->netns.inum == inum)
			return true;
	return false;
}

/* One step each: change the view, and tell. */

static int add_netns(struct view *v, const struct netns *from)
{
	struct view_netns *ns = calloc(1, sizeof(*ns)), **at;

	if (!ns || object_copy(&wire_netns, &ns->netns, from)) {
		free(ns);
		return -ENOMEM;
	}
	at = array_insert(&v->netns, &v->n_netns, &v->cap_netns,
			  netns_at(v, from->id));
	if (!at) {
		free_netns(ns);
		return -ENOMEM;
	}
	*at = ns;
	return 0;
}

static int replace_netns(struct view_netns *ns, const struct netns *from)
{
	struct netns copy;

	if (object_copy(&wire_netns, &copy, from))
		return -ENOMEM;
	object_free(&wire_netns, &ns->netns);
	ns->netns = copy;
	return 0;
}

static int put_netns(struct view *v, const struct netns *from,
		     const struct teller *t)
{
	struct view_netns *ns = find_netns(v, from->id);
	uint32_t was = ns ? ns->netns.state : 0;
	int ret;

	if (!ns) {
		ret = add_netns(v, from);
		return ret ? ret : tell_netns(t, NSINFO_CMD_NETNS_ADD_NTF,
					      &find_netns(v, from->id)->netns);
	}
	ret = replace_netns(ns, from);
	if (!ret && was != from->state &&
	    from->state == NSINFO_NETNS_STATE_DYING)
		ret = tell_netns(t, NSINFO_CMD_NETNS_DYING_NTF, &ns->netns);
	return ret;
}

static int drop_dev(struct view_netns *ns, uint32_t ifindex,
		    const struct teller *t)
{
	struct view_dev *dev = find_dev(ns, ifindex);
	int ret;

	if (!dev)
		return 0;
	array_remove(ns->devs, &ns->n_devs, sizeof(*ns->devs),
		     dev_at(ns, ifindex));
	ret = tell_dev(t, NSINFO_CMD_DEV_DEL_NTF, &dev->dev);
	free_dev(dev);
	return ret;
}

static int drop_netns(struct view *v, uint64_t id, const struct teller *t)
{
	struct view_netns *ns = find_netns(v, id);
	int ret = 0;

	if (!ns)
		return 0;
	while (ns->n_devs && !ret)
		ret = drop_dev(ns, ns->devs[ns->n_devs - 1]->dev.ifindex, t);
	if (ret)
		return ret;
	array_remove(v->netns, &v->n_netns, sizeof(*v->netns),
		     netns_at(v, id));
	ret = tell_netns(t, NSINFO_CMD_NETNS_DEL_NTF, &ns->netns);
	free_netns(ns);
	return ret;
}

static int add_dev(struct view_netns *ns, const struct dev *from)
{
	struct view_dev *dev = calloc(1, sizeof(*dev)), **at;

	if (!dev || object_copy(&wire_dev, &dev->dev, from)) {
		free(dev);
		return -ENOMEM;
	}
	at = array_insert(&ns->devs, &ns->n_devs, &ns->cap_devs,
			  dev_at(ns, from->ifindex));
	if (!at) {
		free_dev(dev);
		return -ENOMEM;
	}
	*at = dev;
	return 0;
}

static int replace_dev(struct view_dev *dev, const struct dev *from,
		       const struct teller *t)
{
	uint32_t bits = changed_bits(&dev->dev, from);
	struct dev was = dev->dev, copy;
	int ret;

	if (object_copy(&wire_dev, &copy, from))
		return -ENOMEM;
	dev->dev = copy;
	ret = bits ? tell_change(t, &dev->dev, &was, bits) : 0;
	object_free(&wire_dev, &was);
	return ret;
}

/* A device of a netns that is not known is one of a netns that is gone. */
static int put_dev(struct view *v, const struct dev *from,
		   const struct teller *t)
{
	struct view_netns *ns = find_netns(v, from->netns_id);
	struct view_dev *dev = find_dev(ns, from->ifindex);
	int ret;

	if (!ns)
		return 0;
	if (dev)
		return replace_dev(dev, from, t);
	ret = add_dev(ns, from);
	return ret ? ret : tell_dev(t, NSINFO_CMD_DEV_ADD_NTF,
				    &find_dev(ns, from->ifindex)->dev);
}

static int drop_addr(struct view_dev *dev, const struct addr *which,
		     const struct teller *t)
{
	struct addr *addr = dev ? find_addr(dev, which) : NULL;
	struct addr gone;
	int ret;

	if (!addr)
		return 0;
	gone = *addr;
	array_remove(dev->addrs, &dev->n_addrs, sizeof(*addr),
		     addr - dev->addrs);
	ret = tell_addr(t, NSINFO_CMD_ADDR_DEL_NTF, &dev->dev, &gone);
	object_free(&wire_addr, &gone);
	return ret;
}

static int put_addr(struct view_dev *dev, const struct addr *from,
		    const struct teller *t)
{
	struct addr *addr, copy;
	bool news = true;

	if (!dev)
		return 0;
	if (object_copy(&wire_addr, &copy, from))
		return -ENOMEM;
	addr = find_addr(dev, from);
	if (addr) {
		news = object_diff(&wire_addr, addr, from) & ~ADDR_SILENT;
		object_free(&wire_addr, addr);
	} else {
		addr = array_add(&dev->addrs, &dev->n_addrs, &dev->cap_addrs);
		if (!addr) {
			object_free(&wire_addr, &copy);
			return -ENOMEM;
		}
	}
	*addr = copy;
	return news ? tell_addr(t, NSINFO_CMD_ADDR_ADD_NTF, &dev->dev, from) :
		      0;
}

/* From one netns to another; silently where it was not known before. */
static int move_dev(struct view *v, const struct dev *to,
		    const struct teller *t)
{
	const struct teller silent = { 0 };
	const struct peer *from = &to->event->from;
	struct view_netns *ns = find_netns(v, from->netns_id);
	int ret = 0;

	if (ns)
		ret = drop_dev(ns, from->ifindex, &silent);
	ns = find_netns(v, to->netns_id);
	if (!ret && ns)
		ret = drop_dev(ns, to->ifindex, &silent);
	if (!ret && ns)
		ret = add_dev(ns, to);
	return ret ? ret : tell_dev(t, NSINFO_CMD_DEV_MOVE_NTF, to);
}

static int apply_netns(struct view *v, uint8_t cmd, const struct netns *ns,
		       struct teller *t)
{
	t->event = ns->event;
	if (cmd == NSINFO_CMD_NETNS_DEL_NTF)
		return drop_netns(v, ns->id, t);
	return put_netns(v, ns, t);
}

static int apply_dev(struct view *v, uint8_t cmd, const struct model *m,
		     struct teller *t)
{
	const struct dev *dev = &m->devs[0];
	struct view_netns *ns = find_netns(v, dev->netns_id);
	struct view_dev *known = find_dev(ns, dev->ifindex);

	t->event = dev->event;
	switch (cmd) {
	case NSINFO_CMD_DEV_ADD_NTF:
		if (known)
			clear_addrs(known);
		return put_dev(v, dev, t);
	case NSINFO_CMD_DEV_CHANGE_NTF:
		return known ? put_dev(v, dev, t) : 0;
	case NSINFO_CMD_DEV_DEL_NTF:
		return ns ? drop_dev(ns, dev->ifindex, t) : 0;
	case NSINFO_CMD_DEV_MOVE_NTF:
		return move_dev(v, dev, t);
	case NSINFO_CMD_ADDR_ADD_NTF:
		return put_addr(known, &m->addrs[0], t);
	case NSINFO_CMD_ADDR_DEL_NTF:
		return drop_addr(known, &m->addrs[0], t);
	}
	return 0;
}

int view_apply(struct view *v, uint8_t cmd, const struct model *m, view_cb cb,
	       void *data)
{
	struct teller t = { cb, data, NULL };

	return m->n_netns ? apply_netns(v, cmd, &m->netns[0], &t) :
			    apply_dev(v, cmd, m, &t);
}

struct happening view_happening(uint8_t cmd, const struct model *m)
{
	struct happening h = { .cmd = cmd };

	if (m->n_netns) {
		h.ns = &m->netns[0];
		h.event = h.ns->event;
		return h;
	}
	h.dev = &m->devs[0];
	h.event = h.dev->event;
	h.changed = h.event->changed;
	h.addr = m->n_addrs ? &m->addrs[0] : NULL;
	return h;
}

/* Comparing with a whole model. */

static bool has_addr(const struct model *m, const struct dev *dev,
		     const struct addr *addr)
{
	uint32_t i;

	for (i = 0; i < dev->n_addrs; i++)
		if (is_same_addr(&m->addrs[dev->first_addr + i], addr))
			return true;
	return false;
}

static int update_addrs(struct view_dev *known, const struct model *m,
			const struct dev *dev, const struct teller *t)
{
	size_t i;
	int ret = 0;

	for (i = known->n_addrs; i-- && !ret;)
		if (!has_addr(m, dev, &known->addrs[i]))
			ret = drop_addr(known, &known->addrs[i], t);
	for (i = 0; i < dev->n_addrs && !ret; i++)
		ret = put_addr(known, &m->addrs[dev->first_addr + i], t);
	return ret;
}

static int update_devs(struct view *v, const struct model *m,
		       const struct netns *ns, const struct teller *t)
{
	struct view_netns *known = find_netns(v, ns->id);
	size_t i;
	int ret = 0;

	for (i = known->n_devs; i-- && !ret;)
		if (!model_dev(m, ns, known->devs[i]->dev.ifindex))
			ret = drop_dev(known, known->devs[i]->dev.ifindex, t);
	for (i = 0; i < ns->n_devs && !ret; i++) {
		const struct dev *dev = &m->devs[ns->first_dev + i];

		ret = put_dev(v, dev, t);
		if (!ret)
			ret = update_addrs(find_dev(known, dev->ifindex), m,
					   dev, t);
	}
	return ret;
}

int view_update(struct view *v, const struct model *m, view_cb cb, void *data)
{
	const struct teller t = { cb, data, NULL };
	size_t i;
	int ret = 0;

	for (i = v->n_netns; i-- && !ret;)
		if (!model_netns(m, v->netns[i]->netns.id))
			ret = drop_netns(v, v->netns[i]->netns.id, &t);
	for (i = 0; i < m->n_netns && !ret; i++) {
		ret = put_netns(v, &m->netns[i], &t);
		if (!ret)
			ret = update_devs(v, m, &m->netns[i], &t);
	}
	return ret;
}
