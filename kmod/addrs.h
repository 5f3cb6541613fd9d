/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_ADDRS_H
#define NSINFO_ADDRS_H

struct net_device;

int nsinfo_addrs_init(void);
void nsinfo_addrs_exit(void);
void nsinfo_addrs_relabelled(struct net_device *dev);

#endif /* NSINFO_ADDRS_H */
