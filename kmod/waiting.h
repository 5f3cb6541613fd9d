/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_WAITING_H
#define NSINFO_WAITING_H

#include <linux/if.h>
#include <linux/types.h>

struct net_device;

#define NSINFO_WAITING_KIND	16

/* A device that was unregistered and is still referred to. */
struct nsinfo_waiting_rec {
	u32 ifindex;
	u32 refs;
	char name[IFNAMSIZ];
	char kind[NSINFO_WAITING_KIND];		/* empty: none */
	u64 since;
	u64 told_at;
};

void nsinfo_waiting_event(struct net_device *dev);
unsigned int nsinfo_waiting_get(u64 id, struct nsinfo_waiting_rec *recs,
				unsigned int n);
unsigned int nsinfo_waiting_count(void);
void nsinfo_waiting_exit(void);

#endif /* NSINFO_WAITING_H */
