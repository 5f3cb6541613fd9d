/* SPDX-License-Identifier: GPL-2.0 */
/* Which container a process is in, told by the path of its cgroup. */
#ifndef NSINFO_CONTAINER_H
#define NSINFO_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct container {
	char runtime[16];		/* docker, containerd, crio, podman, … */
	char id[80];			/* as long as the path has it */
	char pod[40];			/* uid of the Kubernetes pod, or "" */
};

/* Of a buffer for such a file. */
#define CONTAINER_CGROUP_SIZE	16384

/*
 * Read the text of a /proc/PID/cgroup file (v1 or v2). False where it is in
 * no container that we know.
 */
bool container_parse(const char *cgroup, struct container *c);

/*
 * Likewise the container around that one: the first, second, ... by @level,
 * where 0 is that one itself. False where there is none, and no container.
 */
bool container_parse_outer(const char *cgroup, unsigned int level,
			   struct container *c);

/*
 * The command that stops the container @word, "runtime:id", or its whole pod
 * where it is a pod's @sandbox, in @buf. False where its runtime has none, or
 * where it has a name that no runtime gives.
 */
bool container_stop(const char *word, bool sandbox, char *buf, size_t size);

/* Of a buffer for one of the next two. */
#define CONTAINER_WORD	(sizeof(((struct container *)0)->runtime) + \
			 sizeof(((struct container *)0)->id))

/* "runtime:id" into @buf, at most @size bytes with the NUL. */
void container_word(const struct container *c, char *buf, size_t size);

/*
 * The same as a person reads it: @word with an id that is a hash cut to 12 digits, in
 * @buf of CONTAINER_WORD bytes. NULL if @word is NULL.
 */
const char *container_shown(const char *word, char *buf);

#endif
