// SPDX-License-Identifier: GPL-2.0
/* Which netns have a process of a container in them. */
#include <errno.h>
#include <string.h>

#include "cmd/find/match.h"

enum fit { NO_FIT, BEGINNING, WHOLE };

struct search {
	struct model *m;
	const char *word;
	find_read_container read;
	void *data;
	enum fit best;
	struct find_hits *hits;
};

static enum fit fit_id(const char *word, const char *id)
{
	size_t len = strlen(word);

	if (!len || strncmp(word, id, len))
		return NO_FIT;
	return id[len] ? BEGINNING : WHOLE;
}

/* "docker:0123456789ab", "0123456789ab…", or the uid of a pod. */
static enum fit fit_container(const char *word, const struct container *c)
{
	size_t len = strlen(c->runtime);
	enum fit fit = fit_id(word, c->id), pod = fit_id(word, c->pod);

	if (!fit && !strncmp(word, c->runtime, len) && word[len] == ':')
		fit = fit_id(word + len + 1, c->id);
	return pod > fit ? pod : fit;
}

static bool known(const struct search *s, const struct netns *ns,
		  const char *container)
{
	size_t i;

	for (i = 0; i < s->hits->n; i++)
		if (s->hits->hit[i].ns == ns &&
		    !strcmp(s->hits->hit[i].container, container))
			return true;
	return false;
}

/* The best of a container, which is put in @c, and of those around it. */
static enum fit fit_any(const struct search *s, uint32_t pid,
			struct container *c)
{
	enum fit best = NO_FIT, fit;
	struct container outer;
	unsigned int level;

	for (level = 0; s->read(s->data, pid, level, &outer); level++) {
		if (!level)
			*c = outer;
		fit = fit_container(s->word, &outer);
		if (fit > best)
			best = fit;
	}
	return best;
}

static int look_at(struct search *s, const struct netns *ns,
		   const struct task *task)
{
	struct find_hit hit = { .ns = ns, .task = task };
	char container[CONTAINER_WORD];
	struct container c;
	enum fit fit;

	fit = fit_any(s, task->pid, &c);
	if (!fit || fit < s->best)
		return 0;
	if (fit > s->best)
		s->hits->n = 0;
	s->best = fit;
	container_word(&c, container, sizeof(container));
	if (known(s, ns, container))
		return 0;
	hit.container = model_strndup(s->m, container, strlen(container));
	return hit.container ? find_add(s->hits, &hit) : -ENOMEM;
}

int find_container(struct model *m, const char *word,
		   find_read_container read, void *data,
		   struct find_hits *hits)
{
	struct search s = { m, word, read, data, NO_FIT, hits };
	size_t i, k;
	int ret = 0;

	for (i = 0; i < m->n_netns; i++) {
		const struct netns *ns = &m->netns[i];
		uint32_t last = 0;

		for (k = 0; k < ns->n_tasks && !ret; k++) {
			const struct task *task = &m->tasks[ns->first_task + k];

			/* Threads come after their leader, by pid. */
			if (task->pid == last)
				continue;
			last = task->pid;
			ret = look_at(&s, ns, task);
		}
	}
	return ret;
}
