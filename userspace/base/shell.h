/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that a person pastes into a shell. */
#ifndef NSINFO_SHELL_H
#define NSINFO_SHELL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * @s as one word for a shell, in @buf of @size bytes. Returns whether it fits,
 * and whether what is shown is what is pasted, whatever the locale: of what is
 * not printable ASCII, and of a backslash, the escape is shown.
 */
bool shell_quote(char *buf, size_t size, const char *s);

/* Of a buffer for the next one: each byte of the longest path as \xHH. */
#define BASH_WORD	(4 * PATH_MAX + 4)

/*
 * @s as one word for bash and the like, which have $'...', in @word of BASH_WORD
 * bytes; in printable ASCII only, and so to be shown unchanged. False where it
 * is longer than PATH_MAX.
 */
bool bash_quote(char *word, const char *s);

#endif
