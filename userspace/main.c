// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

static const struct command commands[] = {
	{ "dump", "[NETNS...]",
	  "Show every netns, or those named, with its devices and addresses",
	  "stJp", cmd_dump },
	{ 0 },
};

/* A closed standard stream must not become the number of a socket. */
static void open_std_fds(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

/* A full disk or a closed pipe may show only now. */
static int close_stdout(struct err *err)
{
	int failed = ferror(stdout);

	errno = 0;
	if (!fflush(stdout) && !failed)
		return STATUS_DONE;
	err_set(err, 0, "standard output: %s",
		strerror(errno ? errno : EIO));
	return err->status;
}

static int run(char **argv, const struct options *options, struct err *err)
{
	const struct command *command = NULL;

	if (*argv) {
		command = options_command(commands, *argv, err);
		if (!command)
			return err->status;
	}
	if (options->help) {
		options_help(stdout, commands, command);
		return STATUS_DONE;
	}
	if (options->version) {
		puts("nsinfo " NSINFO_VERSION);
		return STATUS_DONE;
	}
	if (!command) {
		options_help(stderr, commands, NULL);
		return STATUS_USAGE;
	}
	if (!options_fit(options, command, err))
		return err->status;
	return command->run(options, argv + 1, err);
}

int main(int argc, char **argv)
{
	struct err err = { 0 };
	struct options options;
	int status;

	open_std_fds();
	signal(SIGPIPE, SIG_IGN);
	argv = options_read(&options, argc, argv, &err);
	status = argv ? run(argv, &options, &err) : err.status;
	if (status == STATUS_DONE)
		status = close_stdout(&err);
	if (status != STATUS_DONE && *err.text)
		err_print(&err);
	return status;
}
