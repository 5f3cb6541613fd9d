// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netinet/in.h>

#include "base/util.h"
#include "cmd/holders/account.h"
#include "inside/peek.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP	262
#endif

const char *holders_type_name(enum hold_type type)
{
	static const char *const names[] = {
		[HOLD_PROCESS] = "process", [HOLD_THREAD] = "thread",
		[HOLD_MOUNT] = "mount", [HOLD_NSFS_FD] = "nsfs-fd",
		[HOLD_SOCKET] = "socket", [HOLD_TUN] = "tun",
		[HOLD_PROC_FILE] = "proc-file", [HOLD_MAPPING] = "mapping",
		[HOLD_URING] = "io_uring",
	};

	return names[type];
}

const char *holders_state_name(const struct hold *hold)
{
	if (hold->family != AF_INET && hold->family != AF_INET6 &&
	    hold->family != AF_UNIX && hold->family != AF_VSOCK)
		return NULL;
	return peek_state_name(PEEK_TCP, hold->state);
}

struct word {
	uint32_t number;
	const char *word;
};

static const char *find(const struct word *words, size_t n, uint32_t number,
			char *buf)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (words[i].number == number)
			return words[i].word;
	snprintf(buf, HOLDERS_WORD, "%u", number);
	return buf;
}

const char *holders_family_name(uint32_t family, char *buf)
{
	static const struct word words[] = {
		{ AF_UNIX, "unix" }, { AF_INET, "inet" }, { AF_INET6, "inet6" },
		{ AF_NETLINK, "netlink" }, { AF_PACKET, "packet" },
		{ AF_VSOCK, "vsock" }, { AF_ALG, "alg" }, { AF_CAN, "can" },
		{ AF_BLUETOOTH, "bluetooth" }, { AF_TIPC, "tipc" },
		{ AF_RDS, "rds" }, { AF_KEY, "key" }, { 43, "smc" },
		{ 44, "xdp" }, { 45, "mctp" },
	};

	return find(words, ARRAY_SIZE(words), family, buf);
}

const char *holders_sock_type_name(uint32_t type, char *buf)
{
	static const struct word words[] = {
		{ SOCK_STREAM, "stream" }, { SOCK_DGRAM, "dgram" },
		{ SOCK_RAW, "raw" }, { SOCK_SEQPACKET, "seqpacket" },
	};

	return find(words, ARRAY_SIZE(words), type, buf);
}

const char *holders_protocol_name(uint32_t family, uint32_t protocol,
				  char *buf)
{
	static const struct word ip[] = {
		{ IPPROTO_TCP, "tcp" }, { IPPROTO_UDP, "udp" },
		{ IPPROTO_ICMP, "icmp" }, { IPPROTO_ICMPV6, "icmpv6" },
		{ IPPROTO_SCTP, "sctp" }, { IPPROTO_UDPLITE, "udplite" },
		{ IPPROTO_RAW, "raw" }, { IPPROTO_MPTCP, "mptcp" },
		{ 33, "dccp" },
	};
	static const struct word netlink[] = {
		{ NETLINK_ROUTE, "route" }, { NETLINK_SOCK_DIAG, "sock_diag" },
		{ NETLINK_XFRM, "xfrm" }, { NETLINK_AUDIT, "audit" },
		{ NETLINK_NETFILTER, "netfilter" },
		{ NETLINK_KOBJECT_UEVENT, "uevent" },
		{ NETLINK_GENERIC, "generic" },
	};

	if (family == AF_INET || family == AF_INET6)
		return find(ip, ARRAY_SIZE(ip), protocol, buf);
	if (family == AF_NETLINK)
		return find(netlink, ARRAY_SIZE(netlink), protocol, buf);
	return protocol ? find(NULL, 0, protocol, buf) : NULL;
}
