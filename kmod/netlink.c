// SPDX-License-Identifier: GPL-2.0
/*
 * The operations of the generic netlink family: policies and handlers of do. No
 * handler takes a lock or leaves a reference behind.
 */
#include <linux/fdtable.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsinfo.h>
#include <linux/proc_fs.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "dump.h"
#include "events.h"
#include "facts.h"
#include "family.h"
#include "holders.h"
#include "netlink.h"
#include "registry.h"
#include "reply.h"
#include "request.h"
#include "snapshot.h"
#include "tasks.h"
#include "viewer.h"
#include "waiting.h"

#define NETNS_WANT_MASK \
	(NSINFO_NETNS_WANT_SOCKETS | NSINFO_NETNS_WANT_FIB | \
	 NSINFO_NETNS_WANT_NETFILTER | NSINFO_NETNS_WANT_CONNTRACK | \
	 NSINFO_NETNS_WANT_NSFS)

static const struct nla_policy netns_policy[NSINFO_A_NETNS_WANT + 1] = {
	[NSINFO_A_NETNS_ID] = { .type = NLA_U64 },
	[NSINFO_A_NETNS_INUM] = { .type = NLA_U32 },
	[NSINFO_A_NETNS_WANT] = NLA_POLICY_MASK(NLA_U32, NETNS_WANT_MASK),
};

static const struct nla_policy open_policy[NSINFO_A_NETNS_INUM + 1] = {
	[NSINFO_A_NETNS_ID] = { .type = NLA_U64 },
	[NSINFO_A_NETNS_INUM] = { .type = NLA_U32 },
};

static const struct nla_policy task_policy[NSINFO_A_TASK_NETNS_INUM + 1] = {
	[NSINFO_A_TASK_NETNS_ID] = { .type = NLA_U64 },
	[NSINFO_A_TASK_NETNS_INUM] = { .type = NLA_U32 },
};

static const struct nla_policy dev_policy[NSINFO_A_DEV_WANT + 1] = {
	[NSINFO_A_DEV_NETNS_ID] = { .type = NLA_U64 },
	[NSINFO_A_DEV_NETNS_INUM] = { .type = NLA_U32 },
	[NSINFO_A_DEV_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[NSINFO_A_DEV_IFNAME] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[NSINFO_A_DEV_WANT] = NLA_POLICY_MASK(NLA_U32, NSINFO_DEV_WANT_STATS),
};

static const struct nla_policy holder_policy[NSINFO_A_HOLDER_NETNS_INUM + 1] = {
	[NSINFO_A_HOLDER_NETNS_ID] = { .type = NLA_U64 },
	[NSINFO_A_HOLDER_NETNS_INUM] = { .type = NLA_U32 },
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

static int put_sums(struct sk_buff *skb)
{
	struct nsinfo_registry_sums sums;

	nsinfo_registry_enter();
	nsinfo_registry_sum(&sums);
	nsinfo_registry_leave();
	if (nla_put_u32(skb, NSINFO_A_MODULE_TRACKED,
			nsinfo_entry_count()) ||
	    nla_put_u32(skb, NSINFO_A_MODULE_UNTRACKED,
			nsinfo_entry_untracked()) ||
	    nla_put_u32(skb, NSINFO_A_MODULE_QUEUED, sums.queued))
		return -EMSGSIZE;
	if (!nsinfo_registry_tracking())
		return 0;
	if (nla_put_u32(skb, NSINFO_A_MODULE_DYING, sums.dying) ||
	    (sums.oldest_dying &&
	     nla_put_u64_64bit(skb, NSINFO_A_MODULE_OLDEST_DYING,
			       sums.oldest_dying, NSINFO_A_MODULE_PAD)) ||
	    nla_put_u32(skb, NSINFO_A_MODULE_WAITING, nsinfo_waiting_count()))
		return -EMSGSIZE;
	return 0;
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
	    (nsinfo_registry_tracking() &&
	     nla_put_flag(reply, NSINFO_A_MODULE_TRACKING)) ||
	    (viewer.sees_all && put_sums(reply)) ||
	    (nsinfo_viewer_may_enter(&viewer, viewer.net) &&
	     nla_put_u64_64bit(reply, NSINFO_A_MODULE_EVENT_SEQ,
			       nsinfo_events_seq(viewer.net),
			       NSINFO_A_MODULE_PAD)))
		err = -EMSGSIZE;
	return reply_end(reply, msg, info, err);
}

/* For the operations whose requests have the attributes of a netns. */
static bool names_netns(const struct nsinfo_request *req,
			struct genl_info *info)
{
	if (!req->id && GENL_REQ_ATTR_CHECK(info, NSINFO_A_NETNS_INUM)) {
		NL_SET_ERR_MSG(info->extack, "id or inum is needed");
		return false;
	}
	return true;
}

static int netns_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsinfo_request req = nsinfo_request_netns(info->attrs);
	struct nsinfo_viewer viewer;
	struct nsinfo_net *entry;
	struct sk_buff *reply;
	int err = -ENOENT;
	void *msg;

	if (!names_netns(&req, info))
		return -EINVAL;
	reply = reply_begin(info, &msg);
	if (!reply)
		return -ENOMEM;
	nsinfo_viewer_init(&viewer, skb);
	nsinfo_facts_begin(&req.facts);
	nsinfo_registry_enter();
	entry = nsinfo_request_find_net(&req, &viewer, info->extack);
	if (entry)
		err = nsinfo_reply_net(reply, entry, &viewer, &req.facts);
	nsinfo_registry_leave();
	nsinfo_facts_end(&req.facts);
	return reply_end(reply, msg, info, err);
}

static int dev_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsinfo_request req = nsinfo_request_dev(info->attrs);
	struct nsinfo_addr_walk addrs;
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
	nsinfo_registry_enter();
	entry = nsinfo_request_find_net(&req, &viewer, info->extack);
	if (entry)
		dev = nsinfo_request_find_dev(&req, entry, info->extack);
	if (dev) {
		nsinfo_addr_begin(&addrs, dev);
		err = nsinfo_reply_dev(reply, msg, dev, &viewer,
				       req.want_stats, &addrs);
	} else if (entry) {
		err = -ENODEV;
	}
	nsinfo_registry_leave();
	/* 1: the flag more says it */
	return reply_end(reply, msg, info, err == 1 ? 0 : err);
}

/*
 * Under RCU: a reference to a netns that may be entered. One that is not yet
 * listed may still fail to be made, and is then freed whatever refers to it.
 */
static struct net *enter_net(const struct nsinfo_net *entry,
			     const struct nsinfo_viewer *viewer,
			     struct netlink_ext_ack *extack)
{
	struct net *net = entry->net;

	if (!nsinfo_viewer_may_enter(viewer, net)) {
		NL_SET_ERR_MSG(extack,
			       "needs CAP_SYS_ADMIN in the user namespace that owns the network namespace");
		return ERR_PTR(-EPERM);
	}
	if (!READ_ONCE(net->list.next)) {
		NL_SET_ERR_MSG(extack, "its set-up has not ended");
		return ERR_PTR(-ENXIO);
	}
	net = maybe_get_net(net);
	if (!net) {
		NL_SET_ERR_MSG(extack, "its teardown has begun");
		return ERR_PTR(-ENXIO);
	}
	return net;
}

/*
 * The descriptor is the caller's as soon as it is there, so it comes last:
 * then nothing can fail but the sending.
 */
static int reply_fd(struct sk_buff *reply, void *msg, struct net *net,
		    struct genl_info *info)
{
	struct nlattr *attr;
	int fd, err;

	if (nla_put_u64_64bit(reply, NSINFO_A_NETNS_ID, net->net_cookie,
			      NSINFO_A_NETNS_PAD) ||
	    nla_put_u32(reply, NSINFO_A_NETNS_INUM, net->ns.inum))
		return reply_end(reply, msg, info, -EMSGSIZE);
	attr = nla_reserve(reply, NSINFO_A_NETNS_FD, sizeof(u32));
	if (!attr)
		return reply_end(reply, msg, info, -EMSGSIZE);
	fd = open_related_ns(&net->ns, get_net_ns);
	if (fd < 0) {
		NL_SET_ERR_MSG(info->extack, "no file descriptor could be opened for it");
		return reply_end(reply, msg, info, fd);
	}
	*(u32 *)nla_data(attr) = fd;
	err = reply_end(reply, msg, info, 0);
	if (err)
		close_fd(fd);
	return err;
}

static int netns_open_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nsinfo_request req = nsinfo_request_open(info->attrs);
	struct net *net = ERR_PTR(-ENOENT);
	struct nsinfo_viewer viewer;
	struct nsinfo_net *entry;
	struct sk_buff *reply;
	void *msg;
	int err;

	if (!names_netns(&req, info))
		return -EINVAL;
	reply = reply_begin(info, &msg);
	if (!reply)
		return -ENOMEM;
	nsinfo_viewer_init(&viewer, skb);
	nsinfo_registry_enter();
	entry = nsinfo_request_find_net(&req, &viewer, info->extack);
	if (entry)
		net = enter_net(entry, &viewer, info->extack);
	nsinfo_registry_leave();
	if (IS_ERR(net))
		return reply_end(reply, msg, info, PTR_ERR(net));
	err = reply_fd(reply, msg, net, info);
	put_net(net);
	return err;
}

static const struct genl_ops ops[] = {
	{
		.cmd = NSINFO_CMD_MODULE_GET,
		.doit = module_get_doit,
	}, {
		.cmd = NSINFO_CMD_NETNS_GET,
		.doit = netns_get_doit,
		.start = nsinfo_dump_netns_start,
		.dumpit = nsinfo_dump_netns,
		.done = nsinfo_dump_netns_done,
		.policy = netns_policy,
		.maxattr = ARRAY_SIZE(netns_policy) - 1,
	}, {
		.cmd = NSINFO_CMD_DEV_GET,
		.doit = dev_get_doit,
		.dumpit = nsinfo_dump_dev,
		.policy = dev_policy,
		.maxattr = ARRAY_SIZE(dev_policy) - 1,
	}, {
		.cmd = NSINFO_CMD_TASK_GET,
		.dumpit = nsinfo_tasks_dump,
		.policy = task_policy,
		.maxattr = ARRAY_SIZE(task_policy) - 1,
	}, {
		.cmd = NSINFO_CMD_NETNS_OPEN,
		.doit = netns_open_doit,
		.policy = open_policy,
		.maxattr = ARRAY_SIZE(open_policy) - 1,
	}, {
		.cmd = NSINFO_CMD_HOLDER_GET,
		.dumpit = nsinfo_holders_dump,
		.policy = holder_policy,
		.maxattr = ARRAY_SIZE(holder_policy) - 1,
	},
};

/**
 * nsinfo_netlink_init() - begin to answer
 *
 * Return: 0 or a negative errno.
 */
int __init nsinfo_netlink_init(void)
{
	nsinfo_family.ops = ops;
	nsinfo_family.n_ops = ARRAY_SIZE(ops);
	return genl_register_family(&nsinfo_family);
}

/**
 * nsinfo_netlink_exit() - stop answering
 *
 * Waits for requests in progress; a dump in progress keeps the module loaded.
 */
void nsinfo_netlink_exit(void)
{
	genl_unregister_family(&nsinfo_family);
}
