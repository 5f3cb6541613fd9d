// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "cmd/holders/account.h"

static int cmp(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int text_cmp(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int hold_cmp(const void *a, const void *b)
{
	const struct hold *x = a, *y = b;
	int order = cmp(x->type, y->type);

	if (!order && x->type == HOLD_MOUNT)
		order = cmp(x->mntns, y->mntns);
	if (!order)
		order = cmp(x->pid, y->pid);
	if (!order)
		order = cmp(x->tid, y->tid);
	if (!order)
		order = cmp(x->fd, y->fd);
	return order ? order : text_cmp(x->path, y->path);
}

void holders_finish(struct holders *h)
{
	if (h->n)
		qsort(h->hold, h->n, sizeof(*h->hold), hold_cmp);
	h->unexplained.n = 0;
	h->advice.n = 0;
	h->commands.n = 0;
	holders_explain(h);
	holders_advise(h);
}
