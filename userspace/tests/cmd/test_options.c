// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "cmd/options.h"
#include "test.h"

static const struct command table[] = {
	{ "dump", "[NETNS...]", "Show", "stJp", .run = NULL },
	{ "plain", "", "Nothing", "", .details = "A word.\n",
	  .example = "nsinfo plain" },
	{ "table", "", "Lines", "oJnrHT", .run = NULL },
	{ "lines", "", "Lines of a type", "yx" },
	{ "exec", "NETNS [CMD...]", "Run", "a", .before_cmd = 1 },
	{ 0 },
};

struct line {
	struct options options;
	struct err err;
	char **rest;
	char *argv[16];
	char words[256];
};

/* Read a command line, given as words apart by single spaces. */
static bool line(struct line *l, const char *words)
{
	int argc = 0;
	char *word;

	memset(l, 0, sizeof(*l));
	snprintf(l->words, sizeof(l->words), "nsinfo %s", words);
	for (word = strtok(l->words, " "); word; word = strtok(NULL, " "))
		l->argv[argc++] = word;
	l->rest = options_read(&l->options, table, argc, l->argv, &l->err) ?
		  NULL : l->argv;
	return l->rest;
}

static void anywhere(void **state)
{
	struct line l;

	(void)state;
	expect_true(line(&l, "-J dump -s blue --times"));
	expect_true(l.options.json && l.options.stats && l.options.times);
	expect_true(!l.options.pretty && !l.options.help);
	expect_text(l.rest[0], "dump");
	expect_text(l.rest[1], "blue");
	expect_true(!l.rest[2]);
	expect_true(line(&l, "dump -Jp"));
	expect_true(l.options.json && l.options.pretty);
}

static void long_names(void **state)
{
	struct line l;

	(void)state;
	expect_true(line(&l, "--statistics --times --json --pretty --help --version"));
	expect_true(l.options.stats && l.options.times && l.options.json &&
		    l.options.pretty && l.options.help && l.options.version);
	expect_true(line(&l, "--statis"));
	expect_true(l.options.stats);
}

static void tables(void **state)
{
	struct line l;

	(void)state;
	expect_true(line(&l, "table -o NS,ID -nrHT x"));
	expect_text(l.options.output, "NS,ID");
	expect_true(l.options.noheadings && l.options.raw &&
		    l.options.list_columns && l.options.tree);
	expect_text(l.rest[0], "table");
	expect_text(l.rest[1], "x");
	expect_int(options_fit(&l.options, &table[2], &l.err), 0);
	expect_int(options_fit(&l.options, &table[0], &l.err), -EINVAL);
	expect_part(l.err.text, "-o: the command dump has no such option");
	expect_true(line(&l, "table --output=+ID --noheadings --raw --list-columns --tree"));
	expect_text(l.options.output, "+ID");
	expect_true(l.options.noheadings && l.options.raw &&
		    l.options.list_columns && l.options.tree);
	expect_true(line(&l, "table"));
	expect_true(!l.options.output);
	expect_true(!line(&l, "table -o"));
	expect_part(l.err.text, "-o: this option wants an argument");
}

static void end_of_options(void **state)
{
	struct line l;

	(void)state;
	expect_true(line(&l, "dump -s -- -J --help"));
	expect_true(l.options.stats && !l.options.json && !l.options.help);
	expect_text(l.rest[0], "dump");
	expect_text(l.rest[1], "-J");
	expect_text(l.rest[2], "--help");
}

/* What is somebody else's command line, and not ours. */
static void foreign_command(void **state)
{
	struct line l;

	(void)state;
	expect_true(line(&l, "exec blue ls -l --all"));
	expect_true(!l.options.all);
	expect_text(l.rest[1], "blue");
	expect_text(l.rest[2], "ls");
	expect_text(l.rest[3], "-l");
	expect_text(l.rest[4], "--all");
	expect_true(!l.rest[5]);
	expect_true(line(&l, "exec blue -- -l"));
	expect_text(l.rest[2], "-l");
	expect_true(line(&l, "ex blue ls -l"));
	expect_text(l.rest[3], "-l");
	expect_true(line(&l, "exec -a ls -J"));
	expect_true(l.options.all && !l.options.json);
	expect_text(l.rest[1], "ls");
	expect_text(l.rest[2], "-J");
	expect_true(line(&l, "dump blue red -J"));
	expect_true(l.options.json);
}

static void no_arguments(void **state)
{
	struct line l;

	(void)state;
	expect_true(line(&l, ""));
	expect_true(!l.rest[0]);
}

static void colors(void **state)
{
	struct line l;

	(void)state;
	expect_true(line(&l, "dump"));
	expect_int(l.options.color, WHEN_AUTO);
	expect_true(line(&l, "--color dump"));
	expect_int(l.options.color, WHEN_ALWAYS);
	expect_text(l.rest[0], "dump");
	expect_true(line(&l, "--color=never dump"));
	expect_int(l.options.color, WHEN_NEVER);
	expect_true(line(&l, "--color=always --color=auto"));
	expect_int(l.options.color, WHEN_AUTO);
}

static void wrong(void **state)
{
	static const struct { const char *words, *why; } bad[] = {
		{ "-x dump", "-x: unknown option" },
		{ "dump -Jx", "-x: unknown option" },
		{ "--nonsense", "--nonsense: unknown option" },
		{ "--nonsense=1", "--nonsense=1: unknown option" },
		{ "dump --nonsense", "--nonsense: unknown option" },
		{ "-xJ dump", "-x: unknown option" },
		{ "-Jx dump", "-x: unknown option" },
		{ "-JxJ dump", "-x: unknown option" },
		{ "dump -J -xs", "-x: unknown option" },
		{ "dump -xJ -s x", "-x: unknown option" },
		{ "-x", "-x: unknown option" },
		{ "dump -x", "-x: unknown option" },
		{ "-J- dump", "--: unknown option" },
		{ "-? dump", "-?: unknown option" },
		{ "--n dump", "--n: which one: --noheadings, --netns?" },
		{ "--st", "--st: which one: --statistics, --state?" },
		{ "--js=1", "--js=1: this option takes no argument" },
		{ "table -o", "-o: this option wants an argument" },
		{ "table -Jo", "-o: this option wants an argument" },
		{ "table --output", "--output: this option wants an argument" },
		{ "table --out", "--out: this option wants an argument" },
		{ "table -N", "-N: this option wants an argument" },
		{ "--json=1", "--json=1: this option takes no argument" },
		{ "--color=blue", "blue: not one of auto, always, never" },
	};
	struct line l;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		expect_true(!line(&l, bad[i].words));
		expect_int(l.err.status, STATUS_USAGE);
		expect_part(l.err.text, bad[i].why);
		expect_part(l.err.text, "nsinfo --help");
	}
}

static void commands(void **state)
{
	static const struct command twins[] = {
		{ "abc", "", "", "" }, { "abcd", "", "", "" },
		{ "abx", "", "", "" }, { 0 },
	};
	const struct command *command;
	struct err err = { 0 };

	(void)state;
	expect_int(options_command(table, "dump", &command, &err), 0);
	expect_text(command->name, "dump");
	expect_int(options_command(table, "plain", &command, &err), 0);
	expect_text(command->name, "plain");
	expect_int(options_command(table, "du", &command, &err), 0);
	expect_text(command->name, "dump");
	expect_int(options_command(table, "dumper", &command, &err), -EINVAL);
	expect_int(err.status, STATUS_USAGE);
	expect_part(err.text, "dumper: unknown command");
	expect_int(options_command(table, "", &command, &err), -EINVAL);
	expect_int(options_command(twins, "ab", &command, &err), -EINVAL);
	expect_int(err.status, STATUS_USAGE);
	expect_part(err.text, "ab: which one: abc, abcd, abx?");
	expect_int(options_command(twins, "abc", &command, &err), 0);
	expect_text(command->name, "abc");
}

/* What a letter means depends on the command, wherever it stands. */
static void shared_letters(void **state)
{
	struct line l;

	(void)state;
	expect_true(line(&l, "lines -t net -d x"));
	expect_true(!l.options.times && l.options.delete && !l.options.details);
	expect_text(l.rest[1], "x");
	expect_int(options_fit(&l.options, &table[3], &l.err), 0);
	expect_true(line(&l, "-d li -tnet"));
	expect_true(l.options.delete);
	expect_true(!line(&l, "lines -t mnt"));
	expect_part(l.err.text, "mnt: no such type here, only net");
	expect_true(line(&l, "lines --times"));
	expect_int(options_fit(&l.options, &table[3], &l.err), -EINVAL);
	expect_part(l.err.text, "--times: the command lines has no such option");
	expect_true(line(&l, "dump -t net"));
	expect_true(l.options.times);
	expect_text(l.rest[1], "net");
}

static void fit(void **state)
{
	struct line l;

	(void)state;
	line(&l, "dump -J -s -t -p -h -V --color");
	expect_int(options_fit(&l.options, &table[0], &l.err), 0);
	line(&l, "plain -h -V --color=always");
	expect_int(options_fit(&l.options, &table[1], &l.err), 0);
	line(&l, "plain -J");
	expect_int(options_fit(&l.options, &table[1], &l.err), -EINVAL);
	expect_int(l.err.status, STATUS_USAGE);
	expect_part(l.err.text, "-J: the command plain has no such option");
}

static char *help(const struct command *command)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	options_help(f, table, command);
	fclose(f);
	return text;
}

static void help_texts(void **state)
{
	char *text;

	(void)state;
	text = help(NULL);
	expect_part(text, "Usage: nsinfo [OPTIONS] COMMAND [ARGS]\n");
	expect_part(text, "\n dump ");
	expect_part(text, "\n plain ");
	expect_part(text, "\n -J, --json ");
	expect_part(text, "\n     --color[=WHEN] ");
	expect_part(text, "nsinfo COMMAND --help");
	expect_true(!strstr(text, "--statistics"));
	free(text);
	text = help(&table[1]);
	expect_part(text, "Usage: nsinfo [OPTIONS] plain");
	expect_part(text, "\nA word.\n\nOptions:\n");
	expect_part(text, "\n -h, --help ");
	expect_part(text, "\nExample: nsinfo plain\n");
	expect_true(!strstr(text, "--json"));
	expect_true(!strstr(text, "A NETNS is"));
	free(text);
	text = help(&table[4]);
	expect_part(text, "\nA NETNS is a NAME");
	free(text);
}

int main(void)
{
	const struct CMUnitTest options[] = {
		cmocka_unit_test(anywhere),
		cmocka_unit_test(long_names),
		cmocka_unit_test(tables),
		cmocka_unit_test(end_of_options),
		cmocka_unit_test(foreign_command),
		cmocka_unit_test(no_arguments),
		cmocka_unit_test(colors),
		cmocka_unit_test(wrong),
		cmocka_unit_test(commands),
		cmocka_unit_test(shared_letters),
		cmocka_unit_test(fit),
		cmocka_unit_test(help_texts),
	};

	return run_group("options", options, ARRAY_SIZE(options));
}
