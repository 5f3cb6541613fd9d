# SPDX-License-Identifier: GPL-2.0
"""What is told of devices, by every way that leads to it."""

import errno
import fcntl
import mmap
import os
import socket
import struct
import subprocess
import threading
import time

import ktap
import nl
import world
from heard import heard, heard_until, ifindex, ip, of_device, rtnl, told
from world import sh


@ktap.case
def device_added_and_deleted():
    heard()
    rtnl.add("d0", attrs=nl.u32(nl.IFLA_MTU, 1234))
    index = ifindex("d0")
    rtnl.delete(index)
    got = heard()
    ktap.equal("told", ["dev-add", "dev-del"], told(got))
    add, gone = got
    ktap.equal("add: netns, inum, ifindex, name, kind, mtu",
               (nl.cookie(), world.INIT, index, "d0", b"dummy", 1234),
               (add.netns, add.attrs.num("NETNS_INUM"), add.ifindex,
                add.ifname, add.attrs.text("KIND"), add.attrs.num("MTU")))
    ktap.equal("add: address, stats", (6, None),
               (len(add.attrs.raw("ADDRESS")), add.attrs.raw("STATS")))
    ktap.equal("del: ifindex, name, kind", (index, "d0", b"dummy"),
               (gone.ifindex, gone.ifname, gone.attrs.text("KIND")))


def change(command, name="d0"):
    """What a command of ip link is told as, of one device."""
    ip(command)
    return [(event.kind, event.changed) for event in of_device(heard(1.3),
                                                              name)]


@ktap.case
def device_changed():
    rtnl.add("d0")
    rtnl.add("br0", "bridge")
    heard()
    for command, what in (
            ("link set d0 mtu 1400", "mtu"),
            ("link set d0 txqueuelen 77", "txqlen"),
            ("link set d0 address 02:00:00:00:00:01", "address"),
            ("link set d0 up", "state"),
            ("link set d0 alias something", "state"),
            ("link set d0 group 7", "state"),
            ("link set d0 master br0", "master"),
            ("link set d0 nomaster", "master"),
            ("link set d0 down", "state")):
        got = change(command)
        ktap.check(("dev-change", {what}) in got and
                   all(kind == "dev-change" for kind, _ in got), command,
                   ("dev-change", {what}), got)
    ktap.equal("rename", [("dev-change", {"name"})],
               change("link set d0 name d1", "d1"))
    client = nl.Nsinfo()
    ip("link set d1 master br0", "link set br0 up", "link set d1 up")
    got = of_device(heard(1.3), "d1")[-1]
    answer = nl.Attrs(client.do("DEV_GET", nl.u64("DEV_NETNS_ID", nl.cookie()) +
                                nl.u32("DEV_IFINDEX", ifindex("d1"))).msgs[0],
                      "DEV")
    for name in ("IFNAME", "FLAGS", "OPERSTATE", "MTU", "TXQLEN", "GROUP",
                 "ALIAS", "ADDRESS", "MASTER", "KIND", "TYPE"):
        ktap.equal(f"last event: {name}", answer.raw(name),
                   got.attrs.raw(name))
    ip("link del br0")
    got = heard()
    ktap.check(("dev-change", {"master"}) in
               [(event.kind, event.changed) for event in got if
                event.ifname == "d1"], "master deleted", "dev-change", got)
    ktap.equal("master deleted: no event of it after its end", "dev-del",
               of_device(got, "br0")[-1].kind)
    rtnl.delete(ifindex("d1"))
    ktap.equal("an end that is not preceded by its own changes", ["dev-del"],
               told(heard()))


@ktap.case
def stacked_device_tells_link():
    fd = nl.new_netns()
    rtnl.add("d0")
    heard()
    ip("link add link d0 name d0.5 type vlan id 5")
    got = of_device(heard(), "d0.5")
    ktap.equal("told", [("dev-add", set()), ("dev-change", {"link"})],
               [(event.kind, event.changed) for event in got])
    ktap.equal("link, link-foreign", (ifindex("d0"), False),
               (got[-1].attrs.num("LINK"), got[-1].attrs.has("LINK_FOREIGN")))
    rtnl.move(ifindex("d0"), fd)
    got = of_device(heard(), "d0.5")
    ktap.equal("lower moved", [("dev-change", {"link"})],
               [(event.kind, event.changed) for event in got])
    ktap.equal("lower moved: link-netns", nl.inode(fd),
               got[-1].attrs.nest("LINK_NETNS", "NETNS_REF").num("INUM"))
    os.close(fd)
    heard_until("netns-del")


def pair(kind):
    fd = nl.new_netns()
    heard()
    try:
        rtnl.add_pair(kind, "e0", "e1", fd)
    except OSError as err:
        os.close(fd)
        if err.errno == errno.EOPNOTSUPP:
            raise ktap.Skip(f"no {kind}") from err
        raise
    got = heard()
    ktap.equal("made", ["dev-add", "dev-add", "dev-change", "dev-change"],
               told(got))
    for name, other in (("e0", "e1"), ("e1", "e0")):
        last = of_device(got, name)[-1]
        ktap.equal(f"{name}: changed", {"peer"}, last.changed)
        ktap.equal(f"{name}: peer", (other, of_device(got, other)[-1].netns),
                   (last.attrs.nest("PEER", "PEER").text("IFNAME").decode(),
                    last.attrs.nest("PEER", "PEER").num("NETNS_ID")))
    rtnl.rename(ifindex("e0"), "e2")
    got = heard()
    ktap.equal("renamed", [("e2", {"name"}), ("e1", {"peer"})],
               [(event.ifname, event.changed) for event in got])
    ktap.equal("renamed: peer of the other end", b"e2",
               got[-1].attrs.nest("PEER", "PEER").text("IFNAME"))
    rtnl.move(ifindex("e2"), fd)
    got = heard()
    ktap.equal("moved", [("dev-move", "e2"), ("dev-change", "e1")],
               [(event.kind, event.ifname) for event in got])
    ktap.equal("moved: netns of the peer, and peer of the other end",
               {nl.inode(fd)},
               {event.attrs.nest("PEER", "PEER").num("NETNS_INUM")
                for event in got})
    os.close(fd)
    got = heard_until("netns-del")
    ktap.equal("gone", ["netns-dying", "dev-del", "dev-del", "dev-del",
                        "netns-del"], told(got))


@ktap.case
def veth():
    pair("veth")


@ktap.case
def netkit():
    pair("netkit")


def place(event):
    return (event.origin.num("NETNS_ID"), event.origin.num("IFINDEX"),
            event.origin.text("IFNAME").decode())


@ktap.case
def device_moves_there_and_back():
    home, here = nl.open_netns(), nl.cookie()
    fd = nl.new_netns()
    rtnl.add("d0")
    index = ifindex("d0")
    heard()
    rtnl.move(index, fd)
    got = heard()
    ktap.equal("there", ["dev-move"], told(got))
    ktap.equal("there: from", (here, index, "d0"), place(got[0]))
    there = got[0].netns
    with nl.Inside(fd):
        ktap.equal("there: netns, ifindex, name",
                   (nl.cookie(), ifindex("d0"), "d0"),
                   (there, got[0].ifindex, got[0].ifname))
        nl.Rtnl().move(ifindex("d0"), home)
    got = heard()
    ktap.equal("back", ["dev-move"], told(got))
    ktap.equal("back: netns, from", (here, (there, index, "d0")),
               (got[0].netns, place(got[0])))
    # With a clash of both the ifindex and the name.
    with nl.Inside(fd):
        inner = nl.Rtnl()
        inner.add("d0")
        while ifindex("d0") < index:
            inner.delete(ifindex("d0"))
            inner.add("d0")
        inner.close()
    heard()
    index = ifindex("d0")
    rtnl.set(index, nl.u32(nl.IFLA_NET_NS_FD, fd) +
             nl.text(nl.IFLA_IFNAME, "d7"))
    got = heard()
    ktap.equal("clash", ["dev-move"], told(got))
    with nl.Inside(fd):
        ktap.equal("clash: ifindex, name", (ifindex("d7"), "d7"),
                   (got[0].ifindex, got[0].ifname))
    ktap.check(got[0].ifindex != index, "clash: ifindex", "another",
               got[0].ifindex)
    ktap.equal("clash: from", (here, index, "d0"), place(got[0]))
    os.close(home)
    os.close(fd)
    heard_until("netns-del")


def physical():
    """Name of a device that outlives its netns, and how to be rid of it."""
    if not world.Run("modprobe", "sch_teql").status:
        return "teql0", lambda: sh("rmmod", "sch_teql")
    bus = "/sys/bus/netdevsim"
    if not world.Run("modprobe", "netdevsim").status:
        with open(f"{bus}/new_device", "w", encoding="ascii") as file:
            file.write("7 1")
        world.wait_for("its port", lambda: os.path.exists(
            f"{bus}/devices/netdevsim7/net"))

        def end():
            with open(f"{bus}/del_device", "w", encoding="ascii") as file:
                file.write("7")
        return os.listdir(f"{bus}/devices/netdevsim7/net")[0], end
    raise ktap.Skip("no device of that sort")


@ktap.case
def device_falls_back_when_its_netns_dies():
    name, end = physical()
    for clash in (False, True):
        fd = nl.new_netns()
        with nl.Inside(fd):
            there = nl.cookie()
        index = ifindex(name)
        rtnl.move(index, fd)
        if clash:
            rtnl.add(name)
        heard()
        os.close(fd)
        got = heard_until("netns-del")
        ktap.equal("told", ["netns-dying", "dev-move", "dev-del", "netns-del"],
                   told(got))
        move = got[1]
        ktap.equal("from", there, place(move)[0])
        ktap.equal("netns, ifindex", (nl.cookie(), ifindex(move.ifname)),
                   (move.netns, move.ifindex))
        ktap.equal("keeps its name", not clash, move.ifname == name)
        if clash:
            rtnl.delete(ifindex(name))
    end()
    heard()


class HeldDevice:
    """with HeldDevice(ifindex): a reference to the device is held, by a send
    whose data lie in a page of userfaultfd, which comes in the end."""

    PAGE = 4096

    def __init__(self, index):
        self.index = index

    def __enter__(self):
        self.fd = nl.libc.syscall(323, os.O_CLOEXEC)    # userfaultfd
        if self.fd < 0:
            raise ktap.Skip("no userfaultfd on this kernel")
        fcntl.ioctl(self.fd, 0xc018aa3f, struct.pack("=QQQ", 0xaa, 0, 0))
        self.at = nl.libc.mmap(None, 2 * self.PAGE,
                               mmap.PROT_READ | mmap.PROT_WRITE,
                               mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        fcntl.ioctl(self.fd, 0xc020aa00,
                    struct.pack("=QQQQ", self.at + self.PAGE, self.PAGE, 1, 0))
        nl.ctypes.memset(self.at, 0, self.PAGE)
        self.sender = threading.Thread(target=self.send)
        self.sender.start()
        os.read(self.fd, 32)        # the fault: the reference is held now
        return self

    def send(self):
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
            to = struct.pack("=HHiHBB8s", socket.AF_PACKET, 0, self.index, 0,
                             0, 6, b"")
            nl.libc.sendto(sock.fileno(),
                           nl.ctypes.c_void_p(self.at + self.PAGE - 60), 120,
                           0, to, len(to))

    def __exit__(self, *_):
        fcntl.ioctl(self.fd, 0xc020aa04,
                    struct.pack("=QQQq", self.at + self.PAGE, self.PAGE, 0, 0))
        self.sender.join()
        os.close(self.fd)


@ktap.case
def stuck_device_is_told_once():
    """The kernel tells modules every second that it still waits."""
    rtnl.add("d0")
    ip("link set d0 up")
    heard(1.3)
    with HeldDevice(ifindex("d0")):
        end = subprocess.Popen(["ip", "link", "del", "d0"])
        heard_until("dev-del")
        time.sleep(3.5)
        ktap.equal("the end is waited for", None, end.poll())
        ktap.equal("told meanwhile", [], told(heard()))
    ktap.equal("exit status of ip", 0, end.wait())
    ktap.equal("told in the end", [], told(heard()))


ktap.run()
