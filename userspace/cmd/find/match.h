/* SPDX-License-Identifier: GPL-2.0 */
/* What is where: questions about a finished model and their hits. No I/O. */
#ifndef NSINFO_MATCH_H
#define NSINFO_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "host/container.h"
#include "model/duplicates.h"
#include "model/model.h"

#define FIND_MAC_MAX	32

enum find_what {
	FIND_IP,
	FIND_MAC,
	FIND_DEV,
	FIND_KIND,
	FIND_PID,
	FIND_CONTAINER,
	FIND_INODE,
	FIND_NSID,
	FIND_PEER,
	FIND_PCI,
	FIND_VNI,
	FIND_VLAN,
	FIND_SAME_IP,			/* --duplicates ip */
	FIND_SAME_MAC,			/* --duplicates mac */
};

/*
 * A question, as findarg_read() understood it. Addresses of both families are
 * kept in 16 bytes, IPv4 as ::ffff:0:0/96, so that one comparison is enough
 * for all spellings.
 */
struct find_query {
	enum find_what what;
	char text[256];			/* "ip 10.0.0.1", for messages */
	const char *word;		/* name, pattern, container, PCI address */
	uint8_t ip[16];
	unsigned int prefix;		/* bits of it that count */
	const char *zone;		/* device, or NULL for any */
	uint8_t mac[FIND_MAC_MAX];
	size_t mac_len;
	uint32_t number;		/* pid, inode, nsid, VNI or VLAN */
	const char *netns;		/* of nsid and peer; NULL: our own */
	char buf[256];			/* what the words above point to */
};

/* One answer; what does not belong to the question is NULL. */
struct find_hit {
	const struct netns *ns;
	const struct dev *dev;
	const struct addr *addr;
	const struct bytes *mac;	/* of dev: its own or the permanent one */
	const struct task *task;
	const char *altname;		/* of dev, which may not be known */
	const char *container;		/* runtime:id */
	const struct duplicate *duplicate;
};

/* An all-zero one is empty. */
struct find_hits {
	struct find_hit *hit;
	size_t n;
	size_t cap;
};

void find_free(struct find_hits *hits);

/* Returns 0 or -ENOMEM, as all that follow. */
int find_add(struct find_hits *hits, const struct find_hit *hit);

/* By netns and device, of which the first hit stays. */
void find_sort(struct find_hits *hits);

/*
 * Whatever the model answers by itself: ip, mac, dev, kind and inode, in its
 * order.
 */
int find_devs(const struct model *m, const struct find_query *q,
	      struct find_hits *hits);

/* The hits must not outlive @found. */
int find_duplicates(const struct model *m, const struct duplicates *found,
		    struct find_hits *hits);

/* Each netns that a thread of process @pid, or the thread @pid, is in. */
int find_pid(const struct model *m, uint32_t pid, struct find_hits *hits);

/*
 * Each netns with a process of the container @word, or of one that is nested
 * in it: "runtime:id" or an id (of a container or a pod), of which the
 * beginning is enough where it is not the whole of another one. @read tells
 * the container of a process, and by @level those around it, or false. The
 * strings of the hits live in @m.
 */
typedef bool (*find_read_container)(void *data, uint32_t pid,
				    unsigned int level, struct container *c);
int find_container(struct model *m, const char *word,
		   find_read_container read, void *data,
		   struct find_hits *hits);

/*
 * Devices that belong to the PCI device @q->word, or to one below it on
 * another bus, which @below tells.
 */
typedef bool (*find_is_below)(void *data, const struct dev *dev,
			      const char *pci);
int find_pci(const struct model *m, const struct find_query *q,
	     find_is_below below, void *data, struct find_hits *hits);

/* Whether only the details of this device tell if it is one that @q wants. */
bool find_wants_details(const struct find_query *q, const struct dev *dev);

/*
 * Is this a device that takes any VNI, by packet or from a table of its own?
 * Only its details tell.
 */
bool find_has_any_vni(const struct dev *dev);

/* The other end of @dev, if it is in the model. */
int find_peer(const struct model *m, const struct dev *dev,
	      struct find_hits *hits);

/* The device of @ns with this name, or NULL. */
const struct dev *find_dev_named(const struct model *m,
				 const struct netns *ns, const char *ifname);

/* Is this an address that should be there only once? */
bool find_ip_is_unique(const struct addr *addr);

#endif
