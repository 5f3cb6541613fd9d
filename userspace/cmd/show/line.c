// SPDX-License-Identifier: GPL-2.0
/* Lines of the page, and their labels. */
#include "cmd/show/show.h"

void show_label(struct text *t, const char *label)
{
	t->rail = t->glyphs->none;
	t->indent = SHOW_LABELS - 3;
	text_foreign(t, DIM, label);
	text_put_padded(t, SHOW_LABELS - 2);
}

void show_line(struct text *t)
{
	t->rail = t->glyphs->none;
	t->indent = SHOW_LABELS - 3;
	text_start_line(t);
}
