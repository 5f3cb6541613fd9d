# SPDX-License-Identifier: GPL-2.0
"""identify: the netns of processes and threads, against /proc and lsns."""

import contextlib
import json
import os
import signal
import threading

import hold
import ktap
import nl
from world import (INIT, Process, check_wrong_usage, cookie_of, inode, inside,
                   netns, sh, tool, user, wait_for)

KINDS = ("cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts")
HASH = "0123456789abcdef" * 4


def identify(*words, status=0, err="", **how):
    """The processes of the JSON, checked for what is the same for all."""
    got = tool("identify", "-J", *words, **how)
    ktap.equal(f"identify {words}: exit status, stderr", (status, err),
               (got.status, got.err))
    return json.loads(got.out)["processes"] if got.out else []


def links(task):
    """What readlink says of the namespaces of a task."""
    found = {}
    for kind in KINDS:
        with contextlib.suppress(FileNotFoundError):
            link = os.readlink(f"/proc/{task}/ns/{kind}")
            found[kind] = int(link.split("[")[1].rstrip("]"))
    return found


@contextlib.contextmanager
def thread_apart():
    """A thread of this process in a netns of its own."""
    tids, end = [], threading.Event()

    def life():
        nl.unshare(nl.CLONE_NEWNET)
        tids.append(threading.get_native_id())
        ready.set()
        end.wait()

    ready = threading.Event()
    thread = threading.Thread(target=life)
    thread.start()
    ready.wait(60)
    try:
        yield tids[0]
    finally:
        end.set()
        thread.join()


@ktap.case
def process_with_a_name():
    with Process(*inside("blue"), "sleep", 1000) as pid:
        wait_in(pid, BLUE)
        one, = identify(pid)
        ktap.equal("pid, comm", (pid, "sleep"), (one["pid"], one["comm"]))
        ktap.equal("ns", BLUE, one["ns"])
        ktap.equal("id", cookie_of("/run/netns/blue"), one["id"])
        ktap.equal("names", ["/run/netns/blue"], one["names"])
        ktap.equal("namespaces", links(pid), one["namespaces"])
        ktap.check("tid" not in one and "container" not in one, "keys",
                   "no tid and no container", list(one))


@ktap.case
def the_same_as_lsns():
    with Process("unshare", "-nmuip", "--kill-child", "--fork",
                 "sleep", 1000,
                 new_netns=True):
        for line in sh("lsns", "-rno", "NS,PID,TYPE", "-t",
                       "net").splitlines():
            number, pid, _ = line.split()
            one, = identify(pid)
            ktap.equal(f"ns of {pid}", int(number), one["ns"])
            ktap.equal(f"namespaces of {pid}", links(pid), one["namespaces"])


@ktap.case
def text_for_people_and_scripts():
    with Process(*inside("blue"), "sleep", 1000) as pid:
        wait_in(pid, BLUE)
        got = tool("identify", pid)
        ktap.equal("exit status, stderr", (0, ""), (got.status, got.err))
        lines = got.out.splitlines()
        ktap.equal("first line", f"{pid} {BLUE} blue sleep", lines[0])
        ktap.check(all(line.startswith("  ") for line in lines[1:]),
                   "other lines", "indented", lines)
        shown = got.out.split()
        for kind, number in links(pid).items():
            ktap.check(str(number) in shown, kind, number, shown)


@ktap.case
def several_names():
    """ip netns identify tells those in /run/netns only."""
    paths = ["/run/netns/azure", "/tmp/blue too"]
    for path in paths:
        hold.touch(path)
        hold.mount("/run/netns/blue", path, hold.MS_BIND)
    with Process(*inside("blue"), "sleep", 1000) as pid:
        wait_in(pid, BLUE)
        one, = identify(pid)
        ktap.equal("names", sorted(paths + ["/run/netns/blue"]),
                   one["names"])
        known = sh("ip", "netns", "identify", pid).split()
        ktap.check(set(known) <= {os.path.basename(name)
                                  for name in one["names"]},
                   "names that ip knows", known, one["names"])
    for path in paths:
        hold.unmount(path)


@ktap.case
def no_name():
    with Process("unshare", "-n", "sleep", 1000, new_netns=True) as pid:
        one, = identify(pid)
        ktap.equal("ns, names", (inode(pid), []), (one["ns"], one["names"]))
        got = tool("identify", pid)
        ktap.equal("first line", f"{pid} {inode(pid)} - sleep",
                   got.out.splitlines()[0])


@ktap.case
def thread_with_a_netns_of_its_own():
    with thread_apart() as tid:
        own = inode(f"/proc/self/task/{tid}/ns/net")
        ktap.check(own != INIT, "netns of the thread", "another one", own)
        one, two = identify(os.getpid(), tid)
        ktap.equal("leader", (os.getpid(), INIT, None),
                   (one["pid"], one["ns"], one.get("tid")))
        ktap.equal("thread", (os.getpid(), own, tid),
                   (two["pid"], two["ns"], two["tid"]))
        ktap.equal("its namespaces", links(tid), two["namespaces"])
        ktap.check(f"  thread of   {os.getpid()}\n" in
                   tool("identify", tid).out, "text", "thread of", "")


@ktap.case
def self_is_the_caller():
    one, = identify("self")
    ktap.equal("here", (INIT, "nsinfo"), (one["ns"], one["comm"]))
    one, = identify("self", via=inside("blue"))
    ktap.equal("inside", (BLUE, ["/run/netns/blue"]),
               (one["ns"], one["names"]))
    got = tool("identify", "self").out.splitlines()[0].split()
    ktap.equal("name of the first netns", "init", got[2])


@ktap.case
def vanished_pid():
    with Process("sleep", 1000) as pid:
        pass
    ktap.equal("stdout", [], identify(pid, status=1, err=(
        f"nsinfo: process {pid}: not found\n")))
    # And does not hide the others.
    one, = identify(pid, "self", status=1,
                    err=f"nsinfo: process {pid}: not found\n")
    ktap.equal("the other one", INIT, one["ns"])


@ktap.case
def zombie():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    got = tool("identify", pid)
    ktap.equal("exit status, stdout", (1, ""), (got.status, got.out))
    ktap.check(f"process {pid}: it has ended" in got.err, "stderr",
               "it has ended", got.err)
    os.waitpid(pid, 0)


@ktap.case
def container():
    path = f"/sys/fs/cgroup/docker-{HASH}.scope"
    os.mkdir(path)
    with Process("unshare", "-n", "sleep", 1000, new_netns=True) as pid:
        with open(f"{path}/cgroup.procs", "w", encoding="ascii") as procs:
            procs.write(str(pid))
        one, = identify(pid)
        ktap.equal("container", f"docker:{HASH}", one["container"])
    os.rmdir(path)


@ktap.case
def odd_name_of_a_process():
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        nl.libc.prctl(15, b"a\n\x1b[1m \xff", 0, 0, 0)    # PR_SET_NAME
        os.write(write_end, b"x")
        signal.pause()
    os.read(read_end, 1)
    one, = identify(pid)
    ktap.equal("comm", "a\n\x1b[1m \uefff", one["comm"])
    got = tool("identify", pid).out
    ktap.equal("first line", f"{pid} {INIT} init a\\x0a\\x1b[1m \\xff",
               got.splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(read_end)
    os.close(write_end)


@ktap.case
def without_rights():
    one, = identify("self", via=user(1000), err=(
        "nsinfo: note: not seen: network namespaces of other owners, names in "
        "other mount namespaces: run it as root\n"))
    ktap.equal("own", INIT, one["ns"])
    got = tool("identify", "1", via=user(1000))
    ktap.equal("exit status, stdout", (1, ""), (got.status, got.out))
    ktap.equal("stderr", "nsinfo: process 1: no permission to see its "
               "namespaces: try it as root\n", got.err)


@ktap.case
def wrong_usage():
    for words in ((), ("x",), ("0",), ("-1",), ("1", "x"), ("",),
                  ("self", "-o", "NS")):
        check_wrong_usage("identify", *words)


def wait_in(pid, number):
    wait_for("the process is in its netns", lambda: inode(pid) == number and
             "sleep" in sh("ps", "-o", "comm=", "-p", pid))


netns("blue")
BLUE = inode("blue")
ktap.run()
