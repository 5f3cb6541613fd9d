// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "print/text.h"

#define FOREVER		UINT32_MAX

static uint32_t usual_scope(const struct inet *inet)
{
	static const uint8_t loopback[16] = { [15] = 1 };
	const uint8_t *a = inet->data;

	if (inet->len == 4)
		return a[0] == 127 ? RT_SCOPE_HOST :
		       a[0] == 169 && a[1] == 254 ? RT_SCOPE_LINK :
						    RT_SCOPE_UNIVERSE;
	if (!memcmp(a, loopback, sizeof(loopback)))
		return RT_SCOPE_HOST;
	return a[0] == 0xfe && (a[1] & 0xc0) == 0x80 ? RT_SCOPE_LINK :
						       RT_SCOPE_UNIVERSE;
}

/* Is the broadcast address the last one of the subnet? */
static bool is_usual_broadcast(const struct addr *addr)
{
	uint32_t local, broadcast, hosts;

	memcpy(&local, addr->local.data, sizeof(local));
	memcpy(&broadcast, addr->broadcast.data, sizeof(broadcast));
	hosts = addr->prefixlen ? (1ull << (32 - addr->prefixlen)) - 1 :
				  UINT32_MAX;
	return ntohl(broadcast) == (ntohl(local) | hosts);
}

static void add_lifetime(struct text *t, const char *what, uint32_t seconds)
{
	if (seconds != FOREVER && t->how->times)
		text_add(t, " %s %" PRIu32 "s", what, seconds);
}

static void add_addr_flags(struct text *t, const struct addr *addr)
{
	const struct ipnames_flag *flag;
	uint32_t flags = addr->flags;

	if (!HAS(addr, NSINFO_A_ADDR_FLAGS))
		return;
	if (!(flags & IFA_F_PERMANENT))
		text_add(t, " dynamic");
	flags &= ~IFA_F_PERMANENT;
	for (flag = ipnames_addr_flags; flag->name; flag++)
		if (flags & flag->mask)
			text_add(t, " %s", ipnames_addr_flag(flag, addr->family));
}

void text_addr(struct text *t, const struct dev *dev, const struct addr *addr)
{
	enum text_look style = addr->local.len == 4 ? INET : INET6;
	char buf[IPNAMES_SIZE];

	text_foreign(t, style, ipnames_inet(&addr->local, buf));
	if (addr->peer.len) {
		text_add(t, " peer ");
		text_foreign(t, style, ipnames_inet(&addr->peer, buf));
	}
	text_add(t, "/%" PRIu32, addr->prefixlen);
	if (addr->broadcast.len == 4 && !is_usual_broadcast(addr))
		text_add(t, " brd %s", ipnames_inet(&addr->broadcast, buf));
	if (HAS(addr, NSINFO_A_ADDR_SCOPE) &&
	    addr->scope != usual_scope(&addr->local)) {
		text_add(t, " scope ");
		text_foreign(t, PLAIN,
			     ipnames_scope(t->how->names, addr->scope, buf));
	}
	add_addr_flags(t, addr);
	if (HAS(addr, NSINFO_A_ADDR_RT_PRIORITY))
		text_add(t, " metric %" PRIu32, addr->rt_priority);
	if (addr->label && strcmp(addr->label, dev->ifname)) {
		text_add(t, " label ");
		text_foreign(t, PLAIN, addr->label);
	}
	add_lifetime(t, "valid", addr->valid_lft);
	add_lifetime(t, "preferred", addr->preferred_lft);
	text_put(t);
}

void text_addrs(struct text *t, const struct dev *dev)
{
	uint32_t i;

	if (!dev->n_addrs)
		return;
	text_start_line(t);
	for (i = 0; i < dev->n_addrs; i++)
		text_addr(t, dev, &t->m->addrs[dev->first_addr + i]);
	text_end_line(t);
}

/* "crc errors" for crc_errors. */
static void add_counter(struct text *t, const char *key, uint64_t count)
{
	text_add(t, "%" PRIu64 " ", count);
	for (; *key; key++)
		text_add(t, "%c", *key == '_' ? ' ' : *key);
	text_put(t);
}

static void put_counters(struct text *t, const char *direction,
			 const struct ipnames_counter *c,
			 const struct stats *stats)
{
	const struct ipnames_counter *first = c;

	text_start_line(t);
	t->indent += 4;
	text_add(t, "%s", direction);
	text_put(t);
	for (; c->key; c++)
		if (c - first < 2 || stats->count[c->attr])
			add_counter(t, c->key, stats->count[c->attr]);
	t->indent -= 4;
	text_end_line(t);
}

void text_stats(struct text *t, const struct stats *stats)
{
	put_counters(t, "rx", ipnames_rx_counters, stats);
	put_counters(t, "tx", ipnames_tx_counters, stats);
}
