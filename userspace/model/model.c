// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/order.h"
#include "model/model.h"

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

	if (m->around)
		model_clear(m->around);
	free(m->around);
	while ((c = m->chunks)) {
		m->chunks = c->next;
		free(c);
	}
	free(m->netns);
	free(m->devs);
	free(m->addrs);
	free(m->hooks);
	free(m->waiting);
	free(m->holders);
	free(m->tasks);
	free(m->names);
	free(m->stale);
	memset(m, 0, sizeof(*m));
}

struct netns *model_add_netns(struct model *m)
{
	struct netns *ns = array_add(&m->netns, &m->n_netns, &m->cap_netns);

	if (ns) {
		ns->first_hook = m->n_hooks;
		ns->first_waiting = m->n_waiting;
	}
	return ns;
}

struct dev *model_add_dev(struct model *m)
{
	struct dev *dev = array_add(&m->devs, &m->n_devs, &m->cap_devs);

	if (dev)
		dev->first_addr = m->n_addrs;
	return dev;
}

struct addr *model_add_addr(struct model *m)
{
	return array_add(&m->addrs, &m->n_addrs, &m->cap_addrs);
}

struct hook *model_add_hook(struct model *m)
{
	return array_add(&m->hooks, &m->n_hooks, &m->cap_hooks);
}

struct waiting *model_add_waiting(struct model *m)
{
	return array_add(&m->waiting, &m->n_waiting, &m->cap_waiting);
}

struct holder *model_add_holder(struct model *m)
{
	return array_add(&m->holders, &m->n_holders, &m->cap_holders);
}

struct task *model_add_task(struct model *m)
{
	return array_add(&m->tasks, &m->n_tasks, &m->cap_tasks);
}

struct name *model_add_name(struct model *m)
{
	return array_add(&m->names, &m->n_names, &m->cap_names);
}

struct name *model_add_stale(struct model *m)
{
	return array_add(&m->stale, &m->n_stale, &m->cap_stale);
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

static int netns_cmp(const void *a, const void *b)
{
	const struct netns *x = a, *y = b;

	return order(x->id, y->id);
}

static int dev_cmp(const void *a, const void *b)
{
	const struct dev *x = a, *y = b;
	int ret = order(x->netns_id, y->netns_id);

	return ret ? ret : order(x->ifindex, y->ifindex);
}

static int task_cmp(const void *a, const void *b)
{
	const struct task *x = a, *y = b;
	int ret = order(x->netns_id, y->netns_id);

	if (!ret)
		ret = order(x->pid, y->pid);
	return ret ? ret : order(x->tid, y->tid);
}

static int name_cmp(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int ret = order(x->inum, y->inum);

	if (!ret)
		ret = order(x->hidden, y->hidden);
	if (!ret)
		ret = order(!!x->mntns, !!y->mntns);
	if (!ret)
		ret = strcmp(x->path, y->path);
	return ret ? ret : order(x->mntns, y->mntns);
}

/* The kernel sends things in order, so sorting is seldom needed. */
static void sort(void *array, size_t n, size_t size,
		 int (*cmp)(const void *, const void *))
{
	char *p = array;
	size_t i;

	for (i = 1; i < n; i++) {
		if (cmp(p + (i - 1) * size, p + i * size) > 0) {
			qsort(array, n, size, cmp);
			return;
		}
	}
}

static bool has_twins(const void *array, size_t n, size_t size,
		      int (*cmp)(const void *, const void *))
{
	const char *p = array;
	size_t i;

	for (i = 1; i < n; i++)
		if (!cmp(p + (i - 1) * size, p + i * size))
			return true;
	return false;
}

static int hand_out_devs(struct model *m)
{
	size_t i, at = 0;

	for (i = 0; i < m->n_devs; i++) {
		uint64_t id = m->devs[i].netns_id;

		while (at < m->n_netns && m->netns[at].id < id)
			at++;
		if (at == m->n_netns || m->netns[at].id != id)
			return -EINTR;
		if (!m->netns[at].n_devs++)
			m->netns[at].first_dev = i;
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

void model_drop_strays(struct model *m)
{
	size_t i, kept = 0;

	sort(m->netns, m->n_netns, sizeof(*m->netns), netns_cmp);
	for (i = 0; i < m->n_devs; i++)
		if (model_netns(m, m->devs[i].netns_id))
			m->devs[kept++] = m->devs[i];
	m->n_devs = kept;
}

void model_finish_tasks(struct model *m)
{
	size_t i, at = 0, kept = 0;

	for (i = 0; i < m->n_netns; i++)
		m->netns[i].n_tasks = 0;
	sort(m->tasks, m->n_tasks, sizeof(*m->tasks), task_cmp);
	for (i = 0; i < m->n_tasks; i++) {
		uint64_t id = m->tasks[i].netns_id;

		while (at < m->n_netns && m->netns[at].id < id)
			at++;
		if (at == m->n_netns)
			break;
		if (m->netns[at].id != id)
			continue;
		if (!m->netns[at].n_tasks++)
			m->netns[at].first_task = kept;
		m->tasks[kept++] = m->tasks[i];
	}
	m->n_tasks = kept;
}

/* Returns how many of the @n are left. */
static size_t finish_names(struct name *names, size_t n)
{
	size_t i, kept = 0;

	sort(names, n, sizeof(*names), name_cmp);
	for (i = 0; i < n; i++)
		if (!kept || name_cmp(&names[kept - 1], &names[i]))
			names[kept++] = names[i];
	return kept;
}

static bool is_short(const struct name *name)
{
	return name_is_ours(name) && name->shown != name->path;
}

static int shown_cmp(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int ret = order(is_short(y), is_short(x));

	return ret ? ret : strcmp(x->shown, y->shown);
}

/* Two names folders may have one name for two netns. */
static void mark_twins(struct name *names, size_t n)
{
	size_t i, k, end;

	sort(names, n, sizeof(*names), shown_cmp);
	for (i = 0; i < n && is_short(&names[i]); i = end) {
		bool twins = false;

		for (end = i + 1; end < n; end++) {
			if (shown_cmp(&names[i], &names[end]))
				break;
			twins |= names[end].inum != names[i].inum;
		}
		for (k = i; k < end; k++)
			names[k].twin = twins;
	}
}

void model_finish_names(struct model *m)
{
	mark_twins(m->names, m->n_names);
	m->n_names = finish_names(m->names, m->n_names);
	m->n_stale = finish_names(m->stale, m->n_stale);
}

const struct netns *model_netns(const struct model *m, uint64_t id)
{
	struct netns key = { .id = id };

	if (!m->n_netns)
		return NULL;
	return bsearch(&key, m->netns, m->n_netns, sizeof(key), netns_cmp);
}

struct model *model_add_around(struct model *m)
{
	m->around = calloc(1, sizeof(*m->around));
	return m->around;
}

const struct netns *model_anywhere(const struct model *m, uint64_t id,
				   const struct model **where)
{
	const struct netns *ns = model_netns(m, id);

	*where = m;
	if (ns || !m->around)
		return ns;
	*where = m->around;
	return model_netns(m->around, id);
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

const struct netns *model_netns_by_inum(const struct model *m, uint32_t inum)
{
	size_t i;

	for (i = 0; i < m->n_netns; i++)
		if (m->netns[i].inum == inum &&
		    m->netns[i].state == NSINFO_NETNS_STATE_LIVE)
			return &m->netns[i];
	return NULL;
}

const char *model_state_name(const struct netns *ns)
{
	switch (ns->state) {
	case NSINFO_NETNS_STATE_LIVE:
		return "live";
	case NSINFO_NETNS_STATE_QUEUED:
		return "queued";
	case NSINFO_NETNS_STATE_DYING:
		return "dying";
	default:
		return NULL;
	}
}

const struct task *model_leader(const struct model *m, const struct netns *ns)
{
	uint32_t i;

	for (i = 0; i < ns->n_tasks; i++) {
		const struct task *task = &m->tasks[ns->first_task + i];

		if (task->pid && !IS_THREAD(task))
			return task;
	}
	return NULL;
}

static const struct task *find_contained(const struct model *m,
					 const struct netns *ns)
{
	uint32_t i;

	if (HAS(ns, NSINFO_A_NETNS_INIT))
		return model_leader(m, ns);
	for (i = 0; i < ns->n_tasks; i++)
		if (m->tasks[ns->first_task + i].container)
			return &m->tasks[ns->first_task + i];
	return NULL;
}

const char *model_container(const struct model *m, const struct netns *ns)
{
	const struct task *task = find_contained(m, ns);

	return task ? task->container : NULL;
}

const char *model_pod(const struct model *m, const struct netns *ns)
{
	const struct task *task = find_contained(m, ns);

	return task ? task->pod : NULL;
}

static int nsproxy_cmp(const void *a, const void *b)
{
	return order(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* How many different ones there are; 0 stands for one that is not known. */
static uint32_t count_nsproxies(const struct task *task, uint32_t n)
{
	uint64_t *all = malloc(n * sizeof(*all));
	uint32_t i, count = 0;

	if (!all)
		return 0;
	for (i = 0; i < n; i++)
		all[i] = task[i].nsproxy;
	qsort(all, n, sizeof(*all), nsproxy_cmp);
	for (i = 0; i < n; i++)
		count += all[i] && (!i || all[i] != all[i - 1]);
	free(all);
	return count;
}

struct task_counts model_count_tasks(const struct model *m,
				     const struct netns *ns)
{
	struct task_counts counts = { 0 };
	const struct task *task;
	uint32_t i;

	if (!ns->n_tasks)
		return counts;
	task = &m->tasks[ns->first_task];
	for (i = 0; i < ns->n_tasks; i++)
		counts.processes += !IS_THREAD(&task[i]);
	counts.threads = ns->n_tasks;
	counts.nsproxies = count_nsproxies(task, ns->n_tasks);
	return counts;
}
