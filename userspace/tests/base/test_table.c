// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <locale.h>
#include <time.h>

#include "base/table.h"
#include "jsoncheck.h"
#include "test.h"

enum { NAME, COUNT, DELTA, FLAG, ALL, LINES, WHO, N_COLUMNS };

static const struct table_column columns[N_COLUMNS] = {
	[NAME] = { "NAME", "name", "what it is called",
		   TABLE_CUT | TABLE_SHOWN },
	[COUNT] = { "COUNT", "n", "how many", TABLE_RIGHT | TABLE_SHOWN },
	[DELTA] = { "DELTA", "delta", "more or less", TABLE_RIGHT },
	[FLAG] = { "FLAG", "flag", "whether", 0 },
	[ALL] = { "ALL", "all", "several", 0 },
	[LINES] = { "LINES", "lines", "several, in one", TABLE_LINES },
	[WHO] = { "WHO", "who", "an object", 0 },
};

static const struct table_how plain;

static void init(struct table *t, const char *output)
{
	struct err err = { 0 };

	expect_true(!table_init(t, columns, N_COLUMNS, output, &err));
}

static char *print(struct table *t, const struct table_how *how)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	expect_int(table_print(t, f, how), 0);
	fclose(f);
	table_free(t);
	return text;
}

static char *print_json(struct table *t)
{
	struct json j;
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	json_start(&j, f, false);
	json_object(&j, NULL);
	expect_int(table_print_json(t, &j, "rows"), 0);
	json_object_end(&j);
	json_end(&j);
	fclose(f);
	table_free(t);
	expect_true(jsoncheck(text));
	return text;
}

#define expect_print(t, how, want) do {					\
	char *text_ = print(t, how);					\
									\
	expect_text(text_, want);					\
	free(text_);							\
} while (0)

#define expect_json(t, want) do {					\
	char *text_ = print_json(t);					\
									\
	expect_text(text_, want);					\
	free(text_);							\
} while (0)

static void heading(const char *output, const char *want)
{
	static const struct table_how raw = { .raw = true };
	struct table t;

	init(&t, output);
	expect_print(&t, &raw, want);
}

static void choice(void **state)
{
	(void)state;
	heading(NULL, "NAME COUNT\n");
	heading("flag", "FLAG\n");
	heading("DELTA,Name", "DELTA NAME\n");
	heading("+DELTA", "NAME COUNT DELTA\n");
	heading("+FLAG,COUNT,DELTA", "NAME COUNT FLAG DELTA\n");
	heading("NAME,NAME", "NAME\n");
}

static void wrong_choice(void **state)
{
	static const char *const bad[] = {
		"", "+", ",", "NAME,", ",NAME", "NAM", "NAMES", "NAME COUNT",
		"NAME,+COUNT", "-NAME",
	};
	struct err err;
	struct table t;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		expect_int(table_init(&t, columns, N_COLUMNS, bad[i], &err),
			   -EINVAL);
		expect_int(err.status, STATUS_USAGE);
		expect_part(err.text, "unknown column");
		expect_part(err.text, ": NAME COUNT DELTA FLAG ALL LINES WHO");
	}
	table_init(&t, columns, N_COLUMNS, "NAME,nope,COUNT", &err);
	expect_part(err.text, "-o nope: ");
}

static void shown(void **state)
{
	struct table t;

	(void)state;
	init(&t, NULL);
	expect_true(table_shows(&t, NAME) && table_shows(&t, COUNT));
	expect_true(!table_shows(&t, DELTA));
	table_show(&t, DELTA, 1);
	table_show(&t, NAME, 9);
	table_show(&t, FLAG, 9);
	expect_print(&t, (&(struct table_how){ .raw = true }),
		     "NAME DELTA COUNT FLAG\n");
}

static void fill(struct table *t)
{
	struct table_row *row;

	init(t, "NAME,COUNT,DELTA,FLAG");
	row = table_add_row(t, NULL);
	table_text(t, row, NAME, "one");
	table_uint(t, row, COUNT, 12345);
	table_int(t, row, DELTA, -1);
	table_true(t, row, FLAG);
	table_text(t, row, WHO, "not shown");
	table_add_row(t, NULL);
	row = table_add_row(t, NULL);
	table_text(t, row, NAME, "two words");
	table_uint(t, row, COUNT, 0);
}

static void as_text(void **state)
{
	struct table t;

	(void)state;
	fill(&t);
	expect_print(&t, &plain, "NAME      COUNT DELTA FLAG\n"
				 "one       12345    -1 yes\n"
				 "\n"
				 "two words     0\n");
	fill(&t);
	expect_print(&t, (&(struct table_how){ .noheadings = true }),
		     "one       12345    -1 yes\n\ntwo words     0\n");
}

static void as_raw_text(void **state)
{
	static const struct table_how bare = {
		.raw = true, .noheadings = true,
	};
	struct table t;

	(void)state;
	fill(&t);
	expect_print(&t, (&(struct table_how){ .raw = true }),
		     "NAME COUNT DELTA FLAG\n"
		     "one 12345 -1 yes\n"
		     "- - - -\n"
		     "two\\x20words 0 - -\n");
	fill(&t);
	expect_print(&t, &bare,
		     "one 12345 -1 yes\n- - - -\ntwo\\x20words 0 - -\n");
}

static void as_json(void **state)
{
	struct table t;

	(void)state;
	fill(&t);
	expect_json(&t, "{\"rows\":[{\"name\":\"one\",\"n\":12345,\"delta\":-1,\"flag\":true},{},{\"name\":\"two words\",\"n\":0}]}\n");
	init(&t, NULL);
	expect_json(&t, "{\"rows\":[]}\n");
}

static void no_rows(void **state)
{
	struct table t;

	(void)state;
	init(&t, NULL);
	expect_print(&t, &plain, "");
}

static void fill_foreign(struct table *t, const char *s)
{
	init(t, "NAME,ALL");
	table_text(t, table_add_row(t, NULL), NAME, s);
}

static void foreign(void **state)
{
	static const struct { const char *s, *text, *raw; } cases[] = {
		{ "\x1b[31m", "\\x1b[31m", "\\x1b[31m" },
		{ "a\nb\tc", "a\\x0ab\\x09c", "a\\x0ab\\x09c" },
		{ "\\x20", "\\\\x20", "\\\\x20" },
		{ "-", "-", "\\x2d" },
		{ "--", "--", "--" },
		{ " ", "", "\\x20" },
		{ "a,b", "a,b", "a,b" },
		{ "\xff", "\\xff", "\\xff" },
		{ "", "", "-" },
	};
	static const struct table_how raw = { .raw = true,
					      .noheadings = true };
	char want[64];
	struct table t;
	size_t i;
	int width;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		fill_foreign(&t, cases[i].s);
		width = strlen(cases[i].text);
		width = width > 4 ? width - 3 : 1;
		snprintf(want, sizeof(want), "NAME%*sALL\n%s\n",
			 width, "", cases[i].text);
		expect_print(&t, &plain, want);
		fill_foreign(&t, cases[i].s);
		snprintf(want, sizeof(want), "%s -\n", cases[i].raw);
		expect_print(&t, &raw, want);
	}
	fill_foreign(&t, "\x1b \"\xff");
	expect_json(&t, "{\"rows\":[{\"name\":\"\\u001b \\\"\\uefff\"}]}\n");
}

static void fill_lists(struct table *t)
{
	struct table_row *row;

	init(t, "ALL,LINES");
	row = table_add_row(t, NULL);
	table_list_add(t, row, ALL, "/run/a b", "a b");
	table_list_add(t, row, ALL, "/run/c,d", "c,d");
	table_list_add(t, row, LINES, "/x", "/x");
	table_list_add(t, row, LINES, "/y", "/y");
	row = table_add_row(t, NULL);
	table_list(t, row, ALL);
}

static void lists(void **state)
{
	struct table t;

	(void)state;
	fill_lists(&t);
	expect_print(&t, &plain, "ALL     LINES\na b,c,d /x,/y\n\n");
	fill_lists(&t);
	expect_print(&t, (&(struct table_how){ .raw = true }),
		     "ALL LINES\na\\x20b,c\\x2cd /x,/y\n- -\n");
	fill_lists(&t);
	expect_json(&t, "{\"rows\":[{\"all\":[\"/run/a b\",\"/run/c,d\"],\"lines\":\"/x\\n/y\"},{\"all\":[]}]}\n");
}

/* As addresses of one device may be. */
static void many_items(void **state)
{
	const clock_t limit = 20 * CLOCKS_PER_SEC;
	struct table_row *row;
	struct table t;
	int i;

	(void)state;
	init(&t, "ALL");
	row = table_add_row(&t, NULL);
	for (i = 0; i < 200000 && clock() < limit; i++)
		table_list_add(&t, row, ALL, "a", "a");
	expect_true(clock() < limit);
	table_free(&t);
}

static void put_who(struct json *j, const void *data)
{
	json_string(j, "id", data);
}

static void fill_instead(struct table *t)
{
	struct table_row *row;

	init(t, "COUNT,WHO,DELTA");
	row = table_add_row(t, NULL);
	table_uint(t, row, COUNT, 61);
	table_shown_as(t, row, COUNT, "1m1s");
	table_object(t, row, WHO, put_who, "me");
	table_shown_as(t, row, WHO, "it is me");
	table_shown_as(t, row, DELTA, "none");
	row = table_add_row(t, NULL);
	table_object(t, row, WHO, put_who, "you");
	table_shown_as(t, row, WHO, NULL);
}

static void shown_instead(void **state)
{
	struct table t;

	(void)state;
	fill_instead(&t);
	expect_print(&t, (&(struct table_how){ .raw = true }),
		     "COUNT WHO DELTA\n1m1s it\\x20is\\x20me none\n- - -\n");
	fill_instead(&t);
	expect_json(&t, "{\"rows\":[{\"n\":61,\"who\":{\"id\":\"me\"}},{\"who\":{\"id\":\"you\"}}]}\n");
}

static void fill_tree(struct table *t)
{
	struct table_row *top, *row;

	init(t, "COUNT,NAME");
	top = table_add_row(t, NULL);
	table_uint(t, top, COUNT, 1);
	row = table_add_row(t, top);
	table_uint(t, row, COUNT, 2);
	table_uint(t, table_add_row(t, row), COUNT, 3);
	table_uint(t, table_add_row(t, top), COUNT, 4);
	row = table_add_row(t, NULL);
	table_uint(t, row, COUNT, 5);
	table_text(t, row, NAME, "last");
}

static void tree(void **state)
{
	struct table t;

	(void)state;
	fill_tree(&t);
	expect_print(&t, &plain, "COUNT NAME\n1\n|-2\n| `-3\n`-4\n5     last\n");
	expect_true(setlocale(LC_CTYPE, "C.UTF-8"));
	fill_tree(&t);
	expect_print(&t, (&(struct table_how){ .utf8 = true }),
		     "COUNT NAME\n1\n├─2\n│ └─3\n└─4\n5     last\n");
	setlocale(LC_CTYPE, "C");
}

static void cut(void **state)
{
	struct table_row *row;
	struct table t;

	(void)state;
	init(&t, NULL);
	row = table_add_row(&t, NULL);
	table_text(&t, row, NAME, "0123456789012345678901234567890123456789");
	table_uint(&t, row, COUNT, 7);
	expect_print(&t, (&(struct table_how){ .width = 20 }),
		     "NAME           COUNT\n0123456789012+     7\n");
}

/* Those that have most give first; nothing is cut in the middle. */
static void cut_fairly(void **state)
{
	static const struct table_column two[] = {
		{ "A", "a", "", TABLE_CUT | TABLE_SHOWN },
		{ "B", "b", "", TABLE_CUT | TABLE_SHOWN },
		{ "C", "c", "", TABLE_SHOWN },
	};
	static const struct { unsigned int width; const char *want; } cases[] = {
		{ 0, "A        B              C\n12345678 abcdefgh\\x1b\\\\ keep\n" },
		{ 28, "A        B              C\n12345678 abcdefgh\\x1b\\\\ keep\n" },
		{ 27, "A        B             C\n12345678 abcdefgh\\x1b+ keep\n" },
		{ 26, "A        B         C\n12345678 abcdefgh+ keep\n" },
		{ 22, "A        B        C\n12345678 abcdefg+ keep\n" },
		{ 21, "A        B       C\n12345678 abcdef+ keep\n" },
		{ 20, "A       B       C\n123456+ abcdef+ keep\n" },
		{ 1, "A B C\n+ + keep\n" },
	};
	struct err err = { 0 };
	struct table_row *row;
	struct table t;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		expect_true(!table_init(&t, two, 3, NULL, &err));
		row = table_add_row(&t, NULL);
		table_text(&t, row, 0, "12345678");
		table_text(&t, row, 1, "abcdefgh\x1b\\");
		table_text(&t, row, 2, "keep");
		expect_print(&t, (&(struct table_how){
				.width = cases[i].width }), cases[i].want);
	}
	expect_true(!table_init(&t, two, 3, "B", &err));
	table_text(&t, table_add_row(&t, NULL), 1, "h\xc3\xa9llo h\xc3\xa9");
	expect_true(setlocale(LC_CTYPE, "C.UTF-8"));
	expect_print(&t, (&(struct table_how){ .width = 3, .utf8 = true }),
		     "B\nh\xc3\xa9…\n");
	setlocale(LC_CTYPE, "C");
}

static void column_help(void **state)
{
	const struct table_how how = { 0 }, in_json = { .json = true };
	char *got;
	size_t len;
	FILE *f;

	(void)state;
	f = open_memstream(&got, &len);
	table_print_columns(f, columns, 2, &how);
	fclose(f);
	expect_text(got, "NAME        what it is called *\n"
			 "COUNT       how many *\n\n* shown by default\n");
	free(got);
	f = open_memstream(&got, &len);
	table_print_columns(f, columns + 1, 2, &in_json);
	fclose(f);
	expect_true(jsoncheck(got));
	expect_text(got, "{\"columns\":[{\"name\":\"COUNT\",\"key\":\"n\",\"help\":\"how many\",\"default\":true},{\"name\":\"DELTA\",\"key\":\"delta\",\"help\":\"more or less\"}]}\n");
	free(got);
}

static void nothing_from_no_row(void **state)
{
	struct table t;

	(void)state;
	init(&t, NULL);
	table_text(&t, NULL, NAME, "x");
	table_list_add(&t, NULL, ALL, "x", "x");
	table_shown_as(&t, NULL, NAME, "x");
	expect_json(&t, "{\"rows\":[]}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(choice),
		cmocka_unit_test(wrong_choice),
		cmocka_unit_test(shown),
		cmocka_unit_test(as_text),
		cmocka_unit_test(as_raw_text),
		cmocka_unit_test(as_json),
		cmocka_unit_test(no_rows),
		cmocka_unit_test(foreign),
		cmocka_unit_test(lists),
		cmocka_unit_test(many_items),
		cmocka_unit_test(shown_instead),
		cmocka_unit_test(tree),
		cmocka_unit_test(cut),
		cmocka_unit_test(cut_fairly),
		cmocka_unit_test(column_help),
		cmocka_unit_test(nothing_from_no_row),
	};

	return run_group("table", tests, ARRAY_SIZE(tests));
}
