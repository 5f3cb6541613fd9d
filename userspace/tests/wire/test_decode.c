// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_arp.h>

#include "cmd/monitor/view.h"
#include "jsoncheck.h"
#include "messages.h"
#include "model/link.h"
#include "print/render.h"
#include "wire/decode.h"

static const struct addr_spec two_addrs[] = {
	{ .local = "10.0.0.1", .prefixlen = 24, .label = "eth0",
	  .broadcast = "10.0.0.255" },
	{ .local = "fe80::1", .prefixlen = 64, .scope = 253, .proto = 3 },
	{ 0 },
};

/* A device with all there is. */
static const struct dev_spec full = {
	.netns = 7, .inum = 4026532000, .ifindex = 3, .name = "eth0",
	.kind = "veth", .flags = IFF_UP, .operstate = 6, .alias = "uplink",
	.mac = "02:00:00:00:00:01", .perm = "02:00:00:00:00:02", .master = 9,
	.link = 5, .foreign = true, .link_id = 8, .link_inum = 4026532001,
	.peer_id = 8, .peer_inum = 4026532001, .peer_ifindex = 5,
	.peer_name = "veth1", .stats = true, .addrs = two_addrs,
};

static const struct netns_spec full_netns = {
	.id = 7, .inum = 4026532000, .init = true, .self = true,
	.userns = 4026531837, .uid = 5, .nsid = 1, .refs = 4, .time = 99,
	.comm = "unshare", .pid = 12, .by_uid = 1000,
};

struct fixture {
	struct model m;
	struct err err;
	struct msg msg;
};

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct fixture));
	return !*state;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	model_clear(&f->m);
	free(f);
	return 0;
}

static int decode_it(struct fixture *f)
{
	return decode_dev(&f->m, msg_data(&f->msg), msg_len(&f->msg), &f->err);
}

static void dev_full(void **state)
{
	struct fixture *f = *state;
	const struct dev *dev;
	const struct addr *addr;

	messages_dev(&f->msg, &full);
	expect_int(decode_it(f), 0);
	expect_int(f->m.n_devs, 1);
	dev = &f->m.devs[0];
	expect_int(dev->netns_id, 7);
	expect_int(dev->netns_inum, 4026532000);
	expect_int(dev->ifindex, 3);
	expect_text(dev->ifname, "eth0");
	expect_text(dev->kind, "veth");
	expect_text(dev->qdisc, "noqueue");
	expect_text(dev->alias, "uplink");
	expect_int(dev->flags, IFF_UP);
	expect_int(dev->operstate, 6);
	expect_int(dev->mtu, 1500);
	expect_int(dev->min_mtu, 68);
	expect_true(!HAS(dev, NSINFO_A_DEV_MAX_MTU));
	expect_int(dev->type, ARPHRD_ETHER);
	expect_int(dev->address.len, 6);
	expect_int(dev->address.data[5], 1);
	expect_int(dev->perm_address.data[5], 2);
	expect_int(dev->master, 9);
	expect_int(dev->link, 5);
	expect_true(HAS(dev, NSINFO_A_DEV_LINK_FOREIGN));
	expect_int(dev->link_netns.id, 8);
	expect_int(dev->peer.netns_inum, 4026532001);
	expect_text(dev->peer.ifname, "veth1");
	expect_int(dev->stats->count[NSINFO_A_STATS_RX_BYTES],
		   1000 + NSINFO_A_STATS_RX_BYTES);
	expect_int(dev->n_addrs, 2);
	addr = &f->m.addrs[dev->first_addr];
	expect_int(addr[0].local.len, 4);
	expect_int(addr[0].local.data[3], 1);
	expect_text(addr[0].label, "eth0");
	expect_int(addr[0].broadcast.data[3], 255);
	expect_int(addr[1].local.len, 16);
	expect_int(addr[1].scope, 253);
	expect_int(addr[1].proto, 3);
	expect_int(addr[1].valid_lft, UINT32_MAX);
}

static void netns_full(void **state)
{
	struct fixture *f = *state;
	const struct netns *ns;

	messages_netns(&f->msg, &full_netns);
	expect_int(decode_netns(&f->m, msg_data(&f->msg), msg_len(&f->msg),
				&f->err), 0);
	ns = &f->m.netns[0];
	expect_int(ns->id, 7);
	expect_int(ns->inum, 4026532000);
	expect_int(ns->state, NSINFO_NETNS_STATE_LIVE);
	expect_true(HAS(ns, NSINFO_A_NETNS_INIT));
	expect_true(HAS(ns, NSINFO_A_NETNS_SELF));
	expect_int(ns->owner_userns, 4026531837);
	expect_int(ns->owner_uid, 5);
	expect_int(ns->nsid, 0);
	expect_true(HAS(ns, NSINFO_A_NETNS_NSID));
	expect_int(ns->refs, 4);
	expect_int(ns->created.time, 99);
	expect_text(ns->created.comm, "unshare");
	expect_int(ns->created.pid, 12);
	expect_int(ns->created.uid, 1000);
}

static void module_full(void **state)
{
	struct fixture *f = *state;
	struct module mod;

	msg_init(&f->msg);
	mnl_attr_put_strz(f->msg.nlh, NSINFO_A_MODULE_VERSION, "1.2");
	mnl_attr_put_u32(f->msg.nlh, NSINFO_A_MODULE_UNTRACKED, 3);
	expect_int(decode_module(&f->m, &mod, msg_data(&f->msg),
				 msg_len(&f->msg), &f->err), 0);
	expect_text(mod.version, "1.2");
	expect_int(mod.untracked, 3);
	expect_true(!HAS(&mod, NSINFO_A_MODULE_TRACKED));
}

static bool cuts_attr(const struct msg *m, size_t len)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, m->nlh, 0) {
		size_t start = (const char *)attr - (const char *)msg_data(m);

		if (len > start && len < start + attr->nla_len)
			return true;
	}
	return false;
}

/* Messages cut off anywhere are refused, unless cut between attributes. */
static void truncated(struct fixture *f,
		      int (*decode)(struct model *m, const void *attrs,
				    size_t len, struct err *err))
{
	size_t len;
	int ret;

	for (len = 0; len < msg_len(&f->msg); len++) {
		/* exactly this big, for the address sanitizer */
		void *copy = malloc(len ? len : 1);

		memcpy(copy, msg_data(&f->msg), len);
		ret = decode(&f->m, copy, len, &f->err);
		free(copy);
		if (ret && ret != -EBADMSG)
			expect_int(ret, -EBADMSG);
		if (cuts_attr(&f->msg, len))
			expect_int(ret, -EBADMSG);
		model_clear(&f->m);
	}
}

static void dev_truncated(void **state)
{
	struct fixture *f = *state;

	messages_dev(&f->msg, &full);
	truncated(f, decode_dev);
}

static void netns_truncated(void **state)
{
	struct netns_spec spec = full_netns;
	struct fixture *f = *state;

	spec.since = 5;
	messages_netns(&f->msg, &spec);
	truncated(f, decode_netns);
}

/* A device message whose only doubtful part is the attribute at hand. */
static void put_keys(struct msg *m)
{
	msg_init(m);
	mnl_attr_put_u64(m->nlh, NSINFO_A_DEV_NETNS_ID, 7);
	mnl_attr_put_u32(m->nlh, NSINFO_A_DEV_NETNS_INUM, 1);
	mnl_attr_put_u32(m->nlh, NSINFO_A_DEV_IFINDEX, 3);
	mnl_attr_put_u32(m->nlh, NSINFO_A_DEV_FLAGS, 0);
	mnl_attr_put_u32(m->nlh, NSINFO_A_DEV_TYPE, 1);
	mnl_attr_put_strz(m->nlh, NSINFO_A_DEV_IFNAME, "eth0");
}

static bool fits(const struct wire_attr *attr, size_t len)
{
	switch ((enum wire_type)attr->type) {
	case WIRE_SKIP:
		return true;
	case WIRE_U32:
		return len == 4;
	case WIRE_U64:
		return len == 8;
	case WIRE_FLAG:
		return len == 0;
	case WIRE_STRING:
	case WIRE_BYTES:
		return len <= attr->max;
	case WIRE_INET:
		return len == 4 || len == 16;
	case WIRE_STATS:
		return len == 0;
	case WIRE_NEST:
		return !attr->nest->must && !len;
	case WIRE_ADDR:
	case WIRE_FIB:
	case WIRE_HOOK:
	case WIRE_WAITING:
	case WIRE_EVENT:
		return false;
	}
	return false;
}

static void one_length(struct fixture *f, const struct wire_set *set,
		       uint16_t type, size_t len, int (*decode)(struct fixture *))
{
	const struct wire_attr *attr = &set->attr[type];
	static char ones[5000];
	int ret;

	memset(ones, 1, sizeof(ones));
	mnl_attr_put(f->msg.nlh, type, len, ones);
	memset(&f->err, 0, sizeof(f->err));
	ret = decode(f);
	model_clear(&f->m);
	if (fits(attr, len) == !ret)
		return;
	print_error("%s attribute %s of %zu bytes: expected %s, got %d\n",
		    set->name, attr->name, len,
		    fits(attr, len) ? "0" : "-EBADMSG", ret);
	fail();
}

static int decode_netns_it(struct fixture *f)
{
	return decode_netns(&f->m, msg_data(&f->msg), msg_len(&f->msg),
			    &f->err);
}

/* Lengths that are right for one attribute and wrong for others. */
static const size_t lengths[] = {
	0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 32, 33, 64, 65, 300, 4000,
};

static void dev_wrong_lengths(void **state)
{
	struct fixture *f = *state;
	uint16_t type;
	size_t i;

	for (type = 1; type <= NSINFO_A_DEV_MAX; type++) {
		if (!wire_dev.attr[type].name)
			continue;
		for (i = 0; i < ARRAY_SIZE(lengths); i++) {
			/* An empty name is refused for another reason. */
			if (type == NSINFO_A_DEV_IFNAME && !lengths[i])
				continue;
			put_keys(&f->msg);
			one_length(f, &wire_dev, type, lengths[i], decode_it);
		}
	}
}

static void netns_wrong_lengths(void **state)
{
	static const struct netns_spec spec = { .id = 1, .inum = 2 };
	struct fixture *f = *state;
	uint16_t type;
	size_t i;

	for (type = 1; type <= NSINFO_A_NETNS_MAX; type++) {
		for (i = 0; i < ARRAY_SIZE(lengths) && wire_netns.attr[type].name; i++) {
			messages_netns(&f->msg, &spec);
			one_length(f, &wire_netns, type, lengths[i],
				   decode_netns_it);
		}
	}
}

/* Inside the nest @outer of a device. */
static void nested_lengths(struct fixture *f, uint16_t outer,
			   const struct wire_set *set, uint16_t max)
{
	static char ones[5000];
	uint16_t type;
	size_t i;
	int ret;

	memset(ones, 1, sizeof(ones));
	for (type = 1; type <= max; type++) {
		const struct wire_attr *attr = &set->attr[type];

		for (i = 0; i < ARRAY_SIZE(lengths) && attr->name; i++) {
			struct nlattr *nest;

			put_keys(&f->msg);
			nest = mnl_attr_nest_start(f->msg.nlh, outer);
			mnl_attr_put(f->msg.nlh, type, lengths[i], ones);
			mnl_attr_nest_end(f->msg.nlh, nest);
			memset(&f->err, 0, sizeof(f->err));
			ret = decode_it(f);
			model_clear(&f->m);
			if (fits(attr, lengths[i]) ||
			    (ret == -EBADMSG &&
			     strstr(f->err.text, attr->name)))
				continue;
			print_error("%s attribute %s of %zu bytes: expected -EBADMSG about it, got %d \"%s\"\n",
				    set->name, attr->name, lengths[i], ret,
				    f->err.text);
			fail();
		}
	}
}

static void nested_wrong_lengths(void **state)
{
	nested_lengths(*state, NSINFO_A_DEV_ADDR, &wire_addr,
		       NSINFO_A_ADDR_MAX);
	nested_lengths(*state, NSINFO_A_DEV_STATS, &wire_stats,
		       NSINFO_A_STATS_MAX);
	nested_lengths(*state, NSINFO_A_DEV_PEER,
		       wire_dev.attr[NSINFO_A_DEV_PEER].nest,
		       NSINFO_A_PEER_MAX);
	nested_lengths(*state, NSINFO_A_DEV_LINK_NETNS,
		       wire_dev.attr[NSINFO_A_DEV_LINK_NETNS].nest,
		       NSINFO_A_NETNS_REF_MAX);
}

/* Take attribute @type of the message away and see it missed. */
static void without(struct fixture *f, uint16_t type, const char *name)
{
	struct nlattr *attr;

	messages_dev(&f->msg, &full);
	mnl_attr_for_each(attr, f->msg.nlh, 0)
		if (mnl_attr_get_type(attr) == type)
			attr->nla_type = 1000;
	expect_int(decode_it(f), -EBADMSG);
	expect_part(f->err.text, name);
	expect_part(f->err.text, "missing");
	model_clear(&f->m);
}

static void dev_missing(void **state)
{
	struct fixture *f = *state;

	without(f, NSINFO_A_DEV_NETNS_ID, "netns-id");
	without(f, NSINFO_A_DEV_NETNS_INUM, "netns-inum");
	without(f, NSINFO_A_DEV_IFINDEX, "ifindex");
	without(f, NSINFO_A_DEV_IFNAME, "ifname");
	without(f, NSINFO_A_DEV_FLAGS, "flags");
	without(f, NSINFO_A_DEV_TYPE, "type");
}

static void netns_missing(void **state)
{
	static const uint16_t must[] = {
		NSINFO_A_NETNS_ID, NSINFO_A_NETNS_INUM, NSINFO_A_NETNS_STATE,
	};
	struct fixture *f = *state;
	struct nlattr *attr;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(must); i++) {
		messages_netns(&f->msg, &full_netns);
		mnl_attr_for_each(attr, f->msg.nlh, 0)
			if (mnl_attr_get_type(attr) == must[i])
				attr->nla_type = 1000;
		expect_int(decode_netns_it(f), -EBADMSG);
		expect_part(f->err.text, wire_netns.attr[must[i]].name);
		model_clear(&f->m);
	}
}

static void nest_overruns(void **state)
{
	struct fixture *f = *state;
	struct nlattr *nest, *inner;

	put_keys(&f->msg);
	nest = mnl_attr_nest_start(f->msg.nlh, NSINFO_A_DEV_PEER);
	inner = mnl_nlmsg_get_payload_tail(f->msg.nlh);
	mnl_attr_put_u64(f->msg.nlh, NSINFO_A_PEER_NETNS_ID, 1);
	mnl_attr_nest_end(f->msg.nlh, nest);
	mnl_attr_put_u32(f->msg.nlh, NSINFO_A_DEV_MTU, 1);
	inner->nla_len += 4;
	expect_int(decode_it(f), -EBADMSG);
	expect_part(f->err.text, "overruns");

	model_clear(&f->m);
	inner->nla_len = 3;
	expect_int(decode_it(f), -EBADMSG);

	model_clear(&f->m);
	inner->nla_len = 0;
	expect_int(decode_it(f), -EBADMSG);
}

/* Strings end at a NUL or at the end of the attribute. */
static void strings_without_nul(void **state)
{
	struct fixture *f = *state;

	put_keys(&f->msg);
	mnl_attr_put(f->msg.nlh, NSINFO_A_DEV_ALIAS, 5, "abcde");
	mnl_attr_put(f->msg.nlh, NSINFO_A_DEV_KIND, 5, "ab\0de");
	mnl_attr_put(f->msg.nlh, NSINFO_A_DEV_QDISC, 0, "");
	expect_int(decode_it(f), 0);
	expect_text(f->m.devs[0].alias, "abcde");
	expect_text(f->m.devs[0].kind, "ab");
	expect_text(f->m.devs[0].qdisc, "");
}

static void empty_name(void **state)
{
	struct fixture *f = *state;

	put_keys(&f->msg);
	mnl_attr_put_strz(f->msg.nlh, NSINFO_A_DEV_IFNAME, "");
	expect_int(decode_it(f), -EBADMSG);
	expect_part(f->err.text, "ifname");
}

/* A newer kernel may send more; it is for others. */
static void unknown_attributes(void **state)
{
	struct fixture *f = *state;

	put_keys(&f->msg);
	mnl_attr_put(f->msg.nlh, 0, 3, "abc");
	mnl_attr_put(f->msg.nlh, NSINFO_A_DEV_MAX + 1, 3, "abc");
	mnl_attr_put(f->msg.nlh, 63, 3, "abc");
	mnl_attr_put(f->msg.nlh, 64, 3, "abc");
	mnl_attr_put(f->msg.nlh, 0x3fff, 0, NULL);
	expect_int(decode_it(f), 0);
	expect_text(f->m.devs[0].ifname, "eth0");
}

static int decode_addr_spec(struct fixture *f, const struct addr_spec *spec,
			    uint16_t drop)
{
	struct nlattr *nest, *attr;

	model_clear(&f->m);
	put_keys(&f->msg);
	nest = mnl_nlmsg_get_payload_tail(f->msg.nlh);
	messages_addr(&f->msg, spec);
	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == drop)
			attr->nla_type = 1000;
	return decode_it(f);
}

static void bad_addresses(void **state)
{
	static const struct addr_spec good = { .local = "10.0.0.1",
					       .prefixlen = 32 };
	static const struct addr_spec bad[] = {
		{ .local = "10.0.0.1", .prefixlen = 33 },
		{ .local = "::1", .prefixlen = 129 },
		{ .local = "::1", .prefixlen = 64, .peer = "10.0.0.1" },
		{ .local = "10.0.0.1", .prefixlen = 24, .peer = "::1" },
		{ .local = "10.0.0.1", .prefixlen = 24, .broadcast = "::1" },
	};
	struct fixture *f = *state;
	size_t i;

	expect_int(decode_addr_spec(f, &good, 0), 0);
	expect_int(decode_addr_spec(f, &good, NSINFO_A_ADDR_FAMILY), -EBADMSG);
	expect_int(decode_addr_spec(f, &good, NSINFO_A_ADDR_LOCAL), -EBADMSG);
	expect_int(decode_addr_spec(f, &good, NSINFO_A_ADDR_PREFIXLEN),
		   -EBADMSG);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		expect_int(decode_addr_spec(f, &bad[i], 0), -EBADMSG);
}

static void bad_family(void **state)
{
	struct fixture *f = *state;
	struct nlattr *nest;

	put_keys(&f->msg);
	nest = mnl_attr_nest_start(f->msg.nlh, NSINFO_A_DEV_ADDR);
	mnl_attr_put_u32(f->msg.nlh, NSINFO_A_ADDR_FAMILY, 99);
	mnl_attr_put_u32(f->msg.nlh, NSINFO_A_ADDR_LOCAL, 1);
	mnl_attr_put_u32(f->msg.nlh, NSINFO_A_ADDR_PREFIXLEN, 1);
	mnl_attr_nest_end(f->msg.nlh, nest);
	expect_int(decode_it(f), -EBADMSG);
	expect_part(f->err.text, "family");
}

/* A device in three messages. */
static void dev_in_parts(void **state)
{
	struct dev_spec spec = full;
	struct fixture *f = *state;

	spec.more = true;
	messages_dev(&f->msg, &spec);
	expect_int(decode_it(f), 0);
	expect_true(f->m.more);
	messages_dev_part(&f->msg, &spec);
	expect_int(decode_it(f), 0);
	expect_true(f->m.more);
	spec.more = false;
	messages_dev_part(&f->msg, &spec);
	expect_int(decode_it(f), 0);
	expect_true(!f->m.more);
	expect_int(f->m.n_devs, 1);
	expect_int(f->m.devs[0].n_addrs, 6);
	expect_text(f->m.devs[0].ifname, "eth0");

	spec.ifindex++;
	messages_dev(&f->msg, &spec);
	expect_int(decode_it(f), 0);
	expect_int(f->m.n_devs, 2);
	expect_int(f->m.devs[1].n_addrs, 2);
	expect_int(f->m.devs[1].first_addr, 6);
}

/* Something else where the rest of a device should be: it changed. */
static void dev_part_of_another(void **state)
{
	struct dev_spec spec = full;
	struct fixture *f = *state;

	spec.more = true;
	messages_dev(&f->msg, &spec);
	expect_int(decode_it(f), 0);
	spec.more = false;
	spec.ifindex++;
	messages_dev(&f->msg, &spec);
	expect_int(decode_it(f), -EINTR);

	model_clear(&f->m);
	spec.more = true;
	messages_dev(&f->msg, &spec);
	expect_int(decode_it(f), 0);
	spec.netns++;
	messages_dev_part(&f->msg, &spec);
	expect_int(decode_it(f), -EINTR);
}

/* Random damage. The seed is printed; give it back in FUZZ_SEED. */

static uint64_t fuzz_state;

static uint32_t fuzz(uint32_t below)
{
	fuzz_state = fuzz_state * 6364136223846793005ull + 1442695040888963407ull;
	return (fuzz_state >> 33) % below;
}

static void damage(char *data, size_t len)
{
	static const uint16_t edges[] = { 0, 1, 3, 4, 5, 8, 0x7fff, 0xffff };
	uint32_t n = 1 + fuzz(4);

	while (n--) {
		size_t at = fuzz(len);

		switch (fuzz(3)) {
		case 0:
			data[at] ^= 1 << fuzz(8);
			break;
		case 1:
			data[at] = fuzz(256);
			break;
		case 2:
			at = at / 4 * 4;
			if (at + 2 > len)
				break;
			memcpy(data + at, &edges[fuzz(ARRAY_SIZE(edges))], 2);
			break;
		}
	}
}

static void render_both(struct model *m)
{
	struct ipnames names;
	struct render how = { .names = &names, .stats = true, .times = true,
			      .width = 100, .utf8 = fuzz(2) };
	char *text;
	size_t len;
	FILE *f;

	ipnames_read(&names, "/nonexistent");
	f = open_memstream(&text, &len);
	expect_int(render_json_dump(f, m, &how), 0);
	fclose(f);
	if (!jsoncheck(text))
		print_error("invalid JSON: %s\n", text);
	expect_true(jsoncheck(text));
	free(text);
	f = open_memstream(&text, &len);
	expect_int(render_text_dump(f, m, &how), 0);
	fclose(f);
	expect_true(!memchr(text, '\x1b', len));
	free(text);
	ipnames_free(&names);
}

static int fuzz_message(struct fixture *f, bool netns)
{
	size_t len = msg_len(&f->msg);
	char *copy;
	int ret;

	if (!fuzz(16))
		len = fuzz(len + 1);
	copy = malloc(len ? len : 1);
	memcpy(copy, msg_data(&f->msg), len);
	if (len && !fuzz(3))
		damage(copy, len);
	ret = netns ? decode_netns(&f->m, copy, len, &f->err) :
		      decode_dev(&f->m, copy, len, &f->err);
	free(copy);
	if (ret && ret != -EBADMSG && ret != -EINTR)
		expect_int(ret, -EBADMSG);
	return ret;
}

/* Did it get as far as being rendered? */
static bool fuzz_once(struct fixture *f)
{
	bool whole;
	struct dev_spec spec = full;
	int i, ret;

	messages_netns(&f->msg, &full_netns);
	ret = fuzz_message(f, true);
	for (i = 0; i < 4 && !ret; i++) {
		spec.ifindex = 1 + i;
		spec.more = i == 1;
		if (i == 2) {
			spec.ifindex = 2;
			messages_dev_part(&f->msg, &spec);
		} else {
			messages_dev(&f->msg, &spec);
		}
		ret = fuzz_message(f, false);
	}
	whole = !ret && !model_finish(&f->m);
	if (whole) {
		link_resolve(&f->m);
		render_both(&f->m);
	}
	model_clear(&f->m);
	return whole;
}

/* Any kind of event, made of a netns or a device. */
static void fuzz_event(struct fixture *f)
{
	static const struct event_spec event = {
		.seq = 1, .time = 2, .changed = 3, .from_id = 4,
		.from_inum = 5, .from_ifindex = 6, .from_name = "was",
	};
	uint8_t cmd = NSINFO_CMD_NETNS_ADD_NTF +
		      fuzz(NSINFO_CMD_ADDR_DEL_NTF - NSINFO_CMD_NETNS_ADD_NTF + 1);
	bool netns = fuzz(2);
	size_t len;
	char *copy;
	int ret;

	if (netns)
		messages_netns(&f->msg, &full_netns);
	else
		messages_dev(&f->msg, &full);
	messages_event(&f->msg, netns ? NSINFO_A_NETNS_EVENT :
					NSINFO_A_DEV_EVENT, &event);
	len = msg_len(&f->msg);
	copy = malloc(len);
	memcpy(copy, msg_data(&f->msg), len);
	if (fuzz(4))
		damage(copy, len);
	ret = decode_event(&f->m, cmd, copy, fuzz(16) ? len : fuzz(len),
			   &f->err);
	free(copy);
	if (ret)
		expect_int(ret, -EBADMSG);
	else
		expect_true(view_happening(cmd, &f->m).event);
	model_clear(&f->m);
}

static void fuzz_devs(void **state)
{
	const char *seed = getenv("FUZZ_SEED"), *wanted = getenv("FUZZ_RUNS");
	long runs = wanted ? atol(wanted) : 20000, rendered = 0, i;
	uint64_t start;

	if (seed)
		start = strtoull(seed, NULL, 0);
	else
		start = (uint64_t)time(NULL) << 20 ^ getpid();
	printf("# FUZZ_SEED=%#llx FUZZ_RUNS=%ld\n", (unsigned long long)start,
	       runs);
	fflush(stdout);
	fuzz_state = start;
	for (i = 0; i < runs; i++) {
		rendered += fuzz_once(*state);
		fuzz_event(*state);
	}
	printf("# %ld of them were whole enough to be rendered\n", rendered);
	/* Else only refusals were tried. */
	expect_true(rendered >= runs / 10);
}

int main(void)
{
	const struct CMUnitTest decode[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(dev_full),
		TEST(netns_full),
		TEST(module_full),
		TEST(dev_truncated),
		TEST(netns_truncated),
		TEST(dev_wrong_lengths),
		TEST(netns_wrong_lengths),
		TEST(nested_wrong_lengths),
		TEST(dev_missing),
		TEST(netns_missing),
		TEST(nest_overruns),
		TEST(strings_without_nul),
		TEST(empty_name),
		TEST(unknown_attributes),
		TEST(bad_addresses),
		TEST(bad_family),
		TEST(dev_in_parts),
		TEST(dev_part_of_another),
		TEST(fuzz_devs),
	};

	return run_group("decode", decode, ARRAY_SIZE(decode));
}
