// SPDX-License-Identifier: GPL-2.0
/* What a request asks for: its attributes, and what they name. */

#include <linux/netdevice.h>
#include <linux/nsinfo.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

#include "devs.h"
#include "registry.h"
#include "request.h"
#include "viewer.h"

/**
 * nsinfo_request_netns() - read a netns-get request
 * @attrs: its attributes, which the policy has passed
 *
 * Return: the request; its pointers live as long as @attrs.
 */
struct nsinfo_request nsinfo_request_netns(struct nlattr **attrs)
{
	struct nlattr *want = attrs[NSINFO_A_NETNS_WANT];
	struct nsinfo_request req = nsinfo_request_open(attrs);

	req.facts.want = want ? nla_get_u32(want) : 0;
	return req;
}

/**
 * nsinfo_request_open() - read a netns-open request
 * @attrs: its attributes, which the policy has passed
 *
 * Return: the request; its pointers live as long as @attrs.
 */
struct nsinfo_request nsinfo_request_open(struct nlattr **attrs)
{
	return (struct nsinfo_request){
		.id = attrs[NSINFO_A_NETNS_ID],
		.inum = attrs[NSINFO_A_NETNS_INUM],
	};
}

/**
 * nsinfo_request_task() - read a task-get request
 * @attrs: its attributes, which the policy has passed
 *
 * Return: the request; its pointers live as long as @attrs.
 */
struct nsinfo_request nsinfo_request_task(struct nlattr **attrs)
{
	return (struct nsinfo_request){
		.id = attrs[NSINFO_A_TASK_NETNS_ID],
		.inum = attrs[NSINFO_A_TASK_NETNS_INUM],
	};
}

/**
 * nsinfo_request_dev() - read a dev-get request
 * @attrs: its attributes, which the policy has passed
 *
 * Return: the request; its pointers live as long as @attrs.
 */
struct nsinfo_request nsinfo_request_dev(struct nlattr **attrs)
{
	struct nlattr *want = attrs[NSINFO_A_DEV_WANT];

	return (struct nsinfo_request){
		.id = attrs[NSINFO_A_DEV_NETNS_ID],
		.inum = attrs[NSINFO_A_DEV_NETNS_INUM],
		.ifindex = attrs[NSINFO_A_DEV_IFINDEX],
		.ifname = attrs[NSINFO_A_DEV_IFNAME],
		.want_stats = want &&
			      nla_get_u32(want) & NSINFO_DEV_WANT_STATS,
	};
}

/**
 * nsinfo_request_holder() - read a holder-get request
 * @attrs: its attributes, which the policy has passed
 *
 * Return: the request; its pointers live as long as @attrs.
 */
struct nsinfo_request nsinfo_request_holder(struct nlattr **attrs)
{
	return (struct nsinfo_request){
		.id = attrs[NSINFO_A_HOLDER_NETNS_ID],
		.inum = attrs[NSINFO_A_HOLDER_NETNS_INUM],
	};
}

/**
 * nsinfo_request_find_net() - the one netns that a request names
 * @req: a request with an id, an inum or both
 * @viewer: who asks. A netns that the viewer may not see gives the same answer
 *	as a netns that does not exist
 * @extack: says what was not found, or NULL
 *
 * Context: RCU read section, which the result lives as long as.
 * Return: the entry, or NULL.
 */
struct nsinfo_net *nsinfo_request_find_net(const struct nsinfo_request *req,
					   const struct nsinfo_viewer *viewer,
					   struct netlink_ext_ack *extack)
{
	struct nsinfo_net *entry;

	if (req->id)
		entry = nsinfo_entry_find(nla_get_u64(req->id));
	else
		entry = nsinfo_entry_find_inum(nla_get_u32(req->inum));

	if (entry && req->inum &&
	    entry->net->ns.inum != nla_get_u32(req->inum))
		entry = NULL;
	if (entry && !nsinfo_viewer_may_see(viewer, entry->net))
		entry = NULL;
	if (!entry)
		NL_SET_ERR_MSG_ATTR(extack, req->id ?: req->inum,
				    "no such network namespace");
	return entry;
}

/**
 * nsinfo_request_find_dev() - the one device that a request names
 * @req: a request with an ifindex, a name or both
 * @entry: its netns, live or dying
 * @extack: says what was not found, or NULL
 *
 * Context: the RCU read section that @entry was found in, which the result
 * lives as long as.
 * Return: the device, or NULL.
 */
struct net_device *nsinfo_request_find_dev(const struct nsinfo_request *req,
					   const struct nsinfo_net *entry,
					   struct netlink_ext_ack *extack)
{
	int ifindex = req->ifindex ? nla_get_u32(req->ifindex) : 0;
	const char *name = req->ifname ? nla_data(req->ifname) : NULL;
	struct net_device *dev = nsinfo_devs_find(entry, ifindex, name);

	if (!dev)
		NL_SET_ERR_MSG_ATTR(extack, req->ifindex ?: req->ifname,
				    "no such device in this network namespace");
	return dev;
}
