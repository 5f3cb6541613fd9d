/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Foreign bytes made safe to print. Names of interfaces, commands, mounts and
 * the like may hold any byte but NUL.
 */
#ifndef NSINFO_ESCAPE_H
#define NSINFO_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Decode one UTF-8 character of @len > 0 bytes at @s. Returns its length in
 * bytes and the code point in *@cp; 0 if it is not valid UTF-8 (overlong,
 * surrogate, above U+10FFFF and cut off ones are not).
 */
size_t utf8_decode(const char *s, size_t len, uint32_t *cp);

/*
 * Is this character unfit for a terminal: control (C0, DEL, C1), bidirectional
 * or otherwise invisible format character, line or paragraph separator,
 * noncharacter or tag?
 */
bool utf8_is_unsafe(uint32_t cp);

/* The columns that it takes in this locale, which may not know it: then one. */
size_t utf8_columns(uint32_t cp);

/*
 * Write @len bytes for a person: every byte of an unsafe character or of
 * broken UTF-8 becomes \xHH and a backslash \\, as bash's $'…' reads them.
 * Everything above ASCII is escaped so too unless @utf8. Returns the number of
 * columns taken, a character as many as in this locale, or one where that does
 * not tell. @f may be NULL to only count.
 */
size_t escape_text(FILE *f, const char *s, size_t len, bool utf8);

/* How many bytes from @s on are printed as they are, in text and in JSON. */
size_t escape_plain(const char *s, size_t len);

/*
 * Write @len bytes as a JSON string with its quotes. The result is always
 * valid, and lossless: a byte that is no valid UTF-8 becomes U+EF00 + byte
 * (U+EF80 to U+EFFF, private use); a character of that very range in the
 * input is taken as three such bytes, so that no two inputs print alike.
 * Characters that are unsafe on a terminal are written as \uXXXX.
 */
void escape_json(FILE *f, const char *s, size_t len);

#endif
