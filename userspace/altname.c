// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "altname.h"

#ifndef ALTIFNAMSIZ
#define ALTIFNAMSIZ	128
#endif

#define ANSWER_SIZE	(32 * 1024)

/* What the child says: one of these a netns with a hit or without an answer. */
struct record {
	uint64_t netns_id;
	uint32_t ifindex;
	uint32_t failed;		/* errno, then there is no ifindex */
};

struct search {
	struct genl *g;
	const struct model *m;
	const char *name;
	struct find_hits *hits;
	bool *missed;
	bool *late;
	struct err *err;
};

/* 0 and *@ifindex, or a negative errno: -ENODEV if there is no such device. */
static int ask(const char *name, uint32_t *ifindex)
{
	_Alignas(8) char buf[ANSWER_SIZE];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	const struct ifinfomsg *info;
	struct mnl_socket *nl;
	ssize_t len = -1;

	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = 1;
	mnl_nlmsg_put_extra_header(nlh, sizeof(*info));
	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	mnl_attr_put_strz(nlh, IFLA_ALT_IFNAME, name);
	nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!nl)
		return -errno;
	if (!mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) &&
	    mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) > 0)
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
	mnl_socket_close(nl);
	if (len < 0)
		return -errno;
	if (!mnl_nlmsg_ok(nlh, len))
		return -EBADMSG;
	if (nlh->nlmsg_type == NLMSG_ERROR)
		return ((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->error;
	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*info))
		return -EBADMSG;
	info = mnl_nlmsg_get_payload(nlh);
	*ifindex = info->ifi_index;
	return 0;
}

/* Go in, unless we are there. */
static int visit(const struct search *s, const struct netns *ns,
		 uint32_t *ifindex)
{
	int fd, ret;

	if (HAS(ns, NSINFO_A_NETNS_SELF))
		return ask(s->name, ifindex);
	fd = fetch_netns_fd(s->g, ns->id, s->err);
	if (fd < 0)
		return fd;
	ret = setns(fd, CLONE_NEWNET) ? -errno : 0;
	close(fd);
	return ret ? ret : ask(s->name, ifindex);
}

static void look(const struct search *s, const struct netns *ns, int out)
{
	struct record rec = { .netns_id = ns->id };
	int ret = visit(s, ns, &rec.ifindex);

	/* No such device; or it is gone, with all that was in it. */
	if (ret == -ENODEV || ret == -ENOENT)
		return;
	rec.failed = -ret;
	if (write(out, &rec, sizeof(rec)) != sizeof(rec))
		_exit(1);
}

static void look_in_all(const struct search *s, bool own, int out)
{
	size_t i;

	for (i = 0; i < s->m->n_netns; i++) {
		const struct netns *ns = &s->m->netns[i];

		if (ns->state == NSINFO_NETNS_STATE_LIVE &&
		    HAS(ns, NSINFO_A_NETNS_SELF) == own)
			look(s, ns, out);
	}
}

/* Our own first: from the others there is no way back. */
static void child(const struct search *s, int out)
{
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Who is left behind must not hold up whoever reads our output. */
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		close(fd);
	look_in_all(s, true, out);
	look_in_all(s, false, out);
	_exit(0);
}

static int take(const struct search *s, const struct record *rec)
{
	struct find_hit hit = { .altname = s->name };

	if (rec->failed) {
		*s->missed = true;
		return 0;
	}
	hit.ns = model_netns(s->m, rec->netns_id);
	if (!hit.ns)
		return 0;
	hit.dev = model_dev(s->m, hit.ns, rec->ifindex);
	return find_add(s->hits, &hit);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

static int listen_to(const struct search *s, int in)
{
	int64_t end = now_ms() + ALTNAME_TIMEOUT_MS, left;
	struct pollfd pfd = { in, POLLIN, 0 };
	struct record rec;
	ssize_t len;
	int ret = 0;

	while (!ret) {
		left = end - now_ms();
		if (left <= 0 || !poll(&pfd, 1, left)) {
			*s->late = true;
			return 0;
		}
		/* Small enough to be written, and read, as a whole. */
		len = read(in, &rec, sizeof(rec));
		if (len < 0 && errno == EINTR)
			continue;
		if (len != sizeof(rec))
			return len < 0 ? -errno : 0;
		ret = take(s, &rec);
	}
	return ret;
}

static int run(const struct search *s)
{
	int fds[2], ret;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (!pid) {
		close(fds[0]);
		child(s, fds[1]);
	}
	close(fds[1]);
	ret = pid < 0 ? -EAGAIN : listen_to(s, fds[0]);
	close(fds[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		/* One that waits for RTNL does not die before it has it. */
		waitpid(pid, NULL, *s->late ? WNOHANG : 0);
	}
	return ret;
}

int altname_find(struct genl *g, const struct model *m, const char *name,
		 struct find_hits *hits, bool *missed, bool *late,
		 struct err *err)
{
	struct search s = { g, m, name, hits, missed, late, err };
	int ret;

	*missed = false;
	*late = false;
	if (!*name || strlen(name) >= ALTIFNAMSIZ)
		return 0;
	ret = run(&s);
	return ret ? err_set(err, -ret, "look for the alternative name %s: %s",
			     name, strerror(-ret)) : 0;
}
