/* SPDX-License-Identifier: GPL-2.0 */
/* The command line: options, help, and what a command is. */
#ifndef NSINFO_OPTIONS_H
#define NSINFO_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "err.h"

enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

struct options {
	bool help;
	bool version;
	bool json;
	bool pretty;
	bool stats;
	bool times;
	enum when color;
};

struct command {
	const char *name;
	const char *args;		/* synopsis of its arguments */
	const char *summary;		/* one line */
	const char *options;		/* short letters of those it takes */
	/* @argv ends with NULL. Returns an enum STATUS_*, with @err if not 0. */
	int (*run)(const struct options *options, char **argv,
		   struct err *err);
};

/*
 * Take the options out of @argv, where they may be anywhere before "--".
 * Returns what is left (a command and its arguments, then NULL), or NULL with
 * @err.
 */
char **options_read(struct options *options, int argc, char **argv,
		    struct err *err);

/* Command @name of a table that ends with an empty one. NULL with @err. */
const struct command *options_command(const struct command *table,
				      const char *name, struct err *err);

/* Whether @command takes all of @options. False with @err if not. */
bool options_fit(const struct options *options, const struct command *command,
		 struct err *err);

/* Help on one command, or on all of @table if @command is NULL. */
void options_help(FILE *f, const struct command *table,
		  const struct command *command);

#endif
