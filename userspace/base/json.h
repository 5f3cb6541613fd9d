/* SPDX-License-Identifier: GPL-2.0 */
/* A streaming JSON writer: owns commas, quotes, escapes and indentation. */
#ifndef NSINFO_JSON_H
#define NSINFO_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * @key is the member's name inside an object (plain ASCII, not escaped) and
 * NULL inside an array. Nothing is allocated. Nobody else writes to @f until
 * json_end(). Errors of @f stay with @f, for ferror() after that.
 */
struct json {
	FILE *f;
	bool pretty;
	bool empty;		/* nothing yet in the innermost container */
	unsigned int depth;
	size_t used;		/* of what is not with @f yet */
	char buf[4096];
};

void json_start(struct json *j, FILE *f, bool pretty);
/* Ends the document with a newline. */
void json_end(struct json *j);

void json_object(struct json *j, const char *key);
void json_object_end(struct json *j);
void json_array(struct json *j, const char *key);
void json_array_end(struct json *j);

void json_string(struct json *j, const char *key, const char *value);
/* The same of @len bytes, which may hold NULs. */
void json_bytes(struct json *j, const char *key, const char *value,
		size_t len);
void json_uint(struct json *j, const char *key, uint64_t value);
void json_int(struct json *j, const char *key, int64_t value);
void json_true(struct json *j, const char *key);
void json_false(struct json *j, const char *key);
void json_real(struct json *j, const char *key, double value);
void json_null(struct json *j, const char *key);

#endif
