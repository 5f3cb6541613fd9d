// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "host/stuck.h"
#include "tree.h"

/* A worker of netns that is at work, with and without its stack. */
static void with_and_without_stack(void **state)
{
	struct tree proc = tree_make();

	(void)state;
	expect_int(stuck_worker(proc.dir, 1), -ENOTDIR);
	tree_file(&proc, "self/comm", "test\n");
	expect_int(stuck_worker(proc.dir, 1), -EACCES);	/* hidepid */
	tree_file(&proc, "1/comm", "init\n");
	expect_int(stuck_worker(proc.dir, 1), 0);
	tree_file(&proc, "17/comm", "kworker/u4:1+netns\n");
	expect_int(stuck_worker(proc.dir, 1), -ENOENT);
	tree_file(&proc, "self/stack", "");
	expect_int(stuck_worker(proc.dir, 1), 0);
	tree_file(&proc, "17/stack", "[<0>] cleanup_net+0x1/0x2\n");
	expect_int(stuck_worker(proc.dir, 1), 17);
	tree_remove(&proc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_and_without_stack),
	};

	return run_group("stuck", tests, ARRAY_SIZE(tests));
}
