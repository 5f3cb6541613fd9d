# SPDX-License-Identifier: GPL-2.0
"""What is told of a netns one sees, as the requester counts uids and pids."""

import os
import struct
import subprocess
import sys
import time

import ktap
import nl
import world
from world import (INIT, Run, devices, dump, inode, inside, netns, sh, tool,
                   user, wait_for)

MANY = 100 if os.environ.get("KERNEL") == "debug" else 300


class Userns:
    """The processes of userns.py."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, f"{os.path.dirname(__file__)}/userns.py"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        _, self.outer, _, self.inner = self.process.stdout.readline().split()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def enter(pid, *what):
    return ("nsenter", "-t", pid, *(what or ("-U", "-n")), "--")


@ktap.case
def peer_in_invisible_netns_hidden():
    found = dump()
    dev = devices(found, "here")["to_there"]
    ktap.equal("root: peer, link_index", (THERE, "to_here", 2),
               (dev["peer"]["ns"], dev["peer"]["ifname"], dev["link_index"]))
    text = tool("dump", "-J", "-s", via=inside("here") + user(1001)).out
    dev = devices({one["ns"]: one for one in
                   world.json.loads(text)["namespaces"]}, "here")["to_there"]
    ktap.equal("user: peer, link_netns, link_index", (None, None, 2),
               (dev.get("peer"), dev.get("link_netns"), dev["link_index"]))
    for secret in (THERE, "to_here"):
        ktap.check(str(secret) not in text, "user: what it must not see",
                   f"no {secret}", text)


def cost_of_unknown():
    """Processor time of requests for an inode that is that of no netns. All are
    in one message to the kernel, so that little else is paid for."""
    client = nl.Nsinfo()
    body = (struct.pack("=BBH", nl.N["NSINFO_CMD_NETNS_GET"], 1, 0) +
            nl.u32("NETNS_INUM", 5))
    ask = struct.pack("=IHHII", 16 + len(body), client.family,
                      nl.NLM_F_REQUEST, 1, 0) + body
    costs = []
    for _ in range(100):
        before = time.process_time()
        client.sock.send(64 * ask)
        costs.append(time.process_time() - before)
        for _ in range(64):
            client.sock.recv(4096)
    return min(costs)


@ktap.case
def unknown_inode_does_not_tell_how_many_there_are():
    few = cost_of_unknown()
    held = [nl.new_netns() for _ in range(MANY)]
    many = cost_of_unknown()
    for fd in held:
        os.close(fd)
    ktap.note(f"{few:.6f} s, {many:.6f} s with {MANY} netns more")
    ktap.check(many < 3 * few, "cost with many netns by that with few",
               "about 1, below 3", many / few)
    wait_for("these are gone", lambda: len(nl.Nsinfo().dump(
        "NETNS_GET").msgs) == 5)


def owner(found, number):
    one = found[number]
    return (one["owner"]["userns"], one["owner"]["uid"],
            one["created"]["uid"])


def userns_of(pid):
    return os.stat(f"/proc/{pid}/ns/user").st_ino


@ktap.case
def owner_as_root_sees_it():
    found = dump()
    ktap.equal("first netns: userns, uid", {"userns": userns_of(1), "uid": 0},
               found[INIT]["owner"])
    ktap.equal("outer: userns, uid, creator", (userns_of(ns.outer), 1000,
                                               1000), owner(found, OUTER))
    ktap.equal("inner: userns, uid, creator", (userns_of(ns.inner), 1000,
                                               1000), owner(found, INNER))


@ktap.case
def owner_as_userns_root_sees_it():
    found = dump(via=enter(ns.outer))
    ktap.equal("outer: userns, uid, creator", (userns_of(ns.outer), 0, 0),
               owner(found, OUTER))
    ktap.equal("inner: userns, uid, creator", (userns_of(ns.inner), 0, 0),
               owner(found, INNER))


@ktap.case
def owner_above_the_requester_is_absent():
    """The inode of a user namespace is for those who are in it or above."""
    def userns(found):
        return {number: one["owner"].get("userns") for number, one in
                found.items()}

    inner = enter(ns.inner, "-U")
    ktap.equal("root of inner in the first netns: owners",
               {INIT: None, INNER: userns_of(ns.inner)}, userns(dump(via=inner)))
    ktap.equal("root of inner in outer: owners",
               {OUTER: None, INNER: userns_of(ns.inner)},
               userns(dump(via=enter(ns.outer, "-n") + inner)))
    ktap.equal("root of outer in the first netns: owners",
               {INIT: None, OUTER: userns_of(ns.outer),
                INNER: userns_of(ns.inner)},
               userns(dump(via=enter(ns.outer, "-U"))))


@ktap.case
def unknown_uid_is_the_overflow_one():
    with open("/proc/sys/kernel/overflowuid", encoding="ascii") as file:
        overflow = int(file.read())
    found = dump("self", via=user(1000) + ("unshare", "-Ur"))
    ktap.equal("uid of the first netns' owner", overflow,
               found[INIT]["owner"]["uid"])


@ktap.case
def pid_of_a_creator_outside_is_absent():
    new_pidns = ("unshare", "--pid", "--fork", "--mount-proc")
    got = dump(via=new_pidns)[OUTER]["created"]
    ktap.equal("from a pid namespace below: pid, comm, uid",
               (None, None, 1000), (got.get("pid"), got.get("comm"),
                                    got["uid"]))
    ktap.check(got.get("time"), "time", "some", got.get("time"))
    ktap.equal("from outside: pid", int(ns.outer),
               dump()[OUTER]["created"]["pid"])


@ktap.case
def pid_is_of_the_requesters_pidns():
    script = """unshare -n sleep 1000 & pid=$!
        until [[ ! /proc/1/ns/net -ef /proc/$pid/ns/net ]]; do sleep 0.05; done
        echo $pid; stat -L -c %i /proc/$pid/ns/net; $NSINFO dump -J"""
    pid, number, text = sh("unshare", "--pid", "--fork", "--kill-child",
                           "--mount-proc", "bash", "-c", script).split("\n", 2)
    got, = [one["created"] for one in world.json.loads(text)["namespaces"]
            if one["ns"] == int(number)]
    ktap.equal("pid, comm", (int(pid), "unshare"), (got["pid"], got["comm"]))


@ktap.case
def netns_keeps_no_pid_namespace_of_its_creator():
    """Each of them counts in user.max_pid_namespaces of its maker. The kernel
    frees one some time after its last process."""
    limit = "user.max_pid_namespaces"
    old = sh("sysctl", "-n", limit).strip()
    sh("sysctl", "-qw", f"{limit}=4")
    try:
        ktap.equal("limit", "4", sh("sysctl", "-n", limit).strip())
        for number in range(6):
            made = ("unshare", "--pid", "--fork", "ip", "netns", "add",
                    f"made{number}")
            wait_for(f"pid namespace {number} of 6, where 4 may be",
                     lambda made=made: Run(*made).status == 0)
    finally:
        sh("sysctl", "-qw", f"{limit}={old}")
    for number in range(6):
        sh("ip", "netns", "del", f"made{number}")


@ktap.case
def pid_is_not_told_in_another_pid_namespace_beside():
    """Two beside each other count from 1 both."""
    sh("unshare", "--pid", "--fork", "ip", "netns", "add", "beside")
    got = dump(via=("unshare", "--pid", "--fork",
                    "--mount-proc"))[inode("beside")]["created"]
    ktap.equal("from beside: pid, comm", (None, None),
               (got.get("pid"), got.get("comm")))
    sh("ip", "netns", "del", "beside")


ns = Userns()
netns("here", "there")
sh("ip", "-n", "here", "link", "add", "to_there", "type", "veth", "peer",
   "name", "to_here", "netns", "there")
HERE, THERE = inode("here"), inode("there")
OUTER, INNER = inode(ns.outer), inode(ns.inner)
try:
    ktap.run()
finally:
    ns.end()
