// SPDX-License-Identifier: GPL-2.0
/* The command with which a container's own runtime stops it. */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "host/container.h"
#include "model/advice.h"

#define ALNUM	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

static const struct {
	const char *runtime;
	const char *command;
	const char *valid;		/* in what the runtime calls it */
} runtimes[] = {
	{ "docker", ADVICE_DOCKER, "0123456789abcdef" },
	{ "podman", ADVICE_PODMAN, "0123456789abcdef" },
	{ "containerd", ADVICE_CONTAINERD, "0123456789abcdef" },
	{ "nspawn", ADVICE_NSPAWN, ALNUM "-_." },
	{ "lxc", ADVICE_LXC, ALNUM "-_." },
	{ "systemd", ADVICE_SYSTEMD, ALNUM ":-_.@\\" },
};

/* Whoever may make cgroups chooses their names. */
static bool is_valid(const char *id, const char *valid)
{
	return *id && *id != '-' && *id != '.' && !id[strspn(id, valid)];
}

bool container_stop(const char *word, bool sandbox, char *buf, size_t size)
{
	const char *id = strchr(word, ':'), *quote;
	size_t i, len;

	if (!id)
		return false;
	len = id++ - word;
	if (sandbox && is_valid(id, "0123456789abcdef"))
		return (size_t)snprintf(buf, size, ADVICE_POD " %s", id) < size;
	for (i = 0; i < ARRAY_SIZE(runtimes); i++) {
		if (strlen(runtimes[i].runtime) != len ||
		    strncmp(runtimes[i].runtime, word, len) ||
		    !is_valid(id, runtimes[i].valid))
			continue;
		quote = strchr(id, '\\') ? "'" : "";
		return (size_t)snprintf(buf, size, "%s %s%s%s",
					runtimes[i].command, quote, id,
					quote) < size;
	}
	return false;
}
