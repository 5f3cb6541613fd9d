/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_HOOKS_H
#define NSINFO_HOOKS_H

struct net;
struct nsinfo_facts_rec;

void nsinfo_hooks_snapshot(struct nsinfo_facts_rec *rec, const struct net *net);

#endif /* NSINFO_HOOKS_H */
