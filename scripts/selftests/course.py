# SPDX-License-Identifier: GPL-2.0
"""Random changes of netns, devices and addresses. The seed is printed; SEED
and OPERATIONS in the environment of scripts/selftests/run choose another
course."""

import os
import random
import socket
import struct

import nl

SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().getrandbits(31)
NETNS_MAX = 12
IFF_UP = 1
IFLA_LINK = 5
IFLA_MASTER = 10
IFLA_VLAN_ID = 1
IFA_ADDRESS, IFA_LOCAL = 1, 2
IFA_F_NODAD = 2


# The debug kernel has some from its boot.
NOT_OURS = {index for index, _ in socket.if_nameindex()}


def delete_ours(rtnl):
    """The devices of a course that are in the first netns."""
    for index, name in socket.if_nameindex():
        if name.startswith("d") and index not in NOT_OURS:
            try:
                rtnl.delete(index)
            except OSError:
                pass                # it went with another


def operations(number):
    """How many a course of that many has."""
    return int(os.environ.get("OPERATIONS", number))


class Place:
    """A netns that lives until it is closed."""

    def __init__(self, fd):
        self.fd = fd
        with nl.Inside(fd):
            self.id = nl.cookie()
            self.rtnl = nl.Rtnl()

    def close(self):
        self.rtnl.close()
        os.close(self.fd)


class Course:
    """Random operations; one that fails, as many do, is none."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.places = [Place(nl.open_netns())]
        self.first = self.places[0]
        self.failed = {}
        self.done = {}
        self.number = 0

    def name(self):
        """Few enough for clashes."""
        return f"d{self.random.randrange(40)}"

    def place(self):
        return self.random.choice(self.places)

    def device(self, picture):
        """Of any of our netns: the place and an ifindex."""
        place = self.place()
        found = sorted(index for netns, index in picture.devs
                       if netns == place.id and index != 1 and
                       (place != self.first or index not in NOT_OURS))
        return place, self.random.choice(found) if found else 0

    def create(self, _):
        if len(self.places) < NETNS_MAX:
            self.places.append(Place(nl.new_netns()))

    def destroy(self, _):
        if len(self.places) > 2:
            place = self.random.choice(self.places[1:])
            self.places.remove(place)
            place.close()

    def add(self, _):
        self.place().rtnl.add(self.name(), self.random.choice(
            ["dummy", "dummy", "bridge"]))

    def add_pair(self, _):
        self.place().rtnl.add_pair("veth", self.name(), self.name(),
                                   self.place().fd)

    def add_vlan(self, picture):
        place, lower = self.device(picture)
        number = self.random.randrange(1, 9)
        place.rtnl.add(self.name(), "vlan",
                       nl.attr(IFLA_VLAN_ID, struct.pack("=H", number)),
                       nl.u32(IFLA_LINK, lower))

    def delete(self, picture):
        place, index = self.device(picture)
        place.rtnl.delete(index)

    def rename(self, picture):
        place, index = self.device(picture)
        place.rtnl.rename(index, self.name())

    def move(self, picture):
        place, index = self.device(picture)
        place.rtnl.move(index, self.place().fd)

    def move_and_rename(self, picture):
        place, index = self.device(picture)
        place.rtnl.set(index, nl.u32(nl.IFLA_NET_NS_FD, self.place().fd) +
                       nl.text(nl.IFLA_IFNAME, self.name()))

    def mtu(self, picture):
        place, index = self.device(picture)
        place.rtnl.set(index, nl.u32(nl.IFLA_MTU,
                                     self.random.randrange(1280, 1500)))

    def up_or_down(self, picture):
        place, index = self.device(picture)
        self.flags(place, self.random.choice([index, index, 1]),
                   self.random.choice([0, IFF_UP, IFF_UP]))

    @staticmethod
    def flags(place, index, flags):
        answer = place.rtnl.request(
            nl.RTM_SETLINK, nl.NLM_F_ACK,
            struct.pack("=BBHiII", 0, 0, 0, index, flags, IFF_UP))
        if answer.errno:
            raise OSError(answer.errno, answer.error())

    def master(self, picture):
        place, index = self.device(picture)
        bridges = sorted(dev for (netns, dev), attrs in picture.devs.items()
                         if netns == place.id and
                         attrs.get("KIND") == b"bridge\0")
        place.rtnl.set(index, nl.u32(IFLA_MASTER,
                                     self.random.choice([0, *bridges])))

    def address(self, picture):
        place, index = self.device(picture)
        last = self.random.randrange(1, 5)
        family, bits, local = self.random.choice([
            (socket.AF_INET, 24, bytes([192, 0, 2, last])),
            (socket.AF_INET6, 64, b"\xfd" + bytes(14) + bytes([last]))])
        kind, flags = self.random.choice([
            (nl.RTM_NEWADDR, nl.NLM_F_CREATE), (nl.RTM_NEWADDR,
                                                nl.NLM_F_CREATE),
            (nl.RTM_DELADDR, 0)])
        answer = place.rtnl.request(
            kind, nl.NLM_F_ACK | flags,
            struct.pack("=BBBBI", family, bits, IFA_F_NODAD if
                        family == socket.AF_INET6 else 0, 0, index) +
            nl.attr(IFA_LOCAL, local) + nl.attr(IFA_ADDRESS, local))
        if answer.errno:
            raise OSError(answer.errno, answer.error())

    def step(self, picture):
        what, = self.random.choices(
            [self.create, self.destroy, self.add, self.add_pair,
             self.add_vlan, self.delete, self.rename, self.move,
             self.move_and_rename, self.mtu, self.up_or_down, self.master,
             self.address],
            [5, 4, 12, 9, 5, 8, 10, 10, 5, 5, 14, 8, 20])
        self.number += 1
        self.done.setdefault(what.__name__, 0)
        self.failed.setdefault(what.__name__, 0)
        try:
            what(picture)
            self.done[what.__name__] += 1
        except OSError:
            self.failed[what.__name__] += 1

    def end(self):
        for place in self.places[1:]:
            place.close()
        delete_ours(self.first.rtnl)
        self.first.close()
