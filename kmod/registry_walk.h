/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_REGISTRY_WALK_H
#define NSINFO_REGISTRY_WALK_H

void nsinfo_registry_walk_begin(void);
void nsinfo_registry_walk_end(void);

#endif /* NSINFO_REGISTRY_WALK_H */
