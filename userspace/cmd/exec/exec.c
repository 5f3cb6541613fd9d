// SPDX-License-Identifier: GPL-2.0
/* nsinfo exec: run a command inside one netns, or inside each. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "base/util.h"
#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/exec/enter.h"
#include "host/names.h"

/* More output than this of one command is not kept. */
#define OUTPUT_MAX	(64u << 20)
/* Who has the pipes still when the command has ended may keep them for ever. */
#define LINGER_MS	50
/* More than what fits into two pipes. */
#define LINGER_READS	64

/* What a command printed. */
struct output {
	int fd;				/* where it comes from; -1: at its end */
	char *data;
	size_t len;
	size_t size;
	bool truncated;
};

struct run {
	struct genl *g;
	const struct options *options;
	struct enter_user user;
	const struct model *m;
	const char *asked;		/* as it was named; NULL: all */
	char **argv;
	struct json json;
	bool failed;
	struct err unwritten;		/* if stdout took no more */
	struct err *err;
};

/*
 * The name in /run/netns, which /etc/netns goes by: the one that was @asked
 * for, if that is one, else the first; NULL: none.
 */
static const char *etc_name(const struct model *m, uint32_t inum,
			    const char *asked)
{
	static const char folder[] = "/run/netns/";
	size_t i, n, len = sizeof(folder) - 1;
	const char *first = NULL;
	const struct name *name;

	name = model_inum_names(m, inum, &n);
	for (i = 0; i < n && name_is_ours(&name[i]); i++) {
		if (strncmp(name[i].path, folder, len) ||
		    strchr(name[i].path + len, '/'))
			continue;
		if (asked && !strcmp(name[i].path + len, asked))
			return asked;
		if (!first)
			first = name[i].path + len;
	}
	return first;
}

static int exec_one(struct run *run)
{
	const struct netns *ns = &run->m->netns[0];
	int fd, ret;

	fd = fetch_netns_fd(run->g, ns->id, run->err);
	if (fd < 0)
		return fd;
	ret = enter_netns(fd, etc_name(run->m, ns->inum, run->asked), run->err);
	if (ret)
		return ret;
	close(fd);
	genl_close(run->g);
	return enter_exec(&run->user, run->argv, run->err);
}

/* The command that runs, for who asks us to stop. */
static atomic_int running, stop;

static void stop_it(int sig)
{
	stop = sig;
	if (running)
		kill(running, sig);
}

/* What is ignored, as nohup has it, stays so. */
static void set_handlers(void (*handler)(int sig))
{
	static const int sigs[] = { SIGTERM, SIGHUP };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sigs); i++)
		if (signal(sigs[i], handler) == SIG_IGN)
			signal(sigs[i], SIG_IGN);
}

static void set_running(pid_t pid)
{
	running = pid;
	if (stop && pid)
		kill(pid, stop);
}

/* In the child. */
__attribute__((noreturn))
static void exec_child(struct run *run, int fd, const struct netns *ns,
		       const int out[2])
{
	int ret = 0, status;

	set_handlers(SIG_DFL);
	if (out && (dup2(out[0], STDOUT_FILENO) < 0 ||
		    dup2(out[1], STDERR_FILENO) < 0))
		ret = err_set(run->err, errno, "dup2: %s", strerror(errno));
	if (!ret)
		ret = enter_netns(fd, etc_name(run->m, ns->inum, NULL),
				  run->err);
	if (!ret)
		ret = enter_exec(&run->user, run->argv, run->err);
	status = err_status(run->err, ret, "exec");
	err_print(run->err, cmd_utf8());
	_exit(status);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

/* Read what there is. Returns 0 or a negative errno. */
static int read_output(struct output *o)
{
	ssize_t got;
	size_t room;

	if (o->len >= OUTPUT_MAX) {
		o->len = OUTPUT_MAX - 4096;
		o->truncated = true;
	}
	if (o->size - o->len < 4096) {
		char *bigger = realloc(o->data, 2 * o->size + 8192);

		if (!bigger)
			return -ENOMEM;
		o->data = bigger;
		o->size = 2 * o->size + 8192;
	}
	room = (o->size < OUTPUT_MAX ? o->size : OUTPUT_MAX) - o->len;
	got = read(o->fd, o->data + o->len, room);
	if (got > 0) {
		o->len += got;
	} else if (!got || errno != EINTR) {
		close(o->fd);
		o->fd = -1;
	}
	return 0;
}

/* All that @pid prints. Returns 0 or a negative errno, and how it ended. */
static int collect(struct output o[2], pid_t pid, int *status)
{
	int i, n, ret = 0, reads = LINGER_READS;
	bool ended = false;

	while (!ret && reads && (o[0].fd >= 0 || o[1].fd >= 0)) {
		struct pollfd p[2] = {
			{ .fd = o[0].fd, .events = POLLIN },
			{ .fd = o[1].fd, .events = POLLIN },
		};

		n = poll(p, 2, LINGER_MS);
		if (n < 0 && errno != EINTR)
			ret = -errno;
		for (i = 0; i < 2 && n > 0 && !ret; i++)
			if (p[i].revents)
				ret = read_output(&o[i]);
		if (ended)
			reads = n ? reads - 1 : 0;
		else
			ended = waitpid(pid, status, WNOHANG) == pid;
	}
	if (!ended)
		*status = wait_for(pid);
	return ret;
}

static void put_json(struct run *run, const struct netns *ns, int status,
		     const struct output o[2])
{
	const struct name *name;
	struct json *j = &run->json;
	size_t i, n;

	json_object(j, NULL);
	json_uint(j, "id", ns->id);
	json_uint(j, "ns", ns->inum);
	json_array(j, "names");
	name = model_names(run->m, ns, &n);
	for (i = 0; i < n && name_is_ours(&name[i]); i++)
		json_string(j, NULL, name[i].path);
	json_array_end(j);
	if (WIFSIGNALED(status))
		json_uint(j, "signal", WTERMSIG(status));
	else
		json_uint(j, "status", WEXITSTATUS(status));
	json_bytes(j, "stdout", o[0].len ? o[0].data : "", o[0].len);
	json_bytes(j, "stderr", o[1].len ? o[1].data : "", o[1].len);
	if (o[0].truncated || o[1].truncated)
		json_true(j, "truncated");
	json_object_end(j);
}

static void put_header(const struct run *run, const struct netns *ns)
{
	const struct name *name;
	size_t i, n;

	printf("netns %" PRIu32 " id:%" PRIu64, ns->inum, ns->id);
	name = model_names(run->m, ns, &n);
	for (i = 0; i < n && name_is_ours(&name[i]); i++) {
		putchar(' ');
		cmd_put_text(name[i].shown);
	}
	putchar('\n');
}

static int run_json(struct run *run, int fd, const struct netns *ns)
{
	struct output o[2] = { 0 };
	int out[2], in[2], ret, status = 0;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC))
		return -errno;
	if (pipe2(in, O_CLOEXEC)) {
		ret = -errno;
		close(out[0]);
		close(out[1]);
		return ret;
	}
	pid = fork();
	if (!pid)
		exec_child(run, fd, ns, (int[]){ out[1], in[1] });
	ret = pid < 0 ? -errno : 0;
	close(out[1]);
	close(in[1]);
	o[0].fd = out[0];
	o[1].fd = in[0];
	if (!ret) {
		set_running(pid);
		ret = collect(o, pid, &status);
		set_running(0);
	}
	for (int i = 0; i < 2; i++)
		if (o[i].fd >= 0)
			close(o[i].fd);
	if (!ret)
		put_json(run, ns, status, o);
	free(o[0].data);
	free(o[1].data);
	run->failed |= status;
	return ret;
}

static int run_text(struct run *run, int fd, const struct netns *ns)
{
	pid_t pid;

	put_header(run, ns);
	cmd_flush(&run->unwritten);
	pid = fork();
	if (!pid)
		exec_child(run, fd, ns, NULL);
	if (pid < 0)
		return -errno;
	set_running(pid);
	run->failed |= wait_for(pid);
	set_running(0);
	return 0;
}

/* One that goes away before its turn is no failure. */
static int run_in(struct run *run, const struct netns *ns)
{
	int fd, ret;

	fd = fetch_netns_fd(run->g, ns->id, run->err);
	if (fd < 0) {
		if (fd == -ENOENT || fd == -ENXIO)
			return 0;
		err_print(run->err, cmd_utf8());
		run->failed = true;
		return 0;
	}
	ret = run->options->json ? run_json(run, fd, ns) :
				   run_text(run, fd, ns);
	close(fd);
	return ret ? err_set(run->err, -ret, "%s", strerror(-ret)) : 0;
}

static int exec_all(struct run *run)
{
	size_t i;
	int ret = 0;

	cmd_tell_blind(0);
	/* Ignored, nobody could tell how a command ended. */
	signal(SIGCHLD, SIG_DFL);
	set_handlers(stop_it);
	if (run->options->json) {
		json_start(&run->json, stdout, run->options->pretty);
		json_object(&run->json, NULL);
		json_array(&run->json, "results");
	}
	for (i = 0; i < run->m->n_netns && !ret && !stop; i++)
		if (run->m->netns[i].state == NSINFO_NETNS_STATE_LIVE)
			ret = run_in(run, &run->m->netns[i]);
	if (run->options->json) {
		json_array_end(&run->json);
		json_object_end(&run->json);
		json_end(&run->json);
	}
	set_handlers(SIG_DFL);
	if (stop) {
		cmd_flush(&run->unwritten);
		raise(stop);
	}
	if (ret)
		return ret;
	if (run->unwritten.errnum) {
		*run->err = run->unwritten;
		return -run->err->errnum;
	}
	/* Each that failed has had its words, or has told its own. */
	return run->failed ? STATUS_FAILED : 0;
}

static int wrong(struct err *err, const char *why)
{
	return err_usage(err, "exec: %s (see 'nsinfo exec --help')", why);
}

static int check_args(const struct options *options, char **argv,
		      struct err *err)
{
	if (!*argv)
		return wrong(err, options->all ? "which command?" :
						 "in which netns?");
	if (options->json && !options->all)
		return wrong(err, "-J frames the output of --all");
	return 0;
}

/* The netns to go to, with the names of all. */
static int read_netns(struct genl *g, const struct options *options,
		      char **argv, struct model *m, struct err *err)
{
	const struct fetch_want want = { 0 };
	char *one[2] = { options->all ? NULL : *argv };
	uint64_t *ids = NULL;
	size_t n;
	int ret;

	ret = cmd_read_netns(g, one, &ids, &n, err);
	if (!ret)
		ret = fetch_all(g, ids, n, &want, m, err);
	free(ids);
	if (!ret && enrich_own_names(m))
		ret = err_no_memory(err);
	return ret;
}

int cmd_exec(const struct options *options, char **argv, struct err *err)
{
	struct model m = { 0 };
	struct genl g;
	struct run run = {
		.g = &g, .options = options, .m = &m, .err = err,
	};
	int ret;

	ret = check_args(options, argv, err);
	if (!ret && options->user)
		ret = enter_read_user(&run.user, options->user, err);
	if (ret)
		return ret;
	run.asked = options->all ? NULL : *argv;
	run.argv = options->all ? argv : argv + 1;
	ret = fetch_open(&g, err);
	if (!ret)
		ret = read_netns(&g, options, argv, &m, err);
	if (!ret)
		ret = options->all ? exec_all(&run) : exec_one(&run);
	genl_close(&g);
	model_clear(&m);
	return ret;
}
