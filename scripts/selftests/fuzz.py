# SPDX-License-Identifier: GPL-2.0
"""Random requests, most of them wrong. The seed is printed; SEED and OPERATIONS,
the number of messages, in the environment of scripts/selftests/run choose
another course. What a sender sends depends on nothing but the seed."""

import errno
import itertools
import os
import random
import socket
import struct
import time

import ktap
import nl
from child import Busy, told_by
from course import SEED, operations
from world import Run, wait_for

OPERATIONS = operations(4000)
FAMILY = nl.Nsinfo().family
SETS = ("NETNS", "DEV", "TASK", "HOLDER", "MODULE")
COMMANDS = [nl.N["NSINFO_CMD_" + name] for name in
            ("NETNS_GET", "DEV_GET", "TASK_GET", "HOLDER_GET", "NETNS_OPEN",
             "MODULE_GET")]
# Where an answer names a netns: set, the id and the inode in it.
NAMED = {"NETNS": ("ID", "INUM"), "DEV": ("NETNS_ID", "NETNS_INUM"),
         "TASK": ("NETNS_ID", "NETNS_INUM"),
         "HOLDER": ("NETNS_ID", "NETNS_INUM"),
         "PEER": ("NETNS_ID", "NETNS_INUM"), "NETNS_REF": ("ID", "INUM")}
PREFIX = {nl.N["NSINFO_CMD_" + name]: prefix for name, prefix in
          (("NETNS_GET", "NETNS"), ("NETNS_OPEN", "NETNS"), ("DEV_GET", "DEV"),
           ("TASK_GET", "TASK"), ("HOLDER_GET", "HOLDER"))}
BARRIER = 0x7fffffff


def named(data, prefix):
    """The (id, inode) of every netns that one message names."""
    attrs = nl.Attrs(data, prefix)
    found = [tuple(attrs.num(name) for name in NAMED[prefix])]
    if prefix == "DEV":
        found += [one for name, nest in (("PEER", "PEER"),
                                         ("LINK_NETNS", "NETNS_REF"))
                  for payload in attrs.list(name)
                  for one in named(payload, nest)]
    return found


class Messages:
    """A course of them, from a seed: right ones, and what comes of these when
    bytes, lengths and types are changed."""

    def __init__(self, name, known):
        """KNOWN is what may be asked for: pairs of id and inode."""
        self.random = random.Random(f"{SEED} {name}")
        self.known = known
        self.count = 0

    def number(self):
        rnd = self.random
        return rnd.choice((0, 1, 2, 1 << 31, 0xffffffff, rnd.getrandbits(32),
                           *map(max, self.known), *map(min, self.known)))

    def attribute(self, prefix):
        rnd = self.random
        kind = rnd.randint(0, nl.N[f"__NSINFO_A_{prefix}_MAX"] + 1)
        value = rnd.choice((
            struct.pack("=I", self.number() & 0xffffffff),
            struct.pack("=I", 1 << rnd.randrange(6)),
            struct.pack("=Q", self.number()), b"lo\0", b"v0\0", b"x" * 16,
            rnd.randbytes(rnd.choice((0, 1, 3, 5, 40, 300)))))
        length = None
        if rnd.random() < .1:
            length = rnd.choice((0, 1, 3, 4, 5, 4 + len(value) + 1, 0xffff))
        if rnd.random() < .1:
            kind |= rnd.choice((0x8000, 0x4000, 0xc000))
        if rnd.random() < .05:
            value = nl.attr(kind, value) * 3
        return nl.attr(kind, value, length)

    def key(self, prefix):
        """A right one, so that more than the parser is met."""
        rnd = self.random
        if prefix == "MODULE":
            return b""
        ident, number = rnd.choice(self.known)
        names = NAMED[prefix]
        out = rnd.choice((nl.u64(f"{prefix}_{names[0]}", ident),
                          nl.u32(f"{prefix}_{names[1]}", number)))
        if prefix == "DEV":
            out += rnd.choice((b"", nl.u32("DEV_IFINDEX", 1),
                               nl.text("DEV_IFNAME", "lo")))
            out += rnd.choice((b"", nl.u32("DEV_WANT", 1)))
        if prefix == "NETNS":
            out += rnd.choice((b"", nl.u32("NETNS_WANT", rnd.randrange(32))))
        return out

    def next(self):
        rnd = self.random
        self.count += 1
        cmd = rnd.choice(COMMANDS)
        prefix = PREFIX.get(cmd, "MODULE")
        body = rnd.choice((b"", self.key(prefix), self.key(prefix)))
        if rnd.random() < .5:
            body += b"".join(self.attribute(prefix)
                             for _ in range(rnd.randint(1, 3)))
        reserved = 0
        flags = nl.NLM_F_REQUEST | rnd.choice((nl.NLM_F_ACK, nl.NLM_F_ACK,
                                               nl.NLM_F_DUMP))
        kind = FAMILY
        if rnd.random() < .1:
            cmd = rnd.randrange(256)
        if rnd.random() < .05:
            reserved = rnd.getrandbits(16)
        if rnd.random() < .05:
            flags = rnd.getrandbits(16)
        if rnd.random() < .02:
            kind = rnd.randrange(16)
        body = struct.pack("=BBH", cmd, rnd.choice((1, 0, 255)), reserved) + body
        data = bytearray(struct.pack("=IHHII", 16 + len(body), kind, flags,
                                     self.count, 0) + body)
        if rnd.random() < .1:
            for _ in range(rnd.randint(1, 4)):
                data[rnd.randrange(16, len(data))] ^= 1 << rnd.randrange(8)
        if rnd.random() < .05:
            del data[rnd.randrange(1, len(data)):]
        if rnd.random() < .05:
            data[0:4] = struct.pack("=I", rnd.choice((0, 15, 17, len(data) + 1,
                                                      0xffffffff)))
        return bytes(data)


class Sender:
    """Sends them, and looks at all that comes back."""

    def __init__(self, name, known, sees=None):
        """SEES: the (id, inode) of all that it may see; None: anything."""
        self.messages = Messages(name, known)
        self.sees = sees
        self.kept = set(os.listdir("/proc/self/fd"))
        self.data = self.errors = self.fds = 0
        self.open()

    def open(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  nl.NETLINK_GENERIC)
        self.sock.bind((0, 0))
        # Not that of Python, which also waits where it must not.
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO,
                             struct.pack("ll", 60, 0))
        for option in nl.NETLINK_EXT_ACK, nl.NETLINK_CAP_ACK:
            self.sock.setsockopt(nl.SOL_NETLINK, option,
                                 self.messages.random.randrange(2))

    def close_descriptors(self):
        """What NETNS_OPEN gave us, also where nobody read the answer."""
        for fd in set(os.listdir("/proc/self/fd")) - self.kept:
            try:
                if os.readlink(f"/proc/self/fd/{fd}").startswith("net:["):
                    self.may_see((None, os.fstat(int(fd)).st_ino))
                    os.close(int(fd))
                    self.fds += 1
            except FileNotFoundError:
                pass

    def may_see(self, one):
        if self.sees is None:
            return
        if not any(all(mine in (None, theirs) for mine, theirs
                       in zip(one, seen)) for seen in self.sees):
            raise ValueError(f"message {self.messages.count}: {one} is told, "
                             f"who may see {self.sees}")

    def take(self, data):
        """Looks at one buffer; true where the barrier's end is in it."""
        end = False
        while len(data) >= 16:
            length, kind, _, seq, _ = struct.unpack_from("=IHHII", data)
            if not 16 <= length <= len(data):
                raise ValueError(f"message of {length} bytes in {len(data)}")
            if kind == nl.NLMSG_ERROR:
                self.errors += 1
                end |= seq == BARRIER
            elif kind == FAMILY:
                self.data += 1
                prefix = PREFIX.get(data[16])
                if prefix:
                    for one in named(data[20:length], prefix):
                        self.may_see(one)
            data = data[length + (-length % 4):]
        return end

    def drain(self):
        try:
            while not self.take(self.sock.recv(65536, socket.MSG_DONTWAIT)):
                pass
        except BlockingIOError:
            pass
        except OSError as err:
            # Answers were lost, for nobody read them.
            if err.errno != errno.ENOBUFS:
                raise

    def barrier(self):
        """All before it has been answered when it is."""
        self.drain()
        self.sock.send(struct.pack("=IHHIIBBH", 20, FAMILY, nl.NLM_F_REQUEST |
                                   nl.NLM_F_ACK, BARRIER, 0,
                                   nl.N["NSINFO_CMD_MODULE_GET"], 1, 0))
        try:
            while not self.take(self.sock.recv(65536)):
                pass
        except BlockingIOError as err:
            raise TimeoutError(f"message {self.messages.count}: no answer "
                               "within a minute") from err
        self.close_descriptors()

    def send(self, number):
        rnd = self.messages.random
        for n in range(number):
            self.sock.send(self.messages.next())
            if rnd.random() < .9:
                self.drain()
            if n % 256 == 255:
                self.barrier()
            if rnd.random() < .005:
                # In the middle of whatever it is in.
                self.sock.close()
                self.open()
        self.barrier()
        return [self.data, self.errors, self.fds]


def ask_module(name):
    answer = nl.Nsinfo().do("MODULE_GET")
    return nl.Attrs(answer.msgs[0], "MODULE").num(name)


def this_netns():
    return nl.cookie(), os.stat("/proc/self/ns/net").st_ino


def come_and_go():
    # What went is not gone at once.
    for number in itertools.count():
        fd = nl.new_netns()
        with nl.Inside(fd):
            nl.Rtnl().add_pair("veth", "come", f"go{number}", home)
        os.close(fd)
        time.sleep(0.02)


def as_user():
    """Root's netns of its own, and a user in it."""
    nl.unshare(nl.CLONE_NEWNET)
    seen = this_netns()
    nl.Rtnl().add_pair("veth", "mine", "theirs", home)
    os.setresgid(1000, 1000, 1000)
    os.setresuid(1000, 1000, 1000)
    return Sender("user", KNOWN + [seen], [seen])


def as_container():
    """Root of a user namespace: with two netns of its own, and in one of these a
    device whose peer somebody outside has."""
    ready, is_ready = os.pipe()
    container = os.getpid()
    outside = os.fork()
    if outside == 0:
        try:
            os.read(ready, 1)
            theirs = os.open(f"/proc/{container}/ns/net", os.O_RDONLY)
            nl.Rtnl().add_pair("veth", "held", "given", theirs)
        except OSError:
            os._exit(1)
        os._exit(0)
    nl.unshare(nl.CLONE_NEWUSER | nl.CLONE_NEWNET)
    first = this_netns()
    os.write(is_ready, b"1")
    if os.waitpid(outside, 0)[1]:
        raise RuntimeError("no device from outside")
    # Nothing else holds the first one.
    nl.open_netns()
    nl.unshare(nl.CLONE_NEWNET)
    return Sender("container", KNOWN + [first, this_netns()],
                  [first, this_netns()])


def as_root():
    return Sender("root", KNOWN)


home = nl.open_netns()
STILL = [os.open(f"/run/netns/{name}", os.O_RDONLY) for name in
         ("still", "other")]
KNOWN = [this_netns()]
for still in STILL:
    with nl.Inside(still):
        KNOWN.append((nl.cookie(), nl.inode(still)))


def answered(make, number):
    """A sender with others beside it, and namespaces that come and go."""
    with Busy(come_and_go), Busy(lambda: as_root().send(1 << 60)):
        data, errors, fds = told_by(lambda: make().send(number))
    ktap.note(f"SEED={SEED} OPERATIONS={OPERATIONS}: {number} messages, "
              f"{data} of data, {errors} acks and refusals, {fds} descriptors")
    ktap.check(errors > number // 4, "acks and refusals", "a quarter", errors)
    ktap.check(data > number // 50, "messages of data", "one of fifty", data)


@ktap.case
def root_is_answered():
    answered(as_root, OPERATIONS // 2)


@ktap.case
def user_is_told_of_own_netns_alone():
    answered(as_user, OPERATIONS // 4)


@ktap.case
def container_is_told_of_own_netns_alone():
    answered(as_container, OPERATIONS // 4)


@ktap.case
def nothing_is_held_afterwards():
    for fd in STILL:
        os.close(fd)
    wait_for("three netns are left", lambda: ask_module("TRACKED") == 3)
    wait_for("the module can go", lambda: Run("rmmod", "nsinfo").status == 0)


ktap.run()
