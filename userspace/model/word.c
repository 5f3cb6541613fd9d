// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "model/word.h"

/* JSON must hold it as it is typed. */
static bool is_utf8(const char *s)
{
	size_t left = strlen(s), n;
	uint32_t cp;

	for (; left; s += n, left -= n) {
		n = utf8_decode(s, left, &cp);
		if (!n)
			return false;
	}
	return true;
}

/* Words that mean something else on the command line. */
static bool is_taken(const char *name)
{
	static const char *const words[] = { "init", "self", ".", "..", NULL };
	static const char *const starts[] = { "id:", "pid:", "net:", "-",
					      NULL };
	const char *const *w;

	for (w = words; *w; w++)
		if (!strcmp(name, *w))
			return true;
	for (w = starts; *w; w++)
		if (!strncmp(name, *w, strlen(*w)))
			return true;
	return !name[strspn(name, "0123456789")];
}

static bool is_typed(const struct name *name)
{
	return name->shown != name->path && !name->twin &&
	       is_utf8(name->shown) && !is_taken(name->shown);
}

/* Is this word a name too? Then it is ambiguous. */
static bool is_name(const struct model *m, const char *word)
{
	size_t i;

	for (i = 0; i < m->n_names; i++)
		if (name_is_ours(&m->names[i]) && !strcmp(m->names[i].shown, word))
			return true;
	return false;
}

const char *netns_word(const struct model *m, const struct netns *ns,
		       char *buf, size_t size)
{
	const struct name *name, *best = NULL;
	size_t i, n;

	name = model_names(m, ns, &n);
	for (i = 0; i < n && name_is_ours(&name[i]); i++)
		if (is_typed(&name[i]) &&
		    (!best || strlen(name[i].shown) < strlen(best->shown)))
			best = &name[i];
	if (best)
		return best->shown;
	if (HAS(ns, NSINFO_A_NETNS_INIT) && !is_name(m, "init"))
		return "init";
	if (HAS(ns, NSINFO_A_NETNS_SELF) && !is_name(m, "self"))
		return "self";
	for (i = 0; i < n && name_is_ours(&name[i]); i++)
		if (*name[i].path == '/' && is_utf8(name[i].path))
			return name[i].path;
	snprintf(buf, size, "%" PRIu32, ns->inum);
	if (ns->state != NSINFO_NETNS_STATE_LIVE || is_name(m, buf))
		snprintf(buf, size, "id:%" PRIu64, ns->id);
	return buf;
}
