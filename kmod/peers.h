/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_PEERS_H
#define NSINFO_PEERS_H

struct net_device;
struct nsinfo_place;

void nsinfo_peers_tell(struct net_device *dev, const struct nsinfo_place *from);
void nsinfo_peers_await(struct net_device *dev);
void nsinfo_peers_exit(void);

#endif /* NSINFO_PEERS_H */
