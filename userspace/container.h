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

/* "runtime:short-id" into @buf, at most @size bytes with the NUL. */
void container_short(const struct container *c, char *buf, size_t size);

#endif
