/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of text for a person, as the text renderer puts them together. A line
 * is made of items that are never broken, two spaces apart; one that does not
 * fit begins a new line. An item is put together in memory first.
 */
#ifndef NSINFO_TEXT_H
#define NSINFO_TEXT_H

#include "print/render.h"

enum text_look { PLAIN, BOLD, DIM, NAME, MAC, INET, INET6, GOOD, BAD };

/* The lines of the tree, three columns each. */
struct text_glyphs {
	const char *branch, *last, *rail, *none;
};

struct text {
	FILE *f;
	const struct model *m;
	const struct render *how;
	const struct text_glyphs *glyphs;
	char *item;			/* what was put together so far, … */
	size_t item_len;		/* … its bytes … */
	size_t item_columns;		/* … and what they take on the screen */
	size_t cap;			/* bytes that there is room for */
	bool no_memory;			/* something is missing */
	size_t column;			/* on the line so far */
	size_t gap;			/* spaces before the next item */
	const char *rail;		/* how a new line begins: … */
	size_t indent;			/* … and spaces after that */
};

/* Returns 0 or -ENOMEM. */
int text_open(struct text *t, FILE *f, const struct model *m,
	      const struct render *how);
/* Returns 0, or -ENOMEM if something is missing. */
int text_close(struct text *t);

/* Parts of an item. What follows looks like that, until the look is PLAIN. */
void text_look(struct text *t, enum text_look look);
/* Foreign text, escaped. */
void text_foreign(struct text *t, enum text_look look, const char *s);
/* Own, harmless ASCII text. */
void text_add(struct text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* "@" and the shortest thing that names the netns. */
void text_netns(struct text *t, uint64_t id, uint32_t inum);

/* End the item. An empty one leaves no trace. */
void text_put(struct text *t);
/* Likewise; the next one begins at least @width columns to the right. */
void text_put_padded(struct text *t, size_t width);

/* Items that are a word of ours and a value. */
void text_put_word(struct text *t, const char *what, const char *value);
void text_put_number(struct text *t, const char *what, uint32_t value);

/* A line that begins with the rail; any line ends with text_end_line(). */
void text_start_line(struct text *t);
void text_end_line(struct text *t);

/* Inode of the first user namespace, fixed in the kernel. */
#define TEXT_INIT_USERNS	0xeffffffdu

/*
 * text_netns.c: items with inode, names, marks, ids and references of a netns,
 * and the rest of one that tells when and by whom it was made.
 */
void text_netns_head(struct text *t, const struct netns *ns);
void text_created(struct text *t, const struct created *c);
/* Items, one for each device of @ns that is waited for. */
void text_waiting(struct text *t, const struct netns *ns);

/* Widths of the columns of a device line. */
struct text_widths {
	size_t name;
	size_t state;
	size_t kind;
	size_t mac;
};

/* text_dev.c: wide enough for all devices of @ns, and all about a device. */
struct text_widths text_dev_measure(const struct text *t,
				    const struct netns *ns);
void text_dev(struct text *t, const struct dev *dev, bool last,
	      const struct text_widths *w);

/*
 * An item with the peer of a device, the device below it or its underlay; none
 * where there is neither. Takes link_dev and peer as they are in @dev.
 */
void text_wiring(struct text *t, const struct dev *dev);

/* Words about a device; @buf has IPNAMES_SIZE bytes. */
const char *text_state_word(const struct dev *dev);
const char *text_kind_word(const struct dev *dev, char *buf);
const char *text_mac_word(const struct dev *dev, char *buf);

/* text_details.c: a line with the details of a device, where it has some. */
void text_details(struct text *t, const struct dev *dev);

/* text_addr.c: an item. */
void text_addr(struct text *t, const struct dev *dev, const struct addr *addr);

/* text_addr.c: lines with the addresses and counters of a device. */
void text_addrs(struct text *t, const struct dev *dev);
void text_stats(struct text *t, const struct stats *stats);

#endif
