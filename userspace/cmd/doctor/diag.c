// SPDX-License-Identifier: GPL-2.0
/* Whether sock_diag tells of the sockets that holders asks it about. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "base/child.h"
#include "base/modprobe.h"
#include "base/util.h"
#include "cmd/doctor/doctor.h"
#include "inside/peek.h"
#include "inside/peek_in.h"

#define RECV_SIZE	(32 * 1024)

static const struct {
	uint16_t family;
	uint16_t protocol;
	const char *config;
} wanted[] = {
	{ AF_INET, IPPROTO_TCP, "CONFIG_INET_DIAG" },
	{ AF_UNIX, 0, "CONFIG_UNIX_DIAG" },
	{ AF_PACKET, 0, "CONFIG_PACKET_DIAG" },
	{ AF_NETLINK, 0, "CONFIG_NETLINK_DIAG" },
};

static const struct peek_ask *find_ask(uint16_t family, uint16_t protocol)
{
	const struct peek_ask *ask;

	for (ask = peek_asks; ask->what; ask++)
		if (ask->what == PEEK_SOCKETS && ask->family == family &&
		    ask->protocol == protocol)
			return ask;
	return NULL;
}

/* An error, or the end with one, is the first that is said. */
static bool is_refused(const struct nlmsghdr *nlh, ssize_t len)
{
	const int *error = mnl_nlmsg_get_payload(nlh);

	if (!mnl_nlmsg_ok(nlh, len) ||
	    (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE) ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*error))
		return false;
	return *error == -ENOENT;
}

static bool is_missing(const struct peek_ask *ask)
{
	static char answer[RECV_SIZE] __attribute__((aligned(8)));
	char buf[PEEK_REQUEST_SIZE] __attribute__((aligned(8)));
	struct nlmsghdr *req = peek_request(ask, 1, buf);
	struct mnl_socket *nl;
	bool missing = false;
	ssize_t len;

	nl = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	if (!nl)
		return errno == EPROTONOSUPPORT;
	if (!mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) &&
	    mnl_socket_sendto(nl, req, req->nlmsg_len) > 0) {
		len = mnl_socket_recvfrom(nl, answer, sizeof(answer));
		missing = len > 0 && is_refused((void *)answer, len);
	}
	mnl_socket_close(nl);
	return missing;
}

/* A letter for each of them. */
static int ask_all(FILE *out, void *data)
{
	size_t i;

	(void)data;
	if (!modprobe_can_walk())
		return -ETIME;
	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		fputc(is_missing(find_ask(wanted[i].family,
					  wanted[i].protocol)) ? '-' : '+', out);
	return 0;
}

/*
 * In a child: the kernel runs modprobe(8) for the first question, and that may
 * wait for a file system that does not answer.
 */
void doctor_diag(struct doctor *d)
{
	char *text;
	size_t i, len;
	int ret = child_read(ask_all, NULL, PEEK_TIMEOUT_MS,
			     ARRAY_SIZE(wanted), &text, &len);

	if (ret == -ETIME)
		doctor_say(d, DOCTOR_NOTE, "kernel", NULL,
			   "whether holders can tell all sockets is not known: the kernel does not answer, perhaps as modprobe waits for a file system");
	else if (ret)
		doctor_say(d, DOCTOR_NOTE, "kernel", NULL,
			   "whether holders can tell all sockets is not known: %s",
			   strerror(-ret));
	if (ret)
		return;
	for (i = 0; i < len; i++)
		if (text[i] == '-')
			doctor_say(d, DOCTOR_NOTE, "kernel", NULL,
				   "holders cannot tell all sockets: %s is missing",
				   wanted[i].config);
	free(text);
}
