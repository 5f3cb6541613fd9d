// SPDX-License-Identifier: GPL-2.0
/*
 * What task-get and holder-get have in common: the right to ask, and the end of a
 * call of a dump that goes on.
 */
#include <linux/nsinfo.h>
#include <net/genetlink.h>

#include "registry.h"
#include "request.h"
#include "scan.h"
#include "viewer.h"

/* Checks the right to ask, and finds the netns that the request names. */
static int scan_permit(struct nsinfo_scan *cur, const struct nsinfo_viewer *viewer,
		       const struct nsinfo_request *req,
		       struct netlink_ext_ack *extack)
{
	const struct nsinfo_net *entry;

	if (!viewer->sees_all) {
		NL_SET_ERR_MSG(extack,
			       "needs CAP_SYS_ADMIN in the initial user namespace");
		return -EPERM;
	}
	if (req->id || req->inum) {
		entry = nsinfo_request_find_net(req, viewer, extack);
		if (!entry)
			return -ENOENT;
		cur->net = entry->id;
	}
	return 0;
}

/**
 * nsinfo_scan_begin() - begin a call of a dump
 * @cb: the dump
 * @viewer: filled with who asks
 * @req: what for
 *
 * Who may ask is decided once, as for the other dumps.
 *
 * Context: between nsinfo_registry_enter() and _leave().
 * Return: 0, -EPERM or -ENOENT; the dump says why.
 */
int nsinfo_scan_begin(struct netlink_callback *cb,
		      struct nsinfo_viewer *viewer,
		      const struct nsinfo_request *req)
{
	struct nsinfo_scan *cur = nsinfo_scan(cb);
	int err;

	/* Constant: tasks and files that come and go do not interrupt a dump. */
	cb->seq = 1;
	if (cur->begun) {
		nsinfo_viewer_again(viewer, cb->skb, true);
		return 0;
	}
	nsinfo_viewer_init(viewer, cb->skb);
	err = scan_permit(cur, viewer, req, cb->extack);
	cur->begun = !err;
	return err;
}

/**
 * nsinfo_scan_pause() - end a call of a dump that goes on
 * @skb: what it filled
 * @cb: the dump
 * @cmd: its operation
 *
 * Netlink ends a dump at a call that puts no message. So a call that reaches its
 * bound without a message puts NLMSG_NOOP, which every reader skips.
 *
 * Return: as netlink wants it from a dump that goes on: a length, or -EMSGSIZE.
 */
int nsinfo_scan_pause(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	struct genlmsghdr *hdr;
	struct nlmsghdr *nlh;

	if (skb->len)
		return skb->len;
	nlh = nlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			NLMSG_NOOP, GENL_HDRLEN, NLM_F_MULTI);
	if (!nlh)
		return -EMSGSIZE;
	hdr = nlmsg_data(nlh);
	memset(hdr, 0, GENL_HDRLEN);
	hdr->cmd = cmd;
	nlmsg_end(skb, nlh);
	return skb->len;
}
