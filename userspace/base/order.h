/* SPDX-License-Identifier: GPL-2.0 */
/* Comparisons for qsort(3) and bsearch(3). */
#ifndef NSINFO_ORDER_H
#define NSINFO_ORDER_H

#include <stdint.h>

static inline int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Of what @a and @b point to. */
static inline int order_u64(const void *a, const void *b)
{
	return order(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* Objects of one array. */
static inline int order_pointers(const void *a, const void *b)
{
	return order((uintptr_t)a, (uintptr_t)b);
}

#endif
