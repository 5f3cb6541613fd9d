// SPDX-License-Identifier: GPL-2.0
/* Suite nsinfo_waiting: records of devices that are waited for. */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/timekeeping.h>

/* The clock is ours. */
static u64 now_ns;

#define ktime_get_boottime_ns() now_ns
#include "waiting.c"

#define SECOND	NSEC_PER_SEC
#define ID	0x100000001ULL

/* In place of registry.c. */
static u64 id_of_all;

u64 nsinfo_registry_id_of(const struct net *net)
{
	return id_of_all;
}

static struct nsinfo_net dying = { .dying_since = 1 };

struct nsinfo_net *nsinfo_entry_find(u64 id)
{
	return id == dying.id ? &dying : NULL;
}

static struct net *netns;

static struct net_device *device(struct kunit *test, const char *name,
				 int ifindex)
{
	struct net_device *dev = alloc_netdev(0, name, NET_NAME_UNKNOWN,
					      ether_setup);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	dev->ifindex = ifindex;
	dev_net_set(dev, netns);
	return dev;
}

static void release(struct net_device *dev)
{
	dev->reg_state = NETREG_UNINITIALIZED;
	free_netdev(dev);
}

static void unregister(struct net_device *dev)
{
	dev->reg_state = NETREG_UNREGISTERING;
	nsinfo_waiting_event(dev);
}

static void tell(struct net_device *dev)
{
	dev->reg_state = NETREG_UNREGISTERED;
	nsinfo_waiting_event(dev);
}

static void unregistered_is_not_waiting(struct kunit *test)
{
	struct net_device *dev = device(test, "one", 5);

	unregister(dev);
	KUNIT_EXPECT_EQ(test, records, 1);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_count(), 0);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_get(ID, NULL, 0), 0);
	release(dev);
}

static void told_again_is_waiting(struct kunit *test)
{
	static struct rtnl_link_ops ops = { .kind = "a kind that is too long" };
	struct net_device *dev = device(test, "one", 5);
	struct nsinfo_waiting_rec rec;
	u64 since = now_ns;

	dev->rtnl_link_ops = &ops;
	unregister(dev);
	now_ns += SECOND;
	tell(dev);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_count(), 1);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_get(ID + 1, &rec, 1), 0);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_get(ID, &rec, 1), 1);
	KUNIT_EXPECT_EQ(test, rec.ifindex, 5);
	KUNIT_EXPECT_STREQ(test, rec.name, "one");
	KUNIT_EXPECT_STREQ(test, rec.kind, "a kind that is ");
	KUNIT_EXPECT_EQ(test, rec.refs, (u32)netdev_refcnt_read(dev));
	KUNIT_EXPECT_EQ(test, rec.since, since);
	KUNIT_EXPECT_EQ(test, rec.told_at, since + SECOND);
	now_ns += SECOND;
	tell(dev);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_get(ID, &rec, 1), 1);
	KUNIT_EXPECT_EQ(test, rec.since, since);
	KUNIT_EXPECT_EQ(test, rec.told_at, since + 2 * SECOND);
	release(dev);
}

/* RTNL may be held for long: then it is told of late, and its age is kept. */
static void not_told_for_long_is_not_shown(struct kunit *test)
{
	struct net_device *dev = device(test, "one", 5);
	struct nsinfo_waiting_rec rec;
	u64 since = now_ns;

	unregister(dev);
	now_ns += SECOND;
	tell(dev);
	now_ns += 3 * SECOND;
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_count(), 1);
	now_ns += 1;
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_count(), 0);
	now_ns += 30 * SECOND;
	tell(dev);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_get(ID, &rec, 1), 1);
	KUNIT_EXPECT_EQ(test, rec.since, since);
	release(dev);
}

static void not_told_while_rtnl_is_held_is_shown(struct kunit *test)
{
	struct net_device *a = device(test, "a", 1), *b = device(test, "b", 2);
	struct net_device *c = device(test, "c", 3);
	struct nsinfo_waiting_rec rec;
	u64 since = now_ns;

	unregister(a);
	unregister(b);
	now_ns += SECOND;
	tell(a);
	tell(b);
	dying.id = ID;
	now_ns += 100 * SECOND;
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_get(ID, &rec, 1), 2);
	unregister(c);
	KUNIT_EXPECT_EQ(test, records, 3);
	/* told again: what is not told with it is waited for no more */
	tell(a);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_get(ID, &rec, 1), 1);
	KUNIT_EXPECT_STREQ(test, rec.name, "a");
	KUNIT_EXPECT_EQ(test, rec.since, since);
	/* nor anything when the netns is gone */
	dying.id = 0;
	now_ns += 4 * SECOND;
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_count(), 0);
	release(a);
	release(b);
	release(c);
}

static void older_than_the_module(struct kunit *test)
{
	struct net_device *dev = device(test, "one", 5);
	struct nsinfo_waiting_rec rec;

	/* its netns may be gone: nothing but the address is looked at */
	dev_net_set(dev, (struct net *)0x10);
	id_of_all = 77;
	tell(dev);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_get(77, &rec, 1), 1);
	KUNIT_EXPECT_EQ(test, rec.since, now_ns);
	id_of_all = 0;
	dev_net_set(dev, netns);
	release(dev);
}

/* The memory of a device that is gone is that of another one. */
static void same_address_is_another_device(struct kunit *test)
{
	struct net_device *dev = device(test, "one", 5);
	struct nsinfo_waiting_rec rec;

	unregister(dev);
	now_ns += SECOND;
	tell(dev);
	dev->ifindex = 6;
	strscpy(dev->name, "two", IFNAMSIZ);
	unregister(dev);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_count(), 0);
	now_ns += SECOND;
	tell(dev);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_get(ID, &rec, 1), 1);
	KUNIT_EXPECT_EQ(test, rec.ifindex, 6);
	KUNIT_EXPECT_STREQ(test, rec.name, "two");
	KUNIT_EXPECT_EQ(test, rec.since, now_ns - SECOND);
	release(dev);
}

static void oldest_come_first(struct kunit *test)
{
	struct nsinfo_waiting_rec recs[3];
	struct net_device *devs[6];
	int i;

	for (i = 0; i < ARRAY_SIZE(devs); i++) {
		devs[i] = device(test, "d%d", i + 1);
		unregister(devs[i]);
		now_ns++;
	}
	for (i = ARRAY_SIZE(devs) - 1; i >= 0; i--)
		tell(devs[i]);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_get(ID, recs, 3), 6);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, recs[i].ifindex, i + 1);
	for (i = 0; i < ARRAY_SIZE(devs); i++)
		release(devs[i]);
}

static void memory_is_bounded(struct kunit *test)
{
	struct net_device *stuck = device(test, "stuck", 1);
	unsigned long i;

	unregister(stuck);
	now_ns += SECOND;
	tell(stuck);
	/* addresses are all that tells devices apart */
	for (i = 0; i < 2 * MAX_RECORDS; i++) {
		struct waiting *one = kzalloc(sizeof(*one), GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, one);
		one->dev = (void *)(i + 1);
		one->rec.since = now_ns;
		spin_lock(&lock);
		waiting_keep(one);
		spin_unlock(&lock);
		KUNIT_ASSERT_LE(test, records, (unsigned int)MAX_RECORDS);
	}
	KUNIT_EXPECT_EQ(test, records, (unsigned int)MAX_RECORDS);
	KUNIT_EXPECT_EQ(test, nsinfo_waiting_count(), 1);
	release(stuck);
}

static void old_records_make_room(struct kunit *test)
{
	struct net_device *a = device(test, "a", 1), *b = device(test, "b", 2);
	struct net_device *c = device(test, "c", 3);

	unregister(a);
	unregister(b);
	tell(b);
	now_ns += 61 * SECOND;
	unregister(c);
	KUNIT_EXPECT_EQ(test, records, 1);
	release(a);
	release(b);
	release(c);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(unregistered_is_not_waiting),
	KUNIT_CASE(told_again_is_waiting),
	KUNIT_CASE(not_told_for_long_is_not_shown),
	KUNIT_CASE(not_told_while_rtnl_is_held_is_shown),
	KUNIT_CASE(older_than_the_module),
	KUNIT_CASE(same_address_is_another_device),
	KUNIT_CASE(oldest_come_first),
	KUNIT_CASE(memory_is_bounded),
	KUNIT_CASE(old_records_make_room),
	{}
};

static int test_init(struct kunit *test)
{
	now_ns = 100 * SECOND;
	netns = kunit_kzalloc(test, sizeof(*netns), GFP_KERNEL);
	if (!netns)
		return -ENOMEM;
	netns->net_cookie = ID;
	return 0;
}

static void test_exit(struct kunit *test)
{
	nsinfo_waiting_exit();
	KUNIT_EXPECT_EQ(test, records, 0);
}

static struct kunit_suite suite = {
	.name = "nsinfo_waiting",
	.init = test_init,
	.exit = test_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit suite nsinfo_waiting");
MODULE_LICENSE("GPL");
