# SPDX-License-Identifier: GPL-2.0
"""A listener to the events of the family, and a picture of the world that is
kept up by them alone."""

import errno
import select
import socket
import struct

import nl
from nl import N, Attrs

CTRL_ATTR_MCAST_GROUPS = 7
GRP_NAME, GRP_ID = 1, 2
NETLINK_ADD_MEMBERSHIP = 1
NETLINK_DROP_MEMBERSHIP = 2
NETLINK_LISTEN_ALL_NSID = 8
SO_RCVBUFFORCE = 33

NAMES = {number: name[len("NSINFO_CMD_"):-len("_NTF")].lower().replace("_", "-")
         for name, number in N.items() if name.endswith("_NTF")}
CHANGED = {number: name[len("NSINFO_DEV_CHANGED_"):].lower()
           for name, number in N.items()
           if name.startswith("NSINFO_DEV_CHANGED_")}


class Overrun(Exception):
    """The kernel says that something was lost."""


class Event:
    def __init__(self, cmd, payload, nsid):
        self.kind = NAMES[cmd]
        self.nsid = nsid
        self.of_netns = self.kind.startswith("netns-")
        self.attrs = Attrs(payload, "NETNS" if self.of_netns else "DEV")
        event = self.attrs.nest("EVENT", "EVENT")
        self.seq = event.num("SEQ")
        self.time = event.num("TIME")
        changed = event.num("CHANGED") or 0
        self.changed = {word for bit, word in CHANGED.items() if changed & bit}
        self.origin = event.nest("FROM", "PEER")
        self.netns = self.attrs.num("ID" if self.of_netns else "NETNS_ID")
        self.ifindex = None if self.of_netns else self.attrs.num("IFINDEX")
        self.ifname = None if self.of_netns else \
            self.attrs.text("IFNAME").decode()

    def __repr__(self):
        return f"<{self.seq} {self.kind} {self.netns} {self.ifindex} " \
               f"{self.ifname} {sorted(self.changed)}>"


class Listener(nl.Nsinfo):
    """Member of one group, in the netns where it is made; with None it is to
    join one later."""

    def __init__(self, group="all", all_nsid=False, rcvbuf=8 << 20):
        super().__init__()
        if rcvbuf:
            self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, rcvbuf)
        if all_nsid:
            self.sock.setsockopt(nl.SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, 1)
        self.seen = []
        if group:
            self.join(group)

    def join(self, group):
        self.group = self.group_id(group)
        self.sock.setsockopt(nl.SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
                             self.group)

    def group_id(self, name):
        found = self.request(nl.GENL_ID_CTRL, nl.NLM_F_ACK,
                             struct.pack("=BBH", nl.CTRL_CMD_GETFAMILY, 1, 0) +
                             nl.text(nl.CTRL_ATTR_FAMILY_NAME, "nsinfo"))
        family = dict(Attrs(found.msgs[0], "").all)
        for _, entry in Attrs(family[CTRL_ATTR_MCAST_GROUPS], "").all:
            group = dict(Attrs(entry, "").all)
            if group[GRP_NAME].rstrip(b"\0").decode() == name:
                return struct.unpack("=I", group[GRP_ID])[0]
        raise LookupError(name)

    def leave(self):
        self.sock.setsockopt(nl.SOL_NETLINK, NETLINK_DROP_MEMBERSHIP,
                             self.group)

    def take(self, wait):
        """What is there, or comes within WAIT seconds; [] in the end."""
        if not select.select([self.sock], [], [], wait)[0]:
            return []
        try:
            data, control, flags, _ = self.sock.recvmsg(65536, 64)
        except OSError as err:
            if err.errno == errno.ENOBUFS:
                raise Overrun from err
            raise
        if flags & socket.MSG_TRUNC:
            raise ValueError("truncated")
        nsid = None
        for level, kind, payload in control:
            if (level, kind) == (nl.SOL_NETLINK, NETLINK_LISTEN_ALL_NSID):
                nsid = struct.unpack("=i", payload)[0]
        events = []
        while data:
            length, kind, _, seq, _ = struct.unpack_from("=IHHII", data)
            if kind == self.family and seq == 0:
                events.append(Event(data[16], data[20:length], nsid))
            data = data[length + (-length % 4):]
        self.seen += events
        return events

    def drain(self, quiet=0.3):
        """Everything up to a while of silence."""
        got = []
        while events := self.take(quiet):
            got += events
        return got

    def until(self, condition, seconds=30):
        """Everything up to the first event that meets CONDITION."""
        got = []
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        while poll.poll(seconds * 1000):
            for event in self.take(0):
                got.append(event)
                if condition(event):
                    return got
        raise TimeoutError(f"not told; told was {got}")


def hole(events):
    """The first two events with numbers that do not follow, or None."""
    for before, after in zip(events, events[1:]):
        if after.seq != before.seq + 1:
            return before, after
    return None


# What a dump shows and no notifier tells: see the spec.
UNTOLD_NETNS = {"INACTIVE", "NDEVS", "REFS", "NSID", "PAD", "EVENT"}
UNTOLD_DEV = {"PAD", "EVENT", "ADDR", "MORE", "STATS", "QDISC", "PROMISCUITY",
              "ALLMULTI", "MIN_MTU", "MAX_MTU"}
UNTOLD_ADDR = {"FLAGS", "VALID_LFT", "PREFERRED_LFT"}


def fields(attrs, untold):
    """Attributes by name, without those of UNTOLD."""
    prefix = f"NSINFO_A_{attrs.prefix}_"
    names = {number: name[len(prefix):] for name, number in N.items()
             if name.startswith(prefix)}
    return {names[kind]: payload for kind, payload in attrs.all
            if names[kind] not in untold}


def addr_key(addr):
    peer = (addr.raw("PEER"), addr.num("PREFIXLEN")) \
        if addr.num("FAMILY") == socket.AF_INET else ()
    return addr.raw("LOCAL"), *peer


class World:
    """Netns, devices and addresses, as the spec says that events make them."""

    def __init__(self, client):
        """By a dump, which is made again until it is one of a moment."""
        while True:
            netns = client.dump("NETNS_GET")
            devs = client.dump("DEV_GET")
            if not netns.interrupted and not devs.interrupted:
                break
        self.netns = {}
        self.devs = {}
        self.addrs = {}
        for msg in netns.msgs:
            attrs = Attrs(msg, "NETNS")
            self.netns[attrs.num("ID")] = fields(attrs, UNTOLD_NETNS)
        for msg in devs.msgs:
            attrs = Attrs(msg, "DEV")
            key = attrs.num("NETNS_ID"), attrs.num("IFINDEX")
            if key not in self.devs:
                self.devs[key] = fields(attrs, UNTOLD_DEV)
                self.addrs[key] = {}
            for addr in attrs.nests("ADDR", "ADDR"):
                self.put_addr(key, addr)

    def put_addr(self, key, addr):
        self.addrs.setdefault(key, {})[addr_key(addr)] = \
            fields(addr, UNTOLD_ADDR)

    def forget(self, key):
        self.devs.pop(key, None)
        self.addrs.pop(key, None)

    def apply(self, event):
        attrs = event.attrs
        key = event.netns, event.ifindex
        if event.kind == "netns-del":
            self.netns.pop(event.netns, None)
            for key in [key for key in self.devs if key[0] == event.netns]:
                self.forget(key)
        elif event.of_netns:
            self.netns[event.netns] = fields(attrs, UNTOLD_NETNS)
        elif event.kind == "dev-del":
            self.forget(key)
        elif event.kind == "addr-add":
            self.put_addr(key, attrs.nest("ADDR", "ADDR"))
        elif event.kind == "addr-del":
            self.addrs.setdefault(key, {}).pop(
                addr_key(attrs.nest("ADDR", "ADDR")), None)
        else:
            if event.origin:
                self.forget((event.origin.num("NETNS_ID"),
                             event.origin.num("IFINDEX")))
            if event.kind != "dev-change":
                self.addrs[key] = {}
            self.devs[key] = fields(attrs, UNTOLD_DEV)
            self.addrs.setdefault(key, {})

    def differences(self, other):
        """What is not the same in OTHER: text, empty where all is."""
        lines = []
        for what in ("netns", "devs", "addrs"):
            mine, theirs = getattr(self, what), getattr(other, what)
            for key in mine.keys() | theirs.keys():
                one, two = mine.get(key), theirs.get(key)
                if one is None or two is None:
                    lines.append(f"{what} {key}: {one} | {two}")
                elif one != two:
                    lines += [f"{what} {key} {name}: {one.get(name)} | "
                              f"{two.get(name)}"
                              for name in one.keys() | two.keys()
                              if one.get(name) != two.get(name)]
        return "\n".join(lines)
