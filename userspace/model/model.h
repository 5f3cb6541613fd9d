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

struct peer {
	uint64_t has;
	uint64_t netns_id;
	uint32_t netns_inum;
	uint32_t ifindex;
	const char *ifname;
};

/* What makes an answer a notification. */
struct event {
	uint64_t has;
	uint64_t seq;
	uint64_t time;			/* CLOCK_BOOTTIME, ns */
	uint32_t changed;		/* NSINFO_DEV_CHANGED_* */
	struct peer from;		/* where a moved device was */
};

struct created {
	uint64_t has;
	uint64_t time;			/* CLOCK_BOOTTIME, ns */
	const char *comm;
	uint32_t pid;
	uint32_t uid;
};

/* Numbers of sockets; by protocol only those that are in its tables. */
struct sockets {
	uint64_t has;
	uint32_t pins;			/* that hold a reference to the netns */
	uint32_t tcp;
	uint32_t tcp6;
	uint32_t udp;
	uint32_t udp6;
	uint32_t raw;
	uint32_t raw6;
	uint32_t unix_;
	uint32_t packet;
	uint32_t netlink;
};

struct fib {
	uint64_t has;			/* 0: not told */
	uint32_t family;
	uint32_t tables;
	uint32_t rules;
	uint32_t routes;
};

/* How many functions of each sort are in one hook of netfilter. */
struct hook {
	uint64_t has;
	uint32_t family;		/* NFPROTO_* */
	uint32_t hooknum;
	uint32_t nf_tables;
	uint32_t iptables;
	uint32_t conntrack;
	uint32_t bpf;
	uint32_t other;
};

/*
 * A task. What the kernel module does not tell is as in `has`; it has nothing
 * to say of those that were found in /proc.
 */
struct task {
	uint64_t has;
	uint64_t netns_id;
	uint32_t netns_inum;
	uint32_t pid;			/* 0: not in our pid namespace */
	uint32_t tid;
	const char *comm;
	uint32_t uid;
	uint64_t nsproxy;		/* 0: not known */
	/* Set by procs_describe(); NULL: not known. */
	const char *command;		/* the COMMAND of lsns */
	const char *container;		/* runtime:id */
	const char *pod;		/* uid of its Kubernetes pod; or NULL */
};

#define IS_THREAD(task)	HAS(task, NSINFO_A_TASK_THREAD)

/* A device that was unregistered and is still referred to. */
struct waiting {
	uint64_t has;
	uint32_t ifindex;
	const char *ifname;
	const char *kind;
	uint32_t refs;
	uint64_t since;			/* CLOCK_BOOTTIME, ns */
	uint64_t told_at;		/* likewise */
};

/* An open file that leads into a netns, in a table of files. */
struct holder {
	uint64_t has;
	uint64_t netns_id;
	uint32_t netns_inum;
	uint32_t type;			/* enum nsinfo_holder_type */
	uint32_t pid;			/* 0: not in our pid namespace */
	uint32_t tid;
	const char *comm;
	uint32_t fd;
	uint32_t family;		/* this and the rest: of a socket */
	uint32_t sock_type;
	uint32_t protocol;
	uint32_t state;			/* TCP_* */
	uint64_t inode;
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
	uint32_t conntrack;
	uint32_t nsfs_refs;
	uint32_t n_devs;		/* its devices: model->devs[first_dev…] */
	size_t first_dev;
	uint32_t n_hooks;		/* model->hooks[first_hook…] */
	size_t first_hook;
	uint32_t n_tasks;		/* model->tasks[first_task…] */
	size_t first_task;
	uint32_t n_waiting;		/* model->waiting[first_waiting…] */
	size_t first_waiting;
	uint32_t all_waiting;		/* how many there are */
	bool has_details;		/* its devices have those of `ip -d` */
	uint64_t dying_since;		/* CLOCK_BOOTTIME, ns */
	struct created created;
	struct sockets sockets;
	struct fib fib4;
	struct fib fib6;
	struct event *event;		/* NULL: no notification */
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
	const char *parent_bus;		/* NULL: none */
	const char *parent_dev;
	struct bytes address;
	struct bytes broadcast;
	struct bytes perm_address;
	struct nsref link_netns;
	struct peer peer;
	struct stats *stats;
	struct event *event;		/* NULL: no notification */
	/* Set by details_ask(); NULL: not known. */
	const struct json_t *details;
	/* Set by link_resolve(); NULL where not in the model. */
	const struct dev *master_dev;
	const struct dev *link_dev;
};

/*
 * A path where a netns can be found. With @mntns it leads there in another
 * mount namespace only: from here that is /proc/MNT_PID/root/PATH.
 */
struct name {
	uint32_t inum;			/* 0: stale, nothing is mounted there */
	const char *path;
	const char *shown;		/* for a person: bare in a names folder */
	uint32_t mntns;			/* inode number; 0: our own */
	uint32_t mnt_pid;		/* a task in it, as /proc counts; 0: none */
	/* Without a task: where the mount namespace is mounted in ours. */
	const char *mnt_file;
	bool hidden;			/* the path leads to another mount */
	bool twin;			/* what is shown is another netns' as well */
};

/* Whether the path leads to the netns in our own mount namespace. */
static inline bool name_is_ours(const struct name *name)
{
	return !name->mntns && !name->hidden;
}

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
	struct hook *hooks;
	size_t n_hooks;
	size_t cap_hooks;
	struct waiting *waiting;
	size_t n_waiting;
	size_t cap_waiting;
	struct holder *holders;		/* as they came */
	size_t n_holders;
	size_t cap_holders;
	struct task *tasks;
	size_t n_tasks;
	size_t cap_tasks;
	bool has_tasks;			/* all of them, as the kernel has them */
	struct name *names;		/* by inum; hidden last; ours first */
	size_t n_names;
	size_t cap_names;
	struct name *stale;		/* entries that name nothing; by path */
	size_t n_stale;
	size_t cap_stale;
	struct model *around;		/* what its devices point to beside it */
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
struct hook *model_add_hook(struct model *m);
struct waiting *model_add_waiting(struct model *m);
struct holder *model_add_holder(struct model *m);
struct task *model_add_task(struct model *m);
struct name *model_add_name(struct model *m);
struct name *model_add_stale(struct model *m);

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

/* Drop the devices of netns that are not in @m, before it is finished. */
void model_drop_strays(struct model *m);

/*
 * Sort the tasks by netns, pid and tid and give each netns its own; those of
 * a netns that is not in the model are dropped. Needs a finished model.
 */
void model_finish_tasks(struct model *m);

/* Sort names and stale ones, drop those that are there twice, mark twins. */
void model_finish_names(struct model *m);

/*
 * Give a finished @m room for netns and devices that its own point to and that
 * are not in it. They are found by model_anywhere() alone, and no renderer prints
 * them. Returns an empty model that belongs to @m, or NULL without memory.
 */
struct model *model_add_around(struct model *m);

/* The rest needs a finished model. NULL where there is none. */
const struct netns *model_netns(const struct model *m, uint64_t id);
const struct dev *model_dev(const struct model *m, const struct netns *ns,
			    uint32_t ifindex);

/* A netns of @m or around it, and the model that has it, for model_dev(). */
const struct netns *model_anywhere(const struct model *m, uint64_t id,
				   const struct model **where);

/* The live netns with this inode number. */
const struct netns *model_netns_by_inum(const struct model *m, uint32_t inum);

/* "live", "queued", "dying"; NULL for one that has no name. */
const char *model_state_name(const struct netns *ns);

/*
 * The process of @ns with the lowest pid, which stands for it as in lsns.
 * NULL if there is none that we can name.
 */
const struct task *model_leader(const struct model *m, const struct netns *ns);

/*
 * The container of @ns, from the first of its tasks that is known to be in
 * one; for the first netns, which containers may share, from its leader only.
 * NULL if none is known.
 */
const char *model_container(const struct model *m, const struct netns *ns);
/* The uid of the Kubernetes pod that this container is in, or NULL. */
const char *model_pod(const struct model *m, const struct netns *ns);

/* What keeps @ns by being in it; of no use without model->has_tasks. */
struct task_counts {
	uint32_t processes;
	uint32_t threads;		/* those in it, leaders included */
	uint32_t nsproxies;		/* a reference each */
};

struct task_counts model_count_tasks(const struct model *m,
				     const struct netns *ns);

/*
 * First of the *@n names of @ns; NULL and 0 if it has none. A dying netns has
 * none: its inode number may already be that of another one. Those of our own
 * mount namespace come first.
 */
const struct name *model_names(const struct model *m, const struct netns *ns,
			       size_t *n);

/* Likewise for a netns that is not in the model. */
const struct name *model_inum_names(const struct model *m, uint32_t inum,
				    size_t *n);

#endif
