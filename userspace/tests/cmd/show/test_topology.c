// SPDX-License-Identifier: GPL-2.0
/* What a netns is wired to, and in which order that is told. */
#include "cmd/show/topology.h"
#include "messages.h"
#include "model/link.h"

/* More than there is room for at first. */
#define MANY	100

static const struct netns_spec netns[] = {
	{ .id = 1, .inum = 101 }, { .id = 2, .inum = 102 },
	{ .id = 3, .inum = 103 },
};

#define DEV(ns, index, ifname_)	NS##ns, .ifindex = index, .name = ifname_
#define NS1	.netns = 1, .inum = 101
#define NS2	.netns = 2, .inum = 102
#define NS3	.netns = 3, .inum = 103
#define PEER(ns, index, ifname_) \
	.peer_id = ns, .peer_ifindex = index, .peer_name = ifname_
/* On top of a device of another netns; of index 0: its underlay is there. */
#define ON(ns, index)		.link_id = ns, .link = index

/* Netns 2 has a bridge, and pairs to both others on it. */
static const struct dev_spec devs[] = {
	{ DEV(1, 1, "top"), ON(3, 2) },
	{ DEV(1, 2, "eth0"), PEER(2, 3, "p1") },
	{ DEV(1, 3, "here"), PEER(1, 4, "there") },
	{ DEV(1, 4, "there"), PEER(1, 3, "here") },
	{ DEV(1, 5, "eth1"), PEER(2, 6, "p1b") },
	{ DEV(1, 6, "far"), PEER(9, 7, "unseen") },
	{ DEV(2, 1, "first"), .kind = "dummy", .master = 2 },
	{ DEV(2, 2, "br0"), .kind = "bridge" },
	{ DEV(2, 3, "p1"), PEER(1, 2, "eth0"), .master = 2 },
	{ DEV(2, 4, "p3"), PEER(3, 2, "eth0"), .master = 2 },
	{ DEV(2, 5, "other"), .kind = "dummy" },
	{ DEV(2, 6, "p1b"), PEER(1, 5, "eth1"), .master = 2 },
	{ DEV(2, 8, "mv8"), ON(1, 2) },
	{ DEV(2, 9, "mv9"), ON(1, 2) },
	{ DEV(3, 1, "next"), ON(1, 2), .master = 2 },
	{ DEV(3, 2, "eth0"), PEER(2, 4, "p3") },
	{ DEV(3, 3, "mv3"), ON(1, 2) },
	{ DEV(3, 4, "tun"), ON(1, 0) },
};

static const struct look {
	uint64_t id;
	const char *found;
} looks[] = {
	{ 1, "top on eth0@3; eth0 to p1@2 br0 first@2 eth0@3; "
	     "eth0 below mv8@2; eth0 below mv9@2; eth0 below next@3; "
	     "eth0 below mv3@3; eth1 to p1b@2 br0 first@2 eth0@3; "
	     "far to unseen@9; - below tun@3; " },
	{ 2, "p1 to eth0@1; p3 to eth0@3; p1b to eth1@1; mv8 on eth0@1; mv9 on eth0@1; " },
	{ 3, "next on eth0@1; eth0 to p3@2 br0 first@2 eth0@1 eth1@1; eth0 below top@1; "
	     "mv3 on eth0@1; tun on -@1; " },
};

/* As the kernel tells them: the peer is the device below, too. */
static void decode(struct model *m, const struct dev_spec *specs, size_t n)
{
	struct dev_spec made[MANY];
	size_t i;

	for (i = 0; i < n; i++) {
		struct dev_spec *dev = &made[i];

		*dev = specs[i];
		if (dev->peer_id) {
			dev->kind = "veth";
			dev->peer_inum = 100 + dev->peer_id;
			dev->link_id = dev->peer_id;
			dev->link = dev->peer_ifindex;
		}
		dev->foreign = dev->link_id;
		dev->link_inum = dev->link_id ? 100 + dev->link_id : 0;
	}
	messages_decode(m, netns, ARRAY_SIZE(netns), made, n);
	expect_int(model_finish(m), 0);
	link_resolve(m);
}

static void put_end(FILE *f, const struct topology_end *end)
{
	fprintf(f, " %s@%d", end->ifname ? end->ifname : "-",
		(int)end->netns_id);
	expect_int(end->netns_inum, 100 + end->netns_id);
}

static void put_link(FILE *f, const struct topology *t,
		     const struct topology_link *link)
{
	static const char *const words[] = {
		[TOPOLOGY_PEER] = "to", [TOPOLOGY_LOWER] = "on",
		[TOPOLOGY_UPPER] = "below",
	};
	size_t i;

	fprintf(f, "%s %s", link->dev ? link->dev->ifname : "-",
		words[link->by]);
	put_end(f, &link->far);
	if (link->master)
		fprintf(f, " %s", link->master->ifname);
	for (i = 0; i < link->n_beyond; i++)
		put_end(f, &t->beyond[link->first_beyond + i]);
	fputs("; ", f);
}

static void finds(void **state)
{
	const struct look *look = *state;
	struct topology t;
	struct model m = { 0 };
	char *text;
	size_t i, len;
	FILE *f = open_memstream(&text, &len);

	decode(&m, devs, ARRAY_SIZE(devs));
	expect_int(topology_find(&m, model_netns(&m, look->id), &t), 0);
	for (i = 0; i < t.n_links; i++)
		put_link(f, &t, &t.links[i]);
	fclose(f);
	expect_text(text, look->found);
	free(text);
	topology_clear(&t);
	expect_int(t.n_links, 0);
	model_clear(&m);
}

static void many(void **state)
{
	static struct dev_spec more[MANY];
	struct topology t;
	struct model m = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(more); i++)
		more[i] = (struct dev_spec){ DEV(1, i + 1, "d"),
					     PEER(2, i + 1, "p") };
	decode(&m, more, ARRAY_SIZE(more));
	expect_int(topology_find(&m, model_netns(&m, 1), &t), 0);
	expect_int(t.n_links, ARRAY_SIZE(more));
	for (i = 0; i < t.n_links; i++)
		expect_int(t.links[i].far.ifindex, i + 1);
	topology_clear(&t);
	model_clear(&m);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(looks) + 1] = {
		cmocka_unit_test(many),
	};
	static char names[ARRAY_SIZE(looks)][16];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(looks); i++) {
		snprintf(names[i], sizeof(names[i]), "seen_from_%zu", i + 1);
		tests[i + 1] = (struct CMUnitTest){
			.name = names[i], .test_func = finds,
			.initial_state = (void *)&looks[i],
		};
	}
	return run_group("topology", tests, ARRAY_SIZE(tests));
}
