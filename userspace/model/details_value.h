/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A value of the JSON that ip wrote. The library that reads JSON has functions
 * of the same names as json.h, so that only these files know it.
 */
#ifndef NSINFO_DETAILS_VALUE_H
#define NSINFO_DETAILS_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dev;
struct json_t;

enum details_type {
	DETAILS_NONE, DETAILS_OBJECT, DETAILS_ARRAY, DETAILS_STRING,
	DETAILS_INT, DETAILS_REAL, DETAILS_TRUE, DETAILS_FALSE, DETAILS_NULL,
};

/* Any @value of these may be NULL, which is DETAILS_NONE. */
enum details_type details_type(const struct json_t *value);

/* 0 where it is no number. */
int64_t details_int(const struct json_t *value);
double details_real(const struct json_t *value);

/* Members of an object or an array; bytes of a string, as JSON has it. */
size_t details_count(const struct json_t *value);

/* NULL if there is none. */
const struct json_t *details_member(const struct json_t *object,
				    const char *key);

/* linkinfo.@part of a device, or NULL. */
const struct json_t *details_info(const struct dev *dev, const char *part);

/* Call @each for the members, in order; @key is NULL in an array. */
void details_walk(const struct json_t *value,
		  void (*each)(void *data, const char *key,
			       const struct json_t *member), void *data);

/*
 * A string as the kernel has it: @len bytes and a NUL, which the caller frees. NULL if
 * it is none, or if there is no memory.
 */
char *details_bytes(const struct json_t *value, size_t *len);

/* Whether it is that string. */
bool details_is(const struct json_t *value, const char *text);

#endif
