// SPDX-License-Identifier: GPL-2.0
#include <linux/if_arp.h>

#include "cmd/find/render_find.h"
#include "jsoncheck.h"
#include "messages.h"
#include "model/link.h"
#include "wire/decode.h"

static const struct netns_spec some_netns[] = {
	{ .id = 1, .inum = 4026531840, .init = true, .self = true },
	{ .id = 20, .inum = 4026532281 },
	{ .id = 21, .inum = 4026532282, .dying = true },
};

static const struct addr_spec eth_addrs[] = {
	{ .local = "10.0.0.2", .prefixlen = 24 },
	{ .local = "2001:db8::2", .prefixlen = 64 },
	{ .local = "fe80::1", .prefixlen = 64, .scope = 253 },
	{ .local = "169.254.1.1", .prefixlen = 16 },
	{ 0 },
};

static const struct dev_spec some_devs[] = {
	{ .netns = 1, .inum = 4026531840, .ifindex = 2, .name = "odd\x1b[1m",
	  .mac = "52:54:0:0:0:1" },
	{ .netns = 20, .inum = 4026532281, .ifindex = 3, .name = "eth0",
	  .kind = "veth", .mac = "2:0:0:0:0:2", .addrs = eth_addrs },
	{ .netns = 21, .inum = 4026532282, .ifindex = 2, .name = "eth0",
	  .kind = "veth", .mac = "2:0:0:0:0:2" },
};

static void make_model(struct model *m)
{
	static const struct name name = { .inum = 4026532281,
					  .path = "/run/netns/blue",
					  .shown = "blue" };
	struct task *task;

	memset(m, 0, sizeof(*m));
	messages_decode(m, some_netns, ARRAY_SIZE(some_netns),
			some_devs, ARRAY_SIZE(some_devs));
	expect_int(model_finish(m), 0);
	*model_add_name(m) = name;
	task = model_add_task(m);
	task->netns_id = 20;
	task->pid = 1234;
	task->tid = 1234;
	task->command = "nginx: master";
	task->container = "docker:0123456789ab";
	model_finish_tasks(m);
}

/* All that is known of the netns, or of one of its addresses. */
static char *render(enum find_what what, const struct options *options)
{
	struct table_how how = { .raw = options->raw };
	struct find_hits hits = { 0 };
	struct err err = { 0 };
	const struct duplicate meets[] = {
		{ .how = DUPLICATE_APART },
		{ .how = DUPLICATE_WIRE, .dadfailed = true },
		{ .how = DUPLICATE_PERHAPS },
	};
	struct find_table ft;
	struct model m;
	char *text;
	size_t len, i;
	FILE *f = open_memstream(&text, &len);

	make_model(&m);
	for (i = 0; i < m.n_netns; i++) {
		struct find_hit hit = { .ns = &m.netns[i] };

		if (what == FIND_PID)
			hit.task = i == 1 ? &m.tasks[0] : NULL;
		else if (what != FIND_INODE)
			hit.dev = &m.devs[m.netns[i].first_dev];
		if (what == FIND_IP && hit.dev->n_addrs)
			hit.addr = &m.addrs[hit.dev->first_addr];
		if (what == FIND_SAME_MAC) {
			hit.mac = &hit.dev->address;
			hit.duplicate = &meets[i];
		}
		if (what != FIND_PID || hit.task)
			find_add(&hits, &hit);
	}
	expect_true(!find_table_init(&ft, what, options, &err));
	find_fill(&ft, &m, &hits);
	expect_int(options->json ? render_find_json(f, &ft, false) :
				   table_print(&ft.t, f, &how), 0);
	fclose(f);
	table_free(&ft.t);
	find_free(&hits);
	model_clear(&m);
	return text;
}

static void expect_output(enum find_what what, const struct options *options,
			  const char *want)
{
	char *text = render(what, options);

	if (options->json)
		expect_true(jsoncheck(text));
	expect_text(text, want);
	free(text);
}

static void addresses(void **state)
{
	static const char want[] =
		"        NS ID NAME DEV        ADDRESS     KIND CONTAINER\n"
		"4026531840  1 init odd\\x1b[1m\n"
		"4026532281 20 blue eth0       10.0.0.2/24 veth docker:0123456789ab\n"
		"4026532282 21      eth0                   veth\n";
	static const char want2[] =
		"NS ID NAME DEV ADDRESS KIND CONTAINER\n"
		"4026531840 1 init odd\\x1b[1m - - -\n"
		"4026532281 20 blue eth0 10.0.0.2/24 veth docker:0123456789ab\n"
		"4026532282 21 - eth0 - veth -\n";
	const struct options none = { 0 }, raw = { .raw = true };

	(void)state;
	expect_output(FIND_IP, &none, want);
	expect_output(FIND_IP, &raw, want2);
}

static void duplicates(void **state)
{
	static const char want[] =
		"ADDRESS                   NS ID NAME DEV        DUPLICATE       KIND CONTAINER\n"
		"52:54:00:00:00:01 4026531840  1 init odd\\x1b[1m apart\n"
		"02:00:00:00:00:02 4026532281 20 blue eth0       wire, dadfailed veth docker:0123456789ab\n"
		"02:00:00:00:00:02 4026532282 21      eth0       perhaps         veth\n";
	static const char want2[] =
		"ADDRESS           DUPLICATE       DADFAILED\n"
		"52:54:00:00:00:01 apart\n"
		"02:00:00:00:00:02 wire, dadfailed yes\n"
		"02:00:00:00:00:02 perhaps\n";
	const struct options none = { 0 };
	const struct options some = { .output = "ADDRESS,DUPLICATE,DADFAILED" };

	(void)state;
	expect_output(FIND_SAME_MAC, &none, want);
	expect_output(FIND_SAME_MAC, &some, want2);
}

static void netns_only(void **state)
{
	static const char want[] =
		"        NS ID NAME  PID COMMAND       CONTAINER\n"
		"4026531840  1 init\n"
		"4026532281 20 blue 1234 nginx: master docker:0123456789ab\n"
		"4026532282 21\n";
	static const char want2[] =
		"NS ID NAME PID TID COMMAND CONTAINER\n"
		"4026532281 20 blue 1234 1234 nginx:\\x20master docker:0123456789ab\n";
	const struct options none = { 0 }, raw = { .raw = true };

	(void)state;
	expect_output(FIND_INODE, &none, want);
	expect_output(FIND_PID, &raw, want2);
}

static void chosen_columns(void **state)
{
	static const char want[] =
		"DEV        IP                         MAC\n"
		"odd\\x1b[1m                            52:54:00:00:00:01\n"
		"eth0       10.0.0.2/24,2001:db8::2/64 02:00:00:00:00:02\n"
		"eth0                                  02:00:00:00:00:02\n";
	const struct options options = { .output = "dev,ip,mac",
					 .noheadings = true };
	struct options wrong = { .output = "dev,nonsense" };
	struct find_table ft;
	struct err err;

	(void)state;
	expect_output(FIND_KIND, &options, want);
	expect_true(find_table_init(&ft, FIND_KIND, &wrong, &err));
	expect_int(err.status, STATUS_USAGE);
	expect_part(err.text, "nonsense: unknown column");
}

static void expect_golden(const struct options *options, const char *path)
{
	char want[4096];
	FILE *f = fopen(path, "r");
	size_t len;

	expect_true(f);
	len = fread(want, 1, sizeof(want) - 1, f);
	fclose(f);
	want[len] = '\0';
	expect_output(FIND_IP, options, want);
}

/* JSON has all columns, in the same order whatever the question was. */
static void json(void **state)
{
	const struct options all = { .json = true };
	const struct options some = { .json = true, .output = "NS,NAME" };

	(void)state;
	expect_golden(&all, "tests/golden/find.json");
	expect_golden(&some, "tests/golden/find-columns.json");
}

int main(void)
{
	const struct CMUnitTest render_find[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(duplicates),
		cmocka_unit_test(netns_only),
		cmocka_unit_test(chosen_columns),
		cmocka_unit_test(json),
	};

	return run_group("render_find", render_find, ARRAY_SIZE(render_find));
}
