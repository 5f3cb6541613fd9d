/* SPDX-License-Identifier: GPL-2.0 */
/* Classes of IP addresses. */
#ifndef NSINFO_ADDR_H
#define NSINFO_ADDR_H

#include "model/model.h"

/* 127.0.0.0/8, ::1 */
bool addr_is_loopback(const struct inet *ip);
/* 169.254.0.0/16, fe80::/10 */
bool addr_is_link_local(const struct inet *ip);

/* Whether @addr means something on its own link only. */
bool addr_is_link_only(const struct addr *addr);

/*
 * Whether no two hosts may have it: no loopback, multicast or unspecified
 * address, and none of scope host.
 */
bool addr_is_unique(const struct addr *addr);

/* Whether it says where a netns can be reached: neither of the first two. */
bool addr_is_reachable(const struct inet *ip);

#endif
