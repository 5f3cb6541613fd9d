// SPDX-License-Identifier: GPL-2.0
/* nsinfo dump [NETNS…]: all that is known of all netns, or of some. */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "enrich_names.h"
#include "fetch.h"
#include "link.h"
#include "netnsarg.h"
#include "render.h"
#include "util.h"

#define WIDTH	120

static int find(void *data, const struct netns_key *key, uint64_t *id,
		struct err *err)
{
	return fetch_id(data, key, id, err);
}

/* Arguments -> ids, which the caller frees. */
static int read_args(struct genl *g, char **argv, uint64_t **ids, size_t *n,
		     struct err *err)
{
	const struct netnsarg_env env = { "/proc", names_folders() };
	struct netnsarg arg;
	int ret = 0;

	for (*n = 0; argv[*n]; (*n)++)
		;
	*ids = calloc(*n + 1, sizeof(**ids));
	if (!*ids)
		return err_set(err, ENOMEM, "%s", strerror(ENOMEM));
	for (*n = 0; *argv && !ret; argv++) {
		ret = netnsarg_read(&arg, *argv, &env, err);
		if (!ret)
			ret = netnsarg_resolve(&arg, find, g, *ids + *n, err);
		if (!ret)
			(*n)++;
		netnsarg_close(&arg);
	}
	return ret;
}

static int id_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The same netns may have been named in two ways. Returns how many are left. */
static size_t drop_twins(uint64_t *ids, size_t n)
{
	size_t i, kept = 0;

	if (n)
		qsort(ids, n, sizeof(*ids), id_cmp);
	for (i = 0; i < n; i++)
		if (!kept || ids[kept - 1] != ids[i])
			ids[kept++] = ids[i];
	return kept;
}

/* An older module that cannot tell is no reason to fail. */
static void warn_untracked(struct genl *g, struct model *m)
{
	struct err ignored = { 0 };
	struct module mod;

	if (fetch_module(g, m, &mod, &ignored) || !mod.untracked)
		return;
	fprintf(stderr,
		"nsinfo: warning: %u network namespaces are missing: the kernel module had no memory for them when they were made\n",
		mod.untracked);
}

static int collect(struct genl *g, const struct options *options, char **argv,
		   struct model *m, struct err *err)
{
	uint64_t *ids = NULL;
	size_t n;
	int ret;

	ret = read_args(g, argv, &ids, &n, err);
	if (!ret)
		ret = fetch_all(g, ids, drop_twins(ids, n), options->stats, m,
				err);
	free(ids);
	if (ret)
		return ret;
	warn_untracked(g, m);
	link_resolve(m);
	ret = enrich_names(m);
	if (ret)
		err_set(err, -ret, "%s", strerror(-ret));
	return ret;
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

static bool is_utf8(void)
{
	if (!setlocale(LC_CTYPE, ""))
		return asks_for_utf8();
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* Width of the terminal; into files and pipes always the same. */
static unsigned int get_width(void)
{
	struct winsize size;

	if (isatty(STDOUT_FILENO) &&
	    !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col >= 40)
		return size.ws_col;
	return WIDTH;
}

static uint64_t boottime(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_BOOTTIME, &now))
		return 0;
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static int print(const struct model *m, const struct options *options)
{
	struct ipnames names;
	struct render how = {
		.names = &names,
		.stats = options->stats,
		.times = options->times,
		.pretty = options->pretty,
		.color = want_color(options->color),
		.utf8 = is_utf8(),
		.width = get_width(),
		.now = options->times ? boottime() : 0,
	};
	int ret;

	ipnames_read(&names, IPNAMES_FOLDER);
	ret = options->json ? render_json_dump(stdout, m, &how) :
			      render_text_dump(stdout, m, &how);
	ipnames_free(&names);
	return ret;
}

int cmd_dump(const struct options *options, char **argv, struct err *err)
{
	struct model m = { 0 };
	struct genl g;
	int ret;

	ret = fetch_open(&g, err);
	if (!ret)
		ret = collect(&g, options, argv, &m, err);
	genl_close(&g);
	if (!ret) {
		ret = print(&m, options);
		if (ret)
			err_set(err, -ret, "%s", strerror(-ret));
	}
	model_clear(&m);
	return ret ? err->status : STATUS_DONE;
}
