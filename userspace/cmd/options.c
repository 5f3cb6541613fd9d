// SPDX-License-Identifier: GPL-2.0
#include <getopt.h>
#include <string.h>

#include "base/util.h"
#include "cmd/options.h"

/* Keys of options without a letter of their own. */
enum {
	OPTION_COLOR = 'C',
	OPTION_DELETE = 'x',
	OPTION_TYPE = 'y',
	OPTION_WALL_CLOCK = 'w',
};

static const struct option_help all_options[] = {
	{ 's', 's', "statistics", no_argument, "",
	  "with the counters of the devices" },
	{ 't', 't', "times", no_argument, "",
	  "with what the clock changes: ages and remaining lifetimes" },
	{ 'J', 'J', "json", no_argument, "", "print JSON" },
	{ 'p', 'p', "pretty", no_argument, "", "print JSON with line breaks" },
	{ 'o', 'o', "output", required_argument, "=COLUMNS",
	  "show these columns; +COLUMNS: these too" },
	{ 'n', 'n', "noheadings", no_argument, "", "without the line of headings" },
	{ 'r', 'r', "raw", no_argument, "", "columns one space apart, for scripts" },
	{ 'H', 'H', "list-columns", no_argument, "", "list the columns" },
	{ 'N', 'N', "netns", required_argument, "=NETNS",
	  "of this netns only; may be given again" },
	{ 'e', 'e', "events", required_argument, "=LIST",
	  "only these: netns, dev, addr, or as they are printed" },
	{ 'i', 'i', "initial", no_argument, "", "begin with what is there" },
	{ 'k', 'k', "timestamps", no_argument, "",
	  "with the time of the kernel, seconds since boot" },
	{ OPTION_WALL_CLOCK, 't', "wall-clock", no_argument, "",
	  "with the time of day, as ip -t has it" },
	{ 'u', 'u', "user", required_argument, "=USER",
	  "run the command as this user (USER[:GROUP])" },
	{ 'a', 'a', "all", no_argument, "", "in every netns, one after the other" },
	{ 'b', 'b', "baseline", required_argument, "=FILE",
	  "what was there before: the output of 'nsinfo dump -J'" },
	{ OPTION_DELETE, 'd', "delete", no_argument, "",
	  "take the name away" },
	{ 'd', 'd', "details", no_argument, "",
	  "with what ip -d shows of devices: asks rtnetlink in each netns" },
	{ 'f', 'f', "force", no_argument, "",
	  "replace what is there; take away what others use" },
	{ 'l', 'l', "before-load", no_argument, "",
	  "only what forbids to load the module; silent if nothing does" },
	{ OPTION_TYPE, 't', "type", required_argument, "=net",
	  "as lsns has it: there is only this type" },
	{ 'S', 'S', "state", required_argument, "=LIST",
	  "only these: live, queued, dying, inactive" },
	{ 'T', 'T', "tree", no_argument, "", "as a tree, by owner user namespace" },
	{ 'D', 'D', "duplicates", required_argument, "=WHAT",
	  "what is there more than once: ip or mac" },
	{ 'A', 'A', "altnames", no_argument, "",
	  "look for alternative names, too, where a device has that name" },
	{ OPTION_COLOR, 0, "color", optional_argument, "[=WHEN]",
	  "colour the text: auto (default), always or never" },
	{ 'h', 'h', "help", no_argument, "", "show this help" },
	{ 'V', 'V', "version", no_argument, "", "show the version of the tool" },
};

/* What the argument of an option can be. */
static const struct option_values {
	char key;
	const char *values;
} all_values[] = {
	{ 'e', "netns dev addr netns-add netns-dying netns-del" },
	{ 'e', "dev-add dev-del dev-change dev-move addr-add addr-del" },
	{ OPTION_TYPE, "net" },
	{ 'S', "live queued dying inactive" },
	{ 'D', "ip mac" },
	{ OPTION_COLOR, "auto always never" },
};

#define N_OPTIONS	ARRAY_SIZE(all_options)

/* Those of no particular command. */
static const char everywhere[] = { 'h', 'V', OPTION_COLOR, '\0' };
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

static int set_option(struct options *options, char key, struct err *err)
{
	switch (key) {
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
	case OPTION_WALL_CLOCK:
		options->wall_clock = true;
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
		options->details = true;
		break;
	case OPTION_DELETE:
		options->delete = true;
		break;
	case OPTION_TYPE:
		if (strcmp(optarg, "net"))
			return usage(err, optarg, "no such type here, only net");
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

static bool belongs(const struct option_help *o, const struct command *command)
{
	return strchr(everywhere, o->key) ||
	       strchr(command ? command->options : common, o->key);
}

/* The option that @letter means to @command; the first if none is its own. */
static size_t by_letter(char letter, const struct command *command)
{
	size_t i, found = N_OPTIONS;

	for (i = 0; i < N_OPTIONS; i++) {
		if (all_options[i].letter != letter)
			continue;
		if (belongs(&all_options[i], command))
			return i;
		if (found == N_OPTIONS)
			found = i;
	}
	return found;
}

/* The same options as getopt_long() wants them; a long one is 256 + its index. */
static void make_getopt(struct option *longs, char *shorts,
			const struct command *command)
{
	size_t i;

	/* In order, with other words as option 1; and tell what is missing. */
	*shorts++ = '-';
	*shorts++ = ':';
	for (i = 0; i < N_OPTIONS; i++) {
		const struct option_help *o = &all_options[i];

		longs[i] = (struct option){ o->name, o->has_arg, NULL, 256 + i };
		if (!o->letter || by_letter(o->letter, command) != i)
			continue;
		*shorts++ = o->letter;
		if (o->has_arg == required_argument)
			*shorts++ = ':';
	}
	memset(&longs[i], 0, sizeof(*longs));
	*shorts = '\0';
}

/* How many commands @name can mean, and the last of these: 1 if it is one's name. */
static size_t lookup(const struct command *table, const char *name,
		     const struct command **command)
{
	size_t n = 0, len = strlen(name);

	for (*command = NULL; len && table->name; table++) {
		if (strncmp(table->name, name, len))
			continue;
		*command = table;
		if (!table->name[len])
			return 1;
		n++;
	}
	return n;
}

const struct command *options_lookup(const struct command *table,
				     const char *name)
{
	const struct command *command;

	return lookup(table, name, &command) == 1 ? command : NULL;
}

const struct option_help *options_at(const struct command *command, size_t *i)
{
	while (*i < N_OPTIONS)
		if (belongs(&all_options[(*i)++], command) || !command)
			return &all_options[*i - 1];
	return NULL;
}

const struct option_help *options_wants(const struct command *command,
					const char *word)
{
	const struct option_help *o;
	size_t i;

	if (*word != '-' || !word[1])
		return NULL;
	if (word[1] != '-') {
		i = by_letter(word[strlen(word) - 1], command);
		o = i < N_OPTIONS ? &all_options[i] : NULL;
	} else {
		for (i = 0; (o = options_at(command, &i)); )
			if (!strcmp(o->name, word + 2))
				break;
	}
	return o && o->has_arg == required_argument ? o : NULL;
}

const char *options_values(const struct option_help *o, size_t *i)
{
	while (*i < ARRAY_SIZE(all_values))
		if (all_values[(*i)++].key == o->key)
			return all_values[*i - 1].values;
	return NULL;
}

/*
 * The command of a command line whose options have not been read, or NULL. What
 * a letter means depends on it.
 */
static const struct command *line_command(const struct command *table, int argc,
					  char **argv, struct option *longs,
					  char *shorts)
{
	const char *word;
	int c;

	optind = 0;
	make_getopt(longs, shorts, NULL);
	do
		c = getopt_long(argc, argv, shorts, longs, NULL);
	while (c != 1 && c != -1);
	word = c == 1 ? optarg : argv[optind];
	return word ? options_lookup(table, word) : NULL;
}

/* Is the last of @n words the first of somebody else's command line? */
static bool is_foreign(const struct command *command,
		       const struct options *options, int n)
{
	return command && command->before_cmd &&
	       n == 2 + (options->all ? 0 : command->before_cmd);
}

int options_read(struct options *options, const struct command *table,
		 int argc, char **argv, struct err *err)
{
	struct option longs[N_OPTIONS + 1];
	char shorts[2 * N_OPTIONS + 3];
	const struct command *command;
	int at, c, n = 0, ret;
	size_t i;

	memset(options, 0, sizeof(*options));
	opterr = 0;
	command = line_command(table, argc, argv, longs, shorts);
	make_getopt(longs, shorts, command);
	optind = 0;
	for (;;) {
		at = optind ? optind : 1;
		c = getopt_long(argc, argv, shorts, longs, NULL);
		if (c == -1)
			break;
		if (c == '?' || c == ':')
			return wrong_option(c, argv[at], err);
		if (c == 1) {
			argv[n++] = optarg;
			if (is_foreign(command, options, n))
				break;
			continue;
		}
		i = c < 256 ? by_letter(c, command) : (size_t)c - 256;
		options->given |= 1ull << i;
		ret = set_option(options, all_options[i].key, err);
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
	size_t n = lookup(table, name, command), len = strlen(name);
	char names[256] = "";

	if (n == 1)
		return 0;
	if (!n)
		return usage(err, name, "unknown command");
	for (n = 0; table->name; table++)
		if (!strncmp(table->name, name, len))
			n += snprintf(names + n, sizeof(names) - n, "%s%s",
				      n ? ", " : "", table->name);
	return err_usage(err, "%s: which one: %s? (see 'nsinfo --help')", name,
			 names);
}

int options_fit(const struct options *options, const struct command *command,
		struct err *err)
{
	char word[32];
	size_t i;

	for (i = 0; i < N_OPTIONS; i++) {
		const struct option_help *o = &all_options[i];

		if (!(options->given >> i & 1) || belongs(o, command))
			continue;
		/* As a letter it may be another option, which the command has. */
		if (o->letter && by_letter(o->letter, command) == i)
			snprintf(word, sizeof(word), "-%c", o->letter);
		else
			snprintf(word, sizeof(word), "--%s", o->name);
		return err_usage(err,
				 "%s: the command %s has no such option (see 'nsinfo %s --help')",
				 word, command->name, command->name);
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
		if (o->letter)
			used = fprintf(f, " -%c, --%s%s", o->letter, o->name,
				       o->arg);
		else
			used = fprintf(f, "     --%s%s", o->name, o->arg);
		/* A negative one says that nothing is written any more. */
		fprintf(f, "%*s%s\n", 26 - used, "", o->text);
	}
	if (!command)
		fputs("\nOptions of a command: nsinfo COMMAND --help\n", f);
}

static bool takes_netns(const struct command *command)
{
	return strstr(command->args, "NETNS") || strchr(command->options, 'N') ||
	       (command->details && strstr(command->details, "NETNS"));
}

static void help_netns(FILE *f)
{
	fputs("\nA NETNS is a NAME in /run/netns or /run/docker/netns, a /PATH, an INODE,\n"
	      "a PID, net:[INODE], id:NUMBER or :NUMBER, pid:NUMBER, self or init.\n",
	      f);
}

static void help_command(FILE *f, const struct command *command)
{
	fprintf(f, "Usage: nsinfo [OPTIONS] %s%s%s\n\n%s.\n", command->name,
		*command->args ? " " : "", command->args, command->summary);
	if (command->details)
		fprintf(f, "\n%s", command->details);
}

static void help_commands(FILE *f, const struct command *table)
{
	fputs("Usage: nsinfo [OPTIONS] COMMAND [ARGS]\n\n"
	      "Shows every network namespace that the kernel has.\n"
	      "\nCommands:\n", f);
	for (; table->name; table++)
		fprintf(f, " %-8s %-14s %s\n", table->name, table->args,
			table->summary);
	fputs("\nThe first letters of a command are enough if no other begins so.\n",
	      f);
}

void options_help(FILE *f, const struct command *table,
		  const struct command *command)
{
	if (command)
		help_command(f, command);
	else
		help_commands(f, table);
	help_options(f, command);
	if (!command || takes_netns(command))
		help_netns(f);
	if (command && command->example)
		fprintf(f, "\nExample: %s\n", command->example);
	fputs("\nMore in nsinfo(8).\n", f);
}
