// SPDX-License-Identifier: GPL-2.0
#include <getopt.h>
#include <string.h>

#include "base/util.h"
#include "cmd/options.h"

enum { OPTION_COLOR = 256 };

struct option_help {
	int value;			/* short letter, or above 255 */
	const char *name;
	int has_arg;
	const char *arg;		/* how help shows the argument */
	const char *text;
};

static const struct option_help all_options[] = {
	{ 's', "statistics", no_argument, "",
	  "with the counters of the devices" },
	{ 't', "times", no_argument, "",
	  "with what the clock changes: ages and remaining lifetimes" },
	{ 'J', "json", no_argument, "", "print JSON" },
	{ 'p', "pretty", no_argument, "", "print JSON with line breaks" },
	{ 'o', "output", required_argument, "=COLUMNS",
	  "show these columns; +COLUMNS: these too" },
	{ 'n', "noheadings", no_argument, "", "without the line of headings" },
	{ 'r', "raw", no_argument, "", "columns one space apart, for scripts" },
	{ 'H', "list-columns", no_argument, "", "list the columns" },
	{ 'N', "netns", required_argument, "=NETNS",
	  "of this netns only; may be given again" },
	{ 'e', "events", required_argument, "=LIST",
	  "only these: netns, dev, addr, or as they are printed" },
	{ 'i', "initial", no_argument, "", "begin with what is there" },
	{ 'k', "timestamps", no_argument, "",
	  "with the time of the kernel, seconds since boot" },
	{ 'u', "user", required_argument, "=USER",
	  "run the command as this user (USER[:GROUP])" },
	{ 'a', "all", no_argument, "", "in every netns, one after the other" },
	{ 'b', "baseline", required_argument, "=FILE",
	  "what was there before: the output of 'nsinfo dump -J'" },
	{ 'd', "delete", no_argument, "", "take the name away" },
	{ 'd', "details", no_argument, "",
	  "with what ip -d shows of devices: asks rtnetlink in each netns" },
	{ 'f', "force", no_argument, "",
	  "replace what is there; take away what others use" },
	{ 'l', "before-load", no_argument, "",
	  "only what forbids to load the module; silent if nothing does" },
	{ 'S', "state", required_argument, "=LIST",
	  "only these: live, queued, dying, inactive" },
	{ 'T', "tree", no_argument, "", "as a tree, by owner user namespace" },
	{ 'D', "duplicates", required_argument, "=WHAT",
	  "what is there more than once: ip or mac" },
	{ 'A', "altnames", no_argument, "",
	  "look for alternative names, too, where a device has that name" },
	{ OPTION_COLOR, "color", optional_argument, "[=WHEN]",
	  "colour the text: auto (default), always or never" },
	{ 'h', "help", no_argument, "", "show this help" },
	{ 'V', "version", no_argument, "", "show the version of the tool" },
};

#define N_OPTIONS	ARRAY_SIZE(all_options)

/* Those of no particular command. */
static const char everywhere[] = "hV";
/* Those of nearly all commands. */
static const char common[] = "Jp";

static int usage(struct err *err, const char *what, const char *why)
{
	return err_usage(err, "%s: %s (see 'nsinfo --help')", what, why);
}

static int read_when(enum when *when, const char *arg, struct err *err)
{
	static const char *const names[] = { "auto", "always", "never" };
	int i;

	for (i = 0; i < 3; i++) {
		if (!strcmp(arg ? arg : "always", names[i])) {
			*when = i;
			return 0;
		}
	}
	return usage(err, arg, "not one of auto, always, never");
}

static int add_netns(struct options *options, const char *arg,
		     struct err *err)
{
	size_t n;

	for (n = 0; options->netns[n]; n++)
		;
	if (n == OPTIONS_NETNS - 1)
		return usage(err, "--netns", "given too often");
	options->netns[n] = arg;
	return 0;
}

static int set_option(struct options *options, int value, struct err *err)
{
	switch (value) {
	case 'h':
		options->help = true;
		break;
	case 'V':
		options->version = true;
		break;
	case 'J':
		options->json = true;
		break;
	case 'p':
		options->pretty = true;
		break;
	case 's':
		options->stats = true;
		break;
	case 't':
		options->times = true;
		break;
	case 'o':
		options->output = optarg;
		break;
	case 'n':
		options->noheadings = true;
		break;
	case 'r':
		options->raw = true;
		break;
	case 'H':
		options->list_columns = true;
		break;
	case 'S':
		options->states = optarg;
		break;
	case 'T':
		options->tree = true;
		break;
	case 'N':
		return add_netns(options, optarg, err);
	case 'e':
		options->events = optarg;
		break;
	case 'i':
		options->initial = true;
		break;
	case 'k':
		options->timestamps = true;
		break;
	case 'u':
		options->user = optarg;
		break;
	case 'a':
		options->all = true;
		break;
	case 'A':
		options->altnames = true;
		break;
	case 'b':
		options->baseline = optarg;
		break;
	case 'd':
		options->delete = true;
		options->details = true;
		break;
	case 'f':
		options->force = true;
		break;
	case 'l':
		options->before_load = true;
		break;
	case 'D':
		options->duplicates = optarg;
		break;
	case OPTION_COLOR:
		return read_when(&options->color, optarg, err);
	}
	return 0;
}

/* By its word, or by its letter, which two of them may share. */
static void mark_given(struct options *options, int value, int word)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (all_options[i].value == value && (word < 0 || word == (int)i))
			options->given |= 1ull << i;
}

/* A long option that getopt did not like, as it was written. */
static int wrong_long(const char *word, struct err *err)
{
	size_t i, len = strcspn(word + 2, "="), n = 0;
	char names[256] = "";

	for (i = 0; len && i < N_OPTIONS; i++) {
		const char *name = all_options[i].name;

		if (strncmp(name, word + 2, len))
			continue;
		if (!name[len])
			return usage(err, word,
				     "this option takes no argument");
		snprintf(names + strlen(names), sizeof(names) - strlen(names),
			 "%s--%s", n++ ? ", " : "", name);
	}
	if (!n)
		return usage(err, word, "unknown option");
	if (n == 1)
		return usage(err, word, "this option takes no argument");
	return err_usage(err, "%s: which one: %s? (see 'nsinfo --help')", word,
			 names);
}

/*
 * What getopt did not like: @word, or one of the letters in it. What it takes
 * for the word depends on whether there are more letters.
 */
static int wrong_option(int c, const char *word, struct err *err)
{
	char letter[] = { '-', optopt, '\0' };
	bool is_long = !strncmp(word, "--", 2);

	if (c == ':')
		return usage(err, is_long ? word : letter,
			     "this option wants an argument");
	return is_long ? wrong_long(word, err) :
			 usage(err, letter, "unknown option");
}

/* The same options as getopt_long() wants them. */
static void make_getopt(struct option *longs, char *shorts)
{
	size_t i;

	/* In order, with other words as option 1; and tell what is missing. */
	*shorts++ = '-';
	*shorts++ = ':';
	for (i = 0; i < N_OPTIONS; i++) {
		const struct option_help *o = &all_options[i];

		longs[i] = (struct option){ o->name, o->has_arg, NULL,
					    o->value };
		if (o->value >= OPTION_COLOR || (i && o[-1].value == o->value))
			continue;
		*shorts++ = o->value;
		if (o->has_arg == required_argument)
			*shorts++ = ':';
	}
	memset(&longs[i], 0, sizeof(*longs));
	*shorts = '\0';
}

static const struct command *lookup(const struct command *table,
				    const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

/* Is the last of these @n words the first of somebody else's command line? */
static bool is_foreign(const struct command *table,
		       const struct options *options, char **words, int n)
{
	const struct command *command = lookup(table, words[0]);

	return command && command->before_cmd &&
	       n == 2 + (options->all ? 0 : command->before_cmd);
}

int options_read(struct options *options, const struct command *table,
		 int argc, char **argv, struct err *err)
{
	struct option longs[N_OPTIONS + 1];
	char shorts[2 * N_OPTIONS + 3];
	int at, c, n = 0, word, ret;

	memset(options, 0, sizeof(*options));
	make_getopt(longs, shorts);
	optind = 0;
	opterr = 0;
	for (;;) {
		at = optind ? optind : 1;
		word = -1;
		c = getopt_long(argc, argv, shorts, longs, &word);
		if (c == -1)
			break;
		if (c == '?' || c == ':')
			return wrong_option(c, argv[at], err);
		if (c == 1) {
			argv[n++] = optarg;
			if (is_foreign(table, options, argv, n))
				break;
			continue;
		}
		mark_given(options, c, word);
		ret = set_option(options, c, err);
		if (ret)
			return ret;
	}
	while (optind < argc)
		argv[n++] = argv[optind++];
	argv[n] = NULL;
	return 0;
}

int options_command(const struct command *table, const char *name,
		    const struct command **command, struct err *err)
{
	*command = lookup(table, name);
	return *command ? 0 : usage(err, name, "unknown command");
}

/* -d is --delete of the command name, and --details of the others. */
static bool belongs(const struct option_help *o, const struct command *command)
{
	bool of_name = command && !strcmp(command->name, "name");

	if (o->value >= OPTION_COLOR || strchr(everywhere, o->value))
		return true;
	if (!strchr(command ? command->options : common, o->value))
		return false;
	return o->value != 'd' || of_name == !strcmp(o->name, "delete");
}

/* The same letter may stand for another one that does. */
static bool fits(const struct options *options, const struct command *command,
		 int value)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (options->given >> i & 1 && all_options[i].value == value &&
		    belongs(&all_options[i], command))
			return true;
	return false;
}

int options_fit(const struct options *options, const struct command *command,
		struct err *err)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++) {
		const struct option_help *o = &all_options[i];
		char letter[] = { '-', o->value, '\0' };

		if (!(options->given >> i & 1) ||
		    fits(options, command, o->value))
			continue;
		return err_usage(err,
				 "%s: the command %s has no such option (see 'nsinfo %s --help')",
				 letter, command->name, command->name);
	}
	return 0;
}

static void help_options(FILE *f, const struct command *command)
{
	size_t i;

	fputs("\nOptions:\n", f);
	for (i = 0; i < N_OPTIONS; i++) {
		const struct option_help *o = &all_options[i];
		int used;

		if (!belongs(o, command))
			continue;
		if (o->value < OPTION_COLOR)
			used = fprintf(f, " -%c, --%s%s", o->value, o->name,
				       o->arg);
		else
			used = fprintf(f, "     --%s%s", o->name, o->arg);
		/* A negative one says that nothing is written any more. */
		fprintf(f, "%*s%s\n", 26 - used, "", o->text);
	}
	if (!command)
		fputs("\nOptions of a command: nsinfo COMMAND --help\n", f);
}

static void help_netns(FILE *f)
{
	fputs("\nA NETNS is a NAME in /run/netns or /run/docker/netns, a /PATH, an INODE,\n"
	      "net:[INODE], id:NUMBER, pid:NUMBER, self or init.\n"
	      "\nMore in nsinfo(8).\n", f);
}

void options_help(FILE *f, const struct command *table,
		  const struct command *command)
{
	if (command) {
		fprintf(f, "Usage: nsinfo [OPTIONS] %s %s\n\n%s.\n",
			command->name, command->args, command->summary);
		if (command->details)
			fprintf(f, "\n%s", command->details);
	} else {
		fputs("Usage: nsinfo [OPTIONS] COMMAND [ARGS]\n\n"
		      "Shows every network namespace that the kernel has.\n"
		      "\nCommands:\n", f);
		for (; table->name; table++)
			fprintf(f, " %-8s %-14s %s\n", table->name,
				table->args, table->summary);
	}
	help_options(f, command);
	help_netns(f);
}
