/* SPDX-License-Identifier: GPL-2.0 */
/* Processes, as /proc shows them. */
#ifndef NSINFO_PROCS_H
#define NSINFO_PROCS_H

#include <stdint.h>

#include "model/model.h"

/*
 * Add command line and container of all processes of @ns: what a page about
 * one netns wants, and what takes too long for all. Returns 0 or -ENOMEM.
 */
int procs_describe(struct model *m, const struct netns *ns);

/*
 * Add the tasks with their netns from /proc at @proc ("/proc", but for tests);
 * of the netns @id only if that is not 0. model->has_tasks is set only if
 * nothing hides there; *@blind gets what this user cannot see. Returns 0 or
 * -ENOMEM.
 */
int procs_read(struct model *m, uint64_t id, const char *proc,
	       uint32_t *blind);
/*
 * Describe the leader (model_leader()) of each netns, and what tells its
 * container. Returns 0 or -ENOMEM.
 */
int procs_describe_leaders(struct model *m, const char *proc);
/* Command line and container of one process; returns 0 or -ENOMEM. */
int procs_describe_task(struct model *m, struct task *task, const char *proc);

#endif
