/* SPDX-License-Identifier: GPL-2.0 */
/* Messages as the kernel module sends them, made by hand. */
#ifndef NSINFO_MESSAGES_H
#define NSINFO_MESSAGES_H

#include "model/model.h"
#include "test.h"

/* One netns; members that are 0 or NULL are left out of the message. */
struct netns_spec {
	uint64_t id;
	uint32_t inum;
	bool dying;
	bool queued;
	bool inactive;
	uint64_t since;			/* sends what it waits for too */
	bool init;
	bool self;
	uint32_t userns;		/* sends owner-uid too */
	uint32_t uid;
	int nsid;			/* counted from 1 */
	uint32_t refs;
	uint64_t time;			/* sends all of created */
	const char *comm;
	uint32_t pid;
	uint32_t by_uid;
};

/* One address. @local, @peer and @broadcast as text. */
struct addr_spec {
	const char *local;
	const char *peer;
	uint32_t prefixlen;
	uint32_t scope;
	uint32_t flags;			/* IFA_F_* besides IFA_F_PERMANENT … */
	bool dynamic;			/* … which is set unless this is */
	const char *label;
	const char *broadcast;
	uint32_t proto;
	uint32_t metric;
	uint32_t valid;			/* 0: for ever */
	uint32_t preferred;
};

/* One device. */
struct dev_spec {
	uint64_t netns;
	uint32_t inum;
	uint32_t ifindex;
	const char *name;
	const char *kind;
	uint32_t flags;			/* IFF_* */
	uint32_t operstate;
	uint32_t type;			/* 0: ARPHRD_ETHER */
	uint32_t mtu;			/* 0: 1500 */
	uint32_t txqlen;		/* 0: 1000 */
	uint32_t group;
	uint32_t promiscuity;
	uint32_t allmulti;
	uint32_t link_mode;
	const char *qdisc;		/* NULL: noqueue */
	const char *alias;
	const char *mac;		/* "02:00:…" */
	const char *broadcast;		/* NULL: as many ff as mac has bytes */
	const char *perm;
	uint32_t master;
	uint32_t link;			/* ifindex */
	bool link_none;			/* link is there and 0 */
	bool foreign;			/* link counts in another netns: */
	uint64_t link_id;		/* … this one, if it is visible */
	uint32_t link_inum;
	uint64_t peer_id;
	uint32_t peer_inum;
	uint32_t peer_ifindex;
	const char *peer_name;
	bool stats;			/* counters: 1000 + attribute number */
	bool more;
	const struct addr_spec *addrs;	/* ends with one without local */
};

/* What makes a message a notification. */
struct event_spec {
	uint64_t seq;
	uint64_t time;
	uint32_t changed;
	uint64_t from_id;		/* sends all of from */
	uint32_t from_inum;
	uint32_t from_ifindex;
	const char *from_name;
};

/* Decode the messages of all of these. */
void messages_decode(struct model *m, const struct netns_spec *netns,
		     size_t n_netns, const struct dev_spec *devs,
		     size_t n_devs);

void messages_netns(struct msg *m, const struct netns_spec *spec);
void messages_dev(struct msg *m, const struct dev_spec *spec);
/* The next part of a device: more addresses. */
void messages_dev_part(struct msg *m, const struct dev_spec *spec);
void messages_addr(struct msg *m, const struct addr_spec *spec);
/* Behind a netns or a device: @type is NSINFO_A_NETNS_EVENT, …_DEV_EVENT. */
void messages_event(struct msg *m, uint16_t type,
		    const struct event_spec *spec);

#endif
