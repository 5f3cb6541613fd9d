// SPDX-License-Identifier: GPL-2.0
/* Answers of the kernel to peek, made by hand; its pipe; its time limit. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/fib_rules.h>
#include <linux/inet_diag.h>
#include <linux/neighbour.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "inside/peek.h"
#include "inside/peek_in.h"
#include "test.h"

#define SEQ	77
#define PORT	4242

/* One datagram under construction, and who reads it. */
struct talk {
	char buf[64 * 1024] __attribute__((aligned(8)));
	size_t len;
	struct peek p;
	struct peek_talk t;
};

static const struct peek_ask *ask_for(uint16_t type, uint16_t family,
				      uint16_t protocol)
{
	const struct peek_ask *ask;

	for (ask = peek_asks; ask->what; ask++)
		if (ask->type == type && ask->family == family &&
		    ask->protocol == protocol)
			return ask;
	fail();
	return NULL;
}

static struct talk *start(uint16_t type, uint16_t family, uint16_t protocol)
{
	struct talk *k = calloc(1, sizeof(*k));

	k->t = (struct peek_talk){
		.ask = ask_for(type, family, protocol),
		.p = &k->p,
		.seq = SEQ,
		.portid = PORT,
		.own = { { NETLINK_GENERIC, 11 }, { NETLINK_SOCK_DIAG, 12 } },
	};
	return k;
}

static void finish(struct talk *k)
{
	peek_clear(&k->p);
	free(k);
}

static struct nlmsghdr *add(struct talk *k, uint16_t type, const void *data,
			    size_t len)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(k->buf + k->len);

	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = SEQ;
	nlh->nlmsg_pid = PORT;
	if (len)
		memcpy(mnl_nlmsg_put_extra_header(nlh, len), data, len);
	k->len += NLMSG_ALIGN(nlh->nlmsg_len);
	return nlh;
}

static void add_done(struct talk *k, int error)
{
	add(k, NLMSG_DONE, &error, sizeof(error));
}

static int feed(struct talk *k)
{
	/* A copy of just its size, so that reading beyond is noticed. */
	void *copy = malloc(k->len ? k->len : 1);
	int ret;

	memcpy(copy, k->buf, k->len);
	ret = peek_feed(&k->t, copy, k->len);
	free(copy);
	k->len = 0;
	return ret;
}

static void add_route(struct talk *k, uint8_t family, uint8_t rtm_table,
		      uint32_t table, uint32_t flags)
{
	struct rtmsg rtm = { .rtm_family = family, .rtm_table = rtm_table,
			     .rtm_flags = flags };
	struct nlmsghdr *nlh = add(k, RTM_NEWROUTE, &rtm, sizeof(rtm));

	if (!table)
		return;
	k->len -= NLMSG_ALIGN(nlh->nlmsg_len);
	mnl_attr_put_u32(nlh, RTA_PRIORITY, 5);
	mnl_attr_put_u32(nlh, RTA_TABLE, table);
	k->len += NLMSG_ALIGN(nlh->nlmsg_len);
}

static void routes_are_counted_by_table(void **state)
{
	struct talk *k = start(RTM_GETROUTE, AF_INET, 0);

	(void)state;
	add_route(k, AF_INET, 254, 254, 0);
	add_route(k, AF_INET, 252, 1000, 0);
	add_route(k, AF_INET, 255, 0, 0);
	add_route(k, AF_INET, 254, 254, 0);
	expect_int(feed(k), 0);
	expect_int(k->t.done, false);
	add_route(k, AF_INET, 254, 254, RTM_F_CLONED);
	add_route(k, AF_INET6, 254, 254, 0);
	add_done(k, 0);
	expect_int(feed(k), 0);
	expect_int(k->t.done, true);
	expect_int(k->p.n_tables, 3);
	expect_int(k->p.tables[0].table, 254);
	expect_int(k->p.tables[0].routes, 2);
	expect_int(k->p.tables[1].table, 255);
	expect_int(k->p.tables[2].table, 1000);
	expect_int(peek_routes(&k->p, AF_INET), 4);
	expect_int(peek_routes(&k->p, AF_INET6), 0);
	finish(k);
}

static void add_neigh(struct talk *k, uint16_t nud, uint8_t flags)
{
	struct ndmsg ndm = { .ndm_family = AF_INET6, .ndm_state = nud,
			     .ndm_flags = flags };

	add(k, RTM_NEWNEIGH, &ndm, sizeof(ndm));
}

static void neighbours_are_those_of_ip(void **state)
{
	struct talk *k = start(RTM_GETNEIGH, AF_INET6, 0);

	(void)state;
	add_neigh(k, NUD_REACHABLE, 0);
	add_neigh(k, NUD_PERMANENT, 0);
	add_neigh(k, NUD_FAILED, 0);
	add_neigh(k, NUD_NOARP, 0);
	add_neigh(k, NUD_NONE, 0);
	add_neigh(k, NUD_NOARP, NTF_EXT_LEARNED);
	add_done(k, 0);
	expect_int(feed(k), 0);
	expect_int(k->p.neighbours[0], 0);
	expect_int(k->p.neighbours[1], 4);
	finish(k);
}

static void rules_are_those_of_the_family(void **state)
{
	struct fib_rule_hdr rule = { .family = AF_INET };
	struct talk *k = start(RTM_GETRULE, AF_INET, 0);

	(void)state;
	add(k, RTM_NEWRULE, &rule, sizeof(rule));
	add(k, RTM_NEWRULE, &rule, sizeof(rule));
	rule.family = 128;
	add(k, RTM_NEWRULE, &rule, sizeof(rule));
	add_done(k, 0);
	expect_int(feed(k), 0);
	expect_int(k->p.rules[0], 2);
	expect_int(k->p.rules[1], 0);
	finish(k);
}

static uint32_t count(const struct peek *p, uint32_t netid, uint32_t state)
{
	size_t i;

	for (i = 0; i < p->n_sockets; i++)
		if (p->sockets[i].netid == netid && p->sockets[i].state == state)
			return p->sockets[i].n;
	return 0;
}

static void inet_sockets_have_states(void **state)
{
	struct talk *k = start(SOCK_DIAG_BY_FAMILY, AF_INET, IPPROTO_TCP);
	struct inet_diag_msg inet = { .idiag_family = AF_INET };
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		inet.idiag_state = i ? TCP_TIME_WAIT : TCP_LISTEN;
		add(k, SOCK_DIAG_BY_FAMILY, &inet, sizeof(inet));
	}
	inet.idiag_family = AF_INET6;
	add(k, SOCK_DIAG_BY_FAMILY, &inet, sizeof(inet));
	add_done(k, 0);
	expect_int(feed(k), 0);
	expect_int(count(&k->p, PEEK_TCP, TCP_TIME_WAIT), 2);
	expect_int(count(&k->p, PEEK_TCP, TCP_LISTEN), 1);
	expect_int(peek_sockets_all(&k->p), 3);
	finish(k);
}

static void associations_follow_their_socket(void **state)
{
	static const uint32_t inodes[] = { 5, 6, 6, 6, 0, 0 };
	static const uint8_t states[] = { TCP_LISTEN, 1, 3, 3, 7, 7 };
	struct talk *k = start(SOCK_DIAG_BY_FAMILY, AF_INET, IPPROTO_SCTP);
	struct inet_diag_msg inet = { .idiag_family = AF_INET };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(inodes); i++) {
		inet.idiag_inode = inodes[i];
		inet.idiag_state = states[i];
		add(k, SOCK_DIAG_BY_FAMILY, &inet, sizeof(inet));
	}
	expect_int(feed(k), 0);
	expect_int(peek_sockets_of(&k->p, PEEK_SCTP), 4);
	expect_int(count(&k->p, PEEK_SCTP_ASSOC, 3), 2);
	expect_text(peek_state_name(PEEK_SCTP_ASSOC, 3), "ESTAB");
	finish(k);
}

static void unix_sockets_have_types(void **state)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
	struct talk *k = start(SOCK_DIAG_BY_FAMILY, AF_UNIX, 0);
	struct unix_diag_msg msg = { .udiag_family = AF_UNIX,
				     .udiag_state = TCP_ESTABLISHED };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		msg.udiag_type = types[i];
		add(k, SOCK_DIAG_BY_FAMILY, &msg, sizeof(msg));
	}
	add_done(k, 0);
	expect_int(feed(k), 0);
	expect_int(count(&k->p, PEEK_U_STR, TCP_ESTABLISHED), 1);
	expect_int(count(&k->p, PEEK_U_DGR, TCP_ESTABLISHED), 1);
	expect_int(count(&k->p, PEEK_U_SEQ, TCP_ESTABLISHED), 1);
	finish(k);
}

static void add_nl(struct talk *k, uint8_t protocol, uint32_t portid)
{
	struct netlink_diag_msg msg = { .ndiag_family = AF_NETLINK,
					.ndiag_protocol = protocol,
					.ndiag_portid = portid };

	add(k, SOCK_DIAG_BY_FAMILY, &msg, sizeof(msg));
}

static void own_sockets_do_not_count(void **state)
{
	struct talk *k = start(SOCK_DIAG_BY_FAMILY, AF_NETLINK, 0);

	(void)state;
	add_nl(k, NETLINK_GENERIC, 0);
	add_nl(k, NETLINK_GENERIC, 11);
	add_nl(k, NETLINK_SOCK_DIAG, 12);
	add_nl(k, NETLINK_SOCK_DIAG, 11);
	add_nl(k, NETLINK_GENERIC, 13);
	add_done(k, 0);
	expect_int(feed(k), 0);
	expect_int(count(&k->p, PEEK_NL, TCP_CLOSE), 3);
	finish(k);
}

static void packet_sockets_have_types(void **state)
{
	struct talk *k = start(SOCK_DIAG_BY_FAMILY, AF_PACKET, 0);
	struct packet_diag_msg msg = { .pdiag_type = SOCK_RAW };

	(void)state;
	add(k, SOCK_DIAG_BY_FAMILY, &msg, sizeof(msg));
	msg.pdiag_type = SOCK_DGRAM;
	add(k, SOCK_DIAG_BY_FAMILY, &msg, sizeof(msg));
	expect_int(feed(k), 0);
	expect_int(count(&k->p, PEEK_P_RAW, TCP_CLOSE), 1);
	expect_int(count(&k->p, PEEK_P_DGR, TCP_CLOSE), 1);
	finish(k);
}

static void refusals_are_told(void **state)
{
	struct talk *k = start(SOCK_DIAG_BY_FAMILY, AF_INET, IPPROTO_TCP);
	struct nlmsgerr e = { .error = -ENOENT };

	(void)state;
	add(k, NLMSG_ERROR, &e, sizeof(e));
	expect_int(feed(k), -ENOENT);
	finish(k);
	k = start(RTM_GETROUTE, AF_INET, 0);
	add_done(k, -EINVAL);
	expect_int(feed(k), -EINVAL);
	finish(k);
	k = start(RTM_GETROUTE, AF_INET, 0);
	add(k, NLMSG_DONE, NULL, 0);
	expect_int(feed(k), 0);
	expect_int(k->t.done, true);
	finish(k);
}

static void strangers_are_ignored(void **state)
{
	struct talk *k = start(RTM_GETRULE, AF_INET, 0);
	struct fib_rule_hdr rule = { .family = AF_INET };

	(void)state;
	add(k, RTM_NEWRULE, &rule, sizeof(rule))->nlmsg_seq = SEQ - 1;
	add(k, RTM_NEWRULE, &rule, sizeof(rule))->nlmsg_pid = PORT + 1;
	add(k, RTM_NEWLINK, &rule, sizeof(rule));
	add_route(k, AF_INET, 254, 0, 0);
	expect_int(feed(k), 0);
	expect_int(k->p.rules[0] + k->p.n_tables, 0);
	finish(k);
}

static void interruption_is_noticed(void **state)
{
	struct talk *k = start(RTM_GETRULE, AF_INET, 0);
	struct fib_rule_hdr rule = { .family = AF_INET };

	(void)state;
	add(k, RTM_NEWRULE, &rule, sizeof(rule));
	expect_int(feed(k), 0);
	expect_int(k->t.interrupted, false);
	add(k, RTM_NEWRULE, &rule, sizeof(rule))->nlmsg_flags =
		NLM_F_DUMP_INTR;
	expect_int(feed(k), 0);
	expect_int(k->t.interrupted, true);
	finish(k);
}

/* Every answer, cut off everywhere. */
static void short_messages_are_refused(void **state)
{
	static const uint16_t answers[] = {
		[PEEK_SOCKETS] = SOCK_DIAG_BY_FAMILY,
		[PEEK_RULES] = RTM_NEWRULE,
		[PEEK_NEIGHBOURS] = RTM_NEWNEIGH,
		[PEEK_ROUTES] = RTM_NEWROUTE,
	};
	static const char zeros[8];
	const struct peek_ask *ask;
	struct talk *k;

	(void)state;
	for (ask = peek_asks; ask->what; ask++) {
		k = start(ask->type, ask->family, ask->protocol);
		add(k, answers[ask->what], zeros, 1);
		expect_int(feed(k), -EBADMSG);
		finish(k);
	}
}

static void cut_off_datagrams_are_refused(void **state)
{
	struct talk *k;
	size_t len, whole;

	(void)state;
	for (len = 1; len; len = len == whole ? 0 : len + 1) {
		k = start(RTM_GETROUTE, AF_INET, 0);
		add_route(k, AF_INET, 254, 1000, 0);
		whole = k->len;
		k->len = len;
		expect_int(feed(k), len == whole ? 0 : -EBADMSG);
		finish(k);
	}
}

/* No input may lead out of bounds; the sanitizers watch. */
static void garbage_does_no_harm(void **state)
{
	const struct peek_ask *ask;
	struct talk *k;
	int turn;

	(void)state;
	srandom(1);
	for (ask = peek_asks; ask->what; ask++) {
		for (turn = 0; turn < 300; turn++) {
			size_t i, flips;

			k = start(ask->type, ask->family, ask->protocol);
			add_route(k, AF_INET, 254, 1000, 0);
			add_nl(k, 3, 4);
			add_neigh(k, 1, 0);
			add_done(k, 0);
			for (flips = random() % 8 + 1; flips; flips--) {
				i = random() % k->len;
				k->buf[i] = random();
			}
			feed(k);
			finish(k);
		}
	}
}

static int read_proc(struct talk *k, const char *text)
{
	FILE *f = fmemopen((char *)text, strlen(text), "r");
	int ret = peek_read_proc(&k->t, f);

	fclose(f);
	return ret;
}

static const char tcp_file[] =
	"  sl  local_address rem_address   st tx_queue rx_queue\n"
	"   0: 0100007F:0016 00000000:0000 0A 00000000:00000000\n"
	"   1: 0100007F:0016 0100007F:8000 01 00000000:00000000\n";

static const char unix_file[] =
	"Num       RefCount Protocol Flags    Type St Inode Path\n"
	"0000000000000000: 00000002 00000000 00010000 0001 01 123 /a b\n"
	"0000000000000000: 00000003 00000000 00000000 0001 03 124\n"
	"0000000000000000: 00000002 00000000 00000000 0002 01 125 @x\n"
	"0000000000000000: 00000003 00000000 00000000 0005 03 126\n";

static const char packet_file[] =
	"sk               RefCnt Type Proto  Iface R Rmem   User Inode\n"
	"0000000000000000 3      3    0003   2     1 0      0    127\n"
	"0000000000000000 3      2    0003   2     1 0      0    128\n";

static const char netlink_file[] =
	"sk               Eth Pid        Groups   Rmem     Wmem\n"
	"0000000000000000 0   0          00000000 0        0\n"
	"0000000000000000 16  11         00000000 0        0\n"
	"\n";

static void proc_files_are_read(void **state)
{
	struct talk *k = start(SOCK_DIAG_BY_FAMILY, AF_INET, IPPROTO_TCP);

	(void)state;
	expect_int(read_proc(k, tcp_file), 0);
	expect_int(count(&k->p, PEEK_TCP, TCP_LISTEN), 1);
	expect_int(count(&k->p, PEEK_TCP, TCP_ESTABLISHED), 1);
	finish(k);
	k = start(SOCK_DIAG_BY_FAMILY, AF_UNIX, 0);
	expect_int(read_proc(k, unix_file), 0);
	expect_int(count(&k->p, PEEK_U_STR, TCP_LISTEN), 1);
	expect_int(count(&k->p, PEEK_U_STR, TCP_ESTABLISHED), 1);
	expect_int(count(&k->p, PEEK_U_DGR, TCP_CLOSE), 1);
	expect_int(count(&k->p, PEEK_U_SEQ, TCP_ESTABLISHED), 1);
	finish(k);
	k = start(SOCK_DIAG_BY_FAMILY, AF_PACKET, 0);
	expect_int(read_proc(k, packet_file), 0);
	expect_int(count(&k->p, PEEK_P_RAW, TCP_CLOSE), 1);
	expect_int(count(&k->p, PEEK_P_DGR, TCP_CLOSE), 1);
	finish(k);
	k = start(SOCK_DIAG_BY_FAMILY, AF_NETLINK, 0);
	expect_int(read_proc(k, netlink_file), 0);
	/* The empty line is one too. */
	expect_int(count(&k->p, PEEK_NL, TCP_CLOSE), 2);
	finish(k);
}

static void no_line_does_harm(void **state)
{
	static const char *const texts[] = {
		"", "\n", "heading\n", "heading\n\n", "heading\nx",
		"heading\n   \t\n0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		"heading\n: zz - 99999999999999999999 zz -\n",
	};
	const struct peek_ask *ask;
	struct talk *k;
	size_t i;

	(void)state;
	for (ask = peek_asks; ask->what; ask++) {
		for (i = 1; i < ARRAY_SIZE(texts) && ask->proc; i++) {
			k = start(ask->type, ask->family, ask->protocol);
			expect_int(read_proc(k, texts[i]), 0);
			finish(k);
		}
	}
}

/* What ss and ip ask for; the kernel refuses one that is malformed. */
static void requests_are_complete(void **state)
{
	const struct peek_ask *ask;
	char buf[PEEK_REQUEST_SIZE] __attribute__((aligned(8)));
	const struct nlmsghdr *nlh;

	(void)state;
	for (ask = peek_asks; ask->what; ask++) {
		nlh = peek_request(ask, SEQ, buf);
		expect_int(nlh->nlmsg_type, ask->type);
		expect_int(nlh->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
		expect_int(nlh->nlmsg_seq, SEQ);
		expect_int(*(uint8_t *)mnl_nlmsg_get_payload(nlh), ask->family);
	}
	nlh = peek_request(ask_for(SOCK_DIAG_BY_FAMILY, AF_INET, 262), 1, buf);
	expect_int(mnl_nlmsg_get_payload_len(nlh),
		   sizeof(struct inet_diag_req_v2) + 8);
}

static void take_checks_records(void **state)
{
	static const struct peek_record bad[] = {
		{ 0, AF_INET, 0, 1 },
		{ PEEK_REC_ROUTES, 3, 254, 1 },
		{ PEEK_REC_SOCKETS, PEEK_NETIDS, 1, 1 },
		{ PEEK_REC_RULES, 0, 0, 1 },
		{ PEEK_REC_NEIGHBOURS, 7, 0, 1 },
		{ PEEK_REC_FAILED, 0, 0, 0 },
		{ PEEK_REC_FAILED, 0x80000000, 0, 0 },
		{ PEEK_REC_END, 4096, 0, 0 },
		{ 77, 0, 0, 0 },
	};
	const struct peek_record failed = { PEEK_REC_FAILED, EPERM, 0, 0 };
	const struct peek_record end = { PEEK_REC_END, EMFILE, 0, 0 };
	struct peek p = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		expect_int(peek_take(&p, &bad[i]), -EBADMSG);
	expect_int(peek_take(&p, &failed), -EPERM);
	expect_true(!p.ended);
	expect_int(peek_take(&p, &end), 0);
	expect_true(p.ended);
	expect_int(p.failed, EMFILE);
	expect_int(p.n_tables + p.n_sockets, 0);
	peek_clear(&p);
}

static void put(int out, uint32_t type, uint32_t a, uint32_t b, uint32_t n)
{
	struct peek_record rec = { type, a, b, n };

	if (write(out, &rec, sizeof(rec)) != sizeof(rec))
		_exit(1);
}

static void tell_half(int out, void *data)
{
	const void *stay = data;

	put(out, PEEK_REC_SOCKETS, PEEK_TCP, TCP_LISTEN, 4);
	put(out, PEEK_REC_DONE, PEEK_SOCKETS, 0, 0);
	put(out, PEEK_REC_RULES, AF_INET, 0, 3);
	put(out, PEEK_REC_NEIGHBOURS, AF_INET, 0, 3);
	put(out, PEEK_REC_ROUTES, AF_INET, 254, 9);
	if (stay)
		pause();
}

static void expect_half(const struct peek *p)
{
	expect_int(p->have, PEEK_SOCKETS);
	expect_int(peek_sockets_all(p), 4);
	expect_int(p->n_tables, 0);
	expect_int(p->rules[0] + p->neighbours[0], 0);
}

static void half_a_count_is_none(void **state)
{
	struct peek p;

	(void)state;
	expect_int(peek_run(tell_half, NULL, 10000, &p), 0);
	expect_half(&p);
	expect_int(p.late, false);
	peek_clear(&p);
}

/* It ignores all signals that it can, and waits for ever. */
static void a_child_that_hangs_is_left(void **state)
{
	struct timespec from, to;
	struct peek p;

	(void)state;
	signal(SIGTERM, SIG_IGN);
	clock_gettime(CLOCK_MONOTONIC, &from);
	expect_int(peek_run(tell_half, &p, 200, &p), 0);
	clock_gettime(CLOCK_MONOTONIC, &to);
	signal(SIGTERM, SIG_DFL);
	expect_true((to.tv_sec - from.tv_sec) * 1000 +
		    (to.tv_nsec - from.tv_nsec) / 1000000 < 200 * 6);
	expect_half(&p);
	expect_int(p.late, true);
	peek_clear(&p);
}

static void tell_in_bits(int out, void *data)
{
	struct peek_record recs[2] = {
		{ PEEK_REC_ROUTES, AF_INET6, 254, 9 },
		{ PEEK_REC_DONE, PEEK_6(PEEK_ROUTES), 0, 0 },
	};
	const struct timespec ms = { .tv_nsec = 1000000 };
	size_t i;

	(void)data;
	for (i = 0; i < sizeof(recs); i++) {
		if (write(out, (char *)recs + i, 1) != 1)
			_exit(1);
		nanosleep(&ms, NULL);
	}
}

static void records_may_come_in_bits(void **state)
{
	struct peek p;

	(void)state;
	expect_int(peek_run(tell_in_bits, NULL, 10000, &p), 0);
	expect_int(p.have, PEEK_6(PEEK_ROUTES));
	expect_int(peek_routes(&p, AF_INET6), 9);
	peek_clear(&p);
}

/* Each of these comes in time, all of them do not. */
static void tell_slowly(int out, void *data)
{
	const struct timespec ms200 = { .tv_nsec = 200000000 };
	int i;

	(void)data;
	for (i = 0; i < 20; i++) {
		put(out, PEEK_REC_DONE, 0, 0, 0);
		nanosleep(&ms200, NULL);
	}
	put(out, PEEK_REC_RULES, AF_INET, 0, 3);
	put(out, PEEK_REC_DONE, PEEK_RULES, 0, 0);
}

static void who_goes_on_is_waited_for(void **state)
{
	struct peek p;

	(void)state;
	expect_int(peek_run(tell_slowly, NULL, 3500, &p), 0);
	expect_int(p.late, false);
	expect_int(p.have, PEEK_RULES);
	expect_int(p.rules[0], 3);
	peek_clear(&p);
}

static void tell_for_ever(int out, void *data)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	(void)data;
	for (;;) {
		put(out, PEEK_REC_DONE, 0, 0, 0);
		nanosleep(&ms, NULL);
	}
}

static void there_is_an_end_all_the_same(void **state)
{
	struct peek p;

	(void)state;
	expect_int(peek_run(tell_for_ever, NULL, 50, &p), 0);
	expect_int(p.late, true);
	peek_clear(&p);
}

static void tell_many(int out, void *data)
{
	uint32_t i;

	(void)data;
	for (i = 0; i < 20000; i++)
		put(out, PEEK_REC_ROUTES, AF_INET, (i * 7919) % 20000 + 1, 1);
	put(out, PEEK_REC_DONE, PEEK_ROUTES, 0, 0);
}

static void many_tables_are_sorted(void **state)
{
	struct peek p;
	size_t i;

	(void)state;
	expect_int(peek_run(tell_many, NULL, 30000, &p), 0);
	expect_int(p.n_tables, 20000);
	for (i = 0; i < p.n_tables; i++)
		expect_int(p.tables[i].table, i + 1);
	peek_clear(&p);
}

static void tell_failed(int out, void *data)
{
	put(out, PEEK_REC_FAILED, *(uint32_t *)data, 0, 0);
}

static void tell_garbage(int out, void *data)
{
	(void)data;
	put(out, 0xdead, 1, 2, 3);
}

static void failures_are_told(void **state)
{
	uint32_t why = EPERM;
	struct peek p;

	(void)state;
	expect_int(peek_run(tell_failed, &why, 10000, &p), -EPERM);
	peek_clear(&p);
	expect_int(peek_run(tell_garbage, NULL, 10000, &p), -EBADMSG);
	peek_clear(&p);
}

static void a_file_that_is_no_netns_is_refused(void **state)
{
	struct peek p;

	(void)state;
	expect_int(peek_netns(STDERR_FILENO, 0, PEEK_ALL, 10000, &p), -EINVAL);
	peek_clear(&p);
}

/* Errno of every socket() in here and in the libraries; 0: as ever. */
static int no_socket;

int socket(int domain, int type, int protocol)
{
	if (!no_socket)
		return syscall(SYS_socket, domain, type, protocol);
	errno = no_socket;
	return -1;
}

/* Without a socket nothing can be asked, which is more than not known. */
static void a_socket_that_is_refused_is_told(void **state)
{
	static const int errors[] = { EMFILE, ENOMEM, EACCES };
	struct peek p;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		no_socket = errors[i];
		expect_int(peek_netns(PEEK_OWN, 0, PEEK_ROUTES, 10000, &p),
			   -errors[i]);
		expect_int(p.have, 0);
		peek_clear(&p);
	}
	/* A kernel without it has none, which is no failure. */
	no_socket = EAFNOSUPPORT;
	expect_int(peek_netns(PEEK_OWN, 0, PEEK_ROUTES, 10000, &p), 0);
	expect_int(p.have, 0);
	peek_clear(&p);
	no_socket = 0;
}

static void all_words_are_there(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < PEEK_NETIDS; i++)
		expect_true(peek_netid_name(i));
	for (i = TCP_ESTABLISHED; i <= TCP_CLOSING; i++)
		expect_true(peek_state_name(PEEK_TCP, i));
	expect_true(!peek_netid_name(PEEK_NETIDS));
	expect_true(!peek_state_name(PEEK_TCP, 0));
	expect_true(!peek_state_name(PEEK_SCTP_ASSOC, 99));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_are_counted_by_table),
		cmocka_unit_test(neighbours_are_those_of_ip),
		cmocka_unit_test(rules_are_those_of_the_family),
		cmocka_unit_test(inet_sockets_have_states),
		cmocka_unit_test(associations_follow_their_socket),
		cmocka_unit_test(unix_sockets_have_types),
		cmocka_unit_test(own_sockets_do_not_count),
		cmocka_unit_test(packet_sockets_have_types),
		cmocka_unit_test(refusals_are_told),
		cmocka_unit_test(strangers_are_ignored),
		cmocka_unit_test(interruption_is_noticed),
		cmocka_unit_test(short_messages_are_refused),
		cmocka_unit_test(cut_off_datagrams_are_refused),
		cmocka_unit_test(garbage_does_no_harm),
		cmocka_unit_test(proc_files_are_read),
		cmocka_unit_test(no_line_does_harm),
		cmocka_unit_test(requests_are_complete),
		cmocka_unit_test(take_checks_records),
		cmocka_unit_test(half_a_count_is_none),
		cmocka_unit_test(a_child_that_hangs_is_left),
		cmocka_unit_test(records_may_come_in_bits),
		cmocka_unit_test(who_goes_on_is_waited_for),
		cmocka_unit_test(there_is_an_end_all_the_same),
		cmocka_unit_test(many_tables_are_sorted),
		cmocka_unit_test(failures_are_told),
		cmocka_unit_test(a_file_that_is_no_netns_is_refused),
		cmocka_unit_test(a_socket_that_is_refused_is_told),
		cmocka_unit_test(all_words_are_there),
	};

	return run_group("peek", tests, ARRAY_SIZE(tests));
}
