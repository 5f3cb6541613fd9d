# SPDX-License-Identifier: GPL-2.0
"""The module with track=0: the same answers, from a walk of the kernel's list
at each request."""

import errno
import os
import sys
import time

import ktap
import nl
import world
from child import Busy
from nl import u32, u64
from world import KO, Run, inode, netns, sh, wait_for

NAMES = [f"n{number}" for number in range(12)]


def load(*args):
    world.unload()
    sh("insmod", KO, *args)
    return nl.Nsinfo()


def without_created(answer):
    """All attributes of all netns but what only who is told can know."""
    created = nl.N["NSINFO_A_NETNS_CREATED"]
    refs = nl.N["NSINFO_A_NETNS_REFS"]
    return [[one for one in nl.Attrs(msg, "NETNS").all
             if one[0] not in (created, refs)] for msg in answer.msgs]


def ids(answer, prefix="NETNS", name="ID"):
    return [nl.Attrs(msg, prefix).num(name) for msg in answer.msgs]


@ktap.case
def says_so():
    got = nl.Attrs(load("track=0").do("MODULE_GET").msgs[0], "MODULE")
    ktap.equal("tracking, dying, waiting", (False, None, None),
               (got.has("TRACKING"), got.num("DYING"), got.num("WAITING")))
    ktap.equal("tracked, untracked, queued", (1, 0, 0),
               (got.num("TRACKED"), got.num("UNTRACKED"), got.num("QUEUED")))
    got = nl.Attrs(load().do("MODULE_GET").msgs[0], "MODULE")
    ktap.equal("tracking without it", True, got.has("TRACKING"))


@ktap.case
def tells_the_same():
    netns(*NAMES)
    for name in NAMES:
        sh("ip", "-n", name, "link", "add", "d0", "type", "dummy")
    sh("ip", "-n", NAMES[0], "link", "add", "v0", "type", "veth", "peer",
       "name", "v1", "netns", NAMES[1])
    for name, dev in zip(NAMES, ("v0", "v1")):
        sh("ip", "-n", name, "addr", "add", "192.0.2.1/24", "dev", dev)
    answers = []
    for args in ((), ("track=0",)):
        ns = load(*args)
        got = ns.dump("NETNS_GET")
        answers.append((without_created(got), got.interrupted,
                        ns.dump("DEV_GET").msgs))
        ktap.equal(f"netns with {args}", len(NAMES) + 1, len(got.msgs))
        ktap.equal(f"created with {args}", 0, sum(
            nl.Attrs(msg, "NETNS").has("CREATED") for msg in got.msgs))
    for what, tracked, walked in zip(("netns", "interrupted", "devices"),
                                     *answers):
        ktap.equal(what, tracked, walked)
    told = [nl.Attrs(msg, "DEV") for msg in answers[1][2]]
    ktap.equal("addresses of those with a peer", [True, True],
               [dev.has("ADDR") for dev in told if dev.has("PEER")])
    sh("ip", "-n", NAMES[0], "link", "del", "v0")


@ktap.case
def one_by_id_and_by_inode():
    ns = load("track=0")
    cookie = world.cookie_of("/run/netns/n3")
    for attrs in (u64("NETNS_ID", cookie), u32("NETNS_INUM", inode("n3"))):
        for how in ("do", "dump"):
            got = getattr(ns, how)("NETNS_GET", attrs)
            ktap.equal(f"id by a {how}", [cookie], ids(got))
    got = ns.dump("DEV_GET", u64("DEV_NETNS_ID", cookie))
    ktap.equal("devices", [b"lo", b"d0"],
               [nl.Attrs(msg, "DEV").text("IFNAME") for msg in got.msgs])
    got = ns.do("NETNS_GET", u64("NETNS_ID", cookie + (1 << 40)))
    ktap.equal("unknown", "No such file or directory: no such network "
               "namespace", got.error())


@ktap.case
def what_comes_and_goes():
    ns = load("track=0")
    ns.dump("NETNS_GET")
    fd = nl.new_netns()
    with nl.Inside(fd):
        cookie = nl.cookie()
    got = ns.do("NETNS_GET", u64("NETNS_ID", cookie))
    ktap.equal("new: refusal", "no error: None", got.error())
    ktap.equal("created", False, nl.Attrs(got.msgs[0], "NETNS").has("CREATED"))
    os.close(fd)
    wait_for("gone", lambda: ns.do("NETNS_GET", u64("NETNS_ID", cookie)).errno
             == errno.ENOENT)
    ktap.equal("in a dump", False, cookie in ids(ns.dump("NETNS_GET")))


@ktap.case
def dump_goes_on_by_id():
    load("track=0")
    more = [nl.new_netns() for _ in range(60)]
    expected = ids(nl.Nsinfo().dump("NETNS_GET"))
    ns, other = nl.Nsinfo(4096), nl.Nsinfo()
    got = ns.dump("NETNS_GET")
    ktap.equal("ids", expected, ids(got))
    ktap.equal("sorted", sorted(set(expected)), expected)
    ktap.equal("number", 1 + len(NAMES) + 60, len(expected))
    ktap.equal("interrupted", False, got.interrupted)

    def one_goes(_answer):
        os.close(more.pop())
        wait_for("it is gone", lambda: len(other.dump("NETNS_GET").msgs) ==
                 1 + len(NAMES) + len(more))
    got = ns.dump("NETNS_GET", between=one_goes)
    ktap.equal("told twice", len(got.msgs), len(set(ids(got))))
    ktap.check(got.interrupted, "interrupted", True, False)

    def one_comes(_answer):
        if len(more) < 80:
            more.append(nl.new_netns())
    got = ns.dump("NETNS_GET", between=one_comes)
    ktap.check(got.interrupted, "interrupted by a new one", True, False)
    for fd in more:
        os.close(fd)
    wait_for("these are gone", lambda: len(ns.dump("NETNS_GET").msgs) == 13)


@ktap.case
def devices_that_come_and_go_are_told():
    load("track=0")
    fd = nl.new_netns()
    with nl.Inside(fd):
        cookie = nl.cookie()
        rtnl = nl.Rtnl()
        for number in range(60):
            rtnl.add(f"d{number}")
    ns = nl.Nsinfo(4096)
    key = u64("DEV_NETNS_ID", cookie)
    got = ns.dump("DEV_GET", key)
    ktap.equal("devices, interrupted", (61, False),
               (len(got.msgs), got.interrupted))

    def between(answer):
        if len(answer.msgs) < 30:
            rtnl.add(f"new{len(answer.msgs)}")
    ktap.equal("interrupted", True,
               ns.dump("DEV_GET", key, between=between).interrupted)

    def elsewhere(answer):
        sh("ip", "link", "add", f"x{len(answer.msgs)}", "type", "dummy")
        sh("ip", "link", "del", f"x{len(answer.msgs)}")
    ktap.equal("interrupted by those of another netns", False,
               ns.dump("DEV_GET", key, between=elsewhere).interrupted)
    rtnl.close()
    os.close(fd)
    wait_for("gone", lambda: ns.do("NETNS_GET", u64("NETNS_ID", cookie)).errno)


def storm_of_netns():
    while True:
        nl.unshare(nl.CLONE_NEWNET)
        nl.Rtnl().add("d0")


def storm_of_dumps():
    client = nl.Nsinfo()
    while True:
        client.dump("DEV_GET")


@ktap.case
def dumps_while_netns_come_and_go():
    """The walks of two readers wait for each other, and the kernel for both."""
    client = load("track=0")
    stable = set(ids(client.dump("NETNS_GET")))
    seen = set()
    end = time.monotonic() + 5
    with Busy(storm_of_netns), Busy(storm_of_dumps):
        while time.monotonic() < end or len(seen) < 10:
            for prefix, name in (("NETNS", "ID"), ("DEV", "NETNS_ID")):
                got = client.dump(f"{prefix}_GET")
                ktap.equal("refusal", "no error: None", got.error())
                found = set(ids(got, prefix, name))
                ktap.equal("stable netns that are hidden", set(),
                           set() if got.interrupted else stable - found)
                seen |= found - stable
    wait_for("these are gone",
             lambda: set(ids(client.dump("NETNS_GET"))) == stable)


@ktap.case
def tasks_holders_and_a_way_in():
    ns = load("track=0")
    cookie = world.cookie_of("/run/netns/n5")
    got = ns.do("NETNS_OPEN", u64("NETNS_ID", cookie))
    fd = nl.Attrs(got.msgs[0], "NETNS").num("FD")
    ktap.equal("inode of the fd", inode("n5"), nl.inode(fd))
    got = ns.dump("HOLDER_GET", u64("HOLDER_NETNS_ID", cookie))
    ktap.equal("holders", [(os.getpid(), fd)],
               list(zip(ids(got, "HOLDER", "PID"), ids(got, "HOLDER", "FD"))))
    os.close(fd)
    with world.Process(*world.inside("n5"), "sleep", 1000) as pid:
        wait_for("inside", lambda: inode(pid) == inode("n5"))
        got = ns.dump("TASK_GET", u64("TASK_NETNS_ID", cookie))
        ktap.equal("tasks", [pid], ids(got, "TASK", "PID"))


@ktap.case
def others_see_their_own_alone():
    load("track=0")
    got = Run(*world.user(1000), sys.executable, "-c", """
import nl
got = nl.Nsinfo().dump("NETNS_GET")
print([nl.Attrs(m, "NETNS").num("ID") for m in got.msgs] == [nl.cookie()])""")
    ktap.equal("only its own", "True", got.out.strip())


@ktap.case
def unloads_at_once():
    for _ in range(5):
        load("track=0").dump("NETNS_GET")
        ktap.equal("rmmod", (0, ""),
                   (lambda got: (got.status, got.err))(Run("rmmod", "nsinfo")))
    client = load("track=0")
    answer = client.dump_start("NETNS_GET")
    ktap.equal("rmmod in the middle of a dump", 1,
               Run("rmmod", "nsinfo").status)
    while client.receive(answer):
        pass
    world.unload()


ktap.run()
