// SPDX-License-Identifier: GPL-2.0
/*
 * What a container has a say in: tables of mounts and the advice that follows
 * from them, and what the look inside a netns reads: answers of netlink, files
 * of /proc/net, records of its child.
 */
#include <errno.h>

#include "base/util.h"
#include "fuzz.h"
#include "host/mountinfo.h"
#include "host/uncover.h"
#include "inside/peek_in.h"

enum { MOUNTS, NETLINK, PROC, RECORDS, N_KINDS };

static void look_at(const struct mount_table *t, const struct mount *m)
{
	struct mount_place place = { 0 }, same = { 0 };
	const struct mount *at = mount_table_at(t, m->path);
	char *command;

	/* What is hidden is not at its path, and what is not hidden is there. */
	must(m->hidden ? at != m : at && !strcmp(at->path, m->path));
	must(!at || !at->hidden);
	mount_table_find(t, m->path);
	mount_table_is_local(t, m->path);
	must(mount_is_below(m->path, m->path));
	must(!mount_place(m, m->path, &place));
	must(!mount_place(m, m->path, &same));
	must(mount_place_equal(&place, &same));
	free(place.path);
	free(same.path);
	if (!m->hidden)
		return;
	command = uncover_command(t, m);
	/* Root pastes it. */
	if (command)
		must_be_plain(command, strlen(command));
	free(command);
}

static void mounts(char *text, const char *path)
{
	struct mount_table t = { 0 };
	size_t i;

	/* The text is the table's. */
	must(!mount_table_parse(&t, text));
	for (i = 0; i < t.n; i++)
		look_at(&t, &t.mount[i]);
	mount_table_at(&t, path);
	mount_table_find(&t, path);
	mount_table_is_local(&t, path);
	mount_table_clear(&t);
}

static const struct peek_ask *ask_by(uint8_t number)
{
	size_t n;

	for (n = 0; peek_asks[n].what; n++)
		;
	return &peek_asks[number % n];
}

static void must_be_in_order(const struct peek *p)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 1; i < p->n_tables; i++)
		must(p->tables[i - 1].family < p->tables[i].family ||
		     (p->tables[i - 1].family == p->tables[i].family &&
		      p->tables[i - 1].table < p->tables[i].table));
	for (i = 0; i < PEEK_NETIDS; i++)
		sum += peek_sockets_of(p, i);
	must(sum == peek_sockets_all(p));
	for (i = 0; i < p->n_sockets; i++) {
		peek_netid_name(p->sockets[i].netid);
		peek_state_name(p->sockets[i].netid, p->sockets[i].state);
	}
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct peek p = { 0 };
	struct peek_talk talk = {
		.p = &p, .seq = 0x01010101, .portid = 0x02020202,
		.own = { { 16, 11 }, { 4, 12 } },
	};
	uint8_t kind = input_byte(&in) % N_KINDS;
	char *path;
	void *bytes;
	size_t len;
	FILE *f;

	if (kind == MOUNTS) {
		path = input_text(&in, '\n');
		mounts(input_text(&in, '\0'), path);
		free(path);
		return 0;
	}
	talk.ask = ask_by(input_byte(&in));
	if (kind == NETLINK) {
		while (in.size) {
			len = 4 * input_byte(&in);
			bytes = input_bytes(&in, &len);
			peek_feed(&talk, bytes, len);
			free(bytes);
		}
	} else if (kind == PROC && talk.ask->proc && in.size) {
		len = in.size;
		bytes = input_bytes(&in, &len);
		f = fmemopen(bytes, len, "r");
		peek_read_proc(&talk, f);
		fclose(f);
		free(bytes);
	} else if (kind == RECORDS) {
		struct peek_record rec;

		for (; in.size >= sizeof(rec); in.size -= sizeof(rec)) {
			memcpy(&rec, in.data, sizeof(rec));
			in.data += sizeof(rec);
			if (peek_take(&p, &rec))
				break;
		}
	}
	must_be_in_order(&p);
	peek_clear(&p);
	return 0;
}
