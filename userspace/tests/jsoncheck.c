// SPDX-License-Identifier: GPL-2.0
/* Written apart from json.c and escape.c on purpose: it judges them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "jsoncheck.h"

#define MAX_KEYS	64

static bool value(const char **p);

static bool take(const char **p, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*p, word, len))
		return false;
	*p += len;
	return true;
}

static void space(const char **p)
{
	while (**p == ' ' || **p == '\n' || **p == '\t' || **p == '\r')
		(*p)++;
}

static int hex4(const char **p)
{
	char digits[5] = { 0 };
	int i;

	for (i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)(*p)[i]))
			return -1;
		digits[i] = (*p)[i];
	}
	*p += 4;
	return strtol(digits, NULL, 16);
}

static bool escape(const char **p)
{
	int unit;

	if (strchr("\"\\/bfnrt", **p) && **p) {
		(*p)++;
		return true;
	}
	if (!take(p, "u"))
		return false;
	unit = hex4(p);
	if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff))
		return false;
	if (unit < 0xd800 || unit > 0xdfff)
		return true;
	if (!take(p, "\\u"))
		return false;
	unit = hex4(p);
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/* One character of UTF-8, by the table of RFC 3629. */
static bool character(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;
	int more = *s < 0x80 ? 0 : *s >= 0xc2 && *s <= 0xdf ? 1 :
		   *s >= 0xe0 && *s <= 0xef ? 2 :
		   *s >= 0xf0 && *s <= 0xf4 ? 3 : -1;
	int i;

	if (more < 0 || *s < 0x20)
		return false;
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return false;
	for (i = 1; i <= more; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return false;
	*p += 1 + more;
	return true;
}

static bool string(const char **p)
{
	if (!take(p, "\""))
		return false;
	while (!take(p, "\""))
		if (!(take(p, "\\") ? escape(p) : character(p)))
			return false;
	return true;
}

static bool take_digits(const char **p)
{
	const char *start = *p;

	while (isdigit((unsigned char)**p))
		(*p)++;
	return *p != start;
}

static bool number(const char **p)
{
	take(p, "-");
	if (!isdigit((unsigned char)**p))
		return false;
	if (**p == '0' && isdigit((unsigned char)(*p)[1]))
		return false;
	take_digits(p);
	if (take(p, ".") && !take_digits(p))
		return false;
	if (take(p, "e")) {
		if (!take(p, "-"))
			take(p, "+");
		return take_digits(p);
	}
	return true;
}

static bool new_key(const char *keys[], size_t lens[], size_t *n,
		    const char *key, size_t len)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (lens[i] == len && !memcmp(keys[i], key, len))
			return false;
	if (*n == MAX_KEYS)
		return false;
	keys[*n] = key;
	lens[(*n)++] = len;
	return true;
}

static bool object(const char **p)
{
	const char *keys[MAX_KEYS], *key;
	size_t lens[MAX_KEYS], n = 0;

	space(p);
	if (take(p, "}"))
		return true;
	do {
		space(p);
		key = *p;
		if (!string(p) || !new_key(keys, lens, &n, key, *p - key))
			return false;
		space(p);
		if (!take(p, ":") || !value(p))
			return false;
		space(p);
	} while (take(p, ","));
	return take(p, "}");
}

static bool array(const char **p)
{
	space(p);
	if (take(p, "]"))
		return true;
	do {
		if (!value(p))
			return false;
		space(p);
	} while (take(p, ","));
	return take(p, "]");
}

static bool value(const char **p)
{
	space(p);
	if (take(p, "{"))
		return object(p);
	if (take(p, "["))
		return array(p);
	if (**p == '"')
		return string(p);
	return take(p, "true") || take(p, "false") || take(p, "null") ||
	       number(p);
}

bool jsoncheck(const char *text)
{
	return value(&text) && !strcmp(text, "\n");
}
