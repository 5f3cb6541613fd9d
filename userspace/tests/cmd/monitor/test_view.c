// SPDX-License-Identifier: GPL-2.0
/* What the view makes of dumps and notifications, and what it tells of it. */
#include <arpa/inet.h>

#include "cmd/monitor/monitor.h"
#include "cmd/monitor/view.h"
#include "messages.h"
#include "wire/decode.h"

#define MAX	4

/* A view, and in words what it told since expect_told(). */
struct fixture {
	struct view v;
	char told[1024];
};

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct fixture));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	view_clear(&f->v);
	free(f);
	return 0;
}

static void __attribute__((format(printf, 2, 3)))
add(struct fixture *f, const char *format, ...)
{
	size_t len = strlen(f->told);
	va_list args;

	va_start(args, format);
	vsnprintf(f->told + len, sizeof(f->told) - len, format, args);
	va_end(args);
}

/* "dev-change 1 eth0 changed 1 was old; " */
static int tell(const struct happening *h, void *data)
{
	struct fixture *f = data;
	char buf[INET6_ADDRSTRLEN];

	add(f, "%s %d", monitor_kind(h->cmd),
	    (int)(h->ns ? h->ns->id : h->dev->netns_id));
	if (h->ns)
		expect_int(h->ns->n_waiting, 0);
	if (h->dev) {
		add(f, " %s", h->dev->ifname);
		expect_true(!h->dev->stats);
	}
	if (h->addr)
		add(f, " %s", inet_ntop(h->addr->family,
					h->addr->local.data, buf,
					sizeof(buf)));
	if (h->changed)
		add(f, " changed %x", h->changed);
	if (h->was && strcmp(h->was->ifname, h->dev->ifname))
		add(f, " was %s", h->was->ifname);
	add(f, "; ");
	return 0;
}

static void expect_told(struct fixture *f, const char *want)
{
	expect_text(f->told, want);
	f->told[0] = '\0';
}

struct dump {
	struct netns_spec netns[MAX];
	struct dev_spec devs[MAX];
};

static void update(struct fixture *f, const struct dump *d)
{
	size_t n_netns = 0, n_devs = 0;
	struct model m = { 0 };

	while (n_netns < MAX && d->netns[n_netns].id)
		n_netns++;
	while (n_devs < MAX && d->devs[n_devs].netns)
		n_devs++;
	messages_decode(&m, d->netns, n_netns, d->devs, n_devs);
	expect_int(model_finish(&m), 0);
	expect_int(view_update(&f->v, &m, tell, f), 0);
	model_clear(&m);
}

static void apply(struct fixture *f, uint8_t cmd, struct msg *msg)
{
	struct model m = { 0 };
	struct err err = { 0 };

	expect_int(decode_event(&m, cmd, msg_data(msg), msg_len(msg), &err),
		   0);
	expect_int(view_apply(&f->v, cmd, &m, tell, f), 0);
	model_clear(&m);
}

static void apply_netns(struct fixture *f, uint8_t cmd,
			const struct netns_spec *spec)
{
	const struct event_spec event = { .seq = 1 };
	struct msg msg;

	messages_netns(&msg, spec);
	messages_event(&msg, NSINFO_A_NETNS_EVENT, &event);
	apply(f, cmd, &msg);
}

static void apply_dev(struct fixture *f, uint8_t cmd,
		      const struct dev_spec *spec,
		      const struct event_spec *event)
{
	static const struct event_spec plain = { .seq = 1 };
	struct msg msg;

	messages_dev(&msg, spec);
	messages_event(&msg, NSINFO_A_DEV_EVENT, event ? event : &plain);
	apply(f, cmd, &msg);
}

static const struct addr_spec one_addr[] = {
	{ .local = "192.0.2.1", .prefixlen = 24 }, {}
};

static const struct addr_spec other_addr[] = {
	{ .local = "2001:db8::1", .prefixlen = 64 }, {}
};

#define ETH0	.netns = 1, .inum = 101, .ifindex = 2, .name = "eth0"

/* Not every compiler takes one object for the initializer of another. */
#define NETNS1	{ .id = 1, .inum = 101 }
#define NETNS2	{ .id = 2, .inum = 102 }
#define LO1	{ .netns = 1, .inum = 101, .ifindex = 1, .name = "lo" }
#define WAN1	{ ETH0, .addrs = one_addr, .stats = true }
#define LO2	{ .netns = 2, .inum = 102, .ifindex = 1, .name = "lo" }
#define START	{ .netns = { NETNS1, NETNS2 }, .devs = { LO1, WAN1, LO2 } }

static const struct dump start = START;

static void begin(struct fixture *f)
{
	update(f, &start);
	f->told[0] = '\0';
}

/* From the dump start to another one. */
static const struct pair {
	const char *name;
	struct dump to;
	const char *told;
} pairs[] = {
	{
		.name = "nothing_changes",
		.to = START,
		.told = "",
	}, {
		.name = "all_goes",
		.told = "dev-del 2 lo; netns-del 2; dev-del 1 eth0; dev-del 1 lo; netns-del 1; ",
	}, {
		.name = "netns_comes_with_what_waits",
		.to = {
			.netns = { NETNS1, NETNS2,
				   { .id = 3, .inum = 103, .dying = true,
				     .since = 5 } },
			.devs = { LO1, WAN1,
				  LO2 },
		},
		.told = "netns-add 3; ",
	}, {
		.name = "netns_dies",
		.to = {
			.netns = { NETNS1,
				   { .id = 2, .inum = 102, .dying = true,
				     .since = 5 } },
			.devs = { LO1, WAN1 },
		},
		.told = "netns-dying 2; dev-del 2 lo; ",
	}, {
		.name = "device_and_address_change",
		.to = {
			.netns = { NETNS1, NETNS2 },
			.devs = {
				LO1,
				{ .netns = 1, .inum = 101, .ifindex = 2,
				  .name = "wan", .mtu = 1400, .txqlen = 7,
				  .addrs = other_addr },
				LO2,
			},
		},
		.told = "dev-change 1 wan changed d was eth0; addr-del 1 wan 192.0.2.1; addr-add 1 wan 2001:db8::1; ",
	},
};

static void pair(void **state)
{
	const struct pair *p = *state;
	struct fixture f = { 0 };

	update(&f, &start);
	expect_told(&f, "netns-add 1; dev-add 1 lo; dev-add 1 eth0; addr-add 1 eth0 192.0.2.1; netns-add 2; dev-add 2 lo; ");
	update(&f, &p->to);
	expect_told(&f, p->told);
	update(&f, &p->to);
	expect_told(&f, "");
	view_clear(&f.v);
}

/* What a dump already told is not told again. */
static void known_is_no_news(void **state)
{
	struct fixture *f = *state;

	begin(f);
	apply_netns(f, NSINFO_CMD_NETNS_ADD_NTF, &start.netns[0]);
	apply_dev(f, NSINFO_CMD_DEV_ADD_NTF, &start.devs[0], NULL);
	apply_dev(f, NSINFO_CMD_DEV_CHANGE_NTF, &start.devs[0], NULL);
	expect_told(f, "");
}

static void unknown_has_no_end(void **state)
{
	static const struct netns_spec netns = { .id = 9, .inum = 109 };
	static const struct dev_spec dev = { .netns = 1, .inum = 101,
					     .ifindex = 9, .name = "dev9" };
	static const struct dev_spec of_none = { .netns = 9, .inum = 109,
						 .ifindex = 2, .name = "x" };
	struct fixture *f = *state;

	begin(f);
	apply_netns(f, NSINFO_CMD_NETNS_DEL_NTF, &netns);
	apply_dev(f, NSINFO_CMD_DEV_DEL_NTF, &dev, NULL);
	apply_dev(f, NSINFO_CMD_DEV_ADD_NTF, &of_none, NULL);
	expect_told(f, "");
}

static void unknown_does_not_change(void **state)
{
	static const struct dev_spec dev = { .netns = 1, .inum = 101,
					     .ifindex = 9, .name = "dev9" };
	struct fixture *f = *state;

	begin(f);
	apply_dev(f, NSINFO_CMD_DEV_CHANGE_NTF, &dev, NULL);
	expect_told(f, "");
	expect_true(!view_dev(&f->v, 1, 9));
}

static void netns_takes_its_devices_along(void **state)
{
	struct fixture *f = *state;

	begin(f);
	apply_netns(f, NSINFO_CMD_NETNS_DEL_NTF, &start.netns[0]);
	expect_told(f, "dev-del 1 eth0; dev-del 1 lo; netns-del 1; ");
	expect_true(!view_dev(&f->v, 1, 2));
}

static void move_is_one_happening(void **state)
{
	static const struct dev_spec dev = { .netns = 2, .inum = 102,
					     .ifindex = 7, .name = "moved" };
	static const struct event_spec event = {
		.seq = 1, .from_id = 1, .from_inum = 101, .from_ifindex = 2,
		.from_name = "eth0",
	};
	struct fixture *f = *state;

	begin(f);
	apply_dev(f, NSINFO_CMD_DEV_MOVE_NTF, &dev, &event);
	expect_told(f, "dev-move 2 moved; ");
	expect_true(!view_dev(&f->v, 1, 2));
	expect_text(view_dev(&f->v, 2, 7)->ifname, "moved");
}

static void addresses_come_and_go(void **state)
{
	static const struct dev_spec one = { ETH0, .addrs = one_addr };
	static const struct dev_spec other = { ETH0, .addrs = other_addr };
	static const struct dev_spec none = { .netns = 1, .inum = 101,
					      .ifindex = 9, .name = "dev9",
					      .addrs = one_addr };
	struct fixture *f = *state;

	begin(f);
	apply_dev(f, NSINFO_CMD_ADDR_ADD_NTF, &one, NULL);
	apply_dev(f, NSINFO_CMD_ADDR_ADD_NTF, &none, NULL);
	expect_told(f, "");
	apply_dev(f, NSINFO_CMD_ADDR_ADD_NTF, &other, NULL);
	apply_dev(f, NSINFO_CMD_ADDR_DEL_NTF, &one, NULL);
	apply_dev(f, NSINFO_CMD_ADDR_DEL_NTF, &one, NULL);
	expect_told(f, "addr-add 1 eth0 2001:db8::1; addr-del 1 eth0 192.0.2.1; ");
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(pairs)];
	const struct CMUnitTest view_tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(known_is_no_news),
		TEST(unknown_has_no_end),
		TEST(unknown_does_not_change),
		TEST(netns_takes_its_devices_along),
		TEST(move_is_one_happening),
		TEST(addresses_come_and_go),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		tests[i] = (struct CMUnitTest){
			.name = pairs[i].name, .test_func = pair,
			.initial_state = (void *)&pairs[i] };
	return run_group("pairs", tests, ARRAY_SIZE(tests)) |
	       run_group("view", view_tests, ARRAY_SIZE(view_tests));
}
