// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#include "model/addr.h"
#include "test.h"

static struct addr addr_of(const char *text)
{
	struct addr addr = { .local = { .len = strchr(text, ':') ? 16 : 4 } };

	expect_int(inet_pton(addr.local.len == 4 ? AF_INET : AF_INET6, text,
			     addr.local.data), 1);
	return addr;
}

/* What is left out of lists, what is on one link, what nobody else may have. */
static void classes(void **state)
{
	static const struct {
		const char *ip;
		bool reachable, link_only, unique;
	} all[] = {
		{ "10.0.0.1", true, false, true },
		{ "127.0.0.1", false, false, false },
		{ "127.255.0.9", false, false, false },
		{ "128.0.0.1", true, false, true },
		{ "169.254.0.1", false, true, true },
		{ "169.255.0.1", true, false, true },
		{ "0.0.0.0", true, false, false },
		{ "223.255.255.254", true, false, true },
		{ "224.0.0.1", true, false, false },
		{ "2001:db8::1", true, false, true },
		{ "::", true, false, false },
		{ "::1", false, false, false },
		{ "::2", true, false, true },
		{ "1::1", true, false, true },
		{ "fe80::1", false, true, true },
		{ "febf::1", false, true, true },
		{ "fec0::1", true, false, true },
		{ "ff02::1", true, false, false },
	};
	struct addr addr;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		print_message("%s\n", all[i].ip);
		addr = addr_of(all[i].ip);
		expect_int(addr_is_reachable(&addr.local), all[i].reachable);
		expect_int(addr_is_link_only(&addr), all[i].link_only);
		expect_int(addr_is_unique(&addr), all[i].unique);
	}
}

static void scopes(void **state)
{
	struct addr addr = addr_of("10.0.0.1");

	(void)state;
	addr.scope = RT_SCOPE_HOST;
	expect_true(!addr_is_unique(&addr));
	addr.scope = RT_SCOPE_LINK;
	expect_true(addr_is_unique(&addr));
	expect_true(addr_is_link_only(&addr));
}

static void none(void **state)
{
	const struct addr addr = { 0 };

	(void)state;
	expect_true(!addr_is_reachable(&addr.local));
	expect_true(!addr_is_unique(&addr));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes),
		cmocka_unit_test(scopes),
		cmocka_unit_test(none),
	};

	return run_group("addr", tests, ARRAY_SIZE(tests));
}
