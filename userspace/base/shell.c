// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/shell.h"

static bool is_plain(const char *s)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-:@%+=,";

	return *s && *s != '-' && !s[strspn(s, plain)];
}

static bool add(char *buf, size_t size, size_t *used, const char *s, size_t len)
{
	if (len >= size - *used)
		return false;
	memcpy(buf + *used, s, len);
	*used += len;
	buf[*used] = '\0';
	return true;
}

bool shell_quote(char *buf, size_t size, const char *s)
{
	size_t used = 0;
	bool fits;

	*buf = '\0';
	if (is_plain(s))
		return add(buf, size, &used, s, strlen(s));
	fits = add(buf, size, &used, "'", 1);
	for (; *s && fits; s++) {
		if (*s < ' ' || *s > '~' || *s == '\\')
			return false;
		fits = *s == '\'' ? add(buf, size, &used, "'\"'\"'", 5) :
				    add(buf, size, &used, s, 1);
	}
	return fits && add(buf, size, &used, "'", 1);
}

bool bash_quote(char *word, const char *s)
{
	size_t n;

	if (strlen(s) > PATH_MAX)
		return false;
	if (is_plain(s)) {
		memcpy(word, s, strlen(s) + 1);
		return true;
	}
	n = sprintf(word, "$'");
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			n += sprintf(word + n, "\\%c", *s);
		else if (*s >= ' ' && *s < 127)
			word[n++] = *s;
		else
			n += sprintf(word + n, "\\x%02x", (unsigned char)*s);
	}
	memcpy(word + n, "'", 2);
	return true;
}
