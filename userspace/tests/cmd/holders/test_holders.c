// SPDX-License-Identifier: GPL-2.0
/* Who holds a netns: sums, words, advice, and what /proc tells. */
#include <arpa/inet.h>
#include <sys/socket.h>

#include <linux/inet_diag.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>

#include "cmd/holders/render_holders.h"
#include "cmd/holders/scan.h"
#include "golden.h"
#include "inside/sock_diag.h"
#include "messages.h"
#include "tree.h"
#include "wire/decode.h"

#define BLUE	4026532281u
#define SEC	1000000000ull

struct fixture {
	struct model m;
	struct holders h;
	struct tree proc;
};

static void add_netns(struct model *m, const struct netns_spec *spec,
		      uint32_t pins, uint32_t nsfs)
{
	struct err err = { 0 };
	struct nlattr *nest;
	struct msg msg;

	messages_netns(&msg, spec);
	if (!spec->dying && !spec->queued) {
		nest = mnl_attr_nest_start(msg.nlh, NSINFO_A_NETNS_SOCKETS);
		mnl_attr_put_u32(msg.nlh, NSINFO_A_SOCKETS_PINS, pins);
		mnl_attr_nest_end(msg.nlh, nest);
	}
	if (nsfs)
		mnl_attr_put_u32(msg.nlh, NSINFO_A_NETNS_NSFS_REFS, nsfs);
	expect_int(decode_netns(m, msg_data(&msg), msg_len(&msg), &err), 0);
}

static void add_task(struct model *m, uint32_t pid, uint32_t tid,
		     uint64_t nsproxy, const char *comm, const char *container)
{
	struct task *task = model_add_task(m);

	task->netns_id = 4097;
	task->pid = pid;
	task->tid = tid;
	task->comm = comm;
	task->nsproxy = nsproxy;
	task->container = container;
	if (pid != tid)
		task->has |= 1ull << NSINFO_A_TASK_THREAD;
}

/* An open file, as the module tells it. @inode 0: none of a socket. */
static void add_file(struct model *m, uint32_t type, uint32_t pid, uint32_t fd,
		     bool pins, uint64_t inode)
{
	struct err err = { 0 };
	struct msg msg;

	msg_init(&msg);
	mnl_attr_put_u64(msg.nlh, NSINFO_A_HOLDER_NETNS_ID, 4097);
	mnl_attr_put_u32(msg.nlh, NSINFO_A_HOLDER_NETNS_INUM, BLUE);
	mnl_attr_put_u32(msg.nlh, NSINFO_A_HOLDER_TYPE, type);
	mnl_attr_put_u32(msg.nlh, NSINFO_A_HOLDER_PID, pid);
	mnl_attr_put_strz(msg.nlh, NSINFO_A_HOLDER_COMM, "worker");
	mnl_attr_put_u32(msg.nlh, NSINFO_A_HOLDER_FD, fd);
	if (pins)
		mnl_attr_put(msg.nlh, NSINFO_A_HOLDER_PINS, 0, NULL);
	if (inode) {
		mnl_attr_put_u32(msg.nlh, NSINFO_A_HOLDER_FAMILY, AF_INET);
		mnl_attr_put_u32(msg.nlh, NSINFO_A_HOLDER_SOCK_TYPE,
				 SOCK_STREAM);
		mnl_attr_put_u32(msg.nlh, NSINFO_A_HOLDER_PROTOCOL,
				 IPPROTO_TCP);
		mnl_attr_put_u32(msg.nlh, NSINFO_A_HOLDER_STATE, TCP_LISTEN);
		mnl_attr_put_u64(msg.nlh, NSINFO_A_HOLDER_INODE, inode);
	}
	expect_int(decode_holder(m, msg_data(&msg), msg_len(&msg), &err), 0);
}

static struct inside_sock *add_inside(struct holders *h, uint32_t family,
				      uint64_t inode, uint32_t state,
				      const char *local)
{
	struct inside *in = &h->inside;
	struct inside_sock *s;

	in->socks = realloc(in->socks, (in->n_socks + 1) * sizeof(*s));
	s = &in->socks[in->n_socks++];
	*s = (struct inside_sock){ .family = family, .inode = inode,
				   .state = state, .protocol = IPPROTO_TCP };
	snprintf(s->local, sizeof(s->local), "%s", local);
	return s;
}

static void add_orphan(struct holders *h, uint32_t state, const char *local)
{
	struct inside_sock *s = add_inside(h, AF_INET, 0, state, local);

	snprintf(s->peer, sizeof(s->peer), "10.0.0.2:4711");
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->h.m = &f->m;
	f->proc = tree_make();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	tree_remove(&f->proc);
	holders_clear(&f->h);
	model_clear(&f->m);
	free(f);
	return 0;
}

static void use(struct fixture *f, uint64_t id)
{
	expect_int(model_finish(&f->m), 0);
	model_finish_tasks(&f->m);
	model_finish_names(&f->m);
	f->h.ns = model_netns(&f->m, id);
	expect_true(f->h.ns);
}

static void golden(struct fixture *f, const char *file)
{
	const bool json = strstr(file, ".json");
	const struct table_how how = { 0 };
	struct err err = { 0 };
	struct table t;
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	expect_true(!table_init(&t, holders_columns, N_HOLDERS_COLUMNS, NULL,
				&err));
	holders_fill(&t, &f->h, false);
	expect_int(json ? render_holders_json(out, &f->h, 1, true) :
			  render_holders_text(out, &f->h, &t, &how), 0);
	fclose(out);
	table_free(&t);
	golden_check(file, text);
	free(text);
}

static void add_mount(struct holders *h, const char *path, uint32_t mntns)
{
	struct hold *hold = holders_add(h, HOLD_MOUNT);

	hold->path = path;
	hold->mntns = mntns;
	hold->pid = mntns ? 77 : 0;
	hold->times = mntns ? 1 : 2;
}

/* One of everything, and of each sum something that nobody has. */
static void make_full(struct fixture *f)
{
	const struct netns_spec spec = { .id = 4097, .inum = BLUE, .refs = 9 };
	struct holders *h = &f->h;
	struct hold *hold;

	add_netns(&f->m, &spec, 5, 6);
	add_task(&f->m, 312, 312, 1, "nginx", "docker:0123456789ab");
	add_task(&f->m, 313, 313, 1, "nginx", "docker:0123456789ab");
	add_task(&f->m, 400, 400, 1, "bash", NULL);
	add_task(&f->m, 500, 501, 1, "thr\x1b[2J", NULL);
	add_file(&f->m, NSINFO_HOLDER_TYPE_NSFS_FD, 600, 3, false, 0);
	add_file(&f->m, NSINFO_HOLDER_TYPE_SOCKET, 600, 4, true, 1001);
	add_file(&f->m, NSINFO_HOLDER_TYPE_SOCKET, 601, 4, true, 1001);
	add_file(&f->m, NSINFO_HOLDER_TYPE_TUN, 602, 5, true, 0);
	use(f, 4097);
	holders_from_model(h);
	add_mount(h, "/run/netns/blue", 0);
	add_mount(h, "/srv/it's a netns", 4026532400);
	hold = holders_add(h, HOLD_PROC_FILE);
	*hold = (struct hold){ .type = HOLD_PROC_FILE, .pid = 603, .fd = 7,
			       .has_fd = true, .comm = "cat", .file = 9,
			       .path = "/proc/4/net/tcp" };
	add_orphan(h, TCP_FIN_WAIT1, "10.0.0.1:80");
	add_inside(h, AF_INET, 1001, TCP_LISTEN, "0.0.0.0:80");
	add_inside(h, AF_PACKET, 1002, TCP_CLOSE, "")->ring = true;
	hold = holders_add(h, HOLD_MAPPING);
	*hold = (struct hold){ .type = HOLD_MAPPING, .pid = 604,
			       .comm = "tcpdump", .family = AF_PACKET,
			       .inode = 1002, .pins = true, .state = TCP_CLOSE,
			       .sock_type = SOCK_RAW };
	*holders_add_suspect(h) = (struct suspect){
		SUSPECT_MESSAGE, 700, 0, "dbus", 8, 2 };
	*holders_add_suspect(h) = (struct suspect){
		SUSPECT_URING, 701, 702, "qemu", 9, 1 };
	h->trackers = "/sys/kernel/debug/ref_tracker/netns-1001-f-refcnt";
	holders_add_addresses(h);
	holders_account(h);
	holders_finish(h);
}

static void full(void **state)
{
	struct fixture *f = *state;
	const struct account *a = &f->h.account;

	make_full(f);
	expect_int(a->nsproxies, 1);
	expect_int(a->sockets_found, 3);
	expect_int(a->sockets_hidden, 2);
	expect_int(a->nsfs_fds + a->nsfs_mounts, 4);
	expect_int(a->nsfs_hidden, 2);
	expect_int(a->proc_files, 1);
	expect_int(a->other, 9 - 1 - 5 - 1 - 1);
	golden(f, "holders.txt");
	golden(f, "holders.json");
}

/* A socket without a file is one of the kernel where none is missing. */
static void kernel_sockets(void **state)
{
	const struct netns_spec spec = { .id = 4097, .inum = BLUE, .refs = 2 };
	struct fixture *f = *state;
	struct holders *h = &f->h;
	struct inside later = { 0 };

	add_netns(&f->m, &spec, 1, 0);
	add_file(&f->m, NSINFO_HOLDER_TYPE_SOCKET, 600, 4, true, 1001);
	use(f, 4097);
	holders_from_model(h);
	add_inside(h, AF_INET, 0, TCP_FIN_WAIT1, "10.0.0.1:80");
	add_inside(h, AF_INET, 1001, TCP_LISTEN, "0.0.0.0:80");
	add_inside(h, AF_INET, 1002, TCP_CLOSE, "0.0.0.0:6081")->protocol =
		IPPROTO_UDP;
	add_inside(h, AF_INET6, 1003, TCP_CLOSE, "[::]:6081")->protocol =
		IPPROTO_UDP;
	add_inside(h, AF_PACKET, 1004, TCP_CLOSE, "");
	holders_account(h);
	expect_int(holders_find_kernel(h), 0);
	expect_true(!h->has_kernel);		/* no answer to the end */
	h->inside.complete = true;
	expect_int(holders_find_kernel(h), 2);
	expect_true(h->has_kernel);
	/* one has been closed, another one has its number */
	later = (struct inside){ .complete = true, .socks = h->inside.socks + 3,
				 .n_socks = 1 };
	holders_confirm_kernel(h, &later);
	expect_int(h->n_kernel, 1);
	expect_int(h->kernel[0]->inode, 1003);
	holders_finish(h);
	golden(f, "holders-kernel.txt");
	golden(f, "holders-kernel.json");
	h->account.sockets_hidden = 1;		/* or it is of a program */
	expect_int(holders_find_kernel(h), 0);
	expect_true(!h->has_kernel);
}

/* They are no holders, and a lower device may not be known. */
static void uppers(void **state)
{
	static const struct dev dev[] = {
		{ .netns_id = 1, .netns_inum = 4026531840, .ifindex = 2,
		  .ifname = "eth0", .link_netns.id = 0 },
		{ .netns_id = 1, .netns_inum = 4026531840, .ifindex = 3,
		  .ifname = "wg\x1b[2J", .link_netns.id = 4097,
		  .has = 1ull << NSINFO_A_DEV_KIND, .kind = "wireguard" },
		{ .netns_id = 1, .netns_inum = 4026531840, .ifindex = 4,
		  .ifname = "mv0", .link_netns.id = 4097, .link_dev = dev,
		  .has = 1ull << NSINFO_A_DEV_KIND, .kind = "macvlan" },
		{ .netns_id = 1, .netns_inum = 4026531840, .ifindex = 5,
		  .ifname = "mv1", .link_netns.id = 4098 },
	};
	const struct model world = { .devs = (struct dev *)dev, .n_devs = 4 };
	const struct netns_spec spec = { .id = 4097, .inum = BLUE, .refs = 0 };
	struct fixture *f = *state;

	add_netns(&f->m, &spec, 0, 0);
	use(f, 4097);
	holders_account(&f->h);
	holders_finish(&f->h);
	holders_add_uppers(&f->h, &world);
	expect_int(f->h.n_uppers, 2);
	expect_int(f->h.n, 0);
	golden(f, "holders-uppers.txt");
	golden(f, "holders-uppers.json");
}

static void adds_up(void **state)
{
	const struct netns_spec spec = { .id = 4097, .inum = BLUE, .refs = 2 };
	struct fixture *f = *state;

	add_netns(&f->m, &spec, 1, 0);
	add_task(&f->m, 312, 312, 7, "sleep", NULL);
	add_task(&f->m, 312, 313, 7, "sleep", NULL);
	add_file(&f->m, NSINFO_HOLDER_TYPE_SOCKET, 312, 4, true, 1001);
	/* of the kernel itself: no reference */
	add_file(&f->m, NSINFO_HOLDER_TYPE_SOCKET, 312, 5, false, 1002);
	use(f, 4097);
	holders_from_model(&f->h);
	expect_int(f->h.n, 3);
	holders_account(&f->h);
	expect_true(holders_adds_up(&f->h));
	holders_finish(&f->h);
	expect_int(f->h.unexplained.n, 0);
	expect_int(f->h.advice.n, 1);
	expect_text(f->h.advice.line[0],
		    "process 312 (sleep) is in it; end it: kill 312");
	expect_int(f->h.commands.n, 1);
	expect_text(f->h.commands.line[0], "kill 312");
	f->h.hold[0].ours = true;
	holders_finish(&f->h);
	expect_text(f->h.advice.line[0],
		    "process 312 (sleep) is in it: nsinfo was started by it, do not end it");
	expect_int(f->h.commands.n, 0);
	f->h.hold[0].reused = true;
	holders_finish(&f->h);
	expect_part(f->h.advice.line[0], "it has ended meanwhile");
	expect_int(f->h.commands.n, 0);
}

/* A listener and a connection of MPTCP: three sockets of TCP beside two. */
static void subflows(void **state)
{
	const struct netns_spec spec = { .id = 4097, .inum = BLUE, .refs = 6 };
	struct fixture *f = *state;

	add_netns(&f->m, &spec, 6, 0);
	add_file(&f->m, NSINFO_HOLDER_TYPE_SOCKET, 312, 4, true, 1001);
	add_file(&f->m, NSINFO_HOLDER_TYPE_SOCKET, 313, 4, true, 1001);
	add_file(&f->m, NSINFO_HOLDER_TYPE_SOCKET, 312, 5, true, 1002);
	add_file(&f->m, NSINFO_HOLDER_TYPE_SOCKET, 312, 6, true, 1003);
	use(f, 4097);
	holders_from_model(&f->h);
	f->h.hold[0].protocol = 262;
	f->h.hold[1].protocol = 262;
	f->h.hold[2].protocol = 262;
	add_inside(&f->h, AF_INET, 1001, TCP_LISTEN, "");
	add_inside(&f->h, AF_INET, 1002, TCP_ESTABLISHED, "");
	add_inside(&f->h, AF_INET, 1002, TCP_ESTABLISHED, "");
	add_inside(&f->h, AF_INET, 1002, TCP_ESTABLISHED, "")->protocol = 262;
	add_inside(&f->h, AF_INET, 1003, TCP_ESTABLISHED, "");
	holders_account(&f->h);
	expect_int(f->h.account.sockets_found, 3);
	expect_int(f->h.account.subflows, 3);
	expect_true(holders_adds_up(&f->h));
	expect_true(holders_has_socket(&f->h, 1003));
	expect_true(!holders_has_socket(&f->h, 1004));
}

/* What explains itself comes first, and takes from what does not. */
static void orphans_explain_all(void **state)
{
	const struct netns_spec spec = { .id = 4097, .inum = BLUE, .refs = 2 };
	struct fixture *f = *state;

	add_netns(&f->m, &spec, 2, 0);
	use(f, 4097);
	holders_from_model(&f->h);
	add_orphan(&f->h, TCP_FIN_WAIT1, "10.0.0.1:80");
	add_orphan(&f->h, TCP_FIN_WAIT2, "10.0.0.1:81");
	holders_account(&f->h);
	holders_finish(&f->h);
	expect_int(f->h.unexplained.n, 2);
	expect_part(f->h.unexplained.line[0],
		    "10.0.0.1:80 to 10.0.0.2:4711, FIN-WAIT-1: it ends when the other side answers, or when the retransmissions are over");
	expect_part(f->h.unexplained.line[1], "tcp_fin_timeout");
	expect_int(f->h.commands.n, 2);
	expect_text(f->h.commands.line[1],
		    "nsinfo exec id:4097 -- ss -K -tan 'src 10.0.0.1:81 and dst 10.0.0.2:4711'");
	f->h.inside.n_socks = 1;
	holders_finish(&f->h);
	expect_int(f->h.unexplained.n, 2);
	expect_part(f->h.unexplained.line[1], "1 socket(s) hold it and are in");
	expect_part(f->h.advice.line[0], "nothing tells who has it");
}

static void tasks_come_anew(void **state)
{
	struct fixture *f = *state;

	make_full(f);
	f->m.n_tasks = 0;
	add_task(&f->m, 55, 55, 9, "sh", NULL);
	model_finish_tasks(&f->m);
	expect_int(f->h.ns->n_tasks, 1);
	expect_int(model_count_tasks(&f->m, f->h.ns).nsproxies, 1);
}

static void changed_meanwhile(void **state)
{
	struct fixture *f = *state;

	make_full(f);
	f->h.changed = true;
	holders_finish(&f->h);
	expect_int(f->h.unexplained.n, 1);
	expect_true(strstr(f->h.unexplained.line[0],
			   "it changed while it was read"));
	memset(&f->h.account, 0, sizeof(f->h.account));
	holders_finish(&f->h);
	expect_int(f->h.unexplained.n, 0);
}

/* Hundreds share a row in text, and are all there in JSON. */
static void many(void **state)
{
	const struct netns_spec spec = { .id = 4097, .inum = BLUE, .refs = 1 };
	struct fixture *f = *state;
	uint32_t pid;

	add_netns(&f->m, &spec, 0, 0);
	for (pid = 100; pid < 400; pid++)
		add_task(&f->m, pid, pid, 7, pid == 150 ? "init" : "nginx",
			 "docker:0123456789ab");
	use(f, 4097);
	holders_from_model(&f->h);
	holders_account(&f->h);
	holders_finish(&f->h);
	golden(f, "holders-many.txt");
}

static void going(void **state)
{
	const struct netns_spec dying = { .id = 20, .inum = 4026532300,
					  .dying = true, .since = 50 * SEC };
	const struct netns_spec queued = { .id = 21, .inum = 4026532301,
					   .queued = true };
	struct fixture *f = *state;

	add_netns(&f->m, &dying, 0, 0);
	add_netns(&f->m, &queued, 0, 0);
	use(f, 20);
	holders_account(&f->h);
	holders_finish(&f->h);
	golden(f, "holders-dying.txt");
	golden(f, "holders-dying.json");
	use(f, 21);
	holders_account(&f->h);
	holders_finish(&f->h);
	golden(f, "holders-queued.txt");
}

static void all_mounts(void **state)
{
	struct fixture *f = *state;
	const struct netns_spec spec = { .id = 4097, .inum = BLUE, .refs = 1 };
	const char line[] =
		"30 25 0:4 net:[4026532281] /run/netns/blue rw - nsfs none rw\n"
		"31 26 0:4 net:[4026532281] /run/netns/blue rw - nsfs none rw\n"
		"32 26 0:4 net:[4026532282] /run/netns/red rw - nsfs none rw\n";

	add_netns(&f->m, &spec, 0, 5);
	tree_link(&f->proc, "self", "1");
	tree_link(&f->proc, "1/ns/mnt", "mnt:[1]");
	tree_file(&f->proc, "1/mountinfo", line);
	tree_link(&f->proc, "2/ns/mnt", "mnt:[1]");
	tree_link(&f->proc, "3/ns/mnt", "mnt:[2]");
	tree_file(&f->proc, "3/mountinfo", line);
	use(f, 4097);
	scan_mounts(&f->h, f->proc.dir);
	expect_int(f->h.n, 2);
	holders_account(&f->h);
	expect_int(f->h.account.nsfs_mounts, 4);
	expect_int(f->h.account.nsfs_hidden, 1);
	expect_int(f->h.hold[1].mntns, 2);
	expect_int(f->h.hold[1].pid, 3);
}

static void files_of_proc(void **state)
{
	struct fixture *f = *state;
	const struct netns_spec spec = { .id = 4097, .inum = BLUE, .refs = 1 };
	char target[PATH_MAX];
	uint64_t inode;
	struct stat st;

	add_netns(&f->m, &spec, 0, 0);
	tree_file(&f->proc, "7/net/dev", "");
	tree_file(&f->proc, "7/net/tcp", "");
	tree_file(&f->proc, "x/net/dev", "");
	tree_file(&f->proc, "8/comm", "cat\n");
	expect_int(stat(tree_path(&f->proc, "7/net/dev"), &st), 0);
	inode = st.st_ino;
	f->h.inside.inodes = malloc(sizeof(inode));
	*f->h.inside.inodes = inode;
	f->h.inside.n_inodes = 1;
	snprintf(target, sizeof(target), "%s/7/net/dev", f->proc.dir);
	tree_link(&f->proc, "8/fd/3", target);
	snprintf(target, sizeof(target), "%s/7/net/tcp", f->proc.dir);
	tree_link(&f->proc, "8/fd/4", target);
	/* of another file system, by its number: never looked at */
	snprintf(target, sizeof(target), "%s/7/net/dev", f->proc.dir);
	tree_link(&f->proc, "8/fd/5", target);
	tree_file(&f->proc, "8/fdinfo/5", "pos:\t0\nino:\t1\n");
	use(f, 4097);
	scan_proc_files(&f->h, f->proc.dir);
	expect_int(f->h.n, 1);
	expect_int(f->h.hold[0].pid, 8);
	expect_int(f->h.hold[0].fd, 3);
	expect_text(f->h.hold[0].comm, "cat");
}

static void what_hides(void **state)
{
	struct fixture *f = *state;
	const struct netns_spec spec = { .id = 4097, .inum = BLUE, .refs = 3 };

	add_netns(&f->m, &spec, 2, 1);
	add_inside(&f->h, AF_PACKET, 50, TCP_CLOSE, "")->ring = true;
	add_inside(&f->h, AF_INET, 51, TCP_CLOSE, "0.0.0.0:1");
	tree_file(&f->proc, "8/maps",
		  "7f00-7f01 rw-s 00000000 00:08 50 socket:[50]\n"
		  "7f01-7f02 rw-s 00000000 00:08 49 socket:[49]\n");
	tree_link(&f->proc, "9/fd/3", "anon_inode:[io_uring]");
	tree_file(&f->proc, "9/fdinfo/3",
		  "pos:\t0\nUserFiles:\t7\n    0: socket:[51]\n"
		  "    1: net:[4026532281]\n    2: <none>\n    3: UDP\n"
		  "    4: /etc/passwd\n    5: socket:[60]\n    6: /\nUserBufs:\t1\n    0: 1/2\n");
	tree_link(&f->proc, "10/fd/4", "socket:[9]");
	tree_file(&f->proc, "10/fdinfo/4", "pos:\t0\nscm_fds: 2\n");
	tree_link(&f->proc, "10/fd/5", "socket:[10]");
	tree_file(&f->proc, "10/fdinfo/5", "pos:\t0\nscm_fds: 0\n");
	use(f, 4097);
	holders_account(&f->h);
	expect_int(f->h.account.sockets_hidden, 2);
	scan_hidden(&f->h, f->proc.dir);
	scan_same_files(&f->h);
	holders_account(&f->h);
	expect_true(holders_adds_up(&f->h));
	expect_int(f->h.n, 3);
	expect_int(f->h.hold[0].type, HOLD_MAPPING);
	expect_int(f->h.hold[0].pid, 8);
	expect_int(f->h.n_suspects, 2);
	/* order as readdir() has it */
	expect_int(f->h.suspects[0].n + f->h.suspects[1].n, 2 + 3);
}

static void trackers(void **state)
{
	struct fixture *f = *state;
	const struct netns_spec spec = { .id = 4097, .inum = 15 };

	add_netns(&f->m, &spec, 0, 0);
	use(f, 4097);
	tree_file(&f->proc, "netns-1001-16-refcnt", "");
	tree_file(&f->proc, "netns-1001-15-notrefcnt", "");
	scan_trackers(&f->h, f->proc.dir);
	expect_true(!f->h.trackers);
	tree_file(&f->proc, "netns-1001-15-refcnt", "");
	scan_trackers(&f->h, f->proc.dir);
	expect_part(f->h.trackers, "/netns-1001-15-refcnt");
}

static bool decode_diag(struct inside_sock *s, const void *data, size_t len)
{
	static _Alignas(8) char buf[512];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_pid = 99;
	memcpy(mnl_nlmsg_put_extra_header(nlh, len), data, len);
	return inside_decode(nlh, IPPROTO_TCP, s);
}

static void sockets_inside(void **state)
{
	struct inet_diag_msg inet = {
		.idiag_family = AF_INET, .idiag_state = TCP_ESTABLISHED,
		.idiag_inode = 77, .id.idiag_sport = htons(80),
		.id.idiag_dport = htons(4711),
		.id.idiag_src = { htonl(0x0a000001) },
		.id.idiag_dst = { htonl(0x0a000002) },
	};
	struct netlink_diag_msg netlink = { .ndiag_family = AF_NETLINK };
	struct packet_diag_msg packet = { .pdiag_family = AF_PACKET,
					  .pdiag_ino = 5 };
	struct inside_sock s;

	(void)state;
	expect_true(decode_diag(&s, &inet, sizeof(inet)));
	expect_text(s.local, "10.0.0.1:80");
	expect_text(s.peer, "10.0.0.2:4711");
	expect_int(s.inode, 77);
	expect_true(!decode_diag(&s, &inet, sizeof(inet) - 4));
	inet.idiag_timer = 3;
	expect_true(!decode_diag(&s, &inet, sizeof(inet)));
	expect_true(!decode_diag(&s, &netlink, sizeof(netlink)));
	netlink.ndiag_portid = 99;
	expect_true(!decode_diag(&s, &netlink, sizeof(netlink)));
	netlink.ndiag_portid = 12;
	expect_true(decode_diag(&s, &netlink, sizeof(netlink)));
	expect_text(s.local, "port 12");
	expect_true(decode_diag(&s, &packet, sizeof(packet)));
	expect_true(!s.ring);
}

static void orphans(void **state)
{
	struct fixture *f = *state;
	struct inside *in = &f->h.inside;

	add_inside(&f->h, AF_INET, 0, TCP_FIN_WAIT1, "");
	add_inside(&f->h, AF_INET, 0, TCP_FIN_WAIT2, "");
	add_inside(&f->h, AF_INET, 0, TCP_ESTABLISHED, "");
	add_inside(&f->h, AF_INET, 0, TCP_SYN_RECV, "");
	add_inside(&f->h, AF_INET, 9, TCP_FIN_WAIT1, "");
	expect_int(inside_orphans(in), 2);
	expect_int(inside_queued(in), 1);
}

/* A look at ourselves: our files below /proc, and a socket of ours. */
static void look_inside(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	expect_int(inside_read(&f->h.inside, -1, 10000), 0);
	expect_true(f->h.inside.complete);
	expect_int(stat("/proc/thread-self/net/dev", &st), 0);
	expect_true(inside_has_inode(&f->h.inside, st.st_ino));
	expect_true(!inside_has_inode(&f->h.inside, 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(full),
		TEST(kernel_sockets),
		TEST(uppers),
		TEST(adds_up),
		TEST(subflows),
		TEST(orphans_explain_all),
		TEST(tasks_come_anew),
		TEST(changed_meanwhile),
		TEST(many),
		TEST(going),
		TEST(all_mounts),
		TEST(files_of_proc),
		TEST(what_hides),
		TEST(trackers),
		TEST(sockets_inside),
		TEST(orphans),
		TEST(look_inside),
	};

	return run_group("holders", tests, ARRAY_SIZE(tests));
}
