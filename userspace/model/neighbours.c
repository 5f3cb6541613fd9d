// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/order.h"
#include "model/neighbours.h"

/* Who has the address of a group. */
struct owner {
	size_t number;
	bool answers;			/* on the wire of another one */
};

static int touch_cmp(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;

	if (x->wire != y->wire)
		return order(x->wire, y->wire);
	if (x->owner != y->owner)
		return order(x->owner, y->owner);
	return order_pointers(x->dev, y->dev);
}

int neighbours_open(struct neighbours *s, size_t n)
{
	s->touches = calloc(n + 1, sizeof(*s->touches));
	return s->touches ? 0 : -ENOMEM;
}

void neighbours_add(struct neighbours *s, const struct touch *touch)
{
	s->touches[s->n_touches++] = *touch;
}

void neighbours_settle(struct neighbours *s)
{
	if (s->n_touches)
		qsort(s->touches, s->n_touches, sizeof(*s->touches), touch_cmp);
}

/* Where the first touch that is not before @key is, or would be. */
static size_t lower_bound(const struct neighbours *s, const struct touch *key)
{
	size_t low = 0, high = s->n_touches;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (touch_cmp(&s->touches[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* All on @wire: their number, and the first in *@first. */
static size_t touches_of(const struct neighbours *s, size_t wire, size_t *first)
{
	*first = lower_bound(s, &(struct touch){ .wire = wire });
	return lower_bound(s, &(struct touch){ .wire = wire + 1 }) - *first;
}

static int add_near(struct neighbours *s, const struct touch *touch)
{
	struct touch *added = array_add(&s->near, &s->n_near, &s->cap_near);

	if (!added)
		return -ENOMEM;
	*added = *touch;
	return 0;
}

static int owner_cmp(const void *a, const void *b)
{
	return order(((const struct owner *)a)->number,
		     ((const struct owner *)b)->number);
}

static struct owner *find_owner(const struct neighbours *s, size_t number)
{
	struct owner key = { .number = number };

	return bsearch(&key, s->owners, s->n_owners, sizeof(*s->owners),
		       owner_cmp);
}

/*
 * The netns of @touch has the address on another device, and answers ARP for
 * it on all of its devices: see arp_ignore in ip-sysctl.rst. IPv6 does not.
 * Of a run that is not on one wire with its like one owner has all.
 */
static void mark_answered(struct entry *run, size_t n, struct owner *owner,
			  const struct touch *touch)
{
	size_t i;

	if (run->len != 4 || !run->hears || touch->dev->flags & IFF_NOARP ||
	    run->d.how > DUPLICATE_ANSWERED || run->owner == owner->number)
		return;
	owner->answers = true;
	for (i = 0; i < n && run[i].d.how == DUPLICATE_APART; i++) {
		run[i].d.how = DUPLICATE_ANSWERED;
		run[i].d.by = touch->dev;
	}
}

static const struct touch *find_touch(const struct neighbours *s, size_t wire,
				      size_t owner)
{
	size_t at = lower_bound(s, &(struct touch){ wire, owner, NULL });

	if (at == s->n_touches || s->touches[at].wire != wire ||
	    s->touches[at].owner != owner)
		return NULL;
	return &s->touches[at];
}

/*
 * Those near the entries @run, which are on one wire: who has the address on
 * another wire answers; for the rest, what they have on the wire @largest too.
 */
static int add_neighbours(struct neighbours *s, struct entry *run, size_t n_run,
			  size_t largest)
{
	size_t i, first, n = touches_of(s, run->d.wire, &first);
	int ret = 0;

	for (i = first; i < first + n && !ret; i++) {
		const struct touch *touch = &s->touches[i], *other;
		struct owner *owner = find_owner(s, touch->owner);

		if (owner) {
			mark_answered(run, n_run, owner, touch);
			continue;
		}
		ret = add_near(s, touch);
		other = find_touch(s, largest, touch->owner);
		if (!ret && other)
			ret = add_near(s, other);
	}
	return ret;
}

/* Of the largest wire only what those with the address have there is seen. */
static void answer_largest(struct neighbours *s, struct entry *run, size_t n)
{
	const struct touch *touch;
	size_t i;

	for (i = 0; i < s->n_owners; i++) {
		touch = find_touch(s, run->d.wire, s->owners[i].number);
		if (touch)
			mark_answered(run, n, &s->owners[i], touch);
	}
}

static int near_cmp(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;

	return x->owner != y->owner ? order(x->owner, y->owner) :
				      touch_cmp(a, b);
}

/* Leave those whose owner is on two wires, by wire. */
static void keep_routers(struct neighbours *s)
{
	size_t i, k, n, kept = 0;

	if (s->n_near)
		qsort(s->near, s->n_near, sizeof(*s->near), near_cmp);
	for (i = 0; i < s->n_near; i += n) {
		bool routes = false;

		for (n = 1; i + n < s->n_near; n++) {
			if (s->near[i + n].owner != s->near[i].owner)
				break;
			routes |= s->near[i + n].wire != s->near[i].wire;
		}
		for (k = i; routes && k < i + n; k++)
			s->near[kept++] = s->near[k];
	}
	s->n_near = kept;
	if (kept)
		qsort(s->near, kept, sizeof(*s->near), touch_cmp);
}

static int near_wire_cmp(const void *key, const void *touch)
{
	return order(*(const size_t *)key, ((const struct touch *)touch)->wire);
}

/* What a third netns has on the wire of @entry, and on another one. */
static const struct touch *router_of(const struct neighbours *s,
				     const struct entry *entry)
{
	if (!s->n_near)
		return NULL;
	return bsearch(&entry->d.wire, s->near, s->n_near, sizeof(*s->near),
		       near_wire_cmp);
}

static void mark_routed(const struct neighbours *s, struct entry *group, size_t n)
{
	const struct entry *first = NULL;
	bool routed = false;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!router_of(s, &group[i]))
			continue;
		routed |= first && first->owner != group[i].owner;
		first = first ? first : &group[i];
	}
	for (i = 0; routed && i < n; i++) {
		const struct touch *touch = router_of(s, &group[i]);

		if (!touch || group[i].d.how > DUPLICATE_ROUTED)
			continue;
		group[i].d.how = DUPLICATE_ROUTED;
		group[i].d.by = touch->dev;
	}
}

/* What answers elsewhere is told with what it answers for. */
static void mark_answering(const struct neighbours *s, struct entry *group,
			   size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (group[i].d.how == DUPLICATE_APART &&
		    find_owner(s, group[i].owner)->answers)
			group[i].d.how = DUPLICATE_ANSWERED;
}

/* The wire with most devices, which are too many to look at for each group. */
static size_t find_largest(const struct neighbours *s, const struct entry *group,
			   size_t n)
{
	size_t i, first, touches, most = 0, largest = SIZE_MAX;

	for (i = 0; i < n; i++) {
		touches = touches_of(s, group[i].d.wire, &first);
		if (touches <= most)
			continue;
		most = touches;
		largest = group[i].d.wire;
	}
	return largest;
}

static int take_owners(struct neighbours *s, const struct entry *group,
		       size_t n)
{
	size_t i, kept = 1;

	free(s->owners);
	s->owners = calloc(n, sizeof(*s->owners));
	if (!s->owners)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		s->owners[i].number = group[i].owner;
	qsort(s->owners, n, sizeof(*s->owners), owner_cmp);
	for (i = 1; i < n; i++)
		if (s->owners[i].number != s->owners[kept - 1].number)
			s->owners[kept++] = s->owners[i];
	s->n_owners = kept;
	return 0;
}

int neighbours_look(struct neighbours *s, struct entry *group, size_t n)
{
	size_t i, k, largest = find_largest(s, group, n);
	int ret = take_owners(s, group, n);

	s->n_near = 0;
	for (i = 0; i < n && !ret; i += k) {
		for (k = 1; i + k < n; k++)
			if (group[i + k].hears != group[i].hears ||
			    group[i + k].d.wire != group[i].d.wire)
				break;
		if (group[i].d.wire == largest)
			answer_largest(s, &group[i], k);
		else
			ret = add_neighbours(s, &group[i], k, largest);
	}
	if (ret)
		return ret;
	mark_answering(s, group, n);
	keep_routers(s);
	mark_routed(s, group, n);
	return 0;
}

void neighbours_free(struct neighbours *s)
{
	free(s->touches);
	free(s->owners);
	free(s->near);
	memset(s, 0, sizeof(*s));
}
