/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_HOOKS_H
#define NSINFO_HOOKS_H

struct net;
struct nsinfo_facts_rec;

#ifdef CONFIG_NETFILTER
void nsinfo_hooks_snapshot(struct nsinfo_facts_rec *rec, const struct net *net);
#else
static inline void nsinfo_hooks_snapshot(struct nsinfo_facts_rec *rec,
					 const struct net *net)
{
}
#endif

#endif /* NSINFO_HOOKS_H */
