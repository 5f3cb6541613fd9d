# SPDX-License-Identifier: GPL-2.0
"""A netns on the command line, by any of its names."""

import os

import hold
import ktap
from world import (INIT, Process, cookie_of, dump, inode, inside, netns, sh,
                   tool)


def named(*args, shows, via=()):
    """dump ARGS shows these inodes, in the order of their ids."""
    got = tool("dump", "-J", *args, via=via)
    what = "dump " + " ".join(map(str, args))
    ktap.equal(f"{what}: exit status, stderr", (0, ""), (got.status, got.err))
    if got.status == 0:
        ktap.equal(what, sorted(shows), sorted(dump(*args, via=via)))


def refused(*args, says):
    """dump ARGS fails, prints nothing, and says why."""
    got = tool("dump", "-J", *args)
    what = "dump " + " ".join(map(str, args))
    ktap.equal(f"{what}: exit status, stdout", (1, ""), (got.status, got.out))
    ktap.check(got.err.startswith("nsinfo: ") and says in got.err,
               f"{what}: stderr", f"nsinfo: ...{says}...", got.err)


@ktap.case
def name_and_paths():
    named("one", shows=[ONE])
    named("/run/netns/one", shows=[ONE])
    named(f"/proc/{alone}/ns/net", shows=[inode(alone)])


@ktap.case
def inode_and_id():
    named(ONE, shows=[ONE])
    named(f"net:[{ONE}]", shows=[ONE])
    named(f"id:{cookie_of('/run/netns/one')}", shows=[ONE])
    named(f":{cookie_of('/run/netns/one')}", shows=[ONE])


@ktap.case
def pid():
    named(f"pid:{os.getpid()}", shows=[INIT])
    named(f"pid:{alone}", shows=[inode(alone)])
    named(alone, shows=[inode(alone)])


@ktap.case
def as_lsns_takes_it():
    for args in (["-t", "net", "-p", alone], ["-p", alone]):
        got = tool("list", "-nro", "NS", *args)
        ktap.equal(f"list {args}", (0, f"{inode(alone)}\n"),
                   (got.status, got.out))


@ktap.case
def name_before_pid():
    path = f"/run/netns/{alone}"
    sh("touch", path)
    sh("mount", "--bind", "/run/netns/one", path)
    got = tool("list", "-nro", "NS", alone)
    ktap.equal("list PID", (0, f"{ONE}\n"), (got.status, got.out))
    ktap.check(f"nsinfo: note: {alone}: not the process {alone}" in got.err,
               "list PID: stderr", "a note", got.err)
    sh("umount", path)
    os.unlink(path)


def completed(*words):
    got = tool("_complete", *words)
    return [line.split("\t")[0] for line in got.out.splitlines()]


@ktap.case
def shells_offer_each():
    sh("ip", "-n", "one", "addr", "add", "192.0.2.77/32", "dev", "lo")
    words = completed("show", "")
    ktap.check({"one", "two", "init", "self", str(inode(alone))} <= set(words),
               "words", f"names, and {inode(alone)}, which has none", words)
    ktap.equal("an inode number", [str(ONE)], completed("show", str(ONE)))
    ktap.check(f":{cookie_of('/run/netns/one')}" in completed("show", ":"),
               "ids", "that of one", completed("show", ":"))
    ktap.equal("find ip", ["192.0.2.77"], completed("find", "ip", "192.0.2.7"))


@ktap.case
def self_and_init():
    named("self", shows=[INIT])
    named("self", shows=[ONE], via=inside("one"))
    named("init", shows=[INIT], via=inside("one"))


@ktap.case
def several():
    named("two", "one", shows=[ONE, TWO])
    named("one", ONE, "one", shows=[ONE])
    ids = [one["id"] for one in dump("two", "one").values()]
    ktap.equal("order", sorted(ids), ids)


@ktap.case
def one_of_several_unknown():
    refused("one", "nosuch", says="nosuch")


@ktap.case
def name_that_is_the_inode_of_another():
    netns(str(ONE))
    refused(ONE, says="ambiguous")
    named(f"net:[{ONE}]", shows=[ONE])
    named(f"/run/netns/{ONE}", shows=[inode(f"/run/netns/{ONE}")])
    sh("ip", "netns", "del", ONE)


@ktap.case
def same_name_in_two_folders():
    paths = ["/run/docker/netns/one", "/run/docker/netns/other"]
    for path in paths:
        hold.touch(path)
        hold.mount("/run/netns/two", path, hold.MS_BIND)
    refused("one", says="ambiguous")
    named("other", shows=[TWO])
    ktap.equal("names of two", sorted(paths + ["/run/netns/two"]),
               sorted(dump("two")[TWO]["names"]))
    for path in paths:
        hold.unmount(path)
    os.removedirs("/run/docker/netns")


@ktap.case
def mount_anywhere_is_a_name():
    path = "/tmp/somewhere else"
    hold.touch(path)
    hold.mount("/run/netns/two", path, hold.MS_BIND)
    ktap.equal("names of two", sorted(["/run/netns/two", path]),
               sorted(dump("two")[TWO]["names"]))
    named(path, shows=[TWO])
    hold.unmount(path)


@ktap.case
def unknown_says_what_was_tried():
    refused("nosuch", says="/run/netns/nosuch")
    refused("nosuch", says="/run/docker/netns/nosuch")
    refused(4000000001, says="inode 4000000001")
    refused(999999, says="/proc/999999/ns/net")
    refused("id:999999", says="id 999999")


@ktap.case
def file_that_is_no_netns():
    for path in ("/etc/passwd", "/proc/self/ns/uts", "/", "/dev/null"):
        refused(path, says=path)


@ktap.case
def nonsense():
    for arg in ("id:", "id:x", "id:-1", "id:99999999999999999999", "pid:",
                "pid:x", "pid:0", "pid:-1", "net:[", "net:[x]", "net:[]",
                "99999999999"):
        got = tool("dump", arg)
        ktap.check(got.status in (1, 2), f"dump {arg}: exit status", "1 or 2",
                   got.status)
        ktap.check(got.err.startswith("nsinfo: "), f"dump {arg}: stderr",
                   "nsinfo: ...", got.err)


netns("one", "two")
ONE, TWO = inode("one"), inode("two")
with Process("unshare", "-n", "sleep", 1000, new_netns=True) as alone:
    ktap.run()
