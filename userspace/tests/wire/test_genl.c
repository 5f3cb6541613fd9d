// SPDX-License-Identifier: GPL-2.0
/*
 * The transport against a kernel of our own on the other end of a socket pair.
 * Answers are queued before the question, with the sequence number it will
 * have; the far end is then closed, so that nothing waits for ever.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/genetlink.h>

#include "test.h"
#include "wire/genl.h"

#define PORT	4711
#define FAMILY	30
#define CMD	2

struct fixture {
	struct genl g;
	struct genl_fault fault;
	int far;
	uint32_t seq;			/* of the request to come */
	char request[GENL_REQUEST_SIZE] __attribute__((aligned(4)));
	char datagram[40 * 1024] __attribute__((aligned(4)));
	size_t used;
	int answers;			/* seen by the callback */
	int answer_with;		/* what it returns */
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int fds[2], size = 1 << 20;

	*state = f;
	if (!f || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds))
		return -1;
	setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	f->far = fds[1];
	if (genl_attach(&f->g, fds[0], PORT))
		return -1;
	f->g.family = FAMILY;
	f->seq = f->g.seq + 1;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	close(f->g.fd);
	genl_close(&f->g);
	close(f->far);
	free(f);
	return 0;
}

/* Room for a message of @len bytes of payload; returns its header. */
static struct nlmsghdr *add(struct fixture *f, uint16_t type, uint16_t flags,
			    const void *payload, size_t len)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)(f->datagram + f->used);

	nlh->nlmsg_len = NLMSG_LENGTH(len);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = f->seq;
	nlh->nlmsg_pid = PORT;
	if (len)
		memcpy(NLMSG_DATA(nlh), payload, len);
	f->used += NLMSG_ALIGN(nlh->nlmsg_len);
	return nlh;
}

static struct nlmsghdr *add_answer(struct fixture *f, uint16_t flags)
{
	static const struct genlmsghdr genl = { .cmd = CMD };

	return add(f, FAMILY, flags, &genl, sizeof(genl));
}

static void add_done(struct fixture *f, uint16_t flags, int error)
{
	add(f, NLMSG_DONE, NLM_F_MULTI | flags, &error, sizeof(error));
}

static void add_error(struct fixture *f, int error)
{
	struct nlmsgerr e = { .error = error };

	e.msg.nlmsg_len = sizeof(e.msg);
	add(f, NLMSG_ERROR, NLM_F_CAPPED, &e, sizeof(e));
}

static void flush(struct fixture *f)
{
	expect_int(send(f->far, f->datagram, f->used, 0), f->used);
	f->used = 0;
}

/* The kernel says no more. */
static void hang_up(struct fixture *f)
{
	flush(f);
	shutdown(f->far, SHUT_WR);
}

static int count_cb(const void *attrs, size_t len, void *data)
{
	struct fixture *f = data;

	(void)attrs;
	(void)len;
	f->answers++;
	return f->answer_with;
}

static int talk(struct fixture *f, uint16_t flags)
{
	struct nlmsghdr *req = genl_request(&f->g, f->request, CMD, flags);

	expect_int(req->nlmsg_seq, f->seq);
	mnl_attr_put_u32(req, 1, 11);
	mnl_attr_put_u32(req, 2, 22);
	f->seq++;
	return genl_talk(&f->g, req, count_cb, f, &f->fault);
}

static void request_is_right(void **state)
{
	struct fixture *f = *state;
	struct genlmsghdr *genl;
	struct nlmsghdr *req;
	char got[512] __attribute__((aligned(4)));

	add_error(f, 0);
	flush(f);
	expect_int(talk(f, 0), 0);
	expect_int(recv(f->far, got, sizeof(got), 0),
		   NLMSG_LENGTH(sizeof(*genl)) + 16);
	req = (struct nlmsghdr *)got;
	genl = NLMSG_DATA(req);
	expect_int(req->nlmsg_type, FAMILY);
	expect_int(req->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
	expect_int(genl->cmd, CMD);
	expect_int(genl->reserved, 0);
	add_done(f, 0, 0);
	flush(f);
	expect_int(talk(f, NLM_F_DUMP), 0);
	recv(f->far, got, sizeof(got), 0);
	expect_int(req->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
}

static void do_answer_and_ack(void **state)
{
	struct fixture *f = *state;

	add_answer(f, 0);
	flush(f);
	add_error(f, 0);
	hang_up(f);
	expect_int(talk(f, 0), 0);
	expect_int(f->answers, 1);
	expect_int(f->fault.error, 0);
}

static void dump_in_many_datagrams(void **state)
{
	struct fixture *f = *state;
	int i;

	for (i = 0; i < 50; i++) {
		add_answer(f, NLM_F_MULTI);
		add_answer(f, NLM_F_MULTI);
		flush(f);
	}
	add_answer(f, NLM_F_MULTI);
	add_done(f, 0, 0);
	hang_up(f);
	expect_int(talk(f, NLM_F_DUMP), 0);
	expect_int(f->answers, 101);
}

/* Words of the kernel as attributes behind an error of @error_len bytes. */
static void add_words(struct fixture *f, struct nlmsghdr *nlh)
{
	uint32_t missing = 7, offset;

	/* The second attribute of talk(): header, genl, 8 bytes, and its value */
	offset = NLMSG_LENGTH(sizeof(struct genlmsghdr)) + 8 + 4;
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "no such thing");
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, offset);
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_MISS_TYPE, missing);
	nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	f->used = (char *)nlh - f->datagram + NLMSG_ALIGN(nlh->nlmsg_len);
}

static void expect_words(const struct fixture *f, int error)
{
	expect_int(f->fault.error, error);
	expect_text(f->fault.msg, "no such thing");
	expect_true(f->fault.has_attr);
	expect_int(f->fault.attr, 2);
	expect_true(f->fault.has_missing);
	expect_int(f->fault.missing, 7);
}

static void error_with_words(void **state)
{
	struct fixture *f = *state;

	add_error(f, -EINVAL);
	add_words(f, (struct nlmsghdr *)f->datagram);
	hang_up(f);
	expect_int(talk(f, 0), -EINVAL);
	expect_words(f, -EINVAL);
}

/* Without NETLINK_CAP_ACK the request comes back before the words. */
static void error_with_request_and_words(void **state)
{
	struct fixture *f = *state;
	struct {
		struct nlmsgerr e;
		char rest[20];
	} echo = { .e.error = -EPERM };
	struct nlmsghdr *nlh;

	echo.e.msg.nlmsg_len = sizeof(echo.e.msg) + sizeof(echo.rest);
	nlh = add(f, NLMSG_ERROR, 0, &echo, sizeof(echo));
	add_words(f, nlh);
	hang_up(f);
	expect_int(talk(f, 0), -EPERM);
	expect_words(f, -EPERM);
}

/* This is what libmnl's own callback would lose. */
static void dump_ends_in_error_with_words(void **state)
{
	struct fixture *f = *state;
	struct nlmsghdr *nlh;

	add_answer(f, NLM_F_MULTI);
	nlh = (struct nlmsghdr *)(f->datagram + f->used);
	add_done(f, 0, -ENOENT);
	add_words(f, nlh);
	hang_up(f);
	expect_int(talk(f, NLM_F_DUMP), -ENOENT);
	expect_int(f->answers, 1);
	expect_words(f, -ENOENT);
}

/* Words that are no words: too long, overrunning, of the wrong length. */
static void hostile_words(void **state)
{
	struct fixture *f = *state;
	struct nlmsghdr *nlh = (struct nlmsghdr *)f->datagram;
	struct nlattr *attr;
	char big[1000];

	memset(big, 'x', sizeof(big));
	add_error(f, -EINVAL);
	mnl_attr_put(nlh, NLMSGERR_ATTR_MSG, sizeof(big), big);
	mnl_attr_put_u16(nlh, NLMSGERR_ATTR_OFFS, 4);
	attr = mnl_nlmsg_get_payload_tail(nlh);
	mnl_attr_put_u16(nlh, NLMSGERR_ATTR_MISS_TYPE, 4);
	attr->nla_len = 200;
	nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	f->used = NLMSG_ALIGN(nlh->nlmsg_len);
	hang_up(f);
	expect_int(talk(f, 0), -EINVAL);
	expect_int(strlen(f->fault.msg), sizeof(f->fault.msg) - 1);
	expect_true(!f->fault.has_attr);
	expect_true(!f->fault.has_missing);
}

static void offset_outside(void **state)
{
	struct fixture *f = *state;
	struct nlmsghdr *nlh = (struct nlmsghdr *)f->datagram;

	add_error(f, -EINVAL);
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, 4000000000u);
	nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	f->used = NLMSG_ALIGN(nlh->nlmsg_len);
	hang_up(f);
	expect_int(talk(f, 0), -EINVAL);
	expect_true(!f->fault.has_attr);
}

/* The echoed request claims to be longer than all of the message. */
static void echo_overruns(void **state)
{
	struct fixture *f = *state;
	struct nlmsgerr e = { .error = -EINVAL, .msg.nlmsg_len = 0xfffffff0 };

	add(f, NLMSG_ERROR, NLM_F_ACK_TLVS, &e, sizeof(e));
	hang_up(f);
	expect_int(talk(f, 0), -EINVAL);
	expect_text(f->fault.msg, "");
}

static void interrupted_answer(void **state)
{
	struct fixture *f = *state;

	add_answer(f, NLM_F_MULTI);
	add_answer(f, NLM_F_MULTI | NLM_F_DUMP_INTR);
	add_answer(f, NLM_F_MULTI);
	add_done(f, 0, 0);
	hang_up(f);
	expect_int(talk(f, NLM_F_DUMP), -EINTR);
	expect_int(f->answers, 1);
}

static void interrupted_end(void **state)
{
	struct fixture *f = *state;

	add_answer(f, NLM_F_MULTI);
	add_done(f, NLM_F_DUMP_INTR, 0);
	hang_up(f);
	expect_int(talk(f, NLM_F_DUMP), -EINTR);
}

static void overrun(void **state)
{
	struct fixture *f = *state;
	int none = 0;

	add(f, NLMSG_OVERRUN, NLM_F_MULTI, &none, sizeof(none));
	add_done(f, 0, 0);
	hang_up(f);
	expect_int(talk(f, NLM_F_DUMP), -EINTR);
}

/* After a failed callback the dump is read to its end, and the next works. */
static void callback_fails(void **state)
{
	struct fixture *f = *state;

	add_answer(f, NLM_F_MULTI);
	add_answer(f, NLM_F_MULTI);
	flush(f);
	add_done(f, 0, 0);
	flush(f);
	f->answer_with = -EBADMSG;
	expect_int(talk(f, NLM_F_DUMP), -EBADMSG);
	expect_int(f->answers, 1);
	expect_int(f->fault.error, 0);

	f->answer_with = 0;
	f->answers = 0;
	add_answer(f, NLM_F_MULTI);
	add_done(f, 0, 0);
	hang_up(f);
	expect_int(talk(f, NLM_F_DUMP), 0);
	expect_int(f->answers, 1);
}

/* Left from an earlier conversation, or meant for somebody else. */
static void foreign_messages(void **state)
{
	struct fixture *f = *state;

	add_answer(f, NLM_F_MULTI)->nlmsg_seq--;
	add_done(f, 0, -EPERM);
	((struct nlmsghdr *)(f->datagram + f->used -
			     NLMSG_SPACE(sizeof(int))))->nlmsg_seq--;
	add_answer(f, NLM_F_MULTI)->nlmsg_pid++;
	add_answer(f, NLM_F_MULTI)->nlmsg_type++;
	add_answer(f, NLM_F_MULTI);
	add_done(f, 0, 0);
	hang_up(f);
	expect_int(talk(f, NLM_F_DUMP), 0);
	expect_int(f->answers, 1);
}

static void noop_is_skipped(void **state)
{
	struct fixture *f = *state;

	add(f, NLMSG_NOOP, 0, NULL, 0);
	add_error(f, 0);
	hang_up(f);
	expect_int(talk(f, 0), 0);
}

static void datagram_too_long(void **state)
{
	struct fixture *f = *state;

	f->used = 33 * 1024;
	hang_up(f);
	expect_int(talk(f, NLM_F_DUMP), -EMSGSIZE);
}

static void datagram_of_32k(void **state)
{
	struct fixture *f = *state;
	int i;

	for (i = 0; f->used + NLMSG_SPACE(4) <= 32 * 1024; i++)
		add_answer(f, NLM_F_MULTI);
	flush(f);
	add_done(f, 0, 0);
	hang_up(f);
	expect_int(talk(f, NLM_F_DUMP), 0);
	expect_int(f->answers, i);
}

static void message_cut_off(void **state)
{
	struct fixture *f = *state;

	add_answer(f, 0)->nlmsg_len += 100;
	hang_up(f);
	expect_int(talk(f, 0), -EBADMSG);
	expect_int(f->answers, 0);
}

static void message_of_two_gigabytes(void **state)
{
	struct fixture *f = *state;

	add_answer(f, 0)->nlmsg_len += 1u << 31;
	hang_up(f);
	expect_int(talk(f, 0), -EBADMSG);
	expect_int(f->answers, 0);
}

static void header_cut_off(void **state)
{
	struct fixture *f = *state;

	add_answer(f, 0);
	f->used = 7;
	hang_up(f);
	expect_int(talk(f, 0), -EBADMSG);
}

static void answer_without_header(void **state)
{
	struct fixture *f = *state;

	add(f, FAMILY, 0, "ab", 2);
	hang_up(f);
	expect_int(talk(f, 0), -EBADMSG);
	expect_int(f->answers, 0);
}

static void ends_too_short(void **state)
{
	struct fixture *f = *state;

	add(f, NLMSG_DONE, NLM_F_MULTI, "", 0);
	flush(f);
	expect_int(talk(f, NLM_F_DUMP), -EBADMSG);
	add(f, NLMSG_ERROR, 0, "abcd", 4);
	hang_up(f);
	expect_int(talk(f, 0), -EBADMSG);
}

static void peer_gone(void **state)
{
	struct fixture *f = *state;

	shutdown(f->far, SHUT_WR);
	expect_int(talk(f, NLM_F_DUMP), -ECONNRESET);
}

static void add_family(struct fixture *f, bool id, bool version)
{
	struct genlmsghdr genl = { .cmd = CTRL_CMD_NEWFAMILY };
	struct nlmsghdr *nlh;

	nlh = add(f, GENL_ID_CTRL, 0, &genl, sizeof(genl));
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, "nsinfo");
	if (version)
		mnl_attr_put_u32(nlh, CTRL_ATTR_VERSION, 3);
	if (id)
		mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, 77);
	else
		mnl_attr_put_u32(nlh, CTRL_ATTR_FAMILY_ID, 77);
	f->used = NLMSG_ALIGN(nlh->nlmsg_len);
	add_error(f, 0);
	hang_up(f);
}

static void resolve(void **state)
{
	struct fixture *f = *state;

	add_family(f, true, true);
	expect_int(genl_resolve(&f->g, "nsinfo"), 0);
	expect_int(f->g.family, 77);
	expect_int(f->g.version, 3);
}

static void resolve_wrong_length(void **state)
{
	struct fixture *f = *state;

	add_family(f, false, true);
	expect_int(genl_resolve(&f->g, "nsinfo"), -EBADMSG);
}

static void resolve_unknown(void **state)
{
	struct fixture *f = *state;

	add_error(f, -ENOENT);
	hang_up(f);
	expect_int(genl_resolve(&f->g, "nsinfo"), -ENOENT);
}

/* The real kernel, which has this family and no other that is asked for. */
static void real_kernel(void **state)
{
	struct genl g;

	(void)state;
	expect_int(genl_open(&g), 0);
	expect_int(genl_resolve(&g, "nlctrl"), 0);
	expect_int(g.family, GENL_ID_CTRL);
	expect_int(genl_resolve(&g, "no-such-family"), -ENOENT);
	genl_close(&g);
}

int main(void)
{
	const struct CMUnitTest genl[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(request_is_right),
		TEST(do_answer_and_ack),
		TEST(dump_in_many_datagrams),
		TEST(error_with_words),
		TEST(error_with_request_and_words),
		TEST(dump_ends_in_error_with_words),
		TEST(hostile_words),
		TEST(offset_outside),
		TEST(echo_overruns),
		TEST(interrupted_answer),
		TEST(interrupted_end),
		TEST(overrun),
		TEST(callback_fails),
		TEST(foreign_messages),
		TEST(noop_is_skipped),
		TEST(datagram_too_long),
		TEST(datagram_of_32k),
		TEST(message_cut_off),
		TEST(message_of_two_gigabytes),
		TEST(header_cut_off),
		TEST(answer_without_header),
		TEST(ends_too_short),
		TEST(peer_gone),
		TEST(resolve),
		TEST(resolve_wrong_length),
		TEST(resolve_unknown),
		cmocka_unit_test(real_kernel),
	};

	return run_group("genl", genl, ARRAY_SIZE(genl));
}
