// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include "wire/decode.h"

/* Only in the first message of a device, not where it goes on. */
#define DEV_FIRST_MUST	(1ull << NSINFO_A_DEV_IFNAME | \
			 1ull << NSINFO_A_DEV_FLAGS | \
			 1ull << NSINFO_A_DEV_TYPE)

struct decoder {
	struct model *m;
	struct err *err;
};

/* One attribute as it lies in the message. */
struct raw {
	const uint8_t *data;
	size_t len;
	uint32_t type;
};

static int decode_set(struct decoder *d, const struct wire_set *set,
		      const void *data, size_t len, void *obj);

static int bad(struct decoder *d, const struct wire_set *set, const char *attr,
	       const char *what)
{
	return err_set(d->err, EBADMSG,
		       "netlink family nsinfo: malformed message: %s%s%s: %s",
		       set->name, attr ? " attribute " : "", attr ? attr : "",
		       what);
}

static int no_memory(struct decoder *d)
{
	return err_no_memory(d->err);
}

/* Take the attribute at *@data off the front. */
static int next_attr(struct decoder *d, const struct wire_set *set,
		     const uint8_t **data, size_t *len, struct raw *raw)
{
	struct nlattr nla;
	size_t step;

	if (*len < sizeof(nla))
		return bad(d, set, NULL, "cut off");
	memcpy(&nla, *data, sizeof(nla));
	if (nla.nla_len < sizeof(nla) || nla.nla_len > *len)
		return bad(d, set, NULL, "attribute overruns");
	raw->type = nla.nla_type & NLA_TYPE_MASK;
	raw->data = *data + sizeof(nla);
	raw->len = nla.nla_len - sizeof(nla);
	step = NLA_ALIGN(nla.nla_len);
	if (step > *len)
		step = *len;
	*data += step;
	*len -= step;
	return 0;
}

static int decode_string(struct decoder *d, const struct wire_set *set,
			 const struct wire_attr *attr, const struct raw *raw,
			 void *at)
{
	size_t len = strnlen((const char *)raw->data, raw->len);
	const char *s;

	if (len > attr->max)
		return bad(d, set, attr->name, "too long");
	s = model_strndup(d->m, (const char *)raw->data, len);
	if (!s)
		return no_memory(d);
	memcpy(at, &s, sizeof(s));
	return 0;
}

static int decode_bytes(struct decoder *d, const struct wire_set *set,
			const struct wire_attr *attr, const struct raw *raw,
			struct bytes *to)
{
	if (raw->len > attr->max)
		return bad(d, set, attr->name, "too long");
	to->data = (uint8_t *)model_strndup(d->m, (const char *)raw->data,
					    raw->len);
	to->len = raw->len;
	return to->data ? 0 : no_memory(d);
}

static int decode_exact(struct decoder *d, const struct wire_set *set,
			const struct wire_attr *attr, const struct raw *raw,
			void *at, size_t size)
{
	if (raw->len != size)
		return bad(d, set, attr->name, "wrong length");
	if (size)
		memcpy(at, raw->data, size);
	return 0;
}

static int decode_inet(struct decoder *d, const struct wire_set *set,
		       const struct wire_attr *attr, const struct raw *raw,
		       struct inet *to)
{
	if (raw->len != 4 && raw->len != 16)
		return bad(d, set, attr->name, "wrong length");
	to->len = raw->len;
	memcpy(to->data, raw->data, raw->len);
	return 0;
}

static int check_addr(struct decoder *d, const struct addr *addr)
{
	uint8_t len = addr->family == AF_INET ? 4 : 16;

	if (addr->family != AF_INET && addr->family != AF_INET6)
		return bad(d, &wire_addr, "family", "neither IPv4 nor IPv6");
	if (addr->local.len != len)
		return bad(d, &wire_addr, "local", "wrong length");
	if (addr->peer.len && addr->peer.len != len)
		return bad(d, &wire_addr, "peer", "wrong length");
	if (addr->broadcast.len && addr->broadcast.len != len)
		return bad(d, &wire_addr, "broadcast", "wrong length");
	if (addr->prefixlen > 8u * len)
		return bad(d, &wire_addr, "prefixlen", "too big");
	return 0;
}

static int decode_addr(struct decoder *d, const struct raw *raw)
{
	struct addr *addr = model_add_addr(d->m);
	int ret;

	if (!addr)
		return no_memory(d);
	ret = decode_set(d, &wire_addr, raw->data, raw->len, addr);
	return ret ? ret : check_addr(d, addr);
}

static int decode_stats(struct decoder *d, const struct raw *raw,
			struct dev *dev)
{
	dev->stats = model_alloc(d->m, sizeof(*dev->stats));
	if (!dev->stats)
		return no_memory(d);
	return decode_set(d, &wire_stats, raw->data, raw->len, dev->stats);
}

static int decode_fib(struct decoder *d, const struct raw *raw,
		      struct netns *ns)
{
	struct fib fib = { 0 };
	int ret = decode_set(d, &wire_fib, raw->data, raw->len, &fib);

	if (ret)
		return ret;
	if (fib.family == AF_INET)
		ns->fib4 = fib;
	else if (fib.family == AF_INET6)
		ns->fib6 = fib;
	else
		return bad(d, &wire_fib, "family", "neither IPv4 nor IPv6");
	return 0;
}

static int decode_hook(struct decoder *d, const struct raw *raw,
		       struct netns *ns)
{
	struct hook *hook = model_add_hook(d->m);

	if (!hook)
		return no_memory(d);
	ns->n_hooks++;
	return decode_set(d, &wire_hook, raw->data, raw->len, hook);
}

static int decode_waiting(struct decoder *d, const struct raw *raw,
			  struct netns *ns)
{
	struct waiting *waiting = model_add_waiting(d->m);

	if (!waiting)
		return no_memory(d);
	ns->n_waiting++;
	return decode_set(d, &wire_waiting, raw->data, raw->len, waiting);
}

static int decode_event_nest(struct decoder *d, const struct raw *raw,
			     void *at)
{
	struct event *event = model_alloc(d->m, sizeof(*event));

	if (!event)
		return no_memory(d);
	memcpy(at, &event, sizeof(event));
	return decode_set(d, &wire_event, raw->data, raw->len, event);
}

static int decode_value(struct decoder *d, const struct wire_set *set,
			const struct wire_attr *attr, const struct raw *raw,
			void *obj)
{
	void *at = (char *)obj + attr->offset;

	switch ((enum wire_type)attr->type) {
	case WIRE_SKIP:
		return 0;
	case WIRE_U32:
		return decode_exact(d, set, attr, raw, at, sizeof(uint32_t));
	case WIRE_U64:
		return decode_exact(d, set, attr, raw, at, sizeof(uint64_t));
	case WIRE_FLAG:
		return decode_exact(d, set, attr, raw, at, 0);
	case WIRE_STRING:
		return decode_string(d, set, attr, raw, at);
	case WIRE_BYTES:
		return decode_bytes(d, set, attr, raw, at);
	case WIRE_INET:
		return decode_inet(d, set, attr, raw, at);
	case WIRE_NEST:
		return decode_set(d, attr->nest, raw->data, raw->len, at);
	case WIRE_ADDR:
		return decode_addr(d, raw);
	case WIRE_STATS:
		return decode_stats(d, raw, obj);
	case WIRE_FIB:
		return decode_fib(d, raw, obj);
	case WIRE_HOOK:
		return decode_hook(d, raw, obj);
	case WIRE_WAITING:
		return decode_waiting(d, raw, obj);
	case WIRE_EVENT:
		return decode_event_nest(d, raw, at);
	}
	return 0;
}

static int check_must(struct decoder *d, const struct wire_set *set,
		      uint64_t must, uint64_t has)
{
	uint64_t missing = must & ~has;

	if (!missing)
		return 0;
	return bad(d, set, set->attr[__builtin_ctzll(missing)].name, "missing");
}

/* Attributes that the tables do not know are from a newer kernel: skipped. */
static int decode_set(struct decoder *d, const struct wire_set *set,
		      const void *data, size_t len, void *obj)
{
	const uint8_t *p = data;
	uint64_t has = 0;
	struct raw raw = { 0 };
	int ret;

	while (len) {
		ret = next_attr(d, set, &p, &len, &raw);
		if (ret)
			return ret;
		if (raw.type >= set->n_attr || !set->attr[raw.type].name)
			continue;
		ret = decode_value(d, set, &set->attr[raw.type], &raw, obj);
		if (ret)
			return ret;
		has |= 1ull << raw.type;
	}
	memcpy((char *)obj + set->has_offset, &has, sizeof(has));
	return check_must(d, set, set->must, has);
}

int decode_module(struct model *m, struct module *mod, const void *data,
		  size_t len, struct err *err)
{
	struct decoder d = { m, err };

	memset(mod, 0, sizeof(*mod));
	return decode_set(&d, &wire_module, data, len, mod);
}

int decode_netns(struct model *m, const void *data, size_t len,
		 struct err *err)
{
	struct decoder d = { m, err };
	struct netns *ns = model_add_netns(m);

	return ns ? decode_set(&d, &wire_netns, data, len, ns) : no_memory(&d);
}

/* @part is the last device of the model and goes on with the one before. */
static int join_dev(struct decoder *d, const struct dev *part)
{
	struct model *m = d->m;
	struct dev *dev = &m->devs[m->n_devs - 2];

	if (part->netns_id != dev->netns_id || part->ifindex != dev->ifindex)
		return err_set(d->err, EINTR,
			       "device %" PRIu32 " of netns id %" PRIu64
			       ": changed while it was read",
			       dev->ifindex, dev->netns_id);
	dev->n_addrs += part->n_addrs;
	m->n_devs--;
	return 0;
}

int decode_dev(struct model *m, const void *data, size_t len, struct err *err)
{
	struct decoder d = { m, err };
	struct dev *dev = model_add_dev(m);
	bool goes_on = m->more;
	int ret;

	if (!dev)
		return no_memory(&d);
	ret = decode_set(&d, &wire_dev, data, len, dev);
	if (ret)
		return ret;
	dev->n_addrs = m->n_addrs - dev->first_addr;
	m->more = HAS(dev, NSINFO_A_DEV_MORE);
	if (goes_on)
		return join_dev(&d, dev);
	if (HAS(dev, NSINFO_A_DEV_IFNAME) && !*dev->ifname)
		return bad(&d, &wire_dev, "ifname", "empty");
	return check_must(&d, &wire_dev, DEV_FIRST_MUST, dev->has);
}

int decode_task(struct model *m, const void *data, size_t len, struct err *err)
{
	struct decoder d = { m, err };
	struct task *task = model_add_task(m);

	return task ? decode_set(&d, &wire_task, data, len, task) :
		      no_memory(&d);
}

int decode_holder(struct model *m, const void *data, size_t len,
		  struct err *err)
{
	struct decoder d = { m, err };
	struct holder *holder = model_add_holder(m);

	return holder ? decode_set(&d, &wire_holder, data, len, holder) :
			no_memory(&d);
}

int decode_opened(struct model *m, struct opened *opened, const void *data,
		  size_t len, struct err *err)
{
	struct decoder d = { m, err };

	memset(opened, 0, sizeof(*opened));
	return decode_set(&d, &wire_opened, data, len, opened);
}

/* What is told of a device depends on what happened to it. */
static int check_dev_event(struct decoder *d, uint8_t cmd,
			   const struct dev *dev)
{
	uint64_t must = 1ull << NSINFO_A_DEV_EVENT |
			1ull << NSINFO_A_DEV_IFNAME;
	int ret;

	if (cmd == NSINFO_CMD_DEV_ADD_NTF || cmd == NSINFO_CMD_DEV_MOVE_NTF ||
	    cmd == NSINFO_CMD_DEV_CHANGE_NTF)
		must |= DEV_FIRST_MUST;
	if (cmd == NSINFO_CMD_ADDR_ADD_NTF || cmd == NSINFO_CMD_ADDR_DEL_NTF)
		must |= 1ull << NSINFO_A_DEV_ADDR;
	ret = check_must(d, &wire_dev, must, dev->has);
	if (!ret && cmd == NSINFO_CMD_DEV_MOVE_NTF)
		ret = check_must(d, &wire_event, 1ull << NSINFO_A_EVENT_FROM,
				 dev->event->has);
	return ret;
}

int decode_event(struct model *m, uint8_t cmd, const void *data, size_t len,
		 struct err *err)
{
	struct decoder d = { m, err };
	struct dev *dev;
	int ret;

	if (cmd == NSINFO_CMD_NETNS_ADD_NTF ||
	    cmd == NSINFO_CMD_NETNS_DYING_NTF ||
	    cmd == NSINFO_CMD_NETNS_DEL_NTF) {
		ret = decode_netns(m, data, len, err);
		return ret ? ret : check_must(&d, &wire_netns,
					      1ull << NSINFO_A_NETNS_EVENT,
					      m->netns[0].has);
	}
	dev = model_add_dev(m);
	if (!dev)
		return no_memory(&d);
	ret = decode_set(&d, &wire_dev, data, len, dev);
	dev->n_addrs = m->n_addrs;
	return ret ? ret : check_dev_event(&d, cmd, dev);
}
