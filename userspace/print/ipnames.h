/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers of the kernel in the words of ip(8). */
#ifndef NSINFO_IPNAMES_H
#define NSINFO_IPNAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "model/model.h"

/* Enough for any text that a function here writes to a buffer. */
#define IPNAMES_SIZE	128

/*
 * Names that an administrator may add to, as read from files of iproute2
 * ("NUMBER NAME" lines). Only small numbers have names here.
 */
struct ipnames_table {
	uint32_t id;
	char *name;
};

struct ipnames {
	char *group[256];
	char *scope[256];
	char *addrproto[256];
	struct ipnames_table *tables;	/* of routes; these may be big */
	size_t n_tables;
	size_t cap_tables;
	bool no_memory;			/* one is missing */
};

/*
 * Read them from @folder (normally IPNAMES_FOLDER); absent files are fine.
 * Returns 0 or -ENOMEM; call ipnames_free() after either.
 */
#define IPNAMES_FOLDER	"/etc/iproute2"
int ipnames_read(struct ipnames *names, const char *folder);
void ipnames_free(struct ipnames *names);

/* Each returns a name, or the number written to @buf of IPNAMES_SIZE bytes. */
const char *ipnames_group(const struct ipnames *names, uint32_t group,
			  char *buf);
const char *ipnames_scope(const struct ipnames *names, uint32_t scope,
			  char *buf);
const char *ipnames_addrproto(const struct ipnames *names, uint32_t proto,
			      char *buf);
const char *ipnames_link_type(uint32_t type, char *buf);

/* ipnames_tables.c: routing tables, from rt_tables and rt_tables.d. */
const char *ipnames_table(const struct ipnames *names, uint32_t table,
			  char *buf);
void ipnames_read_tables(struct ipnames *names, const char *folder);

/* ipnames_file.c: a copy of @name, and a file; no memory is noted in @names. */
char *ipnames_keep(struct ipnames *names, const char *name);
FILE *ipnames_open(struct ipnames *names, const char *path);
void ipnames_close(struct ipnames *names, FILE *f);

void ipnames_free_tables(struct ipnames *names);

/* NULL for one that has no name. */
const char *ipnames_operstate(uint32_t state);
const char *ipnames_linkmode(uint32_t mode);

/* One flag and its name; a table ends with a NULL name. */
struct ipnames_flag {
	uint32_t mask;
	const char *name;
};

/* IFF_*, in the order of ip. IFF_RUNNING is told by its absence: NO-CARRIER. */
extern const struct ipnames_flag ipnames_dev_flags[];
/*
 * IFA_F_*, likewise. "secondary" is "temporary" for IPv6, and a clear
 * "permanent" is shown as "dynamic".
 */
extern const struct ipnames_flag ipnames_addr_flags[];
const char *ipnames_addr_flag(const struct ipnames_flag *flag,
			      uint32_t family);

/* One of the counters of a device; a table ends with a NULL key. */
struct ipnames_counter {
	const char *key;
	uint8_t attr;			/* NSINFO_A_STATS_* */
	bool always;			/* ip shows it also where it is 0 */
};

extern const struct ipnames_counter ipnames_rx_counters[];
extern const struct ipnames_counter ipnames_tx_counters[];

/*
 * Hardware address of a device of ARPHRD @type, written to @buf of
 * IPNAMES_SIZE bytes; an IP address for tunnels. Returns @buf.
 */
const char *ipnames_hwaddr(const struct bytes *addr, uint32_t type, char *buf);
const char *ipnames_inet(const struct inet *addr, char *buf);

#endif
