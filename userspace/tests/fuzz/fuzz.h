/* SPDX-License-Identifier: GPL-2.0 */
/* What the fuzzers share: their input, bit by bit, and what must hold. */
#ifndef NSINFO_FUZZ_H
#define NSINFO_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "jsoncheck.h"

/* libFuzzer calls it, by the name that the Makefile gives it; returns 0. */
int fuzz_input(const uint8_t *data, size_t size);

/* That must hold, also where assert() would be off. */
#define must(what) do {							\
	if (!(what)) {							\
		fprintf(stderr, "%s:%d: not so: %s\n", __FILE__,	\
			__LINE__, #what);				\
		abort();						\
	}								\
} while (0)

/* What is left of the input. */
struct input {
	const uint8_t *data;
	size_t size;
};

static inline uint8_t input_byte(struct input *in)
{
	if (!in->size)
		return 0;
	in->size--;
	return *in->data++;
}

/*
 * The next @len bytes, or as many as there are, in memory of just that size, so
 * that reading beyond is noticed. The caller frees it.
 */
static inline void *input_bytes(struct input *in, size_t *len)
{
	void *copy;

	if (*len > in->size)
		*len = in->size;
	copy = malloc(*len ? *len : 1);
	memcpy(copy, in->data, *len);
	in->data += *len;
	in->size -= *len;
	return copy;
}

/* All that is left, up to a byte @end, as a string. The caller frees it. */
static inline char *input_text(struct input *in, int end)
{
	const uint8_t *stop = memchr(in->data, end, in->size);
	size_t len = stop ? (size_t)(stop - in->data) : in->size;
	char *text = strndup((const char *)in->data, len);

	in->data += len;
	in->size -= len;
	input_byte(in);
	return text;
}

/* One JSON document, in which no key is twice, and a newline. */
static inline void must_be_json(const char *text)
{
	if (!jsoncheck(text))
		fprintf(stderr, "%s\n", text);
	must(jsoncheck(text));
}

/* The *@n bytes that a string in JSON holds, which the caller frees. */
char *json_string_in(const char *text, size_t len, size_t *n);

/* Text for a terminal: lines without a control character. */
static inline void must_be_plain(const char *text, size_t len)
{
	uint32_t cp;
	size_t n;

	for (; len; text += n, len -= n) {
		n = utf8_decode(text, len, &cp);
		must(n);
		must(cp == '\n' || !utf8_is_unsafe(cp));
	}
}

#endif
