// SPDX-License-Identifier: GPL-2.0
/* Processes, by folders that look like /proc. */
#include "host/procfs.h"
#include "host/procs.h"
#include "host/unseen.h"
#include "tree.h"

#define HOST	"net:[4026531840]"
#define BLUE	"net:[4026532281]"
#define ID	"8c1a1b6d4f3e2a59c7d0e4f1b6a83925d7c40e1f2a3b4c5d6e7f8091a2b3c4d5"
#define SCOPE	"0::/system.slice/docker-" ID ".scope\n"

struct fixture {
	struct tree proc;
	struct model m;
	uint32_t blind;
};

static void add_netns(struct model *m, uint64_t id, uint32_t inum, bool init)
{
	struct netns *ns = model_add_netns(m);

	ns->id = id;
	ns->inum = inum;
	ns->state = NSINFO_NETNS_STATE_LIVE;
	ns->has |= init ? 1ull << NSINFO_A_NETNS_INIT : 0;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	f->proc = tree_make();
	tree_link(&f->proc, "self", "1");
	tree_link(&f->proc, "1/ns/pid", "pid:[4026531836]");
	add_netns(&f->m, 1, 4026531840, true);
	add_netns(&f->m, 7, 4026532281, false);
	expect_int(model_finish(&f->m), 0);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	tree_remove(&f->proc);
	model_clear(&f->m);
	free(f);
	return 0;
}

/* A thread, or the first one where @who is just a pid. */
static void add(struct fixture *f, const char *who, const char *net,
		const char *comm)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/ns/net", who);
	tree_link(&f->proc, path, net);
	snprintf(path, sizeof(path), "%s/comm", who);
	tree_file(&f->proc, path, comm);
}

static void read_tasks(struct fixture *f, uint64_t id)
{
	expect_int(procs_read(&f->m, id, f->proc.dir, &f->blind), 0);
}

static const struct task *task_of(struct fixture *f, uint64_t id, uint32_t i)
{
	const struct netns *ns = model_netns(&f->m, id);

	expect_true(i < ns->n_tasks);
	return &f->m.tasks[ns->first_task + i];
}

static void processes(void **state)
{
	struct fixture *f = *state;

	add(f, "1", HOST, "init\n");
	add(f, "42", BLUE, "sleep\n");
	add(f, "9", BLUE, "bash\n");
	add(f, "50", "net:[4026539999]", "elsewhere\n");
	tree_file(&f->proc, "77/stat", "a zombie has no ns/net");
	read_tasks(f, 0);
	expect_int(f->m.n_tasks, 3);
	expect_true(f->m.has_tasks);
	expect_int(f->blind, 0);
	expect_int(task_of(f, 1, 0)->pid, 1);
	expect_int(task_of(f, 7, 0)->pid, 9);
	expect_text(task_of(f, 7, 0)->comm, "bash");
	expect_int(task_of(f, 7, 1)->pid, 42);
	expect_int(task_of(f, 7, 1)->uid, getuid());
	expect_int(model_leader(&f->m, model_netns(&f->m, 7))->pid, 9);
}

static void one_netns(void **state)
{
	struct fixture *f = *state;

	add(f, "1", HOST, "init\n");
	add(f, "42", BLUE, "sleep\n");
	read_tasks(f, 7);
	expect_int(f->m.n_tasks, 1);
	expect_int(task_of(f, 7, 0)->pid, 42);
}

/* One in another netns than its leader, one whose leader has ended. */
static void threads(void **state)
{
	struct fixture *f = *state;
	struct task_counts counts;

	add(f, "10", HOST, "main\n");
	add(f, "10/task/10", HOST, "main\n");
	add(f, "10/task/11", HOST, "same\n");
	add(f, "10/task/12", BLUE, "other\n");
	add(f, "20/task/21", BLUE, "orphan\n");
	read_tasks(f, 0);
	counts = model_count_tasks(&f->m, model_netns(&f->m, 1));
	expect_int(counts.processes, 1);
	expect_int(counts.threads, 2);
	counts = model_count_tasks(&f->m, model_netns(&f->m, 7));
	expect_int(counts.processes, 0);
	expect_int(counts.threads, 2);
	expect_int(task_of(f, 7, 0)->pid, 10);
	expect_int(task_of(f, 7, 0)->tid, 12);
	expect_text(task_of(f, 7, 0)->comm, "other");
	expect_int(task_of(f, 7, 1)->tid, 21);
}

static void hidden_process_1(void **state)
{
	struct fixture *f = *state;
	struct tree proc;

	proc = tree_make();
	tree_link(&proc, "self", "5");
	tree_link(&proc, "5/ns/pid", "pid:[4026531836]");
	tree_link(&proc, "5/ns/net", BLUE);
	tree_file(&proc, "5/comm", "five\n");
	expect_int(procs_read(&f->m, 0, proc.dir, &f->blind), 0);
	expect_int(f->m.n_tasks, 1);
	expect_int(f->blind, BLIND_PROCS);
	expect_true(!f->m.has_tasks);
	tree_remove(&proc);
}

static void other_pid_namespace(void **state)
{
	struct fixture *f = *state;

	unlink(tree_path(&f->proc, "1/ns/pid"));
	tree_link(&f->proc, "1/ns/pid", "pid:[4026532333]");
	read_tasks(f, 0);
	expect_int(f->blind, BLIND_PID_NS);
	expect_true(!f->m.has_tasks);
}

static void no_proc(void **state)
{
	struct fixture *f = *state;

	expect_int(procs_read(&f->m, 0, "/nowhere", &f->blind), 0);
	expect_int(f->blind, BLIND_NO_PROC);
	expect_true(!f->m.has_tasks);
}

/* What a user may not know of others; root may know all, so it steps down. */
static void denied(void **state)
{
	struct fixture *f = *state;

	if (geteuid())
		skip();
	add(f, "30", BLUE, "mine\n");
	add(f, "31", BLUE, "theirs\n");
	expect_int(chmod(f->proc.dir, 0755), 0);
	expect_int(chmod(tree_path(&f->proc, "30"), 0755), 0);
	expect_int(chmod(tree_path(&f->proc, "30/ns"), 0755), 0);
	expect_int(chmod(tree_path(&f->proc, "30/comm"), 0644), 0);
	expect_int(seteuid(1000), 0);
	read_tasks(f, 0);
	expect_int(seteuid(0), 0);
	expect_int(f->m.n_tasks, 1);
	expect_int(task_of(f, 7, 0)->pid, 30);
	expect_int(f->blind, BLIND_PROCS);
}

/* A process, as it was when it was found. */
static void describe(struct fixture *f, struct task *task)
{
	memset(task, 0, sizeof(*task));
	task->pid = 42;
	task->netns_inum = 4026532281;
	expect_int(procs_describe_task(&f->m, task, f->proc.dir), 0);
}

/* As lsns prints it, down to the odd ones. */
static void command_lines(void **state)
{
	static const struct {
		const char *cmdline;
		size_t len;
		const char *want;
	} cases[] = {
		{ "sl eep\0one", 11, "sl eep one" },
		{ "s\x01\t\n\"\\x\0z\xff", 11, "s\x01\t\n\"\\x z\xff" },
		{ "sh\0-c\0\0tail\0", 13, "sh -c  tail " },
		{ "cut", 3, "cu" },
		{ "", 0, "worker/0" },
	};
	struct fixture *f = *state;
	struct task task;
	size_t i;

	add(f, "42", BLUE, "worker/0\n");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		tree_data(&f->proc, "42/cmdline", cases[i].cmdline,
			  cases[i].len);
		describe(f, &task);
		expect_true(task.command);
		expect_text(task.command, cases[i].want);
	}
	tree_data(&f->proc, "42/cmdline", "", 1);
	describe(f, &task);
	expect_true(!task.command);
}

static void long_command_line(void **state)
{
	struct fixture *f = *state;
	char text[10000];
	struct task task;

	memset(text, 'x', sizeof(text));
	add(f, "42", BLUE, "x\n");
	tree_data(&f->proc, "42/cmdline", text, sizeof(text));
	describe(f, &task);
	expect_int(strlen(task.command), 8191);
}

static void container(void **state)
{
	struct fixture *f = *state;
	struct task task;

	tree_link(&f->proc, "42/ns/net", BLUE);
	tree_file(&f->proc, "42/cgroup", SCOPE);
	describe(f, &task);
	expect_text(task.container, "docker:" ID);
	expect_true(!task.command);
}

static void number_of_another(void **state)
{
	struct fixture *f = *state;
	struct task task;

	unlink(tree_path(&f->proc, "42/ns/net"));
	add(f, "42", HOST, "other\n");
	tree_file(&f->proc, "42/cgroup", SCOPE);
	describe(f, &task);
	expect_true(!task.command && !task.container);
}

/* Between the reading of its netns and that of the rest. */
static void ended_meanwhile(void **state)
{
	struct fixture *f = *state;

	tree_link(&f->proc, "77/ns/net", BLUE);
	read_tasks(f, 0);
	expect_int(f->m.n_tasks, 0);
}

static void vanished(void **state)
{
	struct fixture *f = *state;
	struct task task;

	describe(f, &task);
	expect_true(!task.command && !task.container);
}

static void leaders(void **state)
{
	struct fixture *f = *state;
	const struct netns *ns;

	add(f, "1", HOST, "init\n");
	add(f, "2", HOST, "dockerd\n");
	tree_file(&f->proc, "2/cgroup", SCOPE);
	add(f, "42", BLUE, "bash\n");
	tree_data(&f->proc, "42/cmdline", "bash\0-i", 8);
	tree_file(&f->proc, "42/cgroup", "0::/init.scope\n");
	add(f, "43", BLUE, "sleep\n");
	tree_data(&f->proc, "43/cmdline", "sleep", 6);
	tree_file(&f->proc, "43/cgroup", SCOPE);
	read_tasks(f, 0);
	expect_int(procs_describe_leaders(&f->m, f->proc.dir), 0);
	ns = model_netns(&f->m, 7);
	expect_text(task_of(f, 7, 0)->command, "bash -i");
	expect_true(!task_of(f, 7, 1)->command);
	expect_text(model_container(&f->m, ns), "docker:" ID);
	/* Containers share the first netns, and do not own it. */
	expect_true(!model_container(&f->m, model_netns(&f->m, 1)));
	expect_true(!task_of(f, 1, 1)->container);
}

static void pids_of_others(void **state)
{
	struct fixture *f = *state;
	char pid[16];

	expect_true(procfs_is_foreign(f->proc.dir));
	unlink(tree_path(&f->proc, "self"));
	snprintf(pid, sizeof(pid), "%d", getpid());
	tree_link(&f->proc, "self", pid);
	expect_true(!procfs_is_foreign(f->proc.dir));
	expect_true(!procfs_is_foreign("/nowhere"));
}

int main(void)
{
#define CASE(function) \
	cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(processes),
		CASE(one_netns),
		CASE(threads),
		CASE(hidden_process_1),
		CASE(other_pid_namespace),
		CASE(no_proc),
		CASE(denied),
		CASE(command_lines),
		CASE(long_command_line),
		CASE(container),
		CASE(number_of_another),
		CASE(ended_meanwhile),
		CASE(vanished),
		CASE(leaders),
		CASE(pids_of_others),
	};

	return run_group("procs", tests, ARRAY_SIZE(tests));
}
