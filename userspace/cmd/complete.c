// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cmd/complete.h"
#include "host/names.h"
#include "host/procfs.h"
#include "host/procs.h"
#include "model/word.h"
#include "print/ipnames.h"
#include "wire/fetch.h"

#define WORD_MAX	256

struct offer {
	char *value;
	char *text;			/* its description */
};

/* What is to be completed: @word, behind the rest of a list, which stays. */
struct typed {
	const char *list;
	size_t list_len;
	const char *word;
};

static struct offer *offers;
static size_t n_offers, cap_offers;
/* What stays before that: "--option=" in the same word. */
static const char *option = "";
static size_t option_len;
/* More may follow in the same word. */
static bool open_end;

/* Offer @value if the word begins so. Without memory nothing is offered. */
static void offer(const struct typed *t, const char *value, const char *text)
{
	struct offer *o;
	char *whole;

	if (strncmp(value, t->word, strlen(t->word)) ||
	    asprintf(&whole, "%.*s%.*s%s", (int)option_len, option,
		     (int)t->list_len, t->list, value) < 0)
		return;
	o = array_add(&offers, &n_offers, &cap_offers);
	if (!o) {
		free(whole);
		return;
	}
	o->value = whole;
	o->text = strdup(text);
}

static int order_offers(const void *a, const void *b)
{
	return strcmp(((const struct offer *)a)->value,
		      ((const struct offer *)b)->value);
}

/* In order, and once each; a tab or newline in one would make two of it. */
static void print_offers(void)
{
	const char *last = NULL;
	size_t i;

	qsort(offers, n_offers, sizeof(*offers), order_offers);
	if (open_end || (n_offers == 1 && strchr(offers[0].value, ':') &&
			 !strchr(offers[0].value, ':')[1]))
		puts(":nospace");
	for (i = 0; i < n_offers; i++) {
		const struct offer *o = &offers[i];

		if ((last && !strcmp(last, o->value)) ||
		    strpbrk(o->value, "\t\n"))
			continue;
		last = o->value;
		printf("%s\t%s\n", o->value,
		       o->text && !strpbrk(o->text, "\t\n") ? o->text : "");
	}
	for (i = 0; i < n_offers; i++) {
		free(offers[i].value);
		free(offers[i].text);
	}
	free(offers);
}

/* Of a list with commas only the last word is completed. */
static struct typed last_of_list(const char *word)
{
	const char *comma = strrchr(word, ',');
	const char *last = comma ? comma + 1 : word;

	return (struct typed){ word, last - word, last };
}

/* Whether a list that ends where @end is has @word already. */
static bool in_list(const char *list, const char *end, const char *word)
{
	size_t len = strlen(word);

	for (; list < end; list += strcspn(list, ",") + 1)
		if (strcspn(list, ",") == len && !strncmp(list, word, len))
			return true;
	return false;
}

void complete_columns(const struct table_column *columns, size_t n,
		      const char *word)
{
	const char *list = word + (*word == '+'), *comma = strrchr(list, ',');
	const char *last = comma ? comma + 1 : list;
	struct typed t = { word, last - word, last };
	size_t i;

	for (i = 0; i < n; i++)
		if (!in_list(list, last, columns[i].name))
			offer(&t, columns[i].name, columns[i].help);
}

static void offer_words(const struct typed *t, const char *words)
{
	char *copy = strdup(words), *word, *rest = copy;

	while (rest && (word = strsep(&rest, " ")))
		offer(t, word, "");
	free(copy);
}

static void offer_pids(const struct typed *t, const char *prefix)
{
	struct procfs_ids ids;
	char word[32], comm[32];
	uint32_t pid;

	procfs_open(&ids, "/proc");
	while ((pid = procfs_next(&ids))) {
		snprintf(word, sizeof(word), "%s%" PRIu32, prefix, pid);
		if (procfs_read("/proc", pid, "comm", comm, sizeof(comm)) < 0)
			*comm = '\0';
		comm[strcspn(comm, "\n")] = '\0';
		offer(t, word, comm);
	}
	procfs_close(&ids);
}

static void offer_processes(const struct typed *t)
{
	offer_pids(t, "");
	offer(t, "self", "nsinfo itself");
}

/* What the kernel module shows: all, or nothing where it is not there. */
static bool fetch(struct model *m, bool devs, bool tasks)
{
	const struct fetch_want want = { .devs = devs, .torn = true };
	struct err ignored = { 0 };
	struct genl g;
	int ret = fetch_open(&g, &ignored);

	if (ret)
		return false;
	ret = fetch_all(&g, NULL, 0, &want, m, &ignored);
	if (!ret && tasks && !fetch_tasks(&g, 0, m, &ignored))
		procs_describe_leaders(m, "/proc");
	genl_close(&g);
	return !ret;
}

/* With the prefix that is typed: an id, an inode number, or a word for it. */
static void offer_each_netns(const struct typed *t, const struct model *m)
{
	size_t i;

	for (i = 0; i < m->n_netns; i++) {
		const struct netns *ns = &m->netns[i];
		const char *state = model_state_name(ns);
		char text[WORD_MAX], id[32], short_id[32], inum[32], word[32];

		snprintf(id, sizeof(id), "id:%" PRIu64, ns->id);
		snprintf(short_id, sizeof(short_id), ":%" PRIu64, ns->id);
		snprintf(inum, sizeof(inum), "%" PRIu32, ns->inum);
		snprintf(text, sizeof(text), "%s, %s, net:[%s], %" PRIu32 " %s",
			 state ? state : "?", id, inum, ns->ndevs,
			 ns->ndevs == 1 ? "device" : "devices");
		switch (*t->word) {
		case ':':
			offer(t, short_id, text);
			break;
		case '0' ... '9':
			offer(t, inum, text);
			break;
		default:
			if (!strncmp(t->word, "id:", 3))
				offer(t, id, text);
			else
				offer(t, netns_word(m, ns, word, sizeof(word)),
				      text);
		}
	}
}

static void offer_netns(const struct typed *t)
{
	struct model m = { 0 };
	bool all;
	size_t i;

	if (*t->word == '/') {
		puts(":files");
		return;
	}
	if (!strncmp(t->word, "pid:", 4)) {
		offer_pids(t, "pid:");
		return;
	}
	all = fetch(&m, false, false);
	enrich_own_names(&m);
	if (all)
		offer_each_netns(t, &m);
	for (i = 0; i < m.n_names; i++)
		if (name_is_ours(&m.names[i]) && *m.names[i].shown != '/')
			offer(t, m.names[i].shown, "a name");
	offer(t, "self", "the netns that nsinfo itself is in");
	offer(t, "init", "the first netns of this boot");
	offer(t, "id:", "by its id");
	offer(t, "pid:", "that of a process");
	model_clear(&m);
}

static void offer_inums(const struct typed *t)
{
	struct model m = { 0 };
	char inum[32];
	size_t i;

	if (fetch(&m, false, false)) {
		for (i = 0; i < m.n_netns; i++) {
			snprintf(inum, sizeof(inum), "%" PRIu32,
				 m.netns[i].inum);
			offer(t, inum, "");
		}
	}
	model_clear(&m);
}

static void offer_addrs(const struct typed *t, const struct model *m,
			const struct dev *dev)
{
	char text[IPNAMES_SIZE];
	size_t i;

	for (i = 0; i < dev->n_addrs; i++) {
		const struct addr *a = &m->addrs[dev->first_addr + i];

		if (ipnames_inet(&a->local, text))
			offer(t, text, dev->ifname);
	}
}

static void offer_mac(const struct typed *t, const struct dev *dev)
{
	char text[IPNAMES_SIZE];

	if (dev->address.len == 6)
		offer(t, ipnames_hwaddr(&dev->address, dev->type, text),
		      dev->ifname);
}

/* What "find SORT" looks for, as devices have it. */
static void offer_of_devs(const struct typed *t, const char *sort)
{
	struct model m = { 0 };
	size_t i;

	if (!fetch(&m, true, false))
		goto out;
	for (i = 0; i < m.n_devs; i++) {
		const struct dev *dev = &m.devs[i];

		if (!strcmp(sort, "ip"))
			offer_addrs(t, &m, dev);
		else if (!strcmp(sort, "mac"))
			offer_mac(t, dev);
		else if (!strcmp(sort, "kind") && dev->kind)
			offer(t, dev->kind, "");
		else if (!strcmp(sort, "dev") || (!strcmp(sort, "peer") &&
						  HAS(dev, NSINFO_A_DEV_PEER)))
			offer(t, dev->ifname, dev->kind ? dev->kind : "");
		else if (!strcmp(sort, "pci") && dev->parent_dev &&
			 dev->parent_bus && !strcmp(dev->parent_bus, "pci"))
			offer(t, dev->parent_dev, dev->ifname);
	}
out:
	model_clear(&m);
}

static void offer_containers(const struct typed *t)
{
	struct model m = { 0 };
	size_t i;

	if (fetch(&m, false, true))
		for (i = 0; i < m.n_tasks; i++)
			if (m.tasks[i].container)
				offer(t, m.tasks[i].container,
				      m.tasks[i].command ?
				      m.tasks[i].command : "");
	model_clear(&m);
}

/* The sorts of WHAT are the first words of the lines of help on it. */
static void offer_sorts(const struct typed *t, const char *help)
{
	char word[WORD_MAX], text[WORD_MAX];
	const char *line;

	for (line = help; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, " %255[a-z] %*s %255[^\n]", word, text) == 2 &&
		    *line == ' ' && line[1] != ' ')
			offer(t, word, text);
	}
}

static void offer_find(const struct typed *t, const struct command *command,
		       const char *const *args, size_t n)
{
	if (!n)
		offer_sorts(t, command->details);
	else if (!strcmp(args[n - 1], "from"))
		offer_netns(t);
	else if (n == 2 && !strcmp(args[0], "nsid"))
		offer(t, "from", "in the eyes of this netns");
	else if (n > 1)
		return;
	else if (!strcmp(args[0], "pid"))
		offer_processes(t);
	else if (!strcmp(args[0], "container"))
		offer_containers(t);
	else if (!strcmp(args[0], "inode"))
		offer_inums(t);
	else
		offer_of_devs(t, args[0]);
}

static void offer_commands(const struct typed *t, const struct command *table)
{
	for (; table->name; table++)
		offer(t, table->name, table->summary);
}

static void offer_options(const struct typed *t, const struct command *command)
{
	const struct option_help *o;
	char word[WORD_MAX];
	size_t i;

	for (i = 0; (o = options_at(command, &i)); ) {
		snprintf(word, sizeof(word), "--%s", o->name);
		offer(t, word, o->text);
		snprintf(word, sizeof(word), "-%c", o->letter);
		if (o->letter)
			offer(t, word, o->text);
	}
}

/* The argument of an option. */
static void offer_value(const struct option_help *o,
			const struct command *command, const char *word)
{
	const struct options columns = { .list_columns = true, .complete = word };
	struct typed t = last_of_list(word);
	struct err ignored = { 0 };
	const char *values;
	char *none = NULL;
	size_t i = 0;

	open_end = !strcmp(o->arg, "=LIST") || !strcmp(o->arg, "=COLUMNS");
	while ((values = options_values(o, &i)))
		offer_words(&t, values);
	if (!strcmp(o->arg, "=NETNS"))
		offer_netns(&t);
	else if (!strcmp(o->arg, "=COLUMNS") && command)
		command->run(&columns, &none, &ignored);
	else if (!strcmp(o->arg, "=FILE"))
		puts(":files");
	else if (!strcmp(o->arg, "=USER"))
		puts(":users");
}

/* An argument of @command behind the @n @args. */
static void offer_arg(const struct typed *t, const struct command *table,
		      const struct command *command, const char *const *args,
		      size_t n)
{
	if (!strcmp(command->args, "WHAT"))
		offer_find(t, command, args, n);
	else if (!strcmp(command->args, "[COMMAND]"))
		offer_commands(t, table);
	else if (!strcmp(command->args, "PID..."))
		offer_processes(t);
	else if (strstr(command->args, "NETNS") &&
		 (!n || strstr(command->args, "NETNS...")))
		offer_netns(t);
}

/* What comes before the last word. */
struct line {
	const struct command *command;
	const struct option_help *wants;	/* its argument is the last word */
	const char *args[WORD_MAX];
	size_t n;
	bool plain;			/* no option may follow */
	bool all;
};

/*
 * Read the @words but for the last one. Returns the index of the last one, or
 * of the first of somebody else's command line; -1 if there is no such command.
 */
static int read_line(struct line *l, const struct command *table, char **words)
{
	int i;

	for (i = 0; words[i + 1]; i++) {
		const char *word = words[i];

		if (l->wants) {
			l->wants = NULL;
		} else if (!l->plain && !strcmp(word, "--")) {
			l->plain = true;
		} else if (!l->plain && *word == '-' && word[1]) {
			l->wants = options_wants(l->command, word);
			l->all |= !strcmp(word, "-a") || !strcmp(word, "--all");
		} else if (!l->command) {
			l->command = options_lookup(table, word);
			if (!l->command)
				return -1;
		} else if (l->command->before_cmd &&
			   l->n == (l->all ? 0 : 1)) {
			break;
		} else if (l->n < WORD_MAX) {
			l->args[l->n++] = word;
		}
	}
	return i;
}

void complete(const struct command *table, char **words)
{
	struct line l = { 0 };
	int at = read_line(&l, table, words);
	const char *word = words[at < 0 ? 0 : at], *value = strchr(word, '=');
	struct typed t = { .word = word };
	bool is_option = !l.plain && *word == '-';
	const struct option_help *o;
	size_t i;

	if (at < 0)
		return;
	if (l.command && l.command->before_cmd && !l.wants &&
	    l.n == (l.all ? 0 : 1) && (words[at + 1] || !is_option)) {
		printf(":command %d\n", at);
	} else if (l.wants) {
		offer_value(l.wants, l.command, word);
	} else if (is_option && value && word[1] == '-') {
		option = word;
		option_len = value + 1 - word;
		for (i = 0; (o = options_at(l.command, &i)); )
			if (strlen(o->name) == option_len - 3 &&
			    !strncmp(o->name, word + 2, option_len - 3))
				offer_value(o, l.command, value + 1);
	} else if (is_option) {
		offer_options(&t, l.command);
	} else if (!l.command) {
		offer_commands(&t, table);
	} else {
		offer_arg(&t, table, l.command, l.args, l.n);
	}
	print_offers();
}
