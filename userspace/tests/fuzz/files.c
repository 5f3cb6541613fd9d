// SPDX-License-Identifier: GPL-2.0
/*
 * Files and lines of others: a baseline, the tables of iproute2, what ip writes,
 * and command lines.
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "cmd/check/baseline.h"
#include "cmd/details.h"
#include "fuzz.h"
#include "print/ipnames.h"

/* For its table of commands, which is what options are read by. */
#define main nsinfo_main
#include "main.c"
#undef main

enum { BASELINE, TABLES, DETAILS, OPTIONS, N_KINDS };

static void baseline(const char *bytes, size_t len)
{
	struct netns ns = { .id = 1, .inum = 1 };
	struct model m = { .netns = &ns, .n_netns = 1 };
	int fd = memfd_create("baseline", MFD_CLOEXEC);
	struct err err = { 0 };
	struct baseline b;
	char path[32];
	size_t i;
	int ret;

	must(write(fd, bytes, len) == (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ret = baseline_read(&b, path, &err);
	must(ret == 0 || (ret == -EBADMSG && *err.text));
	for (i = 0; i < b.n_netns; i++)
		must(ret || baseline_has_netns(&b, b.netns[i].id));
	for (i = 0; i < b.n_devs && !ret; i++) {
		struct dev dev = { .netns_id = b.devs[i].netns_id,
				   .ifindex = b.devs[i].ifindex };

		must(baseline_has_dev(&b, &dev));
	}
	if (!ret)
		baseline_same_boot(&b, &m);
	baseline_free(&b);
	close(fd);
}

static void put_file(const char *folder, const char *name, const char *bytes,
		     size_t len)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	must(f && fwrite(bytes, 1, len, f) == len);
	fclose(f);
}

static char folder[32];

static void remove_folder(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	must(!system(command));
}

/* The same bytes for all: a line for one is a line for all. */
static void tables(const char *bytes, size_t len)
{
	static const char *const files[] = {
		"group", "rt_scopes", "rt_addrprotos", "rt_tables",
		"rt_tables.d/a.conf",
	};
	struct ipnames names;
	char buf[IPNAMES_SIZE], path[64];
	size_t i;

	if (!*folder) {
		snprintf(folder, sizeof(folder), "%s",
			 "/dev/shm/nsinfo-fuzz-XXXXXX");
		must(mkdtemp(folder));
		atexit(remove_folder);
		snprintf(path, sizeof(path), "%s/rt_tables.d", folder);
		must(!mkdir(path, 0700));
	}
	for (i = 0; i < ARRAY_SIZE(files); i++)
		put_file(folder, files[i], bytes, len);
	must(!ipnames_read(&names, folder));
	for (i = 0; i < 300; i++) {
		must(*ipnames_group(&names, i, buf));
		must(*ipnames_scope(&names, i, buf));
		must(*ipnames_addrproto(&names, i, buf));
		must(*ipnames_table(&names, i, buf));
	}
	ipnames_free(&names);
}

/* What ip wrote of a netns with one device. */
static void details(const char *bytes, size_t len)
{
	struct details d = { 0 };
	struct model m = { 0 };
	struct netns *ns = model_add_netns(&m);
	struct dev *dev = model_add_dev(&m);

	ns->id = 1;
	dev->netns_id = 1;
	dev->ifindex = 1;
	dev->ifname = "lo";
	must(!model_finish(&m));
	details_take(&d, &m, &m.netns[0], bytes, len);
	details_free(&d);
	model_clear(&m);
}

static void command_line(struct input *in)
{
	char *argv[16] = { strdup("nsinfo") }, *all[16];
	const struct command *command;
	struct options options = { 0 };
	struct err err = { 0 };
	int argc, i, ret;

	for (argc = 1; argc < 15 && in->size; argc++)
		argv[argc] = input_text(in, '\n');
	memcpy(all, argv, sizeof(all));
	ret = options_read(&options, commands, argc, argv, &err);
	must(ret == 0 || (ret == -EINVAL && *err.text));
	if (!ret && argv[0] &&
	    !options_command(commands, argv[0], &command, &err))
		options_fit(&options, command, &err);
	for (i = 0; i < argc; i++)
		free(all[i]);
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t kind = input_byte(&in) % N_KINDS;
	size_t len = in.size;
	char *bytes;

	if (kind == OPTIONS) {
		command_line(&in);
		return 0;
	}
	bytes = input_bytes(&in, &len);
	if (kind == BASELINE)
		baseline(bytes, len);
	else if (kind == TABLES)
		tables(bytes, len);
	else
		details(bytes, len);
	free(bytes);
	return 0;
}
