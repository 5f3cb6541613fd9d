# SPDX-License-Identifier: GPL-2.0
"""A healthy host, and one ailment after the other."""

import json
import os
import shutil
import subprocess
import time

import hold
import ktap
import nl
import pin
import world
from world import KO, Run, batch, load, netns, sh, tool, unload, wait_for


def vars_of(got):
    return got.status, got.out, got.err


def findings(level="bad"):
    """Exit status, and the texts of what is bad, by topic."""
    got = tool("doctor", "-J")
    bad = {}
    for one in json.loads(got.out)["findings"]:
        if one["level"] == level:
            bad.setdefault(one["topic"], []).append(one["text"])
    return got.status, bad


@ktap.case
def healthy():
    load()
    got = tool("doctor")
    ktap.equal("exit status, stderr", (0, ""), (got.status, got.err))
    ktap.check(not any(line.startswith("bad")
                       for line in got.out.splitlines()),
               "lines", "none begins with bad", got.out)
    for topic in ("tool", "kernel", "teardown", "module", "leak", "device", "name",
                  "address"):
        ktap.check(f" {topic} " in got.out, "topics", topic, got.out)
    ktap.equal("bad", (0, {}), findings())


@ktap.case
def no_module():
    unload()
    status, bad = findings()
    ktap.equal("exit status, topics", (1, ["module"]), (status, list(bad)))
    ktap.check("not loaded" in bad["module"][0], "text", "not loaded", bad)
    load()


def inode_not_told(one, text):
    return str(one.inode) not in text


def held(kind):
    """What doctor says while a netns is held in that way only."""
    one = hold.start(kind, kind)
    status, bad = findings()
    notes = findings(level="note")[1].get("leak", [])
    if kind == "message-socket":
        got = tool("doctor", via=world.user(1000))
        ktap.check(" leak " in got.out and inode_not_told(one, got.out),
                   "an ordinary user", "only that leaks are not known",
                   got.out)
    hold.release(one.pid)
    wait_for("healthy", lambda: findings() == (0, {}))
    return one, status, bad, notes


@ktap.case
def leaked_into_a_message():
    for kind, sockets in (("message-socket", 1), ("message-fd", 0)):
        one, status, bad, _ = held(kind)
        ktap.equal(f"{kind}: exit status, topics", (1, ["leak"]),
                   (status, list(bad)))
        ktap.equal("leaks", 1, len(bad["leak"]))
        ktap.check(f"netns {one.inode} " in bad["leak"][0] and
                   f"1 references, {sockets} of them" in bad["leak"][0] and
                   "made by python3" in bad["leak"][0], "text",
                   f"netns {one.inode}, {sockets} sockets, python3", bad)


def lines_of(*via):
    """Level by topic, where it is one level."""
    got = tool("doctor", "-J", via=via)
    levels = {}
    for one in json.loads(got.out)["findings"]:
        levels.setdefault(one["topic"], set()).add(one["level"])
    return got.status, levels


@ktap.case
def nothing_is_ok_that_cannot_be_seen():
    own = ("unshare", "-m", "--propagation", "private", "sh", "-c")
    user = " ".join(map(str, world.user(1000)))
    for what, via, topics in (
            ("an ordinary user", world.user(1000), "leak device name"),
            ("hidepid", (*own, "mount -t proc -o hidepid=2 proc /proc && exec "
                         f"{user} \"$@\"", "sh"),
             "leak device name teardown"),
            ("no /proc", (*own, "umount -l /proc && exec \"$@\"", "sh"),
             "leak name teardown"),
            ("another pid namespace",
             ("unshare", "-pf", "--mount-proc"), "leak name teardown"),
            ("a container", ("unshare", "-Upfr", "--mount-proc"),
             "leak device name teardown"),
            ("a names folder that cannot be listed",
             (*own, "mount -t tmpfs -o mode=700 none /run/netns && exec "
              f"{user} \"$@\"", "sh"), "name")):
        status, levels = lines_of(*via)
        ktap.equal(f"{what}: exit status", 0, status)
        for topic in topics.split():
            # The module tells what it knows of teardowns by itself.
            also = {"ok"} if topic == "teardown" else set()
            ktap.equal(f"{what}: {topic}", {"note"},
                       levels.get(topic, set()) - also)
    status, levels = lines_of()
    for topic in "leak device name teardown".split():
        ktap.equal(f"root: {topic}", {"ok"}, levels.get(topic))
    # A file that may be in use is no stale one.
    hold.touch("/run/netns/used")
    status, levels = lines_of(*world.user(1000))
    ktap.equal("a file: exit status, name", (0, {"note"}),
               (status, levels["name"]))
    os.unlink("/run/netns/used")
    unload()
    load("track=0")
    status, levels = lines_of()
    ktap.equal("track=0: exit status", 0, status)
    ktap.equal("track=0: device", {"note"}, levels["device"])
    ktap.check("note" in levels["teardown"], "track=0: teardown", "a note",
               levels)
    unload()
    load()


@ktap.case
def open_file_is_no_leak():
    for kind in ("socket", "tun"):
        one, status, bad, notes = held(kind)
        ktap.equal(f"{kind}: exit status, bad", (0, {}), (status, bad))
        ktap.check(len(notes) == 1 and f"netns {one.inode} " in notes[0] and
                   f"process {one.pid} (python3) has a {kind}" in notes[0],
                   "note", f"netns {one.inode}, process {one.pid}", notes)
    _, status, bad, notes = held("fd")
    ktap.equal("nsfs fd: exit status, bad, notes", (0, {}, []),
               (status, bad, notes))


@ktap.case
def coming_and_going_is_no_leak():
    busy = subprocess.Popen(["sh", "-c",
                             "while :; do unshare -n true; done"])
    try:
        for _ in range(6):
            ktap.equal("findings", [], findings()[1].get("leak", []))
    finally:
        busy.kill()
        busy.wait()
    wait_for("healthy", lambda: findings() == (0, {}))


@ktap.case
def stale_name():
    hold.touch("/run/netns/stale")
    ktap.equal("findings", (1, {"name": ["/run/netns/stale names no netns"]}),
               findings())
    os.unlink("/run/netns/stale")
    ktap.equal("findings", (0, {}), findings())


@ktap.case
def address_that_is_there_twice_on_one_wire():
    netns("a", "b", "c")
    sh("ip", "link", "add", "br0", "type", "bridge")
    for name in "abc":
        sh("ip", "link", "add", f"v{name}", "type", "veth", "peer", "name",
           "eth0", "netns", name)
    for name in "ab":
        sh("ip", "link", "set", f"v{name}", "master", "br0")
    batch("a", "addr add 192.0.2.1/24 dev eth0",
          "addr add 192.0.2.9/24 dev eth0")
    # Another wire of the same host, with a subnet of its own.
    batch("c", "addr add 192.0.2.1/24 dev eth0")
    batch("a", "addr add 192.0.2.1/32 dev eth0")
    ktap.equal("on two wires, of two lengths", (0, {}), findings())
    notes = findings("note")[1].get("address", [])
    ktap.check(len(notes) == 1 and "eth0@a behind br0@init and eth0@c behind "
               "vc@init" in notes[0], "on two wires: notes", "routed", notes)
    batch("b", "addr add 192.0.2.1/25 dev eth0")
    status, bad = findings()
    ktap.equal("exit status, topics", (1, ["address"]), (status, list(bad)))
    ktap.equal("addresses", 1, len(bad["address"]))
    ktap.equal("text", "192.0.2.1 is on eth0@a and eth0@b, on one wire",
               bad["address"][0])
    sh("ip", "link", "set", "br0", "type", "bridge", "vlan_filtering", 1)
    ktap.equal("VLANs kept apart", (0, {}), findings())
    ktap.equal("VLANs kept apart: notes", 1,
               len(findings("note")[1].get("address", [])))
    sh("ip", "link", "set", "br0", "type", "bridge", "vlan_filtering", 0)
    batch("b", "addr del 192.0.2.1/25 dev eth0")
    sh("ip", "addr", "add", "192.0.2.9/24", "dev", "br0")
    ktap.equal("on the bridge itself", ["address"], list(findings()[1]))
    sh("ip", "link", "del", "br0")
    for name in "abc":
        sh("ip", "netns", "del", name)
    wait_for("healthy", lambda: findings() == (0, {}))


@ktap.case
def stuck_teardown():
    fd = nl.new_netns()
    number = os.fstat(fd).st_ino
    with nl.Inside(fd):
        nl.Rtnl().add("d0")
    pin.pin(fd, "hold", "d0")
    os.close(fd)
    end = time.monotonic() + 60
    while "teardown" not in findings()[1] and time.monotonic() < end:
        pass
    status, bad = findings()
    ktap.equal("exit status", 1, status)
    ktap.check("is in cleanup_net()" in str(bad.get("teardown")), "text",
               "a worker in cleanup_net()", bad)
    wait_for("the device", lambda: "device" in findings()[1])
    device = findings()[1]["device"]
    ktap.check(len(device) == 1 and
               device[0].startswith(f"d0 (dummy) of netns {number} ") and
               device[0].endswith(", and does not: 2 references"), "device",
               f"d0 (dummy) of netns {number} ... and does not: 2 references",
               device)
    pin.drop()
    wait_for("healthy", lambda: findings() == (0, {}))


@ktap.case
def stuck_teardown_before_the_module_is_loaded():
    unload()
    fd = nl.new_netns()
    with nl.Inside(fd):
        nl.Rtnl().add("d0")
    pin.pin(fd, "hold", "d0")
    os.close(fd)
    wait_for("told", lambda: "teardown" in findings()[1])
    got = tool("doctor")
    ktap.equal("exit status", 1, got.status)
    ktap.check("track=0" in got.out and "do not rmmod" in got.out, "advice",
               "track=0, do not rmmod", got.out)
    sh("insmod", KO, "track=0")
    status, bad = findings()
    ktap.equal("with track=0: exit status, topics", (1, ["teardown"]),
               (status, list(bad)))
    sh("rmmod", "nsinfo")
    pin.drop()
    wait_for("no longer told", lambda: "teardown" not in findings()[1])
    load()


def install():
    """What make install does. Returns what takes it away again."""
    release = os.uname().release
    module = f"/lib/modules/{release}/nsinfo.ko"
    conf = "/etc/modprobe.d/nsinfo.conf"
    os.makedirs(os.path.dirname(conf), exist_ok=True)
    shutil.copy(KO, module)
    sh("depmod")
    with open("/nsinfo.modprobe", encoding="ascii") as file:
        text = file.read().replace("@NSINFO@", world.NSINFO)
    with open(conf, "w", encoding="ascii") as file:
        file.write(text)
    return lambda: (os.unlink(module), os.unlink(conf), sh("depmod"))


@ktap.case
def modprobe_asks_before_it_loads():
    unload()
    undo = install()
    ktap.equal("healthy: doctor --before-load", (0, "", ""),
               vars_of(tool("doctor", "--before-load")))
    ktap.equal("healthy: modprobe", (0, "", ""),
               vars_of(Run("modprobe", "nsinfo")))
    ktap.check(world.loaded(), "healthy", "loaded", "not loaded")
    unload()
    fd = nl.new_netns()
    with nl.Inside(fd):
        nl.Rtnl().add("d0")
    pin.pin(fd, "hold", "d0")
    os.close(fd)
    wait_for("told", lambda: tool("doctor", "--before-load").status)
    got = Run("modprobe", "nsinfo")
    ktap.check(got.status != 0 and "is in cleanup_net()" in got.err and
               "track=0" in got.err, "stuck: modprobe", "refused, and why",
               vars_of(got))
    ktap.check(not world.loaded(), "stuck", "not loaded", "loaded")
    os.close(nl.new_netns())    # would wait for a module that waits
    ktap.equal("stuck: modprobe track=0", (0, "", ""),
               vars_of(Run("modprobe", "nsinfo", "track=0")))
    sh("rmmod", "nsinfo")
    pin.drop()
    undo()
    load()


@ktap.case
def wrong_usage():
    ktap.equal("exit status", 2, Run(world.NSINFO, "doctor", "more").status)


ktap.run()
