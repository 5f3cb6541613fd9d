// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>

#include "base/util.h"
#include "print/ipnames.h"

#ifndef IFAPROT_KERNEL_LO
#define IFAPROT_KERNEL_LO	1
#define IFAPROT_KERNEL_RA	2
#define IFAPROT_KERNEL_LL	3
#endif

const struct ipnames_flag ipnames_dev_flags[] = {
	{ IFF_LOOPBACK, "LOOPBACK" },
	{ IFF_BROADCAST, "BROADCAST" },
	{ IFF_POINTOPOINT, "POINTOPOINT" },
	{ IFF_MULTICAST, "MULTICAST" },
	{ IFF_NOARP, "NOARP" },
	{ IFF_ALLMULTI, "ALLMULTI" },
	{ IFF_PROMISC, "PROMISC" },
	{ IFF_MASTER, "MASTER" },
	{ IFF_SLAVE, "SLAVE" },
	{ IFF_DEBUG, "DEBUG" },
	{ IFF_DYNAMIC, "DYNAMIC" },
	{ IFF_AUTOMEDIA, "AUTOMEDIA" },
	{ IFF_PORTSEL, "PORTSEL" },
	{ IFF_NOTRAILERS, "NOTRAILERS" },
	{ IFF_UP, "UP" },
	{ IFF_LOWER_UP, "LOWER_UP" },
	{ IFF_DORMANT, "DORMANT" },
	{ IFF_ECHO, "ECHO" },
	{ 0, NULL },
};

const struct ipnames_flag ipnames_addr_flags[] = {
	{ IFA_F_SECONDARY, "secondary" },
	{ IFA_F_NODAD, "nodad" },
	{ IFA_F_OPTIMISTIC, "optimistic" },
	{ IFA_F_DADFAILED, "dadfailed" },
	{ IFA_F_HOMEADDRESS, "home" },
	{ IFA_F_DEPRECATED, "deprecated" },
	{ IFA_F_TENTATIVE, "tentative" },
	{ IFA_F_PERMANENT, "permanent" },
	{ IFA_F_MANAGETEMPADDR, "mngtmpaddr" },
	{ IFA_F_NOPREFIXROUTE, "noprefixroute" },
	{ IFA_F_MCAUTOJOIN, "autojoin" },
	{ IFA_F_STABLE_PRIVACY, "stable-privacy" },
	{ 0, NULL },
};

const struct ipnames_counter ipnames_rx_counters[] = {
	{ "bytes", NSINFO_A_STATS_RX_BYTES, true },
	{ "packets", NSINFO_A_STATS_RX_PACKETS, true },
	{ "errors", NSINFO_A_STATS_RX_ERRORS, true },
	{ "dropped", NSINFO_A_STATS_RX_DROPPED, true },
	{ "over_errors", NSINFO_A_STATS_RX_OVER_ERRORS, true },
	{ "multicast", NSINFO_A_STATS_MULTICAST, true },
	{ "compressed", NSINFO_A_STATS_RX_COMPRESSED, false },
	{ "length_errors", NSINFO_A_STATS_RX_LENGTH_ERRORS, true },
	{ "crc_errors", NSINFO_A_STATS_RX_CRC_ERRORS, true },
	{ "frame_errors", NSINFO_A_STATS_RX_FRAME_ERRORS, true },
	{ "fifo_errors", NSINFO_A_STATS_RX_FIFO_ERRORS, true },
	{ "missed_errors", NSINFO_A_STATS_RX_MISSED_ERRORS, true },
	{ "nohandler", NSINFO_A_STATS_RX_NOHANDLER, false },
	{ "otherhost", NSINFO_A_STATS_RX_OTHERHOST_DROPPED, false },
	{ NULL, 0, false },
};

const struct ipnames_counter ipnames_tx_counters[] = {
	{ "bytes", NSINFO_A_STATS_TX_BYTES, true },
	{ "packets", NSINFO_A_STATS_TX_PACKETS, true },
	{ "errors", NSINFO_A_STATS_TX_ERRORS, true },
	{ "dropped", NSINFO_A_STATS_TX_DROPPED, true },
	{ "carrier_errors", NSINFO_A_STATS_TX_CARRIER_ERRORS, true },
	{ "collisions", NSINFO_A_STATS_COLLISIONS, true },
	{ "compressed", NSINFO_A_STATS_TX_COMPRESSED, false },
	{ "aborted_errors", NSINFO_A_STATS_TX_ABORTED_ERRORS, true },
	{ "fifo_errors", NSINFO_A_STATS_TX_FIFO_ERRORS, true },
	{ "window_errors", NSINFO_A_STATS_TX_WINDOW_ERRORS, true },
	{ "heartbeat_errors", NSINFO_A_STATS_TX_HEARTBEAT_ERRORS, true },
	{ NULL, 0, false },
};

static const char *const operstates[] = {
	"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING",
	"DORMANT", "UP",
};

static const char *const linkmodes[] = { "DEFAULT", "DORMANT" };

struct type_name {
	uint16_t type;
	const char *name;
};

static const struct type_name link_types[] = {
	{ ARPHRD_NETROM, "netrom" },
	{ ARPHRD_ETHER, "ether" },
	{ ARPHRD_EETHER, "eether" },
	{ ARPHRD_AX25, "ax25" },
	{ ARPHRD_PRONET, "pronet" },
	{ ARPHRD_CHAOS, "chaos" },
	{ ARPHRD_IEEE802, "ieee802" },
	{ ARPHRD_ARCNET, "arcnet" },
	{ ARPHRD_APPLETLK, "atalk" },
	{ ARPHRD_DLCI, "dlci" },
	{ ARPHRD_ATM, "atm" },
	{ ARPHRD_METRICOM, "metricom" },
	{ ARPHRD_IEEE1394, "ieee1394" },
	{ ARPHRD_INFINIBAND, "infiniband" },
	{ ARPHRD_SLIP, "slip" },
	{ ARPHRD_CSLIP, "cslip" },
	{ ARPHRD_SLIP6, "slip6" },
	{ ARPHRD_CSLIP6, "cslip6" },
	{ ARPHRD_RSRVD, "rsrvd" },
	{ ARPHRD_ADAPT, "adapt" },
	{ ARPHRD_ROSE, "rose" },
	{ ARPHRD_X25, "x25" },
	{ ARPHRD_HWX25, "hwx25" },
	{ ARPHRD_CAN, "can" },
	{ ARPHRD_PPP, "ppp" },
	{ ARPHRD_CISCO, "hdlc" },
	{ ARPHRD_LAPB, "lapb" },
	{ ARPHRD_DDCMP, "ddcmp" },
	{ ARPHRD_RAWHDLC, "rawhdlc" },
	{ ARPHRD_TUNNEL, "ipip" },
	{ ARPHRD_TUNNEL6, "tunnel6" },
	{ ARPHRD_FRAD, "frad" },
	{ ARPHRD_SKIP, "skip" },
	{ ARPHRD_LOOPBACK, "loopback" },
	{ ARPHRD_LOCALTLK, "ltalk" },
	{ ARPHRD_FDDI, "fddi" },
	{ ARPHRD_BIF, "bif" },
	{ ARPHRD_SIT, "sit" },
	{ ARPHRD_IPDDP, "ip/ddp" },
	{ ARPHRD_IPGRE, "gre" },
	{ ARPHRD_PIMREG, "pimreg" },
	{ ARPHRD_HIPPI, "hippi" },
	{ ARPHRD_ASH, "ash" },
	{ ARPHRD_ECONET, "econet" },
	{ ARPHRD_IRDA, "irda" },
	{ ARPHRD_FCPP, "fcpp" },
	{ ARPHRD_FCAL, "fcal" },
	{ ARPHRD_FCPL, "fcpl" },
	{ ARPHRD_FCFABRIC, "fcfb0" },
	{ ARPHRD_FCFABRIC + 1, "fcfb1" },
	{ ARPHRD_FCFABRIC + 2, "fcfb2" },
	{ ARPHRD_FCFABRIC + 3, "fcfb3" },
	{ ARPHRD_FCFABRIC + 4, "fcfb4" },
	{ ARPHRD_FCFABRIC + 5, "fcfb5" },
	{ ARPHRD_FCFABRIC + 6, "fcfb6" },
	{ ARPHRD_FCFABRIC + 7, "fcfb7" },
	{ ARPHRD_FCFABRIC + 8, "fcfb8" },
	{ ARPHRD_FCFABRIC + 9, "fcfb9" },
	{ ARPHRD_FCFABRIC + 10, "fcfb10" },
	{ ARPHRD_FCFABRIC + 11, "fcfb11" },
	{ ARPHRD_FCFABRIC + 12, "fcfb12" },
	{ ARPHRD_IEEE802_TR, "tr" },
	{ ARPHRD_IEEE80211, "ieee802.11" },
	{ ARPHRD_IEEE80211_PRISM, "ieee802.11/prism" },
	{ ARPHRD_IEEE80211_RADIOTAP, "ieee802.11/radiotap" },
	{ ARPHRD_IEEE802154, "ieee802.15.4" },
	{ ARPHRD_IEEE802154_MONITOR, "ieee802.15.4/monitor" },
	{ ARPHRD_PHONET, "phonet" },
	{ ARPHRD_PHONET_PIPE, "phonet_pipe" },
	{ ARPHRD_CAIF, "caif" },
	{ ARPHRD_IP6GRE, "gre6" },
	{ ARPHRD_NETLINK, "netlink" },
	{ ARPHRD_6LOWPAN, "6lowpan" },
	{ ARPHRD_NONE, "none" },
	{ ARPHRD_VOID, "void" },
};

/* Lines "NUMBER NAME", the number decimal or 0x…, # begins a comment. */
static void read_table(struct ipnames *names, char *table[256],
		       const char *folder, const char *file)
{
	char path[256], name[128], *line = NULL;
	size_t size = 0;
	int number;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	f = ipnames_open(names, path);
	if (!f)
		return;
	while (getline(&line, &size, f) > 0) {
		if (sscanf(line, " 0x%x %127s", (unsigned int *)&number,
			   name) != 2 &&
		    sscanf(line, "%d %127s", &number, name) != 2)
			continue;
		if (number < 0 || number > 255)
			continue;
		free(table[number]);
		table[number] = ipnames_keep(names, name);
	}
	free(line);
	ipnames_close(names, f);
}

int ipnames_read(struct ipnames *names, const char *folder)
{
	memset(names, 0, sizeof(*names));
	names->group[0] = ipnames_keep(names, "default");
	names->scope[RT_SCOPE_UNIVERSE] = ipnames_keep(names, "global");
	names->scope[RT_SCOPE_SITE] = ipnames_keep(names, "site");
	names->scope[RT_SCOPE_LINK] = ipnames_keep(names, "link");
	names->scope[RT_SCOPE_HOST] = ipnames_keep(names, "host");
	names->scope[RT_SCOPE_NOWHERE] = ipnames_keep(names, "nowhere");
	names->addrproto[IFAPROT_KERNEL_LO] = ipnames_keep(names, "kernel_lo");
	names->addrproto[IFAPROT_KERNEL_RA] = ipnames_keep(names, "kernel_ra");
	names->addrproto[IFAPROT_KERNEL_LL] = ipnames_keep(names, "kernel_ll");
	read_table(names, names->group, folder, "group");
	read_table(names, names->scope, folder, "rt_scopes");
	read_table(names, names->addrproto, folder, "rt_addrprotos");
	ipnames_read_tables(names, folder);
	return names->no_memory ? -ENOMEM : 0;
}

void ipnames_free(struct ipnames *names)
{
	size_t i;

	for (i = 0; i < 256; i++) {
		free(names->group[i]);
		free(names->scope[i]);
		free(names->addrproto[i]);
	}
	ipnames_free_tables(names);
	memset(names, 0, sizeof(*names));
}

/* NULL for one that has no name. */
static const char *look_up(char *const table[256], uint32_t n)
{
	return n < 256 ? table[n] : NULL;
}

const char *ipnames_group(const struct ipnames *names, uint32_t group,
			  char *buf)
{
	const char *name = look_up(names->group, group);

	if (!name)
		snprintf(buf, IPNAMES_SIZE, "%u", group);
	return name ?: buf;
}

const char *ipnames_scope(const struct ipnames *names, uint32_t scope,
			  char *buf)
{
	const char *name = look_up(names->scope, scope);

	if (!name)
		snprintf(buf, IPNAMES_SIZE, "%u", scope);
	return name ?: buf;
}

const char *ipnames_addrproto(const struct ipnames *names, uint32_t proto,
			      char *buf)
{
	const char *name = look_up(names->addrproto, proto);

	if (!name)
		snprintf(buf, IPNAMES_SIZE, "%#x", proto);
	return name ?: buf;
}

const char *ipnames_link_type(uint32_t type, char *buf)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(link_types); i++)
		if (link_types[i].type == type)
			return link_types[i].name;
	snprintf(buf, IPNAMES_SIZE, "[%u]", type);
	return buf;
}

const char *ipnames_operstate(uint32_t state)
{
	return state < ARRAY_SIZE(operstates) ? operstates[state] : NULL;
}

const char *ipnames_linkmode(uint32_t mode)
{
	return mode < ARRAY_SIZE(linkmodes) ? linkmodes[mode] : NULL;
}

const char *ipnames_addr_flag(const struct ipnames_flag *flag, uint32_t family)
{
	if (flag->mask == IFA_F_SECONDARY && family == AF_INET6)
		return "temporary";
	return flag->name;
}

static bool is_ipv4_tunnel(uint32_t type)
{
	return type == ARPHRD_TUNNEL || type == ARPHRD_SIT ||
	       type == ARPHRD_IPGRE;
}

static bool is_ipv6_tunnel(uint32_t type)
{
	return type == ARPHRD_TUNNEL6 || type == ARPHRD_IP6GRE;
}

const char *ipnames_hwaddr(const struct bytes *addr, uint32_t type, char *buf)
{
	static const char digits[] = "0123456789abcdef";
	char *p = buf;
	uint8_t i;

	if (addr->len == 4 && is_ipv4_tunnel(type))
		return inet_ntop(AF_INET, addr->data, buf, IPNAMES_SIZE);
	if (addr->len == 16 && is_ipv6_tunnel(type))
		return inet_ntop(AF_INET6, addr->data, buf, IPNAMES_SIZE);
	for (i = 0; i < addr->len; i++) {
		if (i)
			*p++ = ':';
		*p++ = digits[addr->data[i] >> 4];
		*p++ = digits[addr->data[i] & 15];
	}
	*p = '\0';
	return buf;
}

const char *ipnames_inet(const struct inet *addr, char *buf)
{
	return inet_ntop(addr->len == 4 ? AF_INET : AF_INET6, addr->data, buf,
			 IPNAMES_SIZE);
}
