// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/commands.h"
#include "cmd/complete.h"
#include "cmd/exec/enter.h"

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
	" pci ADDR                 devices of that PCI device: 0000:00:1e.0 or 00:1e.0\n"
	" vni N                    vxlan and geneve devices with this VNI\n"
	" vlan N                   vlan devices with this VLAN id\n"
	"or --duplicates ip|mac.\n";

static int cmd_help(const struct options *options, char **argv,
		    struct err *err);
static int cmd_version(const struct options *options, char **argv,
		       struct err *err);

static const struct command commands[] = {
	{ "dump", "[NETNS...]",
	  "Show every netns with its devices and addresses",
	  "dstJp", .run = cmd_dump,
	  .example = "nsinfo dump -J pid:1234 | jq '.namespaces[].devices'" },
	{ "list", "[NETNS...]", "List network namespaces, one per line",
	  "oJpnrHSTy", .run = cmd_list,
	  .example = "nsinfo list -o +CONTAINER,IP" },
	{ "show", "NETNS...",
	  "Show all that is known of a netns",
	  "dstJp", .run = cmd_show,
	  .example = "nsinfo show /run/netns/blue" },
	{ "holders", "NETNS...",
	  "Show who keeps a netns alive, and what to do",
	  "JpronH", .run = cmd_holders,
	  .example = "nsinfo holders 4026532281" },
	{ "identify", "PID...",
	  "Show the netns of processes or threads",
	  "Jp", .run = cmd_identify,
	  .details = "A PID is the number of a process or of a thread, or self.\n",
	  .example = "nsinfo identify $(pidof nginx)" },
	{ "find", "WHAT",
	  "Find netns and devices by address, name or process",
	  "ADJpronH", .run = cmd_find, .details = find_details,
	  .example = "nsinfo find ip 10.0.0.0/24" },
	{ "monitor", "",
	  "Watch network namespaces, devices and addresses",
	  "eikwNJ", .run = cmd_monitor,
	  .example = "nsinfo monitor -N blue -e addr" },
	{ "exec", "NETNS [CMD...]",
	  "Run a command, or a shell, inside a netns",
	  "auJp", .run = cmd_exec, .before_cmd = 1,
	  .example = "nsinfo exec pid:1234 ip addr" },
	{ "name", "NETNS NAME",
	  "Give a netns a name, or take it away (-d NAME)",
	  "xf", .run = cmd_name,
	  .example = "nsinfo name pid:1234 web" },
	{ "doctor", "",
	  "Check this host for network namespace problems",
	  "lJp", .run = cmd_doctor,
	  .example = "nsinfo doctor" },
	{ "check", "-b FILE",
	  "Report netns and devices left behind since a baseline",
	  "bJp", .run = cmd_check,
	  .example = "nsinfo dump -J >before; ./test; nsinfo check -b before" },
	{ "help", "[COMMAND]", "Show this help, or the help on a command",
	  "", .run = cmd_help },
	{ "version", "", "Show the version of the tool",
	  "", .run = cmd_version },
	{ 0 },
};

static int cmd_help(const struct options *options, char **argv,
		    struct err *err)
{
	const struct command *command = NULL;
	int ret = 0;

	(void)options;
	if (*argv)
		ret = options_command(commands, *argv, &command, err);
	if (ret)
		return ret;
	if (*argv && argv[1])
		return err_usage(err, "help: %s: wants one command (see 'nsinfo --help')",
				 argv[1]);
	options_help(stdout, commands, command);
	return 0;
}

static int cmd_version(const struct options *options, char **argv,
		       struct err *err)
{
	(void)options;
	if (*argv)
		return err_usage(err, "version: %s: wants no argument (see 'nsinfo version --help')",
				 *argv);
	puts("nsinfo " NSINFO_VERSION);
	return 0;
}

/* A closed standard stream must not become the number of a socket. */
static void open_std_fds(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

/*
 * A full disk may show only now. What could not be written makes a failure of
 * every command, and is told, whatever the command itself has told.
 */
static int close_stdout(int status)
{
	struct err err = { 0 };
	int failed = ferror(stdout);

	errno = 0;
	if (!fclose(stdout) && !failed)
		return status;
	err_set(&err, errno, "standard output: %s",
		strerror(errno ? errno : EIO));
	err_print(&err, cmd_utf8());
	return status ? status : STATUS_FAILED;
}

static int run(const struct command *command, const struct options *options,
	       char **argv, struct err *err)
{
	char *none = NULL;
	int ret;

	if (options->help) {
		options_help(stdout, commands, command);
		return 0;
	}
	if (options->version)
		return cmd_version(options, &none, err);
	if (!command) {
		options_help(stderr, commands, NULL);
		return STATUS_USAGE;
	}
	ret = options_fit(options, command, err);
	return ret ? ret : command->run(options, argv + 1, err);
}

int main(int argc, char **argv)
{
	static char buf[1 << 16];
	const struct command *command = NULL;
	struct err err = { 0 };
	struct options options;
	int ret, status;

	open_std_fds();
	if (argc > 2 && !strcmp(argv[1], "_complete")) {
		complete(commands, argv + 2);
		return close_stdout(STATUS_DONE);
	}
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, buf, _IOFBF, sizeof(buf));
	/* As other tools end where nobody reads on, whatever we inherited. */
	enter_sigpipe = signal(SIGPIPE, SIG_DFL);
	ret = options_read(&options, commands, argc, argv, &err);
	if (!ret && *argv)
		ret = options_command(commands, *argv, &command, &err);
	if (!ret)
		ret = run(command, &options, argv, &err);
	status = err_status(&err, ret, command ? command->name : "nsinfo");
	if (ret < 0)
		err_print(&err, cmd_utf8());
	return close_stdout(status);
}
