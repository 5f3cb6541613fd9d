// SPDX-License-Identifier: GPL-2.0
/* Who may see what: the rule of setns(2), and always one's own netns. */

#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/pid_namespace.h>
#include <linux/user_namespace.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "viewer.h"

/*
 * Both who asks and who opened the socket. Not netlink_ns_capable(): it does
 * not ask the opener where the request was sent to an address, and so trusts
 * whoever reads a dump on, say a setuid program that has the socket as stdin.
 * The first test is the quiet one: a refusal by the second is audited.
 */
static bool admin_in(const struct sock *sk, struct user_namespace *user_ns)
{
	return ns_capable_noaudit(user_ns, CAP_SYS_ADMIN) &&
	       sk_ns_capable(sk, user_ns, CAP_SYS_ADMIN);
}

/**
 * nsinfo_viewer_again() - tell who asks, in a dump that goes on
 * @viewer: what to fill
 * @skb: the request, cb->skb
 * @sees_all: what nsinfo_viewer_init() found when the dump began
 *
 * Context: process context of who reads.
 */
void nsinfo_viewer_again(struct nsinfo_viewer *viewer, struct sk_buff *skb,
			 bool sees_all)
{
	const struct sock *sk = NETLINK_CB(skb).sk;

	viewer->sk = sk;
	viewer->net = sock_net(sk);
	viewer->user_ns = sk_user_ns(sk);
	viewer->pid_ns = task_active_pid_ns(current);
	viewer->sees_all = sees_all;
	viewer->nsids = NULL;
}

/**
 * nsinfo_viewer_init() - tell who asks
 * @viewer: what to fill
 * @skb: the request; in a dump that of the callback, cb->skb
 *
 * Context: process context of the requester.
 */
void nsinfo_viewer_init(struct nsinfo_viewer *viewer, struct sk_buff *skb)
{
	nsinfo_viewer_again(viewer, skb,
			    admin_in(NETLINK_CB(skb).sk, &init_user_ns));
}

/**
 * nsinfo_viewer_group() - describe all listeners of a multicast group
 * @viewer: what to fill
 * @own: for group own: its netns, the only netns that its listeners see; NULL for
 *	group all, whose listeners see every netns
 *
 * A message is built once for all listeners, so @viewer has no more rights than
 * the listener with the fewest.
 *
 * Context: any. The result lives as long as @own does.
 */
void nsinfo_viewer_group(struct nsinfo_viewer *viewer, struct net *own)
{
	*viewer = (struct nsinfo_viewer){
		.net = own ?: &init_net,
		.user_ns = own ? own->user_ns : &init_user_ns,
		.pid_ns = own ? NULL : &init_pid_ns,
		.sees_all = !own,
	};
}

/**
 * nsinfo_viewer_may_see() - does a netns exist for this viewer?
 * @viewer: who asks
 * @net: what for
 *
 * Context: an RCU read section that keeps @net, and but for a group process
 * context of the requester.
 * Return: true where it does.
 */
bool nsinfo_viewer_may_see(const struct nsinfo_viewer *viewer,
			   const struct net *net)
{
	return viewer->sees_all || net_eq(net, viewer->net) ||
	       (viewer->sk && admin_in(viewer->sk, net->user_ns));
}

/**
 * nsinfo_viewer_may_enter() - may this viewer have a way into a netns?
 * @viewer: who asks
 * @net: what for
 *
 * Its own netns is no exception: it may hold a socket of a netns that it could
 * not enter.
 *
 * Context: process context of the requester, and an RCU read section that
 * keeps @net.
 * Return: true where setns(2) asks for no more.
 */
bool nsinfo_viewer_may_enter(const struct nsinfo_viewer *viewer,
			     const struct net *net)
{
	return admin_in(viewer->sk, net->user_ns);
}
