// SPDX-License-Identifier: GPL-2.0
/*
 * What monitor makes of the notifications that it reads, and the lines that it
 * prints. The kernel is the other end of a socket pair; of monitor.c the
 * inside is tested, so it is included.
 */
#include <sys/socket.h>

#include <linux/genetlink.h>

#include "cmd/monitor/monitor.c"
#include "golden.h"
#include "jsoncheck.h"
#include "messages.h"

#define FAMILY	30

struct fixture {
	struct monitor mon;
	struct monitor_scene scene;
	struct options options;
	struct err err;
	struct msg msg;
	struct ipnames names;
	int far;
	char *printed;
	size_t len;
	FILE *stdout_before;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int fds[2];

	*state = f;
	if (!f || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) ||
	    genl_attach(&f->mon.listen, fds[0], 1))
		return -1;
	f->far = fds[1];
	f->mon.listen.family = FAMILY;
	f->mon.options = &f->options;
	f->mon.err = &f->err;
	f->mon.events = UINT64_MAX;
	ipnames_read(&f->names, "/nowhere");
	f->mon.how.names = &f->names;
	f->mon.how.width = UINT32_MAX;
	f->scene = (struct monitor_scene){
		.names = &f->mon.names, .view = &f->mon.view,
		.how = &f->mon.how };
	f->mon.scene = f->scene;
	f->stdout_before = stdout;
	stdout = open_memstream(&f->printed, &f->len);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	fclose(stdout);
	stdout = f->stdout_before;
	free(f->printed);
	close(f->mon.listen.fd);
	close(f->far);
	genl_close(&f->mon.listen);
	view_clear(&f->mon.view);
	model_clear(&f->mon.names);
	ipnames_free(&f->names);
	free(f);
	return 0;
}

/* The kernel tells what is in f->msg. */
static void send_event(struct fixture *f, uint8_t cmd)
{
	char buf[4096] __attribute__((aligned(4))) = { 0 };
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	struct genlmsghdr *genl = NLMSG_DATA(nlh);

	nlh->nlmsg_type = FAMILY;
	nlh->nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN + msg_len(&f->msg));
	genl->cmd = cmd;
	memcpy(genl + 1, msg_data(&f->msg), msg_len(&f->msg));
	expect_int(send(f->far, buf, nlh->nlmsg_len, 0), nlh->nlmsg_len);
}

static void send_netns(struct fixture *f, uint8_t cmd, uint64_t seq,
		       uint64_t time)
{
	const struct netns_spec netns = { .id = seq, .inum = 100 + seq };
	const struct event_spec event = { .seq = seq, .time = time };

	messages_netns(&f->msg, &netns);
	messages_event(&f->msg, NSINFO_A_NETNS_EVENT, &event);
	send_event(f, cmd);
}

static void read_all(struct fixture *f)
{
	int ret;

	while (!(ret = take_message(&f->mon)))
		;
	expect_int(ret, -EAGAIN);
}

static void expect_printed(struct fixture *f, const char *want)
{
	fflush(stdout);
	expect_text(f->printed, want);
	rewind(stdout);
	*f->printed = '\0';
}

static void hole_wants_a_look(void **state)
{
	struct fixture *f = *state;

	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 1, 1);
	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 2, 2);
	read_all(f);
	expect_true(!f->mon.resync);
	expect_int(f->mon.lost, 0);
	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 5, 5);
	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 6, 6);
	read_all(f);
	expect_true(f->mon.resync);
	expect_int(f->mon.lost, 2);
}

static void unknown_kind_is_no_hole(void **state)
{
	struct fixture *f = *state;

	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 1, 1);
	send_netns(f, 250, 2, 2);
	send_netns(f, 250, 3, 3);
	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 4, 4);
	read_all(f);
	expect_true(!f->mon.resync);
	expect_int(f->mon.lost, 0);
}

/* The first look, from 10 to 20, printed nothing, and found netns 1 and 2. */
static void first_look_hides_no_event(void **state)
{
	static const struct netns_spec found[] = {
		{ .id = 1, .inum = 101 }, { .id = 2, .inum = 102 },
	};
	struct fixture *f = *state;
	struct model m = { 0 };

	messages_decode(&m, found, 2, NULL, 0);
	expect_int(model_finish(&m), 0);
	expect_int(view_update(&f->mon.view, &m, NULL, NULL), 0);
	model_clear(&m);
	f->mon.synced_at = 10;
	f->mon.looked_at = 20;
	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 1, 9);
	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 2, 15);
	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 3, 16);
	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 4, 21);
	read_all(f);
	expect_printed(f, "netns-add    101  id 1\n"
			  "netns-add    102  id 2\n"
			  "netns-add    103  id 3\n"
			  "netns-add    104  id 4\n");
	/* Who saw what was there is told only what is new. */
	f->mon.looked_at = 0;
	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 2, 15);
	send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, 3, 16);
	read_all(f);
	expect_printed(f, "");
}

static void put_name(struct model *m, uint32_t inum, const char *path)
{
	expect_int(names_set(m, model_add_name(m), inum, path), 0);
	model_finish_names(m);
}

static void expect_name(struct fixture *f, uint32_t inum, const char *want)
{
	size_t n;
	const struct name *found = model_inum_names(&f->mon.names, inum, &n);

	expect_text(found ? found->path : "", want);
}

static void names_stay_until_the_end(void **state)
{
	struct fixture *f = *state;
	struct model old = { 0 };
	uint64_t id;

	for (id = 1; id <= 3; id++)
		send_netns(f, NSINFO_CMD_NETNS_ADD_NTF, id, id);
	read_all(f);
	put_name(&old, 101, "/run/netns/gone");
	put_name(&old, 102, "/run/netns/taken");
	put_name(&old, 103, "/run/netns/old");
	put_name(&old, 109, "/run/netns/unseen");
	put_name(&f->mon.names, 103, "/run/netns/new");
	put_name(&f->mon.names, 104, "/run/netns/taken");
	keep_names(&f->mon, &old);
	model_clear(&old);
	expect_name(f, 101, "/run/netns/gone");
	expect_name(f, 102, "");
	expect_name(f, 103, "/run/netns/new");
	expect_name(f, 109, "");
}

/* Every kind of event, one after the other. */

#define VETH	.netns = 2, .inum = 102, .ifindex = 3, .name = "eth0", \
		.kind = "veth", .mac = "02:00:00:00:00:02", .foreign = true, \
		.link = 7, .peer_id = 1, .peer_inum = 101, .peer_ifindex = 7, \
		.peer_name = "veth7"

static const struct addr_spec addrs[] = {
	{ .local = "192.0.2.1", .prefixlen = 24, .label = "eth0",
	  .broadcast = "192.0.2.255" }, {}
};

static const struct netns_spec box = {
	.id = 2, .inum = 102, .time = 5, .comm = "ip", .pid = 175, .refs = 1,
};

static const struct netns_spec end_of_box = {
	.id = 2, .inum = 102, .dying = true, .time = 5, .comm = "ip",
	.pid = 175,
};

static const struct {
	uint8_t cmd;
	const struct netns_spec *netns;
	struct dev_spec dev;
	struct event_spec event;
} story[] = {
	{ NSINFO_CMD_NETNS_ADD_NTF, &box, {}, {} },
	{ NSINFO_CMD_DEV_ADD_NTF, NULL, { VETH }, {} },
	{ NSINFO_CMD_DEV_ADD_NTF, NULL,
	  { .netns = 2, .inum = 102, .ifindex = 4, .name = "br0",
	    .kind = "bridge", .mac = "02:00:00:00:00:04" }, {} },
	{ NSINFO_CMD_DEV_CHANGE_NTF, NULL, { VETH, .master = 4 },
	  { .changed = NSINFO_DEV_CHANGED_MASTER } },
	{ NSINFO_CMD_DEV_CHANGE_NTF, NULL,
	  { VETH, .master = 4, .flags = 1, .operstate = 6, .mtu = 1400 },
	  { .changed = NSINFO_DEV_CHANGED_STATE | NSINFO_DEV_CHANGED_MTU } },
	{ NSINFO_CMD_ADDR_ADD_NTF, NULL, { VETH, .addrs = addrs }, {} },
	{ NSINFO_CMD_DEV_CHANGE_NTF, NULL,
	  { .netns = 2, .inum = 102, .ifindex = 4, .name = "\x1b\"",
	    .kind = "bridge", .mac = "02:00:00:00:00:04" },
	  { .changed = NSINFO_DEV_CHANGED_NAME } },
	{ NSINFO_CMD_ADDR_DEL_NTF, NULL, { VETH, .addrs = addrs }, {} },
	{ NSINFO_CMD_DEV_MOVE_NTF, NULL,
	  { .netns = 1, .inum = 101, .ifindex = 9, .name = "eth9",
	    .kind = "veth", .mac = "02:00:00:00:00:02" },
	  { .from_id = 2, .from_inum = 102, .from_ifindex = 3,
	    .from_name = "eth0" } },
	{ NSINFO_CMD_NETNS_DYING_NTF, &end_of_box, {}, {} },
	{ NSINFO_CMD_DEV_DEL_NTF, NULL,
	  { .netns = 2, .inum = 102, .ifindex = 4, .name = "\x1b\"",
	    .kind = "bridge" }, {} },
	{ NSINFO_CMD_NETNS_DEL_NTF, &end_of_box, {}, {} },
};

static void tell_story(struct fixture *f)
{
	size_t i;

	put_name(&f->mon.names, 102, "/run/netns/box");
	for (i = 0; i < ARRAY_SIZE(story); i++) {
		struct event_spec event = story[i].event;

		event.seq = i + 1;
		event.time = (i + 1) * 1000000;
		if (story[i].netns)
			messages_netns(&f->msg, story[i].netns);
		else
			messages_dev(&f->msg, &story[i].dev);
		messages_event(&f->msg, story[i].netns ? NSINFO_A_NETNS_EVENT :
							 NSINFO_A_DEV_EVENT,
			       &event);
		send_event(f, story[i].cmd);
	}
	read_all(f);
	fflush(stdout);
}

static void every_kind_as_text(void **state)
{
	struct fixture *f = *state;

	f->mon.how.times = true;
	tell_story(f);
	golden_check("events.txt", f->printed);
}

/* It tells the time of day of the event, not of its printing. */
static void wall_clock_is_told(void **state)
{
	struct fixture *f = *state;

	setenv("TZ", "UTC", 1);
	f->mon.scene.wall_clock = 1767225600 * 1000000000ll;
	f->mon.how.times = true;
	tell_story(f);
	expect_part(f->printed, "[2026-01-01T00:00:00.001000]  [    0.001000]  netns-add");
}

static void every_kind_as_json(void **state)
{
	struct fixture *f = *state;
	const char *line, *nl;

	f->options.json = true;
	tell_story(f);
	for (line = f->printed; (nl = strchr(line, '\n')); line = nl + 1) {
		char *one = strndup(line, nl + 1 - line);

		expect_true(jsoncheck(one));
		free(one);
	}
	golden_check("events.jsonl", f->printed);
}

int main(void)
{
	const struct CMUnitTest monitor_tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(hole_wants_a_look),
		TEST(unknown_kind_is_no_hole),
		TEST(first_look_hides_no_event),
		TEST(names_stay_until_the_end),
		TEST(every_kind_as_text),
		TEST(wall_clock_is_told),
		TEST(every_kind_as_json),
	};

	return run_group("monitor", monitor_tests, ARRAY_SIZE(monitor_tests));
}
