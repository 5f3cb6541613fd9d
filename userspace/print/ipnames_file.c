// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "print/ipnames.h"

char *ipnames_keep(struct ipnames *names, const char *name)
{
	char *kept = strdup(name);

	names->no_memory |= !kept;
	return kept;
}

FILE *ipnames_open(struct ipnames *names, const char *path)
{
	FILE *f = fopen(path, "re");

	names->no_memory |= !f && errno == ENOMEM;
	return f;
}

/* getline() has no memory where it stops before the end. */
void ipnames_close(struct ipnames *names, FILE *f)
{
	names->no_memory |= !feof(f) && !ferror(f);
	fclose(f);
}
