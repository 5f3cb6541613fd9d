// SPDX-License-Identifier: GPL-2.0
#include "model/word.h"
#include "scenes.h"

#define NETNS	"/run/netns/"

static const struct netns_spec some[] = {
	{ .id = 1, .inum = 101, .init = true, .self = true },
	{ .id = 2, .inum = 102 },
	{ .id = 3, .inum = 103, .self = true },
	{ .id = 4, .inum = 104, .dying = true },
};

static struct word_case {
	const char *what;
	struct name_spec names[4];
	const char *words[4];		/* of the netns, in order */
} cases[] = {
	{ "no names", { { 0 } }, { "init", "102", "self", "id:4" } },
	{ "names", { { 101, NETNS "host", NULL, 0, 0 }, { 102, NETNS "b", NULL, 0, 0 },
		     { 103, NETNS "c", NULL, 0, 0 } },
	  { "host", "b", "c", "id:4" } },
	{ "the shortest", { { 102, NETNS "long", NULL, 0, 0 },
			    { 102, NETNS "b", NULL, 0, 0 },
			    { 102, NETNS "medium", NULL, 0, 0 } },
	  { "init", "b", "self", "id:4" } },
	{ "as short as another", { { 102, NETNS "y", NULL, 0, 0 },
				   { 102, NETNS "x", NULL, 0, 0 } },
	  { "init", "x", "self", "id:4" } },
	{ "in two folders", { { 102, NETNS "x", NULL, 0, 0 },
			      { 103, "/run/docker/netns/x", "x", 0, 0 } },
	  { "init", "/run/netns/x", "self", "id:4" } },
	{ "twice the same", { { 102, NETNS "x", NULL, 0, 0 },
			      { 102, "/run/docker/netns/x", "x", 0, 0 } },
	  { "init", "x", "self", "id:4" } },
	{ "digits", { { 102, NETNS "77", NULL, 0, 0 } },
	  { "init", "/run/netns/77", "self", "id:4" } },
	{ "prefix", { { 102, NETNS "id:5", NULL, 0, 0 } },
	  { "init", "/run/netns/id:5", "self", "id:4" } },
	{ "keyword", { { 102, NETNS "init", NULL, 0, 0 } },
	  { "self", "/run/netns/init", "self", "id:4" } },
	{ "its own number", { { 103, NETNS "102", NULL, 0, 0 } },
	  { "init", "id:2", "self", "id:4" } },
	{ "option", { { 102, NETNS "-d", NULL, 0, 0 } },
	  { "init", "/run/netns/-d", "self", "id:4" } },
	{ "path", { { 102, "/srv/ns", NULL, 0, 0 } },
	  { "init", "/srv/ns", "self", "id:4" } },
	{ "second path", { { 102, "/a\xff", NULL, 0, 0 },
			   { 102, "/srv/ns", NULL, 0, 0 } },
	  { "init", "/srv/ns", "self", "id:4" } },
	{ "elsewhere", { { 102, NETNS "b", NULL, 9, 9 } },
	  { "init", "102", "self", "id:4" } },
	{ "no UTF-8", { { 102, NETNS "\xff", NULL, 0, 0 } },
	  { "init", "102", "self", "id:4" } },
};

static void add_names(struct model *m, const struct name_spec *spec)
{
	for (; spec->inum; spec++) {
		struct name *name = model_add_name(m);

		name->inum = spec->inum;
		name->path = spec->path;
		name->shown = spec->path;
		if (!strncmp(spec->path, NETNS, strlen(NETNS)))
			name->shown += strlen(NETNS);
		if (spec->shown)
			name->shown = spec->shown;
		name->mntns = spec->mntns;
	}
	model_finish_names(m);
}

static void words(void **state)
{
	const struct word_case *c = *state;
	struct model m = { 0 };
	char buf[32];
	size_t i;

	messages_decode(&m, some, ARRAY_SIZE(some), NULL, 0);
	expect_int(model_finish(&m), 0);
	add_names(&m, c->names);
	for (i = 0; i < ARRAY_SIZE(some); i++)
		expect_text(netns_word(&m, &m.netns[i], buf, sizeof(buf)),
			    c->words[i]);
	model_clear(&m);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		tests[i] = (struct CMUnitTest){ .name = cases[i].what,
						.test_func = words,
						.initial_state = &cases[i] };
	return run_group("word", tests, ARRAY_SIZE(tests));
}
