# SPDX-License-Identifier: GPL-2.0
"""Which addresses are there twice: find --duplicates and doctor have one rule,
and arping -D finds what they say is on one wire."""

import errno
import json
import os
import subprocess
import tempfile

import ktap
import nl
from world import Run, netns, sh, tool, user, wait_for

IP = "192.0.2.1"
NETNS = ("a", "b", "r")
# Values of enum in linux/if_link.h.
NETKIT_MODE = 5
# Lines for ip in the netns r: a host with a pair to each of a and b.
PAIRS = ("link add name va type veth peer name e netns a",
         "link add name vb type veth peer name e netns b",
         "link set va up", "link set vb up")
BRIDGE = (*PAIRS, "link add name br0 type bridge", "link set br0 up",
          "link set va master br0", "link set vb master br0")
# Lines for each netns that has the address: the device of the name e.
UP = ("link set e up",)


class Scene:
    """The netns a, b and r, with what the lines make."""

    def __init__(self, *parts):
        self.parts = parts

    def __enter__(self):
        netns(*NETNS)
        try:
            self.make()
        except BaseException:
            self.__exit__()
            raise

    def make(self):
        for where, lines in self.parts:
            if callable(lines):
                lines()
                continue
            got = subprocess.run(["ip", "-n", where, "-batch", "-"], text=True,
                                 input="\n".join(lines) + "\n",
                                 stderr=subprocess.PIPE, check=False)
            if got.returncode and "Unknown device type" in got.stderr:
                raise ktap.Skip("not on this kernel")
            if got.returncode:
                raise RuntimeError(f"{where}: {lines}: {got.stderr}")

    def __exit__(self, *_):
        for name in NETNS:
            sh("ip", "netns", "del", name)


def found(what="ip"):
    """How each device has a duplicate, by device@netns."""
    got = tool("find", "--duplicates", what, "-J")
    if got.status:
        ktap.check("not found" in got.err, "stderr", "not found", got.err)
        return {}
    return {f"{hit['ifname']}@{hit['names'][0].rsplit('/', 1)[-1]}":
            hit["duplicate"] for hit in json.loads(got.out)["hits"]}


def doctor(level):
    got = tool("doctor", "-J")
    return [one["text"] for one in json.loads(got.out)["findings"]
            if one["topic"] == "address" and one["level"] == level]


def arping(holder):
    """Whether anybody else on the wire answers for the address."""
    dev, where = holder.split("@")
    wait_for("carrier", lambda: "NO-CARRIER" not in sh(
        "ip", "-n", where, "link", "show", dev))
    got = Run("ip", "netns", "exec", where, "arping", "-D", "-q", "-c", "2",
              "-w", "2", "-I", dev, IP)
    if got.err or got.status not in (0, 1):
        raise RuntimeError(f"arping: {got.status}: {got.err}")
    return bool(got.status)


def with_address(lines, dev="e"):
    return (*lines, f"addr add {IP}/24 dev {dev}", f"link set {dev} up")


def vlan(lower, number, name="e", proto="802.1Q"):
    return (f"link add link {lower} name {name} type vlan proto {proto} "
            f"id {number}", f"link set {lower} up", f"link set {name} up")


def macvlan(where, mode, kind="macvlan"):
    return (f"link add link low name e netns {where} type {kind} mode {mode}",)


def renamed(lower="x"):
    """The pair's end in a netns, where e is on top of it."""
    return ("link set e down", f"link set e name {lower}",
            f"link set {lower} up")


def vlans(first, second):
    return (("r", BRIDGE),
            ("a", (*renamed(), *with_address(vlan("x", first)))),
            ("b", (*renamed(), *with_address(vlan("x", second)))))


def macvlans(mode, kind="macvlan"):
    return (("r", ("link add name low type veth peer name far", "link set low up",
                   "link set far up", *macvlan("a", mode, kind),
                   *macvlan("b", mode, kind))),
            ("a", with_address(())), ("b", with_address(())))


def q_in_q(first, second):
    inner = [(*renamed(), *vlan("x", 7, "y"), *with_address(vlan("y", number)))
             for number in (first, second)]
    return ("r", BRIDGE), ("a", inner[0]), ("b", inner[1])


def overlay(first, second):
    """Tunnels over the wire between two netns."""
    def end(number, mine, other):
        return (*renamed(), f"addr add {mine}/24 dev x",
                *with_address((f"link add name e type vxlan id {number} local "
                               f"{mine} remote {other} dstport 4789",)))
    return (("r", BRIDGE), ("a", end(first, "198.51.100.1", "198.51.100.2")),
            ("b", end(second, "198.51.100.2", "198.51.100.1")))


def netkit(mode):
    """The ip of the guest does not know them."""
    ends = [os.open(f"/run/netns/{name}", os.O_RDONLY) for name in "ab"]
    try:
        with nl.Inside(ends[0]):
            nl.Rtnl().add_pair("netkit", "e", "e", ends[1],
                               nl.u32(NETKIT_MODE, mode))
    except OSError as err:
        if err.errno == errno.EOPNOTSUPP:
            raise ktap.Skip("not on this kernel") from err
        raise
    finally:
        for fd in ends:
            os.close(fd)


BOTH = (("a", with_address(())), ("b", with_address(())))
DIRECT = (("a", ("link add name e type veth peer name e netns b",)),)
BOND = ("link add name bd type bond mode active-backup", "link set e down",
        "link set e master bd", "link set bd up")
IN_VRF = ("link add name v type vrf table 7", "link set v up", "link set e master v")
# Name; how it is found, on both sides; and whether arping -D does; the scene.
SCENES = (
    ("bridge", "wire", True, (("r", BRIDGE), *BOTH)),
    ("pair", "wire", True, (*DIRECT, *BOTH)),
    ("bridge itself", "wire", True,
     (("r", (*PAIRS, "link add name e type bridge", "link set va master e",
             f"addr add {IP}/32 dev e", "link set e up")), BOTH[0])),
    ("two bridges", "wire", True,
     (("r", (*PAIRS, "link add name b1 type bridge", "link add name b2 type bridge",
             "link add name p1 type veth peer name p2", "link set p1 master b1",
             "link set p2 master b2", "link set va master b1",
             "link set vb master b2", "link set p1 up", "link set p2 up",
             "link set b1 up", "link set b2 up")), *BOTH)),
    ("bond", "wire", True,
     (("r", BRIDGE), ("a", with_address(BOND, "bd")), BOTH[1])),
    ("vrf", "wire", True, (("r", BRIDGE), ("a", (*IN_VRF, *BOTH[0][1])),
                           BOTH[1])),
    ("isolated ports", "perhaps", False,
     (("r", (*BRIDGE, "link set va type bridge_slave isolated on",
             "link set vb type bridge_slave isolated on")), *BOTH)),
    ("one isolated port", "wire", True,
     (("r", (*BRIDGE, "link set va type bridge_slave isolated on")), *BOTH)),
    ("isolated port and bridge", "wire", True,
     (("r", (*PAIRS, "link add name e type bridge", "link set va master e",
             "link set va type bridge_slave isolated on",
             f"addr add {IP}/32 dev e", "link set e up")), BOTH[0])),
    ("bridge that filters by VLAN", "perhaps", True,
     (("r", (*BRIDGE, "link set br0 type bridge vlan_filtering 1")), *BOTH)),
    ("one VLAN", "wire", True, vlans(5, 5)),
    ("two VLANs", "apart", False, vlans(5, 6)),
    ("a VLAN and none", "answered", True,
     (("r", BRIDGE), ("a", (*renamed(), *with_address(vlan("x", 5)))),
      BOTH[1])),
    ("a VLAN of a VLAN", "wire", True, q_in_q(3, 3)),
    ("two VLANs of a VLAN", "apart", False, q_in_q(3, 4)),
    ("macvlan bridge", "wire", True, macvlans("bridge")),
    ("macvlan vepa", "perhaps", False, macvlans("vepa")),
    ("macvlan private", "perhaps", False, macvlans("private")),
    ("macvlan and what its lower device leads to", "wire", True,
     (("r", ("link add name low type veth peer name e netns b", "link set low up",
             *macvlan("a", "private"))), *BOTH)),
    ("macvlan and its lower device", "perhaps", False,
     (("b", ("link add name far type veth peer name e netns r",
             "link set far up")),
      ("r", ("link set e up", f"addr add {IP}/32 dev e",
             "link add link e name m netns a type macvlan mode bridge")),
      ("a", with_address(("link set dev m name e",))))),
    ("ipvlan l2 and what its lower device leads to", "wire", True,
     (("r", ("link add name low type veth peer name e netns b", "link set low up",
             *macvlan("a", "l2", "ipvlan"))), *BOTH)),
    ("ipvlan l3 and what its lower device leads to", "apart", False,
     (("r", ("link add name low type veth peer name e netns b", "link set low up",
             *macvlan("a", "l3", "ipvlan"))), *BOTH)),
    ("netkit l2", "wire", True,
     (("a", lambda: netkit(0)), *BOTH)),
    ("netkit l3", "apart", False,
     (("a", lambda: netkit(1)), *BOTH)),
    ("one VNI", "perhaps", True, overlay(9, 9)),
    ("two VNIs", "apart", False, overlay(9, 10)),
    ("routed", "routed", False, (("r", PAIRS), *BOTH)),
    ("routed in two VRFs", "apart", False,
     (("r", (*PAIRS, "link add name w1 type vrf table 8",
             "link add name w2 type vrf table 9", "link set va master w1",
             "link set vb master w2")), *BOTH)),
    ("a device and lo of its neighbour", "answered", True,
     (("r", BRIDGE), ("a", (*UP, *with_address((), "lo"))),
      BOTH[1])),
    ("two dummies", "apart", False,
     tuple((name, with_address(("link add name e type dummy",))) for name in "ab")),
)
LEVELS = {"wire": "bad", "routed": "note", "perhaps": "note",
          "answered": "note", "apart": "note"}
WORDS = {"wire": ", on one wire", "perhaps": ", on one wire, unless ",
         "routed": " can reach one of them only",
         "answered": ", too), unless arp_ignore is set",
         "apart": ", on wires that nothing seen here connects"}


def compare(name, how, answers):
    got = found()
    holders = [f"{dev}@{where}" for where in NETNS for dev in ("e", "bd", "lo")
               if IP in Run("ip", "-n", where, "addr", "show", dev).out]
    ktap.equal(f"{name}: find", dict.fromkeys(holders, how), got)
    ktap.equal(f"{name}: they are two", 2, len(holders))
    texts = {level: doctor(level) for level in ("bad", "note", "ok")}
    want = {level: [] for level in texts} | {LEVELS[how]: [True]}
    ktap.equal(f"{name}: doctor: {texts}", want,
               {level: [text.startswith(f"{IP} is ") and WORDS[how] in text
                        for text in some] for level, some in texts.items()})
    ktap.equal(f"{name}: arping", answers, any(
        arping(holder) for holder in holders if holder != "lo@a"))


def address(level, ip):
    """What doctor says of one address."""
    return [text for text in doctor(level) if text.startswith(f"{ip} ")]


@ktap.case
def link_local_addresses_are_those_of_one_wire():
    for ip, length in (("fe80::1", 64), ("169.254.7.7", 16)):
        add = (f"addr add {ip}/{length} dev e" +
               " nodad" * (":" in ip), "link set e up")
        with Scene(("r", BRIDGE), ("a", add), ("b", add)):
            ktap.equal(ip, {"e@a": "wire", "e@b": "wire"}, found())
            ktap.equal(f"{ip}: doctor", [f"{ip} is on e@a and e@b, on one wire"],
                       doctor("bad"))
        with Scene(("r", PAIRS), ("a", add), ("b", add)):
            ktap.equal(f"{ip}, two wires", {}, found())
            ktap.equal(f"{ip}, two wires: doctor", ["none is there twice"],
                       doctor("ok"))


def flags(where):
    return sh("ip", "-n", where, "addr", "show", "e")


@ktap.case
def the_kernel_noticed():
    add = ("addr add 2001:db8::1/64 dev e",)
    with Scene(("r", BRIDGE), ("a", ("link set e up", *add)),
               ("b", ("link set e up",))):
        wait_for("a may use it", lambda: "tentative" not in flags("a"))
        sh("ip", "-n", "b", *add[0].split())
        wait_for("the kernel notices", lambda: "dadfailed" in flags("b"))
        ktap.equal("find", {"e@a": "wire", "e@b": "wire"}, found())
        ktap.check("wire, dadfailed" in tool("find", "-D", "ip").out, "text",
                   "wire, dadfailed", tool("find", "-D", "ip").out)
        ktap.equal("doctor", ["2001:db8::1 is on e@a and e@b (dadfailed), on "
                              "one wire"], doctor("bad"))
        sh("ip", "-n", "a", "addr", "del", "2001:db8::1/64", "dev", "e")
        ktap.equal("the other one is gone: find", {"e@b": "unseen"}, found())
        ktap.equal("the other one is gone: doctor",
                   ["2001:db8::1 is on e@b (dadfailed), and on a device of "
                    "its wire that is not seen here"], doctor("bad"))


@ktap.case
def host_routes_reach_one_of_them():
    add = (f"addr add {IP}/32 dev e", "link set e up")
    with Scene(("r", PAIRS), ("a", add), ("b", add)):
        ktap.equal("bad", [f"{IP} is on e@a behind va@r and e@b behind vb@r: "
                           "what is routed to it can reach one of them only"],
                   doctor("bad"))


@ktap.case
def many_are_counted():
    ends = [f"link add name p{i} type veth peer name e{i} netns a"
            for i in range(4)]
    with Scene(("r", (*BRIDGE, *ends, *(f"link set p{i} master br0"
                                        for i in range(4)))),
               ("a", [line for i in range(4)
                      for line in with_address((), f"e{i}")]), *BOTH):
        ktap.equal("bad", [f"{IP} is on e@a, e0@a, e1@a, e2@a and 2 more, on "
                           "one wire"], doctor("bad"))


def macs(*where):
    return [(name, ("link set e down", "link set e address 02:00:00:00:00:01",
                    "link set e up")) for name in where]


@ktap.case
def hardware_addresses():
    with Scene(("r", BRIDGE), *macs("a", "b")):
        ktap.equal("one wire", {"e@a": "wire", "e@b": "wire"}, found("mac"))
    with Scene(("r", PAIRS), *macs("a", "b")):
        ktap.equal("two wires", {"e@a": "apart", "e@b": "apart"}, found("mac"))
    ends = [f"link set {name} address ee:ee:ee:ee:ee:ee" for name in
            ("va", "vb")]
    with Scene(("r", (*PAIRS, *ends))):
        ktap.equal("the ends of a CNI", {}, found("mac"))


@ktap.case
def what_is_not_known_is_said():
    """Without the command ip, or with one that fails, nothing is certain."""
    with Scene(("r", BRIDGE), *BOTH), \
            tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/ip"
        with open(path, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\necho broken >&2\nexit 1\n")
        os.chmod(path, 0o755)
        env = {"PATH": f"{folder}:{os.environ['PATH']}"}
        for command in (("find", "-D", "ip", "-J"), ("doctor", "-J")):
            got = tool(*command, env=env)
            ktap.equal(f"{command}: exit status", 0, got.status)
            ktap.check("broken" in got.err and got.err.count("\n") == 1,
                       "stderr", "one note: broken", got.err)
            ktap.check("perhaps" in got.out or "unless" in got.out, "stdout",
                       "perhaps, unless", got.out)


@ktap.case
def who_does_not_see_all_is_not_told_ok():
    with Scene(("r", BRIDGE), *BOTH):
        got = tool("doctor", via=user(1000))
        lines = [line for line in got.out.splitlines() if " address " in line]
        ktap.check(len(lines) == 1 and lines[0].startswith("note ") and
                   "that this user sees" in lines[0], "lines", "a note", lines)


def add_case(name, how, answers, parts):
    def scene():
        with Scene(*parts):
            compare(name, how, answers)
    scene.__name__ = name.replace(" ", "_")
    ktap.case(scene)


for one in SCENES:
    add_case(*one)
ktap.run()
