// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/json.h"

void json_start(struct json *j, FILE *f, bool pretty)
{
	j->f = f;
	j->pretty = pretty;
	j->empty = true;
	j->depth = 0;
	j->used = 0;
}

static void flush(struct json *j)
{
	fwrite(j->buf, 1, j->used, j->f);
	j->used = 0;
}

/* Room for @n bytes, at most as many as the buffer has; ended() counts them. */
static char *room(struct json *j, size_t n)
{
	if (n > sizeof(j->buf) - j->used)
		flush(j);
	return j->buf + j->used;
}

static void ended(struct json *j, const char *end)
{
	j->used = end - j->buf;
}

static void put_char(struct json *j, char c)
{
	*room(j, 1) = c;
	j->used++;
}

void json_end(struct json *j)
{
	put_char(j, '\n');
	flush(j);
}

static void new_line(struct json *j)
{
	unsigned int i;

	put_char(j, '\n');
	for (i = 0; i < 4 * j->depth; i++)
		put_char(j, ' ');
}

static char *copy(char *to, const char *from, size_t n)
{
	memcpy(to, from, n);
	return to + n;
}

/*
 * What goes before a value: comma, line break, name. Returns room for @n bytes
 * of the value behind that.
 */
static char *begin(struct json *j, const char *key, size_t n)
{
	size_t len = key ? strlen(key) : 0;
	char *p;

	p = room(j, 1 + len + 4 + n);
	if (!j->empty)
		*p++ = ',';
	j->empty = false;
	if (j->pretty && j->depth) {
		ended(j, p);
		new_line(j);
		p = room(j, len + 4 + n);
	}
	if (!key)
		return p;
	*p++ = '"';
	p = copy(p, key, len);
	*p++ = '"';
	*p++ = ':';
	if (j->pretty)
		*p++ = ' ';
	return p;
}

static void put_word(struct json *j, const char *key, const char *word)
{
	size_t len = strlen(word);

	ended(j, copy(begin(j, key, len), word, len));
}

static void open_container(struct json *j, const char *key, char bracket)
{
	char *p = begin(j, key, 1);

	*p++ = bracket;
	ended(j, p);
	j->depth++;
	j->empty = true;
}

static void close_container(struct json *j, char bracket)
{
	j->depth--;
	if (!j->empty && j->pretty)
		new_line(j);
	put_char(j, bracket);
	j->empty = false;
}

void json_object(struct json *j, const char *key)
{
	open_container(j, key, '{');
}

void json_object_end(struct json *j)
{
	close_container(j, '}');
}

void json_array(struct json *j, const char *key)
{
	open_container(j, key, '[');
}

void json_array_end(struct json *j)
{
	close_container(j, ']');
}

void json_string(struct json *j, const char *key, const char *value)
{
	json_bytes(j, key, value, strlen(value));
}

/* Nearly all are short and need no escape. */
void json_bytes(struct json *j, const char *key, const char *value,
		size_t len)
{
	char *p;

	if (len > sizeof(j->buf) / 2 || escape_plain(value, len) < len) {
		ended(j, begin(j, key, 0));
		flush(j);
		escape_json(j->f, value, len);
		return;
	}
	p = begin(j, key, len + 2);
	*p++ = '"';
	p = copy(p, value, len);
	*p++ = '"';
	ended(j, p);
}

static void put_number(struct json *j, const char *key, bool negative,
		       uint64_t value)
{
	char digits[20], *end = digits + sizeof(digits), *first = end, *p;

	do {
		*--first = '0' + value % 10;
		value /= 10;
	} while (value);
	p = begin(j, key, 1 + sizeof(digits));
	if (negative)
		*p++ = '-';
	while (first < end)
		*p++ = *first++;
	ended(j, p);
}

void json_uint(struct json *j, const char *key, uint64_t value)
{
	put_number(j, key, false, value);
}

void json_int(struct json *j, const char *key, int64_t value)
{
	put_number(j, key, value < 0,
		   value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void json_true(struct json *j, const char *key)
{
	put_word(j, key, "true");
}

void json_false(struct json *j, const char *key)
{
	put_word(j, key, "false");
}

/* In the fewest digits that are the same number. */
void json_real(struct json *j, const char *key, double value)
{
	char buf[32];
	int digits;

	for (digits = 15; digits <= 17; digits++) {
		snprintf(buf, sizeof(buf), "%.*g", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	if (!buf[strcspn(buf, ".e")])
		strcat(buf, ".0");
	put_word(j, key, buf);
}

void json_null(struct json *j, const char *key)
{
	put_word(j, key, "null");
}
