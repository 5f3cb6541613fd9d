/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All differences between the kernels that nsinfo builds on, one symbol a test.
 * A test asks the headers: the preprocessor, the compiler or Kbuild.probes. No
 * file of nsinfo asks for the version of the kernel.
 */
#ifndef NSINFO_COMPAT_H
#define NSINFO_COMPAT_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

/* The registry's keys are cookies of 64 bits, an xarray's are longs. */
#if BITS_PER_LONG < 64
#error "nsinfo needs a 64-bit kernel"
#endif

/* Up to 5.11 a namespace has its cookie only after a program asked for it. */
static_assert(__same_type(((struct net *)0)->net_cookie, u64),
	      "nsinfo needs a kernel that gives each network namespace a cookie (net_cookie of 64 bits), as 5.12 and newer do");

/* 6.18 hid the reference count of a namespace behind accessors. */
#if defined(ns_ref_read)
#define nsinfo_compat_ref_read(net)	ns_ref_read(net)
#elif defined(NSINFO_HAVE_NS_COUNT)
#define nsinfo_compat_ref_read(net)	refcount_read(&(net)->ns.count)
#else
#error "nsinfo does not know where this kernel counts the references to a namespace"
#endif

/* Kernels with listns() count who makes a namespace visible there. */
#ifdef ns_ref_active_read
#define nsinfo_compat_inactive(net)	(!ns_ref_active_read(net))
#else
#define nsinfo_compat_inactive(net)	((void)(net), false)
#endif

/* 6.6 moved the attributes of a dump request into struct genl_info. */
#if defined(NSINFO_HAVE_GENL_INFO_DUMP)
#define nsinfo_compat_dump_attrs(cb)	(genl_info_dump(cb)->attrs)
#elif defined(NSINFO_HAVE_DUMPIT_ATTRS)
#define nsinfo_compat_dump_attrs(cb)	(genl_dumpit_info(cb)->attrs)
#else
#error "nsinfo does not know where this kernel keeps the attributes of a dump request"
#endif

/* 6.9 turned the dentry of a namespace in nsfs from a number into a pointer. */
static_assert(__same_type(((struct net *)0)->ns.stashed, atomic_long_t) ||
	      __same_type(((struct net *)0)->ns.stashed, struct dentry *),
	      "nsinfo does not know how this kernel keeps the dentry of a namespace");

/**
 * nsinfo_compat_stashed() - the dentry of a netns in nsfs
 * @net: the netns
 *
 * Context: under RCU, which keeps the dentry.
 * Return: the dentry, NULL where no file of nsfs is open or mounted.
 */
static inline const struct dentry *nsinfo_compat_stashed(const struct net *net)
{
	return READ_ONCE(*(struct dentry *const *)&net->ns.stashed);
}

/**
 * nsinfo_compat_reg_state() - where a device is between its first and last day
 * @dev: the device
 *
 * Up to 6.8 reg_state is a bit-field, which READ_ONCE() cannot take.
 *
 * Context: any; the state may change at once, but for callers under RTNL.
 * Return: NETREG_*.
 */
static inline unsigned int
nsinfo_compat_reg_state(const struct net_device *dev)
{
	/* One byte: a reader meets the old state or the new one. */
	return data_race((unsigned int)dev->reg_state);
}

/* Whether a device stays in the netns where it was made; once a feature bit. */
#if defined(NSINFO_HAVE_NETNS_IMMUTABLE)
#define nsinfo_compat_is_immovable(dev)	((dev)->netns_immutable)
#elif defined(NSINFO_HAVE_NETNS_LOCAL)
#define nsinfo_compat_is_immovable(dev)	((dev)->netns_local)
#else
#define nsinfo_compat_is_immovable(dev) \
	(!!((dev)->features & NETIF_F_NETNS_LOCAL))
#endif

/* 6.2 let a netns have a table of UDP sockets of its own. */
#ifdef NSINFO_HAVE_NETNS_UDP_TABLE
#define nsinfo_compat_udp_table(net)	((net)->ipv4.udp_table)
#else
#define nsinfo_compat_udp_table(net)	((void)(net), &udp_table)
#endif

/*
 * Who may join a multicast group. Before 6.8 and 6.1.66 the kernel asks for
 * CAP_NET_ADMIN at most.
 */
#ifdef NSINFO_HAVE_MCAST_CAP_SYS_ADMIN
#define NSINFO_COMPAT_MCAST_ADMIN	GENL_MCAST_CAP_SYS_ADMIN
#else
#define NSINFO_COMPAT_MCAST_ADMIN	GENL_UNS_ADMIN_PERM
#endif

/* Private to two .c files before 6.12. */
#ifndef INFINITY_LIFE_TIME
#define INFINITY_LIFE_TIME	0xFFFFFFFF
#endif

#endif /* NSINFO_COMPAT_H */
