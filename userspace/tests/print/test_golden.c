// SPDX-License-Identifier: GPL-2.0
/* The renderers of dump against the files of tests/golden. */
#include "golden.h"
#include "model/link.h"
#include "print/render.h"
#include "scenes.h"
#include "wire/decode.h"

struct golden {
	const char *file;
	const struct scene *scene;
	bool json;
	struct render how;
};

#define TEXT	.json = false, .how.width = 120
#define JSON	.json = true

static struct golden goldens[] = {
	{ "empty.txt", &scene_empty, TEXT },
	{ "empty.json", &scene_empty, JSON, .how.pretty = true },
	{ "host.txt", &scene_host, TEXT },
	{ "host-utf8.txt", &scene_host, TEXT, .how.utf8 = true },
	{ "host-color.txt", &scene_host, TEXT, .how.color = true },
	{ "host-stats.txt", &scene_host, TEXT, .how.stats = true },
	{ "host-times.txt", &scene_host, TEXT, .how.times = true,
	  .how.now = 100000 * 1000000000ull },
	{ "host-narrow.txt", &scene_host, .json = false, .how.width = 60 },
	{ "host.json", &scene_host, JSON, .how.pretty = true },
	{ "host-compact.json", &scene_host, JSON },
	{ "host-stats.json", &scene_host, JSON, .how.pretty = true,
	  .how.stats = true },
	{ "containers.txt", &scene_containers, TEXT, .how.utf8 = true },
	{ "containers.json", &scene_containers, JSON, .how.pretty = true },
	{ "addresses.txt", &scene_addresses, TEXT },
	{ "addresses-times.txt", &scene_addresses, TEXT, .how.times = true },
	{ "addresses.json", &scene_addresses, JSON, .how.pretty = true },
	{ "addresses-times.json", &scene_addresses, JSON, .how.pretty = true,
	  .how.times = true },
	{ "devices.txt", &scene_devices, TEXT },
	{ "devices.json", &scene_devices, JSON, .how.pretty = true },
	{ "life.txt", &scene_life, TEXT },
	{ "life-times.txt", &scene_life, TEXT, .how.times = true,
	  .how.now = 100000 * 1000000000ull },
	{ "life.json", &scene_life, JSON, .how.pretty = true },
	{ "odd.txt", &scene_odd, TEXT },
	{ "odd-utf8.txt", &scene_odd, TEXT, .how.utf8 = true },
	{ "odd.json", &scene_odd, JSON, .how.pretty = true },
};

static void add_names(struct model *m, const struct scene *s)
{
	size_t i;

	for (i = 0; i < s->n_names; i++) {
		struct name *name = s->names[i].inum ? model_add_name(m) :
						       model_add_stale(m);

		name->inum = s->names[i].inum;
		name->path = s->names[i].path;
		name->shown = s->names[i].shown;
		name->mntns = s->names[i].mntns;
		name->mnt_pid = s->names[i].pid;
		if (!name->shown)
			name->shown = name->path;
	}
	model_finish_names(m);
}

static char *render(const struct golden *g)
{
	struct render how = g->how;
	struct model m = { 0 };
	struct ipnames names;
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	ipnames_read(&names, "/nowhere");
	how.names = &names;
	messages_decode(&m, g->scene->netns, g->scene->n_netns,
			g->scene->devs, g->scene->n_devs);
	expect_int(model_finish(&m), 0);
	link_resolve(&m);
	add_names(&m, g->scene);
	expect_int(g->json ? render_json_dump(f, &m, &how) :
			     render_text_dump(f, &m, &how), 0);
	fclose(f);
	model_clear(&m);
	ipnames_free(&names);
	return text;
}

static void golden(void **state)
{
	const struct golden *g = *state;
	char *text = render(g);

	golden_check(g->file, text);
	free(text);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(goldens)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(goldens); i++)
		tests[i] = (struct CMUnitTest){ .name = goldens[i].file,
						.test_func = golden,
						.initial_state = &goldens[i] };
	return run_group("golden", tests, ARRAY_SIZE(tests));
}
