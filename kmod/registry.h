/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_REGISTRY_H
#define NSINFO_REGISTRY_H

#include <linux/types.h>

#include "entry.h"

struct net;

/*
 * With track=1 the kernel tells of every netns, and entries come and go with
 * them. With track=0 nobody does: then whoever enters brings the entries up to
 * date with the kernel's list.
 */

/* Numbers of netns, and since when the first of the dying ones is. */
struct nsinfo_registry_sums {
	u32 queued;
	u32 dying;
	u64 oldest_dying;	/* 0: none */
};

/* Is told that a netns appears, begins to go, or is gone. */
typedef void (*nsinfo_registry_fn)(u8 cmd, struct nsinfo_net *entry);

int nsinfo_registry_init(nsinfo_registry_fn tell);
void nsinfo_registry_exit(void);
bool nsinfo_registry_tracking(void);

void nsinfo_registry_enter(void);
void nsinfo_registry_leave(void);
bool nsinfo_registry_pause(void);

void nsinfo_registry_sum(struct nsinfo_registry_sums *sums);
u64 nsinfo_registry_id_of(const struct net *net);

#endif /* NSINFO_REGISTRY_H */
