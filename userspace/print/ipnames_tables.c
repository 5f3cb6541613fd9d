// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/array.h"
#include "print/ipnames.h"

/* The last one of an id counts. */
static void add(struct ipnames *names, uint32_t id, const char *name)
{
	struct ipnames_table *t;
	size_t i;

	for (i = 0; i < names->n_tables; i++) {
		t = &names->tables[i];
		if (t->id == id) {
			free(t->name);
			t->name = ipnames_keep(names, name);
			return;
		}
	}
	t = array_add(&names->tables, &names->n_tables, &names->cap_tables);
	if (t)
		*t = (struct ipnames_table){ id, ipnames_keep(names, name) };
	else
		names->no_memory = true;
}

static void read_file(struct ipnames *names, const char *path)
{
	FILE *f = ipnames_open(names, path);
	char name[128], *line = NULL, *end;
	unsigned long id;
	size_t size = 0;

	if (!f)
		return;
	while (getline(&line, &size, f) > 0) {
		id = strtoul(line, &end, 0);
		if (end != line && id <= UINT32_MAX &&
		    sscanf(end, " %127s", name) == 1 && *name != '#')
			add(names, id, name);
	}
	free(line);
	ipnames_close(names, f);
}

static int is_conf(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return len > 5 && *d->d_name != '.' &&
	       !strcmp(d->d_name + len - 5, ".conf");
}

static void read_folder(struct ipnames *names, const char *folder)
{
	struct dirent **files;
	int n = scandir(folder, &files, is_conf, alphasort), i;
	char path[512];

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder,
			 files[i]->d_name);
		read_file(names, path);
		free(files[i]);
	}
	if (n >= 0)
		free(files);
	else
		names->no_memory |= errno == ENOMEM;
}

void ipnames_read_tables(struct ipnames *names, const char *folder)
{
	char path[256];

	add(names, RT_TABLE_DEFAULT, "default");
	add(names, RT_TABLE_MAIN, "main");
	add(names, RT_TABLE_LOCAL, "local");
	snprintf(path, sizeof(path), "%s/rt_tables", folder);
	read_file(names, path);
	snprintf(path, sizeof(path), "%s/rt_tables.d", folder);
	read_folder(names, path);
}

void ipnames_free_tables(struct ipnames *names)
{
	size_t i;

	for (i = 0; i < names->n_tables; i++)
		free(names->tables[i].name);
	free(names->tables);
}

const char *ipnames_table(const struct ipnames *names, uint32_t table,
			  char *buf)
{
	size_t i;

	for (i = 0; i < names->n_tables; i++)
		if (names->tables[i].id == table && names->tables[i].name)
			return names->tables[i].name;
	snprintf(buf, IPNAMES_SIZE, "%u", table);
	return buf;
}
