/* SPDX-License-Identifier: GPL-2.0 */
/* What was there before: the output of an earlier `nsinfo dump -J`. */
#ifndef NSINFO_BASELINE_H
#define NSINFO_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/model.h"
#include "model/viewer.h"

struct baseline_netns {
	uint64_t id;
	uint32_t inum;
};

struct baseline_dev {
	uint64_t netns_id;
	uint32_t ifindex;
};

/* An all-zero one is empty. */
struct baseline {
	struct viewer viewer;		/* who made it */
	char *boot_id;			/* NULL: not told */
	struct baseline_netns *netns;	/* sorted by id */
	size_t n_netns;
	struct baseline_dev *devs;	/* sorted by netns and ifindex */
	size_t n_devs;
};

/*
 * Read the file at @path, "-" for standard input. Returns 0 or a negative
 * errno with @err: -EBADMSG if it is not what `nsinfo dump -J` prints, and
 * then @err says what it seems to be.
 * baseline_free() is right after failure too.
 */
int baseline_read(struct baseline *b, const char *path, struct err *err);
void baseline_free(struct baseline *b);

/*
 * False if @m cannot be later in the same boot: that is another one by its
 * number, or an id that both know belongs to another inode.
 */
bool baseline_same_boot(const struct baseline *b, const struct model *m);

/* Was it there? */
bool baseline_has_netns(const struct baseline *b, uint64_t id);
bool baseline_has_dev(const struct baseline *b, const struct dev *dev);

#endif
