/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything that differs between the kernels that nsinfo builds on, one
 * symbol a test. No other file looks at the version.
 */
#ifndef NSINFO_COMPAT_H
#define NSINFO_COMPAT_H

#include <linux/version.h>
#include <net/addrconf.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "nsinfo needs Linux 6.1 or newer"
#endif

/* The registry's keys are cookies of 64 bits, an xarray's are longs. */
#if BITS_PER_LONG < 64
#error "nsinfo needs a 64-bit kernel"
#endif

/* 6.18 hid the reference count of a namespace behind accessors. */
#ifdef ns_ref_read
#define nsinfo_compat_ref_read(net)	ns_ref_read(net)
#else
#define nsinfo_compat_ref_read(net)	refcount_read(&(net)->ns.count)
#endif

/* Kernels with listns() count who makes a namespace visible there. */
#ifdef ns_ref_active_read
#define nsinfo_compat_inactive(net)	(!ns_ref_active_read(net))
#else
#define nsinfo_compat_inactive(net)	((void)(net), false)
#endif

/* 6.7 moved the attributes of a dump request into struct genl_info. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define nsinfo_compat_dump_attrs(cb)	(genl_dumpit_info(cb)->attrs)
#else
#define nsinfo_compat_dump_attrs(cb)	(genl_info_dump(cb)->attrs)
#endif

/* 6.9 gave the dentry of a namespace in nsfs its type. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define nsinfo_compat_stashed(net) \
	((const struct dentry *)atomic_long_read(&(net)->ns.stashed))
#else
#define nsinfo_compat_stashed(net)	READ_ONCE((net)->ns.stashed)
#endif

/* 6.8 and 6.1.66 let groups ask for more than CAP_NET_ADMIN. */
#ifdef GENL_MCAST_CAP_SYS_ADMIN
#define NSINFO_COMPAT_MCAST_ADMIN	GENL_MCAST_CAP_SYS_ADMIN
#else
#define NSINFO_COMPAT_MCAST_ADMIN	GENL_UNS_ADMIN_PERM
#endif

/* Private to two .c files before 6.12. */
#ifndef INFINITY_LIFE_TIME
#define INFINITY_LIFE_TIME	0xFFFFFFFF
#endif

#endif /* NSINFO_COMPAT_H */
