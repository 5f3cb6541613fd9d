/* SPDX-License-Identifier: GPL-2.0 */
/* What /proc tells of holders that the kernel module does not. */
#ifndef NSINFO_SCAN_H
#define NSINFO_SCAN_H

#include <dirent.h>
#include <stdio.h>

#include "cmd/holders/account.h"

/* Mounts of the netns in all mount namespaces that a process is in. */
void scan_mounts(struct holders *h, const char *proc);

/* Open files of /proc/PID/net; needs h->inside. */
void scan_proc_files(struct holders *h, const char *proc);

/*
 * hidden.c: where something is hidden: sockets that are mapped into
 * memory, files that are registered with io_uring, messages with files that
 * nobody has read.
 */
void scan_hidden(struct holders *h, const char *proc);

/* Give the same open file the same number. */
void scan_same_files(struct holders *h);

/* Name and container of the processes that hold it from elsewhere. */
void scan_describe(struct holders *h, const char *proc);

/* The file of reference trackers of the netns, below @folder. */
void scan_trackers(struct holders *h, const char *folder);

/*
 * Call @look for each open file in each table of files, with what its link
 * says. @task is whose table it is: @pid, but where a thread has one of its
 * own.
 */
struct scan {
	struct holders *h;
	const char *proc;
	void (*look)(struct scan *w, uint32_t task, uint32_t fd,
		     const char *link);
	uint32_t pid;
};

/*
 * As fopen() to read and opendir(), but no memory for that is told in
 * h->no_memory: what is not there is no failure.
 */
FILE *scan_fopen(struct holders *h, const char *path);
DIR *scan_opendir(struct holders *h, const char *path);

/* For a hold that has no tid where it is the process's. */
uint32_t scan_tid(const struct scan *w, uint32_t task);

void scan_walk(struct scan *w);

/* A copy of a string, and the name of a process; NULL if there is none. */
char *scan_keep(struct holders *h, const char *s);
char *scan_comm(struct holders *h, const char *proc, uint32_t pid);

#endif
