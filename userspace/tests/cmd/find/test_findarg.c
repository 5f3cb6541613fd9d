// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "cmd/find/findarg.h"
#include "test.h"

struct words {
	struct find_query q;
	struct err err;
	char *argv[8];
	char text[512];
	int ret;
};

/* The words behind "find", apart by single spaces. */
static void read_words(struct words *w, const char *text)
{
	char *word;
	int n = 0;

	memset(w, 0, sizeof(*w));
	snprintf(w->text, sizeof(w->text), "%s", text);
	for (word = strtok(w->text, " "); word; word = strtok(NULL, " "))
		w->argv[n++] = word;
	w->ret = findarg_read(&w->q, NULL, w->argv, &w->err);
}

static const char *hex(const uint8_t *data, size_t len)
{
	static char buf[3 * FIND_MAC_MAX];
	size_t i;

	*buf = '\0';
	for (i = 0; i < len; i++)
		sprintf(buf + 2 * i, "%02x", data[i]);
	return buf;
}

static void ips(void **state)
{
	static const struct {
		const char *words, *ip;
		unsigned int prefix;
		const char *zone;
	} good[] = {
		{ "ip 10.1.2.3", "00000000000000000000ffff0a010203", 128, NULL },
		{ "ip 10.1.2.3/32", "00000000000000000000ffff0a010203", 128, NULL },
		{ "ip 10.1.2.3/24", "00000000000000000000ffff0a010203", 120, NULL },
		{ "ip 0.0.0.0/0", "00000000000000000000ffff00000000", 96, NULL },
		{ "ip ::ffff:10.1.2.3", "00000000000000000000ffff0a010203",
		  128, NULL },
		{ "ip 2001:DB8::A", "20010db800000000000000000000000a", 128, NULL },
		{ "ip 2001:0db8:0:0::000a/64",
		  "20010db800000000000000000000000a", 64, NULL },
		{ "ip ::/0", "00000000000000000000000000000000", 0, NULL },
		{ "ip fe80::1%eth0", "fe800000000000000000000000000001", 128,
		  "eth0" },
		{ "ip [::1]", "00000000000000000000000000000001", 128, NULL },
		{ "ip [fe80::1%7]/10", "fe800000000000000000000000000001", 10,
		  "7" },
		{ "ip fe80::1%7/10", "fe800000000000000000000000000001", 10,
		  "7" },
	};
	struct words w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		read_words(&w, good[i].words);
		expect_text(w.err.text, "");
		expect_int(w.ret, 0);
		expect_int(w.q.what, FIND_IP);
		expect_text(w.q.text, good[i].words);
		expect_text(hex(w.q.ip, 16), good[i].ip);
		expect_int(w.q.prefix, good[i].prefix);
		expect_text(w.q.zone ? w.q.zone : "",
			    good[i].zone ? good[i].zone : "");
	}
}

static void macs(void **state)
{
	static const struct { const char *words, *mac; } good[] = {
		{ "mac 52:54:00:12:34:56", "525400123456" },
		{ "mac 52-54-00-AB-CD-EF", "525400abcdef" },
		{ "mac 5254.0012.34fF", "5254001234ff" },
		{ "mac 525400123456", "525400123456" },
		{ "mac 0:1:2:a:B:f", "0001020a0b0f" },
		{ "mac 80:00:00:48:fe:80:00:00:00:00:00:00:00:02:c9:03:00:a1:b2:c3",
		  "80000048fe800000000000000002c90300a1b2c3" },
	};
	struct words w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		read_words(&w, good[i].words);
		expect_text(w.err.text, "");
		expect_int(w.q.what, FIND_MAC);
		expect_text(hex(w.q.mac, w.q.mac_len), good[i].mac);
	}
}

static void names(void **state)
{
	struct words w;

	(void)state;
	read_words(&w, "dev veth*");
	expect_int(w.q.what, FIND_DEV);
	expect_text(w.q.word, "veth*");
	read_words(&w, "dev vethab12@if5");
	expect_text(w.q.word, "vethab12");
	read_words(&w, "dev odd@if5x");
	expect_text(w.q.word, "odd@if5x");
	read_words(&w, "dev @if5");
	expect_text(w.q.word, "@if5");
	read_words(&w, "kind vlan");
	expect_int(w.q.what, FIND_KIND);
	expect_text(w.q.word, "vlan");
	read_words(&w, "pci 00:1e.0");
	expect_int(w.q.what, FIND_PCI);
	expect_text(w.q.word, "0000:00:1e.0");
	read_words(&w, "pci 10000:E1:0a.7");
	expect_text(w.q.word, "10000:e1:0a.7");
	read_words(&w, "container docker:0123");
	expect_int(w.q.what, FIND_CONTAINER);
	expect_text(w.q.word, "docker:0123");
}

static void numbers(void **state)
{
	struct words w;

	(void)state;
	read_words(&w, "pid 2147483647");
	expect_int(w.q.what, FIND_PID);
	expect_int(w.q.number, 2147483647);
	read_words(&w, "inode 4026532281");
	expect_int(w.q.what, FIND_INODE);
	expect_int(w.q.number, 4026532281);
	read_words(&w, "inode net:[4026532281]");
	expect_int(w.q.number, 4026532281);
	read_words(&w, "nsid 0");
	expect_int(w.ret, 0);
	expect_int(w.q.what, FIND_NSID);
	expect_true(!w.q.netns);
	read_words(&w, "nsid 3 blue");
	expect_int(w.q.number, 3);
	expect_text(w.q.netns, "blue");
	read_words(&w, "nsid 3 from blue");
	expect_text(w.q.netns, "blue");
	read_words(&w, "vni 16777215");
	expect_int(w.q.what, FIND_VNI);
	expect_int(w.q.number, 16777215);
	read_words(&w, "vni 0");
	expect_int(w.ret, 0);
	read_words(&w, "vlan 4094");
	expect_int(w.q.what, FIND_VLAN);
	expect_int(w.q.number, 4094);
	/* a netns of that name */
	read_words(&w, "nsid 3 from");
	expect_text(w.q.netns, "from");
}

static void peers(void **state)
{
	struct words w;

	(void)state;
	read_words(&w, "peer vethab12");
	expect_int(w.q.what, FIND_PEER);
	expect_text(w.q.word, "vethab12");
	expect_true(!w.q.netns);
	read_words(&w, "peer vethab12@if5");
	expect_text(w.q.word, "vethab12");
	expect_true(!w.q.netns);
	read_words(&w, "peer eth0@blue");
	expect_text(w.q.word, "eth0");
	expect_text(w.q.netns, "blue");
	read_words(&w, "peer a@b@/run/netns/blue");
	expect_text(w.q.word, "a@b");
	expect_text(w.q.netns, "/run/netns/blue");
}

static void duplicates(void **state)
{
	char *none[1] = { NULL }, *some[2] = { "ip", NULL };
	struct find_query q;
	struct err err = { 0 };

	(void)state;
	expect_int(findarg_read(&q, "ip", none, &err), 0);
	expect_int(q.what, FIND_SAME_IP);
	expect_text(q.text, "--duplicates ip");
	expect_int(findarg_read(&q, "mac", none, &err), 0);
	expect_int(q.what, FIND_SAME_MAC);
	expect_int(findarg_read(&q, "dev", none, &err), -EINVAL);
	expect_int(err.status, STATUS_USAGE);
	expect_part(err.text, "find --duplicates dev: expected ip or mac");
	expect_int(findarg_read(&q, "ip", some, &err), -EINVAL);
	expect_part(err.text, "no words may follow");
}

static void wrong(void **state)
{
	static const struct { const char *words, *why; } bad[] = {
		{ "", "find what: expected one of ip, mac," },
		{ "ips 10.0.0.1", "find ips: expected one of" },
		{ "ip", "find ip: expected ip ADDR[/LEN]" },
		{ "ip 10.0.0.1 10.0.0.2", "expected ip ADDR[/LEN]" },
		{ "ip 10.1.2", "expected an IPv4 or IPv6 address" },
		{ "ip 10.1.2.256", "expected an IPv4 or IPv6 address" },
		{ "ip 010.1.2.3", "leading zeros" },
		{ "ip 10.1.2.03", "leading zeros" },
		{ "ip 1:2:3", "expected an IPv4 or IPv6 address" },
		{ "ip eth0", "expected an IPv4 or IPv6 address" },
		{ "ip /24", "expected an IPv4 or IPv6 address" },
		{ "ip 10.0.0.1/", "prefix length from 0 to 32" },
		{ "ip 10.0.0.1/33", "prefix length from 0 to 32" },
		{ "ip 10.0.0.1/-1", "prefix length from 0 to 32" },
		{ "ip 10.0.0.1/255.0.0.0", "prefix length from 0 to 32" },
		{ "ip ::1/129", "prefix length from 0 to 128" },
		{ "ip ::1/99999999999999999999", "prefix length" },
		{ "ip 10.0.0.1%eth0", "only IPv6 addresses have a %zone" },
		{ "ip fe80::1%", "no device behind the %" },
		{ "mac 52:54:00:12:34", "6 bytes or more" },
		{ "mac 52:54:00:12:34:56:", "6 bytes or more" },
		{ "mac 52:54:00:12:34-56", "6 bytes or more" },
		{ "mac 52:54:00:12:34:5g", "6 bytes or more" },
		{ "mac 5254001234567", "6 bytes or more" },
		{ "mac 10.0.0.1", "6 bytes or more" },
		{ "mac 52540012345652540012345652540012345652540012345652540012345652540012",
		  "6 bytes or more" },
		{ "pid 0", "expected the number of a process" },
		{ "pid self", "expected the number of a process" },
		{ "pid 4294967296", "expected the number of a process" },
		{ "inode mnt:[4026532281]", "expected an inode number" },
		{ "inode 0", "expected an inode number" },
		{ "inode 4294967296", "expected an inode number" },
		{ "nsid -1", "expected an nsid" },
		{ "nsid 1 of blue", "expected N [from NETNS]" },
		{ "nsid 1 from blue red", "expected nsid N [from NETNS]" },
		{ "vni 16777216", "expected a VNI from 0 to 16777215" },
		{ "vni 18446744073709551617", "expected a VNI" },
		{ "vni -1", "expected a VNI" },
		{ "vlan 0", "expected a VLAN id from 1 to 4094" },
		{ "vlan 4095", "expected a VLAN id from 1 to 4094" },
		{ "vlan 5 6", "expected vlan N" },
		{ "vlan 0x5", "expected a VLAN id" },
		{ "pci eth0", "expected a PCI address" },
		{ "pci 00:1e", "expected a PCI address" },
		{ "pci 00:1e.8", "expected a PCI address" },
		{ "pci 00:20.0", "expected a PCI address" },
		{ "pci 00:1e.00", "expected a PCI address" },
		{ "pci 000:00:1e.0", "expected a PCI address" },
		{ "pci 0000:00:1e.0/..", "expected a PCI address" },
		{ "pci :00:1e.0", "expected a PCI address" },
		{ "peer @blue", "expected DEV[@NETNS]" },
		{ "peer eth0@", "expected DEV[@NETNS]" },
	};
	struct words w;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		read_words(&w, bad[i].words);
		expect_part(w.err.text, bad[i].why);
		expect_int(w.ret, -EINVAL);
		expect_int(w.err.status, STATUS_USAGE);
		expect_part(w.err.text, "nsinfo find --help");
	}
}

static void empty_words(void **state)
{
	static char *const kinds[] = { "ip", "mac", "dev", "kind", "pid",
				       "container", "inode", "nsid", "peer", "pci",
				       "vni", "vlan" };
	struct find_query q;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		char *argv[3] = { kinds[i], "", NULL };

		expect_int(findarg_read(&q, NULL, argv, &err), -EINVAL);
		expect_int(err.status, STATUS_USAGE);
	}
}

static void long_words(void **state)
{
	char word[600], *argv[3] = { "dev", word, NULL };
	struct find_query q;
	struct err err;

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	expect_int(findarg_read(&q, NULL, argv, &err), -EINVAL);
	expect_part(err.text, "too long");
}

int main(void)
{
	const struct CMUnitTest findarg[] = {
		cmocka_unit_test(ips),
		cmocka_unit_test(macs),
		cmocka_unit_test(names),
		cmocka_unit_test(numbers),
		cmocka_unit_test(peers),
		cmocka_unit_test(duplicates),
		cmocka_unit_test(wrong),
		cmocka_unit_test(empty_words),
		cmocka_unit_test(long_words),
	};

	return run_group("findarg", findarg, ARRAY_SIZE(findarg));
}
