// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/monitor/object.h"

static uint64_t presence(const struct wire_set *set, const void *obj)
{
	uint64_t has;

	memcpy(&has, (const char *)obj + set->has_offset, sizeof(has));
	return has;
}

static int copy_string(void *at)
{
	const char *s;
	char *copy;

	memcpy(&s, at, sizeof(s));
	copy = s ? strdup(s) : NULL;
	memcpy(at, &copy, sizeof(copy));
	return copy || !s ? 0 : -ENOMEM;
}

static int copy_bytes(struct bytes *b)
{
	uint8_t *copy = b->len ? malloc(b->len) : NULL;

	if (copy)
		memcpy(copy, b->data, b->len);
	else if (b->len)
		return b->data = NULL, b->len = 0, -ENOMEM;
	b->data = copy;
	return 0;
}

static int own(const struct wire_set *set, void *obj);

/* Make what lies at @at independent of where it was copied from. */
static int own_value(const struct wire_attr *attr, void *at)
{
	void *none = NULL;

	switch ((enum wire_type)attr->type) {
	case WIRE_STRING:
		return copy_string(at);
	case WIRE_BYTES:
		return copy_bytes(at);
	case WIRE_NEST:
		return own(attr->nest, at);
	case WIRE_EVENT:
		memcpy(at, &none, sizeof(none));
		return 0;
	default:
		return 0;
	}
}

/* All of it, though memory may end: object_free() needs no foreign pointer. */
static int own(const struct wire_set *set, void *obj)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < set->n_attr; i++)
		if (set->attr[i].name &&
		    own_value(&set->attr[i], (char *)obj + set->attr[i].offset))
			err = -ENOMEM;
	return err;
}

void object_free(const struct wire_set *set, void *obj)
{
	uint32_t i;

	for (i = 0; i < set->n_attr; i++) {
		const struct wire_attr *attr = &set->attr[i];
		void *at = (char *)obj + attr->offset;
		void *s;

		if (!attr->name)
			continue;
		if (attr->type == WIRE_NEST) {
			object_free(attr->nest, at);
		} else if (attr->type == WIRE_BYTES) {
			free((void *)((struct bytes *)at)->data);
			*(struct bytes *)at = (struct bytes){ 0 };
		} else if (attr->type == WIRE_STRING) {
			memcpy(&s, at, sizeof(s));
			free(s);
			memset(at, 0, sizeof(s));
		}
	}
}

static size_t size_of(const struct wire_set *set)
{
	if (set == &wire_netns)
		return sizeof(struct netns);
	return set == &wire_dev ? sizeof(struct dev) : sizeof(struct addr);
}

/* What lies beside it in its model stays there. */
static void leave_model(const struct wire_set *set, void *obj)
{
	struct netns *ns = obj;
	struct dev *dev = obj;

	if (set == &wire_netns) {
		ns->n_devs = 0;
		ns->n_hooks = 0;
		ns->n_tasks = 0;
		ns->n_waiting = 0;
	} else if (set == &wire_dev) {
		dev->n_addrs = 0;
		dev->stats = NULL;
		dev->master_dev = NULL;
		dev->link_dev = NULL;
	}
}

int object_copy(const struct wire_set *set, void *to, const void *from)
{
	memcpy(to, from, size_of(set));
	leave_model(set, to);
	if (!own(set, to))
		return 0;
	object_free(set, to);
	return -ENOMEM;
}

static bool same_string(const void *a, const void *b)
{
	const char *x, *y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x == y || (x && y && !strcmp(x, y));
}

static bool same_value(const struct wire_attr *attr, const void *a,
		       const void *b)
{
	const struct bytes *x = a, *y = b;

	switch ((enum wire_type)attr->type) {
	case WIRE_U32:
		return !memcmp(a, b, sizeof(uint32_t));
	case WIRE_U64:
		return !memcmp(a, b, sizeof(uint64_t));
	case WIRE_STRING:
		return same_string(a, b);
	case WIRE_BYTES:
		return x->len == y->len &&
		       (!x->len || !memcmp(x->data, y->data, x->len));
	case WIRE_INET:
		return !memcmp(a, b, sizeof(struct inet));
	case WIRE_NEST:
		return !object_diff(attr->nest, a, b);
	default:
		return true;
	}
}

/* Is it in the object itself, and not beside it? */
static bool is_own(const struct wire_attr *attr)
{
	switch ((enum wire_type)attr->type) {
	case WIRE_U32:
	case WIRE_U64:
	case WIRE_FLAG:
	case WIRE_STRING:
	case WIRE_BYTES:
	case WIRE_INET:
	case WIRE_NEST:
		return true;
	default:
		return false;
	}
}

uint64_t object_diff(const struct wire_set *set, const void *a, const void *b)
{
	uint64_t has = presence(set, a) ^ presence(set, b), diff = 0;
	uint32_t i;

	for (i = 0; i < set->n_attr; i++) {
		const struct wire_attr *attr = &set->attr[i];

		if (!attr->name || !is_own(attr))
			continue;
		if (has >> i & 1 ||
		    !same_value(attr, (const char *)a + attr->offset,
				(const char *)b + attr->offset))
			diff |= 1ull << i;
	}
	return diff;
}
