// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "cmd/find/findarg.h"

#define DIGITS	"0123456789"

static int usage(struct err *err, const char *what, const char *why)
{
	return err_usage(err, "find %s: %s (see 'nsinfo find --help')", what,
			 why);
}

/* Decimal digits and nothing else, from @min to @max. */
static bool read_number(const char *s, uint64_t min, uint64_t max, uint32_t *n)
{
	uint64_t value;

	if (!*s || s[strspn(s, DIGITS)] || strlen(s) > 19)
		return false;
	value = strtoull(s, NULL, 10);
	*n = value;
	return value >= min && value <= max;
}

/* "010.0.0.1" is 8.0.0.1 to some programs and 10.0.0.1 to others. */
static bool has_leading_zero(const char *s)
{
	for (; *s; s += strcspn(s, "."), s += *s == '.')
		if (s[0] == '0' && s[1] >= '0' && s[1] <= '9')
			return true;
	return false;
}

/* Take what is behind @sep off @s; NULL if it is not there. */
static char *cut(char *s, char sep)
{
	char *rest = strchr(s, sep);

	if (rest)
		*rest++ = '\0';
	return rest;
}

/* As in URLs: [ADDR] */
static void cut_brackets(char *s)
{
	char *end = strchr(s, ']');

	if (*s != '[' || !end)
		return;
	memmove(end, end + 1, strlen(end));
	memmove(s, s + 1, strlen(s));
}

/* ADDR[%DEV][/LEN] */
static int read_ip(struct find_query *q, char **argv, struct err *err)
{
	bool v4 = !strchr(q->buf, ':');
	uint32_t n = v4 ? 32 : 128;
	char *len, *zone;

	(void)argv;
	if (!v4)
		cut_brackets(q->buf);
	len = cut(q->buf, '/');
	zone = cut(q->buf, '%');
	if (v4 && zone)
		return usage(err, q->text, "only IPv6 addresses have a %zone");
	if (zone && !*zone)
		return usage(err, q->text, "no device behind the %");
	if (inet_pton(v4 ? AF_INET : AF_INET6, q->buf,
		      v4 ? q->ip + 12 : q->ip) != 1)
		return usage(err, q->text, v4 && has_leading_zero(q->buf) ?
			     "leading zeros may mean octal: leave them out" :
			     "expected an IPv4 or IPv6 address, as in 10.1.2.3, 10.1.0.0/16, fe80::1%eth0");
	if (len && !read_number(len, 0, n, &n))
		return usage(err, q->text, v4 ?
			     "expected a prefix length from 0 to 32" :
			     "expected a prefix length from 0 to 128");
	if (v4)
		memset(q->ip + 10, 0xff, 2);
	q->prefix = v4 ? 96 + n : n;
	q->zone = zone;
	return 0;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* @n hexadecimal digits, two a byte, or a single one. */
static bool add_digits(struct find_query *q, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i += n == 1 ? 1 : 2) {
		int high = n == 1 ? 0 : hex_value(s[i]);
		int low = hex_value(n == 1 ? s[i] : s[i + 1]);

		if (high < 0 || low < 0 || q->mac_len == FIND_MAC_MAX)
			return false;
		q->mac[q->mac_len++] = high << 4 | low;
	}
	return true;
}

/* Digits in a group of a MAC address with this separator. */
static bool fits(char sep, size_t n)
{
	switch (sep) {
	case ':':
	case '-':
		return n == 1 || n == 2;
	case '.':
		return n == 4;
	default:
		return n && n % 2 == 0;
	}
}

/* aa:bb:…, aa-bb-…, aabb.ccdd.…, aabbccdd… */
static bool parse_mac(struct find_query *q, const char *s)
{
	char sep = s[strcspn(s, ":-.")];
	const char seps[2] = { sep };
	size_t n;

	for (;; s += n + 1) {
		n = strcspn(s, seps);
		if (!fits(sep, n) || !add_digits(q, s, n))
			return false;
		if (!s[n])
			return q->mac_len >= 6;
	}
}

static int read_mac(struct find_query *q, char **argv, struct err *err)
{
	if (parse_mac(q, argv[0]))
		return 0;
	return usage(err, q->text,
		     "expected a hardware address of 6 bytes or more, as in 52:54:00:12:34:56, 52-54-00-12-34-56, 5254.0012.3456");
}

/* `ip link` shows "veth0@if5": the end is not part of the name. */
static void cut_index(char *s)
{
	char *at = strrchr(s, '@');

	if (at && at != s && !strncmp(at, "@if", 3) && at[3] &&
	    !at[3 + strspn(at + 3, DIGITS)])
		*at = '\0';
}

static int read_dev(struct find_query *q, char **argv, struct err *err)
{
	(void)argv;
	cut_index(q->buf);
	q->word = q->buf;
	return *q->word ? 0 : usage(err, q->text, "expected the name of a device, or a pattern as in 'veth*'");
}

static int read_word(struct find_query *q, char **argv, struct err *err)
{
	q->word = argv[0];
	return *q->word ? 0 : usage(err, q->text, "expected a word");
}

static int read_pid(struct find_query *q, char **argv, struct err *err)
{
	if (read_number(argv[0], 1, INT_MAX, &q->number))
		return 0;
	return usage(err, q->text, "expected the number of a process or thread");
}

/* A number, or "net:[NUMBER]". */
static int read_inode(struct find_query *q, char **argv, struct err *err)
{
	size_t len = strlen(q->buf);
	char *s = q->buf;

	(void)argv;
	if (!strncmp(s, "net:[", 5) && s[len - 1] == ']') {
		s[len - 1] = '\0';
		s += 5;
	}
	if (read_number(s, 1, UINT32_MAX, &q->number))
		return 0;
	return usage(err, q->text,
		     "expected an inode number, as in 4026532281 or net:[4026532281]");
}

/* N [[from] NETNS] */
static int read_nsid(struct find_query *q, char **argv, struct err *err)
{
	if (!read_number(argv[0], 0, INT_MAX, &q->number))
		return usage(err, q->text, "expected an nsid, which is a number");
	if (argv[1] && argv[2] && strcmp(argv[1], "from"))
		return usage(err, q->text, "expected N [from NETNS]");
	q->netns = argv[1] && argv[2] ? argv[2] : argv[1];
	return 0;
}

/* DEV[@NETNS] */
static int read_peer(struct find_query *q, char **argv, struct err *err)
{
	char *at;

	(void)argv;
	cut_index(q->buf);
	q->word = q->buf;
	at = strrchr(q->buf, '@');
	if (at) {
		*at = '\0';
		q->netns = at + 1;
	}
	if (!*q->word || (at && !*q->netns))
		return usage(err, q->text, "expected DEV[@NETNS]");
	return 0;
}

/* As many hexadecimal digits as @min to @max, then @sep. NULL if not. */
static const char *skip_hex(const char *s, size_t min, size_t max, char sep)
{
	size_t n = strspn(s, "0123456789abcdefABCDEF");

	return n >= min && n <= max && s[n] == sep ? s + n + 1 : NULL;
}

/* [DOMAIN:]BUS:DEVICE.FUNCTION, as lspci shows it, with and without -D. */
static int read_pci(struct find_query *q, char **argv, struct err *err)
{
	const char *s = argv[0], *rest = skip_hex(s, 4, 8, ':');
	unsigned long domain = rest ? strtoul(s, NULL, 16) : 0, bus, slot;

	if (rest)
		s = rest;
	rest = skip_hex(s, 1, 2, ':');
	bus = strtoul(s, NULL, 16);
	s = rest;
	rest = s ? skip_hex(s, 1, 2, '.') : NULL;
	slot = s ? strtoul(s, NULL, 16) : 0;
	if (!rest || slot > 0x1f || *rest < '0' || *rest > '7' || rest[1])
		return usage(err, q->text,
			     "expected a PCI address, as in 0000:00:1e.0 or 00:1e.0");
	snprintf(q->buf, sizeof(q->buf), "%04lx:%02lx:%02lx.%c", domain, bus,
		 slot, *rest);
	q->word = q->buf;
	return 0;
}

static int read_vni(struct find_query *q, char **argv, struct err *err)
{
	if (read_number(argv[0], 0, 0xffffff, &q->number))
		return 0;
	return usage(err, q->text, "expected a VNI from 0 to 16777215");
}

static int read_vlan(struct find_query *q, char **argv, struct err *err)
{
	if (read_number(argv[0], 1, 4094, &q->number))
		return 0;
	return usage(err, q->text, "expected a VLAN id from 1 to 4094");
}

static const struct kind {
	const char *name;
	enum find_what what;
	int max;			/* words behind the name */
	const char *args;
	int (*read)(struct find_query *q, char **argv, struct err *err);
} kinds[] = {
	{ "ip", FIND_IP, 1, "ADDR[/LEN]", read_ip },
	{ "mac", FIND_MAC, 1, "ADDR", read_mac },
	{ "dev", FIND_DEV, 1, "NAME, ALTNAME or a pattern", read_dev },
	{ "kind", FIND_KIND, 1, "KIND", read_word },
	{ "pid", FIND_PID, 1, "PID", read_pid },
	{ "container", FIND_CONTAINER, 1, "ID", read_word },
	{ "inode", FIND_INODE, 1, "N", read_inode },
	{ "nsid", FIND_NSID, 3, "N [from NETNS]", read_nsid },
	{ "peer", FIND_PEER, 1, "DEV[@NETNS]", read_peer },
	{ "pci", FIND_PCI, 1, "ADDR", read_pci },
	{ "vni", FIND_VNI, 1, "N", read_vni },
	{ "vlan", FIND_VLAN, 1, "N", read_vlan },
};

/* What the user typed, for messages. */
static void set_text(struct find_query *q, char **argv)
{
	size_t used = 0;

	for (; *argv && used < sizeof(q->text); argv++)
		used += snprintf(q->text + used, sizeof(q->text) - used,
				 "%s%s", used ? " " : "", *argv);
}

static int read_kind(struct find_query *q, const struct kind *kind,
		     char **argv, struct err *err)
{
	char why[64];
	int n;

	for (n = 0; argv[n]; n++)
		;
	if (n < 1 || n > kind->max) {
		snprintf(why, sizeof(why), "expected %s %s", kind->name,
			 kind->args);
		return usage(err, q->text, why);
	}
	if (strlen(argv[0]) >= sizeof(q->buf))
		return usage(err, kind->name, "too long");
	memcpy(q->buf, argv[0], strlen(argv[0]) + 1);
	q->what = kind->what;
	return kind->read(q, argv, err);
}

static int read_duplicates(struct find_query *q, const char *what,
			   char **argv, struct err *err)
{
	snprintf(q->text, sizeof(q->text), "--duplicates %s", what);
	if (*argv)
		return usage(err, q->text, "no words may follow");
	if (strcmp(what, "ip") && strcmp(what, "mac"))
		return usage(err, q->text, "expected ip or mac");
	q->what = *what == 'i' ? FIND_SAME_IP : FIND_SAME_MAC;
	return 0;
}

int findarg_read(struct find_query *q, const char *duplicates, char **argv,
		 struct err *err)
{
	size_t i;

	memset(q, 0, sizeof(*q));
	if (duplicates)
		return read_duplicates(q, duplicates, argv, err);
	set_text(q, argv);
	for (i = 0; *argv && i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(*argv, kinds[i].name))
			return read_kind(q, &kinds[i], argv + 1, err);
	return usage(err, *argv ? *argv : "what",
		     "expected one of ip, mac, dev, kind, pid, container, inode, nsid, peer, pci, vni, vlan, or --duplicates");
}
