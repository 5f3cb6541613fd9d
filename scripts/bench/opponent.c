// SPDX-License-Identifier: GPL-2.0
/*
 * opponent [hold]: the quickest that reads devices and addresses of all named
 * netns without nsinfo: setns(2) into each, and two dumps of rtnetlink, of which
 * nothing is decoded or printed. "hold" leaves a process in each instead.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#define FOLDER	"/run/netns"

struct request {
	struct nlmsghdr head;
	struct ifinfomsg info;
	struct rtattr attr;
	__u32 mask;
};

static char buf[64 * 1024];

/* Whether the dump goes on after this. */
static int goes_on(int len)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;

	for (; NLMSG_OK(nlh, (unsigned int)len); nlh = NLMSG_NEXT(nlh, len)) {
		if (nlh->nlmsg_type == NLMSG_ERROR)
			errx(1, "an error in the middle of a dump");
		if (nlh->nlmsg_type == NLMSG_DONE)
			return 0;
	}
	return 1;
}

static unsigned long dump(int fd, __u16 type, __u32 mask)
{
	struct request req = {
		.head = { sizeof(req), type, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 },
		.attr = { RTA_LENGTH(sizeof(mask)), IFLA_EXT_MASK },
		.mask = mask,
	};
	unsigned long bytes = 0;
	ssize_t len;

	if (!mask)
		req.head.nlmsg_len = NLMSG_LENGTH(sizeof(req.info));
	if (send(fd, &req, req.head.nlmsg_len, 0) < 0)
		err(1, "send");
	do {
		len = recv(fd, buf, sizeof(buf), 0);
		if (len <= 0)
			err(1, "recv");
		bytes += len;
	} while (goes_on(len));
	return bytes;
}

static unsigned long read_netns(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	unsigned long bytes;

	if (fd < 0)
		err(1, "socket");
	bytes = dump(fd, RTM_GETLINK, RTEXT_FILTER_SKIP_STATS) +
		dump(fd, RTM_GETADDR, 0);
	close(fd);
	return bytes;
}

static unsigned long hold(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	while (!pid)
		pause();
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long bytes = 0, (*work)(void) = read_netns;
	const struct dirent *d;
	DIR *dir = opendir(FOLDER);
	int fd;

	if (argc > 1 && !strcmp(argv[1], "hold"))
		work = hold;
	else
		bytes = read_netns();
	if (!dir)
		err(1, FOLDER);
	while ((d = readdir(dir))) {
		if (*d->d_name == '.')
			continue;
		fd = openat(dirfd(dir), d->d_name, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || setns(fd, CLONE_NEWNET))
			err(1, "%s", d->d_name);
		close(fd);
		bytes += work();
	}
	closedir(dir);
	fprintf(stderr, "%lu bytes\n", bytes);
	return 0;
}
