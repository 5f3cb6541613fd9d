# SPDX-License-Identifier: GPL-2.0
"""visible.py PATH: as root with all rights, with that netns at hand. What one
may not see is not told by the way either."""

import os
import socket
import struct
import sys

import ktap
import nl
import world
from nl import N, text, u64

SMALL = 4096        # as small as a buffer can be
INODE, ID = os.stat(sys.argv[1]).st_ino, world.cookie_of(sys.argv[1])
def as_user(client, function):
    """Runs FUNCTION(CLIENT()) as user 1000 with no rights, in a child."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setresgid(1000, 1000, 1000)
        os.setresuid(1000, 1000, 1000)
        try:
            out = repr(function(client()))
        except Exception as err:
            out = repr(err)
        os.write(write_end, out.encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        out = pipe.read()
    os.waitpid(pid, 0)
    return out


def ids(answer, prefix, name):
    return sorted({nl.Attrs(payload, prefix).num(name)
                   for payload in answer.msgs})


def users_socket():
    """In the hands of root."""
    os.setresuid(1000, 1000, 0)
    client = nl.Nsinfo()
    os.setresuid(0, 0, 0)
    return client


def interrupted_by(client, cmd, change):
    """Is a dump told of a CHANGE after its first buffer was made?"""
    answer = client.dump_start(cmd)
    change()
    while client.receive(answer):
        pass
    return answer.interrupted


def flicker():
    """A device that comes and goes, in the netns of this thread."""
    rtnl = nl.Rtnl()
    rtnl.add("flicker")
    rtnl.delete(socket.if_nametoindex("flicker"))
    rtnl.close()


@ktap.case
def change_of_what_is_hidden_interrupts_nobody():
    """A flag would tell a user that something happens where it sees nothing,
    and who makes things happen there could keep its dumps from ever ending."""
    def elsewhere():
        with nl.Inside(there):
            flicker()

    there = os.open("/run/netns/there", os.O_RDONLY)
    client = users_socket()
    for cmd in ("NETNS_GET", "DEV_GET"):
        for what, change, told in (
                ("device in a hidden netns", elsewhere, (True, False)),
                ("hidden netns", lambda: os.close(nl.new_netns()),
                 (True, False)),
                ("device in its own", flicker, (True, True))):
            ktap.equal(f"{cmd}: {what}: interrupted (root, user)", told,
                       (interrupted_by(roots, cmd, change),
                        interrupted_by(client, cmd, change)))
    os.close(there)


@ktap.case
def change_of_what_one_made_interrupts():
    """Of several netns that a viewer who does not see all does see."""
    def two_netns():
        nl.unshare(nl.CLONE_NEWUSER | nl.CLONE_NEWNET)
        first = nl.open_netns()
        nl.unshare(nl.CLONE_NEWNET)
        return nl.Nsinfo(), first

    def in_each(both):
        client, first = both

        def in_first():
            with nl.Inside(first):
                flicker()

        return [len(client.dump("NETNS_GET").msgs)] + [
            interrupted_by(client, "NETNS_GET", change)
            for change in (in_first, flicker, lambda: None, nl.new_netns,
                           lambda: None)]

    ktap.equal("netns seen, interrupted: device in the first, in the second, "
               "nothing, new netns, nothing",
               "[2, True, True, False, True, False]",
               as_user(two_netns, in_each))


@ktap.case
def dump_of_a_user_read_on_by_root():
    """A setuid program that has the socket as its stdin reads a buffer, and
    by that makes the next one. A request that was sent to an address is the
    hard one: the kernel's own helper then does not ask who opened it."""
    for address in (None, (0, 0)):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with os.fdopen(os.dup(theirs.fileno()), "wb") as pipe:
            pid = os.fork()
            if pid == 0:
                ours.close()
                try:
                    out = dump_with_20_devices(theirs, address)
                except Exception as err:
                    out = repr(err)
                pipe.write(out.encode())
                pipe.flush()
                os._exit(0)
        theirs.close()
        ours.settimeout(60)
        me = int(ours.recv(32))
        after = nl.new_netns()
        with nl.Inside(after):
            nl.Rtnl().add("secret0")
            hidden = nl.cookie()
        ktap.check(hidden > me, "hidden netns: its id", f"above {me}", hidden)
        ours.send(b"go")
        _, (fd,), _, _ = socket.recv_fds(ours, 16, 1)
        os.read(fd, 1)
        os.close(fd)
        ktap.check(hidden in ids(nl.Nsinfo().dump("DEV_GET"), "DEV",
                                 "NETNS_ID"), "root's own dump", hidden,
                   "without it")
        ours.send(b"was read")
        ktap.equal(f"sent to {address}: netns in the rest, last device made "
                   "by root's read", repr(([me], b"own19")),
                   ours.recv(4096).decode())
        os.waitpid(pid, 0)
        os.close(after)
        ours.close()


def dump_with_20_devices(pipe, address):
    """As user 1000 in a netns of its own: begins a dump, of which its first
    buffer is read elsewhere. What comes after that buffer."""
    os.setresgid(1000, 1000, 1000)
    os.setresuid(1000, 1000, 1000)
    nl.unshare(nl.CLONE_NEWUSER | nl.CLONE_NEWNET)
    for number in range(20):
        nl.Rtnl().add(f"own{number}")
    me = nl.cookie()
    client = nl.Nsinfo(SMALL)
    pipe.send(str(me).encode())
    pipe.recv(16)
    client.seq += 1
    request = struct.pack("=IHHIIBBH", 20, client.family, nl.NLM_F_REQUEST |
                          nl.NLM_F_DUMP, client.seq, 0, N["NSINFO_CMD_DEV_GET"],
                          1, 0)
    if address:
        client.sock.sendto(request, address)
    else:
        client.sock.send(request)
    socket.send_fds(pipe, [b"read"], [client.sock.fileno()])
    pipe.recv(16)
    rest = nl.Answer()
    client.receive(rest)
    own = [nl.Attrs(payload, "DEV") for payload in rest.msgs]
    last = [dev.text("IFNAME") for dev in own if dev.num("NETNS_ID") == me]
    while not rest.done:
        client.receive(rest)
    return repr((ids(rest, "DEV", "NETNS_ID"), last[-1]))


UPPER = ("vlan7", "macvlan0", "ipvlan0", "vxlan1", "vxlan2", "ipip1", "gre1")


@ktap.case
def netns_of_a_lower_device_is_hidden():
    """Made in the hidden netns and moved: what is below stays there."""
    world.batch("here", "link add base index 1002 type dummy",
                "link add base2 index 1003 type dummy", "link set base up",
                "addr add 10.0.0.1/24 dev base",
                "link add vlan7 link base type vlan id 7",
                "link add macvlan0 link base type macvlan",
                "link add ipvlan0 link base2 type ipvlan",
                "link add vxlan1 type vxlan id 1 dstport 4789 dev base",
                "link add vxlan2 type vxlan id 2 dstport 4789",
                "link add ipip1 type ipip local 10.0.0.1 remote 10.0.0.2",
                "link add gre1 type gre local 10.0.0.1 remote 10.0.0.2 "
                "dev base",
                *[f"link set {name} netns there" for name in UPPER])
    there = os.open("/run/netns/there", os.O_RDONLY)
    with nl.Inside(there):
        roots_view = uppers(nl.Nsinfo())
        users_view = as_user(nl.Nsinfo, uppers)
    os.close(there)
    ktap.equal("root: link of vlan7, macvlan0, ipvlan0, gre1",
               (1002, 1002, 1003, 1002),
               tuple(roots_view[name][0] for name in ("vlan7", "macvlan0",
                                                      "ipvlan0", "gre1")))
    for name, (_, foreign, link_netns, peer, secret) in roots_view.items():
        ktap.equal(f"root: {name}: foreign, link_netns, peer, inode in it",
                   (True, ID, False, True), (foreign, link_netns, peer,
                                             secret))
    # The core alone knows the device below a vxlan.
    ktap.equal("root: link of vxlan1, vxlan2", (1002, None),
               (roots_view["vxlan1"][0], roots_view["vxlan2"][0]))
    roots_view["vxlan1"] = (None,)
    ktap.equal("user: (link, foreign, link_netns, peer, inode in it)",
               repr({name: (link, True, None, False, False)
                     for name, (link, *_) in roots_view.items()}), users_view)


def uppers(client):
    """What a dump and a do tell of the devices below those."""
    found = {}
    for payload in client.dump("DEV_GET").msgs:
        dev = nl.Attrs(payload, "DEV")
        name = dev.text("IFNAME").decode()
        if name not in UPPER:
            continue
        found[name] = below(payload)
        got = client.do("DEV_GET", u64("DEV_NETNS_ID", dev.num("NETNS_ID")) +
                        text("DEV_IFNAME", name))
        if below(got.msgs[0]) != found[name]:
            raise ValueError(f"{name}: do {below(got.msgs[0])}")
    if len(found) != len(UPPER):
        raise ValueError(f"devices: {sorted(found)}")
    return found


def below(payload):
    dev = nl.Attrs(payload, "DEV")
    netns = dev.nest("LINK_NETNS", "NETNS_REF")
    return (dev.num("LINK"), dev.has("LINK_FOREIGN"),
            netns.num("ID") if netns else None, dev.has("PEER"),
            struct.pack("=I", INODE) in payload)


def module(client):
    """Its answer about itself: version, counts."""
    got = nl.Attrs(client.do("MODULE_GET").msgs[0], "MODULE")
    return got.text("VERSION"), got.num("TRACKED"), got.num("UNTRACKED")


@ktap.case
def counts_are_those_of_the_dump():
    with open("/nsinfo.version", "rb") as file:
        version = file.read().strip()

    def all_told():
        return module(roots) == (version,
                                 len(roots.dump("NETNS_GET").msgs), 0)

    world.wait_for("root: version, number of netns in its dump, none untracked",
                   all_told)


roots = nl.Nsinfo()
ktap.run()
