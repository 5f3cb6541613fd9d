// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "commands.h"
#include "enter.h"

static const char find_details[] =
	"A WHAT is one of\n"
	" ip ADDR[/LEN]            devices with this address, or any of a subnet\n"
	" mac ADDR                 devices with this hardware address\n"
	" dev NAME|ALTNAME|GLOB    devices of that name, or names as 'veth*'\n"
	" kind KIND                devices of a kind: veth, bridge, vlan, ...\n"
	" peer DEV[@NETNS]         the other end of a veth or netkit\n"
	" pid PID|TID              netns that the threads of a process, or one, are in\n"
	" container ID             netns of a container or pod: its id or how that\n"
	"                          begins, or runtime:id\n"
	" inode N                  netns with this inode number\n"
	" nsid N [from NETNS]      netns that is N in the eyes of NETNS (or ours)\n"
	"or --duplicates ip|mac.\n";

static const struct command commands[] = {
	{ "dump", "[NETNS...]",
	  "Show every netns with its devices and addresses",
	  "stJp", .run = cmd_dump },
	{ "list", "[NETNS...]", "Show one line a netns",
	  "oJpnrHST", .run = cmd_list },
	{ "show", "NETNS...",
	  "Show all that is known of a netns",
	  "stJp", .run = cmd_show },
	{ "holders", "NETNS...",
	  "Show who keeps a netns alive, and what to do",
	  "JpronH", .run = cmd_holders },
	{ "identify", "PID...",
	  "Show the netns of processes or threads",
	  "Jp", .run = cmd_identify,
	  .details = "A PID is the number of a process or of a thread, or self.\n" },
	{ "find", "WHAT",
	  "Find netns and devices by address, name or process",
	  "DJpronH", .run = cmd_find, .details = find_details },
	{ "monitor", "",
	  "Tell what happens to netns, devices and addresses",
	  "eikNJ", .run = cmd_monitor },
	{ "exec", "NETNS [CMD...]",
	  "Run a command, or a shell, inside a netns",
	  "auJp", .run = cmd_exec, .before_cmd = 1 },
	{ "name", "NETNS NAME",
	  "Give a netns a name, or take it away (-d NAME)",
	  "d", .run = cmd_name },
	{ "doctor", "",
	  "Tell what is not as it should be on this host",
	  "lJp", .run = cmd_doctor },
	{ "check", "-b FILE",
	  "Tell which netns and devices came and did not go",
	  "bJp", .run = cmd_check },
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

/* A full disk may show only now. */
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
	/* As other tools end where nobody reads on, whatever we inherited. */
	enter_sigpipe = signal(SIGPIPE, SIG_DFL);
	argv = options_read(&options, commands, argc, argv, &err);
	status = argv ? run(argv, &options, &err) : err.status;
	if (status == STATUS_DONE)
		status = close_stdout(&err);
	if (status != STATUS_DONE && *err.text)
		err_print(&err, cmd_utf8());
	return status;
}
