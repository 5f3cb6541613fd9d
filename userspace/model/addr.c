// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include <linux/rtnetlink.h>

#include "model/addr.h"

static bool is_low6(const struct inet *ip, uint8_t max)
{
	static const uint8_t zero[15];

	return !memcmp(ip->data, zero, sizeof(zero)) && ip->data[15] <= max;
}

bool addr_is_loopback(const struct inet *ip)
{
	if (ip->len == 4)
		return ip->data[0] == 127;
	return ip->len == 16 && is_low6(ip, 1) && ip->data[15];
}

bool addr_is_link_local(const struct inet *ip)
{
	const uint8_t *a = ip->data;

	if (ip->len == 4)
		return a[0] == 169 && a[1] == 254;
	return ip->len == 16 && a[0] == 0xfe && (a[1] & 0xc0) == 0x80;
}

bool addr_is_link_only(const struct addr *addr)
{
	return addr->scope == RT_SCOPE_LINK || addr_is_link_local(&addr->local);
}

bool addr_is_unique(const struct addr *addr)
{
	const struct inet *ip = &addr->local;

	if (addr->scope == RT_SCOPE_HOST || addr_is_loopback(ip))
		return false;
	if (ip->len == 4)
		return ip->data[0] && ip->data[0] < 224;
	return ip->len == 16 && !is_low6(ip, 0) && ip->data[0] != 0xff;
}

bool addr_is_reachable(const struct inet *ip)
{
	return ip->len && !addr_is_loopback(ip) && !addr_is_link_local(ip);
}
