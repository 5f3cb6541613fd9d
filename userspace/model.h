/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of the network namespaces: plain data, no I/O. */
#ifndef NSINFO_MODEL_H
#define NSINFO_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/nsinfo.h>

/*
 * Objects mirror the attribute sets of the wire; integers keep its units.
 * `has` holds a bit for each attribute that was there, by attribute number:
 * a member whose bit is clear is zero or NULL.
 */
#define HAS(obj, attr)	((obj)->has >> (attr) & 1)

/* Bytes of a hardware address; data lives in the arena of the model. */
struct bytes {
	const uint8_t *data;
	uint8_t len;
};

/* An IP address of 4 or 16 bytes in network order; len 0: none. */
struct inet {
	uint8_t len;
	uint8_t data[16];
};

/* A netns that something points to; it need not be in the model. */
struct nsref {
	uint64_t has;
	uint64_t id;
	uint32_t inum;
};

struct created {
	uint64_t has;
	uint64_t time;			/* CLOCK_BOOTTIME, ns */
	const char *comm;
	uint32_t pid;
	uint32_t uid;
};

struct netns {
	uint64_t has;
	uint64_t id;
	uint32_t inum;
	uint32_t state;			/* enum nsinfo_netns_state */
	uint32_t owner_userns;
	uint32_t owner_uid;
	int32_t nsid;
	uint32_t ndevs;
	uint32_t refs;
	uint32_t n_devs;		/* its devices: model->devs[first_dev…] */
	size_t first_dev;
	struct created created;
};

struct addr {
	uint64_t has;
	uint32_t family;
	uint32_t prefixlen;
	uint32_t scope;
	uint32_t flags;
	uint32_t proto;
	uint32_t rt_priority;
	uint32_t valid_lft;		/* s, UINT32_MAX for ever */
	uint32_t preferred_lft;		/* s, UINT32_MAX for ever */
	struct inet local;
	struct inet peer;
	struct inet broadcast;
	const char *label;
};

struct peer {
	uint64_t has;
	uint64_t netns_id;
	uint32_t netns_inum;
	uint32_t ifindex;
	const char *ifname;
};

struct stats {
	uint64_t has;
	uint64_t count[NSINFO_A_STATS_MAX + 1];	/* by attribute number */
};

struct dev {
	uint64_t has;
	uint64_t netns_id;
	uint32_t netns_inum;
	uint32_t ifindex;
	const char *ifname;
	uint32_t flags;
	uint32_t operstate;
	uint32_t link_mode;
	uint32_t mtu;
	uint32_t min_mtu;
	uint32_t max_mtu;
	uint32_t type;
	uint32_t group;
	uint32_t txqlen;
	uint32_t promiscuity;
	uint32_t allmulti;
	uint32_t num_tx_queues;
	uint32_t num_rx_queues;
	uint32_t master;
	uint32_t link;
	uint32_t n_addrs;		/* model->addrs[first_addr…] */
	size_t first_addr;
	const char *qdisc;
	const char *kind;
	const char *alias;
	struct bytes address;
	struct bytes broadcast;
	struct bytes perm_address;
	struct nsref link_netns;
	struct peer peer;
	struct stats *stats;
	/* Set by link_resolve(); NULL where not in the model. */
	const struct dev *master_dev;
	const struct dev *link_dev;
};

/* A path where a netns can be found. */
struct name {
	uint32_t inum;
	const char *path;
	const char *shown;		/* for a person: bare in a names folder */
};

struct chunk;

struct model {
	struct netns *netns;
	size_t n_netns;
	size_t cap_netns;
	struct dev *devs;
	size_t n_devs;
	size_t cap_devs;
	struct addr *addrs;
	size_t n_addrs;
	size_t cap_addrs;
	struct name *names;		/* sorted by inum, then path */
	size_t n_names;
	size_t cap_names;
	struct chunk *chunks;
	bool more;			/* last device goes on in the next message */
};

/* An all-zero model is an empty one. Frees everything; then it is empty. */
void model_clear(struct model *m);

/*
 * New zeroed objects at the end of their array. NULL if there is no memory.
 * Valid until the next call of the same function.
 */
struct netns *model_add_netns(struct model *m);
struct dev *model_add_dev(struct model *m);
struct addr *model_add_addr(struct model *m);
struct name *model_add_name(struct model *m);

/* Memory that lives as long as the model's content; NULL if there is none. */
void *model_alloc(struct model *m, size_t size);
/* Copy of @len bytes with a NUL behind them. */
char *model_strndup(struct model *m, const char *s, size_t len);

/*
 * Sort netns by id and devices by netns and ifindex and give each netns its
 * devices. Call once everything is in. Returns 0; -EINTR if the parts do not
 * fit together, because something changed while they were read: a device of
 * a netns that is not there, one twice, one that ends in the middle.
 */
int model_finish(struct model *m);

/* Sort the names and drop those that are there twice. */
void model_finish_names(struct model *m);

/* The rest needs a finished model. NULL where there is none. */
const struct netns *model_netns(const struct model *m, uint64_t id);
const struct dev *model_dev(const struct model *m, const struct netns *ns,
			    uint32_t ifindex);

/*
 * First of the *@n names of @ns; NULL and 0 if it has none. A dying netns has
 * none: its inode number may already be that of another one.
 */
const struct name *model_names(const struct model *m, const struct netns *ns,
			       size_t *n);

/* Likewise for a netns that is not in the model. */
const struct name *model_inum_names(const struct model *m, uint32_t inum,
				    size_t *n);

#endif
