/* SPDX-License-Identifier: GPL-2.0 */
/* The mount table of a process: the text of /proc/PID/mountinfo. */
#ifndef NSINFO_MOUNTINFO_H
#define NSINFO_MOUNTINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mount {
	uint32_t id;
	uint32_t parent_id;
	uint64_t dev;			/* of the file system: major, minor */
	const char *root;		/* what of the file system is mounted */
	const char *path;		/* where */
	const char *type;		/* of the file system */
	uint32_t net;			/* inode, if it is a netns; else 0 */
	uint32_t mnt;			/* likewise of a mount namespace */
	struct mount *parent;		/* NULL: not in the table */
	bool hidden;			/* its path leads to another mount */
	bool diverted;			/* nor is it on the way to any */
	bool decided;			/* diverted is what it will be */
	size_t walked;			/* the last walk to the root met it */
};

/* An all-zero table is empty. */
struct mount_table {
	char *text;			/* where all strings are */
	struct mount *mount;		/* in the order of the table */
	size_t n;
	struct mount **by_place;	/* by parent, then path */
	struct mount **by_path;		/* those that are not hidden */
	size_t n_by_path;
	struct mount **scratch;
	size_t cap;			/* of each of these arrays */
	size_t size;			/* of the memory at text */
};

/*
 * Read the table of a process, "1234", "1234/task/1235" or "self", in @proc
 * ("/proc", but for tests). Nothing but @proc is opened, and no path walked:
 * what is hidden follows from the ids. What was in the table goes, and its memory
 * is used again. Returns 0 or a negative errno; clear the table in the end.
 */
int mount_table_read(struct mount_table *t, const char *proc, const char *who);

/* The same of @text, from malloc(), which becomes the table's. */
int mount_table_parse(struct mount_table *t, char *text);

void mount_table_clear(struct mount_table *t);

/*
 * The mounts on @parent, or, where that is NULL, those whose parent is not in the
 * table and has the id @parent_id. By path; *@n of them, in an array of the table.
 */
struct mount **mount_table_on(const struct mount_table *t,
			      const struct mount *parent, uint32_t parent_id,
			      size_t *n);

/* Whether @path is @folder or in it. */
bool mount_is_below(const char *folder, const char *path);

/* What is mounted at @path and not hidden; NULL if nothing. */
const struct mount *mount_table_at(const struct mount_table *t,
				   const char *path);

/*
 * The mount that @path, absolute, without symbolic links, leads into; NULL if
 * the table does not tell.
 */
const struct mount *mount_table_find(const struct mount_table *t,
				     const char *path);

/*
 * Whether all mounts on the way to @path are of types that the kernel serves by
 * itself: to walk the path cannot hang then.
 */
bool mount_table_is_local(const struct mount_table *t, const char *path);

/* Where a file is, whatever the mount through which it is seen. */
struct mount_place {
	uint64_t dev;
	char *path;			/* inside the file system */
};

/*
 * The place of the file that is seen at @path in the mount @m. The caller frees
 * place->path, which is NULL where @m is NULL or does not have it. Returns 0 or
 * -ENOMEM.
 */
int mount_place(const struct mount *m, const char *path,
		struct mount_place *place);

bool mount_place_equal(const struct mount_place *a,
		       const struct mount_place *b);

#endif
