# SPDX-License-Identifier: GPL-2.0
"""Each kind of holder holds a netns; all are released together."""

import hold
import ktap
from world import dump, wait_for

KINDS = ("process", "thread", "name", "mount", "fd", "socket", "message-fd",
         "message-socket", "packet-ring", "tun", "proc-file")
held = {}
before = {}
after = {}


def setup():
    for kind in KINDS:
        held[kind] = hold.start(kind, kind)
    before.update(dump())
    for one in held.values():
        hold.release(one.pid)
    mine = {one.inode for one in held.values()}
    wait_for("all are gone", lambda: not mine & set(dump()))
    after.update(dump())


def add_case(kind):
    def case():
        one = held[kind]
        got = before.get(one.inode, {})
        ktap.equal(f"netns {one.inode}, held: id, state", (one.id, "live"),
                   (got.get("id"), got.get("state")))
        ktap.equal("the inode that its id has", one.inode,
                   {got["id"]: number for number, got in before.items()}
                   .get(one.id))
        ktap.check(one.inode not in after, "released", "gone", "still there")
    case.__name__ = "held_by_" + kind.replace("-", "_")
    ktap.case(case)


for word in KINDS:
    add_case(word)


@ktap.case
def name_is_told_of_that_one_alone():
    ktap.equal("namespaces with a name", {held["name"].inode:
                                          ["/run/netns/name"]},
               {number: one["names"] for number, one in before.items()
                if one.get("names")})


@ktap.case
def ids_differ():
    ids = [one["id"] for one in before.values()]
    ktap.equal("different ids", len(ids), len(set(ids)))


@ktap.case
def creators_are_told():
    for kind in KINDS:
        if kind != "thread":
            ktap.equal(f"pid of {kind}'s creator", held[kind].pid,
                       before[held[kind].inode]["created"]["pid"])
    ktap.equal("pid of the thread's creator: of its process",
               held["thread"].pid,
               before[held["thread"].inode]["created"]["pid"])


setup()
ktap.run()
