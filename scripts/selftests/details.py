# SPDX-License-Identifier: GPL-2.0
"""dump -d, show -d and find vni, vlan, pci: what ip -d tells, and what is said
where it tells nothing."""

import json
import os
import re
import tempfile

import compare
import ktap
from world import (INIT, Run, batch, devices, dump, inode, netns, sh, tool,
                   user, wait_for)

KINDS = (
    ("v5", "link d0", "vlan id 5", "vlan protocol 802.1Q id 5"),
    ("q6", "link d0", "vlan proto 802.1ad id 6", "vlan protocol 802.1ad id 6"),
    ("vx", "", "vxlan id 42 local 10.0.0.1 remote 10.0.0.2 dstport 4789",
     "vxlan id 42 local 10.0.0.1 remote 10.0.0.2 dstport 4789"),
    ("gn", "", "geneve id 43 remote 10.0.0.2",
     "geneve id 43 remote 10.0.0.2 dstport 6081"),
    ("vf", "", "vrf table 77", "vrf table 77"),
    ("bd", "", "bond mode active-backup miimon 100",
     "bond mode active-backup active_slave d1 miimon 100"),
)
MADE = {}


def make():
    netns("one", "two", "three")
    batch("one", "link add d0 type dummy", "link set d0 up",
          "link add br0 type bridge", "link add d1 type dummy",
          "link add d2 type dummy", "link set d2 master br0",
          "link set br0 up", "link set d2 up",
          "link property add dev d0 altname d0-by-another-name",
          "link property add dev d0 altname it's")
    for name, link, kind, _ in KINDS:
        got = Run("ip", "-n", "one", "link", "add", *link.split(), "name",
                  name, "type", *kind.split())
        MADE[name] = not got.status
        ktap.check(MADE[name] or "Unknown device type" in got.err, name,
                   "made, or not on this kernel", got.err)
    if MADE["bd"]:
        batch("one", "link set d1 master bd", "link set bd up")
    wait_for("the port forwards", lambda: "state forwarding" in
             sh("ip", "-n", "one", "-d", "link", "show", "d2"))
    up = ["br0", "d0"] + ["bd"] * MADE["bd"]
    wait_for("all that is up is in use", lambda: all(map(in_use, up)))


def in_use(name):
    """The carrier of a bond and its IPv6 address come some time after "up"."""
    text = sh("ip", "-n", "one", "addr", "show", name)
    return "inet6 fe80" in text and "tentative" not in text


def note(text, via=(), **how):
    """Where something is missing the rest is printed, and it is told."""
    got = tool("dump", "-d", "-J", via=via, **how)
    ktap.equal("exit status", 0, got.status)
    ktap.check(re.search(text, got.err), "stderr", text, got.err)
    return {one["ns"]: one for one in json.loads(got.out)["namespaces"]}


class FakeIp:
    """with FakeIp(SCRIPT) as env: the command ip is that."""

    def __init__(self, script):
        self.script = script

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        path = f"{self.folder.name}/ip"
        with open(path, "w", encoding="ascii") as file:
            file.write(f"#!/bin/bash\n{self.script}\n")
        os.chmod(path, 0o755)
        return {"PATH": f"{self.folder.name}:{os.environ['PATH']}"}

    def __exit__(self, *_):
        self.folder.cleanup()


@ktap.case
def text_tells_details():
    plain = tool("dump", "one").out
    for command in ("dump", "show"):
        got = tool(command, "-d", "one")
        ktap.equal(f"{command} -d: exit status, stderr", (0, ""),
                   (got.status, got.err))
        lines = [line.strip("│|` -").strip() for line in got.out.splitlines()]
        for name, _, _, words in KINDS:
            if MADE[name]:
                ktap.check(words in lines, f"{command} -d: {name}", words,
                           got.out)
                ktap.equal(f"dump: {name}", False, words in plain)
        for words in ("bridge_slave id 0x8001 state forwarding cost",
                      "altname d0-by-another-name  altname it's"):
            ktap.check(words in got.out, f"{command} -d", words, got.out)


@ktap.case
def only_with_the_option():
    for one in dump().values():
        ktap.equal("details", None, one.get("details"))
        for dev in one["devices"]:
            ktap.equal(dev["ifname"], (None, None, None),
                       (dev.get("altnames"), dev.get("gso_max_size"),
                        dev.get("linkinfo", {}).get("info_data")))


@ktap.case
def show_has_the_same():
    got = json.loads(tool("show", "-d", "-J", "one").out)["namespaces"][0]
    ktap.equal("devices", dump("-d", "one")[inode("one")]["devices"],
               got["devices"])
    ktap.equal("details", True, got["details"])


@ktap.case
def same_twice():
    """No clock reading, though the timers of a bridge run."""
    batch("one", "link set br0 type bridge stp_state 1")
    first = tool("dump", "-d", "-J", "one").out
    ktap.check("stp_state" in first and "_timer" not in first, "timers",
               "none", first)
    wait_for("the port forwards again", lambda: "state forwarding" in
             sh("ip", "-n", "one", "-d", "link", "show", "d2"))
    ktap.equal("again", tool("dump", "-d", "-J", "one").out,
               tool("dump", "-d", "-J", "one").out)
    ktap.check("hello_timer" in tool("dump", "-d", "-t", "-J", "one").out,
               "with -t", "hello_timer", "none")
    batch("one", "link set br0 type bridge stp_state 0")


@ktap.case
def a_user_is_told_what_is_missing():
    found = note(r"^nsinfo: note: not seen: .*\n$", via=user(1000))
    ktap.equal("netns, details", [(INIT, True)],
               [(number, one.get("details")) for number, one in found.items()])


@ktap.case
def ip_that_fails_is_told():
    with FakeIp("echo 'Usage: ip [ OPTIONS ]' >&2; exit 1") as env:
        found = note(r"no details of \d+ netns: Usage: ip \[ OPTIONS \]\n$",
                     env=env)
    ktap.equal("details", {None}, {one.get("details")
                                   for one in found.values()})
    ktap.check("d0" in devices(found, "one"), "devices of one", "d0",
               list(devices(found, "one")))


@ktap.case
def ip_that_writes_no_json_is_told():
    for script in ("echo hello", "echo '{}'", "echo '[{\"ifindex\":1,'"):
        with FakeIp(script) as env:
            note(r"no details of \d+ netns: not JSON: ", env=env)


@ktap.case
def ip_that_hangs_is_killed():
    """Two such are enough: then no other one is asked."""
    with FakeIp("echo $$ >>\"${BASH_SOURCE[0]}.pids\"; exec sleep 1000") as env:
        note(r"no details of 2 netns: no answer in time.*\n"
             r"nsinfo: note: no details of \d+ netns: not asked after that\n$",
             env=env)
        with open(env["PATH"].split(":")[0] + "/ip.pids",
                  encoding="ascii") as pids:
            left = [pid for pid in pids.read().split()
                    if os.path.exists(f"/proc/{pid}")]
    ktap.equal("left behind", [], left)


@ktap.case
def ip_without_an_end_is_stopped():
    with FakeIp("exec yes") as env:
        got = tool("dump", "-d", "-J", "two", env=env)
    ktap.equal("exit status", 0, got.status)
    ktap.check("no details of 1 netns: " in got.err, "stderr", "no details",
               got.err)


@ktap.case
def other_devices_get_nothing():
    """What is no longer the device that the module told."""
    fake = ('[{"ifindex":1,"ifname":"other","altnames":["x"]},'
            '{"ifindex":2,"ifname":"lo","altnames":["y"]}]')
    with FakeIp(f"echo '{fake}'") as env:
        found = note(r"no details of \d+ devices: they came or changed ",
                     env=env)
    ktap.equal("altnames", [], [dev for one in found.values()
                                for dev in one["devices"]
                                if "altnames" in dev])


@ktap.case
def no_ip_is_an_error():
    for command in (("dump", "-d"), ("show", "-d", "one"),
                    ("find", "vlan", 5)):
        if command[0] == "find" and not MADE["v5"]:
            continue
        got = Run("unshare", "-m", "sh", "-c",
                  "for f in /bin/ip /sbin/ip; do [ ! -e $f ] || "
                  "mount --bind /dev/null $(readlink -f $f); done; "
                  'exec "$@"', "sh", os.environ["NSINFO"], *command)
        ktap.equal(f"{command}: exit status, stdout, stderr",
                   (1, "", "nsinfo: details: there is no command ip here: "
                    "install iproute2\n"), (got.status, got.out, got.err))


@ktap.case
def name_can_be_typed():
    for one in dump().values():
        got = dump(one["name"])
        ktap.equal(f"dump {one['name']}", [one["id"]],
                   [other["id"] for other in got.values()])
    names = {one["ns"]: one["name"] for one in dump().values()}
    ktap.equal("names", ("init", "one"), (names[INIT], names[inode("one")]))


def hits(*words):
    got = tool("find", "-J", *words)
    ktap.equal(f"find {words}: exit status, stderr", (0, ""),
               (got.status, got.err))
    return [(one["ns"], one["ifname"]) for one in json.loads(got.out)["hits"]]


def missing(*words):
    got = tool("find", *words)
    ktap.equal(f"find {words}: exit status, stdout, stderr",
               (1, "", f"nsinfo: find {' '.join(words)}: not found\n"),
               (got.status, got.out, got.err))


@ktap.case
def find_vlan():
    if not MADE["v5"]:
        raise ktap.Skip("no vlan on this kernel")
    batch("two", "link add d0 type dummy",
          "link add link d0 name other type vlan id 5")
    ktap.equal("vlan 5", [(inode("one"), "v5"), (inode("two"), "other")],
               hits("vlan", 5))
    ktap.equal("vlan 6", [(inode("one"), "q6")], hits("vlan", 6))
    missing("vlan", "42")
    # Only where there is such a device is ip needed at all.
    with FakeIp("exit 1") as env:
        got = tool("find", "vlan", 5, env=env)
        ktap.equal("exit status, stdout", (1, ""), (got.status, got.out))
        ktap.check("no details of 2 netns: " in got.err, "stderr", "2 netns",
                   got.err)


@ktap.case
def find_vni():
    if not MADE["vx"]:
        raise ktap.Skip("no vxlan on this kernel")
    ktap.equal("vni 42", [(inode("one"), "vx")], hits("vni", 42))
    if MADE["gn"]:
        ktap.equal("vni 43", [(inode("one"), "gn")], hits("vni", 43))
    missing("vni", "5")
    batch("two", "link add any type vxlan external dstport 4790")
    got = tool("find", "vni", 0)
    ktap.equal("exit status, stdout", (1, ""), (got.status, got.out))
    ktap.check("1 vxlan or geneve devices take their VNI from each packet"
               in got.err, "stderr", "1 device", got.err)


@ktap.case
def find_without_such_devices_asks_nobody():
    with FakeIp("exit 1") as env:
        got = tool("find", "vlan", 5, env=env, via=("nsenter", "-t", 1, "-n"))
    ktap.check(got.status == 1, "exit status", 1, got.status)
    if not MADE["v5"]:
        ktap.equal("stderr", "nsinfo: find vlan 5: not found\n", got.err)


def parents():
    """Devices of init that ip says have a parent, by name."""
    found = {}
    for dev in compare.loads_ip(compare.run("ip", "-j", "-d", "link")):
        if "parentdev" in dev:
            found[dev["ifname"]] = (dev["parentbus"], dev["parentdev"])
    return found


@ktap.case
def parents_are_those_of_ip():
    """A card on PCI, one on virtio on PCI, one of netdevsim."""
    drivers = [name for name in ("vmxnet3", "virtio_net", "netdevsim")
               if not Run("modprobe", name).status]
    if "netdevsim" in drivers:
        with open("/sys/bus/netdevsim/new_device", "w",
                  encoding="ascii") as file:
            file.write("1 1")
    want = parents()
    if not want:
        raise ktap.Skip("no such device on this kernel")
    found = devices(dump("init"), 1)
    for name, parent in want.items():
        dev = found[name]
        ktap.equal(f"{name}: parentbus, parentdev", parent,
                   (dev["parentbus"], dev["parentdev"]))
        sh("ip", "link", "set", name, "netns", "three")
        moved = devices(dump("three"), "three")[name]
        ktap.equal(f"{name}: in another netns", parent,
                   (moved["parentbus"], moved["parentdev"]))
        check_pci(name, parent)
        sh("ip", "-n", "three", "link", "set", name, "netns", "1")
    ktap.check({bus for bus, _ in want.values()} >=
               {{"vmxnet3": "pci", "virtio_net": "virtio",
                 "netdevsim": "netdevsim"}[name] for name in drivers
                if name != "virtio_net" or "virtio" in str(want)},
               "buses", drivers, want)
    if "netdevsim" in drivers:
        with open("/sys/bus/netdevsim/del_device", "w",
                  encoding="ascii") as file:
            file.write("1")
    for name in drivers:
        Run("modprobe", "-r", name)


def check_pci(name, parent):
    path = os.path.realpath(f"/sys/bus/{parent[0]}/devices/{parent[1]}")
    above = [part for part in path.split("/")
             if re.fullmatch(r"\w{4}:\w\w:\w\w\.\w", part)]
    for address in above:
        for word in (address, address.upper(), address[5:]):
            ktap.equal(f"find pci {word}", [(inode("three"), name)],
                       hits("pci", word))
    missing("pci", "00:1f.7")


@ktap.case
def wrong_usage():
    for words in (("vni", "16777216"), ("vni", "x"), ("vni",), ("vlan", "0"),
                  ("vlan", "4095"), ("pci", "x"), ("pci", "0000:00:1e"),
                  ("vlan", "1", "2")):
        got = tool("find", *words)
        ktap.equal(f"find {words}: exit status, stdout, lines of stderr",
                   (2, "", 1), (got.status, got.out, got.err.count("\n")))
    for words in (("list", "-d"), ("dump", "--delete"),
                  ("name", "--details", "one", "x")):
        got = tool(*words)
        ktap.equal(f"{words}: exit status, stdout", (2, ""),
                   (got.status, got.out))


make()
ktap.run()
