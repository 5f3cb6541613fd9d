// SPDX-License-Identifier: GPL-2.0
/*
 * Whole conversations, with their retries. As in test_genl.c the answers are
 * queued beforehand.
 */
#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/if_addr.h>

#include "messages.h"
#include "model/link.h"
#include "print/render.h"
#include "wire/fetch.h"

#define PORT	4711
#define FAMILY	30

struct fixture {
	struct genl g;
	struct model m;
	struct err err;
	struct msg msg;
	int far;
	uint32_t seq;			/* of the request being answered */
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
	f->g.version = 1;
	f->seq = f->g.seq;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	close(f->g.fd);
	genl_close(&f->g);
	close(f->far);
	model_clear(&f->m);
	free(f);
	return 0;
}

static void send_message(struct fixture *f, uint16_t type, uint16_t flags,
			 const void *payload, size_t len)
{
	char buf[8192] __attribute__((aligned(4))) = { 0 };
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;

	nlh->nlmsg_len = NLMSG_LENGTH(len);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = f->seq;
	nlh->nlmsg_pid = PORT;
	memcpy(NLMSG_DATA(nlh), payload, len);
	expect_int(send(f->far, buf, nlh->nlmsg_len, 0), nlh->nlmsg_len);
}

/* What is in f->msg as an answer. */
static void answer(struct fixture *f, uint16_t flags)
{
	char buf[4096] __attribute__((aligned(4))) = { 0 };

	memcpy(buf + GENL_HDRLEN, msg_data(&f->msg), msg_len(&f->msg));
	send_message(f, FAMILY, flags, buf, GENL_HDRLEN + msg_len(&f->msg));
}

static void end_dump(struct fixture *f, uint16_t flags, int error)
{
	send_message(f, NLMSG_DONE, NLM_F_MULTI | flags, &error,
		     sizeof(error));
}

static void ack(struct fixture *f, int error)
{
	struct nlmsgerr e = { .error = error, .msg.nlmsg_len = 16 };

	send_message(f, NLMSG_ERROR, NLM_F_CAPPED, &e, sizeof(e));
}

static void answer_netns(struct fixture *f, uint64_t id)
{
	struct netns_spec spec = { .id = id, .inum = 100 + id,
				   .init = id == 1 };

	messages_netns(&f->msg, &spec);
	answer(f, NLM_F_MULTI);
}

static void answer_dev(struct fixture *f, uint64_t netns, uint32_t ifindex)
{
	struct dev_spec spec = { .netns = netns, .inum = 100 + netns,
				 .ifindex = ifindex, .name = "eth0" };

	messages_dev(&f->msg, &spec);
	answer(f, NLM_F_MULTI);
}

/* The answers to both dumps, with @flags at the end of each. */
static void answer_all(struct fixture *f, uint16_t netns_flags,
		       uint16_t dev_flags)
{
	f->seq++;
	answer_netns(f, 2);
	answer_netns(f, 1);
	end_dump(f, netns_flags, 0);
	if (netns_flags)
		return;
	f->seq++;
	answer_dev(f, 1, 1);
	answer_dev(f, 2, 2);
	answer_dev(f, 2, 1);
	end_dump(f, dev_flags, 0);
}

static void answer_one(struct fixture *f, uint64_t id)
{
	f->seq++;
	answer_netns(f, id);
	ack(f, 0);
}

/* Next request that the kernel got; its attributes into @tb. */
static void read_request(struct fixture *f, uint8_t cmd,
			 const struct nlattr *tb[16])
{
	static char buf[1024] __attribute__((aligned(4)));
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	struct genlmsghdr *genl = NLMSG_DATA(nlh);
	const struct nlattr *attr;

	memset(tb, 0, 16 * sizeof(*tb));
	expect_true(recv(f->far, buf, sizeof(buf), MSG_DONTWAIT) > 0);
	expect_int(genl->cmd, cmd);
	mnl_attr_for_each(attr, nlh, sizeof(*genl))
		tb[mnl_attr_get_type(attr)] = attr;
}

static int fetch(struct fixture *f)
{
	static const struct fetch_want all = { .devs = true };

	shutdown(f->far, SHUT_WR);
	return fetch_all(&f->g, NULL, 0, &all, &f->m, &f->err);
}

static void expect_all(const struct fixture *f)
{
	expect_int(f->m.n_netns, 2);
	expect_int(f->m.netns[0].id, 1);
	expect_int(f->m.netns[0].n_devs, 1);
	expect_int(f->m.netns[1].n_devs, 2);
	expect_int(f->m.devs[f->m.netns[1].first_dev].ifindex, 1);
	expect_int(f->m.devs[f->m.netns[1].first_dev + 1].ifindex, 2);
}

static void all_at_once(void **state)
{
	struct fixture *f = *state;

	answer_all(f, 0, 0);
	expect_int(fetch(f), 0);
	expect_all(f);
}

static void again_after_interruption(void **state)
{
	struct fixture *f = *state;

	answer_all(f, NLM_F_DUMP_INTR, 0);
	answer_all(f, 0, NLM_F_DUMP_INTR);
	answer_all(f, 0, 0);
	expect_int(fetch(f), 0);
	expect_all(f);
}

/* A device of a netns that came between the two dumps. */
static void again_for_unknown_netns(void **state)
{
	struct fixture *f = *state;

	f->seq++;
	answer_netns(f, 1);
	end_dump(f, 0, 0);
	f->seq++;
	answer_dev(f, 3, 1);
	end_dump(f, 0, 0);
	answer_all(f, 0, 0);
	expect_int(fetch(f), 0);
	expect_all(f);
}

static void again_for_twins(void **state)
{
	struct fixture *f = *state;

	f->seq++;
	answer_netns(f, 1);
	end_dump(f, 0, 0);
	f->seq++;
	answer_dev(f, 1, 1);
	answer_dev(f, 1, 1);
	end_dump(f, 0, 0);
	answer_all(f, 0, 0);
	expect_int(fetch(f), 0);
	expect_all(f);
}

/* A device that announced more and then did not go on. */
static void again_for_half_a_device(void **state)
{
	struct dev_spec spec = { .netns = 1, .inum = 101, .ifindex = 1,
				 .name = "eth0", .more = true };
	struct fixture *f = *state;

	f->seq++;
	answer_netns(f, 1);
	end_dump(f, 0, 0);
	f->seq++;
	messages_dev(&f->msg, &spec);
	answer(f, NLM_F_MULTI);
	end_dump(f, 0, 0);
	answer_all(f, 0, 0);
	expect_int(fetch(f), 0);
	expect_all(f);
}

/* A netns with so many devices, as it says and as they come. */
static void answer_counted(struct fixture *f, bool dying, uint32_t said,
			   uint32_t sent)
{
	struct netns_spec spec = { .id = 1, .inum = 101, .dying = dying };
	uint32_t i;

	f->seq++;
	messages_netns(&f->msg, &spec);
	mnl_attr_put_u32(f->msg.nlh, NSINFO_A_NETNS_NDEVS, said);
	answer(f, NLM_F_MULTI);
	end_dump(f, 0, 0);
	f->seq++;
	for (i = 1; i <= sent; i++)
		answer_dev(f, 1, i);
	end_dump(f, 0, 0);
}

/* Devices that came or went between the two dumps. */
static void again_for_other_devices(void **state)
{
	struct fixture *f = *state;

	answer_counted(f, false, 1, 0);
	answer_counted(f, false, 0, 1);
	answer_counted(f, false, 2, 3);
	answer_counted(f, false, 3, 3);
	expect_int(fetch(f), 0);
	expect_int(f->m.n_netns, 1);
	expect_int(f->m.netns[0].n_devs, 3);
}

static void other_devices_not_for_ever(void **state)
{
	struct fixture *f = *state;
	int i;

	for (i = 0; i < 10; i++)
		answer_counted(f, false, 2, 1);
	expect_int(fetch(f), -EINTR);
	expect_part(f->err.text, "keep changing");
}

/* There they go for as long as the teardown takes. */
static void dying_with_other_devices(void **state)
{
	struct fixture *f = *state;

	answer_counted(f, true, 2, 1);
	expect_int(fetch(f), 0);
	expect_int(f->m.netns[0].n_devs, 1);
}

static void not_for_ever(void **state)
{
	struct fixture *f = *state;
	int i;

	for (i = 0; i < 10; i++)
		answer_all(f, NLM_F_DUMP_INTR, 0);
	expect_int(fetch(f), -EINTR);
	expect_part(f->err.text, "keep changing");
	expect_int(f->err.status, STATUS_FAILED);
}

/* What the kernel says where a part of its answer was lost. */
static void answer_overrun(struct fixture *f)
{
	f->seq++;
	send_message(f, NLMSG_OVERRUN, NLM_F_MULTI, "", 0);
	end_dump(f, 0, 0);
}

static void tasks_and_holders_again(void **state)
{
	struct fixture *f = *state;

	answer_overrun(f);
	f->seq++;
	end_dump(f, NLM_F_DUMP_INTR, 0);
	f->seq++;
	end_dump(f, 0, 0);
	expect_int(fetch_tasks(&f->g, 0, &f->m, &f->err), 0);
	expect_true(f->m.has_tasks);
	answer_overrun(f);
	f->seq++;
	end_dump(f, 0, 0);
	expect_int(fetch_holders(&f->g, 7, &f->m, &f->err), 0);
}

static void tasks_and_holders_not_for_ever(void **state)
{
	struct fixture *f = *state;
	int i;

	for (i = 0; i < 10; i++)
		answer_overrun(f);
	expect_int(fetch_tasks(&f->g, 0, &f->m, &f->err), -EINTR);
	expect_part(f->err.text, "task-get: the kernel lost parts");
	expect_true(!f->m.has_tasks);
	memset(&f->err, 0, sizeof(f->err));
	for (i = 0; i < 10; i++)
		answer_overrun(f);
	expect_int(fetch_holders(&f->g, 7, &f->m, &f->err), -EINTR);
	expect_part(f->err.text, "holder-get: the kernel lost parts");
	expect_int(f->err.status, STATUS_FAILED);
}

/* Whoever puts events over it needs no moment of rest. */
static void torn_is_good_enough(void **state)
{
	static const struct fetch_want torn = { .devs = true, .torn = true };
	struct fixture *f = *state;

	f->seq++;
	answer_netns(f, 2);
	answer_netns(f, 1);
	end_dump(f, NLM_F_DUMP_INTR, 0);
	f->seq++;
	answer_dev(f, 2, 1);
	answer_dev(f, 3, 1);
	answer_dev(f, 1, 1);
	answer_dev(f, 2, 2);
	end_dump(f, NLM_F_DUMP_INTR, 0);
	shutdown(f->far, SHUT_WR);
	expect_int(fetch_all(&f->g, NULL, 0, &torn, &f->m, &f->err), 0);
	expect_all(f);
	expect_int(f->m.n_devs, 3);
}

static void self_takes_one_question(void **state)
{
	const struct nlattr *tb[16];
	struct fixture *f = *state;
	bool is_init = false;
	uint64_t id = 0;

	answer_one(f, 1);
	expect_int(fetch_self(&f->g, &id, &is_init, &f->err), 0);
	expect_int(id, 1);
	expect_true(is_init);
	read_request(f, NSINFO_CMD_NETNS_GET, tb);
	expect_true(tb[NSINFO_A_NETNS_ID]);

	f->seq++;
	ack(f, -ENOENT);
	expect_int(fetch_self(&f->g, &id, &is_init, &f->err), -ENOENT);
	expect_part(f->err.text, "not tracked");
}

static void malformed_is_not_tried_again(void **state)
{
	struct fixture *f = *state;

	f->seq++;
	msg_init(&f->msg);
	mnl_attr_put_u32(f->msg.nlh, NSINFO_A_NETNS_INUM, 1);
	answer(f, NLM_F_MULTI);
	end_dump(f, 0, 0);
	expect_int(fetch(f), -EBADMSG);
	expect_part(f->err.text, "malformed message: netns attribute id");
}

static void refused_dump(void **state)
{
	struct fixture *f = *state;

	f->seq++;
	end_dump(f, 0, -EPERM);
	expect_int(fetch(f), -EPERM);
	expect_part(f->err.text, "netns-get: no permission");
	expect_part(f->err.text, "CAP_SYS_ADMIN");
}

static void operation_unknown(void **state)
{
	struct fixture *f = *state;

	f->seq++;
	ack(f, -EOPNOTSUPP);
	expect_int(fetch(f), -EOPNOTSUPP);
	expect_part(f->err.text, "older than this tool");
}

static int fetch_two(struct fixture *f)
{
	static const struct fetch_want stats = { .devs = true, .stats = true };
	static const uint64_t ids[] = { 1, 2 };

	shutdown(f->far, SHUT_WR);
	return fetch_all(&f->g, ids, 2, &stats, &f->m, &f->err);
}

static void one_after_the_other(void **state)
{
	const struct nlattr *tb[16];
	struct fixture *f = *state;

	answer_one(f, 1);
	f->seq++;
	answer_dev(f, 1, 1);
	end_dump(f, 0, 0);
	answer_one(f, 2);
	f->seq++;
	answer_dev(f, 2, 1);
	answer_dev(f, 2, 2);
	end_dump(f, 0, 0);
	expect_int(fetch_two(f), 0);
	expect_all(f);
	read_request(f, NSINFO_CMD_NETNS_GET, tb);
	expect_int(mnl_attr_get_u64(tb[NSINFO_A_NETNS_ID]), 1);
	read_request(f, NSINFO_CMD_DEV_GET, tb);
	expect_int(mnl_attr_get_u64(tb[NSINFO_A_DEV_NETNS_ID]), 1);
	expect_int(mnl_attr_get_u32(tb[NSINFO_A_DEV_WANT]),
		   NSINFO_DEV_WANT_STATS);
	read_request(f, NSINFO_CMD_NETNS_GET, tb);
	expect_int(mnl_attr_get_u64(tb[NSINFO_A_NETNS_ID]), 2);
}

static void goes_away_between(void **state)
{
	struct fixture *f = *state;

	answer_one(f, 1);
	f->seq++;
	end_dump(f, 0, -ENOENT);
	expect_int(fetch_two(f), -ENOENT);
	expect_part(f->err.text, "netns id:1: it went away");
}

static void id_by_inode(void **state)
{
	static const struct netns_key key = { NETNS_BY_INUM, 102 };
	const struct nlattr *tb[16];
	struct fixture *f = *state;
	uint64_t id = 0;

	answer_one(f, 2);
	expect_int(fetch_id(&f->g, &key, &id, &f->err), 0);
	expect_int(id, 2);
	read_request(f, NSINFO_CMD_NETNS_GET, tb);
	expect_int(mnl_attr_get_u32(tb[NSINFO_A_NETNS_INUM]), 102);
	expect_true(!tb[NSINFO_A_NETNS_ID]);

	f->seq++;
	ack(f, -ENOENT);
	expect_int(fetch_id(&f->g, &key, &id, &f->err), -ENOENT);

	f->seq++;
	ack(f, 0);
	expect_int(fetch_id(&f->g, &key, &id, &f->err), -EBADMSG);
}

static void id_of_init(void **state)
{
	static const struct netns_key key = { NETNS_IS_INIT, 0 };
	struct fixture *f = *state;
	uint64_t id = 0;

	f->seq++;
	answer_netns(f, 2);
	answer_netns(f, 1);
	end_dump(f, 0, 0);
	expect_int(fetch_id(&f->g, &key, &id, &f->err), 0);
	expect_int(id, 1);

	f->seq++;
	answer_netns(f, 2);
	end_dump(f, 0, 0);
	expect_int(fetch_id(&f->g, &key, &id, &f->err), -ENOENT);
}

static void module_info(void **state)
{
	struct fixture *f = *state;
	struct module mod;

	f->seq++;
	msg_init(&f->msg);
	mnl_attr_put_u32(f->msg.nlh, NSINFO_A_MODULE_UNTRACKED, 5);
	answer(f, 0);
	ack(f, 0);
	expect_int(fetch_module(&f->g, &f->m, &mod, &f->err), 0);
	expect_int(mod.untracked, 5);
}

static const struct addr_spec addrs[] = {
	{ .local = "10.0.0.1", .prefixlen = 24, .label = "eth0" },
	{ .local = "fe80::1", .prefixlen = 64, .scope = 253, .proto = 3 },
	{ 0 },
};

#define MANY		5000
#define MANY_DEVS	4

/* From another process: more than a socket holds. */
static void answer_many(struct fixture *f)
{
	struct dev_spec dev = { .name = "eth0", .kind = "veth", .stats = true,
				.mac = "02:00:00:00:00:01", .addrs = addrs };
	uint32_t id, i;

	f->seq++;
	for (id = 1; id <= MANY; id++)
		answer_netns(f, id);
	end_dump(f, 0, 0);
	f->seq++;
	for (id = 1; id <= MANY; id++) {
		for (i = 1; i <= MANY_DEVS; i++) {
			dev.netns = id;
			dev.inum = 100 + id;
			dev.ifindex = i;
			messages_dev(&f->msg, &dev);
			answer(f, NLM_F_MULTI);
		}
	}
	end_dump(f, 0, 0);
}

static void render(struct fixture *f)
{
	struct ipnames names;
	struct render how = { .names = &names, .stats = true, .width = 100 };
	FILE *null = fopen("/dev/null", "w");

	ipnames_read(&names, "/nonexistent");
	link_resolve(&f->m);
	expect_int(render_json_dump(null, &f->m, &how), 0);
	expect_int(render_text_dump(null, &f->m, &how), 0);
	ipnames_free(&names);
	fclose(null);
}

static void many_take_little_memory(void **state)
{
	static const struct fetch_want all = { .devs = true, .stats = true };
	struct fixture *f = *state;
	long before = peak_memory();
	pid_t pid = fork();
	int status;

	if (!pid) {
		answer_many(f);
		_exit(0);
	}
	expect_int(fetch_all(&f->g, NULL, 0, &all, &f->m, &f->err), 0);
	expect_int(waitpid(pid, &status, 0), pid);
	expect_int(status, 0);
	expect_int(f->m.n_netns, MANY);
	expect_int(f->m.n_devs, MANY * MANY_DEVS);
	render(f);
	expect_less(peak_memory() - before, 100000);
}

int main(void)
{
	const struct CMUnitTest fetch_tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(all_at_once),
		TEST(again_after_interruption),
		TEST(again_for_unknown_netns),
		TEST(again_for_twins),
		TEST(again_for_half_a_device),
		TEST(again_for_other_devices),
		TEST(other_devices_not_for_ever),
		TEST(dying_with_other_devices),
		TEST(not_for_ever),
		TEST(tasks_and_holders_again),
		TEST(tasks_and_holders_not_for_ever),
		TEST(torn_is_good_enough),
		TEST(self_takes_one_question),
		TEST(malformed_is_not_tried_again),
		TEST(refused_dump),
		TEST(operation_unknown),
		TEST(one_after_the_other),
		TEST(goes_away_between),
		TEST(id_by_inode),
		TEST(id_of_init),
		TEST(module_info),
		TEST(many_take_little_memory),
	};

	return run_group("fetch", fetch_tests, ARRAY_SIZE(fetch_tests));
}
