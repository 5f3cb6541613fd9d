// SPDX-License-Identifier: GPL-2.0
#include "host/names.h"
#include "host/unseen.h"
#include "tree.h"

static void read_fixture(struct model *m)
{
	struct mount_table own = { 0 };

	expect_int(mount_table_read(&own, "tests/host", "."), 0);
	expect_int(names_read_mounts(m, &own), 0);
	mount_table_clear(&own);
	model_finish_names(m);
}

static void mountinfo(void **state)
{
	struct model m = { 0 };
	const struct name *name;
	size_t n;

	(void)state;
	read_fixture(&m);
	expect_int(m.n_names, 7);
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

/* Another mount lies over it, or over a folder of its path. */
static void hidden_mounts(void **state)
{
	struct model m = { 0 };
	const struct name *name;
	size_t n;

	(void)state;
	read_fixture(&m);
	/* A second one of the same netns at the same path is no news. */
	name = model_inum_names(&m, 4026532281, &n);
	expect_int(n, 2);
	expect_true(!name[0].hidden && !name[1].hidden);
	name = model_inum_names(&m, 4026532283, &n);
	expect_int(n, 1);
	expect_true(name->hidden);
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

/* A table of a root, and of more. */
static void parse(struct mount_table *t, const char *more)
{
	char *text;

	expect_true(asprintf(&text, "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n%s",
			     more) > 0);
	expect_int(mount_table_parse(t, text), 0);
}

static void read_folder(struct model *m, const char *folder, const char *table)
{
	struct mount_table own = { 0 };
	uint32_t blind = 0;

	if (table)
		parse(&own, table);
	expect_int(names_read_folder(m, &own, "/proc", folder, &blind), 0);
	expect_int(blind, 0);
	model_finish_names(m);
	mount_table_clear(&own);
}

/* Without a mount table each entry is looked at. */
static void folder(void **state)
{
	static const char *const tables[] = { NULL, "" };
	struct stat st;
	struct tree t;
	size_t i;

	(void)state;
	t = tree_make();
	tree_link(&t, "blue", "/proc/self/ns/net");
	stat("/proc/self/ns/net", &st);
	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		struct model m = { 0 };

		read_folder(&m, t.dir, tables[i]);
		expect_int(m.n_names, 1);
		expect_int(m.n_stale, 0);
		expect_int(m.names[0].inum, st.st_ino);
		expect_part(m.names[0].path, "/blue");
		read_folder(&m, "/nowhere", tables[i]);
		expect_int(m.n_names, 1);
		model_clear(&m);
	}
	tree_remove(&t);
}

/* Nothing is looked into where the texts of links and mounts tell all. */
static void folder_by_text(void **state)
{
	struct model m = { 0 };
	char mounts[256];
	struct stat st;
	struct tree t;

	(void)state;
	t = tree_make();
	stat("/proc/self/ns/net", &st);
	snprintf(mounts, sizeof(mounts),
		 "30 25 0:4 net:[77] %s/mounted rw - nsfs none rw\n"
		 "31 25 0:9 / %s/covered rw - fuse x rw\n", t.dir, t.dir);
	tree_file(&t, "mounted", "");
	tree_file(&t, "covered", "");
	tree_file(&t, "stale", "");
	tree_link(&t, "link", "mounted");
	tree_link(&t, "gone", "/proc/999999999/ns/net");
	read_folder(&m, t.dir, mounts);
	expect_int(m.n_names, 1);
	expect_int(m.names[0].inum, 77);
	expect_part(m.names[0].path, "/link");
	expect_int(m.n_stale, 2);
	expect_part(m.stale[0].path, "/gone");
	expect_part(m.stale[1].path, "/stale");
	model_clear(&m);
	tree_remove(&t);
}

/* A folder is no name, nor is it a stale one. */
static void stale_files(void **state)
{
	static const char *const tables[] = { NULL, "" };
	struct tree t;
	size_t i;

	(void)state;
	t = tree_make();
	tree_file(&t, "z", "");
	tree_link(&t, "broken", "/nowhere");
	tree_link(&t, "to-a-file", "z");
	tree_file(&t, "folder/x", "");
	tree_link(&t, "endless", "endless");
	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		struct model m = { 0 };

		read_folder(&m, t.dir, tables[i]);
		expect_int(m.n_names, 0);
		expect_int(m.n_stale, 3);
		expect_part(m.stale[0].path, "/broken");
		expect_part(m.stale[1].path, "/to-a-file");
		expect_part(m.stale[2].path, "/z");
		expect_int(m.stale[2].inum, 0);
		model_clear(&m);
	}
	tree_remove(&t);
}

/* What root may read and another user may not. */
static void unreadable_file(void **state)
{
	static const char *const tables[] = { NULL, "" };
	struct model m = { 0 };
	struct tree t;
	size_t i;

	(void)state;
	if (geteuid())
		skip();
	t = tree_make();
	tree_link(&t, "theirs", "/proc/1/ns/net");
	expect_int(chmod(t.dir, 0755), 0);
	expect_int(seteuid(1000), 0);
	for (i = 0; i < ARRAY_SIZE(tables); i++)
		read_folder(&m, t.dir, tables[i]);
	expect_int(seteuid(0), 0);
	expect_int(m.n_names + m.n_stale, 0);
	model_clear(&m);
	tree_remove(&t);
}

#define MOUNT(inum, path) "30 27 0:4 net:[" inum "] " path " rw - nsfs none rw\n"
#define OTHER	"29 27 0:25 / /run rw - tmpfs none rw\n"

struct fixture {
	struct tree proc;
	struct model m;
	struct mount_table own;
	uint32_t blind;
};

static void add_process(struct fixture *f, const char *pid, const char *mntns,
			const char *mountinfo)
{
	char name[64];

	snprintf(name, sizeof(name), "%s/ns/mnt", pid);
	tree_link(&f->proc, name, mntns);
	if (!mountinfo)
		return;
	snprintf(name, sizeof(name), "%s/mountinfo", pid);
	tree_file(&f->proc, name, mountinfo);
}

/* Ours is 1: process 1 and this one. */
static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct name *own = model_add_name(&f->m);

	*state = f;
	own->inum = 4026532281;
	own->path = "/run/netns/blue";
	own->shown = own->path;
	model_finish_names(&f->m);
	f->proc = tree_make();
	add_process(f, "1", "mnt:[1]", MOUNT("4026532999", "/not/to/be/read"));
	tree_link(&f->proc, "1/ns/pid", "pid:[4026531836]");
	tree_link(&f->proc, "self", "1");
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	tree_remove(&f->proc);
	model_clear(&f->m);
	mount_table_clear(&f->own);
	free(f);
	return 0;
}

static void read_others(struct fixture *f)
{
	expect_int(names_read_others(&f->m, &f->own, f->proc.dir, &f->blind), 0);
	model_finish_names(&f->m);
}

static void expect_name(const struct name *name, const char *path,
			uint32_t mntns, uint32_t pid)
{
	expect_text(name->path, path);
	expect_int(name->mntns, mntns);
	expect_int(name->mnt_pid, pid);
}

static void other_mount_namespaces(void **state)
{
	struct fixture *f = *state;
	const struct name *name;
	size_t n;

	add_process(f, "20", "mnt:[3]", OTHER MOUNT("4026532281", "/z"));
	add_process(f, "30", "mnt:[2]", MOUNT("4026532281", "/a\\040b")
		    MOUNT("4026532282", "/run/netns/red"));
	read_others(f);
	expect_int(f->m.n_names, 4);
	expect_int(f->blind, 0);
	name = model_inum_names(&f->m, 4026532281, &n);
	expect_int(n, 3);
	expect_name(&name[0], "/run/netns/blue", 0, 0);
	expect_name(&name[1], "/a b", 2, 30);
	expect_name(&name[2], "/z", 3, 20);
	name = model_inum_names(&f->m, 4026532282, &n);
	expect_name(&name[0], "/run/netns/red", 2, 30);
	expect_text(name[0].shown, "red");
}

/* A copy of ours is no news, and of copies elsewhere one will do. */
static void copies(void **state)
{
	static const char both[] = MOUNT("4026532281", "/run/netns/blue")
				   MOUNT("4026532282", "/run/netns/red");
	struct fixture *f = *state;
	const struct name *name;
	size_t n;

	add_process(f, "20", "mnt:[9]", both);
	add_process(f, "21", "mnt:[8]", both);
	add_process(f, "22", "mnt:[10]", both);
	read_others(f);
	expect_int(f->m.n_names, 2);
	name = model_inum_names(&f->m, 4026532282, &n);
	expect_int(n, 1);
	expect_name(&name[0], "/run/netns/red", 8, 21);
}

/* The same path can be of another netns there. */
static void same_path_elsewhere(void **state)
{
	struct fixture *f = *state;
	const struct name *name;
	size_t n;

	add_process(f, "20", "mnt:[2]", MOUNT("4026532282", "/run/netns/blue"));
	read_others(f);
	name = model_inum_names(&f->m, 4026532282, &n);
	expect_int(n, 1);
	expect_name(&name[0], "/run/netns/blue", 2, 20);
	name = model_inum_names(&f->m, 4026532281, &n);
	expect_int(n, 1);
	expect_name(&name[0], "/run/netns/blue", 0, 0);
}

/* One table of a mount namespace will do, whoever has it. */
static void read_once(void **state)
{
	struct fixture *f = *state;
	const struct name *name;
	size_t n;

	add_process(f, "20", "mnt:[2]", NULL);
	add_process(f, "21", "mnt:[2]", MOUNT("4026532282", "/a"));
	add_process(f, "22", "mnt:[2]", MOUNT("4026532282", "/b"));
	read_others(f);
	name = model_inum_names(&f->m, 4026532282, &n);
	expect_int(n, 1);
	expect_name(&name[0], "/a", 2, 21);
	expect_int(f->blind, 0);
}

#define ROOT	"25 1 8:1 / / rw - ext4 /dev/sda1 rw\n"

/* One that another mount hides is told where no other copy is. */
static void hidden_elsewhere(void **state)
{
	static const char hidden[] = ROOT
		"30 25 0:4 net:[4026532282] /a/covered rw - nsfs none rw\n"
		"31 25 0:9 / /a rw - fuse none rw\n";
	static const char seen[] = ROOT
		"30 25 0:4 net:[4026532282] /a/covered rw - nsfs none rw\n";
	struct fixture *f = *state;
	const struct name *name;
	size_t n;

	add_process(f, "20", "mnt:[2]", hidden);
	read_others(f);
	name = model_inum_names(&f->m, 4026532282, &n);
	expect_int(n, 1);
	expect_name(name, "/a/covered", 2, 20);
	expect_true(name->hidden);
	add_process(f, "21", "mnt:[3]", seen);
	read_others(f);
	name = model_inum_names(&f->m, 4026532282, &n);
	expect_int(n, 2);
	expect_name(name, "/a/covered", 3, 21);
	expect_true(!name->hidden);
}

static void add_stale(struct fixture *f, const char *path)
{
	expect_int(names_set(&f->m, model_add_stale(&f->m), 0, path), 0);
}

/* In use is what somebody has mounted on the file, whatever its path there. */
static void in_use_elsewhere(void **state)
{
	struct fixture *f = *state;

	parse(&f->own, "26 25 0:24 / /run rw - tmpfs t rw\n");
	add_stale(f, "/run/netns/same");
	add_stale(f, "/run/netns/bound");
	add_stale(f, "/run/netns/other-fs");
	add_stale(f, "/run/netns/chroot");
	add_stale(f, "/run/netns/stale");
	add_process(f, "20", "mnt:[2]", ROOT
		    "26 25 0:24 / /run rw - tmpfs t rw\n"
		    "27 26 0:4 net:[11] /run/netns/same rw - nsfs none rw\n"
		    "28 25 0:24 /netns /elsewhere rw - tmpfs t rw\n"
		    "29 28 0:4 net:[12] /elsewhere/bound rw - nsfs none rw\n"
		    "30 25 0:25 /netns /mine rw - tmpfs t rw\n"
		    "31 30 0:4 net:[13] /mine/other-fs rw - nsfs none rw\n");
	add_process(f, "21", "mnt:[3]",
		    "32 7 0:4 net:[14] /netns/chroot rw - nsfs none rw\n");
	read_others(f);
	expect_int(f->m.n_stale, 2);
	expect_text(f->m.stale[0].path, "/run/netns/other-fs");
	expect_text(f->m.stale[1].path, "/run/netns/stale");
}

/* Threads can be in a mount namespace that their process is not in. */
static void threads_elsewhere(void **state)
{
	struct fixture *f = *state;
	size_t n;

	add_process(f, "20", "mnt:[1]", NULL);
	tree_link(&f->proc, "20/task/20/ns/mnt", "mnt:[1]");
	tree_link(&f->proc, "20/task/23/ns/mnt", "mnt:[2]");
	/* Not listed, but there. */
	tree_file(&f->proc, "23/mountinfo", ROOT MOUNT("4026532282", "/t"));
	read_others(f);
	expect_name(model_inum_names(&f->m, 4026532282, &n), "/t", 2, 23);
	expect_int(n, 1);
}

static void blind_to_mounts(void **state)
{
	struct fixture *f = *state;

	if (geteuid())
		skip();
	add_process(f, "20", "mnt:[2]", MOUNT("4026532282", "/a"));
	expect_int(chmod(f->proc.dir, 0755), 0);
	expect_int(chmod(tree_path(&f->proc, "1"), 0755), 0);
	expect_int(chmod(tree_path(&f->proc, "1/ns"), 0755), 0);
	expect_int(seteuid(1000), 0);
	read_others(f);
	expect_int(seteuid(0), 0);
	expect_int(f->m.n_names, 1);
	expect_int(f->blind, BLIND_MOUNTS);
}

static void hidden_process_1(void **state)
{
	struct fixture *f = *state;
	struct tree proc;

	proc = tree_make();
	tree_link(&proc, "self", "5");
	tree_link(&proc, "5/ns/mnt", "mnt:[1]");
	tree_link(&proc, "5/ns/pid", "pid:[4026532333]");
	expect_int(names_read_others(&f->m, &f->own, proc.dir, &f->blind), 0);
	expect_int(f->blind, BLIND_MOUNTS | BLIND_PID_NS);
	tree_remove(&proc);
}

/* Quick, and nothing is lost between many other mounts. */
static void many_mounts(void **state)
{
	struct fixture *f = *state;
	char *text;
	size_t len, n;
	FILE *out = open_memstream(&text, &len);
	int i;

	for (i = 0; i < 50000; i++)
		fputs(i % 50 ? OTHER : MOUNT("4026532282", "/same"), out);
	fprintf(out, MOUNT("4026532282", "/last"));
	fclose(out);
	add_process(f, "20", "mnt:[2]", text);
	free(text);
	read_others(f);
	expect_name(model_inum_names(&f->m, 4026532282, &n), "/last", 2, 20);
	expect_int(n, 2);
}

/* Hundreds of mount namespaces that have the same names, as containers do. */
static void copies_take_no_room(void **state)
{
	struct fixture *f = *state;
	long before = peak_memory();
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int i;

	for (i = 0; i < 600; i++)
		fprintf(out, MOUNT("%d", "/run/netns/of-container-%d"),
			1000 + i, i);
	fclose(out);
	tree_file(&f->proc, "table", text);
	free(text);
	for (i = 0; i < 600; i++) {
		char pid[16], name[32];

		snprintf(pid, sizeof(pid), "%d", 5000 + i);
		snprintf(name, sizeof(name), "mnt:[%d]", 100 + i);
		add_process(f, pid, name, NULL);
		snprintf(name, sizeof(name), "%s/mountinfo", pid);
		tree_link(&f->proc, name, "../table");
	}
	read_others(f);
	expect_int(f->m.n_names, 600 + 1);
	expect_name(&f->m.names[0], "/run/netns/of-container-0", 100, 5000);
	/* It would be 40 MB with all of them kept. */
	expect_less(peak_memory() - before, 15000);
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
	uint32_t blind = 0;
	size_t i;

	(void)state;
	expect_int(enrich_names(&m, &blind), 0);
	for (i = 1; i < m.n_names; i++)
		expect_true(m.names[i - 1].inum <= m.names[i].inum);
	for (i = 0; i < m.n_names; i++)
		expect_true(!m.names[i].mntns == !m.names[i].mnt_pid);
	model_clear(&m);
}

int main(void)
{
#define CASE(function) \
	cmocka_unit_test_setup_teardown(function, setup, teardown)
	const struct CMUnitTest names[] = {
		cmocka_unit_test(mountinfo),
		cmocka_unit_test(hidden_mounts),
		cmocka_unit_test(odd_escapes),
		cmocka_unit_test(folder),
		cmocka_unit_test(folder_by_text),
		cmocka_unit_test(stale_files),
		cmocka_unit_test(unreadable_file),
		CASE(other_mount_namespaces),
		CASE(copies),
		CASE(same_path_elsewhere),
		CASE(read_once),
		CASE(hidden_elsewhere),
		CASE(in_use_elsewhere),
		CASE(threads_elsewhere),
		CASE(blind_to_mounts),
		CASE(hidden_process_1),
		CASE(many_mounts),
		CASE(copies_take_no_room),
		cmocka_unit_test(inum_of_path),
		cmocka_unit_test(real_host),
	};

	return run_group("names", names, ARRAY_SIZE(names));
}
