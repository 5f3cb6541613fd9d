# SPDX-License-Identifier: GPL-2.0
"""find: addresses, devices, processes and netns, against ip and /proc."""

import json
import os
import re
import threading

import hold
import ktap
import nl
from held_rtnl import HeldRtnl, in_time
from world import (INIT, Process, batch, check_wrong_usage, inode, inside,
                   netns, sh, tool, user, wait_for)

HASH = "fedcba9876543210" * 4
POD = "a1b2c3d4-0000-1111-2222-333344445555"
MAC = "52:54:00:aa:bb:cc"


def hits(*words, via=()):
    """Inode and device of each hit, in order."""
    got = tool("find", "-J", *words, via=via)
    ktap.equal(f"find {words}: exit status, stderr", (0, ""),
               (got.status, got.err))
    found = json.loads(got.out)["hits"] if got.out else []
    return [(one["ns"], one.get("ifname")) for one in found]


def finds(*words, want, via=()):
    ktap.equal(f"find {words}", want, hits(*words, via=via))


def refused(*words, says, status=1, via=()):
    got = tool("find", "-J", *words, via=via)
    ktap.equal(f"find {words}: exit status, stdout", (status, ""),
               (got.status, got.out))
    ktap.check(got.err.startswith("nsinfo: ") and says in got.err,
               f"find {words}: stderr", f"nsinfo: ...{says}...", got.err)


def missing(*words, via=()):
    text = " ".join(str(word) for word in words)
    refused(*words, says=f"nsinfo: find {text}: not found\n", via=via)


def by_ip(address):
    """Who has that address by ip -j addr, which is asked everywhere."""
    found = []
    for number, name in WORLD:
        for dev in json.loads(sh("ip", "-n", name, "-j", "addr")):
            found += [(number, dev["ifname"]) for addr in dev["addr_info"]
                      if addr.get("local") == address]
    return found


@ktap.case
def ip():
    for address in ("10.1.2.3", "10.9.0.1", "2001:db8::1", "fe80::1",
                    "127.0.0.1", "::1"):
        want = by_ip(address)
        ktap.check(want, f"{address} by ip", "hits", want)
        got = [hit for hit in hits("ip", address) if hit[0] != INIT]
        ktap.equal(f"find ip {address}", want, got)


@ktap.case
def ip_in_any_spelling():
    want = [(ONE, "eth0"), (TWO, "d0")]
    for word in ("10.1.2.3", "10.1.2.3/32", "::ffff:10.1.2.3",
                 "::FFFF:0a01:0203", "10.1.2.3/31", "10.1.2.2/31"):
        finds("ip", word, want=want)
    for word in ("2001:db8::1", "2001:DB8:0:0::1", "2001:0db8::0001/128",
                 "2001:db8::/64", "[2001:db8::1]", "[2001:db8::1]/128"):
        finds("ip", word, want=[(ONE, "eth0"), (TWO, "d0")])
    finds("ip", "fe80::1%eth0", want=[(ONE, "eth0")])
    finds("ip", "fe80::1%d0", want=[(TWO, "d0")])


@ktap.case
def ip_of_a_subnet():
    finds("ip", "10.9.0.0/16", want=[(ONE, "br0")])
    finds("ip", "10.0.0.0/8", want=[(ONE, "eth0"), (ONE, "br0"),
                                    (TWO, "d0")])
    missing("ip", "10.9.9.9")
    missing("ip", "10.1.2.4/30")
    missing("ip", "2001:db8:1::/48")


@ktap.case
def mac():
    for word in (MAC, MAC.upper(), MAC.replace(":", "-"), "5254.00aa.bbcc",
                 "525400aabbcc"):
        finds("mac", word, want=[(ONE, "br0"), (ONE, "d1"), (TWO, "d1")])
    missing("mac", "52:54:00:00:00:99")


@ktap.case
def dev():
    finds("dev", "d1", want=[(ONE, "d1"), (TWO, "d1")])
    finds("dev", "vb*", want=[(INIT, "vb0")])
    finds("dev", "[bd][r01]*", want=[(ONE, "br0"), (ONE, "d1"), (TWO, "d0"),
                                    (TWO, "d1")])
    finds("dev", "vb0@if2", want=[(INIT, "vb0")])
    missing("dev", "nosuch*")
    missing("dev", "nosuch")


@ktap.case
def altname():
    name = "a-name-longer-than-any-first-one"
    sh("ip", "-n", "two", "link", "property", "add", "dev", "d1", "altname",
       name)
    finds("dev", name, want=[(TWO, "d1")])
    got = json.loads(tool("find", "-J", "dev", name).out)["hits"]
    ktap.equal("altname", [name], [one["altname"] for one in got])
    sh("ip", "link", "property", "add", "dev", "vb0", "altname", "outside")
    finds("dev", "outside", want=[(INIT, "vb0")])
    missing("dev", "outsid")
    finds("dev", "a-name-*", want=[(TWO, "d1")])
    finds("dev", "out*", want=[(INIT, "vb0")])
    # The first name of one and another name of the other.
    sh("ip", "-n", "one", "link", "property", "add", "dev", "br0", "altname",
       "d0", "altname", "d9")
    for option in ("-A", "--altnames"):
        finds("dev", "d0", option, want=[(ONE, "br0"), (TWO, "d0")])
        finds("dev", "d*", option, want=[(ONE, "br0"), (ONE, "d1"),
                                         (TWO, "d0"), (TWO, "d1")])
    finds("dev", "d0", want=[(TWO, "d0")])
    finds("dev", "d*", want=[(ONE, "d1"), (TWO, "d0"), (TWO, "d1")])
    finds("dev", "d9", want=[(ONE, "br0")])


@ktap.case
def altname_without_rtnl():
    """A first name, and an alternative one that fits into an ioctl; what needs
    RTNL is given up, with the reason."""
    sh("ip", "-n", "two", "link", "property", "add", "dev", "d1", "altname",
       "fifteen-bytes-x", "altname", "sixteen-bytes-xy")

    def ask(*words):
        got = tool("find", "-J", *words)
        return got.status, got.err, [(hit["ns"], hit["ifname"]) for hit in
                                     json.loads(got.out or '{"hits":[]}')
                                     ["hits"]]

    with HeldRtnl() as held:
        for word in ("d1", "d1*"):
            ktap.equal(f"find dev {word}", (0, "", [(ONE, "d1"), (TWO, "d1")]),
                       in_time(lambda: ask("dev", word)))
        ktap.equal("find dev of 15 bytes", (0, "", [(TWO, "d1")]),
                   in_time(lambda: ask("dev", "fifteen-bytes-x")))
        ktap.equal("find dev that is not there",
                   (1, "nsinfo: find dev nosuch: not found\n", []),
                   in_time(lambda: ask("dev", "nosuch")))
        # Newer kernels take RTNL only for a device that is there.
        for word in ("sixteen-bytes-xy", "sixt*"):
            status, err, found = in_time(lambda: ask("dev", word))
            ktap.equal(f"find dev {word}: exit status, hits", (1, []),
                       (status, found))
            ktap.check(re.fullmatch(
                "nsinfo: warning: alternative names were read in [012] of 3 "
                "netns only: the kernel's RTNL lock is busy\n"
                f"nsinfo: find dev {re.escape(word)}: not found\n", err),
                f"find dev {word}: stderr", "RTNL lock is busy", err)
        held.still_held("find")
    finds("dev", "sixteen-bytes-xy", want=[(TWO, "d1")])


@ktap.case
def altname_loads_no_module():
    """As SIOCGIFINDEX does for who may load one."""
    before = open("/proc/modules", encoding="ascii").read()
    name = "netdev-none"
    path = os.path.join(os.environ["WORK"], "modprobe")
    with open(path, "w", encoding="ascii") as f:
        f.write(f'#!/bin/bash\necho "$@" >>{path}.log\n')
    os.chmod(path, 0o755)
    old = sh("sysctl", "-n", "kernel.modprobe").strip()
    sh("sysctl", "-qw", f"kernel.modprobe={path}")
    missing("dev", name)
    missing("dev", "ip_tables")
    sh("sysctl", "-qw", f"kernel.modprobe={old}")
    ktap.equal("modprobe was run", False, os.path.exists(f"{path}.log"))
    ktap.equal("modules", before,
               open("/proc/modules", encoding="ascii").read())


@ktap.case
def kind():
    finds("kind", "bridge", want=[(ONE, "br0")])
    finds("kind", "veth", want=[(INIT, "vb0"), (ONE, "eth0")])
    missing("kind", "nosuch")


@ktap.case
def peer():
    finds("peer", "vb0", want=[(ONE, "eth0")])
    finds("peer", "vb0@if2", want=[(ONE, "eth0")])
    finds("peer", "eth0@one", want=[(INIT, "vb0")])
    finds("peer", "eth0@/run/netns/one", want=[(INIT, "vb0")])
    finds("peer", "eth0", want=[(INIT, "vb0")], via=inside("one"))
    refused("peer", "eth0", says="no device eth0 in this netns")
    refused("peer", "d1@two", says="not a veth")
    refused("peer", "d1@nosuch", says="netns nosuch: not found")


@ktap.case
def which_container_is_behind():
    got = tool("find", "peer", "vb0")
    ktap.equal("exit status", 0, got.status)
    heading, line = (row.split() for row in got.out.splitlines())
    shown = dict(zip(heading, line))
    ktap.equal("NS, NAME, DEV", (str(ONE), "one", "eth0"),
               (shown["NS"], shown["NAME"], shown["DEV"]))
    path = f"/sys/fs/cgroup/docker-{HASH}.scope"
    os.mkdir(path)
    with Process(*inside("one"), "sleep", 1000) as number:
        wait_for("it is inside", lambda: inode(number) == ONE)
        with open(f"{path}/cgroup.procs", "w", encoding="ascii") as file:
            file.write(str(number))
        for command, key in ((("find", "-J", "peer", "vb0"), "hits"),
                             (("list", "-J", "one"), "namespaces"),
                             (("show", "-J", "one"), "namespaces")):
            got = json.loads(tool(*command).out)[key]
            ktap.equal(f"{command[0]}: container", [f"docker:{HASH}"],
                       [one.get("container") for one in got])
    os.rmdir(path)


@ktap.case
def pid():
    with Process(*inside("two"), "sleep", 1000) as number:
        wait_for("it is inside", lambda: inode(number) == TWO)
        finds("pid", number, want=[(TWO, None)])
    missing("pid", number)
    finds("pid", 1, want=[(INIT, None)])


@ktap.case
def pid_of_threads():
    tids, ready, end = [], threading.Event(), threading.Event()

    def life():
        with open("/run/netns/two", "rb") as file:
            nl.setns(file.fileno())
        tids.append(threading.get_native_id())
        ready.set()
        end.wait()

    thread = threading.Thread(target=life)
    thread.start()
    ready.wait(60)
    finds("pid", os.getpid(), want=[(INIT, None), (TWO, None)])
    finds("pid", tids[0], want=[(TWO, None)])
    end.set()
    thread.join()


@ktap.case
def container():
    parent = "/sys/fs/cgroup/kubepods"
    paths = [f"/sys/fs/cgroup/docker-{HASH}.scope", parent,
             f"{parent}/pod{POD}", f"{parent}/pod{POD}/{HASH[::-1]}"]
    for path in paths:
        os.mkdir(path)
    with Process("unshare", "-n", "sleep", 1000, new_netns=True) as one, \
            Process(*inside("two"), "sleep", 1000) as two:
        wait_for("it is inside", lambda: inode(two) == TWO)
        for number, path in ((one, paths[0]), (two, paths[3])):
            with open(f"{path}/cgroup.procs", "w", encoding="ascii") as file:
                file.write(str(number))
        own = inode(one)
        for word in (HASH, HASH[:12], HASH[:4], f"docker:{HASH[:12]}",
                     f"docker:{HASH}"):
            finds("container", word, want=[(own, None)])
        for word in (HASH[::-1], POD, POD[:8], f"cri:{HASH[:-13:-1]}"):
            finds("container", word, want=[(TWO, None)])
        for word in (HASH[1:], f"podman:{HASH}", "0000", "docker:x"):
            missing("container", word)
        for command in (("list", "-o", "CONTAINER,POD"), ("show",)):
            got = json.loads(tool(*command, "-J", "two").out)["namespaces"]
            ktap.equal(f"{command[0]}: container, pod",
                       (f"cri:{HASH[::-1]}", POD),
                       (got[0].get("container"), got[0].get("pod")))
        got = json.loads(tool("find", "-J", "container", HASH).out)["hits"]
        ktap.equal("container, pid", (f"docker:{HASH}", one),
                   (got[0]["container"], got[0]["pid"]))
    for path in reversed(paths):
        os.rmdir(path)


@ktap.case
def container_in_a_container():
    """As docker in docker, kind and k3s in docker have it."""
    outer = f"/sys/fs/cgroup/docker-{HASH}.scope"
    paths = [outer, f"{outer}/kubelet.slice", f"{outer}/kubelet.slice/"
             f"cri-containerd-{HASH[::-1]}.scope"]
    for path in paths:
        os.mkdir(path)
    with Process(*inside("one"), "sleep", 1000) as one, \
            Process(*inside("two"), "sleep", 1000) as two:
        for number, path, number_of in ((one, paths[0], ONE),
                                        (two, paths[2], TWO)):
            wait_for("it is inside", lambda: inode(number) == number_of)
            with open(f"{path}/cgroup.procs", "w", encoding="ascii") as file:
                file.write(str(number))
        for word in (HASH, HASH[:12], f"docker:{HASH[:12]}"):
            finds("container", word, want=[(ONE, None), (TWO, None)])
        for word in (HASH[::-1], f"containerd:{HASH[:-13:-1]}"):
            finds("container", word, want=[(TWO, None)])
        got = json.loads(tool("find", "-J", "container", HASH).out)["hits"]
        ktap.equal("container", [f"docker:{HASH}",
                                 f"containerd:{HASH[::-1]}"],
                   [hit["container"] for hit in got])
    for path in reversed(paths):
        os.rmdir(path)


@ktap.case
def inode_number():
    finds("inode", ONE, want=[(ONE, None)])
    finds("inode", f"net:[{TWO}]", want=[(TWO, None)])
    missing("inode", 1)
    # Also one without a name, process or device but lo.
    one = hold.start("socket", "x")
    finds("inode", one.inode, want=[(one.inode, None)])
    hold.release(one.pid)


@ktap.case
def nsid():
    sh("ip", "-n", "one", "netns", "set", "two", "7")
    ktap.check("nsid 7" in sh("ip", "-n", "one", "netns", "list-id"),
               "ip netns list-id", "nsid 7", "none")
    finds("nsid", 7, "from", "one", want=[(TWO, None)])
    finds("nsid", 7, "one", want=[(TWO, None)])
    finds("nsid", 7, want=[(TWO, None)], via=inside("one"))
    number = re.search(r"nsid (\d+) \(iproute2 netns name: one\)",
                       sh("ip", "netns", "list-id")).group(1)
    finds("nsid", number, want=[(ONE, None)])
    finds("nsid", number, "from", "init", want=[(ONE, None)],
          via=inside("two"))
    missing("nsid", 7)
    missing("nsid", 8, "from", "one")
    refused("nsid", 7, "from", "nosuch", says="netns nosuch: not found")


@ktap.case
def duplicate_ips():
    """Not: loopback, link-local."""
    finds("--duplicates", "ip", want=[(ONE, "eth0"), (TWO, "d0"),
                                      (ONE, "eth0"), (TWO, "d0")])
    lines = tool("find", "-D", "ip", "-rn", "-o", "ADDRESS").out.split()
    ktap.equal("addresses", ["10.1.2.3/24", "10.1.2.3/32", "2001:db8::1/64",
                             "2001:db8::1/128"], lines)


@ktap.case
def duplicate_macs():
    """Of a bridge and its port both are told, as there is a third."""
    finds("-D", "mac", want=[(ONE, "br0"), (ONE, "d1"), (TWO, "d1")])


@ktap.case
def no_duplicates():
    """A bridge has the address of its port."""
    sh("ip", "-n", "two", "link", "del", "d0")
    sh("ip", "-n", "two", "link", "del", "d1")
    missing("--duplicates", "ip")
    missing("--duplicates", "mac")


@ktap.case
def output():
    got = tool("find", "ip", "10.9.0.1", "-rn", "-o", "NS,NAME,DEV,ADDRESS")
    ktap.equal("raw", f"{ONE} one br0 10.9.0.1/16\n", got.out)
    ktap.equal("the same twice", tool("find", "ip", "::/0").out,
               tool("find", "ip", "::/0").out)
    got = tool("find", "-H")
    ktap.check("CONTAINER" in got.out and got.status == 0, "-H", "CONTAINER",
               got.out)


@ktap.case
def wrong_usage():
    for words in ((), ("x",), ("ip",), ("ip", "10.1.2"), ("ip", "1.2.3.04"),
                  ("ip", "10.1.2.3/33"), ("ip", "::1/129"), ("mac", "x"),
                  ("pid", "x"), ("inode", "x"), ("nsid", "x"), ("dev", ""),
                  ("peer", "@x"), ("ip", "1.2.3.4", "5.6.7.8"), ("-D", "x"),
                  ("-D", "ip", "1.2.3.4"), ("ip", "::1", "-o", "X"),
                  ("ip", "::1", "-s")):
        check_wrong_usage("find", *words)


@ktap.case
def without_rights():
    """Only what is visible, and a word on what may be missing."""
    got = tool("find", "-J", "dev", "vb0", via=user(1000))
    ktap.equal("exit status", 0, got.status)
    ktap.equal("hits", [INIT], [one["ns"] for one in
                                json.loads(got.out)["hits"]])
    ktap.check(got.err.startswith("nsinfo: note: not seen: ") and
               got.err.count("\n") == 1, "stderr", "one note", got.err)
    for words in (("ip", "10.9.0.1"), ("mac", MAC), ("kind", "bridge"),
                  ("inode", ONE), ("-D", "ip"), ("dev", "nosuch")):
        got = tool("find", *words, via=user(1000))
        ktap.equal(f"find {words}: exit status, stdout", (1, ""),
                   (got.status, got.out))
        ktap.check(got.err.startswith("nsinfo: note: not seen: network "
                                      "namespaces of other owners") and
                   got.err.endswith(": not found\n"), f"{words}: stderr",
                   "a note, and not found", got.err)
    refused("peer", "vb0", says="not look", via=user(1000))
    refused("nsid", 7, "from", "one", says="netns one", via=user(1000))
    got = tool("find", "pid", 1, via=user(1000))
    ktap.equal("exit status, stdout", (1, ""), (got.status, got.out))
    ktap.check("processes of other users" in got.err, "stderr",
               "processes of other users", got.err)


netns("one", "two")
ONE, TWO = inode("one"), inode("two")
WORLD = ((ONE, "one"), (TWO, "two"))
sh("ip", "link", "add", "vb0", "type", "veth", "peer", "name", "eth0",
   "index", "2", "netns", "one")
batch("one", "link set lo up", "addr add 10.1.2.3/24 dev eth0",
      "addr add 2001:db8::1/64 nodad dev eth0",
      "addr add fe80::1/64 nodad dev eth0",
      "link add br0 type bridge", "addr add 10.9.0.1/16 dev br0",
      f"link add d1 address {MAC} type dummy", "link set d1 master br0")
batch("two", "link set lo up", "link add d0 type dummy",
      "addr add 10.1.2.3/32 dev d0", "addr add 2001:db8::1/128 nodad dev d0",
      "addr add fe80::1/64 nodad dev d0",
      f"link add d1 address {MAC} type dummy")
try:
    ktap.run()
finally:
    sh("ip", "link", "del", "vb0")
