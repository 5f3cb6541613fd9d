// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: operations, policies, handlers of do. No handler
 * takes a lock or leaves a reference behind.
 */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsinfo.h>
#include <net/genetlink.h>

#include "dump.h"
#include "netlink.h"
#include "registry.h"
#include "reply.h"
#include "request.h"
#include "snapshot.h"
#include "viewer.h"

static const struct nla_policy netns_policy[NSINFO_A_NETNS_INUM + 1] = {
	[NSINFO_A_NETNS_ID] = { .type = NLA_U64 },
	[NSINFO_A_NETNS_INUM] = { .type = NLA_U32 },
};

static const struct nla_policy dev_policy[NSINFO_A_DEV_WANT + 1] = {
	[NSINFO_A_DEV_NETNS_ID] = { .type = NLA_U64 },
	[NSINFO_A_DEV_NETNS_INUM] = { .type = NLA_U32 },
	[NSINFO_A_DEV_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[NSINFO_A_DEV_IFNAME] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[NSINFO_A_DEV_WANT] = NLA_POLICY_MASK(NLA_U32, NSINFO_DEV_WANT_STATS),
};

/* Replies of do: begin with room for one message, end by sending it. */
static struct sk_buff *reply_begin(struct genl_info *info, void **msg)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	*msg = genlmsg_put_reply(skb, info, &nsinfo_family, 0,
				 info->genlhdr->cmd);
	if (!*msg) {
		nlmsg_free(skb);
		return NULL;
	}
	return skb;
}

static int reply_end(struct sk_buff *skb, void *msg, struct genl_info *info,
		     int err)
{
	if (err) {
		nlmsg_free(skb);
		return err;
	}
	genlmsg_end(skb, msg);
	return genlmsg_reply(skb, info);
}

static int module_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsinfo_viewer viewer;
	struct sk_buff *reply;
	int err = 0;
	void *msg;

	reply = reply_begin(info, &msg);
	if (!reply)
		return -ENOMEM;
	nsinfo_viewer_init(&viewer, skb);
	if (nla_put_string(reply, NSINFO_A_MODULE_VERSION, NSINFO_VERSION) ||
	    (viewer.sees_all &&
	     (nla_put_u32(reply, NSINFO_A_MODULE_TRACKED,
			  nsinfo_registry_tracked()) ||
	      nla_put_u32(reply, NSINFO_A_MODULE_UNTRACKED,
			  nsinfo_registry_untracked()))))
		err = -EMSGSIZE;
	return reply_end(reply, msg, info, err);
}

static int netns_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsinfo_request req = nsinfo_request_netns(info->attrs);
	struct nsinfo_viewer viewer;
	struct nsinfo_net *entry;
	struct sk_buff *reply;
	int err = -ENOENT;
	void *msg;

	if (!req.id && GENL_REQ_ATTR_CHECK(info, NSINFO_A_NETNS_INUM)) {
		NL_SET_ERR_MSG(info->extack, "id or inum is needed");
		return -EINVAL;
	}
	reply = reply_begin(info, &msg);
	if (!reply)
		return -ENOMEM;
	nsinfo_viewer_init(&viewer, skb);
	rcu_read_lock();
	entry = nsinfo_request_find_net(&req, &viewer, info->extack);
	if (entry)
		err = nsinfo_reply_net(reply, entry, &viewer);
	rcu_read_unlock();
	return reply_end(reply, msg, info, err);
}

static int dev_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsinfo_request req = nsinfo_request_dev(info->attrs);
	struct nsinfo_addr_key last = {};
	struct net_device *dev = NULL;
	struct nsinfo_viewer viewer;
	struct nsinfo_net *entry;
	struct sk_buff *reply;
	int err = -ENOENT;
	void *msg;

	if (!req.inum && GENL_REQ_ATTR_CHECK(info, NSINFO_A_DEV_NETNS_ID)) {
		NL_SET_ERR_MSG(info->extack, "netns-id or netns-inum is needed");
		return -EINVAL;
	}
	if (!req.ifname && GENL_REQ_ATTR_CHECK(info, NSINFO_A_DEV_IFINDEX)) {
		NL_SET_ERR_MSG(info->extack, "ifindex or ifname is needed");
		return -EINVAL;
	}
	reply = reply_begin(info, &msg);
	if (!reply)
		return -ENOMEM;
	nsinfo_viewer_init(&viewer, skb);
	rcu_read_lock();
	entry = nsinfo_request_find_net(&req, &viewer, info->extack);
	if (entry)
		dev = nsinfo_request_find_dev(&req, entry->net, info->extack);
	if (dev)
		err = nsinfo_reply_dev(reply, msg, dev, &viewer,
				       req.want_stats, &last);
	else if (entry)
		err = -ENODEV;
	rcu_read_unlock();
	/* 1: the flag more says it */
	return reply_end(reply, msg, info, err == 1 ? 0 : err);
}

static const struct genl_ops ops[] = {
	{
		.cmd = NSINFO_CMD_MODULE_GET,
		.doit = module_get_doit,
	}, {
		.cmd = NSINFO_CMD_NETNS_GET,
		.doit = netns_get_doit,
		.dumpit = nsinfo_dump_netns,
		.policy = netns_policy,
		.maxattr = ARRAY_SIZE(netns_policy) - 1,
	}, {
		.cmd = NSINFO_CMD_DEV_GET,
		.doit = dev_get_doit,
		.dumpit = nsinfo_dump_dev,
		.policy = dev_policy,
		.maxattr = ARRAY_SIZE(dev_policy) - 1,
	},
};

/*
 * No MODULE_ALIAS_GENL_FAMILY: a look-up of the family would load the module
 * for any user.
 */
struct genl_family nsinfo_family __ro_after_init = {
	.name = NSINFO_FAMILY_NAME,
	.version = NSINFO_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
};

/**
 * nsinfo_netlink_init() - begin to answer
 *
 * Return: 0 or a negative errno.
 */
int __init nsinfo_netlink_init(void)
{
	return genl_register_family(&nsinfo_family);
}

/**
 * nsinfo_netlink_exit() - stop to answer
 *
 * Waits for requests in progress; a dump in progress keeps the module loaded.
 */
void nsinfo_netlink_exit(void)
{
	genl_unregister_family(&nsinfo_family);
}
