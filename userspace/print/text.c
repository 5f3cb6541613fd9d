// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "print/print_names.h"
#include "print/text.h"

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
	t->item = open_memstream(&t->buf, &t->buf_len);
	return t->item ? 0 : -ENOMEM;
}

int text_close(struct text *t)
{
	fclose(t->item);
	free(t->buf);
	return t->no_memory ? -ENOMEM : 0;
}

void text_look(struct text *t, enum text_look look)
{
	if (t->how->color)
		fputs(look == PLAIN ? "\033[0m" : looks[look], t->item);
}

void text_foreign(struct text *t, enum text_look look, const char *s)
{
	if (!*s)
		return;
	if (look != PLAIN)
		text_look(t, look);
	t->item_columns += escape_text(t->item, s, strlen(s), t->how->utf8);
	if (look != PLAIN)
		text_look(t, PLAIN);
}

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vfprintf(t->item, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->item_columns += n;
}

static void new_line(struct text *t)
{
	fprintf(t->f, "\n%s%*s", t->rail, (int)t->indent, "");
	t->column = 3 + t->indent;
	t->gap = 0;
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
	if (fflush(t->item) || ferror(t->item)) {
		t->no_memory = true;
		return;
	}
	if (t->gap && t->column + t->gap + t->item_columns > t->how->width)
		new_line(t);
	fprintf(t->f, "%*s", (int)t->gap, "");
	fwrite(t->buf, 1, t->buf_len, t->f);
	t->column += t->gap + t->item_columns;
	t->gap = 2 + pad;
	rewind(t->item);
	t->item_columns = 0;
}

void text_put(struct text *t)
{
	text_put_padded(t, 0);
}

void text_start_line(struct text *t)
{
	fprintf(t->f, "%s%*s", t->rail, (int)t->indent, "");
	t->column = 3 + t->indent;
}

void text_put_word(struct text *t, const char *what, const char *value)
{
	text_add(t, "%s ", what);
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

