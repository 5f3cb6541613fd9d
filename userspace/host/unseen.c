// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>
#include <stdio.h>

#include "base/util.h"
#include "host/unseen.h"

static const struct {
	uint32_t bit;
	const char *what;
} missing[] = {
	{ BLIND_NETNS, "network namespaces of other owners" },
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
	if (what & (BLIND_PID_NS | BLIND_USER_NS))
		return "run it as root, outside the container";
	return "run it as root";
}

static void tell_silent(void)
{
	fputs("nsinfo: note: names may be missing: a names folder, or a mount namespace without processes, did not answer or lies behind another mount\n",
	      stderr);
}

void blind_tell(uint32_t what)
{
	const char *before = "";
	size_t i;

	if (what & BLIND_SILENT)
		tell_silent();
	what &= ~BLIND_SILENT;
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
