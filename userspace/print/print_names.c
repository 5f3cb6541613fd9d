// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "print/print_names.h"

const char *names_where(const struct name *name, char *buf)
{
	const char *hidden = name->hidden ? ", hidden" : "";

	if (!name->mntns)
		snprintf(buf, NAMES_WHERE, "%s",
			 name->hidden ? " (hidden)" : "");
	else if (name->mnt_pid)
		snprintf(buf, NAMES_WHERE,
			 " (mntns %" PRIu32 ", pid %" PRIu32 "%s)",
			 name->mntns, name->mnt_pid, hidden);
	else
		snprintf(buf, NAMES_WHERE,
			 " (mntns %" PRIu32 ", no process%s)", name->mntns,
			 hidden);
	return buf;
}

const char *names_best(const struct name *name, size_t n)
{
	size_t i;

	for (i = 0; i < n && name_is_ours(&name[i]); i++)
		if (name[i].shown != name[i].path)
			return name[i].shown;
	return n && name_is_ours(&name[0]) ? name[0].path : NULL;
}

void names_cell(struct table *t, struct table_row *row, unsigned int column,
		const struct name *name, size_t n)
{
	char path[PATH_MAX + NAMES_WHERE], where[NAMES_WHERE];
	size_t i;

	table_list(t, row, column);
	for (i = 0; i < n; i++) {
		if (name_is_ours(&name[i])) {
			table_list_add(t, row, column, name[i].path,
				       name[i].shown);
			continue;
		}
		if (name[i].mnt_pid && !name[i].hidden)
			snprintf(path, sizeof(path), "/proc/%" PRIu32 "/root%s",
				 name[i].mnt_pid, name[i].path);
		else
			snprintf(path, sizeof(path), "%s%s", name[i].path,
				 names_where(&name[i], where));
		table_list_add(t, row, column, NULL, path);
	}
}

static void put_mount(struct json *j, const struct name *name)
{
	json_object(j, NULL);
	json_string(j, "path", name->path);
	if (name->mntns)
		json_uint(j, "mntns", name->mntns);
	if (name->mnt_pid)
		json_uint(j, "pid", name->mnt_pid);
	if (name->mnt_file)
		json_string(j, "mntns_file", name->mnt_file);
	if (name->hidden)
		json_true(j, "hidden");
	json_object_end(j);
}

void json_names(struct json *j, const struct name *name, size_t n)
{
	size_t i;

	json_array(j, "names");
	for (i = 0; i < n && name_is_ours(&name[i]); i++)
		json_string(j, NULL, name[i].path);
	json_array_end(j);
	if (i == n)
		return;
	json_array(j, "mounts");
	for (; i < n; i++)
		put_mount(j, &name[i]);
	json_array_end(j);
}
