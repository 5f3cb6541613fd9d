/* SPDX-License-Identifier: GPL-2.0 */
/* Processes and threads, as /proc tells what namespaces they are in. */
#ifndef NSINFO_IDENTIFY_H
#define NSINFO_IDENTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/model.h"
#include "print/render.h"

#define IDENTIFY_NAMESPACES	8

/* cgroup ipc mnt net pid time user uts, in this order. */
extern const char *const identify_namespaces[IDENTIFY_NAMESPACES];

struct identified {
	uint32_t tid;
	uint32_t pid;			/* of its process */
	char comm[64];
	char container[128];		/* runtime:id, or "" */
	char pod[40];			/* uid of its Kubernetes pod, or "" */
	uint32_t ns[IDENTIFY_NAMESPACES]; /* 0: this kernel has none such */
	int netns_fd;			/* keeps the netns there; or -1 */
	uint32_t netns_inum;
	uint64_t netns_id;		/* 0: not visible to this user */
};

/*
 * Read all about @word ("self", or the number of a process or thread) from
 * /proc at @proc. Returns 0; -EINVAL with status STATUS_USAGE for a word that
 * is no such thing; another negative errno, with @err. Call identify_close()
 * after either.
 */
int identify_read(struct identified *one, const char *word, const char *proc,
		  struct err *err);
void identify_close(struct identified *one);

/* Names are those of @m, which holds the netns of all that are visible. */
int render_identify_text(FILE *f, const struct model *m,
			 const struct identified *all, size_t n,
			 const struct render *how);
int render_identify_json(FILE *f, const struct model *m,
			 const struct identified *all, size_t n,
			 const struct render *how);

#endif
