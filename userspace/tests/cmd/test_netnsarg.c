// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/netnsarg.h"
#include "test.h"

/*
 * Names folders with links to files of /proc/self/ns, as a name is nothing but
 * a path that leads to one.
 */
struct fixture {
	char dir[64];
	char folder_a[80];
	char folder_b[80];
	const char *folders[3];
	struct netnsarg_env env;
	struct netnsarg arg;
	struct err err;
	uint32_t self;			/* inode of our own netns */
	/* What the kernel knows: */
	uint64_t known_inum[4];
	uint64_t id_of_inum[4];
	uint64_t init_id;		/* 0: not visible */
	int answer;			/* instead, if not 0 */
};

static void add_link(const char *folder, const char *name, const char *to)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	expect_int(symlink(to, path), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct stat st;

	*state = f;
	snprintf(f->dir, sizeof(f->dir), "/tmp/nsinfo-test-XXXXXX");
	if (!mkdtemp(f->dir) || stat("/proc/self/ns/net", &st))
		return -1;
	snprintf(f->folder_a, sizeof(f->folder_a), "%s/a", f->dir);
	snprintf(f->folder_b, sizeof(f->folder_b), "%s/b", f->dir);
	mkdir(f->folder_a, 0700);
	mkdir(f->folder_b, 0700);
	f->folders[0] = f->folder_a;
	f->folders[1] = f->folder_b;
	f->env = (struct netnsarg_env){ "/proc", f->folders, NULL };
	f->self = st.st_ino;
	f->known_inum[0] = f->self;
	f->id_of_inum[0] = 42;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	netnsarg_close(&f->arg);
	snprintf(command, sizeof(command), "rm -rf '%s'", f->dir);
	expect_int(system(command), 0);
	free(f);
	return 0;
}

static int find(void *data, const struct netns_key *key, uint64_t *id,
		struct err *err)
{
	struct fixture *f = data;
	size_t i;

	if (f->answer)
		return err_set(err, -f->answer, "the kernel says no");
	if (key->by == NETNS_IS_INIT) {
		*id = f->init_id;
		return *id ? 0 : -ENOENT;
	}
	if (key->by == NETNS_BY_ID) {
		*id = key->value;
		return key->value < 100 ? 0 : -ENOENT;
	}
	for (i = 0; i < 4; i++) {
		if (f->known_inum[i] && f->known_inum[i] == key->value) {
			*id = f->id_of_inum[i];
			return 0;
		}
	}
	return -ENOENT;
}

/* Id of what @arg leads to, or a negative errno. */
static int64_t look_up(struct fixture *f, const char *arg)
{
	uint64_t id;
	int ret;

	netnsarg_close(&f->arg);
	memset(&f->err, 0, sizeof(f->err));
	ret = netnsarg_read(&f->arg, arg, &f->env, &f->err);
	if (!ret)
		ret = netnsarg_resolve(&f->arg, find, f, &id, &f->err);
	if (ret)
		expect_true(f->err.status != STATUS_DONE);
	return ret ? ret : (int64_t)id;
}

static void by_name(void **state)
{
	struct fixture *f = *state;

	add_link(f->folder_b, "blue", "/proc/self/ns/net");
	expect_int(look_up(f, "blue"), 42);
	expect_int(look_up(f, "red"), -ENOENT);
	expect_part(f->err.text, "netns red: not found: tried");
	expect_part(f->err.text, f->folder_a);
	expect_part(f->err.text, f->folder_b);
}

static void by_odd_name(void **state)
{
	struct fixture *f = *state;

	add_link(f->folder_a, "a b\n", "/proc/self/ns/net");
	add_link(f->folder_a, "-x", "/proc/self/ns/net");
	add_link(f->folder_a, "ID:7", "/proc/self/ns/net");
	expect_int(look_up(f, "a b\n"), 42);
	expect_int(look_up(f, "-x"), 42);
	expect_int(look_up(f, "ID:7"), 42);
	expect_int(look_up(f, "."), -ENOENT);
	expect_int(look_up(f, ".."), -ENOENT);
}

static void by_path(void **state)
{
	struct fixture *f = *state;
	char path[128];

	expect_int(look_up(f, "/proc/self/ns/net"), 42);
	expect_int(look_up(f, "/proc/self/ns/mnt"), -ENOENT);
	expect_part(f->err.text, "a namespace of another kind");
	expect_int(look_up(f, "/proc/self/stat"), -ENOENT);
	expect_part(f->err.text, "no netns is mounted on");
	expect_int(look_up(f, "/proc"), -ENOENT);
	expect_part(f->err.text, "not a namespace");
	expect_int(look_up(f, "/nowhere/at/all"), -ENOENT);
	expect_part(f->err.text, "No such file");
	expect_int(look_up(f, "not/absolute"), -EINVAL);
	expect_int(f->err.status, STATUS_USAGE);
	/* Does not wait for a writer. */
	snprintf(path, sizeof(path), "%s/fifo", f->dir);
	expect_int(mkfifo(path, 0600), 0);
	expect_int(look_up(f, path), -ENOENT);
}

static void left_over_file(void **state)
{
	struct fixture *f = *state;
	char path[128];

	snprintf(path, sizeof(path), "%s/old", f->folder_a);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	expect_int(look_up(f, "old"), -ENOENT);
	expect_part(f->err.text, "no netns is mounted on");
}

static void by_inode(void **state)
{
	struct fixture *f = *state;
	char text[64];

	snprintf(text, sizeof(text), "%u", f->self);
	expect_int(look_up(f, text), 42);
	snprintf(text, sizeof(text), "net:[%u]", f->self);
	expect_int(look_up(f, text), 42);
	expect_int(look_up(f, "4000000000"), -ENOENT);
	expect_part(f->err.text, "inode 4000000000");
	expect_true(!strstr(f->err.text, "/proc/"));
	expect_int(look_up(f, "net:[1]"), -ENOENT);
}

static void by_id(void **state)
{
	struct fixture *f = *state;

	expect_int(look_up(f, "id:7"), 7);
	expect_int(look_up(f, "id:700"), -ENOENT);
	expect_part(f->err.text, "id 700");
	expect_int(look_up(f, ":7"), 7);
	expect_int(look_up(f, ":700"), -ENOENT);
	expect_int(look_up(f, "id:18446744073709551615"), -ENOENT);
}

static void by_process(void **state)
{
	struct fixture *f = *state;
	char text[32];

	snprintf(text, sizeof(text), "pid:%d", (int)getpid());
	expect_int(look_up(f, text), 42);
	expect_int(look_up(f, "self"), 42);
	expect_int(look_up(f, "pid:2147483647"), -ENOENT);
	expect_part(f->err.text, "/proc/2147483647/ns/net");
}

/* A bare number is a process only if it is no name and no inode number. */
static void by_bare_pid(void **state)
{
	struct fixture *f = *state;
	char text[32];

	snprintf(text, sizeof(text), "%d", (int)getpid());
	expect_int(look_up(f, text), 42);
	expect_int(f->arg.process_id, 0);
	f->known_inum[1] = getpid();
	f->id_of_inum[1] = 8;
	expect_int(look_up(f, text), 8);
	expect_int(f->arg.process_id, 42);
	f->id_of_inum[1] = 42;
	expect_int(look_up(f, text), 42);
	expect_int(f->arg.process_id, 0);
	expect_int(look_up(f, "2147483646"), -ENOENT);
	expect_part(f->err.text, "inode 2147483646");
	expect_part(f->err.text, "/proc/2147483646/ns/net");
}

/* Root may look anywhere, so be somebody else for a while. */
static void no_permission(void **state)
{
	struct fixture *f = *state;

	if (geteuid())
		skip();
	expect_int(seteuid(65534), 0);
	expect_int(look_up(f, "pid:1"), -EACCES);
	expect_int(seteuid(0), 0);
	expect_part(f->err.text, "netns pid:1: no permission: ");
	expect_part(f->err.text, "try it as root");
}

static void by_keyword_init(void **state)
{
	struct fixture *f = *state;

	expect_int(look_up(f, "init"), -ENOENT);
	expect_part(f->err.text, "the first netns");
	f->init_id = 3;
	expect_int(look_up(f, "init"), 3);
}

static void malformed(void **state)
{
	static const char *const bad[] = {
		"", "id:", "id:x", "id:-1", "id:+1", "id: 1", "id:1x",
		"id:18446744073709551616", "pid:", "pid:0x1", "pid:self",
		"pid:2147483648", "pid:../../1", "net:", "net:[", "net:[]",
		"net:[x]", "net:[1", "net:1]", "net:[1]x", "net:[4294967296]",
		"net:[99999999999999999999]", "a/b", "./a",
		":", ":x", ":-1", ":7x",
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		if (look_up(f, bad[i]) != -EINVAL)
			print_error("accepted \"%s\"\n", bad[i]);
		expect_int(look_up(f, bad[i]), -EINVAL);
		expect_int(f->err.status, STATUS_USAGE);
		expect_part(f->err.text, "netns ");
	}
}

/* Two meanings that lead to the same netns are no matter; two netns are. */
static void ambiguous(void **state)
{
	struct fixture *f = *state;

	add_link(f->folder_a, "init", "/proc/self/ns/net");
	add_link(f->folder_a, "blue", "/proc/self/ns/net");
	add_link(f->folder_b, "blue", "/proc/self/ns/net");
	add_link(f->folder_b, "7", "/proc/self/ns/net");
	expect_int(look_up(f, "blue"), 42);
	expect_int(look_up(f, "7"), 42);
	f->init_id = 42;
	expect_int(look_up(f, "init"), 42);
	f->init_id = 1;
	expect_int(look_up(f, "init"), -EEXIST);
	expect_part(f->err.text, "netns init: ambiguous: the first netns is id:1");
	expect_part(f->err.text, "id:42");
	f->known_inum[1] = 7;
	f->id_of_inum[1] = 8;
	expect_int(look_up(f, "7"), -EEXIST);
	expect_part(f->err.text, "inode 7 is id:8");
}

static void kernel_refuses(void **state)
{
	struct fixture *f = *state;

	f->answer = -EPERM;
	expect_int(look_up(f, "id:7"), -EPERM);
	expect_text(f->err.text, "the kernel says no");
}

static void long_argument(void **state)
{
	struct fixture *f = *state;
	char text[6000];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	expect_int(look_up(f, text), -ENOENT);
	text[0] = '/';
	expect_int(look_up(f, text), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest netnsarg[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(by_name),
		TEST(by_odd_name),
		TEST(by_path),
		TEST(left_over_file),
		TEST(by_inode),
		TEST(by_id),
		TEST(by_process),
		TEST(by_bare_pid),
		TEST(no_permission),
		TEST(by_keyword_init),
		TEST(malformed),
		TEST(ambiguous),
		TEST(kernel_refuses),
		TEST(long_argument),
	};

	return run_group("netnsarg", netnsarg, ARRAY_SIZE(netnsarg));
}
