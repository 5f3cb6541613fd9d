// SPDX-License-Identifier: GPL-2.0
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>

#include "scenes.h"

#define HOST		4026531840u
#define USERNS		4026531837u
#define UP		(IFF_UP | IFF_RUNNING | IFF_LOWER_UP | IFF_BROADCAST | \
			 IFF_MULTICAST)
#define LO_UP		(IFF_UP | IFF_RUNNING | IFF_LOWER_UP | IFF_LOOPBACK)
#define DOWN		(IFF_BROADCAST | IFF_MULTICAST)
#define POINT		(IFF_POINTOPOINT | IFF_NOARP)
#define SEC		1000000000ull

#define SCENE(name) { #name, name##_netns, ARRAY_SIZE(name##_netns), \
		      name##_devs, ARRAY_SIZE(name##_devs), \
		      name##_names, ARRAY_SIZE(name##_names) }

static const struct addr_spec lo_addrs[] = {
	{ .local = "127.0.0.1", .prefixlen = 8, .scope = 254, .label = "lo" },
	{ .local = "::1", .prefixlen = 128, .scope = 254, .proto = 1 },
	{ 0 },
};

#define LO(id, ino)	{ .netns = id, .inum = ino, .ifindex = 1, \
			  .name = "lo", .flags = LO_UP, .mtu = 65536, \
			  .type = ARPHRD_LOOPBACK, .mac = "0:0:0:0:0:0", \
			  .broadcast = "0:0:0:0:0:0", .stats = true, \
			  .addrs = lo_addrs }
#define LO_DOWN(id, ino) { .netns = id, .inum = ino, .ifindex = 1, \
			   .name = "lo", .flags = IFF_LOOPBACK, \
			   .mtu = 65536, .type = ARPHRD_LOOPBACK, \
			   .operstate = 2, .qdisc = "noop", \
			   .mac = "0:0:0:0:0:0" }

const struct scene scene_empty = { .name = "empty" };

/* host */

static const struct netns_spec host_netns[] = {
	{ .id = 1, .inum = HOST, .init = true, .self = true,
	  .userns = USERNS, .refs = 112 },
	{ .id = 4097, .inum = 4026532281, .userns = USERNS, .nsid = 1,
	  .refs = 2, .time = 123 * SEC + 456000000, .comm = "ip", .pid = 312 },
	{ .id = 4098, .inum = 4026532350, .userns = USERNS, .refs = 3,
	  .time = 90061 * SEC, .comm = "unshare", .pid = 4711,
	  .by_uid = 1000 },
};

static const struct addr_spec eth0_addrs[] = {
	{ .local = "10.0.2.15", .prefixlen = 24, .label = "eth0",
	  .broadcast = "10.0.2.255", .dynamic = true, .valid = 86000,
	  .preferred = 86000 },
	{ .local = "fe80::5054:ff:fe12:3456", .prefixlen = 64, .scope = 253,
	  .proto = 3 },
	{ 0 },
};

static const struct addr_spec br0_addrs[] = {
	{ .local = "10.9.0.1", .prefixlen = 24, .label = "br0" },
	{ 0 },
};

static const struct addr_spec blue_addrs[] = {
	{ .local = "10.9.0.2", .prefixlen = 24, .label = "eth0" },
	{ .local = "fe80::1", .prefixlen = 64, .scope = 253,
	  .flags = IFA_F_TENTATIVE },
	{ 0 },
};

static const struct dev_spec host_devs[] = {
	LO(1, HOST),
	{ .netns = 1, .inum = HOST, .ifindex = 2, .name = "eth0", .flags = UP,
	  .operstate = 6, .mac = "52:54:00:12:34:56", .qdisc = "fq_codel",
	  .perm = "52:54:00:12:34:56", .stats = true, .addrs = eth0_addrs },
	{ .netns = 1, .inum = HOST, .ifindex = 3, .name = "br0",
	  .kind = "bridge", .flags = UP, .operstate = 6, .stats = true,
	  .mac = "5e:20:68:84:7a:e6", .addrs = br0_addrs },
	{ .netns = 1, .inum = HOST, .ifindex = 4, .name = "veth-blue",
	  .kind = "veth", .flags = UP, .operstate = 6, .stats = true,
	  .mac = "5e:20:68:84:7a:e6", .master = 3, .promiscuity = 1,
	  .allmulti = 1, .link = 2, .foreign = true, .link_id = 4097,
	  .link_inum = 4026532281, .peer_id = 4097, .peer_inum = 4026532281,
	  .peer_ifindex = 2, .peer_name = "eth0" },
	LO(4097, 4026532281),
	{ .netns = 4097, .inum = 4026532281, .ifindex = 2, .name = "eth0",
	  .kind = "veth", .flags = UP, .operstate = 6, .stats = true,
	  .mac = "92:a3:81:08:41:86", .link = 4, .foreign = true,
	  .link_id = 1, .link_inum = HOST, .peer_id = 1, .peer_inum = HOST,
	  .peer_ifindex = 4, .peer_name = "veth-blue", .addrs = blue_addrs },
	LO_DOWN(4098, 4026532350),
};

static const struct name_spec host_names[] = {
	{ .inum = 4026532281, .path = "/run/netns/blue", .shown = "blue" },
	{ .inum = 4026532281, .path = "/srv/jail/net" },
};

const struct scene scene_host = SCENE(host);

/* containers */

static const struct netns_spec containers_netns[] = {
	{ .id = 1, .inum = HOST, .init = true, .userns = USERNS },
	{ .id = 8193, .inum = 4026532400, .self = true, .userns = 4026532390,
	  .uid = 100000, .nsid = 5, .refs = 9, .time = 3 * SEC,
	  .comm = "runc:[1:CHILD]", .pid = 20231, .by_uid = 100000 },
	{ .id = 8194, .inum = 4026532401, .dying = true, .userns = USERNS,
	  .time = 4 * SEC, .by_uid = 0 },
	{ .id = 8195, .inum = 4026532402, .userns = USERNS, .uid = 1000,
	  .refs = 1 },
};

static const struct dev_spec containers_devs[] = {
	LO(1, HOST),
	{ .netns = 1, .inum = HOST, .ifindex = 7, .name = "docker0",
	  .kind = "bridge", .flags = IFF_UP | DOWN, .operstate = 2,
	  .mac = "02:42:aa:bb:cc:dd" },
	LO(8193, 4026532400),
	/* peer and netns of link are not visible */
	{ .netns = 8193, .inum = 4026532400, .ifindex = 12, .name = "eth0",
	  .kind = "veth", .flags = UP, .operstate = 6, .link = 13,
	  .foreign = true, .mac = "02:42:ac:11:00:02" },
	/* a netns that is visible but was not asked for */
	{ .netns = 8193, .inum = 4026532400, .ifindex = 14, .name = "mv0",
	  .kind = "macvlan", .flags = DOWN, .operstate = 2, .link = 2,
	  .foreign = true, .link_id = 9999, .link_inum = 4026532500,
	  .mac = "02:42:ac:11:00:03" },
	{ .netns = 8193, .inum = 4026532400, .ifindex = 15, .name = "nk0",
	  .kind = "netkit", .flags = UP, .operstate = 3, .link = 3,
	  .foreign = true, .link_id = 9998, .link_inum = 4026532501,
	  .type = ARPHRD_NONE, .peer_id = 9998, .peer_inum = 4026532501,
	  .peer_ifindex = 3, .peer_name = "nk1" },
	/* tunnels: the underlay is in another netns, with no device below */
	{ .netns = 8193, .inum = 4026532400, .ifindex = 16, .name = "ipip1",
	  .kind = "ipip", .flags = UP, .operstate = 0, .type = ARPHRD_TUNNEL,
	  .link_none = true, .foreign = true, .link_id = 1,
	  .link_inum = HOST },
	{ .netns = 8193, .inum = 4026532400, .ifindex = 17, .name = "vx1",
	  .kind = "vxlan", .flags = UP, .operstate = 0, .foreign = true,
	  .link_id = 9998, .link_inum = 4026532501,
	  .mac = "02:42:ac:11:00:04" },
	{ .netns = 8193, .inum = 4026532400, .ifindex = 18, .name = "vx2",
	  .kind = "vxlan", .flags = UP, .operstate = 0, .foreign = true,
	  .link = 7, .link_id = 1, .link_inum = HOST,
	  .mac = "02:42:ac:11:00:05" },
	/* … or in one that is not told */
	{ .netns = 8193, .inum = 4026532400, .ifindex = 19, .name = "gnv1",
	  .kind = "geneve", .flags = UP, .operstate = 0, .foreign = true,
	  .mac = "02:42:ac:11:00:06" },
	/* the core knows the device below: it is no M-DOWN, as for ip */
	{ .netns = 8193, .inum = 4026532400, .ifindex = 20, .name = "vx3",
	  .kind = "vxlan", .flags = UP, .operstate = 0, .link = 14,
	  .mac = "02:42:ac:11:00:07" },
};

static const struct name_spec containers_names[] = {
	{ .inum = 4026532400, .path = "/run/docker/netns/0a1b2c3d4e5f",
	  .shown = "0a1b2c3d4e5f" },
	/* its inode was given away again, so this is not the dying one's */
	{ .inum = 4026532401, .path = "/run/netns/new", .shown = "new" },
	{ .inum = 4026532500, .path = "/run/netns/lab", .shown = "lab" },
	/* in other mount namespaces */
	{ .inum = 4026532400, .path = "/run/netns/default",
	  .shown = "default", .mntns = 4026532410, .pid = 20231 },
	{ .inum = 4026532402, .path = "/run/user/1000/netns/netns-0a1b",
	  .mntns = 4026532420, .pid = 4711 },
	{ .inum = 4026532501, .path = "/run/netns/nk", .shown = "nk",
	  .mntns = 4026532410, .pid = 20231 },
	/* stale */
	{ .path = "/run/netns/old", .shown = "old" },
	{ .path = "/run/docker/netns/e7\x01", .shown = "e7\x01" },
};

const struct scene scene_containers = SCENE(containers);

/* addresses */

static const struct netns_spec addresses_netns[] = {
	{ .id = 1, .inum = HOST, .init = true, .userns = USERNS },
};

static const struct addr_spec many_addrs[] = {
	{ .local = "10.0.0.1", .prefixlen = 24, .label = "eth0:foo",
	  .broadcast = "10.0.0.255" },
	{ .local = "10.0.0.2", .prefixlen = 24, .flags = IFA_F_SECONDARY,
	  .label = "eth0", .metric = 77 },
	{ .local = "10.0.1.1", .peer = "10.0.1.2", .prefixlen = 32,
	  .scope = 253 },
	{ .local = "10.0.2.1", .prefixlen = 24, .broadcast = "10.0.2.77",
	  .scope = 42, .flags = IFA_F_NOPREFIXROUTE },
	{ .local = "169.254.1.1", .prefixlen = 16, .scope = 253 },
	{ .local = "127.0.0.9", .prefixlen = 8, .scope = 254 },
	{ .local = "0.0.0.0", .prefixlen = 0, .broadcast = "255.255.255.255" },
	{ .local = "224.0.0.1", .prefixlen = 32, .flags = IFA_F_MCAUTOJOIN },
	{ .local = "2001:db8::1", .prefixlen = 64, .dynamic = true,
	  .valid = 2592000, .preferred = 604800, .proto = 2,
	  .flags = IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE },
	{ .local = "2001:db8::2", .prefixlen = 64, .dynamic = true,
	  .valid = 2592000, .preferred = 0,
	  .flags = IFA_F_SECONDARY | IFA_F_DEPRECATED },
	{ .local = "2001:db8::3", .peer = "2001:db8::4", .prefixlen = 128,
	  .flags = IFA_F_NODAD | IFA_F_HOMEADDRESS },
	{ .local = "2001:db8::5", .prefixlen = 64, .proto = 18,
	  .flags = IFA_F_DADFAILED | IFA_F_TENTATIVE | IFA_F_OPTIMISTIC },
	{ .local = "fe80::1", .prefixlen = 64, .scope = 253, .proto = 3,
	  .flags = IFA_F_STABLE_PRIVACY },
	{ .local = "fec0::1", .prefixlen = 64, .scope = 200 },
	{ .local = "::ffff:1.2.3.4", .prefixlen = 128, .flags = 0x8000 },
	{ 0 },
};

static const struct dev_spec addresses_devs[] = {
	{ .netns = 1, .inum = HOST, .ifindex = 2, .name = "eth0", .flags = UP,
	  .operstate = 6, .mac = "52:54:00:12:34:56", .addrs = many_addrs },
};

static const struct name_spec addresses_names[] = {
	{ .inum = 1, .path = "/run/netns/other", .shown = "other" },
};

const struct scene scene_addresses = SCENE(addresses);

/* devices */

static const struct netns_spec devices_netns[] = {
	{ .id = 1, .inum = HOST, .init = true, .self = true,
	  .userns = USERNS },
};

static const struct dev_spec devices_devs[] = {
	{ .netns = 1, .inum = HOST, .ifindex = 2, .name = "eth0", .flags = UP |
	  IFF_PROMISC | IFF_ALLMULTI | IFF_NOARP | IFF_DEBUG | IFF_DORMANT |
	  IFF_ECHO, .operstate = 5, .link_mode = 1, .mtu = 9000,
	  .txqlen = 77, .group = 42, .promiscuity = 2, .allmulti = 1,
	  .qdisc = "prio", .alias = "uplink to \"core\"",
	  .mac = "02:00:00:00:00:01", .perm = "52:54:00:00:00:01" },
	{ .netns = 1, .inum = HOST, .ifindex = 3, .name = "eth0.7",
	  .kind = "vlan", .flags = UP, .operstate = 6, .link = 2,
	  .mac = "02:00:00:00:00:01" },
	{ .netns = 1, .inum = HOST, .ifindex = 4, .name = "down.8",
	  .kind = "vlan", .flags = DOWN, .operstate = 3, .link = 10,
	  .link_mode = 2, .mac = "02:00:00:00:00:01" },
	{ .netns = 1, .inum = HOST, .ifindex = 5, .name = "tun0",
	  .kind = "tun", .flags = POINT | IFF_UP | IFF_MULTICAST,
	  .operstate = 2, .type = ARPHRD_NONE, .txqlen = 500 },
	{ .netns = 1, .inum = HOST, .ifindex = 6, .name = "ipip1",
	  .kind = "ipip", .flags = POINT | IFF_UP | IFF_RUNNING,
	  .type = ARPHRD_TUNNEL, .mtu = 1480, .mac = "0a:00:00:01",
	  .broadcast = "0a:00:00:02", .link_none = true },
	{ .netns = 1, .inum = HOST, .ifindex = 7, .name = "sit0",
	  .kind = "sit", .flags = IFF_NOARP, .type = ARPHRD_SIT,
	  .mtu = 1480, .mac = "0:0:0:0", .broadcast = "0:0:0:0",
	  .link_none = true },
	{ .netns = 1, .inum = HOST, .ifindex = 8, .name = "ip6tnl1",
	  .kind = "ip6tnl", .flags = POINT, .type = ARPHRD_TUNNEL6,
	  .mtu = 1452, .link = 2,
	  .mac = "20:01:0d:b8:0:0:0:0:0:0:0:0:0:0:0:1",
	  .broadcast = "20:01:0d:b8:0:0:0:0:0:0:0:0:0:0:0:2",
	  .perm = "12:34:56:78:0:0:0:0:0:0:0:0:0:0:0:0" },
	{ .netns = 1, .inum = HOST, .ifindex = 9, .name = "ib0", .flags = UP,
	  .operstate = 4, .type = ARPHRD_INFINIBAND, .mtu = 2044,
	  .mac = "80:0:0:48:fe:80:0:0:0:0:0:0:f4:52:14:03:0:7b:cb:a1" },
	{ .netns = 1, .inum = HOST, .ifindex = 10, .name = "down",
	  .kind = "dummy", .flags = DOWN, .operstate = 1,
	  .mac = "02:00:00:00:00:0a" },
	{ .netns = 1, .inum = HOST, .ifindex = 11, .name = "bond0",
	  .kind = "bond", .flags = UP | IFF_MASTER, .operstate = 6,
	  .mac = "02:00:00:00:00:0b" },
	{ .netns = 1, .inum = HOST, .ifindex = 12, .name = "port",
	  .kind = "dummy", .flags = UP | IFF_SLAVE, .operstate = 6,
	  .mac = "02:00:00:00:00:0b", .master = 11, .link = 12 },
	{ .netns = 1, .inum = HOST, .ifindex = 13, .name = "orphan",
	  .flags = UP, .operstate = 9, .type = 4711, .master = 99,
	  .link = 98 },
	{ .netns = 1, .inum = HOST, .ifindex = 14, .name = "pair0",
	  .kind = "veth", .flags = UP, .operstate = 6, .link = 15,
	  .peer_id = 1, .peer_inum = HOST, .peer_ifindex = 15,
	  .peer_name = "pair1", .mac = "02:00:00:00:00:0e" },
};

static const struct name_spec devices_names[] = {
	{ .inum = HOST, .path = "/run/netns/host", .shown = "host" },
};

const struct scene scene_devices = SCENE(devices);

/* odd */

static const struct netns_spec odd_netns[] = {
	{ .id = UINT64_MAX, .inum = UINT32_MAX, .userns = 1, .uid = UINT32_MAX,
	  .refs = UINT32_MAX, .time = UINT64_MAX, .pid = UINT32_MAX,
	  .comm = "\x1b]0;title\a", .by_uid = UINT32_MAX },
	{ .id = 1, .inum = 1, .comm = "a b\\c \xff", .time = 1 },
};

static const struct dev_spec odd_devs[] = {
	{ .netns = 1, .inum = 1, .ifindex = 1, .name = "q\"uo'te\\",
	  .kind = "<&>", .alias = "line\nbreak\ttab", .flags = 0 },
	{ .netns = 1, .inum = 1, .ifindex = 2, .name = "\x1b[31mred",
	  .qdisc = "\xe2\x80\xaeoslib", .flags = 0 },
	{ .netns = 1, .inum = 1, .ifindex = 3, .name = "bad\xff\xc3",
	  .flags = 0, .master = 4, .link = 2 },
	{ .netns = 1, .inum = 1, .ifindex = 4, .name = "h\xc3\xa9\xe6\x97\xa5",
	  .kind = "\xc2\x9b", .flags = 0 },
	{ .netns = 1, .inum = 1, .ifindex = UINT32_MAX, .name = "@",
	  .flags = UINT32_MAX, .mtu = UINT32_MAX, .operstate = UINT32_MAX,
	  .peer_id = UINT64_MAX, .peer_inum = UINT32_MAX,
	  .peer_ifindex = UINT32_MAX, .peer_name = "\x7f" },
};

/* life */

static const struct netns_spec life_netns[] = {
	{ .id = 1, .inum = HOST, .init = true, .self = true,
	  .userns = USERNS, .refs = 100 },
	{ .id = 20, .inum = 4026532300, .userns = USERNS, .dying = true,
	  .since = 50 * SEC + 12000000, .time = 3 * SEC, .comm = "ip",
	  .pid = 312 },
	{ .id = 21, .inum = 4026532301, .userns = USERNS, .queued = true },
	{ .id = 22, .inum = 4026532302, .userns = USERNS, .inactive = true,
	  .refs = 1 },
	{ .id = 23, .inum = 4026532303, .userns = USERNS, .dying = true },
};

static const struct dev_spec life_devs[] = {
	LO(1, HOST),
	LO_DOWN(20, 4026532300),
	LO_DOWN(21, 4026532301),
	LO_DOWN(22, 4026532302),
};

static const struct name_spec life_names[] = {
	/* an inode that was given away again */
	{ .inum = 4026532301, .path = "/run/netns/new", .shown = "new" },
};

const struct scene scene_life = SCENE(life);

static const struct name_spec odd_names[] = {
	{ .inum = 1, .path = "/tmp/a b\n\"c\"" },
	{ .inum = UINT32_MAX, .path = "/run/netns/\xff", .shown = "\xff" },
};

const struct scene scene_odd = SCENE(odd);
