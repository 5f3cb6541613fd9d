// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define FIRST	16

void *array_grow(void *items, size_t *n, size_t *cap, size_t size, size_t at)
{
	void **array = items;
	char *item;

	if (*n == *cap) {
		size_t want = *cap ? *cap + *cap / 2 : FIRST;
		void *bigger = reallocarray(*array, want, size);

		if (!bigger)
			return NULL;
		*array = bigger;
		*cap = want;
	}
	if (at > *n)
		at = *n;
	item = (char *)*array + at * size;
	memmove(item + size, item, (*n - at) * size);
	(*n)++;
	return memset(item, 0, size);
}

void array_remove(void *items, size_t *n, size_t size, size_t at)
{
	char *item = (char *)items + at * size;

	(*n)--;
	memmove(item, item + size, (*n - at) * size);
}
