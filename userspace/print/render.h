/* SPDX-License-Identifier: GPL-2.0 */
/* Model -> text or JSON. Pure: a stream, a finished model, and how. */
#ifndef NSINFO_RENDER_H
#define NSINFO_RENDER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "model/model.h"
#include "model/viewer.h"
#include "print/ipnames.h"

struct render {
	const char *boot_id;		/* of dump as JSON; NULL: none */
	const struct viewer *viewer;	/* likewise */
	const struct ipnames *names;
	bool stats;
	bool times;
	bool pretty;		/* JSON: with line breaks */
	bool color;		/* text: ANSI colours */
	bool utf8;		/* text: the terminal shows UTF-8 */
	unsigned int width;	/* text: columns to fit in where possible */
	uint64_t now;		/* CLOCK_BOOTTIME in ns, for ages */
};

/*
 * Write all netns of @m, with their devices and addresses. The text is a tree
 * that leaves out what is as usual; the JSON, one document, is complete.
 * Return 0 or -ENOMEM; write errors stay with @f.
 */
int render_text_dump(FILE *f, const struct model *m, const struct render *how);
int render_json_dump(FILE *f, const struct model *m, const struct render *how);

#endif
