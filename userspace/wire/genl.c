// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/genetlink.h>

#include "base/modprobe.h"
#include "base/util.h"
#include "wire/genl.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK	270
#endif

/*
 * The kernel sizes the skbs of a dump by the biggest buffer ever offered and
 * truncates for a smaller one, so every read offers this much.
 */
#define RECV_SIZE	(32 * 1024)

/* The kernel says once that it lost something, and goes on. */
#define LOST_MAX	100

/* One request on its way. */
struct talk {
	struct genl *g;
	const struct nlmsghdr *req;
	genl_cb cb;
	void *data;
	struct genl_fault *fault;
	bool interrupted;
	bool done;
	int lost;			/* reads in a row without an answer */
	int err;			/* first failure; the rest is dropped */
};

static uint32_t first_seq(void)
{
	struct timespec now;
	uint32_t seq;

	if (getrandom(&seq, sizeof(seq), GRND_NONBLOCK) == sizeof(seq))
		return seq;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec ^ now.tv_nsec;
}

int genl_attach(struct genl *g, int fd, uint32_t portid)
{
	memset(g, 0, sizeof(*g));
	g->fd = fd;
	g->portid = portid;
	g->seq = first_seq();
	g->buf = malloc(RECV_SIZE);
	return g->buf ? 0 : -ENOMEM;
}

static int set_option(int fd, int option)
{
	int one = 1;

	return setsockopt(fd, SOL_NETLINK, option, &one, sizeof(one));
}

int genl_open(struct genl *g)
{
	struct mnl_socket *nl;
	int ret;

	memset(g, 0, sizeof(*g));
	nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl)
		return -errno;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		ret = -errno;
		mnl_socket_close(nl);
		return ret;
	}
	ret = genl_attach(g, mnl_socket_get_fd(nl), mnl_socket_get_portid(nl));
	g->nl = nl;
	/* Older kernels lack these; their answers are read all the same. */
	set_option(g->fd, NETLINK_EXT_ACK);
	set_option(g->fd, NETLINK_CAP_ACK);
	return ret;
}

void genl_close(struct genl *g)
{
	if (g->nl)
		mnl_socket_close(g->nl);
	free(g->buf);
	memset(g, 0, sizeof(*g));
}

static struct nlmsghdr *request(struct genl *g, void *buf, uint16_t type,
				uint8_t cmd, uint8_t version, uint16_t flags)
{
	struct nlmsghdr *req = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	req->nlmsg_type = type;
	req->nlmsg_flags = NLM_F_REQUEST | (flags ? flags : NLM_F_ACK);
	req->nlmsg_seq = ++g->seq;
	genl = mnl_nlmsg_put_extra_header(req, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return req;
}

struct nlmsghdr *genl_request(struct genl *g, void *buf, uint8_t cmd,
			      uint16_t flags)
{
	return request(g, buf, g->family, cmd, g->version, flags);
}

static void fail(struct talk *t, int err)
{
	if (!t->err)
		t->err = err;
}

/* Which top-level attribute of the request lies at @offset of it. */
static void find_attr(const struct nlmsghdr *req, uint32_t offset,
		      struct genl_fault *fault)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, req, sizeof(struct genlmsghdr)) {
		uint32_t start = (const char *)attr - (const char *)req;

		if (offset >= start && offset < start + attr->nla_len) {
			fault->has_attr = true;
			fault->attr = mnl_attr_get_type(attr);
			return;
		}
	}
}

static void read_extack(struct talk *t, const void *tlvs, size_t len)
{
	struct genl_fault *fault = t->fault;
	const struct nlattr *attr;

	mnl_attr_for_each_payload(tlvs, len) {
		uint16_t size = mnl_attr_get_payload_len(attr);

		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			if (size >= sizeof(fault->msg))
				size = sizeof(fault->msg) - 1;
			memcpy(fault->msg, mnl_attr_get_payload(attr), size);
			fault->msg[size] = '\0';
			break;
		case NLMSGERR_ATTR_OFFS:
			if (size == sizeof(uint32_t))
				find_attr(t->req, mnl_attr_get_u32(attr),
					  fault);
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			fault->has_missing = size == sizeof(uint32_t);
			if (fault->has_missing)
				fault->missing = mnl_attr_get_u32(attr);
			break;
		}
	}
}

/* Both ends of a conversation carry an error number and then, maybe, words. */
static void end(struct talk *t, const struct nlmsghdr *nlh, size_t words_at)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	const char *payload = mnl_nlmsg_get_payload(nlh);
	int error;

	t->done = true;
	if (len < sizeof(error)) {
		fail(t, -EBADMSG);
		return;
	}
	memcpy(&error, payload, sizeof(error));
	if (error >= 0)
		return;
	t->fault->error = error;
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS && words_at < len)
		read_extack(t, payload + words_at, len - words_at);
	fail(t, error);
}

static void end_error(struct talk *t, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t words_at = sizeof(*e);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*e)) {
		t->done = true;
		fail(t, -EBADMSG);
		return;
	}
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) &&
	    e->msg.nlmsg_len > sizeof(e->msg))
		words_at += MNL_ALIGN(e->msg.nlmsg_len) - sizeof(e->msg);
	end(t, nlh, words_at);
}

static void answer(struct talk *t, const struct nlmsghdr *nlh)
{
	const size_t header = sizeof(struct genlmsghdr);
	size_t len = mnl_nlmsg_get_payload_len(nlh);

	if (nlh->nlmsg_type != t->req->nlmsg_type)
		return;
	if (len < header) {
		fail(t, -EBADMSG);
		return;
	}
	if (t->err || t->interrupted)
		return;
	t->err = t->cb((const char *)mnl_nlmsg_get_payload(nlh) + header,
		       len - header, t->data);
	t->fault->by_callback = t->err;
}

static void message(struct talk *t, const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_seq != t->req->nlmsg_seq ||
	    nlh->nlmsg_pid != t->g->portid)
		return;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR && !t->g->takes_torn)
		t->interrupted = true;
	switch (nlh->nlmsg_type) {
	case NLMSG_NOOP:
		break;
	case NLMSG_ERROR:
		end_error(t, nlh);
		break;
	case NLMSG_DONE:
		end(t, nlh, sizeof(int));
		break;
	case NLMSG_OVERRUN:
		t->interrupted = true;
		break;
	default:
		answer(t, nlh);
	}
}

/* libmnl takes a length above INT_MAX for a negative one, which fits. */
static bool is_whole(const struct nlmsghdr *nlh, int len)
{
	return mnl_nlmsg_ok(nlh, len) && nlh->nlmsg_len <= (uint32_t)len;
}

static void datagram(struct talk *t, int len)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->g->buf;

	while (!t->done && is_whole(nlh, len)) {
		message(t, nlh);
		nlh = mnl_nlmsg_next(nlh, &len);
	}
	if (!t->done && len > 0)
		fail(t, -EBADMSG);
}

/* One read. Returns its length, 0 if it is not for us, or -errno. */
static ssize_t receive(struct genl *g, int flags)
{
	struct iovec iov = { g->buf, RECV_SIZE };
	struct sockaddr_nl from = { 0 };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t len;

	do {
		len = recvmsg(g->fd, &msg, flags);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	if (!len)
		return -ECONNRESET;
	if (msg.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	return from.nl_pid ? 0 : len;
}

static int send_request(const struct genl *g, const struct nlmsghdr *req)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct sockaddr *to = g->nl ? (struct sockaddr *)&kernel : NULL;
	ssize_t len;

	do {
		len = sendto(g->fd, req, req->nlmsg_len, MSG_NOSIGNAL, to,
			     to ? sizeof(kernel) : 0);
	} while (len < 0 && errno == EINTR);
	return len < 0 ? -errno : 0;
}

int genl_talk(struct genl *g, const struct nlmsghdr *req, genl_cb cb,
	      void *data, struct genl_fault *fault)
{
	struct talk t = { g, req, cb, data, fault, .err = 0 };
	bool dump = req->nlmsg_flags & NLM_F_DUMP;
	ssize_t len;

	memset(fault, 0, sizeof(*fault));
	len = send_request(g, req);
	if (len < 0)
		return len;
	while (!t.done && (!t.err || dump)) {
		len = receive(g, 0);
		t.lost = len == -ENOBUFS ? t.lost + 1 : 0;
		if (len > 0)
			datagram(&t, len);
		else if (len == -ENOBUFS && dump && t.lost < LOST_MAX)
			t.interrupted = true;
		else if (len < 0)
			return t.err ? t.err : len;
	}
	if (t.interrupted && !fault->error)
		return -EINTR;
	return t.err;
}

/* The group of the controller that tells of families that come and go. */
#define CTRL_GROUP	GENL_ID_CTRL

struct family {
	struct genl_group *groups;
	size_t n_groups;
	bool found;
	uint16_t id;
	uint32_t version;
};

static void read_group(struct family *family, const struct nlattr *nest)
{
	struct genl_group *group = &family->groups[family->n_groups];
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest) {
		uint16_t len = mnl_attr_get_payload_len(attr);

		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
		    len == sizeof(uint32_t))
			group->id = mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME &&
			 len <= sizeof(group->name))
			memcpy(group->name, mnl_attr_get_payload(attr), len);
	}
	group->name[sizeof(group->name) - 1] = '\0';
	family->n_groups++;
}

static void read_groups(struct family *family, const struct nlattr *nest)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (family->n_groups < ARRAY_SIZE(((struct genl *)0)->groups))
			read_group(family, attr);
}

static int family_cb(const void *attrs, size_t len, void *data)
{
	struct family *family = data;
	const struct nlattr *attr;

	mnl_attr_for_each_payload(attrs, len) {
		switch (mnl_attr_get_type(attr)) {
		case CTRL_ATTR_FAMILY_ID:
			if (mnl_attr_validate(attr, MNL_TYPE_U16) < 0)
				return -EBADMSG;
			family->id = mnl_attr_get_u16(attr);
			family->found = true;
			break;
		case CTRL_ATTR_VERSION:
			if (mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
				return -EBADMSG;
			family->version = mnl_attr_get_u32(attr);
			break;
		case CTRL_ATTR_MCAST_GROUPS:
			read_groups(family, attr);
			break;
		}
	}
	return 0;
}

/* The kernel looks for a module of a family that it does not have. */
static bool may_ask_for(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return !access(path, F_OK) || modprobe_can_walk();
}

int genl_resolve(struct genl *g, const char *name)
{
	char buf[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	struct family family = { .groups = g->groups };
	struct genl_fault fault = { 0 };
	struct nlmsghdr *req;
	int ret;

	if (!may_ask_for(name))
		return -ENOENT;
	req = request(g, buf, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0);
	mnl_attr_put_strz(req, CTRL_ATTR_FAMILY_NAME, name);
	ret = genl_talk(g, req, family_cb, &family, &fault);
	if (ret)
		return ret;
	if (!family.found)
		return -EBADMSG;
	g->family = family.id;
	g->version = family.version;
	return 0;
}

static int join(struct genl *g, uint32_t id)
{
	if (setsockopt(g->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &id,
		       sizeof(id)))
		return -errno;
	return 0;
}

int genl_join(struct genl *g, const char *name)
{
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(g->groups); i++) {
		if (!g->groups[i].id || strcmp(g->groups[i].name, name))
			continue;
		ret = join(g, CTRL_GROUP);
		return ret ? ret : join(g, g->groups[i].id);
	}
	return -ENOENT;
}

/* Is this the controller telling that our family is gone? */
static bool is_our_end(const struct genl *g, const void *attrs, size_t len)
{
	const struct nlattr *attr;

	mnl_attr_for_each_payload(attrs, len)
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_get_payload_len(attr) == sizeof(uint16_t) &&
		    mnl_attr_get_u16(attr) == g->family)
			return true;
	return false;
}

static int notification(struct genl *g, const struct nlmsghdr *nlh,
			genl_event_cb cb, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);

	if (nlh->nlmsg_type == NLMSG_OVERRUN)
		return -ENOBUFS;
	if (len < sizeof(*genl))
		return nlh->nlmsg_type == g->family ? -EBADMSG : 0;
	len -= sizeof(*genl);
	if (nlh->nlmsg_type == g->family)
		return cb(genl->cmd, genl + 1, len, data);
	if (nlh->nlmsg_type == GENL_ID_CTRL &&
	    genl->cmd == CTRL_CMD_DELFAMILY && is_our_end(g, genl + 1, len))
		return -ENODEV;
	return 0;
}

int genl_listen(struct genl *g, genl_event_cb cb, void *data)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)g->buf;
	ssize_t got = receive(g, MSG_DONTWAIT);
	int len, ret = 0;

	if (got < 0)
		return got;
	for (len = got; !ret && is_whole(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len))
		ret = notification(g, nlh, cb, data);
	return ret;
}
