# SPDX-License-Identifier: GPL-2.0
"""Loading and unloading: what the module says of itself, and which netns it
knows when."""

import re
import time

import ktap
import world
from world import INIT, KO, Process, Run, dump, inode, netns, sh, wait_for


def modinfo(field):
    return sh("modinfo", "-F", field, KO).strip()


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


VERSION = read("/nsinfo.version")


@ktap.case
def modinfo_has_all_tags():
    ktap.equal("license", "GPL", modinfo("license"))
    ktap.equal("version", VERSION, modinfo("version"))
    ktap.check(modinfo("author"), "author", "some", "none")
    ktap.check("namespace" in modinfo("description"), "description",
               "...namespace...", modinfo("description"))
    ktap.check(re.fullmatch(r"load_wait:.*\(uint\)\ntrack:.*\(bool\)",
                            "\n".join(sorted(modinfo("parm").split("\n")))),
               "parameters", "load_wait:...(uint), track:...(bool)",
               modinfo("parm"))
    ktap.equal("aliases", "", modinfo("alias"))


@ktap.case
def module_tells_its_version():
    world.load()
    ktap.equal("version in /sys", VERSION, read("/sys/module/nsinfo/version"))


@ktap.case
def loads_again_after_unload():
    world.unload()
    for turn in range(3):
        sh("insmod", KO)
        ktap.equal(f"namespaces after load {turn}", [INIT], list(dump()))
        ktap.equal("parameter in /sys", "2000",
                   read("/sys/module/nsinfo/parameters/load_wait"))
        sh("rmmod", "nsinfo")


@ktap.case
def second_load_refused():
    world.load()
    got = Run("insmod", KO)
    ktap.equal("exit status", 1, got.status)
    ktap.check("File exists" in got.err, "stderr", "File exists", got.err)


@ktap.case
def older_netns_listed_without_created():
    world.unload()
    netns("old")
    world.load()
    found = dump()
    old = found[inode("old")]
    ktap.equal("state", "live", old["state"])
    ktap.equal("created", None, old.get("created"))
    ktap.equal("names", ["/run/netns/old"], old["names"])
    ktap.equal("id", world.cookie_of("/run/netns/old"), old["id"])
    first = found[INIT]
    ktap.equal("the first netns: init, self, created", (True, True, None),
               (first["init"], first["self"], first.get("created")))
    ktap.equal("init, self of the other", (None, None),
               (old.get("init"), old.get("self")))


@ktap.case
def new_netns_listed_with_created():
    world.load()
    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    with Process("unshare", "-n", "sleep", 1000, new_netns=True) as pid:
        after = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        got = dump()[inode(pid)]["created"]
    ktap.equal("pid, comm, uid", (pid, "unshare", 0),
               (got["pid"], got["comm"], got["uid"]))
    ktap.check(before <= got["time"] <= after, "time",
               f"{before} to {after}", got["time"])


@ktap.case
def creator_uid_is_of_the_creator():
    world.load()
    with Process(*world.user(1000), "unshare", "-Ur", "-n", "sleep", 1000,
                 new_netns=True) as pid:
        ktap.equal("uid", 1000, dump()[inode(pid)]["created"]["uid"])


def vanishes(name):
    number = inode(name)
    ktap.check(number in dump(), f"netns {name}", "listed", "not listed")
    sh("ip", "netns", "del", name)
    wait_for(f"netns {name} is gone", lambda: number not in dump())


@ktap.case
def gone_netns_vanishes():
    world.load()
    netns("young")
    vanishes("young")


@ktap.case
def older_netns_vanishes():
    world.unload()
    netns("elder")
    world.load()
    vanishes("elder")


@ktap.case
def netns_gone_without_the_module_is_unknown():
    world.load()
    netns("between")
    number = inode("between")
    world.unload()
    sh("ip", "netns", "del", "between")
    world.load()
    wait_for("netns between is gone", lambda: number not in dump())


ktap.run()
