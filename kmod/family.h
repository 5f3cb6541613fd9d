/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_FAMILY_H
#define NSINFO_FAMILY_H

struct genl_family;

/* Multicast groups, by their place in the family. Not every kernel has all. */
enum nsinfo_group {
	NSINFO_GROUP_OWN,
	NSINFO_GROUP_ALL,
};

extern struct genl_family nsinfo_family;

#endif /* NSINFO_FAMILY_H */
