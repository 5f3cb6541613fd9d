# SPDX-License-Identifier: GPL-2.0
"""What is below a device of each kind: against rtnetlink, and against what was
made here."""

import json
import os
import re
import subprocess
import sys
import threading

import ktap
import world
from world import (Process, Run, batch, devices, dump, inode, inside, netns,
                   sh, tool, user)

ENDS = "local 10.0.0.1 remote 10.0.0.2"
ENDS6 = "local fd00::1 remote fd00::2"
ERSPAN = "seq key 9 erspan_ver 1 erspan 1"

# Where the underlay is.
BELOW = "below"         # the netns where it was made
OWN = "own"             # its own, or it has none
UNTOLD = "untold"       # no module and no rtnetlink tells it

# Name, arguments of ip link add, the device below that the kernel tells, and
# where the netns below is.
KINDS = (
    ("vxlan", f"type vxlan id 5 dstport 4789 {ENDS}", None, BELOW),
    ("vxlan0", "type vxlan id 6 dstport 4790", None, BELOW),
    ("vxlandev", "type vxlan id 7 dstport 4791 dev base", "base", BELOW),
    ("vxlanext", "type vxlan dstport 4792 external", None, BELOW),
    ("geneve", "type geneve id 7 remote 10.0.0.2", None, UNTOLD),
    ("geneveext", "type geneve dstport 6082 external", None, UNTOLD),
    ("gre", f"type gre {ENDS}", None, BELOW),
    ("gredev", f"type gre {ENDS} key 2 dev base", "base", BELOW),
    ("gretap", f"type gretap {ENDS}", None, BELOW),
    ("gretapdev", f"type gretap {ENDS} key 2 dev base", "base", BELOW),
    ("erspan", f"type erspan {ENDS} {ERSPAN}", None, BELOW),
    ("ip6gre", f"type ip6gre {ENDS6}", None, BELOW),
    ("ip6gredev", f"type ip6gre {ENDS6} key 2 dev base", "base", BELOW),
    ("ip6gretap", f"type ip6gretap {ENDS6}", None, BELOW),
    ("ip6erspan", f"type ip6erspan {ENDS6} {ERSPAN}", None, BELOW),
    ("ipip", f"type ipip {ENDS}", None, BELOW),
    ("ipipdev", "type ipip local 10.0.0.1 remote 10.0.0.3 dev base", "base",
     BELOW),
    ("sit", f"type sit {ENDS}", None, BELOW),
    ("sitdev", "type sit local 10.0.0.1 remote 10.0.0.3 dev base", "base",
     BELOW),
    ("ip6tnl", f"type ip6tnl {ENDS6}", None, BELOW),
    ("ip6tnldev", "type ip6tnl local fd00::1 remote fd00::3 dev base", "base",
     BELOW),
    ("vti", f"type vti {ENDS} key 3", None, BELOW),
    ("vtidev", "type vti local 10.0.0.1 remote 10.0.0.3 key 4 dev base",
     "base", BELOW),
    ("vti6", f"type vti6 {ENDS6} key 3", None, BELOW),
    ("xfrm", "type xfrm if_id 3 dev base", "base", BELOW),
    ("wireguard", "type wireguard", None, BELOW),
    ("bareudp", "type bareudp dstport 6635 ethertype ipv4", None, BELOW),
    ("gtp", "type gtp role sgsn", None, BELOW),
    ("amt", "type amt discovery 10.0.0.2 mode gateway local 10.0.0.1 "
     "dev base relay_port 2268", "base", BELOW),
    ("vlan", "link base type vlan id 7", "base", BELOW),
    ("stag", "link base type vlan proto 802.1ad id 8", "base", BELOW),
    ("qinq", "link mid type vlan id 9", "mid", BELOW),
    ("macvlan", "link base type macvlan mode bridge", "base", BELOW),
    ("macvtap", "link base type macvtap", "base", BELOW),
    ("ipvlan", "link base2 type ipvlan mode l2", "base2", BELOW),
    ("ipvtap", "link base2 type ipvtap", "base2", BELOW),
    ("macsec", "link base3 type macsec", "base3", BELOW),
    ("rmnet", "link base4 type rmnet mux_id 1", "base4", BELOW),
    ("virtwifi", "link base5 type virt_wifi", "base5", BELOW),
    ("dummy", "type dummy", None, OWN),
    ("ifb", "type ifb", None, OWN),
    ("vcan", "type vcan", None, OWN),
    ("nlmon", "type nlmon", None, OWN),
    ("bridge", "type bridge", None, OWN),
    ("bond", "type bond", None, OWN),
    ("team", "type team", None, OWN),
    ("vrfdev", "type vrf table 10", None, OWN),
    ("batadv", "type batadv", None, OWN),
    ("hsr", "type hsr slave1 slave1 slave2 slave2 version 1", None, OWN),
)
BASES = ("base", "base2", "base3", "base4", "base5", "slave1", "slave2")
# rtnetlink has the ifindex of the device itself as that of the one below.
NO_IFLINK = ("vxlan", "vxlan0", "vxlandev", "vxlanext")
# rtnetlink tells no netns, so ip has the name of another device.
NO_NETNS = ("ipvtap", "rmnet", "virtwifi")

made = {}               # name: (lower, where)


def make(index, name, args, lower, where):
    got = Run("ip", "-n", "below", "link", "add", name, "index", index,
              *args.split())
    if got.status:
        if not re.search("Unknown device type|not supported|unknown",
                         got.err):
            raise RuntimeError(f"{name}: {got.err}")
        return
    if where != OWN and Run("ip", "-n", "below", "link", "set", name, "netns",
                            "above").status:
        raise RuntimeError(f"{name} cannot be moved")
    if where == OWN:
        # Those that may not be moved stay.
        Run("ip", "-n", "below", "link", "set", name, "netns", "above")
    made[name] = (lower, where)


def ip_link(where, *args):
    return json.loads(sh("ip", "-n", where, "-j", "-d", "link", "show",
                         *args))


def ifindex(where, name):
    return ip_link(where, name)[0]["ifindex"]


def home(name):
    """Where it is now."""
    return "above" if Run("ip", "-n", "above", "link", "show",
                          name).status == 0 else "below"


def page(*args):
    got = tool(*args)
    ktap.equal(f"{args}: exit status, stderr", (0, ""), (got.status, got.err))
    return got.out


def line_of(text, name):
    """Of a device in the tree: what comes after its name."""
    found = re.search(rf"^[|`├└][-─]+ {name} +(.*)$", text, re.M)
    return found.group(1) if found else None


def expected_text(name):
    lower, where = made[name]
    if lower:
        return f"link {lower}@below"
    return {BELOW: "underlay @below", UNTOLD: "underlay not told",
            OWN: None}[where]


def check_text(what, text, names=None):
    for name in names or made:
        if made[name][1] == OWN and home(name) == "below":
            continue
        words = re.findall(r"(?:link|underlay) .*?(?=  |$)",
                           line_of(text, name) or "no line")
        expected = expected_text(name)
        ktap.equal(f"{what}: {name}", [expected] if expected else [], words)


def check_json(name, dev, below):
    lower, where = made[name]
    ktap.equal(f"{name}: peer", None, dev.get("peer"))
    ktap.equal(f"{name}: link_netns", below if where == BELOW else None,
               dev.get("link_netns"))
    ktap.equal(f"{name}: link_index",
               ifindex("below", lower) if lower else None,
               dev.get("link_index"))
    ktap.equal(f"{name}: link", None, dev.get("link"))


@ktap.case
def json_of_each_kind():
    found = dump()
    below = {"ns": inode("below"), "id": found[inode("below")]["id"]}
    for name in made:
        check_json(name, devices(found, home(name))[name], below)


@ktap.case
def rtnetlink_agrees():
    """It tells a netns where nsinfo does, but for that of sockets, and the same
    device below, but for one that is the device itself."""
    nsids = {one["nsid"]: one.get("name") for one in json.loads(
        sh("ip", "-n", "above", "-j", "netns", "list-id"))}
    found = devices(dump(), "above")
    for name in made:
        if home(name) != "above":
            continue
        ip, = ip_link("above", name)
        if "link_netnsid" in ip:
            ktap.equal(f"{name}: netns", "below", nsids[ip["link_netnsid"]])
            ktap.check("link_netns" in found[name], name, "link_netns",
                       found[name])
        if name in NO_IFLINK:
            ktap.equal(f"{name}: ip's link_index, that of the device",
                       ip["ifindex"], ip.get("link_index"))
        elif name not in NO_NETNS and name != "amt":
            ktap.equal(f"{name}: link_index", ip.get("link_index"),
                       found[name].get("link_index"))


@ktap.case
def text_of_each_kind():
    check_text("dump", page("dump"))
    for decoy in ("decoy", "if0", "tunl0@"):
        ktap.check(decoy not in re.sub(r"^.{3}decoy.*$", "", page("dump"),
                                       flags=re.M),
                   "dump", f"no {decoy}", page("dump"))


@ktap.case
def text_of_one_netns_has_the_same_names():
    check_text("dump above", page("dump", "above"))
    whole, one = page("dump"), page("dump", "above")
    ktap.check(one in whole, "dump above", "a part of dump", one)


@ktap.case
def topology_of_each_kind():
    links = json.loads(page("show", "-J", "above"))["namespaces"][0]
    seen = {link["ifname"]: link["lower"] for link in links["topology"]
            if "lower" in link}
    below = {"ns": inode("below"), "id": dump()[inode("below")]["id"]}
    for name, (lower, where) in made.items():
        expected = None
        if where == BELOW:
            expected = dict(below)
        if lower:
            expected |= {"ifindex": ifindex("below", lower), "ifname": lower}
        ktap.equal(f"{name}: lower", expected, seen.get(name))
    links = json.loads(page("show", "-J", "below"))["namespaces"][0]
    seen = {link["upper"]["ifname"]: link for link in links["topology"]
            if "upper" in link}
    for name, (lower, where) in made.items():
        if where != BELOW:
            ktap.equal(f"{name}: from below", None, seen.get(name))
            continue
        ktap.equal(f"{name}: from below", (lower, ifindex("above", name)),
                   (seen[name].get("ifname"),
                    seen[name]["upper"]["ifindex"]))


@ktap.case
def page_of_each_kind():
    above, below = page("show", "above"), page("show", "below")
    for name, (lower, where) in made.items():
        if where == OWN:
            continue
        if lower:
            parts = f"{name} on top of {lower}@below", \
                f"{lower} below {name}@above"
        elif where == BELOW:
            parts = f"{name} underlay @below", f"underlay of {name}@above"
        else:
            parts = f"{name} underlay not told", None
        for text, part in zip((above, below), parts):
            ktap.check(not part or re.search(rf"(^| ){part}$", text, re.M),
                       f"show: {name}", part, text)
    ktap.check("decoy" not in re.sub(r"^.*[-─] decoy.*$", "", above + below,
                                     flags=re.M),
               "show", "no decoy in what it is wired to", above + below)


@ktap.case
def holders_tells_who_is_on_top():
    """Devices of other netns, which hold nothing."""
    one, = json.loads(page("holders", "-J", "below"))["namespaces"]
    above = inode("above")
    expected = {name: lower for name, (lower, where) in made.items()
                if where == BELOW}
    ktap.equal("uppers of below", expected,
               {dev["ifname"]: dev.get("link") for dev in one["uppers"]
                if dev["ns"] == above})
    ktap.equal("holders", {"mount"}, {h["type"] for h in one["holders"]})
    text = page("holders", "below")
    for part in ("wireguard@above (wireguard): its underlay is here",
                 "vlan@above (vlan): on top of base"):
        ktap.check(part in text, "text", part, text)
    one, = json.loads(page("holders", "-J", "above"))["namespaces"]
    ktap.equal("uppers of above", [], one["uppers"])


@ktap.case
def holders_tells_sockets_of_the_kernel():
    """Those of geneve, which nothing else tells, are in the netns where it was
    made; sockets of programs are none of them."""
    def ports(name):
        one, = json.loads(page("holders", "-J", name))["namespaces"]
        return {int(s["local"].rpartition(":")[2])
                for s in one["kernel_sockets"] if s["protocol"] == "udp"}

    batch("above", "link set geneve up", "link set vxlan up")
    ktap.check({6081, 4789} <= ports("below"), "below", "6081, 4789",
               ports("below"))
    ktap.equal("above", set(), ports("above"))
    ktap.check("udp 0.0.0.0:6081" in page("holders", "below"), "text",
               "udp 0.0.0.0:6081", page("holders", "below"))
    with Process(*inside("below"), sys.executable, "-c",
                 "import socket, time; s = socket.socket(2, 2); "
                 "s.bind(('0.0.0.0', 7777)); time.sleep(1000)") as pid:
        world.wait_for("its socket", lambda: f"{7777:04X}" in open(
            f"/proc/{pid}/net/udp", encoding="ascii").read())
        ktap.equal("a program's", False, 7777 in ports("below"))
    batch("above", "link set geneve down", "link set vxlan down")
    world.wait_for("the sockets go with the devices' being up",
                   lambda: not {6081, 4789} & ports("below"))


@ktap.case
def monitor_has_the_same_names():
    expected = {name: expected_text(name) for name in made
                if expected_text(name)}
    seen = {}
    process = subprocess.Popen([world.NSINFO, "monitor", "--initial"],
                               stdout=subprocess.PIPE, text=True)
    timer = threading.Timer(60, process.kill)
    timer.start()
    for line in process.stdout:
        found = re.search(r"initial +(\S+)@above .*?((link|underlay) .*?)"
                          r"(  |$)", line)
        if found:
            seen[found.group(1)] = found.group(2)
        if len(seen) >= len(expected):
            break
    timer.cancel()
    process.kill()
    process.communicate()
    ktap.equal("monitor --initial", expected, seen)


@ktap.case
def lower_device_renamed():
    # A device that is up cannot be renamed before 6.2.
    batch("below", "link set base down", "link set base name under")
    try:
        text = page("dump", "above")
        for name, (lower, _) in made.items():
            if lower == "base":
                ktap.check("link under@below" in line_of(text, name), name,
                           "link under@below", line_of(text, name))
    finally:
        batch("below", "link set under name base", "link set base up")


@ktap.case
def hidden_from_a_user():
    """Of the netns below, and of a device that rtnetlink does not tell, no
    trace."""
    hidden = inode("below")
    via = inside("above") + user(1001)
    text = tool("dump", "-J", via=via).out
    found = devices({one["ns"]: one for one in
                     json.loads(text)["namespaces"]}, "above")
    for name, (lower, where) in made.items():
        if name not in found:
            continue
        told = lower if name not in ("vxlandev", "amt") else None
        ktap.equal(f"{name}: link_netns, link_index",
                   (None, ifindex("below", told) if told else None),
                   (found[name].get("link_netns"),
                    found[name].get("link_index")))
        if where != OWN:
            line = line_of(tool("dump", via=via).out, name)
            word = "in a netns that is not told" if told else \
                "underlay not told"
            ktap.check(word in line, name, word, line)
    ktap.check(str(hidden) not in text, "what it must not see",
               f"no {hidden}", text)


@ktap.case
def sockets_are_where_it_was_made():
    """A wireguard device has them while it is up; they go with that netns, and
    the device stays."""
    netns("maker", "user")
    batch("maker", "link add wgm type wireguard", "link set wgm netns user")
    told = {"ns": inode("maker"), "id": dump()[inode("maker")]["id"]}

    def below():
        return devices(dump(), "user")["wgm"].get("link_netns")

    ktap.equal("down", None, below())
    ktap.check("underlay not told" in line_of(page("dump"), "wgm"), "down",
               "underlay not told", page("dump", "user"))
    batch("user", "link set wgm up")
    ktap.equal("up", told, below())
    batch("user", "link set wgm netns maker")
    dev = devices(dump(), "maker")["wgm"]
    ktap.equal("home again", (None, None), (dev.get("link_netns"),
                                            dev.get("link_index")))
    batch("maker", "link set wgm netns user")
    batch("user", "link set wgm up")
    sh("ip", "netns", "del", "maker")
    world.wait_for("maker goes: the sockets do not hold it",
                   lambda: told["ns"] not in dump())
    ktap.equal("its netns gone", None, below())


@ktap.case
def socket_table_of_its_own():
    """Since 6.2 a netns can have one."""
    knob = "/proc/sys/net/ipv4/udp_child_hash_entries"
    if not os.path.exists(knob) or "wireguard" not in made:
        ktap.note("not on this kernel: a table of its own")
        return
    sh("sysctl", "-qw", "net.ipv4.udp_child_hash_entries=256")
    try:
        netns("tabled")
    finally:
        sh("sysctl", "-qw", "net.ipv4.udp_child_hash_entries=0")
    batch("tabled", "link add wgt type wireguard", "link set wgt netns above")
    batch("above", "link set wgt up")
    ktap.equal("link_netns", inode("tabled"),
               devices(dump(), "above")["wgt"]["link_netns"]["ns"])
    batch("above", "link del wgt")


@ktap.case
def l2tp():
    """Its devices are not made by rtnetlink."""
    got = Run("ip", "-n", "above", "l2tp", "add", "tunnel", "tunnel_id", 3,
              "peer_tunnel_id", 3, "encap", "udp", "local", "127.0.0.1",
              "remote", "127.0.0.1", "udp_sport", 5000, "udp_dport", 6000)
    if got.status:
        ktap.note(f"not on this kernel: l2tp: {got.err}")
        return
    sh("ip", "-n", "above", "l2tp", "add", "session", "name", "l2tpeth7",
       "tunnel_id", 3, "session_id", 1, "peer_session_id", 1)
    batch("above", "link set l2tpeth7 netns below")
    dev = devices(dump(), "below")["l2tpeth7"]
    ktap.equal("link, link_index, link_netns", (None, None, None),
               tuple(dev.get(key) for key in ("link", "link_index",
                                              "link_netns")))
    ktap.check("underlay not told" in line_of(page("dump"), "l2tpeth7"),
               "dump", "underlay not told", page("dump", "below"))
    sh("ip", "-n", "above", "l2tp", "del", "tunnel", "tunnel_id", 3)


@ktap.case
def pair_of_vxcan():
    """The netns of its peer takes RTNL to tell."""
    if Run("ip", "-n", "below", "link", "add", "can0", "type", "vxcan",
           "peer", "name", "can1").status:
        ktap.note("not on this kernel: vxcan")
        return
    batch("below", "link set can1 netns above")
    dev = devices(dump(), "above")["can1"]
    ktap.equal("link_index, link, link_netns",
               (ifindex("below", "can0"), None, None),
               (dev.get("link_index"), dev.get("link"),
                dev.get("link_netns")))
    ktap.check("in a netns that is not told" in
               line_of(page("dump"), "can1"), "dump",
               "...in a netns that is not told", page("dump", "above"))
    batch("above", "link del can1")


@ktap.case
def names_in_a_dump_of_one():
    """Of the first netns, of one without a name, of peers."""
    batch("above", "link add pa type veth peer name pb netns 1",
          "link add pc type veth peer name pd netns below")
    sh("ip", "link", "add", "initbase", "type", "dummy")
    sh("ip", "link", "add", "invlan", "link", "initbase", "type", "vlan",
       "id", "3")
    sh("ip", "link", "set", "invlan", "netns", "above")
    try:
        text = page("dump", "above")
        for name, part in (("pa", "peer pb@init"), ("pc", "peer pd@below"),
                           ("invlan", "link initbase@init")):
            ktap.check(part in line_of(text, name), name, part,
                       line_of(text, name))
        ktap.equal("dump above", True, text in page("dump"))
        for many in (("above", "below"), ("below",), ("init",)):
            for part in page("dump", *many).split("\n\n"):
                ktap.check(part.strip() in page("dump"), f"dump {many}",
                           "a part of dump", part)
        ktap.equal("JSON", json.loads(page("dump", "-J"))["namespaces"],
                   [one for name in json.loads(page("dump", "-J"))
                    ["namespaces"] for one in json.loads(
                        page("dump", "-J", name["ns"]))["namespaces"]])
    finally:
        sh("ip", "link", "del", "initbase")
        batch("above", "link del pa", "link del pc")


@ktap.case
def lower_device_deleted():
    """Its ifindex alone is left to some tunnels, and is no other device."""
    batch("below", "link del base")
    found = dump()
    left = devices(found, "above")
    text = page("dump", "above")
    for name, (lower, _) in made.items():
        if lower != "base" or name not in left:
            continue
        link = left[name].get("link_index")
        ip, = ip_link("above", name)
        ktap.equal(f"{name}: link_index", ip.get("link_index"), link)
        part = f"link if{link}@below" if link else "underlay @below"
        ktap.check(part in line_of(text, name), name, part,
                   line_of(text, name))


@ktap.case
def netns_below_gone():
    """The devices go with it that need it; what stays tells nothing of it."""
    gone = inode("below")
    sh("ip", "netns", "del", "below")
    world.wait_for("below goes", lambda: gone not in dump())
    for name, dev in devices(dump(), "above").items():
        ktap.equal(f"{name}: link_netns", None, dev.get("link_netns"))
    text = page("dump") + page("show", "above")
    ktap.check("@below" not in text and f"@{gone}" not in text, "text",
               "no word of it", text)


netns("below", "above")
batch("below", *[f"link add {base} index {100 + n} type dummy"
                 for n, base in enumerate(BASES)],
      *[f"link set {base} up" for base in BASES],
      "addr add 10.0.0.1/24 dev base", "addr add fd00::1/64 dev base nodad",
      "link add mid index 150 link base type vlan id 77", "link set lo up")
batch("above", "link set lo up")
for number, row in enumerate(KINDS):
    make(1000 + number, *row)
ktap.note("not on this kernel: " + ", ".join(
    name for name, *_ in KINDS if name not in made))
# Devices with the ifindex of another one in the other netns.
batch("below", *[f"link add decoy{number} index {1000 + number} type dummy"
                 for number, row in enumerate(KINDS)
                 if row[0] in made and home(row[0]) == "above"])
batch("above", *[f"link add decoy{100 + n} index {100 + n} type dummy"
                 for n in range(len(BASES))],
      "link add decoy150 index 150 type dummy")
for device in ("wireguard", "bareudp", "gtp"):
    if device in made:
        batch("above", f"link set {device} up")
ktap.run()
