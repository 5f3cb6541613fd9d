# SPDX-License-Identifier: GPL-2.0
"""holder-get: which open files lead into a netns."""

import collections
import errno
import os
import resource
import socket
import struct
import sys
import threading
import time

import hold
import ktap
import nl
import pin
from child import Child
from nl import u32, u64
from world import Run, wait_for

NSFS_FD, SOCKET, TUN = (nl.N["NSINFO_HOLDER_TYPE_" + word]
                        for word in ("NSFS_FD", "SOCKET", "TUN"))
CLONE_FILES = 0x400
SYS_EXIT = 60
MANY = 20000
NUMBERS = ("NETNS_ID", "NETNS_INUM", "TYPE", "PID", "TID", "FD", "FAMILY",
           "SOCK_TYPE", "PROTOCOL", "STATE", "INODE")
Holder = collections.namedtuple("Holder", [word.lower() for word in NUMBERS] +
                                ["comm", "pins"])


def read_all(answer):
    got = []
    for msg in answer.msgs:
        one = nl.Attrs(msg, "HOLDER")
        got.append(Holder(*(one.num(word) for word in NUMBERS),
                          one.text("COMM"), one.has("PINS")))
    return got


def holders(netns_id=None, pid=None):
    attrs = b"" if netns_id is None else u64("HOLDER_NETNS_ID", netns_id)
    answer = nl.Nsinfo().dump("HOLDER_GET", attrs)
    if answer.errno:
        raise OSError(answer.errno, answer.error())
    return [one for one in read_all(answer) if pid in (None, one.pid)]


def links(prefix):
    """(pid, fd, number) of all links prefix:[number] in /proc."""
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        folder = f"/proc/{pid}/fd"
        try:
            for fd in os.listdir(folder):
                try:
                    text = os.readlink(f"{folder}/{fd}")
                except FileNotFoundError:
                    continue
                if text.startswith(prefix + ":["):
                    found.add((int(pid), int(fd),
                               int(text[len(prefix) + 2:-1])))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def equal_in_the_end(what, expected, got):
    """Others open and close files meanwhile."""
    for _ in range(20):
        want, have = expected(), got()
        if want == have:
            break
        time.sleep(0.1)
    ktap.equal(f"{what}: only one side has", set(), want ^ have)
    ktap.check(want, what, "some", "none")


@ktap.case
def nsfs_fds_are_those_of_proc():
    other = nl.new_netns()
    path = os.open(f"/proc/self/fd/{other}", os.O_PATH)
    read = os.open("/proc/self/ns/mnt", os.O_RDONLY)
    equal_in_the_end("net:[]", lambda: links("net"), lambda: {
        (one.pid, one.fd, one.netns_inum) for one in holders()
        if one.type == NSFS_FD})
    mine = [one for one in holders(pid=os.getpid()) if one.type == NSFS_FD]
    ktap.equal("ours: fds", sorted((other, path)), [one.fd for one in mine])
    ktap.equal("pins, family, inode, tid",
               [(False, None, None, None)] * 2,
               [(one.pins, one.family, one.inode, one.tid) for one in mine])
    for fd in (other, path, read):
        os.close(fd)


def some_sockets():
    """In another netns than ours; (id, {fd: what is to be told})."""
    home = nl.open_netns()
    nl.unshare(nl.CLONE_NEWNET)
    Child.kept = kept = [
        socket.socket(*kind) for kind in (
            (socket.AF_INET, socket.SOCK_STREAM, 0),
            (socket.AF_INET, socket.SOCK_DGRAM, 0),
            (socket.AF_INET6, socket.SOCK_RAW, 58),
            (socket.AF_UNIX, socket.SOCK_SEQPACKET, 0),
            (socket.AF_PACKET, socket.SOCK_RAW, 0),
            (socket.AF_NETLINK, socket.SOCK_RAW, 0))]
    kept[0].listen()
    cookie = nl.cookie()
    nl.setns(home)
    os.close(home)
    return cookie, {sock.fileno(): (
        int(sock.family), int(sock.type),
        sock.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL),
        os.fstat(sock.fileno()).st_ino) for sock in kept}


@ktap.case
def sockets_are_those_of_proc():
    with Child(some_sockets):
        equal_in_the_end("socket:[]", lambda: {
            one for one in links("socket") if one[0] != os.getpid()}, lambda: {
            (one.pid, one.fd, one.inode) for one in holders()
            if one.type == SOCKET and one.pid != os.getpid()})


@ktap.case
def sockets_of_another_netns():
    with Child(some_sockets) as child:
        cookie, expected = child.said
        got = holders(cookie)
        ktap.equal("holders", expected,
                   {one.fd: (one.family, one.sock_type, one.protocol,
                             one.inode) for one in got})
        ktap.equal("pid, comm, type, pins", {(child.pid, b"python3", SOCKET,
                                              True)},
                   {(one.pid, one.comm, one.type, one.pins) for one in got})
        ktap.equal("state of the one that listens", 10,
                   [one.state for one in got if one.fd == min(expected)][0])
        answer = nl.Nsinfo().dump("HOLDER_GET", u32("HOLDER_NETNS_INUM",
                                                    got[0].netns_inum))
        ktap.equal("the same by inode number", got, read_all(answer))
        answer = nl.Nsinfo().do("NETNS_GET", u64("NETNS_ID", cookie) +
                                u32("NETNS_WANT",
                                    nl.N["NSINFO_NETNS_WANT_SOCKETS"]))
        pins = nl.Attrs(answer.msgs[0], "NETNS").nest("SOCKETS", "SOCKETS")
        ktap.equal("sockets that pin it", len(expected), pins.num("PINS"))


def started(kind):
    one = hold.start(kind, kind)
    return one, [(got.pid, got.type, got.pins) for got in holders(one.id)]


def account(netns_id):
    """(references, sockets that pin, users of the nsfs inode)"""
    want = (nl.N["NSINFO_NETNS_WANT_SOCKETS"] | nl.N["NSINFO_NETNS_WANT_NSFS"])
    got = nl.Attrs(nl.Nsinfo().do("NETNS_GET", u64("NETNS_ID", netns_id) +
                                  u32("NETNS_WANT", want)).msgs[0], "NETNS")
    return (got.num("REFS"), got.nest("SOCKETS", "SOCKETS").num("PINS"),
            got.num("NSFS_REFS"))


@ktap.case
def each_way_to_hold_one():
    """By name where a table of files has it, else by number alone."""
    found = {"fd": [NSFS_FD, False], "socket": [SOCKET, True],
             "tun": [TUN, True]}
    # The folder of names is a shared mount: what is mounted there, is twice.
    counted = {"process": (1, 0, None), "name": (1, 0, 2),
               "mount": (1, 0, 1), "fd": (1, 0, 1), "socket": (1, 1, None),
               "tun": (1, 1, None), "message-fd": (1, 0, 1),
               "message-socket": (1, 1, None), "packet-ring": (1, 1, None),
               "proc-file": (1, 0, None)}
    for kind, numbers in counted.items():
        one, got = started(kind)
        ktap.equal(f"{kind}: holders", [(one.pid, *found[kind])]
                   if kind in found else [], got)
        ktap.equal(f"{kind}: references, sockets, nsfs users", numbers,
                   account(one.id))
        hold.release(one.pid)


def macvtap():
    home = nl.open_netns()
    nl.unshare(nl.CLONE_NEWNET)
    Run("ip", "link", "add", "d0", "type", "dummy")
    Run("ip", "link", "add", "m0", "link", "d0", "type", "macvtap")
    Run("mount", "-t", "sysfs", "sys", "/tmp/holder-sys")
    base = "/tmp/holder-sys/class/net/m0/"
    tap = [name for name in os.listdir(base) if name.startswith("tap")][0]
    with open(f"{base}{tap}/dev", encoding="ascii") as file:
        major, minor = map(int, file.read().split(":"))
    os.mknod("/tmp/holder-sys-dev", 0o20600, os.makedev(major, minor))
    fd = os.open("/tmp/holder-sys-dev", os.O_RDWR)
    cookie = nl.cookie()
    nl.setns(home)
    os.close(home)
    return cookie, fd


@ktap.case
def macvtap_fd():
    os.makedirs("/tmp/holder-sys")
    try:
        with Child(macvtap) as child:
            if not child.said:
                raise ktap.Skip("no macvtap on this kernel")
            cookie, fd = child.said
            ktap.equal("holders", [(child.pid, fd, TUN, True)],
                       [(one.pid, one.fd, one.type, one.pins)
                        for one in holders(cookie) if one.type != NSFS_FD])
    finally:
        Run("umount", "/tmp/holder-sys")
        os.rmdir("/tmp/holder-sys")
        Run("rm", "-f", "/tmp/holder-sys-dev")


def thread_with_own_files():
    told = []
    ready = threading.Event()

    def life():
        nl.unshare(CLONE_FILES)
        told.extend((threading.get_native_id(), nl.new_netns()))
        ready.set()
        threading.Event().wait()

    for function in (life, threading.Event().wait):
        threading.Thread(target=function, daemon=True).start()
    ready.wait()
    return told


@ktap.case
def thread_with_its_own_files():
    with Child(thread_with_own_files) as child:
        tid, fd = child.said
        got = holders(pid=child.pid)
        ktap.equal("with a tid: fd of the netns", [fd],
                   [one.fd for one in got if one.tid == tid and
                    one.type == NSFS_FD])
        ktap.equal("tids", {None, tid} if any(one.tid is None for one in got)
                   else {tid}, {one.tid for one in got})
        ktap.equal("told twice", len(got),
                   len({(one.tid, one.fd) for one in got}))


def leader_ends():
    told = []
    ready = threading.Event()

    def life():
        told.extend((threading.get_native_id(), nl.new_netns()))
        ready.set()
        threading.Event().wait()

    threading.Thread(target=life, daemon=True).start()
    ready.wait()
    for _ in range(3):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    return told


class LeaderEnds(Child):
    def rest(self):
        nl.libc.syscall(SYS_EXIT, 0)


@ktap.case
def process_whose_leader_has_ended():
    with LeaderEnds(leader_ends) as child:
        tid, fd = child.said

        def zombie():
            with open(f"/proc/{child.pid}/stat", encoding="ascii") as file:
                return file.read().rpartition(")")[2].split()[0] == "Z"
        wait_for("the leader has ended", zombie)
        ktap.equal("tid, fd", [(tid, fd)],
                   [(one.tid, one.fd) for one in holders(pid=child.pid)
                    if one.type == NSFS_FD])


def threads(number, sharers):
    """That many threads; each so many share a table of files of their own,
    with 0 all have that of the process."""
    ready = threading.Semaphore(0)

    def life(more):
        if more > 0:
            threading.Thread(target=life, args=(more - 1,), daemon=True).start()
        ready.release()
        threading.Event().wait()

    def first():
        if sharers:
            nl.unshare(CLONE_FILES)
        life(sharers - 1)

    threading.stack_size(65536)
    for _ in range(number // max(sharers, 1)):
        threading.Thread(target=first, daemon=True).start()
    for _ in range(number):
        ready.acquire()


def dump_of_none(cookie):
    """Asks for the holders of that netns; (number of messages that tell
    nothing, processor time)."""
    client = nl.Nsinfo()
    costs = []
    for _ in range(3):
        before = time.process_time()
        answer = client.dump("HOLDER_GET", u64("HOLDER_NETNS_ID", cookie))
        costs.append(time.process_time() - before)
    return answer.noops, min(costs)


@ktap.case
def threads_with_tables_of_their_own():
    """To look at each table is all that they cost more than others."""
    one = hold.start("mount", "threads")
    costs = []
    for sharers in (0, 1):
        with Child(lambda: threads(2000, sharers)):
            costs.append(dump_of_none(one.id)[1])
    ktap.note("%.4f s with one table, %.4f s with 2000" % tuple(costs))
    ktap.check(costs[1] < 15 * costs[0], "cost by that of one table",
               "below 15", costs[1] / costs[0])
    hold.release(one.pid)


@ktap.case
def threads_that_share_a_table():
    """To ask half of the threads before each one is too much for one call."""
    one = hold.start("mount", "sharers")
    with Child(lambda: threads(1000, 2)):
        calls = dump_of_none(one.id)[0]
    ktap.check(calls > 20, "calls that tell nothing", "more than 20", calls)
    hold.release(one.pid)


def many_files():
    resource.setrlimit(resource.RLIMIT_NOFILE, (MANY + 100, MANY + 100))
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    Child.kept = sock
    while os.dup(sock.fileno()) < MANY:
        pass


def fds_of_many_files(pid):
    """Of these sockets: what else it has open came before, with low numbers."""
    folder = f"/proc/{pid}/fd"
    return sorted(fd for fd in map(int, os.listdir(folder)) if fd > 100 or
                  os.readlink(f"{folder}/{fd}").startswith("socket:"))


@ktap.case
def thousands_of_files():
    with Child(many_files) as child:
        got = [one.fd for one in holders(pid=child.pid)]
        expected = fds_of_many_files(child.pid)
        ktap.check(len(got) > MANY - 10, "number of fds", MANY, len(got))
        ktap.check(got == expected, "fds", "those of /proc, in order",
                   set(got) ^ set(expected))
        # Small buffers, and a file that comes and goes between two of them.
        ns = nl.Nsinfo(4096)
        spare = []

        def between(_answer):
            if spare:
                os.close(spare.pop())
            else:
                spare.append(os.dup(0))
        answer = ns.dump("HOLDER_GET", between=between)
        again = [one.fd for one in read_all(answer) if one.pid == child.pid]
        ktap.check(again == got, "fds in small buffers", len(got), len(again))
        ktap.equal("interrupted", False, answer.interrupted)
        for fd in spare:
            os.close(fd)
        # None of them leads there: several calls, with nothing to tell.
        empty = nl.new_netns()
        with nl.Inside(empty):
            cookie = nl.cookie()
        answer = nl.Nsinfo().dump("HOLDER_GET", u64("HOLDER_NETNS_ID", cookie))
        ktap.equal("holders of another one", [(os.getpid(), empty)],
                   [(one.pid, one.fd) for one in read_all(answer)])
        os.close(empty)
        os.kill(child.pid, 0)
        one = hold.start("mount", "bounded")
        answer = nl.Nsinfo().dump("HOLDER_GET", u64("HOLDER_NETNS_ID", one.id))
        ktap.equal("holders of one that has none", [], answer.msgs)
        ktap.check(answer.noops >= 1, "calls that tell nothing", "1 or more",
                   answer.noops)
        hold.release(one.pid)


@ktap.case
def files_of_proc_by_their_inode_number():
    """As the YAML says: the same file inside has the same number."""
    one = hold.start("proc-file", "proc-file")
    numbers = {os.stat(f"/proc/{one.pid}/fd/{fd}").st_ino
               for fd in os.listdir(f"/proc/{one.pid}/fd")
               if os.readlink(f"/proc/{one.pid}/fd/{fd}").endswith("/net/dev")}
    got = nl.Nsinfo().do("NETNS_OPEN", u64("NETNS_ID", one.id))
    fd = nl.Attrs(got.msgs[0], "NETNS").num("FD")
    with nl.Inside(fd):
        inside = os.stat("/proc/thread-self/net/dev").st_ino
    ktap.equal("number inside", numbers, {inside})
    ktap.check(os.stat("/proc/thread-self/net/dev").st_ino != inside,
               "number here", "another", "the same")
    os.close(fd)
    hold.release(one.pid)


@ktap.case
def socket_that_only_the_kernel_has():
    netns = nl.new_netns()
    with nl.Inside(netns):
        cookie = nl.cookie()
    pin.pin(netns, "socket", 1)
    os.close(netns)
    ktap.equal("holders", [], holders(cookie))
    ktap.equal("references, sockets, nsfs users", (1, 1, None),
               account(cookie))
    pin.set_parameter("socket", 0)


ASK = """
import nl, os
got = nl.Nsinfo().dump("HOLDER_GET", nl.u64("HOLDER_NETNS_ID", nl.cookie()))
print(repr((got.error(), [nl.Attrs(m, "HOLDER").num("PID") for m in got.msgs],
            os.getpid())))
"""


def ask(*via):
    got = Run(*via, sys.executable, "-c", ASK)
    return eval(got.out or repr(got.err))


@ktap.case
def pids_are_those_of_the_requester():
    error, pids, pid = ask("unshare", "-n", "-p", "-f")
    ktap.equal("in a pid namespace of its own", ("no error: None", {pid}, 1),
               (error, set(pids), pid))
    got = Run("unshare", "-p", "-f", sys.executable, "-c", ASK)
    pids = set(eval(got.out)[1])
    ktap.check(pids <= {None, 1}, "those of others", "absent", pids)


@ktap.case
def unknown_netns():
    attrs = u64("HOLDER_NETNS_ID", 1 << 60)
    got = nl.Nsinfo().dump("HOLDER_GET", attrs)
    ktap.equal("refusal", (errno.ENOENT, []), (got.errno, got.msgs))
    got = nl.Nsinfo().dump("HOLDER_GET", u64("HOLDER_NETNS_ID", nl.cookie()) +
                           u32("HOLDER_NETNS_INUM", 5))
    ktap.equal("refusal", errno.ENOENT, got.errno)
    got = nl.Nsinfo().dump("HOLDER_GET", struct.pack("=HHI", 8, 60, 0))
    ktap.equal("unknown attribute", errno.EINVAL, got.errno)


@ktap.case
def modules_are_free_afterwards():
    holders()
    for name in ("tun", "macvtap"):
        if os.path.exists(f"/sys/module/{name}/refcnt"):
            with open(f"/sys/module/{name}/refcnt", encoding="ascii") as file:
                ktap.equal(f"references to {name}", "0", file.read().strip())


ktap.run()
