// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of the kernel module into one model, as fetch.c puts them there, and
 * all that commands make of a model without asking anybody.
 *
 * The input: a byte that says how to print, then messages: kind, length in units
 * of 4 bytes, attributes.
 */
#include <errno.h>
#include <locale.h>

#include "base/util.h"
#include "cmd/find/match.h"
#include "cmd/list/columns.h"
#include "cmd/monitor/view.h"
#include "cmd/show/topology.h"
#include "fuzz.h"
#include "model/duplicates.h"
#include "model/link.h"
#include "model/segments.h"
#include "model/word.h"
#include "print/render.h"
#include "wire/decode.h"

enum kind {
	MODULE, NETNS, DEV, TASK, HOLDER, OPENED, EVENT, N_KINDS,
};

enum { STATS = 1, TIMES = 2, PRETTY = 4, UTF8 = 8, NARROW = 16 };

static const uint8_t events[] = {
	NSINFO_CMD_NETNS_ADD_NTF, NSINFO_CMD_NETNS_DYING_NTF,
	NSINFO_CMD_NETNS_DEL_NTF, NSINFO_CMD_DEV_ADD_NTF,
	NSINFO_CMD_DEV_CHANGE_NTF, NSINFO_CMD_DEV_DEL_NTF,
	NSINFO_CMD_ADDR_ADD_NTF, NSINFO_CMD_ADDR_DEL_NTF,
};

static int decode(struct model *m, uint8_t kind, const void *data, size_t len)
{
	struct opened opened;
	struct module module;
	struct err err = { 0 };
	int ret = 0;

	switch (kind) {
	case MODULE:
		ret = decode_module(m, &module, data, len, &err);
		break;
	case NETNS:
		ret = decode_netns(m, data, len, &err);
		break;
	case DEV:
		ret = decode_dev(m, data, len, &err);
		break;
	case TASK:
		ret = decode_task(m, data, len, &err);
		break;
	case HOLDER:
		ret = decode_holder(m, data, len, &err);
		break;
	case OPENED:
		ret = decode_opened(m, &opened, data, len, &err);
		break;
	}
	must(ret == 0 || ret == -EBADMSG || ret == -EINTR);
	must(ret != -EBADMSG || *err.text);
	return ret;
}

static int nothing(const struct happening *h, void *data)
{
	(void)data;
	must(h->ns || h->dev);
	return 0;
}

static void event(struct view *v, uint8_t cmd, const void *data, size_t len)
{
	struct model m = { 0 };
	struct err err = { 0 };
	int ret = decode_event(&m, cmd, data, len, &err);

	must(ret == 0 || ret == -EBADMSG);
	if (!ret)
		must(!view_apply(v, cmd, &m, nothing, NULL));
	model_clear(&m);
}

static void dump(const struct model *m, uint8_t how_byte)
{
	struct ipnames names;
	struct render how = {
		.names = &names, .stats = how_byte & STATS,
		.times = how_byte & TIMES, .pretty = how_byte & PRETTY,
		.utf8 = how_byte & UTF8, .width = how_byte & NARROW ? 20 : 120,
	};
	char *text;
	size_t len;
	FILE *f;

	ipnames_read(&names, "/nowhere");
	f = open_memstream(&text, &len);
	must(!render_json_dump(f, m, &how));
	fclose(f);
	must_be_json(text);
	must_be_plain(text, len);
	free(text);
	f = open_memstream(&text, &len);
	must(!render_text_dump(f, m, &how));
	fclose(f);
	must_be_plain(text, len);
	free(text);
	ipnames_free(&names);
}

static const char *no_name(void *data, uint32_t uid)
{
	(void)data;
	(void)uid;
	return NULL;
}

static void list(const struct model *m, uint8_t how_byte)
{
	const struct list_how how = { .now = 1ull << 60, .user_name = no_name };
	const struct table_how shown = {
		.utf8 = how_byte & UTF8, .width = how_byte & NARROW ? 20 : 120,
		.raw = how_byte & STATS,
	};
	struct err err = { 0 };
	struct table t;
	char *text;
	size_t i, len;
	FILE *f;

	must(!table_init(&t, list_columns, N_LIST_COLUMNS, NULL, &err));
	for (i = 0; i < N_LIST_COLUMNS; i++)
		table_show(&t, i, t.n_shown);
	list_fill(&t, m, &how);
	f = open_memstream(&text, &len);
	must(!render_list_text(f, &t, m, &shown));
	fclose(f);
	must_be_plain(text, len);
	free(text);
	f = open_memstream(&text, &len);
	must(!render_list_json(f, &t, m, how_byte & PRETTY));
	fclose(f);
	must_be_json(text);
	free(text);
	table_free(&t);
}

static void look_for(const struct model *m)
{
	struct duplicates found[2] = { { 0 } };
	struct segments w = { 0 };
	struct find_hits hits = { 0 };
	struct topology t = { 0 };
	char buf[32];
	size_t i;

	for (i = 0; i < m->n_netns; i++) {
		const struct netns *ns = &m->netns[i];

		must(model_netns(m, ns->id) == ns);
		must(*netns_word(m, ns, buf, sizeof(buf)));
		must(!topology_find(m, ns, &t));
		topology_clear(&t);
		t = (struct topology){ 0 };
	}
	for (i = 0; i < m->n_devs; i++)
		must(!find_peer(m, &m->devs[i], &hits));
	must(!segments_find(&w, m));
	for (i = 0; i < ARRAY_SIZE(found); i++) {
		must(!duplicates_find(m, &w, i, &found[i]));
		must(!find_duplicates(m, &found[i], &hits));
	}
	find_sort(&hits);
	find_free(&hits);
	for (i = 0; i < ARRAY_SIZE(found); i++)
		duplicates_free(&found[i]);
	segments_free(&w);
}

static void finish(struct view *v, struct model *m, uint8_t how)
{
	int ret;

	model_drop_strays(m);
	ret = model_finish(m);
	must(ret == 0 || ret == -EINTR);
	if (ret)
		return;
	model_finish_tasks(m);
	link_resolve(m);
	dump(m, how);
	list(m, how);
	look_for(m);
	must(!view_update(v, m, nothing, NULL));
	/* It was told all that there is. */
	must(v->n_netns == m->n_netns);
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct model m = { 0 };
	struct view v = { 0 };
	uint8_t how = input_byte(&in);
	int ret = 0;

	setlocale(LC_CTYPE, how & UTF8 ? "C.UTF-8" : "C");
	while (in.size && !ret) {
		uint8_t kind = input_byte(&in);
		size_t len = 4 * input_byte(&in);
		void *attrs;

		if (kind % N_KINDS != EVENT)
			len += 1024 * (kind / N_KINDS % 4);
		attrs = input_bytes(&in, &len);
		if (kind % N_KINDS == EVENT)
			event(&v, events[kind / N_KINDS % ARRAY_SIZE(events)],
			      attrs, len);
		else
			ret = decode(&m, kind % N_KINDS, attrs, len);
		free(attrs);
	}
	if (!ret)
		finish(&v, &m, how);
	view_clear(&v);
	model_clear(&m);
	return 0;
}
