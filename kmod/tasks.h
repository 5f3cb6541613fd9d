/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NSINFO_TASKS_H
#define NSINFO_TASKS_H

struct netlink_callback;
struct sk_buff;

void nsinfo_tasks_init(void);
int nsinfo_tasks_dump(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* NSINFO_TASKS_H */
