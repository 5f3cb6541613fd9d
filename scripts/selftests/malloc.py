# SPDX-License-Identifier: GPL-2.0
"""Each allocation of each command fails in turn: that is told, or changes
nothing."""

import os
import re

import hold
import ktap
import world
from world import sh, tool

LIBRARY = "/fail_malloc.so"
TOLD = "/tmp/malloc-told"
WORDS = ("Cannot allocate memory", "not all is shown", "note: names may be",
         "note: not seen")


def run(number, *args):
    """How the command ends where allocation NUMBER fails, in its process or in
    a child of that. None where it has fewer."""
    if os.path.exists(TOLD):
        os.unlink(TOLD)
    got = tool(*args, env={"LD_PRELOAD": LIBRARY, "FAIL_MALLOC": str(number),
                           "FAIL_MALLOC_TOLD": TOLD})
    return got if os.path.exists(TOLD) else None


def plain(text):
    """Without references, which those who asked before still have."""
    return re.sub(r'refs"?:? *[0-9]+', "", text)


def is_told(got):
    """Doctor tells what it cannot find out as it tells all."""
    return any(word in got.err + got.out for word in WORDS)


def is_right(got, want):
    """As ever; or it says what is missing, and did not crash."""
    if got.status == want.status and plain(got.out) == plain(want.out):
        return True
    return is_told(got) and (got.status == 1 or
                             "note" in got.err + got.out and not got.status)


def try_all(args, status=0):
    want = tool(*args)
    ktap.equal("exit status, where all is well", status, want.status)
    number = 1
    while True:
        got = run(number, *args)
        if got is None:
            break
        if not is_right(got, want):
            ktap.equal(f"allocation {number}: exit status, stderr, stdout",
                       (want.status, want.err, plain(want.out)),
                       (got.status, got.err, plain(got.out)))
        number += 1
    ktap.note(f"{' '.join(args)}: {number - 1} allocations")
    ktap.check(number > 5, "allocations", "more than 5", number - 1)


def set_up():
    world.netns("malloc-a", "malloc-b")
    sh("ip", "link", "add", "m0", "type", "veth", "peer", "name", "m1", "netns",
       "malloc-a")
    sh("ip", "-n", "malloc-a", "addr", "add", "192.0.2.1/24", "dev", "m1")
    sh("ip", "-n", "malloc-b", "link", "add", "d0", "type", "dummy")
    # A mount namespace of its own, and a name in it.
    return [hold.start(kind, f"malloc-{kind}")
            for kind in ("mount", "process", "socket", "message-fd")]


def add_case(args, status=0):
    def case():
        try_all(args, status)
    case.__name__ = re.sub(r"[^a-zA-Z]+", "_", "_".join(args)).strip("_")
    ktap.case(case)


for each in (("list", "-o", "NS,PID,PPID,USER,ROUTES,ADDRS,NSFS"),
             ("list", "-JT"), ("dump", "-d", "malloc-a"), ("dump", "-J"),
             ("show", "malloc-a"), ("show", "-J", "malloc-b"),
             ("holders", "malloc-a"), ("identify", "1"),
             ("find", "dev", "m1"), ("find", "ip", "192.0.2.0/24"),
             ("exec", "malloc-a", "true")):
    add_case(each)
add_case(("find", "-D", "mac"), status=1)
add_case(("doctor",), status=1)
add_case(("name", "-d", "malloc-none"), status=1)


@ktap.case
def clean_up():
    for one in holders:
        hold.release(one.pid)


world.load()
holders = set_up()
tool("show", "malloc-a")    # the kernel loads modules for the first look inside
ktap.run()
