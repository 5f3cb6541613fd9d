// SPDX-License-Identifier: GPL-2.0
/* The library that reads JSON has functions of the same names as json.h. */
#include <jansson.h>

#include "fuzz.h"

char *json_string_in(const char *text, size_t len, size_t *n)
{
	json_t *value = json_loadb(text, len, JSON_DECODE_ANY | JSON_ALLOW_NUL,
				   NULL);
	char *copy;

	must(json_is_string(value));
	*n = json_string_length(value);
	copy = malloc(*n + 1);
	memcpy(copy, json_string_value(value), *n);
	json_decref(value);
	return copy;
}
