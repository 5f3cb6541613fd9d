# SPDX-License-Identifier: GPL-2.0
"""Who is told what, in which order, and what is lost."""

import os
import struct
import subprocess
import sys
import time

import ktap
import nl
import world
from heard import (all_events, heard, heard_until, ifindex, ip, of_device, rtnl,
                   told)
from listen import Listener, Overrun, World, hole
from world import sh


@ktap.case
def burst_without_holes():
    heard()
    held = [nl.new_netns() for _ in range(100)]
    for number, fd in enumerate(held):
        rtnl.add_pair("veth", f"b{number}", "b", fd)
    for fd in held:
        os.close(fd)
    got = heard_until("netns-del", 100)
    counts = {kind: told(got).count(kind) for kind in set(told(got))}
    peers = counts.pop("dev-change", 0)
    ktap.equal("told", {"netns-add": 100, "netns-dying": 100,
                        "netns-del": 100, "dev-add": 300, "dev-del": 300},
               counts)
    ktap.check(peers <= 200, "peers told", "200 at most", peers)


@ktap.case
def container_sees_its_own():
    outside, here = nl.open_netns(), nl.cookie()
    fd = nl.new_netns()
    with nl.Inside(fd):
        there = nl.cookie()
        own = Listener("own")
        foreign = Listener("all")
        inner = nl.Rtnl()
    other = nl.new_netns()
    rtnl.add("out")
    with nl.Inside(other):
        nl.Rtnl().add("d9")
    inner.add("d0")
    rtnl.add_pair("veth", "e0", "e1", fd)
    rtnl.add("mover")
    rtnl.move(ifindex("mover"), fd)
    with nl.Inside(fd):
        inner.move(ifindex("mover"), outside)
        ip("link set lo up", "addr add 192.0.2.1/24 dev d0")
    # What e1 sees of its peer is the ifindex, which is told.
    rtnl.rename(ifindex("e0"), "foreign")
    rtnl.move(ifindex("foreign"), other)
    with nl.Inside(other):
        nl.Rtnl().move(ifindex("foreign"), outside)
    os.close(other)
    heard_until("netns-del")
    got = own.drain()
    ktap.equal("hole", None, hole(got))
    ktap.equal("netns", {there}, {event.netns for event in got})
    ktap.equal("told", [("dev-add", "d0"), ("dev-add", "e1"),
                        ("dev-change", "e1"), ("dev-add", "mover"),
                        ("dev-del", "mover"), ("addr-add", "lo"),
                        ("addr-add", "lo"), ("dev-change", "lo"),
                        ("addr-add", "d0")],
               sorted([(event.kind, event.ifname) for event in got],
                      key=lambda pair: [event.seq for event in got if
                                        (event.kind, event.ifname) == pair]))
    ktap.equal("peer, link-netns, from", (False, False, False),
               (any(event.attrs.has("PEER") for event in got),
                any(event.attrs.has("LINK_NETNS") for event in got),
                any(event.origin for event in got)))
    for event in got:
        ktap.check(struct.pack("=Q", here) not in
                   [payload for _, payload in event.attrs.all], event,
                   "nothing of another netns", "its id")
    ktap.equal("group all in a container", [], foreign.drain(0))
    for name in ("out", "mover", "foreign"):
        rtnl.delete(ifindex(name))
    own.close()
    foreign.close()
    inner.close()
    os.close(outside)
    os.close(fd)
    heard()


@ktap.case
def container_forgets_what_leaves_it():
    """While a device moves, its master lets go of it: that is not told of it
    once it is gone."""
    outside = nl.open_netns()
    fd = nl.new_netns()
    with nl.Inside(fd):
        own = Listener("own")
        inner = nl.Rtnl()
        inner.add("br0", "bridge")
        inner.add("d0")
        ip("link set d0 master br0 up", "link set br0 up")
        index = ifindex("d0")
    own.drain(1.3)
    heard()
    inner.move(index, outside)
    got = of_device(own.drain(), "d0")
    ktap.equal("last of it in its netns", "dev-del", got[-1].kind)
    got = of_device(heard(), "d0")
    ktap.equal("last of it for all", "dev-move", got[-1].kind)
    rtnl.delete(ifindex("d0"))
    own.close()
    inner.close()
    os.close(outside)
    os.close(fd)
    heard_until("netns-del")


@ktap.case
def number_of_the_last_event():
    def last():
        return nl.Attrs(nl.Nsinfo().do("MODULE_GET").msgs[0],
                        "MODULE").num("EVENT_SEQ")
    rtnl.add("d0")
    ktap.equal("in the first netns", heard()[-1].seq, last())
    fd = nl.new_netns()
    with nl.Inside(fd):
        ktap.equal("elsewhere, before anything is told", 0, last())
        own = Listener("own")
        nl.Rtnl().add("d0")
        ktap.equal("elsewhere", own.drain()[-1].seq, last())
    rtnl.delete(ifindex("d0"))
    own.close()
    os.close(fd)
    heard_until("netns-del")


@ktap.case
def no_duplicates_with_all_nsid():
    sh("ip", "netns", "add", "blue")
    sh("ip", "netns", "set", "blue", "42")
    heard()
    listener = Listener("all", all_nsid=True)
    own = Listener("own", all_nsid=True)
    sh("ip", "-n", "blue", "link", "add", "d0", "type", "dummy")
    rtnl.add("d1")
    rtnl.delete(ifindex("d1"))
    got = listener.drain()
    ktap.equal("told", ["dev-add", "dev-add", "dev-del"], told(got))
    ktap.equal("hole, or twice", None, hole(got))
    ktap.equal("group own of all", [("d0", 42), ("d1", None), ("d1", None)],
               [(event.ifname, event.nsid) for event in own.drain(0)])
    listener.close()
    own.close()
    sh("ip", "netns", "del", "blue")
    heard_until("netns-del")


ALL_NSID = """import sys
sys.path.insert(0, sys.argv[1])
from listen import Listener
listener = Listener("all", all_nsid=True, rcvbuf=0)
print("ready", flush=True)
sys.stdin.readline()
print(listener.drain())
"""


@ktap.case
def all_nsid_is_not_for_user_namespaces():
    """It needs CAP_NET_BROADCAST in the one that owns the first netns."""
    process = subprocess.Popen(
        [str(word) for word in
         (*world.user(1000), "unshare", "-Urn", sys.executable, "-c", ALL_NSID,
          os.path.dirname(os.path.abspath(__file__)))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    ktap.equal("it", "ready", process.stdout.readline().strip())
    # Where it has no number for the first netns it is told nothing anyway.
    sh("ip", "netns", "attach", "first", str(os.getpid()))
    sh("nsenter", f"--net=/proc/{process.pid}/ns/net", "ip", "netns", "set",
       "first", "7")
    rtnl.add("d0")
    rtnl.delete(ifindex("d0"))
    ktap.equal("told", "[]", process.communicate("go\n")[0].strip())
    heard()


@ktap.case
def leaving_and_joining_again():
    """Nobody else listens to this group: what nobody hears has no number."""
    own = Listener("own")
    rtnl.add("d0")
    first = own.drain()[-1].seq
    own.leave()
    rtnl.delete(ifindex("d0"))
    heard()
    own.sock.setsockopt(nl.SOL_NETLINK, 1, own.group)
    rtnl.add("d1")
    rtnl.delete(ifindex("d1"))
    got = own.drain()
    ktap.equal("told", [("dev-add", "d1", first + 1),
                        ("dev-del", "d1", first + 2)],
               [(event.kind, event.ifname, event.seq) for event in got])
    own.close()
    heard()


@ktap.case
def slow_reader_loses_and_nobody_waits():
    slow = Listener(rcvbuf=0)
    heard()
    start = time.monotonic()
    for _ in range(150):
        os.close(nl.new_netns())
    ktap.note(f"150 netns with a reader that sleeps: "
              f"{time.monotonic() - start:.1f} s")
    got = heard_until("netns-del", 150)
    ktap.equal("quick reader: hole", None, hole(got))
    lost = False
    events = []
    while True:
        try:
            more = slow.take(0.5)
        except Overrun:
            lost = True
            continue
        if not more:
            break
        events += more
    ktap.equal("slow reader: ENOBUFS", True, lost)
    ktap.check(0 < len(events) < len(got), "slow reader: events",
               f"fewer than {len(got)}", len(events))
    picture = World(nl.Nsinfo())
    rtnl.add("d0")
    for event in slow.drain():
        ktap.check(event.seq > events[-1].seq + 1, "slow reader: number",
                   "a hole", event.seq)
        picture.apply(event)
    ktap.equal("slow reader: after a dump", "",
               picture.differences(World(nl.Nsinfo())))
    rtnl.delete(ifindex("d0"))
    slow.close()
    heard()


@ktap.case
def unload_with_listeners():
    held = [nl.new_netns() for _ in range(5)]
    listeners = [Listener("all"), Listener("own")]
    for fd in held:
        with nl.Inside(fd):
            nl.Rtnl().add("d0")
            listeners.append(Listener("own"))
    heard()
    for listener in listeners:
        listener.drain(0)
    world.unload()
    ktap.equal("told by the unload", [],
               [event for listener in [all_events, *listeners]
                for event in listener.drain(0.2)])
    world.load()
    for listener in [all_events, *listeners]:
        listener.close()
    for fd in held:
        os.close(fd)


ktap.run()
