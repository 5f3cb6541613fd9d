// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/order.h"
#include "base/util.h"
#include "cmd/cmd.h"
#include "cmd/complete.h"
#include "cmd/netnsarg.h"
#include "host/names.h"
#include "host/self.h"
#include "host/unseen.h"
#include "inside/peek.h"

#define WIDTH		120
#define WIDTH_MIN	40
#define WIDTH_MAX	10000

static int find(void *data, const struct netns_key *key, uint64_t *id,
		struct err *err)
{
	return fetch_id(data, key, id, err);
}

/* The same netns may have been named in two ways. Returns how many are left. */
static size_t drop_twins(uint64_t *ids, size_t n)
{
	size_t i, kept = 0;

	if (n)
		qsort(ids, n, sizeof(*ids), order_u64);
	for (i = 0; i < n; i++)
		if (!kept || ids[kept - 1] != ids[i])
			ids[kept++] = ids[i];
	return kept;
}

int cmd_read_netns(struct genl *g, char **argv, uint64_t **ids, size_t *n,
		   struct err *err)
{
	const struct netnsarg_env env = {
		"/proc", names_folders(), names_find_elsewhere,
	};
	struct netnsarg arg;
	int ret = 0;

	for (*n = 0; argv[*n]; (*n)++)
		;
	*ids = calloc(*n + 1, sizeof(**ids));
	if (!*ids)
		return err_no_memory(err);
	for (*n = 0; *argv && !ret; argv++) {
		ret = netnsarg_read(&arg, *argv, &env, err);
		if (!ret)
			ret = netnsarg_resolve(&arg, find, g, *ids + *n, err);
		if (!ret)
			(*n)++;
		if (!ret && arg.process_id)
			fprintf(stderr,
				"nsinfo: note: %s: not the process %s, which is in id:%" PRIu64 " (pid:%s)\n",
				*argv, *argv, arg.process_id, *argv);
		netnsarg_close(&arg);
	}
	*n = drop_twins(*ids, *n);
	return ret;
}

void cmd_tell_blind(uint32_t blind)
{
	blind_tell(blind | self_blind());
}

void cmd_tell_inside(uint32_t inum, int ret, uint32_t *what)
{
	if (ret == -EPERM)
		*what |= BLIND_INSIDE;
	else if (ret == -ETIME)
		fprintf(stderr,
			"nsinfo: note: netns %u: no answer from the kernel for %d s, something may hold a lock (RTNL): not all is shown\n",
			inum, PEEK_TIMEOUT_MS / 1000);
	else if (ret && ret != -ENOENT)
		fprintf(stderr,
			"nsinfo: note: netns %u: look inside: %s: not all is shown\n",
			inum, strerror(-ret));
}

static void tell_untracked(const struct module *mod)
{
	if (!HAS(mod, NSINFO_A_MODULE_TRACKING))
		fputs("nsinfo: note: the kernel module was loaded with track=0: not shown: namespaces that are being torn down, devices that are waited for, who made what and when\n",
		      stderr);
	if (mod->untracked)
		fprintf(stderr,
			"nsinfo: warning: %u network namespaces are missing: the kernel module had no memory for them when they were made\n",
			mod->untracked);
}

/* An older module that cannot tell is no reason to fail. */
struct viewer cmd_tell_unseen(struct genl *g, struct model *m, uint32_t blind)
{
	struct viewer viewer = { 0 };
	struct err err = { 0 };
	struct module mod;
	int ret;

	ret = fetch_module(g, m, &mod, &err);
	if (!ret) {
		tell_untracked(&mod);
		viewer.untracked = !HAS(&mod, NSINFO_A_MODULE_TRACKING);
		viewer.missing = mod.untracked;
	} else if (ret != -EOPNOTSUPP) {
		fprintf(stderr, "nsinfo: note: %s: netns may be missing\n",
			err.text);
		viewer.missing = true;
	}
	cmd_tell_blind(blind);
	self_read(&viewer, m);
	return viewer;
}

static bool want_color(enum when when)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (when != WHEN_AUTO)
		return when == WHEN_ALWAYS;
	return isatty(STDOUT_FILENO) && !(no && *no) &&
	       term && strcmp(term, "dumb");
}

/* What the environment asks for, if this system does not have that locale. */
static bool asks_for_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		value = getenv(names[i]);
		if (value && *value)
			return strcasestr(value, "UTF-8") ||
			       strcasestr(value, "UTF8");
	}
	return false;
}

bool cmd_utf8(void)
{
	if (!setlocale(LC_CTYPE, ""))
		return asks_for_utf8();
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* What was refused once is dropped, or it would be told once more. */
int cmd_flush(struct err *err)
{
	int errnum;

	if (!fflush(stdout))
		return 0;
	errnum = errno;
	__fpurge(stdout);
	clearerr(stdout);
	return err_set(err, errnum, "standard output: %s", strerror(errnum));
}

void cmd_put_text(const char *s)
{
	escape_text(stdout, s, strlen(s), cmd_utf8());
}

/*
 * Width of the terminal, or what COLUMNS says it is; into files and pipes always
 * the same.
 */
static unsigned int get_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long n = 0;

	if (!isatty(STDOUT_FILENO))
		return WIDTH;
	if (columns)
		n = strtol(columns, NULL, 10);
	if (n <= 0 && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size))
		n = size.ws_col;
	return n >= WIDTH_MIN && n <= WIDTH_MAX ? n : WIDTH;
}

/* How far our time namespace has its clock ahead of the kernel's, in ns. */
static int64_t boottime_offset(void)
{
	FILE *f = fopen("/proc/self/timens_offsets", "re");
	long long s = 0, ns = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "boottime %lld %lld", &s, &ns) == 2)
			break;
	if (f)
		fclose(f);
	return s * 1000000000 + ns;
}

/* As lsns: what goes into a file or a pipe is never cut. */
void cmd_table(struct table_how *how, const struct options *options)
{
	*how = (struct table_how){
		.raw = options->raw,
		.noheadings = options->noheadings,
		.utf8 = cmd_utf8() && MB_CUR_MAX > 1,
		.width = isatty(STDOUT_FILENO) ? get_width() : 0,
		.json = options->json,
		.pretty = options->pretty,
	};
}

void cmd_print_columns(const struct table_column *columns, size_t n,
		       const struct options *options)
{
	struct table_how how;

	if (options->complete) {
		complete_columns(columns, n, options->complete);
		return;
	}
	cmd_table(&how, options);
	table_print_columns(stdout, columns, n, &how);
}

uint64_t cmd_boottime(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_BOOTTIME, &now))
		return 0;
	return now.tv_sec * 1000000000ull + now.tv_nsec - boottime_offset();
}

void cmd_render(struct render *how, const struct options *options,
		const struct ipnames *names)
{
	*how = (struct render){
		.names = names,
		.stats = options->stats,
		.times = options->times,
		.pretty = options->pretty,
		.color = want_color(options->color),
		.utf8 = cmd_utf8(),
		.width = get_width(),
		.now = options->times ? cmd_boottime() : 0,
	};
}
