/* SPDX-License-Identifier: GPL-2.0 */
/* The table of `nsinfo list`. */
#ifndef NSINFO_COLUMNS_H
#define NSINFO_COLUMNS_H

#include <stdint.h>
#include <stdio.h>

#include "base/table.h"
#include "cmd/list/userns.h"
#include "model/model.h"

enum list_column {
	LIST_NS, LIST_ID, LIST_TYPE, LIST_STATE, LIST_SINCE, LIST_WAITING,
	LIST_NPROCS, LIST_THREADS, LIST_PID,
	LIST_PPID, LIST_UID, LIST_USER, LIST_NAME, LIST_CONTAINER, LIST_POD,
	LIST_DEVS, LIST_ADDRS, LIST_IP, LIST_SOCKS, LIST_ROUTES, LIST_TABLES,
	LIST_RULES, LIST_HOOKS, LIST_CONNTRACK, LIST_REFS, LIST_NSFSREFS, LIST_NETNSID,
	LIST_NSFS, LIST_PATH, LIST_ONS, LIST_OWNER, LIST_CREATOR, LIST_AGE,
	LIST_INACTIVE, LIST_INIT, LIST_SELF, LIST_COMMAND, N_LIST_COLUMNS,
};

extern const struct table_column list_columns[N_LIST_COLUMNS];

/* What the columns that are shown need besides the netns. */
struct list_needs {
	uint32_t facts;			/* NSINFO_NETNS_WANT_* */
	bool devs;
	bool procs;
	bool ppids;
	bool routes;
	bool names;
	bool clock;
};

struct list_needs list_needs(const struct table *t);

/* What is known of one netns besides what the model has. */
struct list_extra {
	bool has_ppid;
	bool has_routes;
	uint32_t ppid;			/* of model_leader() */
	uint32_t routes;
};

struct list_how {
	const struct list_extra *extra;	/* as model->netns; NULL: none */
	uint64_t now;			/* CLOCK_BOOTTIME in ns, for ages */
	const struct userns_list *tree;	/* NULL: no tree */
	/* Name of a user; NULL if there is none. */
	const char *(*user_name)(void *data, uint32_t uid);
	void *data;
	uint32_t states;		/* bits of enum list_state; 0: all */
};

/* Which rows there are, one bit each. */
enum list_state {
	LIST_IS_LIVE = 1, LIST_IS_QUEUED = 2, LIST_IS_DYING = 4,
	LIST_IS_INACTIVE = 8,
};

/* Words with commas in between -> bits. Returns 0, or -EINVAL with @err. */
int list_read_states(const char *arg, uint32_t *states, struct err *err);

/* A row for each netns of @m, in the order of their ids. */
void list_fill(struct table *t, const struct model *m,
	       const struct list_how *how);

/* Cells of one row. */
void list_fill_netns(struct table *t, struct table_row *row,
		     const struct model *m, const struct netns *ns,
		     const struct list_how *how);

/* Return 0 or -ENOMEM. */
int render_list_text(FILE *f, const struct table *t, const struct model *m,
		     const struct table_how *how);
int render_list_json(FILE *f, const struct table *t, const struct model *m,
		     bool pretty);

#endif
