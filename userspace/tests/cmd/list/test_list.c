// SPDX-License-Identifier: GPL-2.0
/* The table of list against the files of tests/golden. */
#include <locale.h>

#include "cmd/list/columns.h"
#include "golden.h"
#include "scenes.h"
#include "wire/decode.h"

#define HOST	4026531840u
#define SEC	1000000000ull

static const struct netns_spec netns[] = {
	{ .id = 1, .inum = HOST, .init = true, .self = true,
	  .userns = 4026531837, .refs = 112 },
	{ .id = 4097, .inum = 4026532281, .userns = 4026531837, .nsid = 1,
	  .refs = 2, .time = 123 * SEC, .comm = "ip", .pid = 312 },
	{ .id = 4098, .inum = 4026532350, .userns = 4026532349, .uid = 1000,
	  .refs = 3, .time = 90061 * SEC, .comm = "unshare", .pid = 4711,
	  .by_uid = 1000 },
	{ .id = 4099, .inum = 4026532400, .userns = 4026532399, .uid = 100000,
	  .refs = 7, .time = 93661 * SEC, .comm = "runc:[1:CHILD]" },
	{ .id = 4100, .inum = 4026532500, .dying = true,
	  .since = 99999 * SEC + 500000000, .userns = 4026531837,
	  .time = 99999 * SEC },
	/* nothing is known of it; its names are nasty */
	{ .id = 4101, .inum = 4026532600 },
	{ .id = 4102, .inum = 4026532700, .queued = true },
	{ .id = 4103, .inum = 4026532800, .inactive = true },
};

/* What is only told if it is asked for. All of them, or none. */
static const struct facts {
	uint64_t id;
	uint32_t ndevs, pins, tables, rules, routes6, hooks, conntrack, nsfs;
} facts[] = {
	{ 1, 4, 35, 2, 3, 12, 5, 1234567, 0 },
	{ 4097, 2, 0, 2, 3, 4, 0, 0, 3 },
	{ 4098, 1, 1, 1, 0, 0, 1, 7, 1 },
	{ 4099, 0, 20, 255, 300, 70000, 0, 0, 0 },
};

static const struct task_spec {
	uint64_t id;
	uint32_t inum, pid, tid, uid;
	const char *command, *container;
} tasks[] = {
	{ 1, HOST, 1, 1, 0, "/sbin/init splash", NULL },
	{ 1, HOST, 700, 700, 101, "dnsmasq", NULL },
	{ 4098, 4026532350, 4711, 4711, 1000, "sleep 1000", NULL },
	{ 4098, 4026532350, 4711, 4712, 1000, NULL, NULL },
	/* the leader is somewhere else */
	{ 4097, 4026532281, 700, 777, 0, NULL, NULL },
	{ 4099, 4026532400, 9000, 9000, 100033,
	  "java -Xmx4g -Dcom.example.something=some\nthing -cp /opt/app/lib/app.jar:/opt/app/lib/more.jar com.example.Main --serve --port 8080",
	  "docker:0123456789ab" },
	{ 4099, 4026532400, 9001, 9001, 100033, "java worker", NULL },
};

static const struct name_spec names[] = {
	{ .inum = 4026532281, .path = "/run/netns/blue", .shown = "blue" },
	{ .inum = 4026532281, .path = "/srv/jail/net" },
	/* in another mount namespace */
	{ .inum = 4026532350, .path = "/run/user/1000/netns/x",
	  .mntns = 4026532348, .pid = 4711 },
	{ .inum = 4026532600, .path = "/run/netns/h\xc3\xa9",
	  .shown = "h\xc3\xa9" },
	{ .inum = 4026532600, .path = "/tmp/a b,\x1b[2J" },
	/* the dying one's inode, given away again */
	{ .inum = 4026532500, .path = "/run/netns/new", .shown = "new" },
};

static const struct list_extra extra[] = {
	{ .has_ppid = true, .has_routes = true, .routes = 14 },
	{ .has_routes = true },
	{ .has_ppid = true, .ppid = 4000, .has_routes = true, .routes = 2 },
	{ .has_ppid = true, .ppid = 8000 },
	{ 0 },
	{ 0 },
	{ 0 },
	{ 0 },
};

static const struct userns users[] = {
	{ .inum = 4026531837, .has_uid = true },
	{ .inum = 4026532349, .parent = 4026531837, .uid = 1000,
	  .has_uid = true },
	{ .inum = 4026532399, .parent = 4026532398, .uid = 100000,
	  .has_uid = true },
	{ .inum = 4026532398, .parent = 4026532349, .uid = 1000,
	  .has_uid = true },
	/* its parent cannot be seen, and nobody knows whose it is */
	{ .inum = 4026532397, .parent = 4026532390 },
};

static void put_fib(struct msg *m, uint32_t family, const struct facts *f)
{
	struct nlattr *nest = mnl_attr_nest_start(m->nlh, NSINFO_A_NETNS_FIB);

	mnl_attr_put_u32(m->nlh, NSINFO_A_FIB_FAMILY, family);
	mnl_attr_put_u32(m->nlh, NSINFO_A_FIB_TABLES, f->tables);
	if (f->rules)
		mnl_attr_put_u32(m->nlh, NSINFO_A_FIB_RULES, f->rules);
	mnl_attr_nest_end(m->nlh, nest);
}

static void put_hook(struct msg *m, uint32_t hooknum, uint32_t n)
{
	struct nlattr *nest = mnl_attr_nest_start(m->nlh, NSINFO_A_NETNS_HOOK);

	mnl_attr_put_u32(m->nlh, NSINFO_A_HOOK_FAMILY, 2);
	mnl_attr_put_u32(m->nlh, NSINFO_A_HOOK_HOOKNUM, hooknum);
	mnl_attr_put_u32(m->nlh, NSINFO_A_HOOK_NF_TABLES, n);
	mnl_attr_put_u32(m->nlh, NSINFO_A_HOOK_CONNTRACK, 2);
	mnl_attr_nest_end(m->nlh, nest);
}

static void put_facts(struct msg *m, const struct facts *f)
{
	struct nlattr *nest;

	mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_NDEVS, f->ndevs);
	nest = mnl_attr_nest_start(m->nlh, NSINFO_A_NETNS_SOCKETS);
	mnl_attr_put_u32(m->nlh, NSINFO_A_SOCKETS_PINS, f->pins);
	mnl_attr_nest_end(m->nlh, nest);
	put_fib(m, 2, f);
	put_fib(m, 10, f);
	if (f->hooks) {
		put_hook(m, 0, f->hooks);
		put_hook(m, 4, 1);
	}
	if (f->conntrack)
		mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_CONNTRACK,
				 f->conntrack);
	if (f->nsfs)
		mnl_attr_put_u32(m->nlh, NSINFO_A_NETNS_NSFS_REFS, f->nsfs);
}

static void add_netns(struct model *m)
{
	struct err err = { 0 };
	struct msg msg;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(netns); i++) {
		messages_netns(&msg, &netns[i]);
		for (k = 0; k < ARRAY_SIZE(facts); k++)
			if (facts[k].id == netns[i].id)
				put_facts(&msg, &facts[k]);
		expect_int(decode_netns(m, msg_data(&msg), msg_len(&msg),
					&err), 0);
	}
	for (i = 0; i < scene_host.n_devs; i++) {
		messages_dev(&msg, &scene_host.devs[i]);
		expect_int(decode_dev(m, msg_data(&msg), msg_len(&msg), &err),
			   0);
	}
	expect_int(model_finish(m), 0);
}

static void add_tasks(struct model *m)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		const struct task_spec *spec = &tasks[i];
		struct task *task = model_add_task(m);

		task->netns_id = spec->id;
		task->netns_inum = spec->inum;
		task->pid = spec->pid;
		task->tid = spec->tid;
		task->uid = spec->uid;
		task->comm = "comm";
		task->command = spec->command;
		task->container = spec->container;
		task->pod = spec->container ? "0c9f5e1a" : NULL;
		task->has = 1 << NSINFO_A_TASK_UID;
		if (spec->pid != spec->tid)
			task->has |= 1 << NSINFO_A_TASK_THREAD;
	}
	model_finish_tasks(m);
}

static void add_names(struct model *m)
{
	struct name *stale;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct name *name = model_add_name(m);

		name->inum = names[i].inum;
		name->path = names[i].path;
		name->shown = names[i].shown ? names[i].shown : names[i].path;
		name->mntns = names[i].mntns;
		name->mnt_pid = names[i].pid;
	}
	stale = model_add_stale(m);
	stale->path = "/run/netns/old\x07one";
	stale->shown = "old\x07one";
	model_finish_names(m);
}

static const char *user_name(void *data, uint32_t uid)
{
	(void)data;
	return uid == 0 ? "root" : uid == 1000 ? "user" : NULL;
}

struct golden {
	const char *file;
	const char *output;		/* of -o */
	bool json;
	bool tree;
	uint32_t states;		/* of --state */
	bool blind;			/* processes of others are not known */
	struct table_how how;
};

#define ALL_OF_IT \
	"NS,ID,TYPE,STATE,SINCE,WAITING,NPROCS,THREADS,PID,PPID,UID,USER,NAME,CONTAINER,POD," \
	"DEVS,ADDRS,IP,SOCKS,ROUTES,TABLES,RULES,HOOKS,CONNTRACK,REFS," \
	"NSFSREFS,NETNSID,NSFS,PATH,ONS,OWNER,CREATOR,AGE,INACTIVE,INIT,SELF," \
	"COMMAND"

static struct golden goldens[] = {
	{ .file = "list.txt" },
	{ "list-utf8.txt", .how.utf8 = true },
	{ "list-120.txt", .how.width = 120 },
	{ "list-80.txt", .how.width = 80 },
	{ "list-noheadings.txt", .how.noheadings = true },
	{ "list-raw.txt", .how.raw = true },
	{ "list-blind.txt", .blind = true },
	{ "list-blind.json", .json = true, .blind = true },
	{ "list.json", .json = true },
	{ .file = "list-all.txt", .output = ALL_OF_IT },
	{ "list-all-raw.txt", ALL_OF_IT, .how.raw = true },
	{ "list-all.json", ALL_OF_IT, .json = true },
	{ .file = "list-state.txt",
	  .states = LIST_IS_QUEUED | LIST_IS_INACTIVE },
	{ .file = "list-state.json", .json = true, .states = LIST_IS_DYING,
	  .output = "ID,STATE,SINCE,WAITING" },
	{ "list-tree.txt", "NS,TYPE,OWNER,ID,STATE", .tree = true },
	{ "list-tree-utf8.txt", "NS,TYPE,ONS,COMMAND", .tree = true,
	  .how.utf8 = true, .how.width = 80 },
};

static char *render(const struct golden *g)
{
	struct list_how how = {
		.states = g->states, .now = 100000 * SEC, .extra = extra, .user_name = user_name,
	};
	struct userns_list tree = { 0 };
	struct err err = { 0 };
	struct model m = { 0 };
	struct table t;
	char *text;
	size_t i, len;
	FILE *f = open_memstream(&text, &len);

	add_netns(&m);
	add_tasks(&m);
	add_names(&m);
	m.has_tasks = !g->blind;
	for (i = 0; i < ARRAY_SIZE(users) && g->tree; i++)
		expect_int(userns_add(&tree, &users[i]), 0);
	how.tree = g->tree ? &tree : NULL;
	expect_true(!table_init(&t, list_columns, N_LIST_COLUMNS, g->output,
				&err));
	list_fill(&t, &m, &how);
	expect_int(g->json ? render_list_json(f, &t, &m, true) :
			     render_list_text(f, &t, &m, &g->how), 0);
	fclose(f);
	table_free(&t);
	userns_free(&tree);
	model_clear(&m);
	return text;
}

static void golden(void **state)
{
	const struct golden *g = *state;
	char *text;

	expect_true(setlocale(LC_CTYPE, g->how.utf8 ? "C.UTF-8" : "C"));
	text = render(g);
	golden_check(g->file, text);
	free(text);
}

static void all_columns_are_in_the_golden_files(void **state)
{
	struct err err = { 0 };
	struct table t;

	(void)state;
	expect_true(!table_init(&t, list_columns, N_LIST_COLUMNS, ALL_OF_IT,
				&err));
	expect_int(t.n_shown, N_LIST_COLUMNS);
	table_free(&t);
}

/* Only what the columns need is asked for. */
static void needs(void **state)
{
	static const struct {
		const char *output;
		struct list_needs needs;
	} cases[] = {
		{ "NS,ID,STATE,DEVS,REFS,NETNSID,ONS,OWNER,CREATOR,INIT,SELF",
		  { 0 } },
		{ "NAME", { .names = true } },
		{ "IP", { .devs = true } },
		{ "PID", { .procs = true } },
		{ "PPID", { .procs = true, .ppids = true } },
		{ "ROUTES", { .routes = true } },
		{ "AGE", { .clock = true } },
		{ "SOCKS,RULES", { .facts = NSINFO_NETNS_WANT_SOCKETS |
					    NSINFO_NETNS_WANT_FIB } },
		{ "HOOKS", { .facts = NSINFO_NETNS_WANT_NETFILTER } },
		{ "CONNTRACK", { .facts = NSINFO_NETNS_WANT_CONNTRACK } },
		{ "NSFSREFS", { .facts = NSINFO_NETNS_WANT_NSFS } },
	};
	struct err err = { 0 };
	struct list_needs got;
	struct table t;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct list_needs *want = &cases[i].needs;

		expect_true(!table_init(&t, list_columns, N_LIST_COLUMNS,
					cases[i].output, &err));
		got = list_needs(&t);
		expect_int(got.facts, want->facts);
		expect_int(got.devs, want->devs);
		expect_int(got.procs, want->procs);
		expect_int(got.ppids, want->ppids);
		expect_int(got.routes, want->routes);
		expect_int(got.names, want->names);
		expect_int(got.clock, want->clock);
		table_free(&t);
	}
}

static void states(void **state)
{
	static const struct {
		const char *arg;
		uint32_t states;	/* 0: refused */
	} cases[] = {
		{ "live", LIST_IS_LIVE },
		{ "queued,dying", LIST_IS_QUEUED | LIST_IS_DYING },
		{ "inactive", LIST_IS_INACTIVE },
		{ "dying,", LIST_IS_DYING },
		{ "", 0 }, { "dy", 0 }, { "dyingx", 0 }, { ",dying", 0 },
	};
	struct err err = { 0 };
	uint32_t got;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		err.status = 0;
		if (!cases[i].states) {
			expect_true(list_read_states(cases[i].arg, &got,
						     &err));
			expect_int(err.status, STATUS_USAGE);
			continue;
		}
		expect_true(!list_read_states(cases[i].arg, &got, &err));
		expect_int(got, cases[i].states);
	}
}

static void userns_in_order(void **state)
{
	struct userns_list list = { 0 };
	uint32_t i;

	(void)state;
	expect_true(!userns_find(&list, 1));
	for (i = 40; i; i--)
		expect_int(userns_add(&list, &(struct userns){
					.inum = i, .parent = i / 2 }), 0);
	expect_int(userns_add(&list, &(struct userns){ .inum = 7 }), 0);
	expect_int(list.n, 40);
	for (i = 1; i <= 40; i++) {
		expect_int(list.all[i - 1].inum, i);
		expect_int(userns_find(&list, i)->parent, i / 2);
	}
	expect_true(!userns_find(&list, 41));
	userns_free(&list);
}

#define N_OTHERS	4

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(goldens) + N_OTHERS] = {
		cmocka_unit_test(all_columns_are_in_the_golden_files),
		cmocka_unit_test(needs),
		cmocka_unit_test(userns_in_order),
		cmocka_unit_test(states),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(goldens); i++)
		tests[N_OTHERS + i] = (struct CMUnitTest){
			.name = goldens[i].file, .test_func = golden,
			.initial_state = &goldens[i],
		};
	return run_group("list", tests, ARRAY_SIZE(tests));
}
