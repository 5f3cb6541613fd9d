// SPDX-License-Identifier: GPL-2.0
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mountinfo.h"

void mountinfo_open(struct mountinfo *mi, const char *proc, const char *who)
{
	char path[PATH_MAX];

	memset(mi, 0, sizeof(*mi));
	snprintf(path, sizeof(path), "%s/%s/mountinfo", proc, who);
	mi->f = fopen(path, "re");
	if (mi->f)
		setvbuf(mi->f, NULL, _IOFBF, 64 * 1024);
}

void mountinfo_close(struct mountinfo *mi)
{
	free(mi->line);
	if (mi->f)
		fclose(mi->f);
}

static bool is_octal(const char *s)
{
	return s[0] >= '0' && s[0] <= '3' && s[1] >= '0' && s[1] <= '7' &&
	       s[2] >= '0' && s[2] <= '7';
}

/* Undo the kernel's \040 and the like, in place. */
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (*s == '\\' && is_octal(s + 1)) {
			*to++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 |
				(s[3] - '0');
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/* Field @n, counted from 0, of a line; cuts it off there. NULL if too short. */
static char *field(char *line, int n)
{
	while (n-- && line) {
		line = strchr(line, ' ');
		line = line ? line + 1 : NULL;
	}
	if (line)
		line[strcspn(line, "\n ")] = '\0';
	return line;
}

/*
 * Fields 3 and 4 are root and mount point, and after " - " comes the type:
 * "36 35 0:4 net:[4026532281] /run/netns/blue rw - nsfs …". Returns the inode,
 * and the unescaped path, or 0 if it is a mount of something else.
 */
static uint32_t parse_mount(char *line, char **path)
{
	char *type = strstr(line, " - ");
	unsigned long inum;
	char *root, *end;

	if (!type || strncmp(type + 3, "nsfs ", 5))
		return 0;
	*path = field(line, 4);
	root = field(line, 3);
	if (!*path || !root || strncmp(root, "net:[", 5))
		return 0;
	inum = strtoul(root + 5, &end, 10);
	if (strcmp(end, "]") || inum > UINT32_MAX)
		return 0;
	unescape(*path);
	return inum;
}

uint32_t mountinfo_next(struct mountinfo *mi, char **path)
{
	uint32_t inum;

	while (getline(&mi->line, &mi->size, mi->f) > 0) {
		if (!strstr(mi->line, " - nsfs "))
			continue;
		inum = parse_mount(mi->line, path);
		if (inum)
			return inum;
	}
	return 0;
}
