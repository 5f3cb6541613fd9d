// SPDX-License-Identifier: GPL-2.0
/* The attribute sets of the wire as tables, for decode.c. */
#include <assert.h>

#include "base/util.h"
#include "wire/decode.h"

#define BIT(attr)	(1ull << (attr))
#define AT(obj, member)	.offset = offsetof(struct obj, member)

#define U32(obj, member)	AT(obj, member), .type = WIRE_U32
#define U64(obj, member)	AT(obj, member), .type = WIRE_U64
#define STR(obj, member, most)	AT(obj, member), .type = WIRE_STRING, .max = most
#define BYTES(obj, member, most) AT(obj, member), .type = WIRE_BYTES, .max = most
#define INET(obj, member)	AT(obj, member), .type = WIRE_INET
#define NEST(obj, member, set)	AT(obj, member), .type = WIRE_NEST, .nest = set

/* No string on the wire can be longer than a message. */
#define ANY_LEN		NSINFO_MSG_MAX
#define IFNAME_LEN	15
#define COMM_LEN	64
#define HWADDR_LEN	32

static const struct wire_attr module_attrs[] = {
	[NSINFO_A_MODULE_VERSION] = { "version", STR(module, version, ANY_LEN) },
	[NSINFO_A_MODULE_TRACKED] = { "tracked", U32(module, tracked) },
	[NSINFO_A_MODULE_UNTRACKED] = { "untracked", U32(module, untracked) },
	[NSINFO_A_MODULE_TRACKING] = { "tracking", .type = WIRE_FLAG },
	[NSINFO_A_MODULE_QUEUED] = { "queued", U32(module, queued) },
	[NSINFO_A_MODULE_DYING] = { "dying", U32(module, dying) },
	[NSINFO_A_MODULE_OLDEST_DYING] = {
		"oldest-dying", U64(module, oldest_dying) },
	[NSINFO_A_MODULE_WAITING] = { "waiting", U32(module, waiting) },
	[NSINFO_A_MODULE_EVENT_SEQ] = { "event-seq", U64(module, event_seq) },
};

const struct wire_set wire_module = {
	"module", module_attrs, ARRAY_SIZE(module_attrs),
	offsetof(struct module, has), 0,
};

static const struct wire_attr peer_attrs[] = {
	[NSINFO_A_PEER_NETNS_ID] = { "netns-id", U64(peer, netns_id) },
	[NSINFO_A_PEER_NETNS_INUM] = { "netns-inum", U32(peer, netns_inum) },
	[NSINFO_A_PEER_IFINDEX] = { "ifindex", U32(peer, ifindex) },
	[NSINFO_A_PEER_IFNAME] = { "ifname", STR(peer, ifname, IFNAME_LEN) },
};

static const struct wire_set wire_peer = {
	"peer", peer_attrs, ARRAY_SIZE(peer_attrs), offsetof(struct peer, has),
	BIT(NSINFO_A_PEER_NETNS_ID) | BIT(NSINFO_A_PEER_NETNS_INUM) |
	BIT(NSINFO_A_PEER_IFINDEX) | BIT(NSINFO_A_PEER_IFNAME),
};

static const struct wire_attr event_attrs[] = {
	[NSINFO_A_EVENT_SEQ] = { "seq", U64(event, seq) },
	[NSINFO_A_EVENT_TIME] = { "time", U64(event, time) },
	[NSINFO_A_EVENT_CHANGED] = { "changed", U32(event, changed) },
	[NSINFO_A_EVENT_FROM] = { "from", NEST(event, from, &wire_peer) },
};

const struct wire_set wire_event = {
	"event", event_attrs, ARRAY_SIZE(event_attrs),
	offsetof(struct event, has),
	BIT(NSINFO_A_EVENT_SEQ) | BIT(NSINFO_A_EVENT_TIME),
};

static const struct wire_attr created_attrs[] = {
	[NSINFO_A_CREATED_TIME] = { "time", U64(created, time) },
	[NSINFO_A_CREATED_PID] = { "pid", U32(created, pid) },
	[NSINFO_A_CREATED_COMM] = { "comm", STR(created, comm, COMM_LEN) },
	[NSINFO_A_CREATED_UID] = { "uid", U32(created, uid) },
};

static const struct wire_set wire_created = {
	"created", created_attrs, ARRAY_SIZE(created_attrs),
	offsetof(struct created, has), BIT(NSINFO_A_CREATED_TIME),
};

#define SOCKETS(attr, text, member) \
	[NSINFO_A_SOCKETS_##attr] = { text, U32(sockets, member) }

static const struct wire_attr sockets_attrs[] = {
	SOCKETS(PINS, "pins", pins),
	SOCKETS(TCP, "tcp", tcp),
	SOCKETS(TCP6, "tcp6", tcp6),
	SOCKETS(UDP, "udp", udp),
	SOCKETS(UDP6, "udp6", udp6),
	SOCKETS(RAW, "raw", raw),
	SOCKETS(RAW6, "raw6", raw6),
	SOCKETS(UNIX, "unix", unix_),
	SOCKETS(PACKET, "packet", packet),
	SOCKETS(NETLINK, "netlink", netlink),
};

static const struct wire_set wire_sockets = {
	"sockets", sockets_attrs, ARRAY_SIZE(sockets_attrs),
	offsetof(struct sockets, has), 0,
};

static const struct wire_attr fib_attrs[] = {
	[NSINFO_A_FIB_FAMILY] = { "family", U32(fib, family) },
	[NSINFO_A_FIB_TABLES] = { "tables", U32(fib, tables) },
	[NSINFO_A_FIB_RULES] = { "rules", U32(fib, rules) },
	[NSINFO_A_FIB_ROUTES] = { "routes", U32(fib, routes) },
};

const struct wire_set wire_fib = {
	"fib", fib_attrs, ARRAY_SIZE(fib_attrs), offsetof(struct fib, has),
	BIT(NSINFO_A_FIB_FAMILY),
};

static const struct wire_attr hook_attrs[] = {
	[NSINFO_A_HOOK_FAMILY] = { "family", U32(hook, family) },
	[NSINFO_A_HOOK_HOOKNUM] = { "hooknum", U32(hook, hooknum) },
	[NSINFO_A_HOOK_NF_TABLES] = { "nf-tables", U32(hook, nf_tables) },
	[NSINFO_A_HOOK_IPTABLES] = { "iptables", U32(hook, iptables) },
	[NSINFO_A_HOOK_CONNTRACK] = { "conntrack", U32(hook, conntrack) },
	[NSINFO_A_HOOK_BPF] = { "bpf", U32(hook, bpf) },
	[NSINFO_A_HOOK_OTHER] = { "other", U32(hook, other) },
};

const struct wire_set wire_hook = {
	"hook", hook_attrs, ARRAY_SIZE(hook_attrs), offsetof(struct hook, has),
	BIT(NSINFO_A_HOOK_FAMILY) | BIT(NSINFO_A_HOOK_HOOKNUM),
};

static const struct wire_attr task_attrs[] = {
	[NSINFO_A_TASK_NETNS_ID] = { "netns-id", U64(task, netns_id) },
	[NSINFO_A_TASK_NETNS_INUM] = { "netns-inum", U32(task, netns_inum) },
	[NSINFO_A_TASK_PID] = { "pid", U32(task, pid) },
	[NSINFO_A_TASK_TID] = { "tid", U32(task, tid) },
	[NSINFO_A_TASK_THREAD] = { "thread", .type = WIRE_FLAG },
	[NSINFO_A_TASK_COMM] = { "comm", STR(task, comm, COMM_LEN) },
	[NSINFO_A_TASK_UID] = { "uid", U32(task, uid) },
	[NSINFO_A_TASK_NSPROXY] = { "nsproxy", U64(task, nsproxy) },
};

const struct wire_set wire_task = {
	"task", task_attrs, ARRAY_SIZE(task_attrs), offsetof(struct task, has),
	BIT(NSINFO_A_TASK_NETNS_ID) | BIT(NSINFO_A_TASK_NETNS_INUM) |
	BIT(NSINFO_A_TASK_COMM),
};

static const struct wire_attr holder_attrs[] = {
	[NSINFO_A_HOLDER_NETNS_ID] = { "netns-id", U64(holder, netns_id) },
	[NSINFO_A_HOLDER_NETNS_INUM] = {
		"netns-inum", U32(holder, netns_inum) },
	[NSINFO_A_HOLDER_TYPE] = { "type", U32(holder, type) },
	[NSINFO_A_HOLDER_PID] = { "pid", U32(holder, pid) },
	[NSINFO_A_HOLDER_TID] = { "tid", U32(holder, tid) },
	[NSINFO_A_HOLDER_COMM] = { "comm", STR(holder, comm, COMM_LEN) },
	[NSINFO_A_HOLDER_FD] = { "fd", U32(holder, fd) },
	[NSINFO_A_HOLDER_PINS] = { "pins", .type = WIRE_FLAG },
	[NSINFO_A_HOLDER_FAMILY] = { "family", U32(holder, family) },
	[NSINFO_A_HOLDER_SOCK_TYPE] = { "sock-type", U32(holder, sock_type) },
	[NSINFO_A_HOLDER_PROTOCOL] = { "protocol", U32(holder, protocol) },
	[NSINFO_A_HOLDER_STATE] = { "state", U32(holder, state) },
	[NSINFO_A_HOLDER_INODE] = { "inode", U64(holder, inode) },
};

const struct wire_set wire_holder = {
	"holder", holder_attrs, ARRAY_SIZE(holder_attrs),
	offsetof(struct holder, has),
	BIT(NSINFO_A_HOLDER_NETNS_ID) | BIT(NSINFO_A_HOLDER_NETNS_INUM) |
	BIT(NSINFO_A_HOLDER_TYPE) | BIT(NSINFO_A_HOLDER_COMM) |
	BIT(NSINFO_A_HOLDER_FD),
};

static const struct wire_attr waiting_attrs[] = {
	[NSINFO_A_WAITING_IFINDEX] = { "ifindex", U32(waiting, ifindex) },
	[NSINFO_A_WAITING_IFNAME] = {
		"ifname", STR(waiting, ifname, IFNAME_LEN) },
	[NSINFO_A_WAITING_KIND] = { "kind", STR(waiting, kind, ANY_LEN) },
	[NSINFO_A_WAITING_REFS] = { "refs", U32(waiting, refs) },
	[NSINFO_A_WAITING_SINCE] = { "since", U64(waiting, since) },
	[NSINFO_A_WAITING_TOLD_AT] = { "told-at", U64(waiting, told_at) },
};

const struct wire_set wire_waiting = {
	"waiting", waiting_attrs, ARRAY_SIZE(waiting_attrs),
	offsetof(struct waiting, has),
	BIT(NSINFO_A_WAITING_IFINDEX) | BIT(NSINFO_A_WAITING_IFNAME),
};

static const struct wire_attr netns_attrs[] = {
	[NSINFO_A_NETNS_ID] = { "id", U64(netns, id) },
	[NSINFO_A_NETNS_INUM] = { "inum", U32(netns, inum) },
	[NSINFO_A_NETNS_STATE] = { "state", U32(netns, state) },
	[NSINFO_A_NETNS_INIT] = { "init", .type = WIRE_FLAG },
	[NSINFO_A_NETNS_SELF] = { "self", .type = WIRE_FLAG },
	[NSINFO_A_NETNS_OWNER_USERNS] = {
		"owner-userns", U32(netns, owner_userns) },
	[NSINFO_A_NETNS_OWNER_UID] = { "owner-uid", U32(netns, owner_uid) },
	[NSINFO_A_NETNS_NSID] = { "nsid", U32(netns, nsid) },
	[NSINFO_A_NETNS_NDEVS] = { "ndevs", U32(netns, ndevs) },
	[NSINFO_A_NETNS_REFS] = { "refs", U32(netns, refs) },
	[NSINFO_A_NETNS_CREATED] = {
		"created", NEST(netns, created, &wire_created) },
	[NSINFO_A_NETNS_WANT] = { "want", .type = WIRE_SKIP },
	[NSINFO_A_NETNS_SOCKETS] = {
		"sockets", NEST(netns, sockets, &wire_sockets) },
	[NSINFO_A_NETNS_FIB] = { "fib", .type = WIRE_FIB, .nest = &wire_fib },
	[NSINFO_A_NETNS_DYING_SINCE] = {
		"dying-since", U64(netns, dying_since) },
	[NSINFO_A_NETNS_INACTIVE] = { "inactive", .type = WIRE_FLAG },
	[NSINFO_A_NETNS_NWAITING] = { "nwaiting", U32(netns, all_waiting) },
	[NSINFO_A_NETNS_WAITING] = {
		"waiting", .type = WIRE_WAITING, .nest = &wire_waiting },
	[NSINFO_A_NETNS_HOOK] = {
		"hook", .type = WIRE_HOOK, .nest = &wire_hook },
	[NSINFO_A_NETNS_CONNTRACK] = { "conntrack", U32(netns, conntrack) },
	[NSINFO_A_NETNS_NSFS_REFS] = { "nsfs-refs", U32(netns, nsfs_refs) },
	[NSINFO_A_NETNS_FD] = { "fd", .type = WIRE_SKIP },
	[NSINFO_A_NETNS_EVENT] = {
		"event", AT(netns, event), .type = WIRE_EVENT,
		.nest = &wire_event },
	[NSINFO_A_NETNS_HOOK_UNTOLD] = { "hook-untold", .type = WIRE_FLAG },
};

static const struct wire_attr opened_attrs[] = {
	[NSINFO_A_NETNS_ID] = { "id", U64(opened, id) },
	[NSINFO_A_NETNS_INUM] = { "inum", U32(opened, inum) },
	[NSINFO_A_NETNS_FD] = { "fd", U32(opened, fd) },
};

const struct wire_set wire_opened = {
	"netns", opened_attrs, ARRAY_SIZE(opened_attrs),
	offsetof(struct opened, has), BIT(NSINFO_A_NETNS_FD),
};

const struct wire_set wire_netns = {
	"netns", netns_attrs, ARRAY_SIZE(netns_attrs), offsetof(struct netns, has),
	BIT(NSINFO_A_NETNS_ID) | BIT(NSINFO_A_NETNS_INUM) |
	BIT(NSINFO_A_NETNS_STATE),
};

static const struct wire_attr nsref_attrs[] = {
	[NSINFO_A_NETNS_REF_ID] = { "id", U64(nsref, id) },
	[NSINFO_A_NETNS_REF_INUM] = { "inum", U32(nsref, inum) },
};

static const struct wire_set wire_nsref = {
	"netns-ref", nsref_attrs, ARRAY_SIZE(nsref_attrs),
	offsetof(struct nsref, has),
	BIT(NSINFO_A_NETNS_REF_ID) | BIT(NSINFO_A_NETNS_REF_INUM),
};

#define STAT(attr, text) \
	[NSINFO_A_STATS_##attr] = { text, \
		U64(stats, count[NSINFO_A_STATS_##attr]) }

static const struct wire_attr stats_attrs[] = {
	STAT(RX_PACKETS, "rx-packets"),
	STAT(TX_PACKETS, "tx-packets"),
	STAT(RX_BYTES, "rx-bytes"),
	STAT(TX_BYTES, "tx-bytes"),
	STAT(RX_ERRORS, "rx-errors"),
	STAT(TX_ERRORS, "tx-errors"),
	STAT(RX_DROPPED, "rx-dropped"),
	STAT(TX_DROPPED, "tx-dropped"),
	STAT(MULTICAST, "multicast"),
	STAT(COLLISIONS, "collisions"),
	STAT(RX_LENGTH_ERRORS, "rx-length-errors"),
	STAT(RX_OVER_ERRORS, "rx-over-errors"),
	STAT(RX_CRC_ERRORS, "rx-crc-errors"),
	STAT(RX_FRAME_ERRORS, "rx-frame-errors"),
	STAT(RX_FIFO_ERRORS, "rx-fifo-errors"),
	STAT(RX_MISSED_ERRORS, "rx-missed-errors"),
	STAT(TX_ABORTED_ERRORS, "tx-aborted-errors"),
	STAT(TX_CARRIER_ERRORS, "tx-carrier-errors"),
	STAT(TX_FIFO_ERRORS, "tx-fifo-errors"),
	STAT(TX_HEARTBEAT_ERRORS, "tx-heartbeat-errors"),
	STAT(TX_WINDOW_ERRORS, "tx-window-errors"),
	STAT(RX_COMPRESSED, "rx-compressed"),
	STAT(TX_COMPRESSED, "tx-compressed"),
	STAT(RX_NOHANDLER, "rx-nohandler"),
	STAT(RX_OTHERHOST_DROPPED, "rx-otherhost-dropped"),
};

const struct wire_set wire_stats = {
	"stats", stats_attrs, ARRAY_SIZE(stats_attrs), offsetof(struct stats, has), 0,
};

static const struct wire_attr addr_attrs[] = {
	[NSINFO_A_ADDR_FAMILY] = { "family", U32(addr, family) },
	[NSINFO_A_ADDR_LOCAL] = { "local", INET(addr, local) },
	[NSINFO_A_ADDR_PEER] = { "peer", INET(addr, peer) },
	[NSINFO_A_ADDR_PREFIXLEN] = { "prefixlen", U32(addr, prefixlen) },
	[NSINFO_A_ADDR_SCOPE] = { "scope", U32(addr, scope) },
	[NSINFO_A_ADDR_FLAGS] = { "flags", U32(addr, flags) },
	[NSINFO_A_ADDR_LABEL] = { "label", STR(addr, label, IFNAME_LEN) },
	[NSINFO_A_ADDR_BROADCAST] = { "broadcast", INET(addr, broadcast) },
	[NSINFO_A_ADDR_PROTO] = { "proto", U32(addr, proto) },
	[NSINFO_A_ADDR_RT_PRIORITY] = {
		"rt-priority", U32(addr, rt_priority) },
	[NSINFO_A_ADDR_VALID_LFT] = { "valid-lft", U32(addr, valid_lft) },
	[NSINFO_A_ADDR_PREFERRED_LFT] = {
		"preferred-lft", U32(addr, preferred_lft) },
};

const struct wire_set wire_addr = {
	"addr", addr_attrs, ARRAY_SIZE(addr_attrs), offsetof(struct addr, has),
	BIT(NSINFO_A_ADDR_FAMILY) | BIT(NSINFO_A_ADDR_LOCAL) |
	BIT(NSINFO_A_ADDR_PREFIXLEN),
};

static const struct wire_attr dev_attrs[] = {
	[NSINFO_A_DEV_NETNS_ID] = { "netns-id", U64(dev, netns_id) },
	[NSINFO_A_DEV_NETNS_INUM] = { "netns-inum", U32(dev, netns_inum) },
	[NSINFO_A_DEV_IFINDEX] = { "ifindex", U32(dev, ifindex) },
	[NSINFO_A_DEV_IFNAME] = { "ifname", STR(dev, ifname, IFNAME_LEN) },
	[NSINFO_A_DEV_WANT] = { "want", .type = WIRE_SKIP },
	[NSINFO_A_DEV_MORE] = { "more", .type = WIRE_FLAG },
	[NSINFO_A_DEV_FLAGS] = { "flags", U32(dev, flags) },
	[NSINFO_A_DEV_OPERSTATE] = { "operstate", U32(dev, operstate) },
	[NSINFO_A_DEV_LINK_MODE] = { "link-mode", U32(dev, link_mode) },
	[NSINFO_A_DEV_MTU] = { "mtu", U32(dev, mtu) },
	[NSINFO_A_DEV_MIN_MTU] = { "min-mtu", U32(dev, min_mtu) },
	[NSINFO_A_DEV_MAX_MTU] = { "max-mtu", U32(dev, max_mtu) },
	[NSINFO_A_DEV_TYPE] = { "type", U32(dev, type) },
	[NSINFO_A_DEV_GROUP] = { "group", U32(dev, group) },
	[NSINFO_A_DEV_TXQLEN] = { "txqlen", U32(dev, txqlen) },
	[NSINFO_A_DEV_PROMISCUITY] = { "promiscuity", U32(dev, promiscuity) },
	[NSINFO_A_DEV_ALLMULTI] = { "allmulti", U32(dev, allmulti) },
	[NSINFO_A_DEV_NUM_TX_QUEUES] = {
		"num-tx-queues", U32(dev, num_tx_queues) },
	[NSINFO_A_DEV_NUM_RX_QUEUES] = {
		"num-rx-queues", U32(dev, num_rx_queues) },
	[NSINFO_A_DEV_QDISC] = { "qdisc", STR(dev, qdisc, ANY_LEN) },
	[NSINFO_A_DEV_KIND] = { "kind", STR(dev, kind, ANY_LEN) },
	[NSINFO_A_DEV_ALIAS] = { "alias", STR(dev, alias, ANY_LEN) },
	[NSINFO_A_DEV_ADDRESS] = {
		"address", BYTES(dev, address, HWADDR_LEN) },
	[NSINFO_A_DEV_BROADCAST] = {
		"broadcast", BYTES(dev, broadcast, HWADDR_LEN) },
	[NSINFO_A_DEV_PERM_ADDRESS] = {
		"perm-address", BYTES(dev, perm_address, HWADDR_LEN) },
	[NSINFO_A_DEV_MASTER] = { "master", U32(dev, master) },
	[NSINFO_A_DEV_LINK] = { "link", U32(dev, link) },
	[NSINFO_A_DEV_LINK_NETNS] = {
		"link-netns", NEST(dev, link_netns, &wire_nsref) },
	[NSINFO_A_DEV_LINK_FOREIGN] = { "link-foreign", .type = WIRE_FLAG },
	[NSINFO_A_DEV_PEER] = { "peer", NEST(dev, peer, &wire_peer) },
	[NSINFO_A_DEV_STATS] = {
		"stats", .type = WIRE_STATS, .nest = &wire_stats },
	[NSINFO_A_DEV_ADDR] = {
		"addr", .type = WIRE_ADDR, .nest = &wire_addr },
	[NSINFO_A_DEV_EVENT] = {
		"event", AT(dev, event), .type = WIRE_EVENT,
		.nest = &wire_event },
	[NSINFO_A_DEV_PARENT_BUS] = {
		"parent-bus", STR(dev, parent_bus, ANY_LEN) },
	[NSINFO_A_DEV_PARENT_DEV] = {
		"parent-dev", STR(dev, parent_dev, ANY_LEN) },
};

const struct wire_set wire_dev = {
	"dev", dev_attrs, ARRAY_SIZE(dev_attrs), offsetof(struct dev, has),
	BIT(NSINFO_A_DEV_NETNS_ID) | BIT(NSINFO_A_DEV_NETNS_INUM) |
	BIT(NSINFO_A_DEV_IFINDEX),
};

/* Each attribute has a bit of `has`. */
#define FITS(attrs)	static_assert(ARRAY_SIZE(attrs) <= 64, #attrs)

FITS(module_attrs);
FITS(peer_attrs);
FITS(event_attrs);
FITS(created_attrs);
FITS(sockets_attrs);
FITS(fib_attrs);
FITS(hook_attrs);
FITS(task_attrs);
FITS(holder_attrs);
FITS(waiting_attrs);
FITS(netns_attrs);
FITS(opened_attrs);
FITS(nsref_attrs);
FITS(stats_attrs);
FITS(addr_attrs);
FITS(dev_attrs);
