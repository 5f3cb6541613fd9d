/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_VIEWER_H
#define NSINFO_VIEWER_H

#include <linux/types.h>

struct net;
struct nsinfo_nsids;
struct pid_namespace;
struct sk_buff;
struct sock;
struct user_namespace;

/**
 * struct nsinfo_viewer - who asks, and so what may be shown and in whose terms
 * @sk: the requesting socket, or NULL for a multicast group
 * @net: its netns
 * @user_ns: user namespace of its opener; uids are shown in its terms
 * @pid_ns: pid namespace of the task; pids are shown in its terms, and with
 *	NULL not at all
 * @sees_all: has CAP_SYS_ADMIN in the initial user namespace
 * @nsids: the ids that @net has for others, or NULL to ask the kernel, which a
 *	group does not
 *
 * Lives on the stack of one call: nothing in it is referenced.
 */
struct nsinfo_viewer {
	const struct sock *sk;
	struct net *net;
	struct user_namespace *user_ns;
	struct pid_namespace *pid_ns;
	bool sees_all;
	const struct nsinfo_nsids *nsids;
};

void nsinfo_viewer_init(struct nsinfo_viewer *viewer, struct sk_buff *skb);
void nsinfo_viewer_again(struct nsinfo_viewer *viewer, struct sk_buff *skb,
			 bool sees_all);
void nsinfo_viewer_group(struct nsinfo_viewer *viewer, struct net *own);
bool nsinfo_viewer_may_see(const struct nsinfo_viewer *viewer,
			   const struct net *net);
bool nsinfo_viewer_may_enter(const struct nsinfo_viewer *viewer,
			     const struct net *net);

#endif /* NSINFO_VIEWER_H */
