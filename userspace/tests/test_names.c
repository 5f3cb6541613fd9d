// SPDX-License-Identifier: GPL-2.0
#include "../blind.h"
#include "../enrich_names.h"
#include "tree.h"

/* What is really at the paths of the file mountinfo. */
static bool fake_seen(int root, const char *path, uint32_t inum)
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

	(void)root;
	for (i = 0; i < ARRAY_SIZE(there); i++)
		if (!strcmp(there[i].path, path))
			return there[i].inum == inum;
	return false;
}

static void read_fixture(struct model *m)
{
	struct mountinfo mi;

	mountinfo_open(&mi, "tests", ".");
	expect_true(mi.f);
	expect_int(names_read_mounts(m, &mi, fake_seen), 0);
	mountinfo_close(&mi);
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

static void folder(void **state)
{
	struct model m = { 0 };
	struct tree t;
	struct stat st;

	(void)state;
	t = tree_make();
	tree_link(&t, "blue", "/proc/self/ns/net");
	expect_int(names_read_folder(&m, t.dir), 0);
	expect_int(m.n_names, 1);
	expect_int(m.n_stale, 0);
	stat("/proc/self/ns/net", &st);
	expect_int(m.names[0].inum, st.st_ino);
	expect_part(m.names[0].path, "/blue");
	expect_int(names_read_folder(&m, "/nowhere"), 0);
	expect_int(m.n_names, 1);
	model_clear(&m);
	tree_remove(&t);
}

/* A folder is no name, nor is it a stale one. */
static void stale_files(void **state)
{
	struct model m = { 0 };
	struct tree t;

	(void)state;
	t = tree_make();
	tree_file(&t, "z", "");
	tree_link(&t, "broken", "/nowhere");
	tree_link(&t, "to-a-file", "z");
	tree_file(&t, "folder/x", "");
	tree_link(&t, "endless", "endless");
	expect_int(names_read_folder(&m, t.dir), 0);
	model_finish_names(&m);
	expect_int(m.n_names, 0);
	expect_int(m.n_stale, 3);
	expect_part(m.stale[0].path, "/broken");
	expect_part(m.stale[1].path, "/to-a-file");
	expect_part(m.stale[2].path, "/z");
	expect_int(m.stale[2].inum, 0);
	model_clear(&m);
	tree_remove(&t);
}

/* What root may read and another user may not. */
static void unreadable_file(void **state)
{
	struct model m = { 0 };
	struct tree t;

	(void)state;
	if (geteuid())
		skip();
	t = tree_make();
	tree_link(&t, "theirs", "/proc/1/ns/net");
	expect_int(chmod(t.dir, 0755), 0);
	expect_int(seteuid(1000), 0);
	expect_int(names_read_folder(&m, t.dir), 0);
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
	free(f);
	return 0;
}

static void read_others(struct fixture *f)
{
	expect_int(names_read_others(&f->m, f->proc.dir, &f->blind), 0);
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

/* Where it can be looked at, there has to be a netns. */
static void hidden_elsewhere(void **state)
{
	struct fixture *f = *state;
	size_t n;

	add_process(f, "20", "mnt:[2]", MOUNT("4026532282", "/covered")
		    MOUNT("4026532282", "/gone"));
	tree_file(&f->proc, "20/root/covered", "");
	add_process(f, "21", "mnt:[3]", MOUNT("4026532282", "/covered"));
	read_others(f);
	expect_name(model_inum_names(&f->m, 4026532282, &n), "/covered", 3,
		    21);
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
	expect_int(names_read_others(&f->m, proc.dir, &f->blind), 0);
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

static void seen(void **state)
{
	int root = open("/", O_PATH);
	struct tree t;

	(void)state;
	t = tree_make();
	tree_file(&t, "file", "");
	expect_true(!names_is_seen(root, "/nowhere/x", 1));
	expect_true(!names_is_seen(root, tree_path(&t, "file"), 1));
	expect_true(!names_is_seen(root, tree_path(&t, "file/x"), 1));
	/* It cannot be known. */
	expect_true(names_is_seen(-1, "/a", 1));
	close(root);
	tree_remove(&t);
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
		cmocka_unit_test(stale_files),
		cmocka_unit_test(unreadable_file),
		CASE(other_mount_namespaces),
		CASE(copies),
		CASE(same_path_elsewhere),
		CASE(read_once),
		CASE(hidden_elsewhere),
		CASE(blind_to_mounts),
		CASE(hidden_process_1),
		CASE(many_mounts),
		CASE(copies_take_no_room),
		cmocka_unit_test(seen),
		cmocka_unit_test(inum_of_path),
		cmocka_unit_test(real_host),
	};

	return run_group("names", names, ARRAY_SIZE(names));
}
