// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "test.h"

static void grows(void **state)
{
	uint32_t *items = NULL, *item;
	size_t n = 0, cap = 0, i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		item = array_add(&items, &n, &cap);
		expect_int(*item, 0);
		expect_true(item == &items[i]);
		*item = i + 1;
	}
	expect_int(n, 1000);
	for (i = 0; i < n; i++)
		expect_int(items[i], i + 1);
	free(items);
}

static void keeps_the_order(void **state)
{
	uint64_t *items = NULL;
	size_t n = 0, cap = 0;

	(void)state;
	*array_insert(&items, &n, &cap, 0) = 2;
	*array_insert(&items, &n, &cap, 1) = 4;
	*array_insert(&items, &n, &cap, 0) = 1;
	*array_insert(&items, &n, &cap, 2) = 3;
	expect_int(n, 4);
	expect_int(items[0], 1);
	expect_int(items[1], 2);
	expect_int(items[2], 3);
	expect_int(items[3], 4);
	array_remove(items, &n, sizeof(*items), 1);
	expect_int(n, 3);
	expect_int(items[1], 3);
	array_remove(items, &n, sizeof(*items), 2);
	expect_int(n, 2);
	expect_int(items[0], 1);
	expect_int(items[1], 3);
	free(items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows),
		cmocka_unit_test(keeps_the_order),
	};

	return run_group("array", tests, ARRAY_SIZE(tests));
}
