// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <stdio.h>

#include "blind.h"
#include "util.h"

static const struct {
	uint32_t bit;
	const char *what;
} missing[] = {
	{ BLIND_NO_PROC, "processes and most names" },
	{ BLIND_PROCS, "processes of other users" },
	{ BLIND_MOUNTS, "names in other mount namespaces" },
	{ BLIND_INSIDE, "routes and sockets" },
	{ BLIND_PID_NS, "what is outside this pid namespace" },
};

/* What the user can do about the first of these that applies. */
static const char *cure(uint32_t what)
{
	if (what & BLIND_NO_PROC)
		return "mount /proc";
	if (what == BLIND_PID_NS)
		return "run it outside the container";
	if (what & BLIND_PID_NS)
		return "run it as root, outside the container";
	return "run it as root";
}

void blind_tell(uint32_t what)
{
	const char *before = "";
	size_t i;

	if (!what)
		return;
	fputs("nsinfo: note: not seen: ", stderr);
	for (i = 0; i < ARRAY_SIZE(missing); i++) {
		if (!(what & missing[i].bit))
			continue;
		fprintf(stderr, "%s%s", before, missing[i].what);
		before = ", ";
	}
	fprintf(stderr, ": %s\n", cure(what));
}
