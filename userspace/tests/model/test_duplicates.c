// SPDX-License-Identifier: GPL-2.0
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>

#include "cmd/details.h"
#include "messages.h"
#include "model/duplicates.h"
#include "model/link.h"

#define A(text, len)	{ .local = text, .prefixlen = len }

static const struct addr_spec one[] = { A("192.0.2.1", 24), { 0 } };
static const struct addr_spec two[] = { A("192.0.2.2", 24), { 0 } };
static const struct addr_spec failed[] = {
	{ .local = "fe80::1", .prefixlen = 64, .flags = IFA_F_DADFAILED },
	{ 0 },
};

/* Twice in each netns, and never told: they are no duplicates by nature. */
static const struct addr_spec common[] = {
	A("127.0.0.2", 8), A("::1", 128), A("224.0.0.5", 32), A("ff02::5", 128),
	A("fe80::1", 64), A("169.254.0.1", 16),
	{ .local = "10.7.7.7", .prefixlen = 32, .scope = 254 },
	{ .local = "10.7.7.8", .prefixlen = 32, .scope = 253 }, { 0 },
};

#define DEV(ns, index, ifname_)	NS##ns, .ifindex = index, .name = ifname_
#define NS1	.netns = 1, .inum = 101
#define NS2	.netns = 2, .inum = 102
#define NS3	.netns = 3, .inum = 103
#define MAC(n)	.mac = "2:0:0:0:0:" n
#define PAIR(ns, index, ifname_, ns2, index2) \
	DEV(ns, index, ifname_), .kind = "veth", PEER##ns2, \
	.peer_ifindex = index2, .peer_name = "p"
#define PEER1	.peer_id = 1, .peer_inum = 101
#define PEER2	.peer_id = 2, .peer_inum = 102
#define PEER3	.peer_id = 3, .peer_inum = 103

#define MAX_DEVS	8

struct scene {
	struct dev_spec devs[MAX_DEVS];
	const char *details;		/* of netns 1, as ip writes them */
	const char *told;		/* "wire 1.a" and so on */
};

static const char *told(const struct duplicates *found)
{
	static const char *const words[] = {
		"apart", "answered", "unseen", "routed", "perhaps", "wire",
	};
	static char buf[1024];
	size_t i, used = 0;

	*buf = '\0';
	for (i = 0; i < found->n; i++)
		used += sprintf(buf + used, "%s%s %d.%s", i ? " " : "",
				words[found->one[i].how],
				(int)found->one[i].dev->netns_id,
				found->one[i].dev->ifname);
	return buf;
}

static void find(struct model *m, enum duplicates_of what,
		 struct duplicates *found)
{
	struct segments w = { 0 };

	expect_int(segments_find(&w, m), 0);
	expect_int(duplicates_find(m, &w, what, found), 0);
	segments_free(&w);
}

static void check(const struct scene *scene, enum duplicates_of what)
{
	static const struct netns_spec netns[] = {
		{ .id = 1, .inum = 101, .init = true, .self = true },
		{ .id = 2, .inum = 102 }, { .id = 3, .inum = 103 },
	};
	struct duplicates found = { 0 };
	struct details d = { 0 };
	struct model m = { 0 };
	size_t n = 0;

	while (n < MAX_DEVS && scene->devs[n].name)
		n++;
	messages_decode(&m, netns, ARRAY_SIZE(netns), scene->devs, n);
	expect_int(model_finish(&m), 0);
	link_resolve(&m);
	if (scene->details)
		expect_int(details_take(&d, &m, &m.netns[0], scene->details,
					strlen(scene->details)), 0);
	find(&m, what, &found);
	expect_text(told(&found), scene->told);
	duplicates_free(&found);
	model_clear(&m);
	details_free(&d);
}

static void check_all(const struct scene *scenes, size_t n,
		      enum duplicates_of what)
{
	size_t i;

	for (i = 0; i < n; i++)
		check(&scenes[i], what);
}

static const struct dev_spec bridge[] = {
	{ DEV(1, 2, "br"), .kind = "bridge" },
	{ PAIR(1, 3, "va", 2, 2), .master = 2 },
	{ PAIR(1, 4, "vb", 3, 2), .master = 2 },
	{ PAIR(2, 2, "a", 1, 3), .addrs = one },
	{ PAIR(3, 2, "b", 1, 4), .addrs = one },
};

static char *put_dev(char *text, int ifindex, const char *name,
		     const char *kind)
{
	text += sprintf(text, "{'ifindex':%d,'ifname':'%s',", ifindex, name);
	return text + sprintf(text, "'linkinfo':{'info_kind':'%s',", kind);
}

static char *put_port(char *text, int ifindex, const char *name,
		      const char *isolated)
{
	text = put_dev(text, ifindex, name, "veth");
	return text + sprintf(text, "'info_slave_data':{'isolated':%s}}},",
			      isolated);
}

/* What ip writes of the bridge and of its ports, if it writes that. */
static const char *details_of(int filters, const char *first,
			      const char *second)
{
	static char text[1024];
	char *end = put_dev(text + sprintf(text, "["), 2, "br", "bridge"), *c;

	end += sprintf(end, "'info_data':{'vlan_filtering':%d}}},", filters);
	if (first)
		end = put_port(end, 3, "va", first);
	if (second)
		end = put_port(end, 4, "vb", second);
	end[-1] = ']';
	for (c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	return text;
}

static void bridges(void **state)
{
	static const struct {
		int filters;
		const char *isolated[2];
		const char *told;
	} all[] = {
		{ 1, { "false", "false" }, "perhaps 2.a perhaps 3.b" },
		{ 0, { NULL, NULL }, "perhaps 2.a perhaps 3.b" },
		{ 0, { "false", "false" }, "wire 2.a wire 3.b" },
		{ 0, { "true", "false" }, "wire 2.a wire 3.b" },
		{ 0, { "false", "true" }, "wire 2.a wire 3.b" },
		{ 0, { "true", "true" }, "perhaps 2.a perhaps 3.b" },
	};
	struct scene scene = { .told = "perhaps 2.a perhaps 3.b" };
	size_t i;

	(void)state;
	memcpy(scene.devs, bridge, sizeof(bridge));
	check(&scene, DUPLICATES_IP);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		scene.details = details_of(all[i].filters, all[i].isolated[0],
					   all[i].isolated[1]);
		scene.told = all[i].told;
		check(&scene, DUPLICATES_IP);
	}
}

static void who_is_near(void **state)
{
	static const struct scene scenes[] = {
		/* the first netns is on both wires */
		{ { { PAIR(1, 3, "va", 2, 2) }, { PAIR(1, 4, "vb", 3, 2) },
		    { PAIR(2, 2, "a", 1, 3), .addrs = one },
		    { PAIR(3, 2, "b", 1, 4), .addrs = one } }, NULL,
		  "routed 2.a routed 3.b" },
		/* of two VRFs each is on one */
		{ { { DEV(1, 5, "v5"), .kind = "vrf" },
		    { DEV(1, 6, "v6"), .kind = "vrf" },
		    { PAIR(1, 3, "va", 2, 2), .master = 5 },
		    { PAIR(1, 4, "vb", 3, 2), .master = 6 },
		    { PAIR(2, 2, "a", 1, 3), .addrs = one },
		    { PAIR(3, 2, "b", 1, 4), .addrs = one } }, NULL,
		  "apart 2.a apart 3.b" },
		/* netns 2 answers for what its other device has */
		{ { { PAIR(1, 2, "x", 2, 2), .addrs = one },
		    { PAIR(2, 2, "a", 1, 2), .addrs = two },
		    { DEV(2, 3, "d"), .addrs = one } }, NULL,
		  "answered 1.x answered 2.d" },
		{ { { PAIR(1, 2, "x", 2, 2), .addrs = one },
		    { PAIR(2, 2, "a", 1, 2), .flags = IFF_NOARP },
		    { DEV(2, 3, "d"), .addrs = one } }, NULL,
		  "apart 1.x apart 2.d" },
		/* one netns may have it twice, two VRFs of it may not */
		{ { { DEV(1, 2, "x"), .addrs = one },
		    { DEV(1, 3, "y"), .addrs = one } }, NULL, "" },
		{ { { DEV(1, 2, "x"), .addrs = one, .master = 4 },
		    { DEV(1, 3, "y"), .addrs = one },
		    { DEV(1, 4, "v"), .kind = "vrf" } }, NULL,
		  "apart 1.x apart 1.y" },
	};

	(void)state;
	check_all(scenes, ARRAY_SIZE(scenes), DUPLICATES_IP);
}

static void addresses(void **state)
{
	static const struct scene scenes[] = {
		{ { { DEV(1, 2, "x"), .addrs = common },
		    { DEV(2, 2, "y"), .addrs = common } }, NULL, "" },
		{ { { PAIR(1, 2, "x", 2, 2), .addrs = failed },
		    { PAIR(2, 2, "y", 1, 2), .addrs = two } }, NULL,
		  "unseen 1.x" },
		{ { { PAIR(1, 2, "x", 2, 2), .addrs = failed },
		    { PAIR(2, 2, "y", 1, 2), .addrs = failed } }, NULL,
		  "wire 1.x wire 2.y" },
	};

	(void)state;
	check_all(scenes, ARRAY_SIZE(scenes), DUPLICATES_IP);
}

static void hardware_addresses(void **state)
{
	static const struct scene scenes[] = {
		/* a bridge and its port, a vlan and what is below, a bond */
		{ { { DEV(1, 2, "br"), .kind = "bridge", MAC("1") },
		    { DEV(1, 3, "p"), .master = 2, MAC("1") },
		    { DEV(1, 4, "e"), MAC("2") },
		    { DEV(1, 5, "e.5"), .kind = "vlan", .link = 4, MAC("2") },
		    { DEV(1, 6, "bd"), .kind = "bond", MAC("3") },
		    { DEV(1, 7, "s"), .master = 6, MAC("3") } }, NULL, "" },
		/* the link of a veth is its peer, not what it is made upon */
		{ { { PAIR(1, 2, "x", 1, 3), .link = 3, MAC("1") },
		    { PAIR(1, 3, "y", 1, 2), .link = 2, MAC("1") } }, NULL,
		  "wire 1.x wire 1.y" },
		{ { { DEV(1, 2, "x"), MAC("1") }, { DEV(2, 2, "y"), MAC("1") } },
		  NULL, "apart 1.x apart 2.y" },
		/* what one netns has on two wires is its own affair */
		{ { { PAIR(1, 2, "x", 2, 2), MAC("1") },
		    { PAIR(1, 3, "y", 3, 2), MAC("1") },
		    { PAIR(2, 2, "a", 1, 2), MAC("2") },
		    { PAIR(3, 2, "b", 1, 3), MAC("3") } }, NULL, "" },
		/* nothing, and the addresses of tunnels */
		{ { { DEV(1, 2, "x"), .mac = "0:0:0:0:0:0" },
		    { DEV(2, 2, "y"), .mac = "0:0:0:0:0:0" },
		    { DEV(1, 3, "t"), .mac = "a:0:0:1" },
		    { DEV(2, 3, "u"), .mac = "a:0:0:1" } }, NULL, "" },
	};

	(void)state;
	check_all(scenes, ARRAY_SIZE(scenes), DUPLICATES_MAC);
}

int main(void)
{
	const struct CMUnitTest duplicates[] = {
		cmocka_unit_test(bridges),
		cmocka_unit_test(who_is_near),
		cmocka_unit_test(addresses),
		cmocka_unit_test(hardware_addresses),
	};

	return run_group("duplicates", duplicates, ARRAY_SIZE(duplicates));
}
