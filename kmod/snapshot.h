/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_SNAPSHOT_H
#define NSINFO_SNAPSHOT_H

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/in6.h>
#include <linux/netdevice.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/nsinfo.h>

#include "waiting.h"

struct in_ifaddr;
struct inet6_ifaddr;
struct net;
struct nsinfo_net;
struct nsinfo_viewer;

#define NSINFO_WAITING_MAX	8

/* Names of a parent that are longer are not told. */
#define NSINFO_PARENT_LEN	128

/* A netns, in the terms of its viewer. */
struct nsinfo_net_rec {
	u64 id;
	u32 inum;
	enum nsinfo_netns_state state;
	bool init;
	bool self;
	u32 owner_userns;	/* 0: not for this viewer */
	u32 owner_uid;
	int nsid;		/* negative: none */
	u32 ndevs;
	u32 refs;
	u64 created_at;		/* 0: unknown, and so are the next three */
	u32 creator_pid;	/* 0: not in the viewer's pid namespace */
	char creator_comm[TASK_COMM_LEN];
	u32 creator_uid;
	u64 dying_since;	/* 0: it is not */
	bool inactive;
	u32 nwaiting;		/* those beyond the array are not shown */
	struct nsinfo_waiting_rec waiting[NSINFO_WAITING_MAX];
};

/* The pointers in it are valid in the RCU section that it was filled in. */
struct nsinfo_dev_rec {
	u64 net_id;
	u32 net_inum;
	u32 ifindex;
	char name[IFNAMSIZ];
	u32 flags;
	u32 operstate;
	u32 link_mode;
	u32 mtu;
	u32 min_mtu;
	u32 max_mtu;
	u32 type;
	u32 group;
	u32 txqlen;
	u32 promiscuity;
	u32 allmulti;
	u32 num_tx_queues;
	u32 num_rx_queues;	/* 0: the kernel keeps none */
	const char *qdisc;	/* or NULL */
	const char *kind;	/* or NULL */
	const char *alias;	/* or NULL */
	const char *parent_bus;	/* or NULL */
	const char *parent_dev;	/* NULL where parent_bus is */
	u32 addr_len;
	u8 address[MAX_ADDR_LEN];
	u8 broadcast[MAX_ADDR_LEN];
	u8 perm_address[MAX_ADDR_LEN];
	bool has_perm_address;
	u32 master;		/* 0: none */
	bool has_link;
	u32 link;
	bool link_foreign;
	u64 link_net_id;	/* 0: not told */
	u32 link_net_inum;
	u32 peer_ifindex;	/* 0: none, or not for this viewer */
	u64 peer_net_id;
	u32 peer_net_inum;
	char peer_name[IFNAMSIZ];
	bool has_stats;
	struct rtnl_link_stats64 stats;	/* last: not set without has_stats */
};

/* Tells one address of a device from the others. No padding: it is compared. */
struct nsinfo_addr_key {
	u16 family;		/* 0: before the first one */
	u16 prefixlen;
	union {
		struct {
			__be32 local;
			__be32 peer;
		} v4;
		struct in6_addr v6;
	};
};

/**
 * struct nsinfo_addr_walk - a walk of the addresses of a device
 * @v4: the next address where it is one of IPv4, or NULL
 * @v6: else the link of the next one of IPv6; @head6 at the end
 * @head6: of the list of these
 * @at: how many addresses are behind
 * @taken: how many were when the last one had been taken
 * @last: that one; family 0 before the first
 *
 * The pointers are valid in the RCU section that they were found in.
 */
struct nsinfo_addr_walk {
	const struct in_ifaddr *v4;
	const struct list_head *v6;
	const struct list_head *head6;
	u32 at;
	u32 taken;
	struct nsinfo_addr_key last;
};

/* An address. IPv4 ones use the first 4 bytes of local, peer. */
struct nsinfo_addr_rec {
	struct nsinfo_addr_key key;
	struct in6_addr local;
	struct in6_addr peer;
	bool has_peer;
	u32 prefixlen;
	u32 scope;
	u32 flags;
	char label[IFNAMSIZ];	/* empty: none */
	__be32 broadcast;	/* 0: none */
	u32 proto;		/* 0: none */
	u32 rt_priority;	/* 0: the default */
	u32 valid_lft;
	u32 preferred_lft;
};

/* A device where it was. */
struct nsinfo_place {
	u64 net_id;		/* 0: nowhere */
	u32 net_inum;
	u32 ifindex;
	char name[IFNAMSIZ];
};

/* What an event says besides what it is about. */
struct nsinfo_event_rec {
	u32 changed;		/* 0: does not apply */
	struct nsinfo_place from;
};

void nsinfo_snapshot_net(struct nsinfo_net_rec *rec,
			 const struct nsinfo_net *entry,
			 const struct nsinfo_viewer *viewer);
void nsinfo_snapshot_dev(struct nsinfo_dev_rec *rec, struct net_device *dev,
			 const struct nsinfo_viewer *viewer, bool want_stats);
void nsinfo_snapshot_dev_brief(struct nsinfo_dev_rec *rec,
			       const struct net_device *dev);
unsigned int nsinfo_snapshot_devs(struct net *net, int after,
				  struct net_device **devs, unsigned int n);

void nsinfo_snapshot_inet(struct nsinfo_addr_rec *rec,
			  const struct in_ifaddr *ifa);
void nsinfo_snapshot_inet6(struct nsinfo_addr_rec *rec,
			   const struct inet6_ifaddr *ifp);
unsigned int nsinfo_snapshot_addr_gen(const struct net *net);
bool nsinfo_addr_is_dead(const struct inet6_ifaddr *ifp);
void nsinfo_addr_begin(struct nsinfo_addr_walk *walk, struct net_device *dev);
bool nsinfo_addr_resume(struct nsinfo_addr_walk *walk, struct net_device *dev,
			const struct nsinfo_addr_key *last, u32 taken);
bool nsinfo_addr_get(struct nsinfo_addr_walk *walk,
		     struct nsinfo_addr_rec *rec);
void nsinfo_addr_take(struct nsinfo_addr_walk *walk);

#endif /* NSINFO_SNAPSHOT_H */
