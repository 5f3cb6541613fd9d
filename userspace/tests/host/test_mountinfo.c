// SPDX-License-Identifier: GPL-2.0
/* Which mounts a path leads to, by the text of a mount table. */
#include "base/shell.h"
#include "host/mountinfo.h"
#include "host/uncover.h"
#include "test.h"

/* Lines of a table, short: id, parent, root, path, type. */
#define M(id, parent, root, path, type) \
	#id " " #parent " 0:" #parent " " root " " path " rw - " type " x rw\n"
#define NET(id, parent, path)	M(id, parent, "net:[" #id "]", path, "nsfs")
#define ROOT			M(1, 0, "/", "/", "ext4")

static struct mount_table parse(const char *text)
{
	struct mount_table t = { 0 };

	expect_int(mount_table_parse(&t, strdup(text)), 0);
	return t;
}

/* A digit for each mount whose path leads to it; ids have one digit here. */
static void expect_seen(const char *text, const char *want)
{
	struct mount_table t = parse(text);
	char seen[32];
	size_t i, n = 0;

	for (i = 0; i < t.n; i++)
		if (!t.mount[i].hidden)
			seen[n++] = '0' + t.mount[i].id;
	seen[n] = '\0';
	expect_text(seen, want);
	mount_table_clear(&t);
}

static void plain(void **state)
{
	(void)state;
	expect_seen("", "");
	expect_seen(ROOT, "1");
	expect_seen(ROOT M(2, 1, "/", "/run", "tmpfs") NET(3, 2, "/run/n"),
		    "123");
	/* Siblings that only begin alike. */
	expect_seen(ROOT NET(2, 1, "/a") NET(3, 1, "/a.b") NET(4, 1, "/a-b"),
		    "1234");
}

static void covered(void **state)
{
	(void)state;
	/* On the mount itself, once and twice. */
	expect_seen(ROOT NET(2, 1, "/n") M(3, 2, "/", "/n", "fuse"), "13");
	expect_seen(ROOT NET(2, 1, "/n") NET(3, 2, "/n") NET(4, 3, "/n"),
		    "14");
	/* On a folder of its path, whatever the order of the lines. */
	expect_seen(ROOT NET(2, 1, "/a/d/n") M(3, 1, "/", "/a/d", "fuse"),
		    "13");
	expect_seen(M(3, 1, "/", "/a", "fuse") NET(2, 1, "/a/d/n") ROOT, "31");
	/* With siblings that sort between the folder and what is in it. */
	expect_seen(ROOT NET(2, 1, "/a/n") NET(3, 1, "/a-b")
		    M(4, 1, "/", "/a", "fuse") NET(5, 1, "/a.c"), "1345");
	/* On the root of the mount that it is on. */
	expect_seen(ROOT M(2, 1, "/", "/run", "tmpfs") NET(3, 2, "/run/n")
		    M(4, 2, "/", "/run", "fuse"), "14");
	/* Far up: all below goes along; what is beside stays. */
	expect_seen(ROOT M(2, 1, "/", "/a", "tmpfs") M(3, 2, "/", "/a/b", "x")
		    NET(4, 3, "/a/b/n") M(5, 2, "/", "/a", "y")
		    NET(6, 1, "/c"), "156");
	/* What lies on the cover is seen. */
	expect_seen(ROOT NET(2, 1, "/a/n") M(3, 1, "/", "/a", "fuse")
		    NET(4, 3, "/a/n"), "134");
}

static void roots(void **state)
{
	(void)state;
	/* Over the root, after a process began there: not on its way. */
	expect_seen(ROOT M(2, 1, "/", "/", "tmpfs") NET(3, 1, "/n")
		    NET(4, 2, "/m"), "13");
	/* A root that is no mount of its own is not in the table. */
	expect_seen(NET(2, 9, "/a/n") M(3, 9, "/", "/a", "fuse")
		    NET(4, 9, "/b"), "34");
	/* A root that says to be its own parent. */
	expect_seen(M(1, 1, "/", "/", "rootfs") NET(2, 1, "/n"), "12");
}

/* What no kernel says: no crash, no endless loop. */
static void nonsense(void **state)
{
	struct mount_table t;

	(void)state;
	t = parse(M(1, 2, "/", "/a", "x") M(2, 1, "/", "/b", "x"));
	expect_int(t.n, 2);
	mount_table_clear(&t);
	t = parse("1 0\n\n - x\n1 0 8:1 / / rw\n1 0 8 / / rw - a\nx y z - q\n"
		  "1 0 8:1 / /ok rw -  x\n" ROOT ROOT);
	expect_true(mount_table_at(&t, "/"));
	mount_table_clear(&t);
}

static void find(void **state)
{
	struct mount_table t = parse(ROOT M(2, 1, "/", "/run", "tmpfs")
				     NET(3, 2, "/run/netns/n")
				     M(4, 1, "/", "/mnt", "fuse.x"));

	(void)state;
	expect_int(mount_table_find(&t, "/run/netns/x")->id, 2);
	expect_int(mount_table_find(&t, "/run/netns/n")->id, 3);
	expect_int(mount_table_find(&t, "/runner")->id, 1);
	expect_true(!mount_table_at(&t, "/run/netns"));
	expect_int(mount_table_at(&t, "/run/netns/n")->net, 3);
	expect_true(mount_table_is_local(&t, "/run/netns"));
	expect_true(!mount_table_is_local(&t, "/mnt"));
	expect_true(!mount_table_is_local(&t, "/mnt/a/b"));
	mount_table_clear(&t);
	expect_true(!mount_table_is_local(&t, "/run"));
}

static void expect_place(const struct mount_table *t, const char *path,
			 unsigned int dev, const char *want)
{
	struct mount_place place;

	expect_int(mount_place(mount_table_find(t, path), path, &place), 0);
	expect_int(place.dev, dev);
	expect_text(place.path, want);
	free(place.path);
}

/* The same file by way of two mounts. */
static void places(void **state)
{
	struct mount_table t =
		parse("1 0 0:7 / / rw - ext4 x rw\n"
		      "2 1 0:8 / /run rw - tmpfs x rw\n"
		      "3 1 0:8 /netns /b rw - tmpfs x rw\n"
		      "4 1 0:7 /sub /c rw - ext4 x rw\n");

	(void)state;
	expect_place(&t, "/etc/x", 7, "/etc/x");
	expect_place(&t, "/run/netns/x", 8, "/netns/x");
	expect_place(&t, "/b/x", 8, "/netns/x");
	expect_place(&t, "/c/x", 7, "/sub/x");
	mount_table_clear(&t);
}

/* How to take away the mount with @id; NULL: not as a command. */
static void expect_command(const char *text, uint32_t id, const char *want)
{
	struct mount_table t = parse(text);
	char *got = NULL;
	size_t i;

	for (i = 0; i < t.n; i++)
		if (t.mount[i].id == id)
			got = uncover_command(&t, &t.mount[i]);
	if (want)
		expect_text(got, want);
	else
		expect_true(!got);
	free(got);
	mount_table_clear(&t);
}

static void commands(void **state)
{
	(void)state;
	expect_command(ROOT NET(2, 1, "/r/n") M(3, 1, "/r", "/r", "ext4"), 2,
		       "unshare -m sh -c 'umount -l /r && umount -l /r/n && rm /r/n'");
	/* Twice in the way, and once more further up. */
	expect_command(ROOT M(2, 1, "/", "/a", "t") NET(3, 2, "/a/b/n")
		       M(4, 2, "/", "/a/b", "t") M(5, 4, "/", "/a/b", "t")
		       M(6, 2, "/", "/a", "t") NET(7, 1, "/z"), 3,
		       "unshare -m sh -c 'umount -l /a && umount -l /a/b && umount -l /a/b && umount -l /a/b/n && rm /a/b/n'");
	/* Below others on the same file. */
	expect_command(ROOT NET(2, 1, "/n") NET(3, 2, "/n"), 2,
		       "umount -l /n && umount -l /n && rm /n");
	expect_command(ROOT NET(2, 1, "/a\\040b/n") M(3, 1, "/", "/a\\040b", "t"), 2,
		       "unshare -m sh -c 'umount -l '\"'\"'/a b'\"'\"' && umount -l '\"'\"'/a b/n'\"'\"' && rm '\"'\"'/a b/n'\"'\"''");
	/* What cannot be typed as it is shown. */
	expect_command(ROOT NET(2, 1, "/a\\012b") NET(3, 2, "/a\\012b"), 2,
		       NULL);
}

/* No kernel tells such a table; whoever reads one comes to an end. */
static void circles(void **state)
{
	static const char text[] =
		M(1, 2, "/", "/a", "t") M(2, 1, "/", "/a", "t")
		M(3, 4, "/", "/b", "t") M(4, 5, "/", "/b", "t")
		M(5, 3, "/", "/b", "t") NET(6, 4, "/b/n") M(7, 7, "/", "/", "t");
	struct mount_table t = parse(text);
	size_t i, steps;

	(void)state;
	expect_int(t.n, 7);
	for (i = 0; i < t.n; i++) {
		const struct mount *m = &t.mount[i];

		free(uncover_command(&t, m));
		for (steps = 0; m; m = m->parent)
			expect_less(steps++, t.n);
	}
	mount_table_clear(&t);
}

/* A container may mount so often: no work that grows with the square of it. */
static void many_on_each_other(void **state)
{
	static const size_t n = 100000;
	char *text, *command;
	struct mount_table t = { 0 };
	size_t len, i;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	fprintf(f, "1 0 0:7 / / rw - ext4 x rw\n");
	for (i = 0; i < n; i++)
		fprintf(f, "%zu %zu 0:4 net:[9] /n rw - nsfs x rw\n", i + 2,
			i + 1);
	for (i = 0; i < n; i++)
		fprintf(f, "%zu 1 0:8 / /m/%zu rw - tmpfs x rw\n", n + i + 2, i);
	fclose(f);
	expect_int(mount_table_parse(&t, text), 0);
	expect_int(t.n, 2 * n + 1);
	command = uncover_command(&t, &t.mount[1]);
	expect_int(strlen(command), n * strlen("umount -l /n && ") +
		   strlen("rm /n"));
	free(command);
	mount_table_clear(&t);
}

static void words(void **state)
{
	char buf[16];

	(void)state;
	expect_true(shell_quote(buf, sizeof(buf), "/run/netns/a"));
	expect_text(buf, "/run/netns/a");
	expect_true(shell_quote(buf, sizeof(buf), ""));
	expect_text(buf, "''");
	expect_true(shell_quote(buf, sizeof(buf), "-x"));
	expect_text(buf, "'-x'");
	expect_true(shell_quote(buf, sizeof(buf), "a'b"));
	expect_text(buf, "'a'\"'\"'b'");
	expect_true(!shell_quote(buf, sizeof(buf), "a\\b"));
	expect_true(!shell_quote(buf, sizeof(buf), "a\tb"));
	expect_true(!shell_quote(buf, sizeof(buf), "a\x7f/b"));
	expect_true(!shell_quote(buf, sizeof(buf), "h\xc3\xa9"));
	expect_true(!shell_quote(buf, sizeof(buf), "\xff"));
	expect_true(shell_quote(buf, sizeof(buf), "a ~"));
	expect_text(buf, "'a ~'");
	expect_true(!shell_quote(buf, sizeof(buf), "0123456789abcdef"));
	expect_true(shell_quote(buf, sizeof(buf), "0123456789abcde"));
	expect_true(!shell_quote(buf, sizeof(buf), "0123456789 abcd"));
}

static void words_for_bash(void **state)
{
	char word[BASH_WORD], longest[PATH_MAX + 2];

	(void)state;
	expect_true(bash_quote(word, "/run/netns/a"));
	expect_text(word, "/run/netns/a");
	expect_true(bash_quote(word, ""));
	expect_text(word, "$''");
	expect_true(bash_quote(word, "-x"));
	expect_text(word, "$'-x'");
	expect_true(bash_quote(word, "a'\\\n \xff\xc3\xbc$`"));
	expect_text(word, "$'a\\'\\\\\\x0a \\xff\\xc3\\xbc$`'");
	memset(longest, '\x01', PATH_MAX);
	longest[PATH_MAX] = '\0';
	expect_true(bash_quote(word, longest));
	expect_int(strlen(word), 4 * PATH_MAX + 3);
	memset(longest, 'a', PATH_MAX + 1);
	longest[PATH_MAX + 1] = '\0';
	expect_true(!bash_quote(word, longest));
}

/* A hostile table: deep stacks and long paths take no quadratic time. */
static void many(void **state)
{
	struct mount_table t = { 0 };
	char *text, deep[4096];
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int i;

	(void)state;
	for (i = 0; i < 4000; i += 2)
		memcpy(deep + i, "/a", 2);
	deep[4000] = '\0';
	fputs(ROOT, out);
	for (i = 2; i < 30000; i++)
		fprintf(out, "%d %d 0:4 net:[%d] /n rw - nsfs x rw\n", i,
			i - 1, i);
	for (; i < 33000; i++)
		fprintf(out, "%d 1 0:4 net:[%d] %s/%d rw - nsfs x rw\n", i, i,
			deep, i);
	fclose(out);
	expect_int(mount_table_parse(&t, text), 0);
	expect_int(mount_table_at(&t, "/n")->id, 29999);
	expect_true(!t.mount[t.n - 1].hidden);
	mount_table_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),
		cmocka_unit_test(covered),
		cmocka_unit_test(roots),
		cmocka_unit_test(nonsense),
		cmocka_unit_test(find),
		cmocka_unit_test(places),
		cmocka_unit_test(commands),
		cmocka_unit_test(circles),
		cmocka_unit_test(many_on_each_other),
		cmocka_unit_test(words),
		cmocka_unit_test(words_for_bash),
		cmocka_unit_test(many),
	};

	return run_group("mountinfo", tests, ARRAY_SIZE(tests));
}
