/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_DEVS_H
#define NSINFO_DEVS_H

struct net_device;
struct nsinfo_net;

unsigned int nsinfo_devs_next(const struct nsinfo_net *entry, int after,
			      struct net_device **devs, unsigned int n);
struct net_device *nsinfo_devs_find(const struct nsinfo_net *entry, int ifindex,
				    const char *name);

#endif /* NSINFO_DEVS_H */
