/* SPDX-License-Identifier: GPL-2.0 */
/* Processes: from the kernel module where it tells, else from /proc. */
#ifndef NSINFO_PROCS_H
#define NSINFO_PROCS_H

#include <stdint.h>

#include "model/model.h"
#include "wire/fetch.h"

/*
 * Add the tasks of all netns of a finished @m, or of the one @id if that is
 * not 0, and describe the leader (model_leader()) of each netns and what tells
 * its container. Where the module may not or cannot tell, they are looked for
 * in /proc, and model->has_tasks is set only if nothing hides there. What this
 * user may not see is missing, and told in *@blind (enum blind, added to what
 * is there). Returns 0 or a negative errno with @err.
 */
int enrich_procs(struct genl *g, uint64_t id, struct model *m,
		 uint32_t *blind, struct err *err);

/*
 * Add command line and container of all processes of @ns: what a page about
 * one netns wants, and what takes too long for all. Returns 0 or -ENOMEM.
 */
int procs_describe(struct model *m, const struct netns *ns);

/*
 * Parts of that, about /proc at @proc ("/proc", but for tests). Add the tasks
 * with their netns, for who may not ask the module; those of the netns @id
 * only if that is not 0. Returns 0 or -ENOMEM.
 */
int procs_read(struct model *m, uint64_t id, const char *proc,
	       uint32_t *blind);
/* Describe the leaders, as above. Returns 0 or -ENOMEM. */
int procs_describe_leaders(struct model *m, const char *proc);
/* Command line and container of one process; returns 0 or -ENOMEM. */
int procs_describe_task(struct model *m, struct task *task, const char *proc);

#endif
