/* SPDX-License-Identifier: GPL-2.0 */
/* Which devices of the model point to which. */
#ifndef NSINFO_LINK_H
#define NSINFO_LINK_H

#include "model/model.h"

/*
 * Set master_dev and link_dev of every device of a finished model. A master
 * is in the same netns; a link is in the same one, or in link_netns if the
 * wire named one, and is unknown if it only said that it is another.
 */
void link_resolve(struct model *m);

#endif
