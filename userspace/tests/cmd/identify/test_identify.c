// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/identify/identify.h"
#include "jsoncheck.h"
#include "messages.h"
#include "wire/decode.h"

#define HASH	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A /proc of our own. */
#define TEMPLATE	"/tmp/nsinfo-identify-XXXXXX"
static char proc[] = TEMPLATE;

static void put(const char *task, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", proc, task);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/ns", proc, task);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", proc, task, name);
	f = fopen(path, "w");
	expect_true(f);
	fputs(text, f);
	fclose(f);
}

/* As those of the kernel, but for what they lead to. */
static void put_ns(const char *task, const char *name, const char *link)
{
	char path[256], target[256];

	snprintf(target, sizeof(target), "ns/%s", link);
	put(task, target, "");
	snprintf(path, sizeof(path), "%s/%s/ns/%s", proc, task, name);
	expect_int(symlink(link, path), 0);
}

static uint32_t inode_of(const char *task)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s/ns/net", proc, task);
	expect_int(stat(path, &st), 0);
	return st.st_ino;
}

static int set_up(void **state)
{
	(void)state;
	memcpy(proc, TEMPLATE, sizeof(proc));
	expect_true(mkdtemp(proc));
	put("12", "status", "Name:\tx\nPid:\t12\nState:\tS\nTgid:\t10\n");
	put("12", "comm", "two words\n\n");
	put("12", "cgroup", "0::/system.slice/docker-" HASH ".scope\n");
	put_ns("12", "net", "net:[4026532281]");
	put_ns("12", "uts", "uts:[4026531838]");
	put_ns("12", "cgroup", "cgroup:[4026531835]");
	put("13", "status", "Name:\tz\nState:\tZ (zombie)\nTgid:\t13\nPid:\t13\n");
	put("13", "comm", "z\n");
	put("14", "status", "Name:\t\nTgid:\t14\nPid:\t14\n");
	put("14", "comm", "");
	put_ns("14", "net", "net:[4026532281]");
	put("self", "status", "");
	return 0;
}

static int tear_down(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", proc);
	return system(command);
}

static void thread(void **state)
{
	struct identified one;
	struct err err = { 0 };

	(void)state;
	expect_int(identify_read(&one, "12", proc, &err), 0);
	expect_int(one.tid, 12);
	expect_int(one.pid, 10);
	expect_text(one.comm, "two words\n");
	expect_text(one.container, "docker:" HASH);
	expect_int(one.netns_inum, inode_of("12"));
	expect_int(one.ns[0], 4026531835);
	expect_int(one.ns[1], 0);
	expect_int(one.ns[3], one.netns_inum);
	expect_int(one.ns[7], 4026531838);
	expect_true(fcntl(one.netns_fd, F_GETFD) >= 0);
	identify_close(&one);
	expect_int(one.netns_fd, -1);
}

static void little_known(void **state)
{
	struct identified one;
	struct err err = { 0 };

	(void)state;
	expect_int(identify_read(&one, "14", proc, &err), 0);
	expect_text(one.comm, "");
	expect_text(one.container, "");
	identify_close(&one);
}

static void gone(void **state)
{
	struct identified one;
	struct err err = { 0 };

	(void)state;
	expect_int(identify_read(&one, "1234", proc, &err), -ESRCH);
	expect_text(err.text, "process 1234: not found");
	expect_int(err.status, STATUS_FAILED);
	expect_int(one.netns_fd, -1);
	expect_int(identify_read(&one, "13", proc, &err), -ESRCH);
	expect_part(err.text, "process 13: it has ended");
	expect_int(identify_read(&one, "12", "/nowhere", &err), -ENOENT);
	expect_text(err.text, "process 12: /nowhere is not mounted");
}

static void wrong(void **state)
{
	static const char *const bad[] = { "", "x", "0", "01", "-1", "1x",
					   "99999999999", "2147483648", "..",
					   "self/", "sel" };
	struct identified one;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		expect_int(identify_read(&one, bad[i], proc, &err), -EINVAL);
		expect_int(err.status, STATUS_USAGE);
		expect_part(err.text, "expected the number of a process");
	}
}

static const struct netns_spec some_netns[] = {
	{ .id = 1, .inum = 101, .init = true },
	{ .id = 2, .inum = 102 },
};

static void make_model(struct model *m)
{
	static const struct name names[] = {
		{ .inum = 102, .path = "/run/netns/a b", .shown = "a b" },
		{ .inum = 102, .path = "/a/\x1b", .shown = "/a/\x1b" },
		{ .inum = 102, .path = "/run/x", .shown = "/run/x",
		  .mntns = 7, .mnt_pid = 9 },
		{ .inum = 103, .path = "/run/netns/hidden",
		  .shown = "hidden" },
	};
	size_t i;

	memset(m, 0, sizeof(*m));
	messages_decode(m, some_netns, ARRAY_SIZE(some_netns), NULL, 0);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		*model_add_name(m) = names[i];
	expect_int(model_finish(m), 0);
	model_finish_names(m);
}

static const struct identified all[] = {
	{ .tid = 1, .pid = 1, .comm = "init", .netns_inum = 101,
	  .netns_id = 1, .ns = { 11, 12, 13, 101, 14, 0, 15, 16 } },
	{ .tid = 12, .pid = 10, .comm = "a \x1b\xff", .netns_inum = 102,
	  .netns_id = 2, .container = "docker:" HASH, .pod = "0c9f5e1a",
	  .ns = { 11, 12, 13, 102, 14, 17, 15, 16 } },
	/* not visible to us, but its name is */
	{ .tid = 20, .pid = 20, .comm = "x", .netns_inum = 103,
	  .ns = { [3] = 103 } },
	{ .tid = 21, .pid = 21, .comm = "y", .netns_inum = 104,
	  .ns = { [3] = 104 } },
};

static char *render(bool json)
{
	struct render how = { 0 };
	struct model m;
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	make_model(&m);
	if (json)
		render_identify_json(f, &m, all, ARRAY_SIZE(all), &how);
	else
		render_identify_text(f, &m, all, ARRAY_SIZE(all), &how);
	fclose(f);
	model_clear(&m);
	return text;
}

static void text_output(void **state)
{
	static const char want[] =
		"1 101 init init\n"
		"  id          1\n"
		"  namespaces  cgroup 11  ipc 12  mnt 13  net 101\n"
		"              pid 14  user 15  uts 16\n"
		"12 102 a\\x20b a \\x1b\\xff\n"
		"  id          2\n"
		"  thread of   10\n"
		"  names       /a/\\x1b  /run/netns/a b  /run/x (mntns 7, pid 9)\n"
		"  container   docker:0123456789ab\n"
		"  pod         0c9f5e1a\n"
		"  namespaces  cgroup 11  ipc 12  mnt 13  net 102\n"
		"              pid 14  time 17  user 15  uts 16\n"
		"20 103 hidden x\n"
		"  names       /run/netns/hidden\n"
		"  namespaces  net 103\n"
		"21 104 - y\n"
		"  namespaces  net 104\n";
	char *text = render(false);

	(void)state;
	expect_text(text, want);
	free(text);
}

static void json_output(void **state)
{
	char *text = render(true);

	(void)state;
	expect_true(jsoncheck(text));
	expect_part(text, "{\"processes\":[{\"pid\":1,\"comm\":\"init\",\"ns\":101,\"id\":1,\"names\":[],\"namespaces\":{\"cgroup\":11,\"ipc\":12,\"mnt\":13,\"net\":101,\"pid\":14,\"user\":15,\"uts\":16}},{\"pid\":10,\"tid\":12,");
	expect_part(text, "\"names\":[\"/a/\\u001b\",\"/run/netns/a b\"],\"mounts\":[{\"path\":\"/run/x\",\"mntns\":7,\"pid\":9}]");
	expect_part(text, "\"container\":\"docker:" HASH "\",\"pod\":\"0c9f5e1a\"");
	expect_part(text, "{\"pid\":21,\"comm\":\"y\",\"ns\":104,\"names\":[],\"namespaces\":{\"net\":104}}]}\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest identify[] = {
		cmocka_unit_test_setup_teardown(thread, set_up, tear_down),
		cmocka_unit_test_setup_teardown(little_known, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(gone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(wrong, set_up, tear_down),
		cmocka_unit_test(text_output),
		cmocka_unit_test(json_output),
	};

	return run_group("identify", identify, ARRAY_SIZE(identify));
}
