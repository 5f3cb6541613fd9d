// SPDX-License-Identifier: GPL-2.0
/* The generic netlink family, as all who send messages know it. */

#include <linux/cache.h>
#include <linux/module.h>
#include <linux/nsinfo.h>
#include <net/genetlink.h>

#include "compat.h"
#include "family.h"

/*
 * Group own tells no more than a dump tells anybody in that netns. Group all
 * tells of every netns of the host: where the kernel does not check who joins,
 * there is no such group.
 */
static const struct genl_multicast_group groups[] = {
	[NSINFO_GROUP_OWN] = {
		.name = NSINFO_MCGRP_OWN,
		.flags = NSINFO_COMPAT_MCAST_ADMIN,
	},
#ifdef NSINFO_HAVE_MCAST_CAP_SYS_ADMIN
	[NSINFO_GROUP_ALL] = {
		.name = NSINFO_MCGRP_ALL,
		.flags = NSINFO_COMPAT_MCAST_ADMIN,
	},
#endif
};

/*
 * netlink.c adds the operations.
 *
 * No MODULE_ALIAS_GENL_FAMILY: a look-up of the family would load the module
 * for any user.
 */
struct genl_family nsinfo_family __ro_after_init = {
	.name = NSINFO_FAMILY_NAME,
	.version = NSINFO_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};
