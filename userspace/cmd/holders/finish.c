// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "cmd/holders/account.h"

static int text_cmp(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int hold_cmp(const void *a, const void *b)
{
	const struct hold *x = a, *y = b;
	int ret = order(x->type, y->type);

	if (!ret && x->type == HOLD_MOUNT)
		ret = order(x->mntns, y->mntns);
	if (!ret)
		ret = order(x->pid, y->pid);
	if (!ret)
		ret = order(x->tid, y->tid);
	if (!ret)
		ret = order(x->fd, y->fd);
	return ret ? ret : text_cmp(x->path, y->path);
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
