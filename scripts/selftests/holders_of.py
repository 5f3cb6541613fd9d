# SPDX-License-Identifier: GPL-2.0
"""What the tool says of who holds a netns, and of one that does not go."""

import json
import os
import socket

import hold
import ktap
import nl
import pin
import world
from world import tool, wait_for

KERNEL = os.environ["KERNEL"]
# Files that io_uring has are told by name since 6.13.
NAMES_URING = KERNEL == "7"
SYS_KCMP = 312
KCMP_FILES = 2
table = []


def holders(netns_id):
    got = tool("holders", "-J", f"id:{netns_id}")
    if got.status or got.err:
        raise RuntimeError(f"holders: {got.status}: {got.err}")
    return json.loads(got.out)["namespaces"][0]


def sums(got):
    """References, sockets that pin, users of the inode, as they are told."""
    account = got["account"]
    return got["refs"], account["nsocks"], account.get("nsfs_refs", 0)


def hidden(got):
    account = got["account"]
    return tuple(account.get(key, 0) for key in ("nsocks_hidden",
                                                 "nsfs_hidden", "other"))


class Way:
    """How KIND shows: FOUND are holders with these members, MISSING (sockets,
    users of the inode, references) are without a holder, SUSPECT may have
    them, ADVICE is a part of one. It makes so many SOCKETS and USERS of the
    inode, or else one reference of another sort."""

    def __init__(self, kind, found=(), missing=(0, 0, 0), suspect=None,
                 advice=None, sockets=0, users=0):
        self.kind = kind
        self.sums = (sockets or 1, sockets, users)
        self.found = found
        self.missing = missing
        self.suspect = suspect
        self.advice = advice

    def check(self, got, pid):
        shown = [{key: one.get(key) for key in want}
                 for one, want in zip(got["holders"], self.wanted(pid))]
        found = ktap.equal("holders", self.wanted(pid), shown) and \
            ktap.equal("their number", len(self.found), len(got["holders"]))
        suspects = [(one["type"], one["pid"]) for one in got["suspects"]]
        named = found if not self.suspect else ktap.check(
            (self.suspect, pid) in suspects, "suspects",
            (self.suspect, pid), suspects)
        adds = ktap.equal("references, sockets, users", self.sums, sums(got))
        adds &= ktap.equal("hidden", self.missing, hidden(got))
        words = bool(got["unexplained"])
        adds &= ktap.equal("explained in words", any(self.missing), words)
        if self.advice:
            text = "\n".join(got["advice"])
            want = self.advice.format(pid=pid)
            ktap.check(want in text, "advice", want, text)
        table.append((self.kind, "yes" if found and self.found else
                      "by number", "yes" if named and (
                          self.found or self.suspect) else "no",
                      "exact" if adds else "WRONG"))

    def wanted(self, pid):
        return [dict(one, pid=pid) if "mntns" not in one and
                one["type"] != "mount" else one for one in self.found]


def uring():
    if NAMES_URING:
        return Way("io-uring", [{"type": "io_uring", "family": "inet",
                                 "protocol": "udp"}], advice="io_uring",
                   sockets=1)
    return Way("io-uring", missing=(1, 0, 0), suspect="io_uring", sockets=1)


def uring_netns():
    if NAMES_URING:
        return Way("io-uring-netns", [{"type": "io_uring"}],
                   advice="io_uring", users=1)
    return Way("io-uring-netns", missing=(0, 1, 0), suspect="io_uring",
               users=1)


def thread_file():
    # Who shares a table of files is for kcmp() to say.
    pid = os.getpid()
    if nl.libc.syscall(SYS_KCMP, pid, pid, KCMP_FILES, 0, 0) == 0:
        return Way("thread-file", [{"type": "proc-file"}],
                   advice="/net/dev open")
    return Way("thread-file", missing=(0, 0, 1))


WAYS = [
    Way("process", [{"type": "process", "comm": "python3"}],
        advice="kill {pid}"),
    Way("thread", [{"type": "thread", "comm": "python3"}],
        advice="of process {pid} (python3) is in it"),
    Way("name", [{"type": "mount", "path": "/run/netns/name"}],
        # ip mounts the folder on itself: what is in it is there twice.
        advice="ip netns del name", users=2),
    Way("mount", [{"type": "mount", "path": "/tmp/hold-mount"}],
        advice="umount -i -c -N {pid} /tmp/hold-mount", users=1),
    Way("fd", [{"type": "nsfs-fd"}], advice="process {pid} (python3) has a "
        "file of it", users=1),
    Way("socket", [{"type": "socket", "family": "inet", "protocol": "udp"}],
        advice="process {pid} (python3) has a socket of it", sockets=1),
    Way("mptcp", [{"type": "socket", "family": "inet", "protocol": "mptcp",
                   "socket_state": "LISTEN"}],
        advice="process {pid} (python3) has a socket of it", sockets=2),
    Way("message-fd", missing=(0, 1, 0), suspect="message",
        users=1),
    Way("message-socket", missing=(1, 0, 0), suspect="message",
        sockets=1),
    Way("packet-ring", [{"type": "mapping", "family": "packet"}],
        advice="packet ring", sockets=1),
    Way("tun", [{"type": "tun"}], advice="tun or tap", sockets=1),
    uring(),
    uring_netns(),
    Way("proc-file", [{"type": "proc-file"}], advice="/net/dev open"),
    thread_file(),
]


def add_case(way):
    def case():
        one = hold.start(way.kind, way.kind)
        try:
            way.check(holders(one.id), one.pid)
        finally:
            hold.release(one.pid)
        wait_for("gone", lambda: one.inode not in world.dump())
    case.__name__ = "held_by_" + way.kind.replace("-", "_")
    ktap.case(case)


for each in WAYS:
    add_case(each)


def new_netns():
    """(fd, id)"""
    fd = nl.new_netns()
    with nl.Inside(fd):
        return fd, nl.cookie()


@ktap.case
def held_by_kernel_socket():
    fd, cookie = new_netns()
    pin.pin(fd, "socket", 1)
    os.close(fd)
    try:
        Way("kernel-socket", missing=(1, 0, 0), sockets=1).check(holders(cookie), 0)
    finally:
        pin.set_parameter("socket", 0)


@ktap.case
def held_by_kernel_alone():
    fd, cookie = new_netns()
    pin.pin(fd, "net", 1)
    os.close(fd)
    try:
        Way("kernel-reference", missing=(0, 0, 1)).check(holders(cookie), 0)
    finally:
        pin.set_parameter("net", 0)


class Stuck:
    """with Stuck() as (one that is dying, one that is queued): ids."""

    def __enter__(self):
        self.dying = self.start("d0")
        wait_for("waited for", lambda: self.get(self.dying).get("waiting"))
        self.queued = self.start(None)
        wait_for("queued", lambda: self.get(self.queued).get("state") ==
                 "queued")
        return self.dying, self.queued

    def __exit__(self, *_):
        pin.drop()
        wait_for("gone", lambda: not self.get(self.dying) and
                 not self.get(self.queued))

    @staticmethod
    def start(device):
        fd, cookie = new_netns()
        if device:
            with nl.Inside(fd):
                nl.Rtnl().add(device)
            pin.pin(fd, "hold", device)
        os.close(fd)
        return cookie

    @staticmethod
    def get(cookie):
        for one in world.dump().values():
            if one["id"] == cookie:
                return one
        return {}


@ktap.case
def queued_and_dying():
    with Stuck() as (dying, queued):
        got = holders(queued)
        said = "\n".join(got["advice"])
        good = ktap.equal("state, holders, refs", ("queued", [], 0),
                          (got["state"], got["holders"], got["refs"]))
        named = ktap.check(f"(id:{dying})" in said, "behind which one",
                           f"id:{dying}", said)
        table.append(("queued", "yes" if good else "no",
                      "yes" if named else "no", "exact" if good else "WRONG"))
        got = holders(dying)
        said = "\n".join(got["advice"])
        ktap.equal("state, holders", ("dying", []),
                   (got["state"], got["holders"]))
        for want in ("waits for device d0 (dummy) since boot+",
                     "2 reference(s)",
                     "unregister_netdevice: waiting for d0 to become free"):
            ktap.check(want in said, "advice", want, said)


@ktap.case
def dump_list_and_show_of_them():
    with Stuck() as (dying, queued):
        got = {one["id"]: one for one in world.dump().values()}
        device = got[dying]["waiting"][0]
        ktap.equal("dump: states", ("dying", "queued"),
                   (got[dying]["state"], got[queued]["state"]))
        ktap.equal("dump: device", ("d0", "dummy", 2),
                   (device["ifname"], device["kind"], device["refs"]))
        ktap.check(got[dying]["dying_since"] <= device["since"],
                   "dump: since", got[dying]["dying_since"], device)
        for text in (tool("dump").out,
                     tool("show", f"id:{dying}").out):
            for want in ("dying since boot+", "waits for", "d0 (dummy) 2 refs"):
                ktap.check(want in text, "text", want, text)
        for states, want in (("dying", [dying]), ("queued", [queued]),
                             ("queued,dying", [dying, queued])):
            rows = tool("list", "-n", "-r", "-o", "ID", "-S", states).out
            ktap.equal(f"list -S {states}", want,
                       [int(row) for row in rows.split()])
        got = tool("list").out
        for want in ("going away: 1 queued, 1 dying since boot+",
                     "waiting for d0 since boot+"):
            ktap.check(want in got, "list: summary", want, got)
        got = tool("list", "-n", "-o", "WAITING,STATE", f"id:{dying}").out
        ktap.equal("list: WAITING, STATE", ["d0(2)", "dying"], got.split())
        got = json.loads(tool("list", "-J", "-o", "WAITING,SINCE",
                              f"id:{dying}").out)
        ktap.equal("list -J: waiting", [device],
                   got["namespaces"][0]["waiting"])
        ktap.equal("list -J: going_away", {
            "queued": 0, "dying": 1,
            "oldest": got["namespaces"][0]["dying_since"],
        }, got["going_away"])
    ktap.check("going away" not in tool("list").out, "list, afterwards",
               "no summary", "one")


@ktap.case
def text_for_people():
    one = hold.start("socket", "text")
    got = tool("holders", f"id:{one.id}")
    ktap.note(got.out)
    for want in (f"netns {one.inode}", "references: 1", "what to do:",
                 "inet udp"):
        ktap.check(want in got.out, "text", want, got.out)
    raw = tool("holders", "-n", "-r", "-o", "TYPE,PID", f"id:{one.id}").out
    ktap.equal("raw", f"socket {one.pid}\n", raw)
    hold.release(one.pid)


def listen():
    """A server, a client that it has not accepted, one with a name."""
    server = socket.create_server(("127.0.0.1", 7000))
    client = socket.create_connection(("127.0.0.1", 7000),
                                      source_address=("127.0.0.1", 7001))
    named = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    named.bind("\0holders")
    return server, client, named


@ktap.case
def addresses_of_sockets():
    fd, cookie = new_netns()
    with nl.Inside(fd):
        world.sh("ip", "link", "set", "lo", "up")
        servers = listen()
    os.close(fd)
    got = {one["fd"]: one for one in holders(cookie)["holders"]}
    ktap.equal("listens", ("127.0.0.1:7000", "LISTEN"),
               (got[servers[0].fileno()].get("local"),
                got[servers[0].fileno()].get("socket_state")))
    ktap.equal("connected", ("127.0.0.1:7001", "127.0.0.1:7000"),
               (got[servers[1].fileno()].get("local"),
                got[servers[1].fileno()].get("peer_address")))
    ktap.equal("unix", "@holders",
               got[servers[2].fileno()].get("local"))
    said = "\n".join(holders(cookie)["unexplained"])
    ktap.check("1 socket(s) are connections that wait to be accepted" in said,
               "one that is not accepted", "told", said)
    for one in servers:
        one.close()


@ktap.case
def orphans_explain_themselves():
    """Connections that were closed while nothing could be delivered."""
    fd, cookie = new_netns()
    with nl.Inside(fd):
        world.sh("ip", "link", "set", "lo", "up")
        server = socket.create_server(("127.0.0.1", 7000))
        client = socket.create_connection(("127.0.0.1", 7000))
        other = server.accept()[0]
        world.sh("ip", "link", "set", "lo", "down")
    for one in (client, other, server):
        one.close()
    got = holders(cookie)
    ktap.equal("sockets, hidden", (2, 2), (got["account"]["nsocks"],
                                           hidden(got)[0]))
    ktap.check(len(got["unexplained"]) == 2 and all(
        one.startswith("a TCP connection that no process has any more: ") and
        "127.0.0.1:7000" in one and "FIN-WAIT-1" in one
        for one in got["unexplained"]),
        "explained", "by TCP connections alone", got["unexplained"])
    with nl.Inside(fd):
        world.sh("sysctl", "-qw", "net.ipv4.tcp_orphan_retries=1")
    os.close(fd)
    wait_for("gone", lambda: not Stuck.get(cookie), 300)


@ktap.case
def who_may_ask():
    for via in (world.user(1000), ("unshare", "-Ur")):
        got = tool("holders", "self", via=via)
        ktap.equal("status", 1, got.status)
        ktap.check("CAP_SYS_ADMIN in the initial user namespace" in got.err,
                   "why", "CAP_SYS_ADMIN...", got.err)


@ktap.case
def track_off_is_told():
    world.unload()
    world.load("track=0")
    got = tool("list")
    ktap.check("track=0: not shown" in got.err and got.err.count("\n") == 1,
               "note", "one line", got.err)
    one = hold.start("fd", "fd")
    got = tool("holders", "-J", f"id:{one.id}")
    told = json.loads(got.out)["namespaces"][0]
    ktap.equal("hidden", (0, 0, 0), hidden(told))
    hold.release(one.pid)
    world.unload()
    world.load()


@ktap.case
def table_of_ways():
    ktap.note(f"{'way':18}{'found':12}{'named':8}account ({KERNEL})")
    for row in table:
        ktap.note("{:18}{:12}{:8}{}".format(*row))
    ktap.equal("rows", len(WAYS) + 3, len(table))


# The kernel loads modules for the first look inside, which takes long here.
tool("holders", "self")
ktap.run()
