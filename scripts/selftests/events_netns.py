# SPDX-License-Identifier: GPL-2.0
"""What is told of netns and of addresses, by every way that leads to it."""

import errno
import os
import socket
import struct
import subprocess
import sys

import ktap
import nl
import world
from heard import heard, heard_until, ifindex, ip, rtnl, told
from world import sh

SYS_CLONE3 = 435
NETNS_LIFE = ["netns-add", "dev-add", "netns-dying", "dev-del", "netns-del"]


@ktap.case
def netns_by_unshare():
    heard()
    fd = nl.new_netns()
    inode = nl.inode(fd)
    with nl.Inside(fd):
        cookie = nl.cookie()
    os.close(fd)
    got = heard_until("netns-del")
    ktap.equal("told", NETNS_LIFE, told(got))
    ktap.equal("id", {cookie}, {event.netns for event in got})
    for event in got:
        if not event.of_netns:
            continue
        made = event.attrs.nest("CREATED", "CREATED")
        ktap.equal(f"{event.kind}: inum, state, owner, creator",
                   (inode, event.kind != "netns-add", 0, os.getpid(), 0),
                   (event.attrs.num("INUM"), bool(event.attrs.num("STATE")),
                    event.attrs.num("OWNER_UID"), made.num("PID"),
                    made.num("UID")))
        ktap.check(made.text("COMM").startswith(b"python"), "creator",
                   "python...", made.text("COMM"))


@ktap.case
def netns_by_ip():
    heard()
    sh("ip", "netns", "add", "red")
    sh("ip", "-n", "red", "link", "set", "lo", "up")
    sh("ip", "netns", "del", "red")
    got = heard_until("netns-del")
    ktap.equal("told", ["netns-add", "dev-add", "addr-add", "addr-add",
                        "dev-change", "netns-dying", "addr-del", "addr-del",
                        "dev-del", "netns-del"],
               told(got))


@ktap.case
def netns_of_user_namespaces():
    heard()
    process = subprocess.Popen(
        [sys.executable, f"{os.path.dirname(__file__)}/userns.py"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    _, outer, _, inner = process.stdout.readline().split()
    owner = [os.stat(f"/proc/{pid}/ns/user").st_ino for pid in (outer, inner)]
    process.stdin.close()
    process.wait()
    got = heard_until("netns-del", 2)
    for kind in ("netns-add", "netns-dying", "netns-del"):
        ktap.equal(f"{kind}: owners", sorted((each, 1000) for each in owner),
                   sorted((event.attrs.num("OWNER_USERNS"),
                           event.attrs.num("OWNER_UID"))
                          for event in got if event.kind == kind))


@ktap.case
def clone_that_fails_later():
    """The pid is taken, which is seen when the netns is there already."""
    heard()
    pid = struct.pack("=i", 1)
    buffer = nl.ctypes.create_string_buffer(pid)
    args = struct.pack("=11Q", nl.CLONE_NEWNET, 0, 0, 0, 17, 0, 0, 0,
                       nl.ctypes.addressof(buffer), 1, 0)
    nl.ctypes.set_errno(0)
    child = nl.libc.syscall(SYS_CLONE3, args, len(args))
    if child == 0:
        os._exit(0)
    ktap.equal("clone3", (-1, "EEXIST"),
               (child, errno.errorcode.get(nl.ctypes.get_errno())))
    got = heard_until("netns-del")
    ktap.equal("told", NETNS_LIFE, told(got))


@ktap.case
def netns_over_the_limit():
    """Refused before there is anything."""
    heard()
    with open("/proc/sys/user/max_net_namespaces", "r+", encoding="ascii") as f:
        limit = f.read()
        f.seek(0)
        f.write("0")
        f.flush()
        failed = nl.libc.unshare(nl.CLONE_NEWNET)
        f.seek(0)
        f.write(limit)
    ktap.equal("unshare", -1, failed)
    ktap.equal("told", [], told(heard()))


@ktap.case
def addresses():
    rtnl.add("d0")
    ip("link set d0 up")
    heard(1.3)

    def addrs(*commands):
        ip(*commands)
        return [(event.kind, socket.inet_ntop(
            event.attrs.nest("ADDR", "ADDR").num("FAMILY"),
            event.attrs.nest("ADDR", "ADDR").raw("LOCAL")), event.ifname)
            for event in heard() if event.kind != "dev-change"]

    ktap.equal("IPv4", [("addr-add", "192.0.2.1", "d0")],
               addrs("addr add 192.0.2.1/24 dev d0 label d0:x"))
    ktap.equal("IPv6", [("addr-add", "2001:db8::1", "d0")],
               addrs("addr add 2001:db8::1/64 dev d0 nodad"))
    ktap.equal("secondary", [("addr-add", "192.0.2.2", "d0")],
               addrs("addr add 192.0.2.2/24 dev d0"))
    ktap.equal("primary goes, and takes the other with it",
               [("addr-del", "192.0.2.2", "d0"),
                ("addr-del", "192.0.2.1", "d0")],
               addrs("addr del 192.0.2.1/24 dev d0"))
    world.sh("sysctl", "-qw", "net.ipv4.conf.d0.promote_secondaries=1")
    addrs("addr add 192.0.2.1/24 dev d0 label d0:x",
          "addr add 192.0.2.2/24 dev d0")
    ktap.equal("primary goes, and the other takes its place",
               [("addr-del", "192.0.2.1", "d0"),
                ("addr-add", "192.0.2.2", "d0")],
               addrs("addr del 192.0.2.1/24 dev d0"))
    ktap.equal("IPv6 goes", [("addr-del", "2001:db8::1", "d0")],
               addrs("addr del 2001:db8::1/64 dev d0"))
    addrs("addr add 2001:db8::1/64 dev d0 nodad")
    ktap.equal("down", [("addr-del", "2001:db8::1", "d0")],
               addrs("link set d0 down"))
    ip("link set d0 name d1")
    again = [event for event in heard() if event.kind == "addr-add"]
    ktap.equal("label after a rename", [b"d1"],
               [event.attrs.nest("ADDR", "ADDR").text("LABEL")
                for event in again])
    ktap.equal("device goes", [("addr-del", "192.0.2.2", "d1"),
                               ("dev-del",)],
               [(event.kind,) if event.kind == "dev-del" else
                (event.kind, socket.inet_ntop(
                    socket.AF_INET,
                    event.attrs.nest("ADDR", "ADDR").raw("LOCAL")),
                 event.ifname)
                for event in (rtnl.delete(ifindex("d1")), heard())[1]])


@ktap.case
def address_attributes():
    rtnl.add("d0")
    heard()
    ip("addr add 198.51.100.1 peer 198.51.100.2/32 dev d0 label d0:y metric 5",
       "addr add 2001:db8::1/64 dev d0 valid_lft 1000 preferred_lft 500")
    got = heard()
    client = nl.Nsinfo()
    answer = nl.Attrs(client.do("DEV_GET", nl.u64("DEV_NETNS_ID", nl.cookie()) +
                                nl.u32("DEV_IFINDEX", ifindex("d0"))).msgs[0],
                      "DEV")
    expected = answer.nests("ADDR", "ADDR")
    ktap.equal("addresses", 2, len(expected))
    for event, addr in zip(got, expected):
        for name in ("FAMILY", "LOCAL", "PEER", "PREFIXLEN", "SCOPE", "LABEL",
                     "BROADCAST", "RT_PRIORITY"):
            ktap.equal(f"{event}: {name}", addr.raw(name),
                       event.attrs.nest("ADDR", "ADDR").raw(name))
    rtnl.delete(ifindex("d0"))
    heard()


ktap.run()
