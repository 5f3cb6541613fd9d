// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
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

/* What the child says: one of these a hit, and a netns without an answer. */
struct record {
	uint64_t netns_id;
	uint32_t ifindex;
	uint32_t failed;		/* errno, then there is no ifindex */
	char name[ALTIFNAMSIZ];
};

struct search {
	struct genl *g;
	struct model *m;
	const char *name;
	bool pattern;
	struct find_hits *hits;
	bool *missed;
	bool *late;
	struct err *err;
};

/* A netns that the child is in, and where it tells what it found. */
struct place {
	const struct search *s;
	const struct netns *ns;
	int out;
};

static void tell(const struct place *p, uint32_t ifindex, const char *name,
		 int failed)
{
	struct record rec = {
		.netns_id = p->ns->id, .ifindex = ifindex, .failed = failed,
	};

	snprintf(rec.name, sizeof(rec.name), "%s", name);
	if (write(p->out, &rec, sizeof(rec)) != sizeof(rec))
		_exit(1);
}

static void look_at_names(const struct place *p, uint32_t ifindex,
			  const struct nlattr *list)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, list) {
		const char *name = mnl_attr_get_payload(attr);

		if (mnl_attr_get_type(attr) == IFLA_ALT_IFNAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0 &&
		    !fnmatch(p->s->name, name, 0))
			tell(p, ifindex, name, 0);
	}
}

static int look_at(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(nlh);
	const struct place *p = data;
	const struct nlattr *attr;

	if (nlh->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*info)) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	if (!p->s->pattern) {
		tell(p, info->ifi_index, p->s->name, 0);
		return MNL_CB_STOP;
	}
	mnl_attr_for_each(attr, nlh, sizeof(*info))
		if (mnl_attr_get_type(attr) == IFLA_PROP_LIST)
			look_at_names(p, info->ifi_index, attr);
	return MNL_CB_OK;
}

/*
 * The kernel looks for one name by itself; for a pattern it has to tell all.
 * Returns 0 or a negative errno: -ENODEV if there is no such device.
 */
static int ask(struct place *p)
{
	_Alignas(8) char buf[ANSWER_SIZE];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct mnl_socket *nl;
	int ret = MNL_CB_OK;
	ssize_t len;

	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | (p->s->pattern ? NLM_F_DUMP : 0);
	nlh->nlmsg_seq = 1;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (!p->s->pattern)
		mnl_attr_put_strz(nlh, IFLA_ALT_IFNAME, p->s->name);
	nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!nl)
		return -errno;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) ||
	    mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		ret = MNL_CB_ERROR;
	while (ret == MNL_CB_OK) {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		ret = len < 0 ? MNL_CB_ERROR :
				mnl_cb_run(buf, len, 1, 0, look_at, p);
	}
	if (ret == MNL_CB_ERROR)
		ret = -errno;
	mnl_socket_close(nl);
	return ret;
}

/* Go in, unless we are there. */
static int visit(struct place *p)
{
	int fd, ret;

	if (HAS(p->ns, NSINFO_A_NETNS_SELF))
		return ask(p);
	fd = fetch_netns_fd(p->s->g, p->ns->id, p->s->err);
	if (fd < 0)
		return fd;
	ret = setns(fd, CLONE_NEWNET) ? -errno : 0;
	close(fd);
	return ret ? ret : ask(p);
}

static void look(const struct search *s, const struct netns *ns, int out)
{
	struct place p = { s, ns, out };
	int ret = visit(&p);

	/* No such device; or it is gone, with all that was in it. */
	if (ret && ret != -ENODEV && ret != -ENOENT)
		tell(&p, 0, "", -ret);
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
	struct find_hit hit = { 0 };

	if (rec->failed) {
		*s->missed = true;
		return 0;
	}
	hit.ns = model_netns(s->m, rec->netns_id);
	if (!hit.ns)
		return 0;
	hit.dev = model_dev(s->m, hit.ns, rec->ifindex);
	hit.altname = model_strndup(s->m, rec->name,
				    strnlen(rec->name, sizeof(rec->name)));
	return hit.altname ? find_add(s->hits, &hit) : -ENOMEM;
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

int altname_find(struct genl *g, struct model *m, const char *name,
		 struct find_hits *hits, bool *missed, bool *late,
		 struct err *err)
{
	bool pattern = name[strcspn(name, "*?[")];
	struct search s = { g, m, name, pattern, hits, missed, late, err };
	int ret;

	*missed = false;
	*late = false;
	if (!*name || strlen(name) >= ALTIFNAMSIZ)
		return 0;
	ret = run(&s);
	find_sort(hits);
	return ret ? err_set(err, -ret, "look for the alternative name %s: %s",
			     name, strerror(-ret)) : 0;
}
