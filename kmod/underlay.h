/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_UNDERLAY_H
#define NSINFO_UNDERLAY_H

struct net;
struct net_device;

struct net *nsinfo_underlay_net(const struct net_device *dev);

#endif /* NSINFO_UNDERLAY_H */
