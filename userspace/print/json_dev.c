// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include <linux/if.h>
#include <linux/if_addr.h>

#include "model/details_value.h"
#include "print/json_netns.h"

void json_uint_if(struct json_out *o, const char *key, bool there,
		  uint64_t value)
{
	if (there)
		json_uint(&o->j, key, value);
}

void json_string_if(struct json_out *o, const char *key, bool there,
		    const char *value)
{
	if (there)
		json_string(&o->j, key, value);
}

#define FOREVER		UINT32_MAX

static void put_hex(struct json_out *o, const char *key, uint32_t value)
{
	snprintf(o->buf, sizeof(o->buf), "%02x", value);
	json_string(&o->j, key, o->buf);
}

/* The driver of these kinds tells rtnetlink of no device below. */
static bool is_link_of_core(const struct dev *dev)
{
	return HAS(dev, NSINFO_A_DEV_KIND) &&
	       (!strcmp(dev->kind, "vxlan") || !strcmp(dev->kind, "amt"));
}

static void put_dev_flags(struct json_out *o, const struct dev *dev)
{
	const struct ipnames_flag *flag;
	uint32_t rest = dev->flags & ~IFF_RUNNING;

	json_array(&o->j, "flags");
	if (dev->flags & IFF_UP && !(dev->flags & IFF_RUNNING))
		json_string(&o->j, NULL, "NO-CARRIER");
	for (flag = ipnames_dev_flags; flag->name; flag++)
		if (dev->flags & flag->mask)
			json_string(&o->j, NULL, flag->name);
	for (flag = ipnames_dev_flags; flag->name; flag++)
		rest &= ~flag->mask;
	if (rest)
		put_hex(o, NULL, rest);
	/* As ip: only where the device below is in sight. */
	if (dev->link_dev && !HAS(dev, NSINFO_A_DEV_LINK_FOREIGN) &&
	    !is_link_of_core(dev) && !(dev->link_dev->flags & IFF_UP))
		json_string(&o->j, NULL, "M-DOWN");
	json_array_end(&o->j);
}

static const char *dev_name(struct json_out *o, const struct dev *dev,
			    uint32_t ifindex)
{
	if (dev)
		return dev->ifname;
	snprintf(o->buf, sizeof(o->buf), "if%u", ifindex);
	return o->buf;
}

static void put_link(struct json_out *o, const struct dev *dev)
{
	if (!HAS(dev, NSINFO_A_DEV_LINK))
		return;
	if (!dev->link)
		json_null(&o->j, "link");
	else if (HAS(dev, NSINFO_A_DEV_LINK_FOREIGN))
		json_uint(&o->j, "link_index", dev->link);
	else
		json_string(&o->j, "link",
			    dev_name(o, dev->link_dev, dev->link));
}

static void put_named(struct json_out *o, const char *key, const char *name,
		      uint32_t value)
{
	char index_key[32];

	if (name) {
		json_string(&o->j, key, name);
		return;
	}
	snprintf(index_key, sizeof(index_key), "%s_index", key);
	json_uint(&o->j, index_key, value);
}

static void put_states(struct json_out *o, const struct dev *dev)
{
	if (HAS(dev, NSINFO_A_DEV_MASTER))
		json_string(&o->j, "master",
			    dev_name(o, dev->master_dev, dev->master));
	if (HAS(dev, NSINFO_A_DEV_OPERSTATE))
		put_named(o, "operstate", ipnames_operstate(dev->operstate),
			  dev->operstate);
	if (HAS(dev, NSINFO_A_DEV_LINK_MODE))
		put_named(o, "linkmode", ipnames_linkmode(dev->link_mode),
			  dev->link_mode);
	if (HAS(dev, NSINFO_A_DEV_GROUP))
		json_string(&o->j, "group",
			    ipnames_group(o->how->names, dev->group, o->buf));
	if (dev->txqlen)
		json_uint(&o->j, "txqlen", dev->txqlen);
}

static void put_hwaddr(struct json_out *o, const char *key, const struct dev *dev,
		       const struct bytes *addr)
{
	if (addr->len)
		json_string(&o->j, key,
			    ipnames_hwaddr(addr, dev->type, o->buf));
}

static bool same_bytes(const struct bytes *a, const struct bytes *b)
{
	return a->len == b->len && !memcmp(a->data, b->data, a->len);
}

static void put_hwaddrs(struct json_out *o, const struct dev *dev)
{
	json_string(&o->j, "link_type", ipnames_link_type(dev->type, o->buf));
	put_hwaddr(o, "address", dev, &dev->address);
	if (dev->broadcast.len && dev->flags & IFF_POINTOPOINT)
		json_true(&o->j, "link_pointtopoint");
	put_hwaddr(o, "broadcast", dev, &dev->broadcast);
	if (dev->perm_address.len &&
	    !same_bytes(&dev->perm_address, &dev->address))
		put_hwaddr(o, "permaddr", dev, &dev->perm_address);
}

static void put_linkinfo(struct json_out *o, const struct dev *dev)
{
	const struct dev *master = dev->master_dev;
	bool slave = master && HAS(master, NSINFO_A_DEV_KIND);

	if (!slave && !HAS(dev, NSINFO_A_DEV_KIND) &&
	    !details_member(dev->details, "linkinfo"))
		return;
	json_object(&o->j, "linkinfo");
	json_string_if(o, "info_kind", HAS(dev, NSINFO_A_DEV_KIND), dev->kind);
	if (slave)
		json_string(&o->j, "info_slave_kind", master->kind);
	json_linkinfo_details(o, dev);
	json_object_end(&o->j);
}

static void put_details(struct json_out *o, const struct dev *dev)
{
	json_uint_if(o, "promiscuity", HAS(dev, NSINFO_A_DEV_PROMISCUITY),
		     dev->promiscuity);
	json_uint_if(o, "allmulti", HAS(dev, NSINFO_A_DEV_ALLMULTI), dev->allmulti);
	json_uint_if(o, "min_mtu", HAS(dev, NSINFO_A_DEV_MIN_MTU), dev->min_mtu);
	/* No limit is no attribute on the wire and 0 in the output of ip. */
	json_uint(&o->j, "max_mtu", dev->max_mtu);
	put_linkinfo(o, dev);
	json_uint_if(o, "num_tx_queues", HAS(dev, NSINFO_A_DEV_NUM_TX_QUEUES),
		     dev->num_tx_queues);
	json_uint_if(o, "num_rx_queues", HAS(dev, NSINFO_A_DEV_NUM_RX_QUEUES),
		     dev->num_rx_queues);
	json_string_if(o, "ifalias", HAS(dev, NSINFO_A_DEV_ALIAS), dev->alias);
	json_string_if(o, "parentbus", dev->parent_bus, dev->parent_bus);
	json_string_if(o, "parentdev", dev->parent_dev, dev->parent_dev);
}

static void put_peer(struct json_out *o, const struct dev *dev)
{
	if (HAS(dev, NSINFO_A_DEV_PEER)) {
		json_object(&o->j, "peer");
		json_uint(&o->j, "ns", dev->peer.netns_inum);
		json_uint(&o->j, "id", dev->peer.netns_id);
		json_uint(&o->j, "ifindex", dev->peer.ifindex);
		json_string(&o->j, "ifname", dev->peer.ifname);
		json_object_end(&o->j);
	}
	if (HAS(dev, NSINFO_A_DEV_LINK_NETNS)) {
		json_object(&o->j, "link_netns");
		json_uint(&o->j, "ns", dev->link_netns.inum);
		json_uint(&o->j, "id", dev->link_netns.id);
		json_object_end(&o->j);
	}
}

static void put_addr_flags(struct json_out *o, const struct addr *addr)
{
	const struct ipnames_flag *flag;
	uint32_t rest = addr->flags;

	for (flag = ipnames_addr_flags; flag->name; flag++) {
		bool set = addr->flags & flag->mask;

		rest &= ~flag->mask;
		if (flag->mask == IFA_F_PERMANENT && !set)
			json_true(&o->j, "dynamic");
		else if (flag->mask != IFA_F_PERMANENT && set)
			json_true(&o->j,
				  ipnames_addr_flag(flag, addr->family));
	}
	if (rest)
		put_hex(o, "ifa_flags", rest);
}

/* A lifetime that runs is a clock reading: only if asked for. */
static void put_lifetime(struct json_out *o, const char *key, uint32_t seconds)
{
	if (seconds == FOREVER || o->how->times)
		json_uint(&o->j, key, seconds);
}

static void put_inet(struct json_out *o, const char *key, const struct inet *inet)
{
	if (inet->len)
		json_string(&o->j, key, ipnames_inet(inet, o->buf));
}

void json_addr(struct json_out *o, const char *key, const struct addr *addr)
{
	json_object(&o->j, key);
	json_string(&o->j, "family", addr->local.len == 4 ? "inet" : "inet6");
	put_inet(o, "local", &addr->local);
	put_inet(o, "address", &addr->peer);
	json_uint(&o->j, "prefixlen", addr->prefixlen);
	json_uint_if(o, "metric", HAS(addr, NSINFO_A_ADDR_RT_PRIORITY),
		     addr->rt_priority);
	put_inet(o, "broadcast", &addr->broadcast);
	if (HAS(addr, NSINFO_A_ADDR_SCOPE))
		json_string(&o->j, "scope",
			    ipnames_scope(o->how->names, addr->scope, o->buf));
	if (HAS(addr, NSINFO_A_ADDR_FLAGS))
		put_addr_flags(o, addr);
	if (HAS(addr, NSINFO_A_ADDR_PROTO))
		json_string(&o->j, "protocol",
			    ipnames_addrproto(o->how->names, addr->proto,
					      o->buf));
	json_string_if(o, "label", HAS(addr, NSINFO_A_ADDR_LABEL), addr->label);
	if (HAS(addr, NSINFO_A_ADDR_VALID_LFT))
		put_lifetime(o, "valid_life_time", addr->valid_lft);
	if (HAS(addr, NSINFO_A_ADDR_PREFERRED_LFT))
		put_lifetime(o, "preferred_life_time", addr->preferred_lft);
	json_object_end(&o->j);
}

static void put_addrs(struct json_out *o, const struct dev *dev)
{
	uint32_t i;

	json_array(&o->j, "addr_info");
	for (i = 0; i < dev->n_addrs; i++)
		json_addr(o, NULL, &o->m->addrs[dev->first_addr + i]);
	json_array_end(&o->j);
}

static void put_counters(struct json_out *o, const char *key,
			 const struct ipnames_counter *c, const struct stats *stats)
{
	json_object(&o->j, key);
	for (; c->key; c++)
		if (HAS(stats, c->attr) && (c->always || stats->count[c->attr]))
			json_uint(&o->j, c->key, stats->count[c->attr]);
	json_object_end(&o->j);
}

static void put_stats(struct json_out *o, const struct dev *dev)
{
	if (!o->how->stats || !dev->stats)
		return;
	json_object(&o->j, "stats64");
	put_counters(o, "rx", ipnames_rx_counters, dev->stats);
	put_counters(o, "tx", ipnames_tx_counters, dev->stats);
	json_object_end(&o->j);
}

void json_dev(struct json_out *o, const char *key, const struct dev *dev)
{
	json_object(&o->j, key);
	json_uint(&o->j, "ifindex", dev->ifindex);
	put_link(o, dev);
	json_string(&o->j, "ifname", dev->ifname);
	put_dev_flags(o, dev);
	json_uint_if(o, "mtu", HAS(dev, NSINFO_A_DEV_MTU), dev->mtu);
	json_string_if(o, "qdisc", HAS(dev, NSINFO_A_DEV_QDISC), dev->qdisc);
	put_states(o, dev);
	put_hwaddrs(o, dev);
	put_details(o, dev);
	put_peer(o, dev);
	put_stats(o, dev);
	put_addrs(o, dev);
	json_details(o, dev);
	json_object_end(&o->j);
}
