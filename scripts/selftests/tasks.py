# SPDX-License-Identifier: GPL-2.0
"""All tasks and their netns, against /proc; as who asks counts them."""

import errno
import os
import resource
import signal
import threading
import time

import hold
import ktap
import nl
from child import Child, told_by
from nl import u32, u64
from world import Process, inode, wait_for

CLONE_NEWPID = 0x20000000
CLONE_NEWUTS = 0x04000000
SYS_EXIT = 60
ns = nl.Nsinfo()


def decode(msg):
    got = nl.Attrs(msg, "TASK")
    return {"id": got.num("NETNS_ID"), "inum": got.num("NETNS_INUM"),
            "pid": got.num("PID"), "tid": got.num("TID"),
            "thread": got.has("THREAD"), "comm": got.text("COMM").decode(),
            "uid": got.num("UID"), "nsproxy": got.num("NSPROXY")}


def tasks(attrs=b"", via=None, between=None):
    got = (via or ns).dump("TASK_GET", attrs, between)
    ktap.equal("refusal, interrupted", ("no error: None", False),
               (got.error(), got.interrupted))
    return [decode(msg) for msg in got.msgs]


def by_tid(found):
    tids = [one["tid"] for one in found]
    ktap.equal("told twice", [], sorted({tid for tid in tids
                                         if tids.count(tid) > 1}))
    return {one["tid"]: one for one in found}


def proc_task(pid, tid):
    """What /proc tells of a task, or None where it is gone or ending."""
    path = f"/proc/{pid}/task/{tid}"
    try:
        number = os.stat(f"{path}/ns/net").st_ino
        with open(f"{path}/status", encoding="ascii") as lines:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in lines
                          if ":\t" in line)
    except OSError:
        return None
    return {"inum": number, "pid": pid, "tid": tid, "thread": pid != tid,
            "comm": status["Name"], "uid": int(status["Uid"].split()[1])}


def proc_tasks():
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            tids = os.listdir(f"/proc/{pid}/task")
        except FileNotFoundError:
            continue
        for tid in map(int, tids):
            one = proc_task(int(pid), tid)
            if one:
                found[tid] = one
    return found


@ktap.case
def all_of_proc_are_told():
    held = [hold.start(kind, kind) for kind in ("process", "thread", "fd")]
    before = proc_tasks()
    told = by_tid(tasks())
    after = proc_tasks()
    same = {tid for tid in before if before[tid] == after.get(tid)}
    ktap.check(len(same) > 20, "tasks of /proc", "more than 20", len(same))
    ktap.equal("missing", [], sorted(same - set(told)))
    ktap.equal("unknown to /proc", [], sorted(set(told) - set(before) -
                                              set(after)))
    for tid in same & set(told):
        expected = dict(before[tid])
        got = {key: told[tid][key] for key in expected}
        # There the kernel's own have longer names, and say what they do.
        if expected["comm"].startswith(got["comm"]):
            expected["comm"] = got["comm"]
        ktap.equal(f"task {tid}", expected, got)
    for one in held:
        hold.release(one.pid)


@ktap.case
def order_is_ascending():
    tids = [one["tid"] for one in tasks()]
    ktap.equal("tids", sorted(tids), tids)


@ktap.case
def thread_with_a_netns_of_its_own():
    one = hold.start("thread", "thread")
    found, = tasks(u32("TASK_NETNS_INUM", one.inode))
    ktap.equal("id, pid, thread", (one.id, one.pid, True),
               (found["id"], found["pid"], found["thread"]))
    ktap.check(found["tid"] != one.pid, "tid", "not the leader's",
               found["tid"])
    leader = by_tid(tasks())[one.pid]
    ktap.equal("leader: netns, thread", (inode(1), False),
               (leader["inum"], leader["thread"]))
    hold.release(one.pid)


@ktap.case
def narrowed_by_netns():
    held = [hold.start("process", name) for name in ("one", "two")]
    for one in held:
        for attrs in (u32("TASK_NETNS_INUM", one.inode),
                      u64("TASK_NETNS_ID", one.id),
                      u64("TASK_NETNS_ID", one.id) +
                      u32("TASK_NETNS_INUM", one.inode)):
            ktap.equal("its task", [(one.id, one.inode, one.pid)],
                       [(got["id"], got["inum"], got["pid"])
                        for got in tasks(attrs)])
    none = hold.start("fd", "fd")
    ktap.equal("tasks of a netns without", [],
               tasks(u64("TASK_NETNS_ID", none.id)))
    for one in (*held, none):
        hold.release(one.pid)


def leader_exits():
    """Leaves a second thread alone."""
    threading.Thread(target=threading.Event().wait).start()
    nl.libc.syscall(SYS_EXIT, 0)


@ktap.case
def leader_that_ended_before_its_thread():
    pid = os.fork()
    if pid == 0:
        leader_exits()
    wait_for("its leader is a zombie", lambda: "Z (zombie)" in
             open(f"/proc/{pid}/status", encoding="ascii").read())
    found = [one for one in tasks() if one["pid"] == pid]
    ktap.equal("its tasks: tid of the leader, thread", [(False, True)],
               [(one["tid"] == pid, one["thread"]) for one in found])
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


@ktap.case
def zombie_is_in_no_netns():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    wait_for("it is a zombie", lambda: "Z (zombie)" in
             open(f"/proc/{pid}/status", encoding="ascii").read())
    ktap.check(pid not in by_tid(tasks()), "told", "not the zombie", pid)
    os.waitpid(pid, 0)


@ktap.case
def nsproxy_tells_who_shares():
    """As many different ones as there are references."""
    def unshare_uts():
        nl.unshare(CLONE_NEWUTS)

    same, other = Child(), Child(unshare_uts)
    found = by_tid(tasks())
    me = found[os.getpid()]["nsproxy"]
    ktap.equal("child", me, found[same.pid]["nsproxy"])
    ktap.check(found[other.pid]["nsproxy"] != me, "another uts namespace",
               "another one", me)
    ktap.equal("the same netns", found[same.pid]["id"],
               found[other.pid]["id"])
    ktap.check(all(one["nsproxy"] for one in found.values()), "none is 0",
               True, found)
    # An address of the kernel has its upper half set.
    ktap.check(not all(one["nsproxy"] >> 40 == 0xffffff or
                       one["nsproxy"] >> 47 == 0x1ffff
                       for one in found.values()), "no addresses",
               "random ones", hex(me))
    same.stop()
    other.stop()


@ktap.case
def uid_is_the_effective_one():
    child = Child(lambda: os.setresuid(1001, 1002, 1003))
    ktap.equal("uid", 1002, by_tid(tasks())[child.pid]["uid"])
    child.stop()


@ktap.case
def comm_is_the_threads():
    def rename():
        nl.libc.prctl(15, b"a \"name\"\\\n\t<'> of 15+", 0, 0, 0)

    child = Child(rename)
    ktap.equal("comm", "a \"name\"\\\n\t<'>",
               by_tid(tasks())[child.pid]["comm"][:14])
    child.stop()


@ktap.case
def pids_as_the_requester_counts_them():
    def ask():
        nl.unshare(CLONE_NEWPID)
        return told_by(lambda: [os.getpid(), tasks(via=nl.Nsinfo())])

    outside = len(tasks())
    me, found = told_by(ask)
    numbered = [one for one in found if one["tid"] is not None]
    ktap.equal("its own number", 1, me)
    ktap.equal("with a number", [(1, 1)],
               [(one["pid"], one["tid"]) for one in numbered])
    ktap.check(len(found) > outside - 10, "all are told",
               f"about {outside}", len(found))


@ktap.case
def right_given_up_in_mid_dump():
    """Who may ask is decided at the begin, as for the other dumps."""
    def run():
        sock = nl.Nsinfo(4096)
        answer = sock.dump_start("TASK_GET")
        more = sock.receive(answer)
        first = len(answer.msgs)
        os.setresuid(1000, 1000, 1000)
        while more:
            more = sock.receive(answer)
        return [answer.error(), first > 0, len(answer.msgs) > first]
    children = [fork_pause() for _ in range(100)]
    ktap.equal("refusal, messages before and after",
               ["no error: None", True, True], told_by(run))
    for pid in children:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


class Threads:
    """Threads of this process, which take less than processes."""

    def __init__(self, n):
        threading.stack_size(65536)
        self.event = threading.Event()
        self.threads = [threading.Thread(target=self.event.wait, daemon=True)
                        for _ in range(n)]
        for thread in self.threads:
            thread.start()
        self.tids = [thread.native_id for thread in self.threads]

    def end(self):
        self.event.set()
        for thread in self.threads:
            thread.join()


@ktap.case
def tasks_that_end_in_mid_dump():
    """Some that stay, some that end meanwhile, and new ones."""
    def run():
        stay, go, more = [], [], []
        for _ in range(12):
            stay.append(Threads(20))
            go.append(Threads(20))

        def between(_):
            if go:
                go.pop().end()
            more.append(Threads(2))

        found = tasks(via=nl.Nsinfo(4096), between=between)
        return [found, [tid for some in stay for tid in some.tids], len(go)]

    was = may_have_threads()
    found, stay, left = told_by(run)
    set_threads_max(was)
    found = by_tid(found)
    ktap.equal("of those that stay, missing", [],
               [tid for tid in stay if tid not in found])
    ktap.check(left < 6, "groups left of 12", "few", left)


def fork_pause():
    pid = os.fork()
    if pid == 0:
        while True:
            signal.pause()
    return pid


def exec_by_thread():
    """The new program takes the number of the leader."""
    def run():
        os.execv("/bin/sleep", ["sleep", "1000"])
    threading.Thread(target=run).start()
    time.sleep(1000)


@ktap.case
def thread_that_executes_is_told_once():
    pid = os.fork()
    if pid == 0:
        exec_by_thread()
    wait_for("it executes", lambda: open(f"/proc/{pid}/comm",
                                         encoding="ascii").read() == "sleep\n")
    ktap.equal("its tasks", [(pid, pid, False, "sleep")],
               [(one["pid"], one["tid"], one["thread"], one["comm"])
                for one in tasks() if one["pid"] == pid])
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


THREADS = 4500


def many_threads():
    Threads(THREADS)


def set_threads_max(n):
    with open("/proc/sys/kernel/threads-max", "w", encoding="ascii") as file:
        file.write(str(n))


def may_have_threads():
    with open("/proc/sys/kernel/threads-max", encoding="ascii") as file:
        was = file.read()
    set_threads_max(20000)
    resource.setrlimit(resource.RLIMIT_NPROC, (20000, 20000))
    return was


@ktap.case
def found_behind_many_that_are_not_wanted():
    """A call looks at a number of tasks and no more. Where it finds none, the
    dump has not ended for that."""
    was = may_have_threads()
    child = Child(many_threads)
    one = hold.start("process", "last")
    got = ns.dump("TASK_GET", u64("TASK_NETNS_ID", one.id))
    ktap.equal("refusal, interrupted", ("no error: None", False),
               (got.error(), got.interrupted))
    ktap.equal("its task", [one.pid], [decode(msg)["tid"]
                                       for msg in got.msgs])
    ktap.check(got.noops >= 1, "messages without content", "one or more",
               got.noops)
    ktap.equal("threads of the other", THREADS + 1,
               sum(one["pid"] == child.pid for one in tasks()))
    hold.release(one.pid)
    child.stop()
    set_threads_max(was)


@ktap.case
def netns_that_ends_in_mid_dump():
    with Process("unshare", "-n", "sleep", 1000, new_netns=True) as pid:
        number = inode(pid)
        answer = ns.dump_start("TASK_GET", u32("TASK_NETNS_INUM", number))
    while ns.receive(answer):
        pass
    ktap.equal("refusal", "no error: None", answer.error())
    ktap.check(len(answer.msgs) <= 1, "messages", "one at most",
               len(answer.msgs))
    wait_for("it is unknown", lambda: ns.dump(
        "TASK_GET", u32("TASK_NETNS_INUM", number)).errno == errno.ENOENT)


ktap.run()
