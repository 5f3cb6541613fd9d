/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_NSIDS_H
#define NSINFO_NSIDS_H

struct net;
struct nsinfo_nsids;
struct nsinfo_viewer;

struct nsinfo_nsids *nsinfo_nsids_get(struct net *of);
void nsinfo_nsids_put(const struct nsinfo_nsids *nsids);
int nsinfo_nsids_find(const struct nsinfo_viewer *viewer, struct net *net);

#endif /* NSINFO_NSIDS_H */
