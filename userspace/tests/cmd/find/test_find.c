// SPDX-License-Identifier: GPL-2.0
#include <linux/if.h>
#include <linux/if_arp.h>

#include "cmd/find/findarg.h"
#include "messages.h"
#include "model/link.h"
#include "wire/decode.h"

#define ODD	"v\"e\\t\x1b[1m\xff"

static const struct netns_spec some_netns[] = {
	{ .id = 1, .inum = 101, .init = true, .self = true },
	{ .id = 2, .inum = 102, .nsid = 1 },
	{ .id = 3, .inum = 103 },
	/* its inode number was given away again */
	{ .id = 4, .inum = 103, .dying = true },
};

#define A(text, len)	{ .local = text, .prefixlen = len }

static const struct addr_spec lo_addrs[] = { A("127.0.0.1", 8), A("::1", 128),
					     { 0 } };

static const struct addr_spec br_addrs[] = {
	A("10.0.0.1", 24), A("10.0.1.1", 24), A("2001:db8::1", 64),
	A("fe80::1", 64), A("169.254.169.254", 32), A("224.0.0.5", 32), { 0 },
};

static const struct addr_spec eth_addrs[] = {
	A("10.0.0.2", 24), A("fe80::1", 64), A("169.254.169.254", 32),
	A("::ffff:10.0.0.9", 128), A("224.0.0.5", 32), { 0 },
};

static const struct addr_spec other_addrs[] = {
	A("10.0.0.1", 32), A("2001:db8::1", 128), A("128.0.0.1", 1),
	{ .local = "10.7.7.7", .prefixlen = 32, .scope = 254 }, { 0 },
};

static const struct addr_spec twice_addrs[] = {
	A("10.5.0.1", 24), A("10.5.0.1", 16),
	{ .local = "10.7.7.7", .prefixlen = 32, .scope = 254 }, { 0 },
};

#define DEV(ns, index, ifname_) NS##ns, .ifindex = index, .name = ifname_
#define NS1	.netns = 1, .inum = 101
#define NS2	.netns = 2, .inum = 102
#define NS3	.netns = 3, .inum = 103

static const struct dev_spec some_devs[] = {
	{ DEV(1, 1, "lo"), .type = ARPHRD_LOOPBACK, .mac = "0:0:0:0:0:0",
	  .addrs = lo_addrs },
	{ DEV(1, 2, "br0"), .kind = "bridge", .mac = "2:0:0:0:0:1",
	  .addrs = br_addrs },
	{ DEV(1, 3, "veth1"), .kind = "veth", .mac = "2:0:0:0:0:1",
	  .master = 2, .link = 2, .foreign = true, .link_id = 2,
	  .link_inum = 102, .peer_id = 2, .peer_inum = 102, .peer_ifindex = 2,
	  .peer_name = "eth0" },
	{ DEV(1, 4, "bond0.5"), .kind = "vlan", .mac = "2:0:0:0:0:5",
	  .link = 5 },
	{ DEV(1, 5, "bond0"), .kind = "bond", .mac = "2:0:0:0:0:5" },
	{ DEV(1, 6, "eth5"), .mac = "2:0:0:0:0:5", .master = 5,
	  .perm = "2:0:0:0:0:6" },
	{ DEV(1, 7, "tunl0"), .kind = "ipip", .type = ARPHRD_TUNNEL,
	  .mac = "a:0:0:1" },
	{ DEV(2, 1, "lo"), .type = ARPHRD_LOOPBACK, .mac = "0:0:0:0:0:0",
	  .addrs = lo_addrs },
	{ DEV(2, 2, "eth0"), .kind = "veth", .mac = "2:0:0:0:0:2", .link = 3,
	  .foreign = true, .link_id = 1, .link_inum = 101, .peer_id = 1,
	  .peer_inum = 101, .peer_ifindex = 3, .peer_name = "veth1",
	  .addrs = eth_addrs },
	{ DEV(2, 3, "tunl0"), .kind = "ipip", .type = ARPHRD_TUNNEL,
	  .mac = "a:0:0:1" },
	{ DEV(3, 2, "eth0"), .kind = "dummy", .mac = "2:0:0:0:0:9",
	  .addrs = other_addrs },
	{ DEV(3, 3, "mv[0]"), .kind = "macvlan", .mac = "2:0:0:0:0:9",
	  .addrs = twice_addrs },
	/* its other end is where we may not look */
	{ DEV(3, 4, ODD), .kind = "veth", .mac = "2:0:0:0:0:7", .link = 9,
	  .foreign = true, .peer_id = 77, .peer_inum = 177, .peer_ifindex = 9,
	  .peer_name = "x" },
};

static void make_model(struct model *m)
{
	memset(m, 0, sizeof(*m));
	messages_decode(m, some_netns, ARRAY_SIZE(some_netns),
			some_devs, ARRAY_SIZE(some_devs));
	expect_int(model_finish(m), 0);
	link_resolve(m);
}

/* "1.br0 2.eth0 3": netns and devices of all hits. */
static const char *told(const struct find_hits *hits)
{
	static char buf[1024];
	size_t i, used = 0;

	*buf = '\0';
	for (i = 0; i < hits->n; i++)
		used += sprintf(buf + used, "%s%d%s%s", i ? " " : "",
				(int)hits->hit[i].ns->id,
				hits->hit[i].dev ? "." : "",
				hits->hit[i].dev ? hits->hit[i].dev->ifname :
						   "");
	return buf;
}

struct question {
	const char *kind;
	const char *word;
	const char *hits;
};

static void ask(const struct model *m, const struct question *question)
{
	char *argv[3] = { (char *)question->kind, (char *)question->word,
			 NULL };
	struct find_hits hits = { 0 };
	struct err err = { 0 };
	struct find_query q;

	expect_int(findarg_read(&q, NULL, argv, &err), 0);
	expect_int(find_devs(m, &q, &hits), 0);
	if (strcmp(told(&hits), question->hits))
		print_error("find %s %s\n", question->kind, question->word);
	expect_text(told(&hits), question->hits);
	find_free(&hits);
}

static void ask_all(const struct question *questions, size_t n)
{
	struct model m;
	size_t i;

	make_model(&m);
	for (i = 0; i < n; i++)
		ask(&m, &questions[i]);
	model_clear(&m);
}

static void ip(void **state)
{
	static const struct question questions[] = {
		{ "ip", "10.0.0.1", "1.br0 3.eth0" },
		{ "ip", "10.0.0.2", "2.eth0" },
		{ "ip", "10.0.0.3", "" },
		{ "ip", "10.0.0.77/24", "1.br0 2.eth0 2.eth0 3.eth0" },
		{ "ip", "10.0.0.0/23", "1.br0 1.br0 2.eth0 2.eth0 3.eth0" },
		{ "ip", "10.0.0.0/31", "1.br0 3.eth0" },
		{ "ip", "128.0.0.0/1", "1.br0 1.br0 2.eth0 2.eth0 3.eth0" },
		{ "ip", "10.0.0.2/32", "2.eth0" },
		{ "ip", "2001:DB8:0::1", "1.br0 3.eth0" },
		{ "ip", "2001:db8::/32", "1.br0 3.eth0" },
		{ "ip", "2001:db8::2/127", "" },
		{ "ip", "2001:db8::/127", "1.br0 3.eth0" },
		{ "ip", "2001:db8::1/128", "1.br0 3.eth0" },
		{ "ip", "fe80::1", "1.br0 2.eth0" },
		{ "ip", "fe80::1%eth0", "2.eth0" },
		{ "ip", "fe80::1%2", "1.br0 2.eth0" },
		{ "ip", "fe80::1%et", "" },
		{ "ip", "::1", "1.lo 2.lo" },
	};

	(void)state;
	ask_all(questions, ARRAY_SIZE(questions));
}

/* An IPv4 address is the same in either family; ::/0 is IPv6 only. */
static void mapped_ip(void **state)
{
	static const struct question questions[] = {
		{ "ip", "::ffff:10.0.0.2", "2.eth0" },
		{ "ip", "::ffff:10.0.0.0/120", "1.br0 2.eth0 2.eth0 3.eth0" },
		{ "ip", "10.0.0.9", "2.eth0" },
		{ "ip", "::/0", "1.lo 1.br0 1.br0 2.lo 2.eth0 2.eth0 3.eth0" },
		{ "ip", "::/80", "1.lo 2.lo 2.eth0" },
	};

	(void)state;
	ask_all(questions, ARRAY_SIZE(questions));
}

#define ALL_IPV4 \
	"1.lo 1.br0 1.br0 1.br0 1.br0 2.lo 2.eth0 2.eth0 2.eth0 2.eth0 " \
	"3.eth0 3.eth0 3.eth0 3.mv[0] 3.mv[0] 3.mv[0]"

static void all_ipv4(void **state)
{
	static const struct question questions[] = {
		{ "ip", "0.0.0.0/0", ALL_IPV4 },
		{ "ip", "::ffff:0:0/96", ALL_IPV4 },
	};

	(void)state;
	ask_all(questions, ARRAY_SIZE(questions));
}

static void mac(void **state)
{
	static const struct question questions[] = {
		{ "mac", "02:00:00:00:00:01", "1.br0 1.veth1" },
		{ "mac", "02-00-00-00-00-06", "1.eth5" },
		{ "mac", "0200.0000.0005", "1.bond0.5 1.bond0 1.eth5" },
		{ "mac", "020000000099", "" },
		{ "mac", "02:00:00:00:00:01:00", "" },
		{ "mac", "0:0:0:0:0:0", "1.lo 2.lo" },
	};

	(void)state;
	ask_all(questions, ARRAY_SIZE(questions));
}

static void names(void **state)
{
	static const struct question questions[] = {
		{ "dev", "eth0", "2.eth0 3.eth0" },
		{ "dev", "eth", "" },
		{ "dev", "eth?", "1.eth5 2.eth0 3.eth0" },
		{ "dev", "*0", "1.br0 1.bond0 1.tunl0 2.eth0 2.tunl0 3.eth0" },
		{ "dev", "[a-f]*", "1.br0 1.bond0.5 1.bond0 1.eth5 2.eth0 3.eth0" },
		/* as it is, though it reads as a pattern */
		{ "dev", "mv[0]", "3.mv[0]" },
		{ "dev", ODD, "3." ODD },
		{ "dev", "v\"*", "3." ODD },
		{ "kind", "veth", "1.veth1 2.eth0 3." ODD },
		{ "kind", "vet", "" },
		{ "kind", "ipip", "1.tunl0 2.tunl0" },
		{ "inode", "102", "2" },
		{ "inode", "net:[103]", "3 4" },
		{ "inode", "99", "" },
	};

	(void)state;
	ask_all(questions, ARRAY_SIZE(questions));
}

static void peer(void **state)
{
	struct find_hits hits = { 0 };
	const struct netns *ns;
	struct model m;

	(void)state;
	make_model(&m);
	ns = model_netns(&m, 1);
	expect_int(find_peer(&m, find_dev_named(&m, ns, "veth1"), &hits), 0);
	expect_text(told(&hits), "2.eth0");
	hits.n = 0;
	ns = model_netns(&m, 3);
	expect_int(find_peer(&m, find_dev_named(&m, ns, ODD), &hits), 0);
	expect_int(hits.n, 0);
	expect_true(!find_dev_named(&m, ns, "veth1"));
	find_free(&hits);
	model_clear(&m);
}

static void add_task(struct model *m, uint64_t netns, uint32_t pid,
		     uint32_t tid)
{
	struct task *task = model_add_task(m);

	task->netns_id = netns;
	task->pid = pid;
	task->tid = tid;
	if (pid != tid)
		task->has |= 1ull << NSINFO_A_TASK_THREAD;
}

static void make_tasks(struct model *m)
{
	make_model(m);
	add_task(m, 1, 10, 10);
	add_task(m, 1, 10, 11);
	add_task(m, 1, 30, 30);
	add_task(m, 2, 10, 12);
	add_task(m, 2, 10, 13);
	add_task(m, 2, 20, 20);
	add_task(m, 3, 0, 0);
	add_task(m, 3, 40, 40);
	model_finish_tasks(m);
}

static void pid(void **state)
{
	static const struct { uint32_t pid; const char *hits; } all[] = {
		{ 10, "1 2" }, { 11, "1" }, { 13, "2" }, { 20, "2" },
		{ 99, "" },
	};
	struct find_hits hits = { 0 };
	struct model m;
	size_t i;

	(void)state;
	make_tasks(&m);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		hits.n = 0;
		expect_int(find_pid(&m, all[i].pid, &hits), 0);
		expect_text(told(&hits), all[i].hits);
	}
	find_free(&hits);
	model_clear(&m);
}

#define HASH	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD	"11111111-2222-3333-4444-555555555555"

static bool fake_container(void *data, uint32_t pid, unsigned int level,
			   struct container *c)
{
	static const struct { uint32_t pid; struct container c; } all[] = {
		{ 10, { "docker", HASH, "" } },
		{ 20, { "containerd", "fedc" HASH, POD } },
		{ 30, { "lxc", "web", "" } },
		{ 40, { "lxc", "web10", "" } },
		/* around that one */
		{ 40, { "lxc", "host7", "" } },
		{ 40, { "docker", "ab" HASH, "" } },
	};
	size_t i;

	*(int *)data += !level;
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		if (all[i].pid == pid && !level--) {
			*c = all[i].c;
			return true;
		}
	}
	return false;
}

static void containers(void **state)
{
	static const struct { const char *word, *hits, *container; } all[] = {
		{ HASH, "1 2", "docker:" HASH },
		{ "01", "1 2", "docker:" HASH },
		{ "docker:0123456789ab", "1 2", "docker:" HASH },
		{ "docker:", "", NULL },
		{ "lxc:0123", "", NULL },
		{ "1123", "", NULL },
		{ "fedc", "2", NULL },
		{ POD, "2", NULL },
		{ "11111111-", "2", NULL },
		/* the whole of one, though another one begins with it */
		{ "web", "1", "lxc:web" },
		{ "lxc:web", "1", "lxc:web" },
		{ "we", "1 3", "lxc:web" },
		{ "web1", "3", "lxc:web10" },
		{ "host7", "3", "lxc:web10" },
		{ "docker:ab01", "3", "lxc:web10" },
	};
	struct find_hits hits = { 0 };
	struct model m;
	int asked = 0;
	size_t i;

	(void)state;
	make_tasks(&m);
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		hits.n = 0;
		expect_int(find_container(&m, all[i].word, fake_container,
					  &asked, &hits), 0);
		expect_text(told(&hits), all[i].hits);
		if (all[i].container)
			expect_text(hits.hit[0].container, all[i].container);
	}
	/* Once a process and netns, and never of those without a pid. */
	expect_int(asked, 5 * ARRAY_SIZE(all));
	find_free(&hits);
	model_clear(&m);
}

int main(void)
{
	const struct CMUnitTest find[] = {
		cmocka_unit_test(ip),
		cmocka_unit_test(mapped_ip),
		cmocka_unit_test(all_ipv4),
		cmocka_unit_test(mac),
		cmocka_unit_test(names),
		cmocka_unit_test(peer),
		cmocka_unit_test(pid),
		cmocka_unit_test(containers),
	};

	return run_group("find", find, ARRAY_SIZE(find));
}
