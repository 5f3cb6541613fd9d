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

/* 6.7 moved the attributes of a dump request into struct genl_info. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define nsinfo_compat_dump_attrs(cb)	(genl_dumpit_info(cb)->attrs)
#else
#define nsinfo_compat_dump_attrs(cb)	(genl_info_dump(cb)->attrs)
#endif

/* Private to two .c files before 6.12. */
#ifndef INFINITY_LIFE_TIME
#define INFINITY_LIFE_TIME	0xFFFFFFFF
#endif

#endif /* NSINFO_COMPAT_H */
