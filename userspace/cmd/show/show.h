/* SPDX-License-Identifier: GPL-2.0 */
/* What `show` knows of a netns beyond the model, and its renderers. */
#ifndef NSINFO_SHOW_H
#define NSINFO_SHOW_H

#include "cmd/show/topology.h"
#include "inside/peek.h"
#include "print/render.h"
#include "print/text.h"

/* The namespaces of a process besides that of the network. */
enum {
	SHOW_MNT, SHOW_UTS, SHOW_IPC, SHOW_PID, SHOW_USER, SHOW_CGROUP,
	SHOW_TIME, SHOW_NS
};

extern const char *const show_ns_names[SHOW_NS];

/* Inode numbers; 0: not known. */
struct show_nsset {
	uint32_t ns[SHOW_NS];
};

/* A process, or a thread of a process that is in another netns. */
struct show_proc {
	const struct task *task;
	uint32_t threads;		/* in this netns, with the leader */
	const char *user;		/* of task->uid; NULL: no name */
	struct show_nsset set;
};

struct show {
	const struct netns *ns;
	bool has_facts;			/* that the kernel was asked for */
	const char *owner;		/* user of that uid; NULL: no name */
	struct peek peek;
	struct topology topology;
	struct show_proc *procs;	/* by pid */
	size_t n_procs;
	struct show_proc *strays;	/* threads whose process is elsewhere */
	size_t n_strays;
	struct show_nsset init;		/* of process 1 */
	struct show_nsset self;		/* our own */
};

/*
 * procs.c: fill in owner, procs, strays, init and self, with names of users and
 * with what /proc at @proc ("/proc", but for tests) says; memory is that of
 * @m. Returns 0 or -ENOMEM.
 */
int show_procs(struct model *m, struct show *s, const char *proc);
bool show_has_uid(const struct task *task);
bool show_knows(const struct show_nsset *set);

/* Write all of @n netns; 0 or -ENOMEM, write errors stay with @f. */
int render_text_show(FILE *f, const struct model *m, const struct show *shows,
		     size_t n, const struct render *how);
int render_json_show(FILE *f, const struct model *m, const struct show *shows,
		     size_t n, const struct render *how);

/* Columns of the labels, with the two spaces after them. */
#define SHOW_LABELS	12
/* line.c: parts of the page. A line with a label, up to what comes after that. */
void show_label(struct text *t, const char *label);
/* A further line of it. */
void show_line(struct text *t);
/* page_procs.c, page_inside.c: sections of it. */
void show_put_procs(struct text *t, const struct show *s);
void show_put_inside(struct text *t, const struct show *s);

/* page_inside.c: words of both. @buf of IPNAMES_SIZE bytes is for what has no name. */
struct show_inuse {
	const char *name;
	uint32_t attr;			/* NSINFO_A_SOCKETS_* */
	uint32_t n;
};

/* Numbers by protocol that @k holds; returns how many of these. */
#define SHOW_INUSE	9
size_t show_inuse(const struct sockets *k, struct show_inuse *inuse);

const char *show_hook_family(uint32_t family, char *buf);
const char *show_hook_name(uint32_t family, uint32_t hooknum, char *buf);

#endif
