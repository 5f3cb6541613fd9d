# SPDX-License-Identifier: GPL-2.0
"""Ways into a netns out of nothing but its number."""

import errno
import fcntl
import os
import resource
import socket

import hold
import ktap
import nl
from nl import u32, u64
from world import cookie_of, inode, netns, wait_for

NOT_HERE = ["ENOENT", "no such network namespace", None]
ns = nl.Nsinfo()


OPENED_NONE = "no file descriptor could be opened for it"


def ask(sock, attrs):
    """errno, text and descriptor."""
    got = sock.do("NETNS_OPEN", attrs)
    if got.errno:
        ktap.equal("data in a refusal", 0, len(got.msgs))
        return [errno.errorcode[got.errno], got.msg, None]
    return [None, None, nl.Attrs(got.msgs[0], "NETNS").num("FD")]


def open_netns(attrs, sock=None):
    got = (sock or ns).do("NETNS_OPEN", attrs)
    if got.errno:
        raise OSError(got.errno, got.error())
    return nl.Attrs(got.msgs[0], "NETNS")


def state(number):
    """Of a netns by its inode: None where it is gone."""
    got = ns.do("NETNS_GET", u32("NETNS_INUM", number))
    return None if got.errno else nl.Attrs(got.msgs[0], "NETNS").num("STATE")


def nsfs_refs(number):
    got = ns.do("NETNS_GET", u32("NETNS_INUM", number) +
                u32("NETNS_WANT", nl.N["NSINFO_NETNS_WANT_NSFS"]))
    return nl.Attrs(got.msgs[0], "NETNS").num("NSFS_REFS")


def is_open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def descriptors():
    """But for the one that is needed to ask."""
    return [fd for fd in sorted(map(int, os.listdir("/proc/self/fd")))
            if is_open(fd)]


def leads_into(got, number, cookie):
    """The reply names this netns, and its descriptor is one of it."""
    fd = got.num("FD")
    ktap.equal("id, inum", (cookie, number), (got.num("ID"), got.num("INUM")))
    ktap.equal("link", f"net:[{number}]", os.readlink(f"/proc/self/fd/{fd}"))
    ktap.equal("inode", number, os.fstat(fd).st_ino)
    ktap.equal("closes on exec", fcntl.FD_CLOEXEC,
               fcntl.fcntl(fd, fcntl.F_GETFD))
    ktap.equal("for reading", os.O_RDONLY,
               fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE)
    with nl.Inside(fd):
        ktap.equal("id inside", cookie, nl.cookie())
    return fd


@ktap.case
def named_one():
    netns("named")
    number = inode("named")
    cookie = cookie_of("/run/netns/named")
    before = descriptors()
    for attrs in (u32("NETNS_INUM", number), u64("NETNS_ID", cookie),
                  u64("NETNS_ID", cookie) + u32("NETNS_INUM", number)):
        os.close(leads_into(open_netns(attrs), number, cookie))
    ktap.equal("descriptors", before, descriptors())


@ktap.case
def first_one():
    got = open_netns(u32("NETNS_INUM", inode(1)))
    os.close(leads_into(got, inode(1), nl.cookie()))


def add_case(kind):
    def case():
        one = hold.start(kind, kind)
        fd = leads_into(open_netns(u64("NETNS_ID", one.id)), one.inode,
                        one.id)
        with nl.Inside(fd):
            names = [name for _, name in socket.if_nameindex()]
        ktap.check("lo" in names, "devices inside", "lo", names)
        hold.release(one.pid)
        ktap.equal("state, held by the descriptor alone", 0,
                   state(one.inode))
        again = open_netns(u64("NETNS_ID", one.id)).num("FD")
        os.close(fd)
        ktap.equal("state, held by a second one", 0, state(one.inode))
        os.close(again)
        wait_for("it is gone", lambda: state(one.inode) is None)
        ktap.equal("gone", NOT_HERE, ask(ns, u64("NETNS_ID", one.id)))
    case.__name__ = "held_by_" + kind.replace("-", "_")
    ktap.case(case)


for word in ("process", "thread", "fd", "mount", "socket", "message-fd",
             "message-socket", "packet-ring", "proc-file"):
    add_case(word)


@ktap.case
def one_reference_each():
    number = inode("named")
    before = nsfs_refs(number)
    fds = [open_netns(u32("NETNS_INUM", number)).num("FD") for _ in range(5)]
    ktap.equal("users of the inode", before + 5, nsfs_refs(number))
    ktap.equal("different descriptors", 5, len(set(fds)))
    for fd in fds:
        os.close(fd)
    ktap.equal("users of the inode, closed", before, nsfs_refs(number))


@ktap.case
def no_descriptor_left():
    number = inode("named")
    refs = nsfs_refs(number)
    before = descriptors()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[-1] + 1, hard))
    extra = []
    try:
        while True:
            extra.append(os.dup(0))
    except OSError:
        pass
    try:
        got = ask(ns, u32("NETNS_INUM", number))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for fd in extra:
            os.close(fd)
    ktap.equal("refused", ["EMFILE", OPENED_NONE, None], got)
    ktap.equal("descriptors", before, descriptors())
    ktap.equal("users of the inode", refs, nsfs_refs(number))


@ktap.case
def reply_that_cannot_be_sent_leaves_nothing():
    """As many descriptors as there are replies in the socket."""
    number = inode("named")
    refs = nsfs_refs(number)
    sock = nl.Nsinfo()
    sock.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    before = set(descriptors())
    for _ in range(200):
        sock._start("NETNS_OPEN", u32("NETNS_INUM", number), 0, 0)
    new = set(descriptors()) - before
    sock.sock.settimeout(0.5)
    replied = set()
    while True:
        try:
            answer = nl.Answer()
            data = sock.sock.recv(32768)
        except TimeoutError:
            break
        except OSError as err:
            if err.errno == errno.ENOBUFS:
                continue
            raise
        _, kind, flags, _, _ = nl.struct.unpack_from("=IHHII", data)
        answer.add(kind, flags, data[16:], 4)
        if answer.msgs:
            replied.add(nl.Attrs(answer.msgs[0], "NETNS").num("FD"))
    ktap.check(0 < len(replied) < 200, "replies", "some of 200",
               len(replied))
    ktap.equal("descriptors", sorted(replied), sorted(new))
    for fd in new:
        os.close(fd)
    sock.close()
    ktap.equal("users of the inode", refs, nsfs_refs(number))


ktap.run()
