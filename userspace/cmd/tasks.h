/* SPDX-License-Identifier: GPL-2.0 */
/* Tasks: from the kernel module where it tells them, else from /proc. */
#ifndef NSINFO_TASKS_H
#define NSINFO_TASKS_H

#include "wire/fetch.h"

/*
 * Add the tasks of all netns of a finished @m, or of the one @id if that is
 * not 0, and describe the leader (model_leader()) of each netns and what tells
 * its container. Where the module may not or cannot tell, they are looked for
 * in /proc, and model->has_tasks is set only if nothing hides there. What this
 * user may not see is missing, and told in *@blind (enum blind, added to what
 * is there). Returns 0 or a negative errno with @err.
 */
int tasks_read(struct genl *g, uint64_t id, struct model *m,
	       uint32_t *blind, struct err *err);

#endif
