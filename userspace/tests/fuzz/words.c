// SPDX-License-Identifier: GPL-2.0
/*
 * Words that people type and others choose: names of netns, what find is asked
 * for, containers, and foreign bytes on a terminal, in JSON and in a shell.
 */
#include <errno.h>
#include <locale.h>

#include "base/shell.h"
#include "cmd/find/findarg.h"
#include "cmd/netnsarg.h"
#include "fuzz.h"
#include "host/container.h"

enum { NETNS_WORD, FIND, SAME, CGROUP, CONTAINER, ESCAPE, SHELL, N_KINDS };

static void netns_word_of(const char *word)
{
	static const char *const folders[] = { "/nowhere", NULL };
	static const struct netnsarg_env env = {
		.proc = "/nowhere", .folders = folders,
	};
	struct netnsarg a;
	struct err err = { 0 };
	int ret;

	/* What is a path is opened. */
	if (*word == '/')
		return;
	ret = netnsarg_read(&a, word, &env, &err);
	must(ret <= 0);
	must(ret ? *err.text : a.n > 0);
	/* A name means nothing else. */
	if (!netnsarg_not_a_name(word))
		must(ret == -ENOENT);
	netnsarg_close(&a);
}

static void find_words(const char *duplicates, struct input *in)
{
	char *argv[6] = { NULL };
	struct find_query q;
	struct err err = { 0 };
	size_t i;
	int ret;

	for (i = 0; i < 5 && in->size; i++)
		argv[i] = input_text(in, '\n');
	ret = findarg_read(&q, duplicates, argv, &err);
	must(ret == 0 || (ret == -EINVAL && *err.text));
	if (!ret && q.what == FIND_IP)
		must(q.prefix <= 128);
	if (!ret && q.what == FIND_MAC)
		must(q.mac_len && q.mac_len <= sizeof(q.mac));
	for (i = 0; i < 5; i++)
		free(argv[i]);
}

static void cgroup(const char *text)
{
	char word[CONTAINER_WORD], command[256], shown[CONTAINER_WORD];
	struct container c;
	unsigned int level;

	must(container_parse(text, &c) == container_parse_outer(text, 0, &c));
	for (level = 0; container_parse_outer(text, level, &c); level++) {
		must(*c.id && *c.runtime);
		container_word(&c, word, sizeof(word));
		must(strchr(word, ':'));
		must(*container_shown(word, shown));
		if (container_stop(word, false, command, sizeof(command)))
			must_be_plain(command, strlen(command));
	}
	must(!container_parse_outer(text, level + 1, &c));
}

static void advice(const char *word)
{
	char command[256], shown[CONTAINER_WORD];
	int sandbox;

	if (strlen(word) < CONTAINER_WORD)
		container_shown(word, shown);
	for (sandbox = 0; sandbox < 2; sandbox++) {
		if (!container_stop(word, sandbox, command, sizeof(command)))
			continue;
		must_be_plain(command, strlen(command));
		/* Root pastes it: one command, of plain words. */
		must(!strpbrk(command, "`$;&|<>(){}*?[]~#!\"'\n"));
	}
}

/* What escape_json() says a string in JSON holds. */
static void must_hold(const char *text, size_t len, const char *bytes,
		      size_t n)
{
	size_t left, used, at = 0;
	char *made = json_string_in(text, len, &left), *s = made;
	uint32_t cp;

	for (; left; s += used, left -= used) {
		used = utf8_decode(s, left, &cp);
		must(used);
		if (cp >= 0xef80 && cp <= 0xefff) {
			must(at < n && (uint8_t)bytes[at] == cp - 0xef00);
			at++;
			continue;
		}
		must(at + used <= n && !memcmp(bytes + at, s, used));
		at += used;
	}
	must(at == n);
	free(made);
}

static void escape(const char *bytes, size_t n)
{
	char *text;
	size_t len;
	FILE *f;
	int utf8;

	for (utf8 = 0; utf8 < 2; utf8++) {
		size_t columns;

		f = open_memstream(&text, &len);
		columns = escape_text(f, bytes, n, utf8);
		fclose(f);
		must(columns == escape_text(NULL, bytes, n, utf8));
		must(utf8 || columns == len);
		must_be_plain(text, len);
		must(!memchr(text, '\n', len));
		free(text);
	}
	must(escape_plain(bytes, n) <= n);
	f = open_memstream(&text, &len);
	escape_json(f, bytes, n);
	fclose(f);
	must_be_plain(text, len);
	must_hold(text, len, bytes, n);
	free(text);
}

/*
 * What a shell makes of one word, parts of which are quoted. It must be no more
 * than that.
 */
static char *unquote(const char *word)
{
	char *made = malloc(strlen(word) + 1), *to = made;
	char quote = 0;

	for (; *word; word++) {
		if (*word == quote) {
			quote = 0;
		} else if (!quote && (*word == '\'' || *word == '"')) {
			quote = *word;
		} else {
			must(quote == '\'' || !strchr("`$\\!", *word));
			must(quote || !strchr(" \t\n;&|<>(){}*?[]~#", *word));
			*to++ = *word;
		}
	}
	must(!quote);
	*to = '\0';
	return made;
}

static void shell(const char *s)
{
	char buf[512], *word, *made;

	if (shell_quote(buf, sizeof(buf), s)) {
		must_be_plain(buf, strlen(buf));
		made = unquote(buf);
		must(!strcmp(made, s));
		free(made);
	}
	word = malloc(BASH_WORD);
	if (bash_quote(word, s))
		for (made = word; *made; made++)
			must(*made >= ' ' && *made <= '~');
	free(word);
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t kind = input_byte(&in) % N_KINDS;
	char *word;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (kind == FIND) {
		find_words(NULL, &in);
		return 0;
	}
	if (kind == ESCAPE) {
		size_t len = in.size;

		word = input_bytes(&in, &len);
		escape(word, len);
		free(word);
		return 0;
	}
	word = input_text(&in, kind == SAME ? '\n' : '\0');
	if (kind == NETNS_WORD)
		netns_word_of(word);
	else if (kind == SAME)
		find_words(word, &in);
	else if (kind == CGROUP)
		cgroup(word);
	else if (kind == CONTAINER)
		advice(word);
	else
		shell(word);
	free(word);
	return 0;
}
