// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>

#include "messages.h"
#include "wire/decode.h"

static void put_created(struct msg *m, const struct netns_spec *spec)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start(m->nlh, NSINFO_A_NETNS_CREATED);
	mnl_attr_put(m->nlh, NSINFO_A_CREATED_PAD, 0, NULL);
	mnl_attr_put_u64(m->nlh, NSINFO_A_CREATED_TIME, spec->time);
	if (spec->pid)
		mnl_attr_put_u32(m->nlh, NSINFO_A_CREATED_PID, spec->pid);
	if (spec->comm)
		mnl_attr_put_strz(m->nlh, NSINFO_A_CREATED_COMM, spec->comm);
	mnl_attr_put_u32(m->nlh, NSINFO_A_CREATED_UID, spec->by_uid);
	mnl_attr_nest_end(m->nlh, nest);
}

static void put_waiting(struct msg *m, uint32_t ifindex, const char *name,
			const char *kind, uint64_t since)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start(m->nlh, NSINFO_A_NETNS_WAITING);
	mnl_attr_put_u32(m->nlh, NSINFO_A_WAITING_IFINDEX, ifindex);
	mnl_attr_put_strz(m->nlh, NSINFO_A_WAITING_IFNAME, name);
	if (kind)
		mnl_attr_put_strz(m->nlh, NSINFO_A_WAITING_KIND, kind);
	mnl_attr_put_u32(m->nlh, NSINFO_A_WAITING_REFS, ifindex + 1);
	mnl_attr_put_u64(m->nlh, NSINFO_A_WAITING_SINCE, since);
	mnl_attr_put_u64(m->nlh, NSINFO_A_WAITING_TOLD_AT, since);
	mnl_attr_nest_end(m->nlh, nest);
}

/* Two devices, of three. */
static void put_since(struct msg *m, uint64_t since)
{
	mnl_attr_put_u64(m->nlh, NSINFO_A_NETNS_DYING_SINCE, since);
	mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_NWAITING, 3);
	put_waiting(m, 1, "lo", NULL, since + 1000000);
	put_waiting(m, 4, "wg0", "wireguard", since + 2000000);
}

void messages_netns(struct msg *m, const struct netns_spec *spec)
{
	msg_init(m);
	mnl_attr_put_u64(m->nlh, NSINFO_A_NETNS_ID, spec->id);
	mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_INUM, spec->inum);
	mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_STATE,
			 spec->queued ? NSINFO_NETNS_STATE_QUEUED :
					spec->dying);
	if (spec->inactive)
		mnl_attr_put(m->nlh, NSINFO_A_NETNS_INACTIVE, 0, NULL);
	if (spec->since)
		put_since(m, spec->since);
	if (spec->init)
		mnl_attr_put(m->nlh, NSINFO_A_NETNS_INIT, 0, NULL);
	if (spec->self)
		mnl_attr_put(m->nlh, NSINFO_A_NETNS_SELF, 0, NULL);
	if (spec->userns) {
		mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_OWNER_USERNS,
				 spec->userns);
		mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_OWNER_UID, spec->uid);
	}
	if (spec->nsid)
		mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_NSID, spec->nsid - 1);
	if (spec->refs)
		mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_REFS, spec->refs);
	if (spec->time)
		put_created(m, spec);
}

static void put_inet(struct msg *m, uint16_t type, const char *text)
{
	unsigned char addr[16];
	bool v6;

	if (!text)
		return;
	v6 = strchr(text, ':');
	expect_int(inet_pton(v6 ? AF_INET6 : AF_INET, text, addr), 1);
	mnl_attr_put(m->nlh, type, v6 ? 16 : 4, addr);
}

void messages_addr(struct msg *m, const struct addr_spec *spec)
{
	uint32_t flags = spec->flags | (spec->dynamic ? 0 : IFA_F_PERMANENT);
	uint32_t family = strchr(spec->local, ':') ? AF_INET6 : AF_INET;
	struct nlattr *nest;

	nest = mnl_attr_nest_start(m->nlh, NSINFO_A_DEV_ADDR);
	mnl_attr_put_u32(m->nlh, NSINFO_A_ADDR_FAMILY, family);
	put_inet(m, NSINFO_A_ADDR_LOCAL, spec->local);
	put_inet(m, NSINFO_A_ADDR_PEER, spec->peer);
	mnl_attr_put_u32(m->nlh, NSINFO_A_ADDR_PREFIXLEN, spec->prefixlen);
	mnl_attr_put_u32(m->nlh, NSINFO_A_ADDR_SCOPE, spec->scope);
	mnl_attr_put_u32(m->nlh, NSINFO_A_ADDR_FLAGS, flags);
	if (spec->label)
		mnl_attr_put_strz(m->nlh, NSINFO_A_ADDR_LABEL, spec->label);
	put_inet(m, NSINFO_A_ADDR_BROADCAST, spec->broadcast);
	if (spec->proto)
		mnl_attr_put_u32(m->nlh, NSINFO_A_ADDR_PROTO, spec->proto);
	if (spec->metric)
		mnl_attr_put_u32(m->nlh, NSINFO_A_ADDR_RT_PRIORITY,
				 spec->metric);
	mnl_attr_put_u32(m->nlh, NSINFO_A_ADDR_VALID_LFT,
			 spec->valid ? spec->valid : UINT32_MAX);
	mnl_attr_put_u32(m->nlh, NSINFO_A_ADDR_PREFERRED_LFT,
			 spec->valid ? spec->preferred : UINT32_MAX);
	mnl_attr_nest_end(m->nlh, nest);
}

static void put_addrs(struct msg *m, const struct dev_spec *spec)
{
	const struct addr_spec *addr;

	for (addr = spec->addrs; addr && addr->local; addr++)
		messages_addr(m, addr);
}

/* "02:00:00:00:00:01" -> bytes. Returns how many. */
static size_t put_mac(struct msg *m, uint16_t type, const char *text)
{
	unsigned char mac[32];
	unsigned int byte;
	size_t n = 0;

	while (text && sscanf(text, "%2x", &byte) == 1) {
		mac[n++] = byte;
		text = strchr(text, ':');
		text = text ? text + 1 : NULL;
	}
	if (n)
		mnl_attr_put(m->nlh, type, n, mac);
	return n;
}

static void put_macs(struct msg *m, const struct dev_spec *spec)
{
	static const unsigned char ones[32] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	};
	size_t n = put_mac(m, NSINFO_A_DEV_ADDRESS, spec->mac);

	if (spec->broadcast)
		put_mac(m, NSINFO_A_DEV_BROADCAST, spec->broadcast);
	else if (n)
		mnl_attr_put(m->nlh, NSINFO_A_DEV_BROADCAST, n, ones);
	put_mac(m, NSINFO_A_DEV_PERM_ADDRESS, spec->perm);
}

static void put_key(struct msg *m, const struct dev_spec *spec)
{
	msg_init(m);
	mnl_attr_put_u64(m->nlh, NSINFO_A_DEV_NETNS_ID, spec->netns);
	mnl_attr_put_u32(m->nlh, NSINFO_A_DEV_NETNS_INUM, spec->inum);
	mnl_attr_put_u32(m->nlh, NSINFO_A_DEV_IFINDEX, spec->ifindex);
}

static void put_numbers(struct msg *m, const struct dev_spec *spec)
{
	const struct { uint16_t attr; uint32_t value; } u32[] = {
		{ NSINFO_A_DEV_FLAGS, spec->flags },
		{ NSINFO_A_DEV_OPERSTATE, spec->operstate },
		{ NSINFO_A_DEV_LINK_MODE, spec->link_mode },
		{ NSINFO_A_DEV_MTU, spec->mtu ? spec->mtu : 1500 },
		{ NSINFO_A_DEV_MIN_MTU, 68 },
		{ NSINFO_A_DEV_TYPE, spec->type ? spec->type : ARPHRD_ETHER },
		{ NSINFO_A_DEV_GROUP, spec->group },
		{ NSINFO_A_DEV_TXQLEN, spec->txqlen ? spec->txqlen : 1000 },
		{ NSINFO_A_DEV_PROMISCUITY, spec->promiscuity },
		{ NSINFO_A_DEV_ALLMULTI, spec->allmulti },
		{ NSINFO_A_DEV_NUM_TX_QUEUES, 1 },
		{ NSINFO_A_DEV_NUM_RX_QUEUES, 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(u32); i++)
		mnl_attr_put_u32(m->nlh, u32[i].attr, u32[i].value);
}

static void put_strings(struct msg *m, const struct dev_spec *spec)
{
	mnl_attr_put_strz(m->nlh, NSINFO_A_DEV_IFNAME, spec->name);
	mnl_attr_put_strz(m->nlh, NSINFO_A_DEV_QDISC,
			  spec->qdisc ? spec->qdisc : "noqueue");
	if (spec->kind)
		mnl_attr_put_strz(m->nlh, NSINFO_A_DEV_KIND, spec->kind);
	if (spec->alias)
		mnl_attr_put_strz(m->nlh, NSINFO_A_DEV_ALIAS, spec->alias);
}

static void put_link_netns(struct msg *m, const struct dev_spec *spec)
{
	struct nlattr *nest;

	nest = mnl_attr_nest_start(m->nlh, NSINFO_A_DEV_LINK_NETNS);
	mnl_attr_put_u64(m->nlh, NSINFO_A_NETNS_REF_ID, spec->link_id);
	mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_REF_INUM, spec->link_inum);
	mnl_attr_nest_end(m->nlh, nest);
}

static void put_place(struct msg *m, uint16_t type, uint64_t id, uint32_t inum,
		      uint32_t ifindex, const char *name)
{
	struct nlattr *nest = mnl_attr_nest_start(m->nlh, type);

	mnl_attr_put_u64(m->nlh, NSINFO_A_PEER_NETNS_ID, id);
	mnl_attr_put_u32(m->nlh, NSINFO_A_PEER_NETNS_INUM, inum);
	mnl_attr_put_u32(m->nlh, NSINFO_A_PEER_IFINDEX, ifindex);
	mnl_attr_put_strz(m->nlh, NSINFO_A_PEER_IFNAME, name);
	mnl_attr_nest_end(m->nlh, nest);
}

static void put_links(struct msg *m, const struct dev_spec *spec)
{
	if (spec->master)
		mnl_attr_put_u32(m->nlh, NSINFO_A_DEV_MASTER, spec->master);
	if (spec->link || spec->link_none)
		mnl_attr_put_u32(m->nlh, NSINFO_A_DEV_LINK, spec->link);
	if (spec->foreign)
		mnl_attr_put(m->nlh, NSINFO_A_DEV_LINK_FOREIGN, 0, NULL);
	if (spec->link_id)
		put_link_netns(m, spec);
	if (spec->peer_id)
		put_place(m, NSINFO_A_DEV_PEER, spec->peer_id, spec->peer_inum,
			  spec->peer_ifindex, spec->peer_name);
}

static void put_stats(struct msg *m)
{
	struct nlattr *nest = mnl_attr_nest_start(m->nlh, NSINFO_A_DEV_STATS);
	uint16_t attr;

	for (attr = NSINFO_A_STATS_PAD + 1; attr <= NSINFO_A_STATS_MAX; attr++)
		mnl_attr_put_u64(m->nlh, attr, 1000 + attr);
	mnl_attr_nest_end(m->nlh, nest);
}

void messages_dev(struct msg *m, const struct dev_spec *spec)
{
	put_key(m, spec);
	put_strings(m, spec);
	put_numbers(m, spec);
	put_macs(m, spec);
	put_links(m, spec);
	if (spec->stats)
		put_stats(m);
	if (spec->more)
		mnl_attr_put(m->nlh, NSINFO_A_DEV_MORE, 0, NULL);
	put_addrs(m, spec);
}

void messages_dev_part(struct msg *m, const struct dev_spec *spec)
{
	put_key(m, spec);
	if (spec->more)
		mnl_attr_put(m->nlh, NSINFO_A_DEV_MORE, 0, NULL);
	put_addrs(m, spec);
}

void messages_event(struct msg *m, uint16_t type,
		    const struct event_spec *spec)
{
	struct nlattr *nest = mnl_attr_nest_start(m->nlh, type);

	mnl_attr_put_u64(m->nlh, NSINFO_A_EVENT_SEQ, spec->seq);
	mnl_attr_put_u64(m->nlh, NSINFO_A_EVENT_TIME, spec->time);
	if (spec->changed)
		mnl_attr_put_u32(m->nlh, NSINFO_A_EVENT_CHANGED, spec->changed);
	if (spec->from_id)
		put_place(m, NSINFO_A_EVENT_FROM, spec->from_id,
			  spec->from_inum, spec->from_ifindex,
			  spec->from_name);
	mnl_attr_nest_end(m->nlh, nest);
}

void messages_decode(struct model *m, const struct netns_spec *netns,
		     size_t n_netns, const struct dev_spec *devs,
		     size_t n_devs)
{
	struct err err = { 0 };
	struct msg msg;
	size_t i;

	for (i = 0; i < n_netns; i++) {
		messages_netns(&msg, &netns[i]);
		expect_int(decode_netns(m, msg_data(&msg), msg_len(&msg),
					&err), 0);
	}
	for (i = 0; i < n_devs; i++) {
		messages_dev(&msg, &devs[i]);
		expect_int(decode_dev(m, msg_data(&msg), msg_len(&msg), &err),
			   0);
	}
}
