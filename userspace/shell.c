// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "shell.h"

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
		if ((unsigned char)*s < ' ' || *s == 127 || *s == '\\')
			return false;
		fits = *s == '\'' ? add(buf, size, &used, "'\"'\"'", 5) :
				    add(buf, size, &used, s, 1);
	}
	return fits && add(buf, size, &used, "'", 1);
}
