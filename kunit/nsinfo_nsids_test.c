// SPDX-License-Identifier: GPL-2.0
/* Suite nsinfo_nsids: a table tells the ids that the kernel would. */
#include <kunit/test.h>
#include <linux/module.h>
#include <net/sock.h>

#include "nsids.c"

#define MOST	40

/* A netns that has ids for others, of which every second one has an id. */
static struct net of;
static struct net others[MOST];
static const struct sock sock;

static int start(struct kunit *test)
{
	int i;

	idr_init(&of.netns_ids);
	for (i = 0; i < MOST; i++) {
		/* As on machines with many CPUs: not in order. */
		others[i].net_cookie = 1 + (i * 17) % MOST + ((u64)i << 40);
		if (i % 2)
			KUNIT_ASSERT_GE(test, idr_alloc(&of.netns_ids,
							&others[i], 0, 0,
							GFP_KERNEL), 0);
	}
	return 0;
}

static void stop(struct kunit *test)
{
	idr_destroy(&of.netns_ids);
}

static void table_tells_what_the_kernel_does(struct kunit *test)
{
	struct nsinfo_viewer viewer = { .sk = &sock, .net = &of };
	struct nsinfo_nsids *nsids = nsinfo_nsids_get(&of);
	int i, want;

	KUNIT_ASSERT_NOT_NULL(test, nsids);
	KUNIT_EXPECT_EQ(test, nsids->n, MOST / 2);
	for (i = 0; i < MOST; i++) {
		want = peernet2id(&of, &others[i]);
		KUNIT_EXPECT_EQ(test, want >= 0, i % 2);
		viewer.nsids = NULL;
		KUNIT_EXPECT_EQ(test, nsinfo_nsids_find(&viewer, &others[i]),
				want);
		viewer.nsids = nsids;
		KUNIT_EXPECT_EQ(test, nsinfo_nsids_find(&viewer, &others[i]),
				want);
	}
	nsinfo_nsids_put(nsids);
}

static void table_is_of_its_time(struct kunit *test)
{
	struct nsinfo_viewer viewer = { .sk = &sock, .net = &of };
	struct nsinfo_nsids *nsids = nsinfo_nsids_get(&of);

	KUNIT_ASSERT_NOT_NULL(test, nsids);
	viewer.nsids = nsids;
	idr_remove(&of.netns_ids, 0);
	KUNIT_EXPECT_EQ(test, nsinfo_nsids_find(&viewer, &others[1]), 0);
	nsinfo_nsids_put(nsids);
}

/* What looks at all ids is not done for each netns that comes or goes. */
static void group_is_told_none(struct kunit *test)
{
	const struct nsinfo_viewer group = { .net = &of };
	int i;

	for (i = 0; i < MOST; i++)
		KUNIT_EXPECT_EQ(test, nsinfo_nsids_find(&group, &others[i]),
				NETNSA_NSID_NOT_ASSIGNED);
}

static void none_needs_no_table(struct kunit *test)
{
	idr_destroy(&of.netns_ids);
	KUNIT_EXPECT_NULL(test, nsinfo_nsids_get(&of));
	nsinfo_nsids_put(NULL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(table_tells_what_the_kernel_does),
	KUNIT_CASE(table_is_of_its_time),
	KUNIT_CASE(group_is_told_none),
	KUNIT_CASE(none_needs_no_table),
	{}
};

static struct kunit_suite suite = {
	.name = "nsinfo_nsids",
	.init = start,
	.exit = stop,
	.test_cases = cases,
};

kunit_test_suite(suite);

MODULE_DESCRIPTION("KUnit suite nsinfo_nsids");
MODULE_LICENSE("GPL");
