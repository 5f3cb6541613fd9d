// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "cmd/tasks.h"
#include "host/procfs.h"
#include "host/procs.h"
#include "host/unseen.h"

#define PROC	"/proc"

/* What the module lets nobody know, or knows nothing of. */
static bool is_refusal(int ret)
{
	return ret == -EPERM || ret == -EACCES || ret == -EOPNOTSUPP;
}

static int ask_module(struct genl *g, uint64_t id, struct model *m,
		      uint32_t *blind, struct err *err)
{
	int ret = fetch_tasks(g, id, m, err);
	size_t i;

	for (i = 0; !ret && i < m->n_tasks; i++)
		if (!m->tasks[i].pid)
			*blind |= BLIND_PID_NS;
	return ret;
}

/*
 * The module counts pids in our pid namespace. Where /proc does not, what it
 * has under them would be of others, so that all comes from there.
 */
int tasks_read(struct genl *g, uint64_t id, struct model *m,
	       uint32_t *blind, struct err *err)
{
	int ret = -EINTR;

	if (!procfs_is_foreign(PROC))
		ret = ask_module(g, id, m, blind, err);
	if (ret == -EINTR || is_refusal(ret))
		ret = procs_read(m, id, PROC, blind);
	else if (ret)
		return ret;
	if (!ret)
		ret = procs_describe_leaders(m, PROC);
	return ret ? err_set(err, -ret, "%s", strerror(-ret)) : 0;
}
