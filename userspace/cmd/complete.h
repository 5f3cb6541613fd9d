/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a shell can offer for the last word of a command line. The shells' own
 * scripts in completions/ ask for it with "nsinfo _complete WORD...", and get
 * lines of a candidate, a tab and its description, with
 *   :nospace      first, where more may follow in the word; or one of
 *   :files        names of files, or what comes before them on the line
 *   :users        names of users
 *   :command N    the words from number N on, from 0, are a command line
 */
#ifndef NSINFO_COMPLETE_H
#define NSINFO_COMPLETE_H

#include "base/table.h"
#include "cmd/options.h"

/*
 * Print what can stand for the last of @words, which follow "nsinfo" and end
 * with NULL; there is at least one, maybe empty. No error is told: what cannot
 * be found out is not offered.
 */
void complete(const struct command *table, char **words);

/*
 * Print the columns that can stand at the end of @word: all that is not in its
 * list yet, each behind what comes before it.
 */
void complete_columns(const struct table_column *columns, size_t n,
		      const char *word);

#endif
