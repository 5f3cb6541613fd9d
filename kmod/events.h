/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_EVENTS_H
#define NSINFO_EVENTS_H

#include <linux/types.h>

#include "family.h"

struct net;
struct net_device;
struct nsinfo_addr_rec;
struct nsinfo_net;
struct nsinfo_place;

/* Asked when the event is about to be sent: is it still true? */
typedef bool (*nsinfo_still_fn)(const void *object);

void nsinfo_events_enable(void);
void nsinfo_events_disable(void);
bool nsinfo_events_enabled(void);
bool nsinfo_events_wanted(void);

u64 nsinfo_events_seq(const struct net *net);

void nsinfo_events_net(u8 cmd, struct nsinfo_net *entry);
void nsinfo_events_dev(u8 cmd, struct net_device *dev, u32 changed);
void nsinfo_events_peer(struct net_device *dev, bool own);
void nsinfo_events_dev_left(struct net_device *dev);
void nsinfo_events_dev_moved(struct net_device *dev,
			     const struct nsinfo_place *from);
void nsinfo_events_dev_async(struct net_device *dev, u32 changed);
void nsinfo_events_addr(u8 cmd, struct net_device *dev,
			const struct nsinfo_addr_rec *addr, gfp_t gfp,
			nsinfo_still_fn still, const void *object);
bool nsinfo_events_addr_again(struct net_device *dev,
			      const struct nsinfo_addr_rec *addr,
			      enum nsinfo_group group);
void nsinfo_events_lost(struct net *net);

#endif /* NSINFO_EVENTS_H */
