# SPDX-License-Identifier: GPL-2.0
"""visible.py PATH: as root with all rights, with that netns at hand. What
one may not see answers as what is not there, byte for byte."""

import os
import sys

import ktap
import nl
import world
from nl import text, u32, u64

INODE, ID = os.stat(sys.argv[1]).st_ino, world.cookie_of(sys.argv[1])
NOWHERE_INODE, NOWHERE_ID = 1, 1 << 60
HOME = nl.cookie()


def as_user(client, function):
    """Runs FUNCTION(CLIENT()) as user 1000 with no rights, in a child."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setresgid(1000, 1000, 1000)
        os.setresuid(1000, 1000, 1000)
        try:
            out = repr(function(client()))
        except Exception as err:
            out = repr(err)
        os.write(write_end, out.encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        out = pipe.read()
    os.waitpid(pid, 0)
    return out


def answer_of(got):
    return (got.error(), got.offset, got.miss_type, got.by_done,
            len(got.msgs))


def ids(answer, prefix, name):
    return sorted({nl.Attrs(payload, prefix).num(name)
                   for payload in answer.msgs})


def by_inode_and_id(cmd, inode_name, id_name, extra=b""):
    """Pairs of requests: for what is hidden, and for what is not there."""
    for how in ("do", "dump"):
        for hidden, absent in (
                (u32(inode_name, INODE), u32(inode_name, NOWHERE_INODE)),
                (u64(id_name, ID), u64(id_name, NOWHERE_ID)),
                (u64(id_name, ID) + u32(inode_name, INODE),
                 u64(id_name, NOWHERE_ID) + u32(inode_name, NOWHERE_INODE))):
            def ask(client, attrs):
                return answer_of(getattr(client, how)(cmd, attrs + extra))

            got = as_user(nl.Nsinfo, lambda c, a=hidden: ask(c, a))
            want = as_user(nl.Nsinfo, lambda c, a=absent: ask(c, a))
            ktap.equal(f"{cmd} {how}: what is hidden, as what is not there",
                       want, got)
            ktap.check("No such file" in want, f"{cmd} {how}: errno", "ENOENT",
                       want)
            root = getattr(nl.Nsinfo(), how)(cmd, hidden + extra)
            ktap.equal(f"{cmd} {how}: root's", "no error: None", root.error())


@ktap.case
def netns_hidden_is_as_absent():
    by_inode_and_id("NETNS_GET", "NETNS_INUM", "NETNS_ID")


@ktap.case
def device_of_hidden_netns_is_as_absent():
    by_inode_and_id("DEV_GET", "DEV_NETNS_INUM", "DEV_NETNS_ID",
                    u32("DEV_IFINDEX", 1))
    by_inode_and_id("DEV_GET", "DEV_NETNS_INUM", "DEV_NETNS_ID",
                    text("DEV_IFNAME", "to_there"))


@ktap.case
def dumps_show_own_alone():
    def both(client):
        return (ids(client.dump("NETNS_GET"), "NETNS", "ID"),
                ids(client.dump("DEV_GET"), "DEV", "NETNS_ID"))

    ktap.equal("netns in the dumps", repr(([HOME], [HOME])),
               as_user(nl.Nsinfo, both))


@ktap.case
def own_netns_by_id_and_inode():
    def all_of(client):
        return [len(client.do("NETNS_GET", u64("NETNS_ID", HOME)).msgs),
                len(client.dump("NETNS_GET", u64("NETNS_ID", HOME)).msgs),
                len(client.do("DEV_GET", u64("DEV_NETNS_ID", HOME) +
                              u32("DEV_IFINDEX", 1)).msgs),
                len(client.dump("DEV_GET", u64("DEV_NETNS_ID", HOME) +
                                u32("DEV_IFINDEX", 1)).msgs)]

    ktap.equal("messages", "[1, 1, 1, 1]", as_user(nl.Nsinfo, all_of))


@ktap.case
def socket_of_root_in_the_hands_of_a_user():
    """A socket that root opened shows a user no more than the user's own."""
    def both(client):
        return (ids(client.dump("NETNS_GET"), "NETNS", "ID"),
                client.do("NETNS_GET", u64("NETNS_ID", ID)).errno)

    ktap.equal("netns seen, errno", repr(([HOME], 2)),
               as_user(lambda: roots, both))


@ktap.case
def socket_of_a_user_in_the_hands_of_root():
    """Nor does a user's socket in a program that has more rights."""
    os.setresuid(1000, 1000, 0)
    client = nl.Nsinfo()
    os.setresuid(0, 0, 0)
    ktap.equal("netns seen", [HOME], ids(client.dump("NETNS_GET"), "NETNS",
                                         "ID"))
    ktap.equal("errno", 2, client.do("NETNS_GET",
                                     u64("NETNS_ID", ID)).errno)


@ktap.case
def root_sees_it():
    ktap.check(ID in ids(nl.Nsinfo().dump("NETNS_GET"), "NETNS", "ID"),
               "ids in root's dump", ID, "without it")
    ktap.check(ID in ids(nl.Nsinfo().dump("DEV_GET"), "DEV", "NETNS_ID"),
               "ids in root's dump of devices", ID, "without it")


@ktap.case
def netns_of_the_socket_counts():
    """Self is the netns of the socket, wherever the task has gone to."""
    there = os.open("/run/netns/there", os.O_RDONLY)
    client = nl.Nsinfo()
    with nl.Inside(there):
        got = client.dump("NETNS_GET")
    os.close(there)
    ktap.equal("self", [HOME], [
        one.num("ID") for one in (nl.Attrs(payload, "NETNS")
                                  for payload in got.msgs)
        if one.has("SELF")])


roots = nl.Nsinfo()
ktap.run()
