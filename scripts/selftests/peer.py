# SPDX-License-Identifier: GPL-2.0
"""Where the other end of a device is: peer, link_netns, master."""

import json
import os

import ktap
import nl
import world
from world import batch, devices, dump, inode, inside, netns, sh


def ifindex(where, name):
    return json.loads(sh("ip", "-n", where, "-j", "link", "show",
                         name))[0]["ifindex"]


def end(found, where, name):
    """A device as the peer of another one shows it."""
    return {"ns": inode(where), "id": found[inode(where)]["id"],
            "ifindex": ifindex(where, name), "ifname": name}


def peers(where, name, there, other):
    """Both ends show each other; returns the devices."""
    found = dump()
    one = devices(found, where)[name]
    two = devices(found, there)[other]
    ktap.equal(f"peer of {name} in {where}", end(found, there, other),
               one.get("peer"))
    ktap.equal(f"peer of {other} in {there}", end(found, where, name),
               two.get("peer"))
    return one, two


@ktap.case
def veth_within_a_netns():
    batch("a", "link add v0 type veth peer name v1")
    one, two = peers("a", "v0", "a", "v1")
    ktap.equal("link", ("v1", "v0"), (one["link"], two["link"]))


@ktap.case
def veth_across_netns():
    batch("a", "link add x0 type veth peer name x1 netns b")
    one, two = peers("a", "x0", "b", "x1")
    ktap.equal("link_index", (two["ifindex"], one["ifindex"]),
               (one["link_index"], two["link_index"]))


@ktap.case
def veth_with_equal_ifindex():
    batch("a", "link add eq0 index 777 type veth peer name eq1 index 777 "
          "netns b")
    one, two = peers("a", "eq0", "b", "eq1")
    ktap.equal("link_index", (777, 777), (one["link_index"],
                                          two["link_index"]))


@ktap.case
def veth_moved_and_renamed():
    batch("a", "link add m0 type veth peer name m1", "link set m1 netns b")
    peers("a", "m0", "b", "m1")
    batch("b", "link set m1 name other netns c")
    peers("a", "m0", "c", "other")
    batch("c", "link set other netns a")
    peers("a", "m0", "a", "other")


@ktap.case
def netkit():
    fd = os.open("/run/netns/a", os.O_RDONLY)
    there = os.open("/run/netns/b", os.O_RDONLY)
    try:
        with nl.Inside(fd):
            nl.Rtnl().add_pair("netkit", "k0", "k1", there)
            nl.Rtnl().add_pair("netkit", "k2", "k3")
    except OSError as err:
        if err.errno == 95:
            raise ktap.Skip("no netkit on this kernel") from err
        raise
    finally:
        os.close(fd)
        os.close(there)
    peers("a", "k0", "b", "k1")
    peers("a", "k2", "a", "k3")


@ktap.case
def only_pairs_have_peers():
    batch("c", "link add d0 type dummy",
          "link add l7 link d0 type vlan id 7")
    ktap.equal("devices of c with peer or link_netns", [],
               [name for name, dev in devices(dump(), "c").items()
                if "peer" in dev or "link_netns" in dev])


def made_in_a(name, link_index):
    """A device of b whose lower device, or underlay, is in a."""
    found = dump()
    dev = devices(found, "b")[name]
    ktap.equal(f"link_netns of {name}", {"ns": inode("a"),
                                         "id": found[inode("a")]["id"]},
               dev.get("link_netns"))
    if link_index is not None:
        ktap.equal(f"link_index of {name}", link_index, dev["link_index"])
    ktap.equal(f"peer of {name}", None, dev.get("peer"))


@ktap.case
def lower_device_in_another_netns():
    batch("a", "link add vlan7 link base type vlan id 7",
          "link add macvlan0 link base type macvlan",
          "link add ipvlan0 link base2 type ipvlan",
          *[f"link set {name} netns b" for name in ("vlan7", "macvlan0",
                                                    "ipvlan0")])
    made_in_a("vlan7", ifindex("a", "base"))
    made_in_a("macvlan0", ifindex("a", "base"))
    made_in_a("ipvlan0", ifindex("a", "base2"))


@ktap.case
def underlay_in_another_netns():
    batch("a", "link add vxlan1 type vxlan id 5 dstport 4789 dev base",
          "link add ipip1 type ipip local 10.0.0.1 remote 10.0.0.2",
          "link add gre1 type gre local 10.0.0.1 remote 10.0.0.2 dev base",
          *[f"link set {name} netns b" for name in ("vxlan1", "ipip1",
                                                    "gre1")])
    made_in_a("vxlan1", None)
    made_in_a("ipip1", None)
    made_in_a("gre1", ifindex("a", "base"))


@ktap.case
def lower_device_moved_back():
    batch("b", "link set vlan7 netns a")
    dev = devices(dump(), "a")["vlan7"]
    ktap.equal("link, link_netns", ("base", None),
               (dev["link"], dev.get("link_netns")))


@ktap.case
def master():
    batch("a", "link add br0 type bridge", "link set v0 master br0")
    found = devices(dump(), "a")
    ktap.equal("masters of v0, v1", ("br0", None),
               (found["v0"].get("master"), found["v1"].get("master")))
    batch("a", "link set br0 name bridge")
    ktap.equal("master, renamed", "bridge",
               devices(dump(), "a")["v0"].get("master"))
    batch("a", "link set v0 nomaster")
    ktap.equal("master, released", None,
               devices(dump(), "a")["v0"].get("master"))


@ktap.case
def peer_gone():
    netns("d")
    batch("a", "link add g0 type veth peer name g1 netns d")
    sh("ip", "netns", "del", "d")
    world.wait_for("g0 goes with its peer",
                   lambda: "g0" not in devices(dump(), "a"))


@ktap.case
def no_nsid_is_allocated():
    """Looking allocates no nsid, as ip link does."""
    netns("quiet", "lone")
    sh("ip", "-n", "a", "netns", "set", "quiet", "42")
    ktap.equal("netnsid as a knows it, and the first netns", (42, None),
               (dump(via=inside("a"))[inode("quiet")].get("netnsid"),
                dump()[inode("quiet")].get("netnsid")))
    dump("-s", via=inside("lone"))
    ktap.equal("nsids of lone, from where all was seen", "",
               sh("ip", "-n", "lone", "netns", "list-id"))
    before = sh("ip", "-n", "b", "netns", "list-id")
    dump("-s", via=inside("b"))
    ktap.equal("nsids of b, which has links to elsewhere", before,
               sh("ip", "-n", "b", "netns", "list-id"))


netns("a", "b", "c")
batch("a", "link add base type dummy", "link add base2 type dummy",
      "link set base up", "addr add 10.0.0.1/24 dev base")
ktap.run()
