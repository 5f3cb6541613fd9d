// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/escape.h"
#include "model/details_value.h"
#include "model/model.h"

/* Bytes that are no UTF-8, as JSON holds them: see escape_json(). */
#define BYTE_FIRST	0xef80u
#define BYTE_LAST	0xefffu
#define BYTE_BASE	0xef00u

enum details_type details_type(const struct json_t *value)
{
	static const enum details_type types[] = {
		[JSON_OBJECT] = DETAILS_OBJECT, [JSON_ARRAY] = DETAILS_ARRAY,
		[JSON_STRING] = DETAILS_STRING, [JSON_INTEGER] = DETAILS_INT,
		[JSON_REAL] = DETAILS_REAL, [JSON_TRUE] = DETAILS_TRUE,
		[JSON_FALSE] = DETAILS_FALSE, [JSON_NULL] = DETAILS_NULL,
	};

	return value ? types[json_typeof(value)] : DETAILS_NONE;
}

int64_t details_int(const struct json_t *value)
{
	return json_integer_value(value);
}

double details_real(const struct json_t *value)
{
	return json_real_value(value);
}

size_t details_count(const struct json_t *value)
{
	return json_object_size(value) + json_array_size(value) +
	       json_string_length(value);
}

const struct json_t *details_member(const struct json_t *object,
				    const char *key)
{
	return json_object_get(object, key);
}

const struct json_t *details_info(const struct dev *dev, const char *part)
{
	return json_object_get(json_object_get(dev->details, "linkinfo"), part);
}

void details_walk(const struct json_t *value,
		  void (*each)(void *data, const char *key,
			       const struct json_t *member), void *data)
{
	json_t *object = (json_t *)value;
	void *at;
	size_t i;

	for (at = json_object_iter(object); at;
	     at = json_object_iter_next(object, at))
		each(data, json_object_iter_key(at), json_object_iter_value(at));
	for (i = 0; i < json_array_size(value); i++)
		each(data, NULL, json_array_get(value, i));
}

char *details_bytes(const struct json_t *value, size_t *len)
{
	const char *s = json_string_value(value);
	size_t left = json_string_length(value), n, to = 0;
	char *bytes = s ? malloc(left + 1) : NULL;
	uint32_t cp;

	if (!bytes)
		return NULL;
	for (; left; s += n, left -= n) {
		n = utf8_decode(s, left, &cp);
		if (n == 3 && cp >= BYTE_FIRST && cp <= BYTE_LAST) {
			bytes[to++] = cp - BYTE_BASE;
			continue;
		}
		n += !n;
		memcpy(bytes + to, s, n);
		to += n;
	}
	bytes[to] = '\0';
	*len = to;
	return bytes;
}

bool details_is(const struct json_t *value, const char *text)
{
	size_t len;
	char *bytes = details_bytes(value, &len);
	bool same = bytes && strlen(text) == len && !memcmp(bytes, text, len);

	free(bytes);
	return same;
}
