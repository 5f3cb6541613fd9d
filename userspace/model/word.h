/* SPDX-License-Identifier: GPL-2.0 */
/* What to type for a netns. */
#ifndef NSINFO_WORD_H
#define NSINFO_WORD_H

#include "model/model.h"

/*
 * The shortest word that the command line takes for @ns and for no other one:
 * a name of a names folder, init, self, a path, else its inode number, or its id where
 * that number may mean another one. Lives as long as the model, or in @buf of @size (at
 * least 32) bytes.
 */
const char *netns_word(const struct model *m, const struct netns *ns,
		       char *buf, size_t size);

#endif
