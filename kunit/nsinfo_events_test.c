// SPDX-License-Identifier: GPL-2.0
/*
 * Suite nsinfo_events: what becomes a message, to whom, and with which number.
 * The encoder is the real one; what is read, and the sockets, are not.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#define MAX_SENT	8

/* Groups, as in events.h, which is not yet there. */
#define TO_OWN		0
#define TO_ALL		1

/* What was sent, what was said to be lost, and what the next call meets. */
static struct {
	struct {
		u8 cmd;
		unsigned int group;
		const struct net *to;
		struct sk_buff *skb;
	} sent[MAX_SENT];
	unsigned int n_sent;
	unsigned int lost[2];
	unsigned int built;
	bool listens[2];
	bool count_only;
	bool nobody;		/* takes what is sent */
	unsigned int failing;	/* so many allocations */
	bool untracked;
	bool read_locked;	/* the device was read with the channel locked */
	const char *alias;
	const char *parent;
} world;

static int test_has_listeners(const struct genl_family *family,
			      const struct net *net, unsigned int group)
{
	return world.listens[group];
}

static struct sk_buff *test_new(size_t payload, gfp_t flags)
{
	world.built++;
	if (world.failing) {
		world.failing--;
		return NULL;
	}
	return genlmsg_new(payload, flags);
}

static int test_multicast(const struct genl_family *family,
			  const struct net *net, struct sk_buff *skb,
			  u32 portid, unsigned int group, gfp_t flags);

static int test_set_err(const struct genl_family *family,
			const struct net *net, u32 portid, u32 group, int code)
{
	world.lost[group]++;
	return 0;
}

#define genl_has_listeners	test_has_listeners
#define genlmsg_new		test_new
#define genlmsg_multicast_netns	test_multicast
#define genl_set_err		test_set_err
#include "events.c"
#undef genl_has_listeners
#undef genlmsg_new
#undef genlmsg_multicast_netns
#undef genl_set_err
#include "encode.c"

struct genl_family nsinfo_family = {
	.name = "test",
	.id = GENL_START_ALLOC,
};

static struct nsinfo_net entry;
static struct net *shell;

static u64 seq_of(struct sk_buff *skb)
{
	struct nlattr *event, *seq;

	event = nlmsg_find_attr(nlmsg_hdr(skb), GENL_HDRLEN,
				NSINFO_A_DEV_EVENT);
	if (!event)
		event = nlmsg_find_attr(nlmsg_hdr(skb), GENL_HDRLEN,
					NSINFO_A_NETNS_EVENT);
	seq = event ? nla_find_nested(event, NSINFO_A_EVENT_SEQ) : NULL;
	return seq ? nla_get_u64(seq) : 0;
}

static int test_multicast(const struct genl_family *family,
			  const struct net *net, struct sk_buff *skb,
			  u32 portid, unsigned int group, gfp_t flags)
{
	static u64 last;

	if (world.count_only) {
		if (seq_of(skb) != last + 1 && last)
			world.lost[group]++;
		last = seq_of(skb);
		nlmsg_free(skb);
		return 0;
	}
	if (world.n_sent == MAX_SENT || world.nobody) {
		nlmsg_free(skb);
		return world.nobody ? -ESRCH : -ENOBUFS;
	}
	world.sent[world.n_sent].cmd =
		((struct genlmsghdr *)nlmsg_data(nlmsg_hdr(skb)))->cmd;
	world.sent[world.n_sent].group = group;
	world.sent[world.n_sent].to = net;
	world.sent[world.n_sent++].skb = skb;
	return 0;
}

struct nsinfo_net *nsinfo_entry_of(const struct net *net)
{
	return world.untracked ? NULL : &entry;
}

/* cppcheck-suppress constParameter */
void nsinfo_viewer_group(struct nsinfo_viewer *viewer, struct net *own)
{
	viewer->net = own ?: &init_net;
}

void nsinfo_snapshot_net(struct nsinfo_net_rec *rec,
			 const struct nsinfo_net *of,
			 const struct nsinfo_viewer *viewer)
{
	memset(rec, 0, sizeof(*rec));
	rec->id = of->id;
}

void nsinfo_snapshot_dev_brief(struct nsinfo_dev_rec *rec,
			       const struct net_device *dev)
{
	memset(rec, 0, sizeof(*rec));
	rec->net_id = 5;
	rec->ifindex = dev->ifindex;
	strscpy(rec->name, dev->name, IFNAMSIZ);
}

/* All that a device can have, at its longest, but for the alias. */
void nsinfo_snapshot_dev(struct nsinfo_dev_rec *rec, struct net_device *dev,
			 const struct nsinfo_viewer *viewer, bool want_stats)
{
	nsinfo_snapshot_dev_brief(rec, dev);
	world.read_locked = true;
	if (spin_trylock(&all_channel.lock)) {
		world.read_locked = false;
		spin_unlock(&all_channel.lock);
	}
	rec->num_rx_queues = 1;
	rec->qdisc = "fifteen-letters";
	rec->kind = "a-kind-of-device-with-a-long-name";
	rec->alias = world.alias;
	rec->parent_bus = world.parent;
	rec->parent_dev = world.parent;
	rec->addr_len = MAX_ADDR_LEN;
	rec->has_perm_address = true;
	rec->master = 8;
	rec->has_link = true;
	rec->link_foreign = true;
	rec->link_net_id = 10;
	rec->peer_ifindex = 12;
	strscpy(rec->peer_name, "fifteen-letters", IFNAMSIZ);
}

static void expect_sent(struct kunit *test, unsigned int i, u8 cmd,
			unsigned int group, u64 seq)
{
	KUNIT_ASSERT_GT(test, world.n_sent, i);
	KUNIT_EXPECT_EQ(test, world.sent[i].cmd, cmd);
	KUNIT_EXPECT_EQ(test, world.sent[i].group, group);
	KUNIT_EXPECT_PTR_EQ(test, world.sent[i].to,
			    (const struct net *)(group == TO_OWN ? shell :
								   &init_net));
	KUNIT_EXPECT_EQ(test, seq_of(world.sent[i].skb), seq);
}

static struct net_device *device(struct kunit *test)
{
	struct net_device *dev = kunit_kzalloc(test, sizeof(*dev), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	strscpy(dev->name, "fifteen-letters", IFNAMSIZ);
	dev->ifindex = 3;
	dev->reg_state = NETREG_REGISTERED;
	write_pnet(&dev->nd_net, shell);
	return dev;
}

static void add(struct net_device *dev)
{
	nsinfo_events_dev(NSINFO_CMD_DEV_ADD_NTF, dev, 0);
}

static void numbers_follow_each_other(struct kunit *test)
{
	struct net_device *dev = device(test);

	world.listens[TO_ALL] = true;
	nsinfo_events_net(NSINFO_CMD_NETNS_ADD_NTF, &entry);
	add(dev);
	nsinfo_events_dev(NSINFO_CMD_DEV_DEL_NTF, dev, 0);
	KUNIT_EXPECT_EQ(test, world.n_sent, 3);
	expect_sent(test, 0, NSINFO_CMD_NETNS_ADD_NTF, TO_ALL, 1);
	expect_sent(test, 1, NSINFO_CMD_DEV_ADD_NTF, TO_ALL, 2);
	expect_sent(test, 2, NSINFO_CMD_DEV_DEL_NTF, TO_ALL, 3);
}

static void groups_count_apart(struct kunit *test)
{
	struct net_device *dev = device(test);

	world.listens[TO_ALL] = true;
	add(dev);
	world.listens[TO_OWN] = true;
	nsinfo_events_net(NSINFO_CMD_NETNS_ADD_NTF, &entry);
	add(dev);
	KUNIT_EXPECT_EQ(test, world.n_sent, 4);
	KUNIT_EXPECT_EQ(test, nsinfo_events_seq(&init_net), 3);
	KUNIT_EXPECT_EQ(test, nsinfo_events_seq(shell), 1);
	expect_sent(test, 1, NSINFO_CMD_NETNS_ADD_NTF, TO_ALL, 2);
	expect_sent(test, 2, NSINFO_CMD_DEV_ADD_NTF, TO_ALL, 3);
	expect_sent(test, 3, NSINFO_CMD_DEV_ADD_NTF, TO_OWN, 1);
}

static void nobody_listens_builds_nothing(struct kunit *test)
{
	struct nsinfo_place from = { .net_id = 77, .name = "was" };
	const struct nsinfo_addr_rec addr = { .key.family = AF_INET };
	struct net_device *dev = device(test);

	add(dev);
	nsinfo_events_net(NSINFO_CMD_NETNS_ADD_NTF, &entry);
	nsinfo_events_dev_left(dev);
	nsinfo_events_dev_moved(dev, &from);
	nsinfo_events_addr(NSINFO_CMD_ADDR_ADD_NTF, dev, &addr, GFP_KERNEL,
			   NULL, NULL);
	rcu_read_lock();
	nsinfo_events_dev_async(dev, 1);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, world.built, 0);
	KUNIT_EXPECT_EQ(test, world.n_sent, 0);
	world.listens[TO_ALL] = true;
	add(dev);
	KUNIT_EXPECT_EQ(test, world.built, 1);
	expect_sent(test, 0, NSINFO_CMD_DEV_ADD_NTF, TO_ALL, 1);
}

static void disabled_sends_nothing(struct kunit *test)
{
	struct net_device *dev = device(test);

	world.listens[TO_ALL] = true;
	world.listens[TO_OWN] = true;
	nsinfo_events_disable();
	KUNIT_EXPECT_FALSE(test, nsinfo_events_wanted());
	add(dev);
	nsinfo_events_net(NSINFO_CMD_NETNS_DEL_NTF, &entry);
	nsinfo_events_lost(shell);
	KUNIT_EXPECT_EQ(test, world.n_sent, 0);
	KUNIT_EXPECT_EQ(test, world.lost[TO_ALL], 0);
}

static void untracked_is_not_told(struct kunit *test)
{
	struct net_device *dev = device(test);

	world.listens[TO_ALL] = true;
	world.untracked = true;
	add(dev);
	KUNIT_EXPECT_EQ(test, world.n_sent, 0);
	KUNIT_EXPECT_EQ(test, all_channel.seq, 0);
}

static void no_memory_is_a_hole(struct kunit *test)
{
	struct net_device *dev = device(test);

	world.listens[TO_ALL] = true;
	add(dev);
	world.failing = 1;
	add(dev);
	KUNIT_EXPECT_EQ(test, world.lost[TO_ALL], 1);
	add(dev);
	KUNIT_EXPECT_EQ(test, world.n_sent, 2);
	expect_sent(test, 1, NSINFO_CMD_DEV_ADD_NTF, TO_ALL, 3);
}

/* It fits with its longest alias and parent, where these are to be seen. */
static void longest_event_fits(struct kunit *test)
{
	struct net_device *dev = device(test);
	struct nsinfo_place from = { .net_id = 1, .name = "fifteen-letters" };
	char parent[NSINFO_PARENT_LEN + 1] = {};
	char alias[IFALIASZ];
	struct device bus_dev;

	world.listens[TO_ALL] = true;
	nsinfo_events_dev_moved(dev, &from);
	KUNIT_EXPECT_EQ(test, world.lost[TO_ALL], 0);
	memset(alias, 'a', sizeof(alias) - 1);
	alias[sizeof(alias) - 1] = 0;
	world.alias = alias;
	rcu_assign_pointer(dev->ifalias, (struct dev_ifalias *)alias);
	nsinfo_events_dev_moved(dev, &from);
	KUNIT_EXPECT_EQ(test, world.lost[TO_ALL], 0);
	KUNIT_EXPECT_EQ(test, world.n_sent, 2);
	memset(parent, 'p', NSINFO_PARENT_LEN);
	world.parent = parent;
	dev->dev.parent = &bus_dev;
	nsinfo_events_dev_moved(dev, &from);
	KUNIT_EXPECT_EQ(test, world.lost[TO_ALL], 0);
	KUNIT_EXPECT_EQ(test, world.n_sent, 3);
}

static void too_long_is_a_hole(struct kunit *test)
{
	struct net_device *dev = device(test);
	char alias[IFALIASZ];

	memset(alias, 'a', sizeof(alias) - 1);
	alias[sizeof(alias) - 1] = 0;
	world.listens[TO_ALL] = true;
	world.alias = alias;
	add(dev);
	KUNIT_EXPECT_EQ(test, world.n_sent, 0);
	KUNIT_EXPECT_EQ(test, world.lost[TO_ALL], 1);
	KUNIT_EXPECT_EQ(test, all_channel.seq, 1);
}

static void change_needs_a_device_that_is_there(struct kunit *test)
{
	struct net_device *dev = device(test);

	world.listens[TO_ALL] = true;
	dev->dismantle = true;
	nsinfo_events_dev(NSINFO_CMD_DEV_CHANGE_NTF, dev, 1);
	dev->dismantle = false;
	dev->reg_state = NETREG_UNREGISTERING;
	nsinfo_events_dev(NSINFO_CMD_DEV_CHANGE_NTF, dev, 1);
	rcu_read_lock();
	nsinfo_events_dev_async(dev, 1);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, world.n_sent, 0);
	nsinfo_events_dev(NSINFO_CMD_DEV_DEL_NTF, dev, 0);
	expect_sent(test, 0, NSINFO_CMD_DEV_DEL_NTF, TO_ALL, 1);
}

static void move_is_one_event(struct kunit *test)
{
	struct nsinfo_place from = { .net_id = 77, .name = "was" };
	struct net_device *dev = device(test);

	world.listens[TO_ALL] = true;
	world.listens[TO_OWN] = true;
	nsinfo_events_dev_left(dev);
	nsinfo_events_dev_moved(dev, &from);
	KUNIT_EXPECT_EQ(test, world.n_sent, 3);
	expect_sent(test, 0, NSINFO_CMD_DEV_DEL_NTF, TO_OWN, 1);
	expect_sent(test, 1, NSINFO_CMD_DEV_MOVE_NTF, TO_ALL, 1);
	expect_sent(test, 2, NSINFO_CMD_DEV_ADD_NTF, TO_OWN, 2);
}

static void move_from_nowhere_is_an_add(struct kunit *test)
{
	struct net_device *dev = device(test);
	struct nsinfo_place from = {};

	world.listens[TO_ALL] = true;
	nsinfo_events_dev_moved(dev, &from);
	expect_sent(test, 0, NSINFO_CMD_DEV_ADD_NTF, TO_ALL, 1);
}

static void move_to_nowhere_is_a_loss(struct kunit *test)
{
	struct nsinfo_place from = { .net_id = 77, .name = "was" };
	struct net_device *dev = device(test);

	world.listens[TO_ALL] = true;
	world.untracked = true;
	nsinfo_events_dev_moved(dev, &from);
	KUNIT_EXPECT_EQ(test, world.n_sent, 0);
	KUNIT_EXPECT_EQ(test, world.lost[TO_ALL], 1);
	KUNIT_EXPECT_EQ(test, all_channel.seq, 1);
}

static bool answer(const void *object)
{
	return *(const bool *)object;
}

static void who_takes_nothing_is_known(struct kunit *test)
{
	const struct nsinfo_addr_rec addr = { .key.family = AF_INET };
	struct net_device *dev = device(test);

	KUNIT_EXPECT_FALSE(test, nsinfo_events_addr_again(dev, &addr, TO_OWN));
	KUNIT_EXPECT_EQ(test, world.built, 0);
	world.listens[TO_OWN] = true;
	KUNIT_EXPECT_TRUE(test, nsinfo_events_addr_again(dev, &addr, TO_OWN));
	expect_sent(test, 0, NSINFO_CMD_ADDR_ADD_NTF, TO_OWN, 1);
	KUNIT_EXPECT_FALSE(test, nsinfo_events_addr_again(dev, &addr, TO_ALL));
	world.nobody = true;
	KUNIT_EXPECT_FALSE(test, nsinfo_events_addr_again(dev, &addr, TO_OWN));
	/* What cannot be built is a loss to whoever listens. */
	world.failing = 1;
	KUNIT_EXPECT_TRUE(test, nsinfo_events_addr_again(dev, &addr, TO_OWN));
	KUNIT_EXPECT_EQ(test, world.lost[TO_OWN], 1);
	KUNIT_EXPECT_EQ(test, nsinfo_events_seq(shell), 3);
}

static void no_longer_true_takes_no_number(struct kunit *test)
{
	const struct nsinfo_addr_rec addr = { .key.family = AF_INET6 };
	struct net_device *dev = device(test);
	bool yes = true, no = false;

	world.listens[TO_ALL] = true;
	nsinfo_events_addr(NSINFO_CMD_ADDR_ADD_NTF, dev, &addr, GFP_KERNEL,
			   answer, &no);
	KUNIT_EXPECT_EQ(test, world.n_sent, 0);
	nsinfo_events_addr(NSINFO_CMD_ADDR_ADD_NTF, dev, &addr, GFP_KERNEL,
			   answer, &yes);
	expect_sent(test, 0, NSINFO_CMD_ADDR_ADD_NTF, TO_ALL, 1);
}

/* Or the order of reading would not be that of sending. */
static void async_reads_under_the_lock(struct kunit *test)
{
	struct net_device *dev = device(test);

	world.listens[TO_ALL] = true;
	nsinfo_events_dev(NSINFO_CMD_DEV_CHANGE_NTF, dev, 1);
	KUNIT_EXPECT_FALSE(test, world.read_locked);
	rcu_read_lock();
	nsinfo_events_dev_async(dev, 1);
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, world.read_locked);
	expect_sent(test, 1, NSINFO_CMD_DEV_CHANGE_NTF, TO_ALL, 2);
}

static void lost_is_told_to_both(struct kunit *test)
{
	world.listens[TO_ALL] = true;
	nsinfo_events_lost(shell);
	KUNIT_EXPECT_EQ(test, world.lost[TO_ALL], 1);
	KUNIT_EXPECT_EQ(test, world.lost[TO_OWN], 1);
	KUNIT_EXPECT_EQ(test, all_channel.seq, 1);
	KUNIT_EXPECT_EQ(test, entry.own.seq, 1);
}

/* As built where the kernel does not check who joins. */
static void no_group_all_is_told_nothing(struct kunit *test)
{
	struct net_device *dev = device(test);

	nsinfo_family.n_mcgrps = TO_ALL;
	world.listens[TO_ALL] = true;
	world.listens[TO_OWN] = true;
	add(dev);
	nsinfo_events_lost(shell);
	KUNIT_EXPECT_EQ(test, world.n_sent, 1);
	expect_sent(test, 0, NSINFO_CMD_DEV_ADD_NTF, TO_OWN, 1);
	KUNIT_EXPECT_EQ(test, world.lost[TO_ALL], 0);
	KUNIT_EXPECT_EQ(test, world.lost[TO_OWN], 1);
}

#define SENDERS	3
#define EACH	2000

static int send_many(void *arg)
{
	unsigned int i;

	for (i = 0; i < EACH; i++) {
		nsinfo_events_net(NSINFO_CMD_NETNS_ADD_NTF, &entry);
		cond_resched();
	}
	complete(arg);
	return 0;
}

static void order_of_numbers_is_that_of_delivery(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *task;
	int i;

	world.listens[TO_ALL] = true;
	world.count_only = true;
	for (i = 0; i < SENDERS; i++) {
		task = kthread_run(send_many, &done, "sender");
		KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	}
	for (i = 0; i < SENDERS; i++)
		wait_for_completion(&done);
	KUNIT_EXPECT_EQ(test, all_channel.seq, SENDERS * EACH);
	KUNIT_EXPECT_EQ(test, world.lost[TO_ALL], 0);
}

static int set_up(struct kunit *test)
{
	memset(&world, 0, sizeof(world));
	shell = kunit_kzalloc(test, sizeof(*shell), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, shell);
	memset(&entry, 0, sizeof(entry));
	entry.net = shell;
	entry.id = 5;
	spin_lock_init(&entry.own.lock);
	all_channel.seq = 0;
	nsinfo_family.n_mcgrps = 2;
	nsinfo_events_enable();
	return 0;
}

static void tear_down(struct kunit *test)
{
	while (world.n_sent)
		nlmsg_free(world.sent[--world.n_sent].skb);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(numbers_follow_each_other),
	KUNIT_CASE(groups_count_apart),
	KUNIT_CASE(nobody_listens_builds_nothing),
	KUNIT_CASE(disabled_sends_nothing),
	KUNIT_CASE(untracked_is_not_told),
	KUNIT_CASE(no_memory_is_a_hole),
	KUNIT_CASE(longest_event_fits),
	KUNIT_CASE(too_long_is_a_hole),
	KUNIT_CASE(change_needs_a_device_that_is_there),
	KUNIT_CASE(move_is_one_event),
	KUNIT_CASE(move_from_nowhere_is_an_add),
	KUNIT_CASE(move_to_nowhere_is_a_loss),
	KUNIT_CASE(who_takes_nothing_is_known),
	KUNIT_CASE(no_longer_true_takes_no_number),
	KUNIT_CASE(async_reads_under_the_lock),
	KUNIT_CASE(lost_is_told_to_both),
	KUNIT_CASE(no_group_all_is_told_nothing),
	KUNIT_CASE(order_of_numbers_is_that_of_delivery),
	{}
};

static struct kunit_suite suite = {
	.name = "nsinfo_events",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit suite nsinfo_events");
MODULE_LICENSE("GPL");
