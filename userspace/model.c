// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

#define CHUNK_SIZE	(64 * 1024)

struct chunk {
	struct chunk *next;
	size_t size;
	size_t used;
	max_align_t data[];
};

void model_clear(struct model *m)
{
	struct chunk *c;

	while ((c = m->chunks)) {
		m->chunks = c->next;
		free(c);
	}
	free(m->netns);
	free(m->devs);
	free(m->addrs);
	free(m->names);
	memset(m, 0, sizeof(*m));
}

/* Room for one more of @size bytes in *@array; where it is, zeroed. */
static void *grow(void *array, size_t *n, size_t *cap, size_t size)
{
	void **base = array;
	void *item;

	if (*n == *cap) {
		size_t want = *cap ? *cap + *cap / 2 : 64;
		void *bigger = reallocarray(*base, want, size);

		if (!bigger)
			return NULL;
		*base = bigger;
		*cap = want;
	}
	item = (char *)*base + *n * size;
	memset(item, 0, size);
	(*n)++;
	return item;
}

struct netns *model_add_netns(struct model *m)
{
	return grow(&m->netns, &m->n_netns, &m->cap_netns, sizeof(*m->netns));
}

struct dev *model_add_dev(struct model *m)
{
	struct dev *dev = grow(&m->devs, &m->n_devs, &m->cap_devs,
			       sizeof(*m->devs));

	if (dev)
		dev->first_addr = m->n_addrs;
	return dev;
}

struct addr *model_add_addr(struct model *m)
{
	return grow(&m->addrs, &m->n_addrs, &m->cap_addrs, sizeof(*m->addrs));
}

struct name *model_add_name(struct model *m)
{
	return grow(&m->names, &m->n_names, &m->cap_names, sizeof(*m->names));
}

static void *chunk_alloc(struct model *m, size_t size, size_t align)
{
	struct chunk *c = m->chunks;
	size_t start = c ? (c->used + align - 1) & ~(align - 1) : 0;

	if (!c || start > c->size || size > c->size - start) {
		size_t want = size > CHUNK_SIZE ? size : CHUNK_SIZE;

		c = malloc(sizeof(*c) + want);
		if (!c)
			return NULL;
		c->next = m->chunks;
		c->size = want;
		m->chunks = c;
		start = 0;
	}
	c->used = start + size;
	return (char *)c->data + start;
}

void *model_alloc(struct model *m, size_t size)
{
	void *p = chunk_alloc(m, size, _Alignof(max_align_t));

	if (p)
		memset(p, 0, size);
	return p;
}

char *model_strndup(struct model *m, const char *s, size_t len)
{
	char *p = chunk_alloc(m, len + 1, 1);

	if (p) {
		memcpy(p, s, len);
		p[len] = '\0';
	}
	return p;
}

static int cmp(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int netns_cmp(const void *a, const void *b)
{
	const struct netns *x = a, *y = b;

	return cmp(x->id, y->id);
}

static int dev_cmp(const void *a, const void *b)
{
	const struct dev *x = a, *y = b;
	int order = cmp(x->netns_id, y->netns_id);

	return order ? order : cmp(x->ifindex, y->ifindex);
}

static int name_cmp(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = cmp(x->inum, y->inum);

	return order ? order : strcmp(x->path, y->path);
}

/* The kernel sends things in order, so sorting is seldom needed. */
static void sort(void *array, size_t n, size_t size,
		 int (*order)(const void *, const void *))
{
	char *p = array;
	size_t i;

	for (i = 1; i < n; i++) {
		if (order(p + (i - 1) * size, p + i * size) > 0) {
			qsort(array, n, size, order);
			return;
		}
	}
}

static bool has_twins(const void *array, size_t n, size_t size,
		      int (*order)(const void *, const void *))
{
	const char *p = array;
	size_t i;

	for (i = 1; i < n; i++)
		if (!order(p + (i - 1) * size, p + i * size))
			return true;
	return false;
}

static int hand_out_devs(struct model *m)
{
	struct netns *ns = m->netns, *end = m->netns + m->n_netns;
	size_t i;

	for (i = 0; i < m->n_devs; i++) {
		while (ns < end && ns->id < m->devs[i].netns_id)
			ns++;
		if (ns == end || ns->id != m->devs[i].netns_id)
			return -EINTR;
		if (!ns->n_devs++)
			ns->first_dev = i;
	}
	return 0;
}

int model_finish(struct model *m)
{
	if (m->more)
		return -EINTR;
	sort(m->netns, m->n_netns, sizeof(*m->netns), netns_cmp);
	sort(m->devs, m->n_devs, sizeof(*m->devs), dev_cmp);
	if (has_twins(m->netns, m->n_netns, sizeof(*m->netns), netns_cmp) ||
	    has_twins(m->devs, m->n_devs, sizeof(*m->devs), dev_cmp))
		return -EINTR;
	return hand_out_devs(m);
}

void model_finish_names(struct model *m)
{
	size_t i, kept = 0;

	sort(m->names, m->n_names, sizeof(*m->names), name_cmp);
	for (i = 0; i < m->n_names; i++)
		if (!kept || name_cmp(&m->names[kept - 1], &m->names[i]))
			m->names[kept++] = m->names[i];
	m->n_names = kept;
}

const struct netns *model_netns(const struct model *m, uint64_t id)
{
	struct netns key = { .id = id };

	if (!m->n_netns)
		return NULL;
	return bsearch(&key, m->netns, m->n_netns, sizeof(key), netns_cmp);
}

const struct dev *model_dev(const struct model *m, const struct netns *ns,
			    uint32_t ifindex)
{
	struct dev key = { .netns_id = ns->id, .ifindex = ifindex };

	if (!ns->n_devs)
		return NULL;
	return bsearch(&key, m->devs + ns->first_dev, ns->n_devs, sizeof(key),
		       dev_cmp);
}

const struct name *model_inum_names(const struct model *m, uint32_t inum,
				    size_t *n)
{
	size_t lo = 0, hi = m->n_names, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (m->names[mid].inum < inum)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (*n = 0; lo + *n < m->n_names; (*n)++)
		if (m->names[lo + *n].inum != inum)
			break;
	return *n ? &m->names[lo] : NULL;
}

const struct name *model_names(const struct model *m, const struct netns *ns,
			       size_t *n)
{
	*n = 0;
	if (ns->state != NSINFO_NETNS_STATE_LIVE)
		return NULL;
	return model_inum_names(m, ns->inum, n);
}
