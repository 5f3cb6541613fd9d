/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that a person pastes into a shell. */
#ifndef NSINFO_SHELL_H
#define NSINFO_SHELL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * @s as one word for a shell, in @buf of @size bytes. Returns whether it fits,
 * and whether what is shown is what is pasted: a control character or a
 * backslash, which is doubled when it is shown, cannot be.
 */
bool shell_quote(char *buf, size_t size, const char *s);

#endif
