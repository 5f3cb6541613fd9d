# SPDX-License-Identifier: GPL-2.0
"""Memory that runs out, one allocation after the other (fail-nth, on a kernel
with fault injection): the module never fails an unshare(), what it then does
not track is counted and told, and no request crashes."""

import errno
import json
import os

import ktap
import nl
import world
from nl import u32, u64

FAIL_NTH = "/proc/thread-self/fail-nth"
FAILSLAB = "/sys/kernel/debug/failslab"
NEVER = 1 << 20


def set_up():
    if not os.path.exists(FAIL_NTH) or not os.path.exists(FAILSLAB):
        raise ktap.Skip("no fault injection on this kernel")
    for name, value in (("ignore-gfp-wait", "N"), ("verbose", "0")):
        with open(f"{FAILSLAB}/{name}", "w", encoding="ascii") as file:
            file.write(value)


class FailNth:
    """with FailNth(n) as fail: allocation n of this task fails. Then fail.left
    is 0, or how many more there would have had to be."""

    def __init__(self, number):
        self.number = number

    def __enter__(self):
        # Opening allocates, and the file does not seek: both fds before.
        self.out = os.open(FAIL_NTH, os.O_WRONLY)
        self.back = os.open(FAIL_NTH, os.O_RDONLY)
        os.write(self.out, str(self.number).encode())
        return self

    def __exit__(self, *_):
        self.left = int(os.read(self.back, 32))
        os.write(self.out, b"0")
        os.close(self.out)
        os.close(self.back)


def counts():
    got = nl.Attrs(ns.do("MODULE_GET").msgs[0], "MODULE")
    return got.num("TRACKED"), got.num("UNTRACKED")


def unshare_with(number):
    """Result of unshare() while allocation NUMBER fails: errno, and the
    allocations that were left."""
    fail = FailNth(number)
    with fail:
        failed = nl.libc.unshare(nl.CLONE_NEWNET)
        err = nl.ctypes.get_errno() if failed else 0
    return err, fail.left


def check_untracked():
    """This process is in a netns that the module does not know."""
    fd = nl.open_netns()
    inode = nl.inode(fd)
    os.close(fd)
    ktap.equal("untracked", 1, counts()[1])
    got = world.tool("dump", "-J")
    ktap.equal("dump: exit status", 0, got.status)
    ktap.check("1 network namespaces are missing" in got.err, "dump: stderr",
               "a warning", got.err)
    ktap.check(inode not in [one["ns"] for one in json.loads(got.out)
                             ["namespaces"]], "dump", f"no {inode}", "it")


@ktap.case
def netns_without_memory_is_untracked_and_no_failure():
    set_up()
    home = nl.open_netns()
    err, left = unshare_with(NEVER)
    ktap.equal("unshare, nothing fails", 0, err)
    nl.setns(home)
    total = NEVER - left
    ktap.note(f"{total} allocations for a netns")
    # From the last one on: the devices' come after the module's. How many they
    # are differs a little each time, so one pass may step over the module's.
    numbers = list(range(total, max(total - 450, 0), -1)) * 6
    missed = 0
    while numbers and not missed:
        err, left = unshare_with(numbers.pop(0))
        if err:
            continue
        missed = counts()[1]
        if missed:
            check_untracked()
        nl.setns(home)
        world.wait_for("gone from the count", lambda: counts()[1] == 0)
    ktap.check(missed > 0, "netns that the module had no memory for", "some",
               missed)
    os.close(home)


@ktap.case
def requests_without_memory():
    set_up()
    home = nl.cookie()
    for what, ask in (
            ("MODULE_GET", lambda: ns.do("MODULE_GET")),
            ("NETNS_GET", lambda: ns.do("NETNS_GET", u64("NETNS_ID", home))),
            ("DEV_GET", lambda: ns.do("DEV_GET", u64("DEV_NETNS_ID", home) +
                                      u32("DEV_IFINDEX", 1))),
            ("dump of netns", lambda: ns.dump("NETNS_GET")),
            ("dump of devices", lambda: ns.dump("DEV_GET"))):
        results = set()
        for number in range(1, 40):
            fail = FailNth(number)
            with fail:
                try:
                    results.add(ask().errno)
                except OSError as err:
                    results.add(err.errno)
                    ns.sock.close()
            if ns.sock.fileno() < 0:
                ns.__init__()
            if fail.left:
                break
        ktap.note(f"{what}: {sorted(errno.errorcode.get(x, str(x)) for x in results)}")
        ktap.check(results <= {0, errno.ENOMEM, errno.ENOBUFS}, what,
                   "done, ENOMEM or ENOBUFS", results)
        ktap.check(0 in results and len(results) > 1, what,
                   "done at times, and at times not", results)
        ktap.equal(f"{what}: with memory again", 0, ask().errno)


ns = nl.Nsinfo()
ktap.run()
