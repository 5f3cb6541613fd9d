/* SPDX-License-Identifier: GPL-2.0 */
/* Arrays that grow: the items, how many there are, and for how many is room. */
#ifndef NSINFO_ARRAY_H
#define NSINFO_ARRAY_H

#include <stddef.h>
#include <stdint.h>

/*
 * One more item of @size bytes, all zero, at index @at of *@items, a pointer
 * to an array from malloc() or NULL, or at its end; the items from @at on move
 * up. Returns the item; NULL without memory, and then nothing has changed.
 */
void *array_grow(void *items, size_t *n, size_t *cap, size_t size, size_t at);

/* Likewise of the array whose pointer @items points to, with its type. */
#define array_insert(items, n, cap, at) ({				\
	typeof(items) items_ = (items);					\
									\
	(typeof(*items_))array_grow(items_, n, cap, sizeof(**items_), at); \
})

/* At the end. */
#define array_add(items, n, cap)	array_insert(items, n, cap, SIZE_MAX)

/* Remove the item at index @at. */
void array_remove(void *items, size_t *n, size_t size, size_t at);

#endif
