// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "cmd/doctor/doctor.h"
#include "host/unseen.h"
#include "test.h"
#include "tree.h"

#define S	1000000000ull
#define NOW	(100 * S)

struct fixture {
	struct doctor d;
	struct model m;
	struct netns *ns;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	f->ns = model_add_netns(&f->m);
	f->ns->id = 7;
	f->ns->inum = 4026532000u;
	f->ns->state = NSINFO_NETNS_STATE_LIVE;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	doctor_clear(&f->d);
	model_clear(&f->m);
	free(f);
	return 0;
}

static void add_waiting(struct fixture *f, const char *name, const char *kind,
			uint64_t since)
{
	struct waiting *w = model_add_waiting(&f->m);

	w->ifname = name;
	w->kind = kind;
	w->refs = 3;
	w->since = since;
	f->ns->n_waiting++;
}

static void expect_line(const struct fixture *f, size_t i,
			enum doctor_level level, const char *text)
{
	expect_true(i < f->d.n_lines);
	expect_int(f->d.lines[i].level, level);
	expect_text(f->d.lines[i].text, text);
}

static void no_device_waited_for(void **state)
{
	struct fixture *f = *state;

	doctor_devices(&f->d, &f->m, NOW, true, 0);
	expect_int(f->d.n_lines, 1);
	expect_line(f, 0, DOCTOR_OK, "none was told to go and does not");
	expect_true(!doctor_found(&f->d));
}

/* Who cannot see the devices cannot say that there are none. */
static void devices_that_nobody_can_see(void **state)
{
	struct fixture *f = *state;

	doctor_devices(&f->d, &f->m, NOW, false, 0);
	doctor_devices(&f->d, &f->m, NOW, true, BLIND_NETNS);
	doctor_devices(&f->d, &f->m, NOW, true, BLIND_NETNS | BLIND_USER_NS);
	expect_int(f->d.n_lines, 3);
	expect_line(f, 0, DOCTOR_NOTE,
		    "whether one was told to go and does not is not known: the module was loaded with track=0");
	expect_line(f, 1, DOCTOR_NOTE,
		    "whether one of another netns was told to go and does not is not known: this user may not see all");
	expect_text(f->d.lines[1].advice, "ask as root");
	expect_text(f->d.lines[2].advice,
		    "ask as root, outside the container");
}

static void names(void **state)
{
	static const struct {
		uint32_t blind;
		const char *why;
		const char *advice;
	} cases[] = {
		{ BLIND_NO_PROC | BLIND_MOUNTS, "there is no /proc",
		  "mount -t proc none /proc" },
		{ BLIND_PID_NS, "a container does not show all",
		  "ask as root, outside the container" },
		{ BLIND_MOUNTS, "this user may not see all", "ask as root" },
		{ BLIND_PROCS | BLIND_SILENT, "this user may not see all",
		  "ask as root" },
		{ BLIND_SILENT,
		  "a mount namespace or names folder did not answer", NULL },
	};
	struct fixture *f = *state;
	char text[256];
	size_t i;

	doctor_names(&f->d, &f->m, 0);
	doctor_names(&f->d, &f->m, BLIND_NETNS);
	expect_line(f, 0, DOCTOR_OK, "no stale names");
	expect_line(f, 1, DOCTOR_OK, "no stale names");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		doctor_names(&f->d, &f->m, cases[i].blind);
		snprintf(text, sizeof(text),
			 "whether there are stale names is not known: %s",
			 cases[i].why);
		expect_line(f, i + 2, DOCTOR_NOTE, text);
		if (cases[i].advice)
			expect_text(f->d.lines[i + 2].advice, cases[i].advice);
		else
			expect_true(!f->d.lines[i + 2].advice);
	}
}

/* name -d would refuse to remove what may be in use. */
static void stale_names(void **state)
{
	struct fixture *f = *state;

	model_add_stale(&f->m)->path = "/run/netns/a b";
	doctor_names(&f->d, &f->m, 0);
	expect_line(f, 0, DOCTOR_BAD, "/run/netns/a b names no netns");
	expect_text(f->d.lines[0].advice,
		    "nsinfo name -d $'/run/netns/a b'");
	doctor_names(&f->d, &f->m, BLIND_SILENT);
	expect_int(f->d.n_lines, 2);
	expect_line(f, 1, DOCTOR_NOTE,
		    "/run/netns/a b names no netns here; whether another mount namespace has one there is not known: a mount namespace or names folder did not answer");
	expect_true(!f->d.lines[1].advice);
}

static void leaks_not_looked_for(void **state)
{
	struct fixture *f = *state;

	doctor_no_leaks(&f->d, BLIND_MOUNTS);
	expect_line(f, 0, DOCTOR_NOTE,
		    "whether a netns is left over is not known: this user may not see all");
}

/* Not for long, which is no fault, and not "ok: none" either. */
static void devices_waited_for_a_moment(void **state)
{
	struct fixture *f = *state;

	add_waiting(f, "lo", NULL, NOW - 10 * S);
	add_waiting(f, "d0", "dummy", NOW + S);
	doctor_devices(&f->d, &f->m, NOW, true, 0);
	expect_int(f->d.n_lines, 2);
	expect_line(f, 0, DOCTOR_NOTE,
		    "lo of netns 4026532000 id:7 was told to go 10 s ago, and is waited for: 3 references");
	expect_text(f->d.lines[0].advice, "nsinfo holders id:7");
	expect_int(f->d.lines[1].level, DOCTOR_NOTE);
	expect_true(!doctor_found(&f->d));
}

static void nothing_is_ok_that_is_bad(void **state)
{
	struct fixture *f = *state;

	doctor_say(&f->d, DOCTOR_OK, "teardown", NULL, "one");
	doctor_say(&f->d, DOCTOR_BAD, "teardown", NULL, "two");
	doctor_say(&f->d, DOCTOR_OK, "module", NULL, "three");
	doctor_say(&f->d, DOCTOR_NOTE, "module", NULL, "four");
	doctor_settle(&f->d);
	expect_int(f->d.n_lines, 3);
	expect_line(f, 0, DOCTOR_BAD, "two");
	expect_line(f, 1, DOCTOR_OK, "three");
}

static void devices_waited_for(void **state)
{
	struct fixture *f = *state;

	add_waiting(f, "lo", NULL, NOW - 11 * S);
	add_waiting(f, "d0", "dummy", NOW - 90 * S);
	doctor_devices(&f->d, &f->m, NOW, true, 0);
	expect_int(f->d.n_lines, 2);
	expect_line(f, 0, DOCTOR_BAD,
		    "lo of netns 4026532000 id:7 was told to go 11 s ago, and does not: 3 references");
	expect_line(f, 1, DOCTOR_BAD,
		    "d0 (dummy) of netns 4026532000 id:7 was told to go 90 s ago, and does not: 3 references");
	expect_true(doctor_found(&f->d));
}

static struct module good_module(void)
{
	struct module mod = {
		.has = 1ull << NSINFO_A_MODULE_VERSION |
		       1ull << NSINFO_A_MODULE_TRACKING |
		       1ull << NSINFO_A_MODULE_TRACKED |
		       1ull << NSINFO_A_MODULE_QUEUED |
		       1ull << NSINFO_A_MODULE_DYING,
		.version = NSINFO_VERSION,
		.tracked = 1,
	};

	return mod;
}

static void module_is_fine(void **state)
{
	struct module mod = good_module();
	struct fixture *f = *state;

	doctor_module(&f->d, &mod, NOW);
	expect_true(!doctor_found(&f->d));
	expect_line(f, 1, DOCTOR_OK, "0 netns in teardown, 0 wait for it");
}

static void module_that_does_not_track(void **state)
{
	struct module mod = good_module();
	struct fixture *f = *state;

	mod.has &= ~(1ull << NSINFO_A_MODULE_TRACKING |
		     1ull << NSINFO_A_MODULE_DYING);
	mod.queued = 3;
	doctor_module(&f->d, &mod, NOW);
	expect_line(f, 2, DOCTOR_NOTE,
		    "3 netns wait for it; those in teardown are not known");
}

static void module_of_another_version(void **state)
{
	struct module mod = good_module();
	struct fixture *f = *state;

	mod.version = "0.0.1";
	doctor_module(&f->d, &mod, NOW);
	expect_line(f, 0, DOCTOR_BAD,
		    "version 0.0.1; this tool is " NSINFO_VERSION);
}

static void module_without_memory(void **state)
{
	struct module mod = good_module();
	struct fixture *f = *state;

	mod.untracked = 2;
	doctor_module(&f->d, &mod, NOW);
	expect_line(f, 1, DOCTOR_BAD,
		    "2 netns are not known for want of memory when they were made");
}

static void backlog(void **state)
{
	struct module mod = good_module();
	struct fixture *f = *state;

	mod.has |= 1ull << NSINFO_A_MODULE_OLDEST_DYING;
	mod.oldest_dying = NOW - 10 * S;
	mod.dying = 1;
	mod.queued = 5;
	doctor_module(&f->d, &mod, NOW);
	expect_line(f, 1, DOCTOR_OK, "1 netns in teardown, 5 wait for it");
	mod.oldest_dying = NOW - 11 * S;
	doctor_module(&f->d, &mod, NOW);
	expect_line(f, 3, DOCTOR_BAD,
		    "1 netns in teardown, the oldest for 11 s; 5 wait for it");
}

static void kernel_without_much(void **state)
{
	struct fixture *f = *state;
	size_t i;

	doctor_kernel(&f->d, &f->m);
	expect_int(f->d.n_lines, 0);	/* not of any other netns */
	f->ns->has = 1ull << NSINFO_A_NETNS_INIT;
	doctor_kernel(&f->d, &f->m);
	expect_true(f->d.n_lines >= 4);
	for (i = 0; i < f->d.n_lines; i++)
		expect_int(f->d.lines[i].level, DOCTOR_NOTE);
	expect_line(f, 0, DOCTOR_NOTE,
		    "no numbers of sockets: CONFIG_PROC_FS is missing");
}

static void hidden_twice(void **state)
{
	struct fixture *f = *state;
	struct model before = { 0 };
	struct netns *old;

	expect_true(!doctor_has_hidden(&before));
	expect_true(!doctor_is_hidden(&before, &f->m, f->ns));
	old = model_add_netns(&before);
	*old = *f->ns;
	expect_true(doctor_has_hidden(&before));
	expect_true(doctor_is_hidden(&before, &f->m, f->ns));
	f->ns->refs = 2;
	expect_true(!doctor_is_hidden(&before, &f->m, f->ns));
	old->refs = 2;
	old->n_tasks = 1;
	expect_true(!doctor_has_hidden(&before));
	expect_true(!doctor_is_hidden(&before, &f->m, f->ns));
	old->n_tasks = 0;
	f->ns->state = NSINFO_NETNS_STATE_QUEUED;
	expect_true(!doctor_is_hidden(&before, &f->m, f->ns));
	model_clear(&before);
}

static struct holder *add_holder(struct fixture *f, uint64_t netns,
				 uint32_t type)
{
	struct holder *holder = model_add_holder(&f->m);

	holder->netns_id = netns;
	holder->type = type;
	holder->pid = 12;
	holder->comm = "sh";
	holder->fd = 4;
	return holder;
}

static void hidden_ones(void **state)
{
	struct fixture *f = *state;

	f->ns->refs = 3;
	f->ns->sockets.pins = 2;
	add_holder(f, 8, NSINFO_HOLDER_TYPE_SOCKET);
	doctor_hidden(&f->d, &f->m, f->ns);
	expect_line(f, 0, DOCTOR_BAD,
		    "netns 4026532000 id:7 has no process, name or open file; 3 references, 2 of them of sockets");
	add_holder(f, 7, NSINFO_HOLDER_TYPE_SOCKET);
	doctor_hidden(&f->d, &f->m, f->ns);
	expect_line(f, 1, DOCTOR_NOTE,
		    "netns 4026532000 id:7 has no process and no name; process 12 (sh) has a socket of it open, fd 4");
	add_holder(f, 7, NSINFO_HOLDER_TYPE_NSFS_FD);
	doctor_hidden(&f->d, &f->m, f->ns);
	expect_int(f->d.n_lines, 2);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(no_device_waited_for),
		CASE(devices_that_nobody_can_see),
		CASE(names),
		CASE(stale_names),
		CASE(leaks_not_looked_for),
		CASE(devices_waited_for_a_moment),
		CASE(nothing_is_ok_that_is_bad),
		CASE(devices_waited_for),
		CASE(module_is_fine),
		CASE(module_that_does_not_track),
		CASE(module_of_another_version),
		CASE(module_without_memory),
		CASE(backlog),
		CASE(kernel_without_much),
		CASE(hidden_twice),
		CASE(hidden_ones),
	};

	return run_group("doctor", tests, ARRAY_SIZE(tests));
}
