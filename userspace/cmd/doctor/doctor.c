// SPDX-License-Identifier: GPL-2.0
/* nsinfo doctor: what is not as it should be on this host. */
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/doctor/doctor.h"
#include "cmd/duplicates_ask.h"
#include "cmd/tasks.h"
#include "host/names.h"
#include "host/self.h"
#include "host/stuck.h"
#include "model/advice.h"
#include "model/link.h"
#include "model/viewer.h"
#include "print/text.h"

#define LOADED		"/sys/module/nsinfo"
#define PATIENCE_MS	2000
/* What is about to come or go is not as hidden after this. */
#define PAUSE_MS	250
#define TOPIC_WIDTH	8

static const char *const levels[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_NOTE] = "note",
	[DOCTOR_BAD] = "bad",
};

static void say_stuck(struct doctor *d, int pid)
{
	char text[80];

	snprintf(text, sizeof(text),
		 "stuck: kernel worker %d is in cleanup_net() for more than %d s",
		 pid, PATIENCE_MS / 1000);
	if (access(LOADED, F_OK))
		doctor_say(d, DOCTOR_BAD, "teardown",
			   "load the module with track=0 only, and do not rmmod either: it would wait for that one, and every new netns for it; see 'dmesg | grep unregister_netdevice'",
			   "%s", text);
	else
		doctor_say(d, DOCTOR_BAD, "teardown",
			   "do not unload the module: rmmod would wait for that one, and every new netns for rmmod; see which one it is: "
			   ADVICE_LIST_DYING,
			   "%s", text);
}

/* What can be told without the module, and what has to be before it is loaded. */
static void check_host(struct doctor *d)
{
	struct utsname uts;
	int pid = stuck_worker("/proc", PATIENCE_MS);

	doctor_say(d, DOCTOR_OK, "tool", NULL, "nsinfo %s", NSINFO_VERSION);
	if (!uname(&uts))
		doctor_say(d, DOCTOR_OK, "kernel", NULL, "%s %s",
			   uts.sysname, uts.release);
	if (pid > 0)
		say_stuck(d, pid);
	else if (pid == -ENOENT)
		doctor_say(d, DOCTOR_NOTE, "teardown", NULL,
			   "whether one is stuck cannot be told: there is no /proc/PID/stack (CONFIG_STACKTRACE)");
	else if (pid == -ENOTDIR)
		doctor_say(d, DOCTOR_NOTE, "teardown",
			   ADVICE_PROC,
			   "whether one is stuck cannot be told: there is no /proc");
	else if (pid == -ENXIO)
		doctor_say(d, DOCTOR_NOTE, "teardown",
			   "ask outside the container",
			   "whether one is stuck cannot be told: a container does not show the kernel's workers");
	else if (pid == -EACCES)
		doctor_say(d, DOCTOR_NOTE, "teardown", "ask as root",
			   "whether one is stuck is for root to see");
	else if (pid < 0)
		doctor_say(d, DOCTOR_NOTE, "teardown", NULL,
			   "whether one is stuck cannot be told: %s",
			   strerror(-pid));
	else
		doctor_say(d, DOCTOR_OK, "teardown", NULL, "none is stuck");
}

static int read_model(struct genl *g, struct model *m, uint32_t *blind,
		      struct err *err)
{
	const struct fetch_want want = {
		.devs = true,
		.facts = NSINFO_NETNS_WANT_SOCKETS | NSINFO_NETNS_WANT_FIB |
			 NSINFO_NETNS_WANT_CONNTRACK,
	};
	int ret;

	ret = fetch_all(g, NULL, 0, &want, m, err);
	if (!ret)
		ret = tasks_read(g, 0, m, blind, err);
	if (!ret && enrich_names(m, blind))
		ret = err_no_memory(err);
	return ret;
}

/* Who does not see all would take what hides for a leak. */
static int check_leaks(struct doctor *d, struct genl *g,
		       const struct model *before, struct model *m,
		       uint32_t blind, struct err *err)
{
	size_t i, found = d->n_lines;
	int ret = 0;

	if (blind || !before->has_tasks || !m->has_tasks) {
		doctor_no_leaks(d, blind);
		return 0;
	}
	for (i = 0; i < m->n_netns && !ret; i++) {
		if (!doctor_is_hidden(before, m, &m->netns[i]))
			continue;
		ret = fetch_holders(g, m->netns[i].id, m, err);
		if (!ret)
			doctor_hidden(d, m, &m->netns[i]);
	}
	if (!ret && d->n_lines == found)
		doctor_say(d, DOCTOR_OK, "leak", NULL,
			   "every netns has a process, a name or an open file");
	return ret;
}

/* What may separate wires is asked for where it matters. */
static int check_addresses(struct doctor *d, struct genl *g, struct model *m,
			   const struct module *mod, struct err *err)
{
	struct viewer viewer = { .missing = mod->untracked };
	struct details details = { 0 };
	struct duplicates found = { 0 };
	int ret = duplicates_ask(&details, g, m, DUPLICATES_IP, &found);

	self_read(&viewer, m);
	if (ret)
		ret = err_no_memory(err);
	else
		doctor_addresses(d, m, &found, viewer.sees_all);
	details_tell(&details);
	duplicates_free(&found);
	details_free(&details);
	return ret;
}

/* Twice where something may hide, or may just come or go. */
static int read_models(struct genl *g, struct model *before, struct model *m,
		       uint32_t *blind, struct err *err)
{
	int ret = read_model(g, before, blind, err);

	if (ret || !doctor_has_hidden(before))
		return ret;
	clock_pause(PAUSE_MS);
	return read_model(g, m, blind, err);
}

/* All that is asked of the kernel module. */
static int look(struct doctor *d, struct genl *g, uint32_t *blind,
		struct err *err)
{
	struct model before = { 0 }, again = { 0 }, *m = &before;
	struct module mod = { 0 };
	int ret;

	ret = read_models(g, &before, &again, blind, err);
	if (again.n_netns)
		m = &again;
	if (!ret)
		ret = fetch_module(g, m, &mod, err);
	if (!ret) {
		uint64_t now = cmd_boottime();

		link_resolve(m);
		doctor_module(d, &mod, now);
		doctor_kernel(d, m);
		doctor_diag(d);
		ret = check_leaks(d, g, &before, m, *blind, err);
		doctor_devices(d, m, now,
			       HAS(&mod, NSINFO_A_MODULE_TRACKING),
			       self_blind());
		doctor_names(d, m, *blind);
		if (!ret)
			ret = check_addresses(d, g, m, &mod, err);
	}
	model_clear(&before);
	model_clear(&again);
	return ret;
}

static int print_text(const struct doctor *d, const struct render *how)
{
	static const enum text_look looks[] = { GOOD, PLAIN, BAD };
	const struct model none = { 0 };
	struct text t;
	size_t i;

	if (text_open(&t, stdout, &none, how))
		return -ENOMEM;
	t.rail = "";
	for (i = 0; i < d->n_lines; i++) {
		const struct doctor_line *line = &d->lines[i];

		text_foreign(&t, looks[line->level], levels[line->level]);
		text_put_padded(&t, 4);
		text_add(&t, "%s", line->topic);
		text_put_padded(&t, TOPIC_WIDTH);
		text_foreign(&t, PLAIN, line->text);
		text_put(&t);
		text_end_line(&t);
		if (line->advice && line->level != DOCTOR_OK)
			printf("%*s%s\n", 4 + 2 + TOPIC_WIDTH + 4, "-> ",
			       line->advice);
	}
	return text_close(&t);
}

static void print_json(const struct doctor *d, bool pretty)
{
	struct json j;
	size_t i;

	json_start(&j, stdout, pretty);
	json_object(&j, NULL);
	json_array(&j, "findings");
	for (i = 0; i < d->n_lines; i++) {
		json_object(&j, NULL);
		json_string(&j, "level", levels[d->lines[i].level]);
		json_string(&j, "topic", d->lines[i].topic);
		json_string(&j, "text", d->lines[i].text);
		if (d->lines[i].advice)
			json_string(&j, "advice", d->lines[i].advice);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	json_end(&j);
}

/* Returns 0 or -ENOMEM. */
static int print(const struct doctor *d, const struct options *options)
{
	struct render how;

	cmd_render(&how, options, NULL);
	how.width = UINT32_MAX;
	if (!options->json)
		return print_text(d, &how);
	print_json(d, options->pretty);
	return 0;
}

static void check_module(struct doctor *d, struct err *err)
{
	uint32_t blind = 0;
	struct genl g;
	int ret;

	ret = fetch_open(&g, err);
	if (!ret)
		ret = look(d, &g, &blind, err);
	if (ret) {
		err_status(err, ret, "doctor");
		doctor_say(d, DOCTOR_BAD, "module", NULL, "%s", err->text);
	}
	genl_close(&g);
	cmd_tell_blind(blind);
}

int cmd_doctor(const struct options *options, char **argv, struct err *err)
{
	struct doctor d = { 0 };
	int ret = 0;

	if (*argv)
		return err_usage(err,
				 "doctor: %s: wants no argument (see 'nsinfo doctor --help')",
				 *argv);
	check_host(&d);
	if (!options->before_load)
		check_module(&d, err);
	doctor_settle(&d);
	if (!options->before_load || doctor_found(&d))
		ret = print(&d, options);
	if (ret || d.no_memory)
		ret = err_no_memory(err);
	else if (doctor_found(&d))
		ret = STATUS_FAILED;
	doctor_clear(&d);
	return ret;
}
