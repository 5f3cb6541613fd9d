// SPDX-License-Identifier: GPL-2.0
/* Suite nsinfo_registry: the life of an entry, on netns that are only shells. */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/slab.h>

/* The next so many allocations of the registry fail. */
static int failing;

static void *test_zalloc(size_t size, gfp_t gfp)
{
	if (failing) {
		failing--;
		return NULL;
	}
	return kmalloc(size, gfp | __GFP_ZERO);
}

#undef kzalloc
#define kzalloc test_zalloc
#include "registry.c"

static struct net *shell(struct kunit *test, u64 id, u32 inum)
{
	struct net *net = kunit_kzalloc(test, sizeof(*net), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, net);
	net->net_cookie = id;
	net->ns.inum = inum;
	return net;
}

static struct net *tracked_shell(struct kunit *test, u64 id, u32 inum)
{
	struct net *net = shell(test, id, inum);

	KUNIT_ASSERT_EQ(test, net_init(net), 0);
	return net;
}

static void end(struct net *net)
{
	net_pre_exit(net);
	net_exit(net);
}

static void find_by_id_and_inum(struct kunit *test)
{
	struct net *net = tracked_shell(test, 10, 110);
	struct nsinfo_net *entry;

	rcu_read_lock();
	entry = nsinfo_registry_find(10);
	KUNIT_EXPECT_NOT_NULL(test, entry);
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_registry_find_inum(110), entry);
	KUNIT_EXPECT_NULL(test, nsinfo_registry_find(11));
	KUNIT_EXPECT_NULL(test, nsinfo_registry_find_inum(10));
	if (entry) {
		KUNIT_EXPECT_PTR_EQ(test, entry->net, net);
		KUNIT_EXPECT_EQ(test, entry->state, NSINFO_NETNS_STATE_LIVE);
	}
	rcu_read_unlock();
	end(net);
}

static void next_goes_by_id(struct kunit *test)
{
	struct net *b = tracked_shell(test, 4097, 1);
	struct net *a = tracked_shell(test, 2, 3);
	struct net *c = tracked_shell(test, 1ULL << 40, 2);
	struct nsinfo_net *entry;
	u64 seen[4] = {}, id = 0;
	int n = 0;

	rcu_read_lock();
	while (n < 4 && (entry = nsinfo_registry_next(id))) {
		seen[n++] = entry->id;
		id = entry->id + 1;
	}
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, n, 3);
	KUNIT_EXPECT_EQ(test, seen[0], 2);
	KUNIT_EXPECT_EQ(test, seen[1], 4097);
	KUNIT_EXPECT_EQ(test, seen[2], 1ULL << 40);
	end(a);
	end(b);
	end(c);
}

static void next_outlives_its_start(struct kunit *test)
{
	struct net *a = tracked_shell(test, 5, 1);
	struct net *b = tracked_shell(test, 9, 2);
	struct nsinfo_net *entry;

	end(a);
	rcu_read_lock();
	entry = nsinfo_registry_next(5);
	KUNIT_EXPECT_TRUE(test, entry && entry->id == 9);
	rcu_read_unlock();
	end(b);
}

static void new_has_creator(struct kunit *test)
{
	u64 before = ktime_get_boottime_ns();
	struct net *net = tracked_shell(test, 20, 1);
	struct nsinfo_net *entry = nsinfo_registry_find(20);

	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_GE(test, entry->created_at, before);
	KUNIT_EXPECT_LE(test, entry->created_at, ktime_get_boottime_ns());
	KUNIT_EXPECT_PTR_EQ(test, entry->creator, task_tgid(current));
	KUNIT_EXPECT_STREQ(test, entry->creator_comm, current->comm);
	KUNIT_EXPECT_TRUE(test, uid_eq(entry->creator_uid, current_euid()));
	end(net);
}

static void replayed_has_no_creator(struct kunit *test)
{
	struct nsinfo_net *entry;
	struct net *net;

	loader = current;
	net = tracked_shell(test, 21, 1);
	loader = NULL;
	entry = nsinfo_registry_find(21);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_EQ(test, entry->created_at, 0);
	KUNIT_EXPECT_NULL(test, entry->creator);
	end(net);
}

static void pre_exit_makes_dying(struct kunit *test)
{
	struct net *net = tracked_shell(test, 30, 1);

	net_pre_exit(net);
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, nsinfo_registry_find(30)->state,
			NSINFO_NETNS_STATE_DYING);
	rcu_read_unlock();
	net_exit(net);
	KUNIT_EXPECT_NULL(test, nsinfo_registry_find(30));
}

static void dying_keeps_module(struct kunit *test)
{
	struct net *net = tracked_shell(test, 31, 1);
	int refs = module_refcount(THIS_MODULE);

	net_pre_exit(net);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), refs + 1);
	net_exit(net);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), refs);
}

static void generation_tells_every_change(struct kunit *test)
{
	unsigned int g[4];
	struct net *net;

	g[0] = nsinfo_registry_generation();
	net = tracked_shell(test, 40, 1);
	g[1] = nsinfo_registry_generation();
	net_pre_exit(net);
	g[2] = nsinfo_registry_generation();
	net_exit(net);
	g[3] = nsinfo_registry_generation();
	KUNIT_EXPECT_NE(test, g[0], g[1]);
	KUNIT_EXPECT_NE(test, g[1], g[2]);
	KUNIT_EXPECT_NE(test, g[2], g[3]);
}

static void generation_of_one_netns(struct kunit *test)
{
	struct net *a = tracked_shell(test, 42, 1);
	struct net *b = tracked_shell(test, 43, 2);
	unsigned int all, of_a, of_b;

	rcu_read_lock();
	all = nsinfo_registry_generation();
	of_a = nsinfo_registry_net_generation(42);
	of_b = nsinfo_registry_net_generation(43);
	nsinfo_registry_changed(a);
	KUNIT_EXPECT_NE(test, nsinfo_registry_generation(), all);
	KUNIT_EXPECT_NE(test, nsinfo_registry_net_generation(42), of_a);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_net_generation(43), of_b);
	KUNIT_EXPECT_EQ(test, of_a % 2, 1);
	rcu_read_unlock();
	end(a);
	end(b);
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, nsinfo_registry_net_generation(42) % 2, 0);
	rcu_read_unlock();
}

static void generation_is_odd_for_ever(struct kunit *test)
{
	int old = atomic_read(&generation);

	atomic_set(&generation, -1);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_generation(), UINT_MAX);
	nsinfo_registry_changed(&init_net);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_generation(), 1);
	atomic_set(&generation, old);
}

static void no_memory_is_no_error(struct kunit *test)
{
	struct net *net = shell(test, 50, 1);

	failing = 1;
	KUNIT_EXPECT_EQ(test, net_init(net), 0);
	KUNIT_EXPECT_EQ(test, failing, 0);
	KUNIT_EXPECT_NULL(test, nsinfo_registry_find(50));
	KUNIT_EXPECT_EQ(test, nsinfo_registry_untracked(), 1);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_tracked(), 0);
	end(net);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_untracked(), 0);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_tracked(), 0);
}

/* As two netns never do: the second is untracked, the first unharmed. */
static void same_id_is_no_error(struct kunit *test)
{
	struct net *a = tracked_shell(test, 60, 1);
	struct net *b = shell(test, 60, 2);

	KUNIT_EXPECT_EQ(test, net_init(b), 0);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_untracked(), 1);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_registry_find(60)->net, a);
	rcu_read_unlock();
	end(b);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_untracked(), 0);
	rcu_read_lock();
	KUNIT_EXPECT_NOT_NULL(test, nsinfo_registry_find(60));
	rcu_read_unlock();
	end(a);
}

static void tracked_counts(struct kunit *test)
{
	struct net *a = tracked_shell(test, 70, 1);
	struct net *b = tracked_shell(test, 71, 2);

	KUNIT_EXPECT_EQ(test, nsinfo_registry_tracked(), 2);
	end(a);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_tracked(), 1);
	end(b);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_tracked(), 0);
}

/* The real thing, once: every netns of this kernel, and away again. */
static void real_init_and_exit(struct kunit *test)
{
	struct nsinfo_net *entry;

	KUNIT_ASSERT_EQ(test, nsinfo_registry_init(), 0);
	rcu_read_lock();
	entry = nsinfo_registry_find(init_net.net_cookie);
	KUNIT_EXPECT_NOT_NULL(test, entry);
	if (entry) {
		KUNIT_EXPECT_PTR_EQ(test, entry->net, &init_net);
		KUNIT_EXPECT_EQ(test, entry->created_at, 0);
	}
	rcu_read_unlock();
	KUNIT_EXPECT_GE(test, nsinfo_registry_tracked(), 1);
	nsinfo_registry_exit();
	KUNIT_EXPECT_EQ(test, nsinfo_registry_tracked(), 0);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, nsinfo_registry_next(0));
	rcu_read_unlock();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(find_by_id_and_inum),
	KUNIT_CASE(next_goes_by_id),
	KUNIT_CASE(next_outlives_its_start),
	KUNIT_CASE(new_has_creator),
	KUNIT_CASE(replayed_has_no_creator),
	KUNIT_CASE(pre_exit_makes_dying),
	KUNIT_CASE(dying_keeps_module),
	KUNIT_CASE(generation_tells_every_change),
	KUNIT_CASE(generation_of_one_netns),
	KUNIT_CASE(generation_is_odd_for_ever),
	KUNIT_CASE(no_memory_is_no_error),
	KUNIT_CASE(same_id_is_no_error),
	KUNIT_CASE(tracked_counts),
	KUNIT_CASE(real_init_and_exit),
	{}
};

/* The callbacks of call_rcu() are code of this module. */
static void suite_exit(struct kunit_suite *suite)
{
	rcu_barrier();
}

static struct kunit_suite suite = {
	.name = "nsinfo_registry",
	.suite_exit = suite_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit suite nsinfo_registry");
MODULE_LICENSE("GPL");
