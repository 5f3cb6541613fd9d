// SPDX-License-Identifier: GPL-2.0
/*
 * Which open files lead into which netns: a dump of the tables of files of all
 * tasks, by their number in the initial pid namespace and by fd, so that it
 * can go on where it stopped.
 *
 * A table is read under its task's lock and its own, which keep the table
 * and its files; the files keep what their netns needs. Nothing there sleeps,
 * and nothing is kept: one file is copied at a time, and the locks are left.
 */
#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/if_tap.h>
#include <linux/if_tun.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/nsinfo.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/proc_ns.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "compat.h"
#include "dump.h"
#include "encode.h"
#include "holders.h"
#include "registry.h"
#include "request.h"
#include "scan.h"
#include "task_rec.h"
#include "viewer.h"

/* Files visited with the locks held, and in one call. */
#define FILES_A_SLICE	256
#define FILES_A_CALL	16384
/* Free numbers in a row that are passed over as one file: 64 words of bits. */
#define FREE_A_FILE	4096
/* What a task counts as, for all that is done for it but its files. */
#define FILES_A_TASK	4
/* Other threads that are asked for the table of a task; each is a file. */
#define THREADS_A_TASK	8192

/* How to ask for the socket in a file; NULL where no such file can be open. */
struct tuns {
	typeof(tun_get_socket) *tun;
	typeof(tap_get_socket) *tap;
};

/**
 * struct search - for the next file of a task that leads into a netns
 * @net: only into that with this id, or 0
 * @tuns: how to ask
 * @left: files to visit before the locks are released
 * @threads: other threads that were visited for the task
 * @found: @rec was filled
 * @rec: the file
 */
struct search {
	u64 net;
	const struct tuns *tuns;
	unsigned int left;
	unsigned int threads;
	bool found;
	struct nsinfo_holder_rec rec;
};

/* References to the modules, where they are any, for one call alone. */
static void tuns_get(struct tuns *tuns)
{
	tuns->tun = symbol_get(tun_get_socket);
	tuns->tap = symbol_get(tap_get_socket);
}

static void tuns_put(const struct tuns *tuns)
{
	if (tuns->tap)
		symbol_put(tap_get_socket);
	if (tuns->tun)
		symbol_put(tun_get_socket);
}

static struct net *nsfs_net(const struct file *file)
{
	const struct inode *inode = file_inode(file);
	struct ns_common *ns;

	if (inode->i_sb->s_magic != NSFS_MAGIC)
		return NULL;
	ns = get_proc_ns(inode);
	/* The operations of netns are not exported; all of them have the same. */
	if (!ns || ns->ops != init_net.ns.ops)
		return NULL;
	return container_of(ns, struct net, ns);
}

static struct socket *tun_socket(struct file *file, const struct tuns *tuns)
{
	struct socket *sock = NULL;

	if (tuns->tun)
		sock = tuns->tun(file);
	if (IS_ERR_OR_NULL(sock) && tuns->tap)
		sock = tuns->tap(file);
	return IS_ERR(sock) ? NULL : sock;
}

static void snapshot_sock(struct nsinfo_holder_rec *rec, const struct sock *sk)
{
	rec->pins = sk->sk_net_refcnt;
	rec->family = READ_ONCE(sk->sk_family);
	rec->sock_type = READ_ONCE(sk->sk_type);
	rec->protocol = READ_ONCE(sk->sk_protocol);
	rec->state = READ_ONCE(sk->sk_state);
}

/* Return: the netns that a file leads into, or NULL. */
static struct net *snapshot_file(struct nsinfo_holder_rec *rec,
				 struct file *file, const struct tuns *tuns)
{
	struct net *net = nsfs_net(file);
	const struct socket *sock;
	const struct sock *sk;

	memset(rec, 0, sizeof(*rec));
	if (net) {
		rec->type = NSINFO_HOLDER_TYPE_NSFS_FD;
		return net;
	}
	rec->type = NSINFO_HOLDER_TYPE_SOCKET;
	sock = sock_from_file(file);
	if (!sock) {
		rec->type = NSINFO_HOLDER_TYPE_TUN;
		sock = tun_socket(file, tuns);
	}
	sk = sock ? READ_ONCE(sock->sk) : NULL;
	if (!sk)
		return NULL;
	snapshot_sock(rec, sk);
	rec->inode = file_inode(file)->i_ino;
	return sock_net(sk);
}

static void visit_file(struct search *search, struct file *file,
		       unsigned int fd)
{
	struct nsinfo_holder_rec *rec = &search->rec;
	const struct net *net;

	net = snapshot_file(rec, file, search->tuns);
	if (net && (!search->net || net->net_cookie == search->net)) {
		rec->net_id = net->net_cookie;
		rec->net_inum = net->ns.inum;
		rec->fd = fd;
		search->found = true;
	}
}

/*
 * The table is locked, which keeps its files. Not iterate_fd(), which can only
 * be stopped at a file, and a table may have a million numbers that are free.
 * Return: where to go on, or 0 at the end.
 */
static unsigned int search_table(struct search *search,
				 const struct fdtable *fdt, unsigned int fd)
{
	struct file *file;
	unsigned int end;

	while (fd < fdt->max_fds) {
		if (search->found || !search->left)
			return fd;
		search->left--;
		end = min(fdt->max_fds, fd + FREE_A_FILE);
		fd = find_next_bit(fdt->open_fds, end, fd);
		if (fd == end)
			continue;
		/* NULL: the number is taken, and the file is to come. */
		file = rcu_dereference_raw(fdt->fd[fd]);
		if (file)
			visit_file(search, file, fd);
		fd++;
	}
	return 0;
}

/* Under RCU. How many use the table of files of a task, 0 where it has none. */
static int files_users(struct task_struct *task)
{
	int users = 0;

	task_lock(task);
	if (task->files)
		users = atomic_read(&task->files->count);
	task_unlock(task);
	return users;
}

/*
 * Under RCU. Is @task the first thread of its process that has this table? Where
 * that is not settled after so many threads, the table is told of @task too:
 * better twice than not at all.
 */
static bool is_first_with(struct search *search, struct task_struct *task,
			  const struct files_struct *files)
{
	struct task_struct *other;

	/* Not for_each_thread(), which names a lock that is not exported. */
	list_for_each_entry_rcu(other, &task->signal->thread_head, thread_node,
				true) {
		if (other == task || search->threads == THREADS_A_TASK)
			return true;
		search->threads++;
		if (READ_ONCE(other->files) == files)
			return false;
	}
	return false;
}

/*
 * Under RCU. Threads share the table of their process, but for those that have
 * been made or have made themselves otherwise. Where the leader has ended and
 * has none, the first thread that has one stands for those that share it.
 */
static bool has_own_files(struct search *search, struct task_struct *task)
{
	const struct files_struct *files = READ_ONCE(task->files);

	if (thread_group_leader(task))
		return files;
	if (!files || READ_ONCE(task->group_leader->files) == files)
		return false;
	return files_users(task) == 1 || is_first_with(search, task, files);
}

/*
 * Under RCU. In the middle of a table, that was found to be the task's own.
 * Return: where in its files to go on, or 0 at their end.
 */
static unsigned int search_task(struct search *search,
				struct task_struct *task, unsigned int fd)
{
	struct files_struct *files;

	search->left = FILES_A_SLICE;
	search->threads = 0;
	search->found = false;
	if (!task || (!fd && !has_own_files(search, task)))
		return 0;
	task_lock(task);
	files = task->files;
	if (files) {
		spin_lock(&files->file_lock);
		fd = search_table(search, files_fdtable(files), fd);
		spin_unlock(&files->file_lock);
	}
	task_unlock(task);
	return files ? fd : 0;
}

/* Under RCU, and without the task's lock, which get_task_comm() may take. */
static void holders_snapshot_task(struct nsinfo_holder_rec *rec,
				  struct task_struct *task,
				  const struct nsinfo_viewer *viewer)
{
	rec->pid = task_tgid_nr_ns(task, viewer->pid_ns);
	if (!thread_group_leader(task))
		rec->tid = task_pid_nr_ns(task, viewer->pid_ns);
	get_task_comm(rec->comm, task);
}

static int put_holder(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct nsinfo_holder_rec *rec)
{
	void *msg = nsinfo_dump_msg(skb, cb, NSINFO_CMD_HOLDER_GET);
	int err = msg ? nsinfo_encode_holder(skb, rec) : -EMSGSIZE;

	return nsinfo_dump_msg_end(skb, cb, msg, err);
}

/*
 * Under RCU, with pauses. Return: as nsinfo_holders_dump(); 0 with the last file,
 * as for tasks.
 */
static int put_holders(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct nsinfo_viewer *viewer,
		       const struct tuns *tuns)
{
	struct nsinfo_scan *cur = nsinfo_scan(cb);
	struct search search = { .net = cur->net, .tuns = tuns };
	unsigned int visited = 0, slice = 0, n;
	struct task_struct *task;
	struct pid *pid;
	int nr;

	while ((pid = find_ge_pid(cur->pid, &init_pid_ns))) {
		nr = pid_nr(pid);
		task = pid_task(pid, PIDTYPE_PID);
		n = search_task(&search, task, nr == cur->pid ? cur->fd : 0);
		if (search.found) {
			holders_snapshot_task(&search.rec, task, viewer);
			if (put_holder(skb, cb, &search.rec))
				return skb->len ?: -EMSGSIZE;
		}
		cur->fd = n;
		cur->pid = n ? nr : nr + 1;
		n = FILES_A_SLICE - search.left + search.threads + FILES_A_TASK;
		visited += n;
		if (visited >= FILES_A_CALL)
			return nsinfo_scan_pause(skb, cb,
						 NSINFO_CMD_HOLDER_GET);
		slice += n;
		if (slice >= FILES_A_SLICE) {
			slice = 0;
			nsinfo_registry_pause();
		}
	}
	return 0;
}

/**
 * nsinfo_holders_dump() - dump callback of holder-get
 * @skb: to fill
 * @cb: the dump
 *
 * One call visits a bounded number of files and of free numbers: the first call
 * runs with a lock held that all families of generic netlink share.
 *
 * Return: as netlink wants it: a length while there is more, 0 at the end, or
 * a negative errno.
 */
int nsinfo_holders_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nsinfo_request req =
		nsinfo_request_holder(nsinfo_compat_dump_attrs(cb));
	struct nsinfo_viewer viewer;
	struct tuns tuns;
	int err;

	tuns_get(&tuns);
	nsinfo_registry_enter();
	err = nsinfo_scan_begin(cb, &viewer, &req);
	if (!err)
		err = put_holders(skb, cb, &viewer, &tuns);
	nsinfo_registry_leave();
	tuns_put(&tuns);
	return err;
}
