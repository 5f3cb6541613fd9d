// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "json.h"

void json_start(struct json *j, FILE *f, bool pretty)
{
	*j = (struct json){ .f = f, .pretty = pretty, .empty = true };
}

void json_end(struct json *j)
{
	fputc('\n', j->f);
}

static void new_line(struct json *j)
{
	if (j->pretty)
		fprintf(j->f, "\n%*s", (int)(4 * j->depth), "");
}

/* What goes before a value: comma, line break, name. */
static void begin(struct json *j, const char *key)
{
	if (!j->empty)
		fputc(',', j->f);
	if (j->depth)
		new_line(j);
	j->empty = false;
	if (key)
		fprintf(j->f, j->pretty ? "\"%s\": " : "\"%s\":", key);
}

static void open_container(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	fputc(bracket, j->f);
	j->depth++;
	j->empty = true;
}

static void close_container(struct json *j, char bracket)
{
	j->depth--;
	if (!j->empty)
		new_line(j);
	fputc(bracket, j->f);
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
	escape_json(j->f, value, strlen(value));
}

void json_bytes(struct json *j, const char *key, const char *value,
		size_t len)
{
	begin(j, key);
	escape_json(j->f, value, len);
}

void json_uint(struct json *j, const char *key, uint64_t value)
{
	begin(j, key);
	fprintf(j->f, "%" PRIu64, value);
}

void json_int(struct json *j, const char *key, int64_t value)
{
	begin(j, key);
	fprintf(j->f, "%" PRId64, value);
}

void json_true(struct json *j, const char *key)
{
	begin(j, key);
	fputs("true", j->f);
}

void json_false(struct json *j, const char *key)
{
	begin(j, key);
	fputs("false", j->f);
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
	fprintf(j->f, "%s%s", buf, buf[strcspn(buf, ".e")] ? "" : ".0");
}

void json_null(struct json *j, const char *key)
{
	begin(j, key);
	fputs("null", j->f);
}
