// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "print/print_names.h"
#include "print/text.h"

/* Most of what is put together from a format is shorter. */
#define SHORT		64

static const char *const looks[] = {
	[PLAIN] = "",
	[BOLD] = "\033[1m",
	[DIM] = "\033[2m",
	[NAME] = "\033[36m",
	[MAC] = "\033[33m",
	[INET] = "\033[35m",
	[INET6] = "\033[34m",
	[GOOD] = "\033[32m",
	[BAD] = "\033[31m",
};

static const struct text_glyphs utf8_glyphs = { "├─ ", "└─ ", "│  ", "   " };
static const struct text_glyphs ascii_glyphs = { "|- ", "`- ", "|  ", "   " };

int text_open(struct text *t, FILE *f, const struct model *m,
	      const struct render *how)
{
	*t = (struct text){
		.f = f,
		.m = m,
		.how = how,
		.glyphs = how->utf8 ? &utf8_glyphs : &ascii_glyphs,
	};
	t->cap = 256;
	t->item = malloc(t->cap);
	return t->item ? 0 : -ENOMEM;
}

int text_close(struct text *t)
{
	free(t->item);
	return t->no_memory ? -ENOMEM : 0;
}

/* Room for @n bytes more of the item; NULL without memory. */
static char *room(struct text *t, size_t n)
{
	size_t want = 2 * t->cap + n;
	char *bigger;

	if (t->cap - t->item_len >= n)
		return t->item + t->item_len;
	bigger = realloc(t->item, want);
	if (!bigger) {
		t->no_memory = true;
		return NULL;
	}
	t->item = bigger;
	t->cap = want;
	return t->item + t->item_len;
}

static void append(struct text *t, const char *bytes, size_t n)
{
	char *place = room(t, n);

	if (!place)
		return;
	memcpy(place, bytes, n);
	t->item_len += n;
}

void text_look(struct text *t, enum text_look look)
{
	const char *s = look == PLAIN ? "\033[0m" : looks[look];

	if (t->how->color)
		append(t, s, strlen(s));
}

static void append_escaped(struct text *t, const char *s, size_t len)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f)
		t->item_columns += escape_text(f, s, len, t->how->utf8);
	if (!f || ferror(f) | fclose(f))
		t->no_memory = true;
	else
		append(t, text, size);
	free(text);
}

void text_foreign(struct text *t, enum text_look look, const char *s)
{
	size_t len = strlen(s);

	if (!len)
		return;
	if (look != PLAIN)
		text_look(t, look);
	if (escape_plain(s, len) < len) {
		append_escaped(t, s, len);
	} else {
		append(t, s, len);
		t->item_columns += len;
	}
	if (look != PLAIN)
		text_look(t, PLAIN);
}

__attribute__((format(printf, 3, 0)))
static size_t format(struct text *t, size_t size, const char *fmt, va_list ap)
{
	char *place = room(t, size);
	va_list again;
	int n;

	va_copy(again, ap);
	n = place ? vsnprintf(place, size, fmt, again) : 0;
	va_end(again);
	return n < 0 ? 0 : n;
}

void text_add(struct text *t, const char *fmt, ...)
{
	size_t n = strlen(fmt);
	va_list ap;

	if (!memchr(fmt, '%', n)) {
		append(t, fmt, n);
	} else {
		va_start(ap, fmt);
		n = format(t, SHORT, fmt, ap);
		if (n >= SHORT)
			n = format(t, n + 1, fmt, ap);
		va_end(ap);
		t->item_len += n;
	}
	t->item_columns += n;
}

static void put_blanks(struct text *t, size_t n)
{
	while (n--)
		putc_unlocked(' ', t->f);
}

void text_end_line(struct text *t)
{
	fputc('\n', t->f);
	t->column = 0;
	t->gap = 0;
}

void text_put_padded(struct text *t, size_t width)
{
	size_t pad = width > t->item_columns ? width - t->item_columns : 0;

	if (!t->item_columns) {
		t->gap += width ? 2 + width : 0;
		return;
	}
	if (t->gap && t->column + t->gap + t->item_columns > t->how->width) {
		text_end_line(t);
		text_start_line(t);
	}
	put_blanks(t, t->gap);
	fwrite_unlocked(t->item, 1, t->item_len, t->f);
	t->column += t->gap + t->item_columns;
	t->gap = 2 + pad;
	t->item_len = 0;
	t->item_columns = 0;
}

void text_put(struct text *t)
{
	text_put_padded(t, 0);
}

void text_start_line(struct text *t)
{
	fputs_unlocked(t->rail, t->f);
	put_blanks(t, t->indent);
	t->column = 3 + t->indent;
}

void text_put_word(struct text *t, const char *what, const char *value)
{
	append(t, what, strlen(what));
	append(t, " ", 1);
	t->item_columns += strlen(what) + 1;
	text_foreign(t, PLAIN, value);
	text_put(t);
}

void text_put_number(struct text *t, const char *what, uint32_t value)
{
	text_add(t, "%s %" PRIu32, what, value);
	text_put(t);
}

void text_netns(struct text *t, uint64_t id, uint32_t inum)
{
	const struct model *where;
	const struct netns *ns = model_anywhere(t->m, id, &where);
	const struct name *names;
	const char *name;
	size_t n;

	names = ns ? model_names(t->m, ns, &n) :
		     model_inum_names(t->m, inum, &n);
	name = names_best(names, n);
	if (!name && ns && HAS(ns, NSINFO_A_NETNS_INIT))
		name = "init";
	text_add(t, "@");
	if (name)
		text_foreign(t, BOLD, name);
	else
		text_add(t, "%" PRIu32, inum);
}

