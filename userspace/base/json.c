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

/* Room for @n bytes, at most as many as the buffer has, which count as put. */
static char *room(struct json *j, size_t n)
{
	char *place;

	if (n > sizeof(j->buf) - j->used)
		flush(j);
	place = j->buf + j->used;
	j->used += n;
	return place;
}

static void put(struct json *j, const char *bytes, size_t n)
{
	memcpy(room(j, n), bytes, n);
}

static void put_char(struct json *j, char c)
{
	*room(j, 1) = c;
}

static void put_number(struct json *j, uint64_t value)
{
	char buf[20], *end = buf + sizeof(buf), *p = end;

	do {
		*--p = '0' + value % 10;
		value /= 10;
	} while (value);
	put(j, p, end - p);
}

static void put_quoted(struct json *j, const char *s, size_t len)
{
	char *place;

	if (len + 2 > sizeof(j->buf)) {
		flush(j);
		fprintf(j->f, "\"%.*s\"", (int)len, s);
		return;
	}
	place = room(j, len + 2);
	place[0] = '"';
	memcpy(place + 1, s, len);
	place[len + 1] = '"';
}

/* Nearly all are short and need no escape. */
static void put_string(struct json *j, const char *s, size_t len)
{
	if (escape_plain(s, len) == len) {
		put_quoted(j, s, len);
		return;
	}
	flush(j);
	escape_json(j->f, s, len);
}

void json_end(struct json *j)
{
	put_char(j, '\n');
	flush(j);
}

static void new_line(struct json *j)
{
	unsigned int i;

	if (!j->pretty)
		return;
	put_char(j, '\n');
	for (i = 0; i < j->depth; i++)
		put(j, "    ", 4);
}

/* What goes before a value: comma, line break, name. */
static void begin(struct json *j, const char *key)
{
	if (!j->empty)
		put_char(j, ',');
	if (j->depth)
		new_line(j);
	j->empty = false;
	if (!key)
		return;
	put_quoted(j, key, strlen(key));
	put_char(j, ':');
	if (j->pretty)
		put_char(j, ' ');
}

static void open_container(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	put_char(j, bracket);
	j->depth++;
	j->empty = true;
}

static void close_container(struct json *j, char bracket)
{
	j->depth--;
	if (!j->empty)
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
	begin(j, key);
	put_string(j, value, strlen(value));
}

void json_bytes(struct json *j, const char *key, const char *value,
		size_t len)
{
	begin(j, key);
	put_string(j, value, len);
}

void json_uint(struct json *j, const char *key, uint64_t value)
{
	begin(j, key);
	put_number(j, value);
}

void json_int(struct json *j, const char *key, int64_t value)
{
	begin(j, key);
	if (value < 0)
		put_char(j, '-');
	put_number(j, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void json_true(struct json *j, const char *key)
{
	begin(j, key);
	put(j, "true", 4);
}

void json_false(struct json *j, const char *key)
{
	begin(j, key);
	put(j, "false", 5);
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
	begin(j, key);
	put(j, buf, strlen(buf));
	if (!buf[strcspn(buf, ".e")])
		put(j, ".0", 2);
}

void json_null(struct json *j, const char *key)
{
	begin(j, key);
	put(j, "null", 4);
}
