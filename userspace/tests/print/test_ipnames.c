// SPDX-License-Identifier: GPL-2.0
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <sys/socket.h>

#include "print/ipnames.h"
#include "test.h"

static char buf[IPNAMES_SIZE];

static void built_in(void **state)
{
	struct ipnames n;

	(void)state;
	ipnames_read(&n, "/nowhere");
	expect_text(ipnames_group(&n, 0, buf), "default");
	expect_text(ipnames_group(&n, 42, buf), "42");
	expect_text(ipnames_group(&n, 4000000000u, buf), "4000000000");
	expect_text(ipnames_scope(&n, 0, buf), "global");
	expect_text(ipnames_scope(&n, 253, buf), "link");
	expect_text(ipnames_scope(&n, 254, buf), "host");
	expect_text(ipnames_scope(&n, 7, buf), "7");
	expect_text(ipnames_addrproto(&n, 3, buf), "kernel_ll");
	expect_text(ipnames_addrproto(&n, 18, buf), "0x12");
	ipnames_free(&n);
}

static void from_files(void **state)
{
	char dir[] = "/tmp/nsinfo-test-XXXXXX", path[64], command[64];
	struct ipnames n;
	FILE *f;

	(void)state;
	expect_true(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/group", dir);
	f = fopen(path, "w");
	fputs("# comment\n\n  7\tseven # why\n0x10 sixteen\n010 ten\n0 none\n"
	      "300 big\n-1 less\nx y\n9\n", f);
	fclose(f);
	ipnames_read(&n, dir);
	expect_text(ipnames_group(&n, 0, buf), "none");
	expect_text(ipnames_group(&n, 7, buf), "seven");
	expect_text(ipnames_group(&n, 9, buf), "9");
	expect_text(ipnames_group(&n, 10, buf), "ten");
	expect_text(ipnames_group(&n, 16, buf), "sixteen");
	expect_text(ipnames_group(&n, 300, buf), "300");
	expect_text(ipnames_scope(&n, 254, buf), "host");
	ipnames_free(&n);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	expect_int(system(command), 0);
}

static void link_types(void **state)
{
	(void)state;
	expect_text(ipnames_link_type(ARPHRD_ETHER, buf), "ether");
	expect_text(ipnames_link_type(ARPHRD_LOOPBACK, buf), "loopback");
	expect_text(ipnames_link_type(ARPHRD_TUNNEL, buf), "ipip");
	expect_text(ipnames_link_type(ARPHRD_NONE, buf), "none");
	expect_text(ipnames_link_type(12345, buf), "[12345]");
}

static void states(void **state)
{
	(void)state;
	expect_text(ipnames_operstate(0), "UNKNOWN");
	expect_text(ipnames_operstate(6), "UP");
	expect_true(!ipnames_operstate(7));
	expect_text(ipnames_linkmode(1), "DORMANT");
	expect_true(!ipnames_linkmode(2));
}

static void addr_flags(void **state)
{
	const struct ipnames_flag *flag = ipnames_addr_flags;

	(void)state;
	expect_int(flag->mask, IFA_F_SECONDARY);
	expect_text(ipnames_addr_flag(flag, AF_INET), "secondary");
	expect_text(ipnames_addr_flag(flag, AF_INET6), "temporary");
}

static void hardware_addresses(void **state)
{
	static const uint8_t bytes[32] = { 1, 2, 3, 0xab, 5, 6 };
	struct bytes mac = { bytes, 6 }, four = { bytes, 4 };
	struct bytes sixteen = { bytes, 16 }, none = { NULL, 0 };
	struct bytes big = { bytes, 32 };

	(void)state;
	expect_text(ipnames_hwaddr(&mac, ARPHRD_ETHER, buf),
		    "01:02:03:ab:05:06");
	expect_text(ipnames_hwaddr(&none, ARPHRD_NONE, buf), "");
	expect_text(ipnames_hwaddr(&four, ARPHRD_TUNNEL, buf), "1.2.3.171");
	expect_text(ipnames_hwaddr(&four, ARPHRD_SIT, buf), "1.2.3.171");
	expect_text(ipnames_hwaddr(&four, ARPHRD_IPGRE, buf), "1.2.3.171");
	expect_text(ipnames_hwaddr(&four, ARPHRD_ETHER, buf), "01:02:03:ab");
	expect_text(ipnames_hwaddr(&sixteen, ARPHRD_TUNNEL6, buf),
		    "102:3ab:506::");
	expect_text(ipnames_hwaddr(&sixteen, ARPHRD_IP6GRE, buf),
		    "102:3ab:506::");
	expect_int(strlen(ipnames_hwaddr(&big, ARPHRD_INFINIBAND, buf)), 95);
}

int main(void)
{
	const struct CMUnitTest ipnames[] = {
		cmocka_unit_test(built_in),
		cmocka_unit_test(from_files),
		cmocka_unit_test(link_types),
		cmocka_unit_test(states),
		cmocka_unit_test(addr_flags),
		cmocka_unit_test(hardware_addresses),
	};

	return run_group("ipnames", ipnames, ARRAY_SIZE(ipnames));
}
