// SPDX-License-Identifier: GPL-2.0
/* The page and the JSON of show, against golden files; and its parts. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/netfilter.h>
#include <netinet/tcp.h>

#include "cmd/show/show.h"
#include "golden.h"
#include "inside/peek.h"
#include "inside/peek_in.h"
#include "model/link.h"
#include "scenes.h"
#include "wire/decode.h"

#define HOST		4026531840u
#define BLUE		4026532281u
#define BIT(attr)	(1ull << (attr))

static void decode(struct model *m, const struct scene *s)
{
	size_t i;

	messages_decode(m, s->netns, s->n_netns, s->devs, s->n_devs);
	for (i = 0; i < s->n_names; i++) {
		struct name *name = model_add_name(m);

		name->inum = s->names[i].inum;
		name->path = s->names[i].path;
		name->shown = s->names[i].shown ? s->names[i].shown :
						  name->path;
	}
	expect_int(model_finish(m), 0);
	model_finish_names(m);
	link_resolve(m);
}

static struct task *add_task(struct model *m, uint32_t pid, uint32_t tid,
			     uint32_t uid, const char *comm,
			     const char *command)
{
	struct task *task = model_add_task(m);

	task->has = BIT(NSINFO_A_TASK_NETNS_ID) | BIT(NSINFO_A_TASK_COMM) |
		    BIT(NSINFO_A_TASK_UID);
	if (pid != tid)
		task->has |= BIT(NSINFO_A_TASK_THREAD);
	task->netns_id = 4097;
	task->netns_inum = BLUE;
	task->pid = pid;
	task->tid = tid;
	task->uid = uid;
	task->nsproxy = pid;
	task->comm = comm;
	task->command = command;
	return task;
}

static const char long_command[] =
	"worker --with-a-very-long-command-line --not-for-one-line\n\033[31m --with odd bytes";

static void add_tasks(struct model *m)
{
	struct task *task;

	task = add_task(m, 312, 312, 0, "nginx", "nginx: master process");
	task->container = "docker:0a1b2c3d4e5f";
	task->pod = "0c9f5e1a-7b8d-4e2f-9a6c-1d2e3f405162";
	add_task(m, 312, 313, 0, "nginx", NULL);
	add_task(m, 312, 314, 0, "nginx", NULL);
	add_task(m, 320, 320, 33, "nginx", "nginx: worker process");
	add_task(m, 321, 321, 70000, "worker", long_command);
	add_task(m, 400, 401, 0, "netns-helper", NULL);
	add_task(m, 0, 0, 65534, "hidden", NULL);
	m->has_tasks = true;
	model_finish_tasks(m);
}

static struct hook *add_hook(struct model *m, struct netns *ns,
			     uint32_t family, uint32_t hooknum)
{
	struct hook *hook = model_add_hook(m);

	if (!ns->n_hooks++)
		ns->first_hook = hook - m->hooks;
	hook->family = family;
	hook->hooknum = hooknum;
	return hook;
}

static void add_hooks(struct model *m, struct netns *ns)
{
	struct hook *hook = add_hook(m, ns, NFPROTO_IPV4, 0);

	hook->has = BIT(NSINFO_A_HOOK_CONNTRACK) | BIT(NSINFO_A_HOOK_NF_TABLES);
	hook->conntrack = 2;
	hook->nf_tables = 1;
	hook = add_hook(m, ns, NFPROTO_IPV4, 4);
	hook->has = BIT(NSINFO_A_HOOK_IPTABLES) | BIT(NSINFO_A_HOOK_BPF) |
		    BIT(NSINFO_A_HOOK_OTHER);
	hook->iptables = 3;
	hook->bpf = 1;
	hook->other = 1;
	hook = add_hook(m, ns, NFPROTO_NETDEV, 1);
	hook->has = BIT(NSINFO_A_HOOK_NF_TABLES);
	hook->nf_tables = 1;
	hook = add_hook(m, ns, 77, 9);
	hook->has = BIT(NSINFO_A_HOOK_OTHER);
	hook->other = 1;
}

static void add_facts(struct model *m, struct netns *ns)
{
	ns->has |= BIT(NSINFO_A_NETNS_CONNTRACK) | BIT(NSINFO_A_NETNS_NSFS_REFS);
	ns->conntrack = 12;
	ns->nsfs_refs = 3;
	ns->sockets = (struct sockets){
		.has = BIT(NSINFO_A_SOCKETS_PINS) | BIT(NSINFO_A_SOCKETS_TCP) |
		       BIT(NSINFO_A_SOCKETS_UDP6) |
		       BIT(NSINFO_A_SOCKETS_NETLINK),
		.pins = 9, .tcp = 5, .udp6 = 1, .netlink = 7,
	};
	ns->fib4 = (struct fib){
		.has = BIT(NSINFO_A_FIB_FAMILY) | BIT(NSINFO_A_FIB_TABLES) |
		       BIT(NSINFO_A_FIB_RULES),
		.family = AF_INET, .tables = 3, .rules = 4,
	};
	ns->fib6 = (struct fib){
		.has = BIT(NSINFO_A_FIB_FAMILY) | BIT(NSINFO_A_FIB_TABLES) |
		       BIT(NSINFO_A_FIB_RULES) | BIT(NSINFO_A_FIB_ROUTES),
		.family = AF_INET6, .tables = 2, .rules = 2, .routes = 8,
	};
	add_hooks(m, ns);
}

static void add_peek(struct peek *p)
{
	p->have = PEEK_ALL;
	peek_add_routes(p, AF_INET, 255, 5);
	peek_add_routes(p, AF_INET, 254, 3);
	peek_add_routes(p, AF_INET, 1000, 1);
	p->rules[0] = 4;
	p->neighbours[0] = 2;
	peek_add_sockets(p, PEEK_TCP, TCP_LISTEN, 2);
	peek_add_sockets(p, PEEK_TCP, TCP_ESTABLISHED, 3);
	peek_add_sockets(p, PEEK_TCP, TCP_TIME_WAIT, 1);
	peek_add_sockets(p, PEEK_UDP, TCP_ESTABLISHED, 1);
	peek_add_sockets(p, PEEK_NL, TCP_CLOSE, 7);
	peek_add_sockets(p, PEEK_U_STR, 77, 1);
}

static void add_peek6(struct peek *p)
{
	p->have |= PEEK_6(PEEK_ALL);
	peek_add_routes(p, AF_INET6, 254, 2);
	p->rules[1] = 2;
}

static const struct show_nsset host_set = {
	{ 4026531841, 4026531838, 4026531839, 4026531836, 4026531837,
	  4026531835, 4026531834 },
};

/* What show_procs() does, but not by the files of this machine. */
static void add_procs(struct model *m, struct show *s)
{
	size_t i;

	expect_int(show_procs(m, s, "/nowhere"), 0);
	s->owner = "root";
	s->init = host_set;
	s->self = host_set;
	s->self.ns[SHOW_MNT] = 4026532999;
	for (i = 0; i < s->n_procs; i++) {
		s->procs[i].set = host_set;
		s->procs[i].user = s->procs[i].task->uid < 1000 ? "root" :
								  NULL;
	}
	if (!s->n_procs)
		return;
	memset(&s->procs[0].set, 0, sizeof(s->procs[0].set));
	s->procs[1].set.ns[SHOW_MNT] = 4026532290;
	s->procs[1].set.ns[SHOW_PID] = 4026532291;
	s->procs[2].set = s->procs[1].set;
	s->procs[2].user = "www-data";
	s->procs[3].set.ns[SHOW_MNT] = 4026532999;
	for (i = 0; i < s->n_strays; i++)
		s->strays[i].user = "root";
}

enum what { BARE, KERNEL_ONLY, NO_IPV6, ALL };

struct page {
	const char *file;
	enum what what;
	bool json;
	uint64_t id;
	struct render how;
	const struct scene *scene;	/* NULL: scene_host */
};

static struct page pages[] = {
	{ "show.txt", ALL, false, 4097, { .width = 100 } },
	{ "show-color.txt", ALL, false, 4097, { .width = 100, .color = true } },
	{ "show-narrow.txt", ALL, false, 4097, { .width = 50 } },
	{ "show-times.txt", ALL, false, 4097,
	  { .width = 100, .times = true, .now = 100000 * 1000000000ull } },
	{ "show-times.json", ALL, true, 4097,
	  { .pretty = true, .times = true, .now = 100000 * 1000000000ull } },
	{ "show.json", ALL, true, 4097, { .pretty = true } },
	{ "show-no-ipv6.txt", NO_IPV6, false, 4097, { .width = 100 } },
	{ "show-no-ipv6.json", NO_IPV6, true, 4097, { .pretty = true } },
	{ "show-kernel-only.txt", KERNEL_ONLY, false, 4097, { .width = 100 } },
	{ "show-kernel-only.json", KERNEL_ONLY, true, 4097,
	  { .pretty = true } },
	{ "show-bare.txt", BARE, false, 4098, { .width = 100 } },
	{ "show-bare.json", BARE, true, 4098, { .pretty = true } },
	{ "show-init.txt", BARE, false, 1, { .width = 100 } },
	{ "show-tunnels.txt", BARE, false, 8193, { .width = 100 },
	  &scene_containers },
	{ "show-tunnels.json", BARE, true, 8193, { .pretty = true },
	  &scene_containers },
	{ "show-underlay.txt", BARE, false, 1, { .width = 100 },
	  &scene_containers },
	{ "show-underlay.json", BARE, true, 1, { .pretty = true },
	  &scene_containers },
};

static char *render(const struct page *page)
{
	struct render how = page->how;
	struct model m = { 0 };
	struct ipnames names;
	struct show s = { 0 };
	struct netns *ns;
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	ipnames_read(&names, "/nowhere");
	how.names = &names;
	decode(&m, page->scene ? page->scene : &scene_host);
	ns = (struct netns *)model_netns(&m, page->id);
	if (page->what == ALL)
		add_tasks(&m);
	if (page->what != BARE) {
		add_facts(&m, ns);
		s.has_facts = true;
	}
	s.ns = ns;
	if (page->what >= NO_IPV6)
		add_peek(&s.peek);
	if (page->what == ALL)
		add_peek6(&s.peek);
	else if (page->what == NO_IPV6)
		ns->fib6.has = 0;
	add_procs(&m, &s);
	expect_int(topology_find(&m, ns, &s.topology), 0);
	expect_int(page->json ? render_json_show(f, &m, &s, 1, &how) :
				render_text_show(f, &m, &s, 1, &how), 0);
	fclose(f);
	peek_clear(&s.peek);
	topology_clear(&s.topology);
	model_clear(&m);
	ipnames_free(&names);
	return text;
}

static void golden(void **state)
{
	const struct page *page = *state;
	char *text = render(page);

	golden_check(page->file, text);
	free(text);
}

static void several_netns(void **state)
{
	struct render how = { .width = 100 };
	struct model m = { 0 };
	struct ipnames names;
	struct show s[2] = { { 0 } };
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	ipnames_read(&names, "/nowhere");
	how.names = &names;
	decode(&m, &scene_host);
	s[0].ns = &m.netns[0];
	s[1].ns = &m.netns[1];
	expect_int(render_text_show(f, &m, s, 2, &how), 0);
	expect_int(render_json_show(f, &m, s, 2, &how), 0);
	fclose(f);
	expect_part(text, "\n\n4026532281  blue");
	expect_part(text, "},{\"id\":4097");
	free(text);
	model_clear(&m);
	ipnames_free(&names);
}

static void many_sets_are_counted(void **state)
{
	struct render how = { .width = 100 };
	struct model m = { 0 };
	struct ipnames names;
	struct show s = { 0 };
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	uint32_t i;

	(void)state;
	ipnames_read(&names, "/nowhere");
	how.names = &names;
	decode(&m, &scene_host);
	for (i = 0; i < 40; i++)
		add_task(&m, 1000 + i, 1000 + i, 0, "one", "one");
	model_finish_tasks(&m);
	s.ns = model_netns(&m, 4097);
	expect_int(show_procs(&m, &s, "/nowhere"), 0);
	for (i = 0; i < 40; i++)
		s.procs[i].set.ns[SHOW_MNT] = 5000 + i;
	expect_int(render_text_show(f, &m, &s, 1, &how), 0);
	fclose(f);
	expect_part(text, "mnt 5009");
	expect_true(!strstr(text, "mnt 5010"));
	expect_part(text,
		    "\n            and 30 more sets of namespaces (with --json, all of them)\n");
	free(text);
	model_clear(&m);
	ipnames_free(&names);
}

static void threads_go_to_their_process(void **state)
{
	struct model m = { 0 };
	struct show s = { 0 };

	(void)state;
	decode(&m, &scene_host);
	add_tasks(&m);
	s.ns = model_netns(&m, 4097);
	expect_int(show_procs(&m, &s, "/nowhere"), 0);
	expect_int(s.n_procs, 4);
	expect_int(s.procs[0].task->pid, 0);
	expect_int(s.procs[1].task->pid, 312);
	expect_int(s.procs[1].threads, 3);
	expect_int(s.procs[2].threads, 1);
	expect_int(s.n_strays, 1);
	expect_int(s.strays[0].task->tid, 401);
	model_clear(&m);
}

static void make_link(const char *root, const char *path, const char *target)
{
	char full[256], *slash;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (slash = full + strlen(root); (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	expect_int(symlink(target, full), 0);
}

/* The number of 320 has been given to a process in another netns. */
static void namespaces_come_from_proc(void **state)
{
	char root[] = "/tmp/nsinfo-proc-XXXXXX", command[64];
	struct model m = { 0 };
	struct show s = { 0 };

	(void)state;
	expect_true(mkdtemp(root));
	make_link(root, "1/ns/mnt", "mnt:[11]");
	make_link(root, "self/ns/uts", "uts:[12]");
	make_link(root, "312/task/312/ns/net", "net:[4026532281]");
	make_link(root, "312/task/312/ns/mnt", "mnt:[13]");
	make_link(root, "312/task/312/ns/time", "time:[14]");
	make_link(root, "320/task/320/ns/net", "net:[4026532282]");
	make_link(root, "320/task/320/ns/mnt", "mnt:[15]");
	make_link(root, "321/task/321/ns/net", "nonsense");
	decode(&m, &scene_host);
	add_tasks(&m);
	s.ns = model_netns(&m, 4097);
	expect_int(show_procs(&m, &s, root), 0);
	expect_int(s.init.ns[SHOW_MNT], 11);
	expect_int(s.self.ns[SHOW_UTS], 12);
	expect_int(s.procs[1].set.ns[SHOW_MNT], 13);
	expect_int(s.procs[1].set.ns[SHOW_TIME], 14);
	expect_int(s.procs[1].set.ns[SHOW_UTS], 0);
	expect_int(s.procs[2].set.ns[SHOW_MNT], 0);
	expect_int(s.procs[3].set.ns[SHOW_MNT], 0);
	model_clear(&m);
	snprintf(command, sizeof(command), "rm -r %s", root);
	expect_int(system(command), 0);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(pages) + 3] = {
		cmocka_unit_test(several_netns),
		cmocka_unit_test(many_sets_are_counted),
		cmocka_unit_test(threads_go_to_their_process),
		cmocka_unit_test(namespaces_come_from_proc),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pages); i++)
		tests[i + 3] = (struct CMUnitTest){ .name = pages[i].file,
						    .test_func = golden,
						    .initial_state = &pages[i] };
	return run_group("show", tests, ARRAY_SIZE(tests));
}
