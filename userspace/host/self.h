/* SPDX-License-Identifier: GPL-2.0 */
/* Who this process is, and which netns it may see. */
#ifndef NSINFO_SELF_H
#define NSINFO_SELF_H

#include <stdint.h>

#include "model/model.h"
#include "model/viewer.h"

/*
 * Put into @v, where untracked and missing are set, who this process is, which
 * read @m. All netns show for who has CAP_SYS_ADMIN in the initial user
 * namespace.
 */
void self_read(struct viewer *v, const struct model *m);

/* What of enum blind this process cannot see of netns, without a model. */
uint32_t self_blind(void);

#endif
