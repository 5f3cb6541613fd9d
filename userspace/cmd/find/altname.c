// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "base/child.h"
#include "base/util.h"
#include "cmd/find/altname.h"
#include "host/procfs.h"
#include "inside/peek.h"

#ifndef ALTIFNAMSIZ
#define ALTIFNAMSIZ	128
#endif

#define ANSWER_SIZE	(32 * 1024)

/* What the child says: begin of a netns, then its hits or why it has none. */
enum { BEGIN, HIT, FAILED };

struct record {
	uint32_t what;
	uint32_t number;		/* ifindex of a hit, or errno */
	uint64_t netns_id;
	char name[ALTIFNAMSIZ];
};

struct search {
	struct genl *g;
	struct model *m;
	const char *name;
	bool pattern;
	struct find_hits *hits;
	struct altname_gaps *gaps;
	struct err *err;
};

/* A netns that the child is in, and where it tells what it found. */
struct place {
	const struct search *s;
	const struct netns *ns;
	int out;
};

/* Small enough to be written, and read, as a whole. */
static void tell(const struct place *p, uint32_t what, uint32_t number,
		 const char *name)
{
	struct record rec = {
		.what = what, .number = number, .netns_id = p->ns->id,
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
			tell(p, HIT, ifindex, name);
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
		tell(p, HIT, info->ifi_index, p->s->name);
		return MNL_CB_STOP;
	}
	mnl_attr_for_each(attr, nlh, sizeof(*info))
		if (mnl_attr_get_type(attr) == IFLA_PROP_LIST)
			look_at_names(p, info->ifi_index, attr);
	return MNL_CB_OK;
}

/*
 * The one request that finds an alternative name without RTNL has room for 15
 * bytes of it, and takes what follows a colon for something else.
 */
static bool fits_ioctl(const struct search *s)
{
	return !s->pattern && strlen(s->name) < IFNAMSIZ &&
	       !strchr(s->name, ':');
}

/* Returns 0 or a negative errno: -ENODEV if there is no such device. */
static int ask_ioctl(struct place *p)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq req = { 0 };
	int ret;

	/* A kernel without IPv4. */
	if (fd < 0)
		fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	memcpy(req.ifr_name, p->s->name, strlen(p->s->name));
	ret = ioctl(fd, SIOCGIFINDEX, &req) ? -errno : 0;
	close(fd);
	if (!ret)
		tell(p, HIT, req.ifr_ifindex, p->s->name);
	return ret;
}

/*
 * The kernel looks for one name by itself; for a pattern it has to tell all.
 * Either way it waits for RTNL. Returns 0 or a negative errno: -ENODEV if there
 * is no such device.
 */
static int ask_rtnetlink(struct place *p)
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

static int ask(struct place *p)
{
	return fits_ioctl(p->s) ? ask_ioctl(p) : ask_rtnetlink(p);
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
	int ret;

	tell(&p, BEGIN, 0, "");
	ret = visit(&p);
	/* No such device; or it is gone, with all that was in it. */
	if (ret && ret != -ENODEV && ret != -ENOENT && ret != -ENXIO)
		tell(&p, FAILED, -ret, "");
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

/*
 * For a name that is not there the ioctl loads a module of that name, if we
 * may: we must not.
 */
static void drop_caps(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = { 0 };
	static const int loading[] = { CAP_NET_ADMIN, CAP_SYS_MODULE };
	size_t i;

	if (syscall(SYS_capget, &header, caps))
		_exit(1);
	for (i = 0; i < ARRAY_SIZE(loading); i++)
		caps[CAP_TO_INDEX(loading[i])].effective &=
			~CAP_TO_MASK(loading[i]);
	if (syscall(SYS_capset, &header, caps))
		_exit(1);
}

/* Our own first: from the others there is no way back. */
static void look_everywhere(int out, void *data)
{
	const struct search *s = data;

	child_begin(out, s->g->fd);
	drop_caps();
	look_in_all(s, true, out);
	look_in_all(s, false, out);
}

static int take_hit(const struct search *s, const struct record *rec)
{
	struct find_hit hit = { .ns = model_netns(s->m, rec->netns_id) };

	if (!hit.ns)
		return 0;
	hit.dev = model_dev(s->m, hit.ns, rec->number);
	hit.altname = model_strndup(s->m, rec->name,
				    strnlen(rec->name, sizeof(rec->name)));
	return hit.altname ? find_add(s->hits, &hit) : -ENOMEM;
}

static int take(void *data, void *record)
{
	const struct record *rec = record;
	const struct search *s = data;
	struct altname_gaps *gaps = s->gaps;

	if (rec->what == HIT)
		return take_hit(s, rec);
	if (rec->what == BEGIN) {
		gaps->begun++;
	} else if (rec->number == EPERM || rec->number == EACCES) {
		gaps->denied = true;
	} else if (!gaps->failed) {
		gaps->failed = rec->number;
		gaps->failed_id = rec->netns_id;
	}
	return 0;
}

/* Does the child wait for the lock? The kernel says in which function. */
static bool waits_for_rtnl(pid_t pid)
{
	char where[128];

	return procfs_read("/proc", pid, "wchan", where, sizeof(where)) > 0 &&
	       (strstr(where, "rtnl") || strstr(where, "rtnetlink") ||
		strstr(where, "netlink_dump"));
}

static int run(struct search *s)
{
	struct child c;
	int ret = child_start(&c, look_everywhere, s);

	if (ret)
		return ret;
	ret = child_listen(&c, sizeof(struct record), ALTNAME_TIMEOUT_MS,
			   ALTNAME_TIMEOUT_MS, take, s);
	if (ret == -ETIME) {
		s->gaps->late = true;
		s->gaps->rtnl = waits_for_rtnl(c.pid);
	}
	child_stop(&c);
	return s->gaps->late ? 0 : ret;
}

static void count_live(const struct search *s)
{
	size_t i;

	for (i = 0; i < s->m->n_netns; i++)
		s->gaps->live += s->m->netns[i].state ==
				 NSINFO_NETNS_STATE_LIVE;
}

int altname_find(struct genl *g, struct model *m, const char *name,
		 struct find_hits *hits, struct altname_gaps *gaps,
		 struct err *err)
{
	bool pattern = name[strcspn(name, "*?[")];
	struct search s = { g, m, name, pattern, hits, gaps, err };
	int ret;

	*gaps = (struct altname_gaps){ 0 };
	if (!*name || strlen(name) >= ALTIFNAMSIZ)
		return 0;
	count_live(&s);
	ret = run(&s);
	find_sort(hits);
	/* Who ended before all were asked has failed. */
	if (!ret && !gaps->late && gaps->begun < gaps->live)
		ret = -EIO;
	return ret ? err_set(err, -ret, "look for the alternative name %s: %s",
			     name, strerror(-ret)) : 0;
}
