/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects of the wire that live outside of a model: struct netns, struct dev,
 * struct addr, by their table. Only what the table describes is theirs;
 * addresses, counters, hooks and events of an object are not.
 */
#ifndef NSINFO_OBJECT_H
#define NSINFO_OBJECT_H

#include <stdint.h>

#include "wire/decode.h"

/*
 * Make @to a copy of @from, strings included. Returns 0, or -ENOMEM with
 * nothing left behind. object_free() frees the strings, not the object.
 */
int object_copy(const struct wire_set *set, void *to, const void *from);
void object_free(const struct wire_set *set, void *obj);

/* Bits of the attributes, by number, that are there in one or not the same. */
uint64_t object_diff(const struct wire_set *set, const void *a, const void *b);

#endif
