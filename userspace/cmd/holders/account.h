/* SPDX-License-Identifier: GPL-2.0 */
/* Who keeps a netns alive, and what of that does not add up. */
#ifndef NSINFO_ACCOUNT_H
#define NSINFO_ACCOUNT_H

#include "inside/socks.h"
#include "model/model.h"

enum hold_type {
	HOLD_PROCESS, HOLD_THREAD, HOLD_MOUNT, HOLD_NSFS_FD, HOLD_SOCKET,
	HOLD_TUN, HOLD_PROC_FILE,
	HOLD_MAPPING,			/* socket that is mapped, without fd */
	HOLD_URING,			/* file that io_uring has, without fd */
	HOLD_TYPES
};

/* One way in which somebody holds it. What is not known is 0 or NULL. */
struct hold {
	enum hold_type type;
	uint32_t pid;			/* 0: not in our pid namespace */
	uint32_t tid;			/* where it is not that of the process */
	const char *comm;
	const char *container;
	const char *pod;		/* uid of the Kubernetes pod */
	bool ours;			/* process 1, this one, or above it */
	bool reused;			/* the pid is another process by now */
	bool has_fd;
	uint32_t fd;
	size_t file;			/* the same for the same open file */
	bool pins;			/* a socket with a reference of its own */
	uint32_t family;		/* 0: not of a socket */
	uint32_t sock_type;
	uint32_t protocol;
	uint32_t state;
	uint64_t inode;
	const char *local;
	const char *peer;
	const char *path;		/* of a mount or of a file */
	uint32_t mntns;			/* of a mount: where; 0: our own */
	const char *mnt_file;		/* where that is mounted; see struct name */
	bool hidden;			/* of a mount: behind another one */
	const char *command;		/* that takes it away, if it is not plain */
	uint32_t times;			/* so often on the same path */
	uint64_t nsproxy;		/* of a task */
};

/* One who may have what nobody is seen to have. */
struct suspect {
	enum { SUSPECT_MESSAGE, SUSPECT_URING } type;
	uint32_t pid;
	uint32_t tid;			/* where it is not that of the process */
	const char *comm;
	uint32_t fd;
	uint32_t n;			/* files that it has */
};

/* References that are told, against those that were found. */
struct account {
	bool has_refs;
	bool has_sockets;
	uint32_t refs;
	uint32_t nsproxies;
	uint32_t sockets;		/* that pin it, as the kernel counts */
	uint32_t sockets_found;
	uint32_t subflows;		/* of MPTCP sockets that were found */
	uint32_t nsfs;			/* 1 for all users of the inode */
	uint32_t nsfs_users;
	uint32_t nsfs_fds;
	uint32_t nsfs_mounts;
	uint32_t proc_files;
	int64_t sockets_hidden;		/* and these are what remains */
	int64_t nsfs_hidden;
	int64_t other;
};

/* A list of sentences. */
struct lines {
	const char **line;
	size_t n;
	size_t cap;
};

struct holders {
	struct model *m;		/* strings live in it */
	const struct netns *ns;
	struct hold *hold;
	size_t n;
	size_t cap;
	size_t n_files;			/* numbers given to open files */
	uint64_t *inodes;		/* of the sockets in hold, sorted */
	size_t n_inodes;
	size_t n_indexed;		/* so many of hold are in there */
	struct suspect *suspects;
	size_t n_suspects;
	size_t cap_suspects;
	struct inside inside;
	struct account account;
	const char *trackers;		/* their file in debugfs, or NULL */
	struct lines unexplained;
	struct lines advice;
	struct lines commands;		/* each ends a line of advice */
	uint32_t worker;		/* kernel thread in cleanup_net(), or 0 */
	uint64_t read_at;		/* CLOCK_BOOTTIME, ns; 0: not known */
	bool has_kernel;		/* these are known: */
	const struct inside_sock **kernel; /* sockets that hold nothing */
	size_t n_kernel;
	bool has_uppers;		/* those of other netns were read */
	const struct dev **uppers;	/* by netns and ifindex */
	size_t n_uppers;
	bool changed;			/* while it was read */
	bool no_memory;			/* something is missing */
};

void holders_clear(struct holders *h);

/* A new one at the end; NULL, and no_memory set, if there is no memory. */
struct hold *holders_add(struct holders *h, enum hold_type type);
struct suspect *holders_add_suspect(struct holders *h);

/* Tasks and open files of h->ns in the model. */
void holders_from_model(struct holders *h);

/* Addresses that were seen inside, by the inode of the socket. */
void holders_add_addresses(struct holders *h);

/* Whether a socket with this inode is among them. */
bool holders_has_socket(const struct holders *h, uint64_t inode);

/*
 * IP sockets seen inside that are of the kernel, such as those of a tunnel: no
 * file is one of them, and all that pin the netns were found. Returns how many;
 * holders_confirm_kernel() then keeps those that are still there @later, since
 * a socket may have been closed before its file was looked for.
 */
size_t holders_find_kernel(struct holders *h);
void holders_confirm_kernel(struct holders *h, const struct inside *later);

/*
 * Devices of other netns, from the finished @world, that are on top of one of
 * h->ns or have their underlay or their sockets there. They hold nothing. @world
 * has to live as long as @h.
 */
void holders_add_uppers(struct holders *h, const struct model *world);

/* The sums. */
void holders_account(struct holders *h);
bool holders_adds_up(const struct holders *h);

/* finish.c: sort, and put in words what remains and what to do. */
void holders_finish(struct holders *h);

/* explain.c, advice.c: for the last of these. */
void holders_explain(struct holders *h);
void holders_advise(struct holders *h);

/* More of a kind than this are told by their number. */
#define HOLDERS_FEW	5

/* "process 12 (sh)" */
struct holders_who {
	char text[128];
};

struct holders_who holders_who(uint32_t pid, const char *comm);
void holders_line(struct lines *lines, struct holders *h, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Advice in words, and the command that follows it, which is for a shell. */
void holders_command(struct holders *h, const char *command,
		     const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Words; @buf has HOLDERS_WORD bytes. */
#define HOLDERS_WORD	32
const char *holders_type_name(enum hold_type type);
/* As ss has it; NULL for a family that has none of these. */
const char *holders_state_name(const struct hold *hold);
const char *holders_family_name(uint32_t family, char *buf);
const char *holders_sock_type_name(uint32_t type, char *buf);
const char *holders_protocol_name(uint32_t family, uint32_t protocol,
				  char *buf);

#endif
