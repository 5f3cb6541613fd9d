/* SPDX-License-Identifier: GPL-2.0 */
/* The command line: options, help, and what a command is. */
#ifndef NSINFO_OPTIONS_H
#define NSINFO_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

/* As many netns can be named by an option, and a NULL. */
#define OPTIONS_NETNS	64

struct options {
	bool help;
	bool version;
	bool json;
	bool pretty;
	bool stats;
	bool times;
	bool noheadings;
	bool raw;
	bool list_columns;
	bool tree;
	const char *output;		/* columns; NULL: the default ones */
	const char *states;		/* of which netns; NULL: of any */
	const char *duplicates;		/* of what; NULL: not asked for */
	bool initial;
	bool timestamps;
	bool wall_clock;
	const char *events;		/* which ones; NULL: all */
	const char *netns[OPTIONS_NETNS];	/* which netns; NULL at the end */
	const char *user;		/* who to be; NULL: as now */
	const char *baseline;		/* file; NULL: none */
	bool all;
	bool altnames;
	bool delete;
	bool details;
	bool force;
	bool before_load;
	enum when color;
	uint64_t given;			/* options.c: which ones there were */
	/* With list_columns: the word that columns complete; NULL: list them. */
	const char *complete;
};

struct option_help {
	char key;			/* in struct command.options */
	char letter;			/* as typed, or 0; two may share one */
	const char *name;
	int has_arg;
	const char *arg;		/* how help shows the argument */
	const char *text;
};

struct command {
	const char *name;
	const char *args;		/* synopsis of its arguments */
	const char *summary;		/* one line */
	const char *options;		/* keys of those it takes: options.c */
	/*
	 * @argv ends with NULL. Returns 0; a negative errno with @err; or an
	 * exit status above 0 whose reason is in the output, or was told.
	 */
	int (*run)(const struct options *options, char **argv,
		   struct err *err);
	/*
	 * How many of its arguments come before a command line of somebody
	 * else's, which is left alone; 0: it has none.
	 */
	int before_cmd;
	const char *details;		/* lines of help on its arguments */
	const char *example;		/* a command line; NULL: none */
};

/*
 * Take the options out of @argv, where they may be anywhere before "--", or
 * before the command line that a command of @table runs. Leaves the rest in
 * @argv: a command and its arguments, then NULL. Returns 0, or -EINVAL with
 * @err.
 */
int options_read(struct options *options, const struct command *table,
		 int argc, char **argv, struct err *err);

/*
 * Find *@command, named @name or the only one whose name begins so, in a table
 * that ends with an empty one. Returns 0, or -EINVAL with @err.
 */
int options_command(const struct command *table, const char *name,
		    const struct command **command, struct err *err);

/*
 * For completion: the command that @name means, or NULL; the next option at @i
 * or behind of those of @command, or of all commands if NULL, or NULL; and the
 * option whose argument follows the word @word, or NULL.
 */
const struct command *options_lookup(const struct command *table,
				     const char *name);
const struct option_help *options_at(const struct command *command, size_t *i);
const struct option_help *options_wants(const struct command *command,
					const char *word);
/*
 * The next words at *@i or behind, with spaces in between, that the argument of
 * @o can be; NULL: no more, and if there was none see @o->arg.
 */
const char *options_values(const struct option_help *o, size_t *i);

/* Does @command take all of @options? Returns 0, or -EINVAL with @err. */
int options_fit(const struct options *options, const struct command *command,
		struct err *err);

/* Help on one command, or on all of @table if @command is NULL. */
void options_help(FILE *f, const struct command *table,
		  const struct command *command);

#endif
