/* SPDX-License-Identifier: GPL-2.0 */
/* Made-up hosts for the golden files. */
#ifndef NSINFO_SCENES_H
#define NSINFO_SCENES_H

#include "messages.h"

struct name_spec {
	uint32_t inum;
	const char *path;
	const char *shown;		/* NULL: as path */
	uint32_t mntns;
	uint32_t pid;
};

struct scene {
	const char *name;
	const struct netns_spec *netns;
	size_t n_netns;
	const struct dev_spec *devs;
	size_t n_devs;
	const struct name_spec *names;
	size_t n_names;
};

extern const struct scene scene_empty;
/* A host with two named netns, a bridge and veth pairs. */
extern const struct scene scene_host;
/* Containers of several owners, one of them dying; what is not visible. */
extern const struct scene scene_containers;
/* Every kind of address, and many of them. */
extern const struct scene scene_addresses;
/* Devices that are unlike others: tunnels, stacked, all settings changed. */
extern const struct scene scene_devices;
/* All states that a netns can be in. */
extern const struct scene scene_life;
/* Bytes that nobody wants in a name. */
extern const struct scene scene_odd;

#endif
