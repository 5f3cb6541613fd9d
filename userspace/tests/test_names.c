// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../enrich_names.h"
#include "test.h"

/* What is really at the paths of the file mountinfo. */
static uint32_t fake_inum(const char *path)
{
	static const struct { const char *path; uint32_t inum; } there[] = {
		{ "/run/netns/blue", 4026532281 },
		{ "/tmp/a b\tc\\d\ne", 4026532281 },
		{ "/run/docker/netns/5f3d", 4026532282 },
		{ "/covered", 4026532999 },
		{ "/run/mnt/x", 4026532300 },
		{ "/run/netns/bad\\777\\08", 4026532285 },
		{ "/run/netns/sub/deep", 4026532286 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(there); i++)
		if (!strcmp(there[i].path, path))
			return there[i].inum;
	return 0;
}

static void read_fixture(struct model *m)
{
	FILE *f = fopen("tests/mountinfo", "r");

	expect_true(f);
	expect_int(names_read_mounts(m, f, fake_inum), 0);
	fclose(f);
	model_finish_names(m);
}

static void mountinfo(void **state)
{
	struct model m = { 0 };
	const struct name *name;
	size_t n;

	(void)state;
	read_fixture(&m);
	expect_int(m.n_names, 5);
	name = model_inum_names(&m, 4026532281, &n);
	expect_int(n, 2);
	expect_text(name[0].path, "/run/netns/blue");
	expect_text(name[0].shown, "blue");
	expect_text(name[1].path, "/tmp/a b\tc\\d\ne");
	expect_text(name[1].shown, name[1].path);
	name = model_inum_names(&m, 4026532282, &n);
	expect_int(n, 1);
	expect_text(name[0].shown, "5f3d");
	model_clear(&m);
}

/* Another mount lies over it, or the path leads elsewhere by now. */
static void hidden_mounts(void **state)
{
	struct model m = { 0 };
	size_t n;

	(void)state;
	read_fixture(&m);
	expect_true(!model_inum_names(&m, 4026532283, &n));
	expect_true(!model_inum_names(&m, 4026532999, &n));
	expect_true(!model_inum_names(&m, 4026532284, &n));
	model_clear(&m);
}

static void odd_escapes(void **state)
{
	struct model m = { 0 };
	const struct name *name;
	size_t n;

	(void)state;
	read_fixture(&m);
	name = model_inum_names(&m, 4026532285, &n);
	expect_text(name[0].path, "/run/netns/bad\\777\\08");
	name = model_inum_names(&m, 4026532286, &n);
	expect_text(name[0].shown, "/run/netns/sub/deep");
	model_clear(&m);
}

static void add_file(const char *dir, const char *name, const char *link)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (link)
		expect_int(symlink(link, path), 0);
	else
		close(open(path, O_CREAT | O_WRONLY, 0600));
}

static void folder(void **state)
{
	char dir[] = "/tmp/nsinfo-test-XXXXXX", command[64];
	struct model m = { 0 };
	struct stat st;

	(void)state;
	expect_true(mkdtemp(dir));
	add_file(dir, "blue", "/proc/self/ns/net");
	add_file(dir, "stale", NULL);
	add_file(dir, "broken", "/nowhere");
	expect_int(names_read_folder(&m, dir), 0);
	expect_int(m.n_names, 1);
	stat("/proc/self/ns/net", &st);
	expect_int(m.names[0].inum, st.st_ino);
	expect_part(m.names[0].path, "/blue");
	expect_int(names_read_folder(&m, "/nowhere"), 0);
	expect_int(m.n_names, 1);
	model_clear(&m);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	expect_int(system(command), 0);
}

static void inum_of_path(void **state)
{
	struct stat st;

	(void)state;
	stat("/proc/self/ns/net", &st);
	expect_int(names_inum("/proc/self/ns/net"), st.st_ino);
	expect_int(names_inum("/proc/self/stat"), 0);
	expect_int(names_inum("/nowhere"), 0);
}

/* Whatever this host has: no failure, and a sorted table. */
static void real_host(void **state)
{
	struct model m = { 0 };
	size_t i;

	(void)state;
	expect_int(enrich_names(&m), 0);
	for (i = 1; i < m.n_names; i++)
		expect_true(m.names[i - 1].inum <= m.names[i].inum);
	model_clear(&m);
}

int main(void)
{
	const struct CMUnitTest names[] = {
		cmocka_unit_test(mountinfo),
		cmocka_unit_test(hidden_mounts),
		cmocka_unit_test(odd_escapes),
		cmocka_unit_test(folder),
		cmocka_unit_test(inum_of_path),
		cmocka_unit_test(real_host),
	};

	return run_group("names", names, ARRAY_SIZE(names));
}
