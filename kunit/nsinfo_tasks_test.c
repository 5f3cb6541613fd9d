// SPDX-License-Identifier: GPL-2.0
/*
 * Suite nsinfo_tasks: what is told of a task, and how a dump of all of them
 * goes on. Of the tasks of the running kernel: guests compare with /proc.
 */
#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/module.h>

#include "tasks.c"
#include "scan.c"
#include "encode_task.c"

#define MOST	2000

/* In place of registry.c, viewer.c, request.c and netlink.c. */
void nsinfo_registry_enter(void)
	__acquires(RCU)
{
	rcu_read_lock();
}

void nsinfo_registry_leave(void)
	__releases(RCU)
{
	rcu_read_unlock();
}

bool nsinfo_registry_pause(void)
{
	return true;
}

static bool sees_all;
static unsigned int asked;
static struct nsinfo_net *found;
static bool narrowed;

void nsinfo_viewer_again(struct nsinfo_viewer *viewer, struct sk_buff *skb,
			 bool may)
{
	*viewer = (struct nsinfo_viewer){
		.net = &init_net,
		.user_ns = &init_user_ns,
		.pid_ns = &init_pid_ns,
		.sees_all = may,
	};
}

void nsinfo_viewer_init(struct nsinfo_viewer *viewer, struct sk_buff *skb)
{
	asked++;
	nsinfo_viewer_again(viewer, skb, sees_all);
}

struct nsinfo_request nsinfo_request_task(struct nlattr **attrs)
{
	static struct nlattr any;

	return (struct nsinfo_request){ .id = narrowed ? &any : NULL };
}

struct nsinfo_net *nsinfo_request_find_net(const struct nsinfo_request *req,
					   const struct nsinfo_viewer *viewer,
					   struct netlink_ext_ack *extack)
{
	return found;
}

struct genl_family nsinfo_family = { .name = "test", .id = 0x33 };

/* A dump in progress, with no socket behind it. */
struct dump {
	struct netlink_ext_ack extack;
	struct genl_dumpit_info info;
	struct nlmsghdr request;
	struct sk_buff *skb;
	struct netlink_callback cb;
	unsigned int n;
	u32 tids[MOST];
};

static struct dump *new_dump(struct kunit *test)
{
	struct dump *d = kunit_kzalloc(test, sizeof(*d), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, d);
	d->skb = alloc_skb(64, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, d->skb);
	d->cb.skb = d->skb;
	d->cb.nlh = &d->request;
	d->cb.data = &d->info;
	d->cb.extack = &d->extack;
	sees_all = true;
	asked = 0;
	narrowed = false;
	return d;
}

static void take(struct kunit *test, struct dump *d, struct sk_buff *skb)
{
	struct nlattr *attrs[NSINFO_A_TASK_MAX + 1];
	struct nlmsghdr *nlh = (struct nlmsghdr *)skb->data;
	int left = skb->len;

	for (; nlmsg_ok(nlh, left); nlh = nlmsg_next(nlh, &left)) {
		KUNIT_EXPECT_FALSE(test, nlh->nlmsg_flags & NLM_F_DUMP_INTR);
		if (nlh->nlmsg_type == NLMSG_NOOP)
			continue;
		KUNIT_ASSERT_EQ(test, 0, nlmsg_parse_deprecated(nlh, GENL_HDRLEN,
								attrs, NSINFO_A_TASK_MAX,
								NULL, NULL));
		KUNIT_ASSERT_NOT_NULL(test, attrs[NSINFO_A_TASK_TID]);
		KUNIT_ASSERT_LT(test, d->n, MOST);
		d->tids[d->n++] = nla_get_u32(attrs[NSINFO_A_TASK_TID]);
	}
}

/* All of it, in messages of this size. Return: what the last call did. */
static int run_dump(struct kunit *test, struct dump *d, unsigned int size)
{
	int err;

	do {
		struct sk_buff *skb = alloc_skb(size, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, skb);
		skb_reserve(skb, skb_tailroom(skb) - size);
		err = nsinfo_tasks_dump(skb, &d->cb);
		if (err > 0)
			KUNIT_EXPECT_EQ(test, err, skb->len);
		take(test, d, skb);
		kfree_skb(skb);
	} while (err > 0);
	kfree_skb(d->skb);
	return err;
}

static void dump_has_me_once(struct kunit *test)
{
	struct dump *d = new_dump(test);
	unsigned int i, me = 0;

	KUNIT_EXPECT_EQ(test, run_dump(test, d, 32768), 0);
	for (i = 0; i < d->n; i++)
		me += d->tids[i] == current->pid;
	KUNIT_EXPECT_EQ(test, me, 1);
	KUNIT_EXPECT_EQ(test, d->cb.seq, 1);
}

static void dump_goes_on_where_it_stopped(struct kunit *test)
{
	struct dump *d = new_dump(test);
	unsigned int i;

	/* Room for one or two of them. */
	KUNIT_EXPECT_EQ(test, run_dump(test, d, 200), 0);
	KUNIT_EXPECT_GT(test, d->n, 10);
	for (i = 1; i < d->n; i++)
		KUNIT_EXPECT_LT(test, d->tids[i - 1], d->tids[i]);
	KUNIT_EXPECT_EQ(test, asked, 1);
}

static void dump_without_room_fails(struct kunit *test)
{
	struct dump *d = new_dump(test);

	KUNIT_EXPECT_EQ(test, run_dump(test, d, 64), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, d->n, 0);
}

static void dump_is_not_for_all(struct kunit *test)
{
	struct dump *d = new_dump(test);

	sees_all = false;
	KUNIT_EXPECT_EQ(test, run_dump(test, d, 4096), -EPERM);
	KUNIT_EXPECT_STREQ(test, d->extack._msg,
			   "needs CAP_SYS_ADMIN in the initial user namespace");
	KUNIT_EXPECT_EQ(test, d->n, 0);
}

static void dump_of_unknown_netns(struct kunit *test)
{
	struct dump *d = new_dump(test);

	narrowed = true;
	found = NULL;
	KUNIT_EXPECT_EQ(test, run_dump(test, d, 4096), -ENOENT);
}

static void dump_of_empty_netns(struct kunit *test)
{
	struct nsinfo_net entry = { .id = U64_MAX };
	struct dump *d = new_dump(test);

	narrowed = true;
	found = &entry;
	KUNIT_EXPECT_EQ(test, run_dump(test, d, 4096), 0);
	KUNIT_EXPECT_EQ(test, d->n, 0);
}

static void noop_is_a_message(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);
	struct dump *d = new_dump(test);
	struct nlmsghdr *nlh;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	err = nsinfo_scan_pause(skb, &d->cb, NSINFO_CMD_TASK_GET);
	KUNIT_EXPECT_EQ(test, err, (int)skb->len);
	nlh = (struct nlmsghdr *)skb->data;
	KUNIT_ASSERT_TRUE(test, nlmsg_ok(nlh, skb->len));
	KUNIT_EXPECT_EQ(test, nlh->nlmsg_type, NLMSG_NOOP);
	KUNIT_EXPECT_EQ(test, nlh->nlmsg_flags, NLM_F_MULTI);
	KUNIT_EXPECT_EQ(test, nlmsg_len(nlh), GENL_HDRLEN);
	kfree_skb(skb);
	kfree_skb(d->skb);
}

static void task_in_its_netns(struct kunit *test)
{
	struct nsinfo_task_rec rec, again;

	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, snapshot_netns(&rec, current, 0));
	KUNIT_EXPECT_TRUE(test, snapshot_netns(&again, current,
					       init_net.net_cookie));
	KUNIT_EXPECT_FALSE(test, snapshot_netns(&again, current, U64_MAX));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, rec.net_id, init_net.net_cookie);
	KUNIT_EXPECT_EQ(test, rec.net_inum, init_net.ns.inum);
	KUNIT_EXPECT_NE(test, rec.nsproxy, 0);
	KUNIT_EXPECT_NE(test, rec.nsproxy, (unsigned long)current->nsproxy);
	KUNIT_EXPECT_EQ(test, rec.nsproxy, again.nsproxy);
}

static int until_stopped(void *unused)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void task_that_ended_is_in_none(struct kunit *test)
{
	struct nsinfo_task_rec rec;
	struct task_struct *task;
	bool before, after;

	task = kthread_run(until_stopped, NULL, "nsinfo_test");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	get_task_struct(task);
	rcu_read_lock();
	before = snapshot_netns(&rec, task, 0);
	rcu_read_unlock();
	kthread_stop(task);
	/* The thread may still be on its way from there to its end. */
	while (READ_ONCE(task->nsproxy))
		schedule_timeout_uninterruptible(1);
	rcu_read_lock();
	after = snapshot_netns(&rec, task, 0);
	rcu_read_unlock();
	put_task_struct(task);
	KUNIT_EXPECT_TRUE(test, before);
	KUNIT_EXPECT_FALSE(test, after);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(dump_has_me_once),
	KUNIT_CASE(dump_goes_on_where_it_stopped),
	KUNIT_CASE(dump_without_room_fails),
	KUNIT_CASE(dump_is_not_for_all),
	KUNIT_CASE(dump_of_unknown_netns),
	KUNIT_CASE(dump_of_empty_netns),
	KUNIT_CASE(noop_is_a_message),
	KUNIT_CASE(task_in_its_netns),
	KUNIT_CASE(task_that_ended_is_in_none),
	{}
};

static struct kunit_suite suite = {
	.name = "nsinfo_tasks",
	.test_cases = cases,
};

kunit_test_suite(suite);

/* Before the suite runs, from 6.7 on. */
static int __init tasks_test_init(void)
{
	nsinfo_tasks_init();
	return 0;
}
module_init(tasks_test_init);

static void __exit tasks_test_exit(void)
{
}
module_exit(tasks_test_exit);

MODULE_DESCRIPTION("KUnit suite nsinfo_tasks");
MODULE_LICENSE("GPL");
