// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/child.h"
#include "base/modprobe.h"

#define TIMEOUT_MS	1000

static bool can_walk(const char *path)
{
	int fd = child_open_path(path, TIMEOUT_MS);

	if (fd >= 0)
		close(fd);
	return fd != -ETIME;
}

bool modprobe_can_walk(void)
{
	/* modprobe.d(5), of kmod 34. */
	static const char *const folders[] = {
		"/etc/modprobe.d", "/run/modprobe.d",
		"/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d",
		"/lib/modprobe.d", NULL
	};
	const char *const *folder;
	struct utsname kernel;
	char modules[sizeof("/lib/modules/") + sizeof(kernel.release)];

	for (folder = folders; *folder; folder++)
		if (!can_walk(*folder))
			return false;
	if (uname(&kernel))
		return true;
	snprintf(modules, sizeof(modules), "/lib/modules/%s", kernel.release);
	return can_walk(modules);
}
