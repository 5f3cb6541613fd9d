// SPDX-License-Identifier: GPL-2.0
/* Addresses that are there more than once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "cmd/doctor/doctor.h"
#include "model/word.h"
#include "print/ipnames.h"

/* So many devices are told of one address; the rest is counted. */
#define TOLD	4

/* The same address on one wire, or on several that one netns routes to. */
struct finding {
	const struct model *m;
	const struct duplicate *one;
	size_t n;
	char ip[IPNAMES_SIZE];
};

/* By address, how, wire; then as they were. */
static int cmp(const void *a, const void *b)
{
	const struct duplicate *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->how != y->how)
		return x->how > y->how ? -1 : 1;
	if (x->how > DUPLICATE_ROUTED && x->wire != y->wire)
		return x->wire < y->wire ? -1 : 1;
	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return order_pointers(x->addr, y->addr);
}

/* WIRE and PERHAPS of one wire are one finding. */
static bool belongs(const struct duplicate *first, const struct duplicate *d)
{
	if (first->group != d->group)
		return false;
	if (first->how > DUPLICATE_ROUTED && d->how > DUPLICATE_ROUTED)
		return first->wire == d->wire;
	return first->how == d->how && d->how != DUPLICATE_UNSEEN;
}

static void add_dev(FILE *f, const struct model *m, const struct dev *dev)
{
	const struct netns *ns = model_netns(m, dev->netns_id);
	char buf[32];

	fprintf(f, "%s@%s", dev->ifname,
		ns ? netns_word(m, ns, buf, sizeof(buf)) : "?");
}

static bool is_again(const struct finding *x, size_t i)
{
	return i && x->one[i].dev == x->one[i - 1].dev;
}

/* "a@x, b@y (dadfailed) and 3 more" */
static void add_devs(FILE *f, const struct finding *x)
{
	size_t i, told = 0, n = 0;

	for (i = 0; i < x->n; i++)
		n += !is_again(x, i);
	for (i = 0; i < x->n && told < TOLD; i++) {
		const struct duplicate *d = &x->one[i];

		if (is_again(x, i))
			continue;
		if (told++)
			fputs(told == n ? " and " : ", ", f);
		add_dev(f, x->m, d->dev);
		if (d->dadfailed)
			fputs(" (dadfailed)", f);
		if (d->by) {
			fputs(d->how == DUPLICATE_ROUTED ? " behind " :
			      " (where it is answered by ", f);
			add_dev(f, x->m, d->by);
			fputs(d->how == DUPLICATE_ROUTED ? "" : ", too)", f);
		}
	}
	if (n > told)
		fprintf(f, " and %zu more", n - told);
}

static bool any_dadfailed(const struct finding *x)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (x->one[i].dadfailed)
			return true;
	return false;
}

/* Host routes lead there: those of a subnet are reached on their own wire. */
static bool are_host_routes(const struct finding *x)
{
	const struct dev *first = NULL;
	size_t i;

	for (i = 0; i < x->n; i++) {
		const struct duplicate *d = &x->one[i];

		if (d->addr->prefixlen != 8u * d->addr->local.len)
			continue;
		if (first && first != d->dev)
			return true;
		first = d->dev;
	}
	return false;
}

static bool is_bad(const struct finding *x)
{
	switch (x->one->how) {
	case DUPLICATE_WIRE:
	case DUPLICATE_UNSEEN:
		return true;
	case DUPLICATE_ROUTED:
		return are_host_routes(x) || any_dadfailed(x);
	default:
		return any_dadfailed(x);
	}
}

static void say(struct doctor *d, const struct finding *x)
{
	static const char *const ends[] = {
		[DUPLICATE_ANSWERED] = ", unless arp_ignore is set",
		[DUPLICATE_UNSEEN] = ", and on a device of its wire that is not seen here",
		[DUPLICATE_ROUTED] = ": what is routed to it can reach one of them only",
		[DUPLICATE_PERHAPS] = ", on one wire, unless VLANs, isolated ports, a tunnel or a mode of macvlan separate them",
		[DUPLICATE_WIRE] = ", on one wire",
	};
	char *devs = NULL;
	size_t size;
	FILE *f = open_memstream(&devs, &size);

	if (f)
		add_devs(f, x);
	if (!f || fclose(f)) {
		d->no_memory = true;
		free(devs);
		return;
	}
	doctor_say(d, is_bad(x) ? DOCTOR_BAD : DOCTOR_NOTE, "address",
		   "nsinfo find --duplicates ip",
		   "%s is on %s%s", x->ip, devs, ends[x->one->how]);
	free(devs);
}

/* What nothing connects harms nobody that is seen: one line for all. */
static void say_apart(struct doctor *d, size_t n, const char *first)
{
	if (n == 1)
		doctor_say(d, DOCTOR_NOTE, "address",
			   "nsinfo find --duplicates ip",
			   "%s is in several netns, on wires that nothing seen here connects",
			   first);
	else if (n)
		doctor_say(d, DOCTOR_NOTE, "address",
			   "nsinfo find --duplicates ip",
			   "%zu addresses, such as %s, are in several netns, on wires that nothing seen here connects",
			   n, first);
}

static void say_none(struct doctor *d, bool sees_all)
{
	if (sees_all)
		doctor_say(d, DOCTOR_OK, "address", NULL,
			   "none is there twice");
	else
		doctor_say(d, DOCTOR_NOTE, "address", "ask as root of the host",
			   "none is there twice in the netns that this user sees");
}

/* Nothing more than what was found of the same address already. */
static bool is_less(const struct duplicate *d)
{
	return d->how < DUPLICATE_PERHAPS && !d->dadfailed;
}

static void say_all(struct doctor *d, const struct model *m,
		    const struct duplicate *all, size_t n_all)
{
	char first[IPNAMES_SIZE] = "";
	size_t i, n, apart = 0;

	for (i = 0; i < n_all; i += n) {
		struct finding x = { m, &all[i], 1, "" };

		for (n = 1; i + n < n_all; n++)
			if (!belongs(&all[i], &all[i + n]))
				break;
		x.n = n;
		ipnames_inet(&all[i].addr->local, x.ip);
		if (i && all[i - 1].group == all[i].group && is_less(&all[i]))
			continue;
		if (all[i].how != DUPLICATE_APART)
			say(d, &x);
		else if (!apart++)
			memcpy(first, x.ip, sizeof(first));
	}
	say_apart(d, apart, first);
}

void doctor_addresses(struct doctor *d, const struct model *m,
		      const struct duplicates *found, bool sees_all)
{
	struct duplicate *all;

	if (!found->n) {
		say_none(d, sees_all);
		return;
	}
	all = reallocarray(NULL, found->n, sizeof(*all));
	if (!all) {
		d->no_memory = true;
		return;
	}
	memcpy(all, found->one, found->n * sizeof(*all));
	qsort(all, found->n, sizeof(*all), cmp);
	say_all(d, m, all, found->n);
	free(all);
}
