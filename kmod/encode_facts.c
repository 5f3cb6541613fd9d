// SPDX-License-Identifier: GPL-2.0
/* What else there is to tell of a netns, as attributes, by the rules of encode.c. */

#include <linux/nsinfo.h>
#include <net/netlink.h>

#include "encode.h"
#include "facts.h"
#include "msg.h"

static int encode_sockets(struct sk_buff *skb,
			  const struct nsinfo_sockets_rec *rec)
{
	struct nlattr *nest;
	int type;

	if (!rec->known)
		return 0;
	nest = msg_nest_start(skb, NSINFO_A_NETNS_SOCKETS);
	if (!nest)
		return -EMSGSIZE;
	for (type = NSINFO_A_SOCKETS_PINS; type <= NSINFO_A_SOCKETS_MAX; type++)
		if (rec->known & BIT(type) &&
		    msg_put_u32(skb, type, rec->count[type]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int encode_fib(struct sk_buff *skb, const struct nsinfo_fib_rec *rec)
{
	struct nlattr *nest;

	nest = msg_nest_start(skb, NSINFO_A_NETNS_FIB);
	if (!nest ||
	    msg_put_u32(skb, NSINFO_A_FIB_FAMILY, rec->family) ||
	    msg_put_u32(skb, NSINFO_A_FIB_TABLES, rec->tables) ||
	    (rec->has_rules &&
	     msg_put_u32(skb, NSINFO_A_FIB_RULES, rec->rules)) ||
	    (rec->has_routes &&
	     msg_put_u32(skb, NSINFO_A_FIB_ROUTES, rec->routes)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int encode_hook(struct sk_buff *skb, const struct nsinfo_hook_rec *rec)
{
	struct nlattr *nest;
	int type;

	nest = msg_nest_start(skb, NSINFO_A_NETNS_HOOK);
	if (!nest ||
	    msg_put_u32(skb, NSINFO_A_HOOK_FAMILY, rec->family) ||
	    msg_put_u32(skb, NSINFO_A_HOOK_HOOKNUM, rec->hooknum))
		return -EMSGSIZE;
	for (type = NSINFO_A_HOOK_NF_TABLES; type <= NSINFO_A_HOOK_MAX; type++)
		if (rec->count[type] &&
		    msg_put_u32(skb, type, rec->count[type]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * nsinfo_encode_facts() - put what else there is to tell of a netns
 * @skb: message to append to, a netns one
 * @rec: what to tell
 *
 * Return: 0 or -EMSGSIZE.
 */
int nsinfo_encode_facts(struct sk_buff *skb,
			const struct nsinfo_facts_rec *rec)
{
	unsigned int i;

	if (encode_sockets(skb, &rec->sockets))
		return -EMSGSIZE;
	for (i = 0; i < rec->num_fibs; i++)
		if (encode_fib(skb, &rec->fibs[i]))
			return -EMSGSIZE;
	for (i = 0; i < rec->hooks.num; i++)
		if (encode_hook(skb, &rec->hooks.hook[i]))
			return -EMSGSIZE;
	if ((rec->has_conntrack &&
	     msg_put_u32(skb, NSINFO_A_NETNS_CONNTRACK, rec->conntrack)) ||
	    (rec->nsfs_refs &&
	     msg_put_u32(skb, NSINFO_A_NETNS_NSFS_REFS, rec->nsfs_refs)) ||
	    (rec->hooks_untold &&
	     msg_put_flag(skb, NSINFO_A_NETNS_HOOK_UNTOLD)))
		return -EMSGSIZE;
	return 0;
}
