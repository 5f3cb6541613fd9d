/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_NETLINK_H
#define NSINFO_NETLINK_H

int nsinfo_netlink_init(void);
void nsinfo_netlink_exit(void);

#endif /* NSINFO_NETLINK_H */
