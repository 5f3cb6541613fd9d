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
#include "creator.c"
#include "entry.c"
#include "registry.c"

/* In place of events.c: what was told last, and what was true then. */
static struct {
	u8 cmd;
	u64 id;
	bool dying;
	bool found;
} told;

static void test_tell(u8 cmd, struct nsinfo_net *entry)
{
	told.cmd = cmd;
	told.id = entry->id;
	told.dying = entry->dying_since;
	told.found = nsinfo_entry_find(entry->id);
}

/* What a walk finds in place of the kernel's list. */
static LIST_HEAD(listed);
static unsigned int steps, frozen_steps, steps_that_may_sleep;

/* Called at each step of a walk. */
static struct list_head *walk_step(void)
{
	steps++;
	frozen_steps += rwsem_is_locked(&net_rwsem);
	steps_that_may_sleep += preemptible() && !rcu_read_lock_held();
	return &listed;
}

#undef for_each_net
#define for_each_net(net) list_for_each_entry(net, walk_step(), list)
#include "registry_walk.c"

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
	entry = nsinfo_entry_find(10);
	KUNIT_EXPECT_NOT_NULL(test, entry);
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_entry_find_inum(110), entry);
	KUNIT_EXPECT_NULL(test, nsinfo_entry_find(11));
	KUNIT_EXPECT_NULL(test, nsinfo_entry_find_inum(10));
	if (entry) {
		KUNIT_EXPECT_PTR_EQ(test, entry->net, net);
		KUNIT_EXPECT_EQ(test, entry->dying_since, 0);
	}
	rcu_read_unlock();
	end(net);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, nsinfo_entry_find_inum(110));
	rcu_read_unlock();
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
	while (n < 4 && (entry = nsinfo_entry_next(id))) {
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
	entry = nsinfo_entry_next(5);
	KUNIT_EXPECT_TRUE(test, entry && entry->id == 9);
	rcu_read_unlock();
	end(b);
}

static void new_has_creator(struct kunit *test)
{
	u64 before = ktime_get_boottime_ns();
	struct net *net = tracked_shell(test, 20, 1);
	struct nsinfo_net *entry = nsinfo_entry_find(20);

	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_GE(test, entry->created_at, before);
	KUNIT_EXPECT_LE(test, entry->created_at, ktime_get_boottime_ns());
	KUNIT_EXPECT_EQ(test, entry->creator.pid, (u32)task_tgid_nr(current));
	KUNIT_EXPECT_STREQ(test, entry->creator.comm, current->comm);
	KUNIT_EXPECT_TRUE(test, uid_eq(entry->creator.uid, current_euid()));
	end(net);
}

static void replayed_has_no_creator(struct kunit *test)
{
	struct nsinfo_net *entry;
	struct net *net;

	loader = current;
	net = tracked_shell(test, 21, 1);
	loader = NULL;
	entry = nsinfo_entry_find(21);
	KUNIT_ASSERT_NOT_NULL(test, entry);
	KUNIT_EXPECT_EQ(test, entry->created_at, 0);
	KUNIT_EXPECT_EQ(test, entry->creator.pid, 0);
	end(net);
}

static void pre_exit_tells_when(struct kunit *test)
{
	struct net *net = tracked_shell(test, 32, 1);
	u64 before = ktime_get_boottime_ns();
	struct nsinfo_net *entry;

	rcu_read_lock();
	entry = nsinfo_entry_find(32);
	KUNIT_EXPECT_EQ(test, entry->dying_since, 0);
	net_pre_exit(net);
	KUNIT_EXPECT_GE(test, entry->dying_since, before);
	KUNIT_EXPECT_LE(test, entry->dying_since, ktime_get_boottime_ns());
	rcu_read_unlock();
	net_exit(net);
	KUNIT_EXPECT_NULL(test, nsinfo_entry_find(32));
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

static void dying_without_an_entry_keeps_module(struct kunit *test)
{
	struct net *with = tracked_shell(test, 33, 1);
	struct net *without = shell(test, 34, 2);
	int refs = module_refcount(THIS_MODULE);

	failing = 1;
	KUNIT_EXPECT_EQ(test, net_init(without), 0);
	net_pre_exit(without);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), refs + 1);
	net_pre_exit(with);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), refs + 2);
	net_exit(with);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), refs + 1);
	net_exit(without);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), refs);
}

static void generation_tells_every_change(struct kunit *test)
{
	unsigned int g[4];
	struct net *net;

	g[0] = nsinfo_entry_generation();
	net = tracked_shell(test, 40, 1);
	g[1] = nsinfo_entry_generation();
	net_pre_exit(net);
	g[2] = nsinfo_entry_generation();
	net_exit(net);
	g[3] = nsinfo_entry_generation();
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
	all = nsinfo_entry_generation();
	of_a = nsinfo_entry_net_generation(42);
	of_b = nsinfo_entry_net_generation(43);
	nsinfo_entry_changed(a);
	KUNIT_EXPECT_NE(test, nsinfo_entry_generation(), all);
	KUNIT_EXPECT_NE(test, nsinfo_entry_net_generation(42), of_a);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_net_generation(43), of_b);
	KUNIT_EXPECT_EQ(test, of_a % 2, 1);
	rcu_read_unlock();
	end(a);
	end(b);
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, nsinfo_entry_net_generation(42) % 2, 0);
	rcu_read_unlock();
}

static void generation_is_odd_for_ever(struct kunit *test)
{
	int old = atomic_read(&generation);

	atomic_set(&generation, -1);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_generation(), UINT_MAX);
	nsinfo_entry_changed(&init_net);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_generation(), 1);
	atomic_set(&generation, old);
}

static void expect_told(struct kunit *test, u8 cmd, u64 id, bool dying,
			bool found)
{
	KUNIT_EXPECT_EQ(test, told.cmd, cmd);
	KUNIT_EXPECT_EQ(test, told.id, id);
	KUNIT_EXPECT_EQ(test, told.dying, dying);
	KUNIT_EXPECT_EQ(test, told.found, found);
	told.cmd = 0;
}

/* Who hears of it and looks finds what was told. */
static void each_step_is_told_when_it_is_done(struct kunit *test)
{
	struct net *net = tracked_shell(test, 45, 145);

	expect_told(test, NSINFO_CMD_NETNS_ADD_NTF, 45, false, true);
	net_pre_exit(net);
	expect_told(test, NSINFO_CMD_NETNS_DYING_NTF, 45, true, true);
	net_exit(net);
	expect_told(test, NSINFO_CMD_NETNS_DEL_NTF, 45, true, false);
}

static void untracked_is_not_told(struct kunit *test)
{
	struct net *net = shell(test, 46, 146);

	told.cmd = 0;
	failing = 1;
	KUNIT_EXPECT_EQ(test, net_init(net), 0);
	end(net);
	KUNIT_EXPECT_EQ(test, told.cmd, 0);
}

static void no_memory_is_no_error(struct kunit *test)
{
	struct net *net = shell(test, 50, 1);

	failing = 1;
	KUNIT_EXPECT_EQ(test, net_init(net), 0);
	KUNIT_EXPECT_EQ(test, failing, 0);
	KUNIT_EXPECT_NULL(test, nsinfo_entry_find(50));
	KUNIT_EXPECT_EQ(test, nsinfo_entry_untracked(), 1);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 0);
	end(net);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_untracked(), 0);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 0);
}

/* As two netns never do: the second is untracked, the first unharmed. */
static void same_id_is_no_error(struct kunit *test)
{
	struct net *a = tracked_shell(test, 60, 1);
	struct net *b = shell(test, 60, 2);

	KUNIT_EXPECT_EQ(test, net_init(b), 0);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_untracked(), 1);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_entry_find(60)->net, a);
	rcu_read_unlock();
	end(b);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_untracked(), 0);
	rcu_read_lock();
	KUNIT_EXPECT_NOT_NULL(test, nsinfo_entry_find(60));
	rcu_read_unlock();
	end(a);
}

static void tracked_counts(struct kunit *test)
{
	struct net *a = tracked_shell(test, 70, 1);
	struct net *b = tracked_shell(test, 71, 2);

	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 2);
	end(a);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 1);
	end(b);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 0);
}

/* Nothing refers to a shell: it is as one that waits for its teardown. */
static void sums_by_state(struct kunit *test)
{
	struct net *a = tracked_shell(test, 80, 1);
	struct net *b = tracked_shell(test, 81, 2);
	struct net *c = tracked_shell(test, 82, 3);
	struct nsinfo_registry_sums sums;

	rcu_read_lock();
	nsinfo_registry_sum(&sums);
	KUNIT_EXPECT_EQ(test, sums.queued, 3);
	KUNIT_EXPECT_EQ(test, sums.dying, 0);
	KUNIT_EXPECT_EQ(test, sums.oldest_dying, 0);
	net_pre_exit(b);
	net_pre_exit(a);
	nsinfo_entry_find(81)->dying_since = 7;
	nsinfo_entry_find(80)->dying_since = 9;
	nsinfo_registry_sum(&sums);
	KUNIT_EXPECT_EQ(test, sums.queued, 1);
	KUNIT_EXPECT_EQ(test, sums.dying, 2);
	KUNIT_EXPECT_EQ(test, sums.oldest_dying, 7);
	rcu_read_unlock();
	net_exit(a);
	net_exit(b);
	end(c);
}

static void id_by_address(struct kunit *test)
{
	struct net *net = tracked_shell(test, 83, 1);

	KUNIT_EXPECT_EQ(test, nsinfo_registry_id_of(net), 83);
	end(net);
	KUNIT_EXPECT_EQ(test, nsinfo_registry_id_of(net), 0);
}

/* With track=0. */
static struct net *listed_shell(struct kunit *test, u64 id)
{
	struct net *net = shell(test, id, id);

	list_add_rcu(&net->list, &listed);
	return net;
}

static void __ref begin_walks(struct kunit *test)
{
	nsinfo_entry_exit();
	tracking = false;
	KUNIT_ASSERT_EQ(test, nsinfo_registry_init(test_tell), 0);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 0);
}

static void end_walks(struct kunit *test)
{
	INIT_LIST_HEAD(&listed);
	nsinfo_registry_exit();
	KUNIT_EXPECT_EQ(test, nsinfo_entry_init(), 0);
	tracking = true;
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 0);
}

static unsigned int walk(struct kunit *test)
{
	nsinfo_registry_enter();
	nsinfo_registry_leave();
	return nsinfo_entry_generation();
}

static void walk_makes_entries_of_the_list(struct kunit *test)
{
	struct net *a, *b, *c;

	begin_walks(test);
	b = listed_shell(test, 91);
	a = listed_shell(test, 90);
	walk(test);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 2);
	list_del_rcu(&a->list);
	c = listed_shell(test, 1);
	nsinfo_registry_enter();
	KUNIT_EXPECT_NULL(test, nsinfo_entry_find(90));
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_entry_find(91)->net, b);
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_entry_next(0)->net, c);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_find(1)->created_at, 0);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_find(1)->creator.pid, 0);
	nsinfo_registry_leave();
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 2);
	end_walks(test);
}

static void walk_tells_changes_alone(struct kunit *test)
{
	unsigned int all, of_a, of_b;
	struct net *a, *c;

	begin_walks(test);
	a = listed_shell(test, 90);
	listed_shell(test, 91);
	all = walk(test);
	of_a = nsinfo_entry_net_generation(90);
	of_b = nsinfo_entry_net_generation(91);
	KUNIT_EXPECT_EQ(test, walk(test), all);

	a->dev_base_seq++;
	KUNIT_EXPECT_NE(test, walk(test), all);
	KUNIT_EXPECT_NE(test, nsinfo_entry_net_generation(90), of_a);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_net_generation(91), of_b);

	all = walk(test);
	c = listed_shell(test, 92);
	KUNIT_EXPECT_NE(test, walk(test), all);
	all = walk(test);
	list_del_rcu(&c->list);
	KUNIT_EXPECT_NE(test, walk(test), all);
	KUNIT_EXPECT_EQ(test, walk(test) % 2, 1);
	end_walks(test);
}

/* The number of one that is gone is found with the next one that has it. */
static void walk_finds_a_number_used_again(struct kunit *test)
{
	struct net *old, *next = shell(test, 91, 90);

	begin_walks(test);
	old = listed_shell(test, 90);
	walk(test);
	list_del_rcu(&old->list);
	list_add_rcu(&next->list, &listed);
	nsinfo_registry_enter();
	KUNIT_EXPECT_PTR_EQ(test, nsinfo_entry_find_inum(90),
			    nsinfo_entry_find(91));
	KUNIT_EXPECT_NULL(test, nsinfo_entry_find(90));
	nsinfo_registry_leave();
	list_del_rcu(&next->list);
	nsinfo_registry_enter();
	KUNIT_EXPECT_NULL(test, nsinfo_entry_find_inum(90));
	nsinfo_registry_leave();
	end_walks(test);
}

static void walk_serves_all_who_asked_before(struct kunit *test)
{
	struct net *more = shell(test, 91, 91);
	unsigned int first, second, late, before;

	begin_walks(test);
	listed_shell(test, 90);
	walk(test);
	before = walks;
	first = ask_for_walk();
	second = ask_for_walk();
	wait_for_walk(second);
	KUNIT_EXPECT_EQ(test, walks, before + 1);
	late = ask_for_walk();
	wait_for_walk(first);
	KUNIT_EXPECT_EQ(test, walks, before + 1);
	list_add_rcu(&more->list, &listed);
	wait_for_walk(late);
	KUNIT_EXPECT_EQ(test, walks, before + 2);
	KUNIT_EXPECT_NOT_NULL(test, nsinfo_entry_find(91));
	end_walks(test);
}

/* However long the list is. It is not changed meanwhile. */
static void walk_lets_others_run(struct kunit *test)
{
	begin_walks(test);
	listed_shell(test, 90);
	listed_shell(test, 91);
	steps = 0;
	frozen_steps = 0;
	steps_that_may_sleep = 0;
	nsinfo_registry_enter();
	KUNIT_EXPECT_TRUE(test, rcu_read_lock_held());
	nsinfo_registry_leave();
	KUNIT_EXPECT_GE(test, steps, 2);
	KUNIT_EXPECT_EQ(test, frozen_steps, steps);
	KUNIT_EXPECT_EQ(test, steps_that_may_sleep, steps);
	end_walks(test);
}

static void walk_number_wraps(struct kunit *test)
{
	unsigned int before = walks;

	begin_walks(test);
	atomic_set(&asked, -2);
	served = -2;
	walk(test);
	walk(test);
	walk(test);
	KUNIT_EXPECT_EQ(test, walks, before + 3);
	KUNIT_EXPECT_EQ(test, served, 1);
	end_walks(test);
}

static void walk_without_memory(struct kunit *test)
{
	begin_walks(test);
	listed_shell(test, 90);
	listed_shell(test, 91);
	listed_shell(test, 92);
	failing = 2;
	walk(test);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 1);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_untracked(), 2);
	walk(test);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 3);
	KUNIT_EXPECT_EQ(test, nsinfo_entry_untracked(), 0);
	end_walks(test);
}

/* The real thing, once: every netns of this kernel, and away again. */
static void __ref real_init_and_exit(struct kunit *test)
{
	struct nsinfo_net *entry;

	nsinfo_entry_exit();
	KUNIT_ASSERT_EQ(test, nsinfo_registry_init(test_tell), 0);
	rcu_read_lock();
	entry = nsinfo_entry_find(init_net.net_cookie);
	KUNIT_EXPECT_NOT_NULL(test, entry);
	if (entry) {
		KUNIT_EXPECT_PTR_EQ(test, entry->net, &init_net);
		KUNIT_EXPECT_EQ(test, entry->created_at, 0);
	}
	rcu_read_unlock();
	KUNIT_EXPECT_GE(test, nsinfo_entry_count(), 1);
	nsinfo_registry_exit();
	KUNIT_EXPECT_EQ(test, nsinfo_entry_count(), 0);
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, nsinfo_entry_next(0));
	rcu_read_unlock();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(find_by_id_and_inum),
	KUNIT_CASE(next_goes_by_id),
	KUNIT_CASE(next_outlives_its_start),
	KUNIT_CASE(new_has_creator),
	KUNIT_CASE(replayed_has_no_creator),
	KUNIT_CASE(pre_exit_tells_when),
	KUNIT_CASE(dying_keeps_module),
	KUNIT_CASE(dying_without_an_entry_keeps_module),
	KUNIT_CASE(generation_tells_every_change),
	KUNIT_CASE(generation_of_one_netns),
	KUNIT_CASE(generation_is_odd_for_ever),
	KUNIT_CASE(each_step_is_told_when_it_is_done),
	KUNIT_CASE(untracked_is_not_told),
	KUNIT_CASE(no_memory_is_no_error),
	KUNIT_CASE(same_id_is_no_error),
	KUNIT_CASE(tracked_counts),
	KUNIT_CASE(sums_by_state),
	KUNIT_CASE(id_by_address),
	KUNIT_CASE(walk_makes_entries_of_the_list),
	KUNIT_CASE(walk_tells_changes_alone),
	KUNIT_CASE(walk_finds_a_number_used_again),
	KUNIT_CASE(walk_serves_all_who_asked_before),
	KUNIT_CASE(walk_lets_others_run),
	KUNIT_CASE(walk_number_wraps),
	KUNIT_CASE(walk_without_memory),
	KUNIT_CASE(real_init_and_exit),
	{}
};

static int __ref suite_init(struct kunit_suite *suite)
{
	tell = test_tell;
	return nsinfo_entry_init();
}

/* The callbacks of call_rcu() are code of this module. */
static void suite_exit(struct kunit_suite *suite)
{
	rcu_barrier();
}

static struct kunit_suite suite = {
	.name = "nsinfo_registry",
	.suite_init = suite_init,
	.suite_exit = suite_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit suite nsinfo_registry");
MODULE_LICENSE("GPL");
