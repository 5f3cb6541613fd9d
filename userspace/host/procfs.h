/* SPDX-License-Identifier: GPL-2.0 */
/* /proc, at @proc: "/proc", but for tests. */
#ifndef NSINFO_PROCFS_H
#define NSINFO_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The pids of @proc, or the tids of a folder "…/task", in any order. */
struct procfs_ids {
	void *dir;
};

/*
 * Returns 0, also where the folder is not there, which is then empty; or a
 * negative errno. Close it anyway.
 */
int procfs_open(struct procfs_ids *ids, const char *folder);
/* Returns 0 at the end. */
uint32_t procfs_next(struct procfs_ids *ids);
void procfs_close(struct procfs_ids *ids);

/*
 * Inode of namespace @ns of a task, @who being "1234", "1234/task/1235" or
 * "self". Nothing is opened or pinned for that. Returns 0 or a negative
 * errno: -EACCES where this user may not know, and anything else, such as
 * -ENOENT, where there is none, as of a zombie.
 */
int procfs_ns(const char *proc, const char *who, const char *ns,
	      uint32_t *inum);

/*
 * Up to @size bytes of a file, with a NUL behind them that @size counts too.
 * Returns how many, or -1.
 */
long procfs_read(const char *proc, uint32_t pid, const char *file, char *buf,
		 size_t size);

/*
 * Field @number (proc(5); from 3 on) of /proc/PID/stat. Returns 0 where it
 * cannot be read.
 */
uint64_t procfs_stat(const char *proc, uint32_t pid, unsigned int number);

/* What nobody can see in there: bits of enum blind. */
uint32_t procfs_blind(const char *proc);

/* Whether it counts pids in another pid namespace than ours. */
bool procfs_is_foreign(const char *proc);

/* The id of this boot of the kernel. False where the kernel has none. */
#define PROCFS_BOOT_ID	64
bool procfs_boot_id(char buf[PROCFS_BOOT_ID]);

#endif
