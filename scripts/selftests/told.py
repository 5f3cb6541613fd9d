# SPDX-License-Identifier: GPL-2.0
"""nsinfo monitor -J, read line by line, and what follows from it."""

import json
import os
import select
import subprocess
import time

from world import NSINFO, dump, wait_for

# What no event tells.
UNTOLD_DEV = {"promiscuity", "allmulti", "qdisc", "linkinfo", "addr_info",
              "min_mtu", "max_mtu"}
UNTOLD_ADDR = {"valid_life_time", "preferred_life_time", "tentative",
               "dadfailed", "deprecated", "dynamic", "metric", "protocol",
               "nodad", "optimistic"}


def plain_dev(dev):
    plain = {key: value for key, value in dev.items()
             if key not in UNTOLD_DEV}
    plain["flags"] = sorted(set(dev.get("flags", [])) -
                            {"M-DOWN", "PROMISC", "ALLMULTI"})
    return plain


def plain_addr(addr):
    return {key: value for key, value in addr.items()
            if key not in UNTOLD_ADDR}


def addr_key(addr):
    if addr["family"] == "inet6":
        return addr["local"]
    return (addr["local"], addr.get("address"), addr["prefixlen"])


class World:
    """Netns by id, devices by id and ifindex, their addresses by key."""

    def __init__(self):
        self.netns = {}
        self.devs = {}
        self.addrs = {}

    def put_dev(self, netns, dev):
        key = (netns, dev["ifindex"])
        kind = dev.get("linkinfo", {}).get("info_kind", "")
        # As Course wants it.
        self.devs[key] = {"KIND": kind.encode() + b"\0",
                          "plain": plain_dev(dev)}
        self.addrs.setdefault(key, {})

    def drop_dev(self, netns, ifindex):
        self.devs.pop((netns, ifindex), None)
        self.addrs.pop((netns, ifindex), None)

    def renamed(self, netns, was, now):
        """What hangs on that device shows its name."""
        for (where, _), dev in self.devs.items():
            plain = dev["plain"]
            if where == netns and plain.get("master") == was:
                plain["master"] = now
            if plain.get("link_netns", {}).get("id", where) == netns and \
                    plain.get("link") == was:
                plain["link"] = now

    def put_addr(self, key, addr):
        self.addrs.setdefault(key, {})[addr_key(addr)] = plain_addr(addr)

    @classmethod
    def of_dump(cls):
        """None where there was no moment of rest."""
        world = cls()
        try:
            found = dump()
        except RuntimeError as why:
            if "keep changing" in str(why):
                return None
            raise
        for one in found.values():
            world.netns[one["id"]] = one["state"]
            for dev in one["devices"]:
                world.put_dev(one["id"], dev)
                for addr in dev["addr_info"]:
                    world.put_addr((one["id"], dev["ifindex"]), addr)
        return world

    def apply(self, event):
        what, netns = event["event"], event["id"]
        if what in ("netns-add", "netns-dying"):
            self.netns[netns] = event["state"]
        elif what == "netns-del":
            del self.netns[netns]
        elif what == "dev-del":
            self.drop_dev(netns, event["ifindex"])
        elif what.startswith("dev-"):
            if what == "dev-move":
                self.drop_dev(event["from"]["id"], event["from"]["ifindex"])
                self.drop_dev(netns, event["ifindex"])
            if "was" in event:
                self.renamed(netns, event["was"], event["ifname"])
            self.put_dev(netns, event["device"])
        elif what == "addr-add":
            self.put_addr((netns, event["ifindex"]), *event["addr_info"])
        else:
            self.addrs.get((netns, event["ifindex"]), {}).pop(
                addr_key(*event["addr_info"]), None)

    def differences(self, other):
        """In words; "" for none."""
        found = []
        for what in ("netns", "devs", "addrs"):
            mine, others = getattr(self, what), getattr(other, what)
            for key in sorted(set(mine) | set(others), key=str):
                if mine.get(key) != others.get(key):
                    found.append(f"{what} {key}: told {mine.get(key)}, "
                                 f"dumped {others.get(key)}")
        return "; ".join(found[:4])


def few_are_left():
    world = World.of_dump()
    return world and len(world.netns) < 3


class Monitor:
    """A running nsinfo monitor -J, with what it told so far. What that makes
    is known where it began with all that there was."""

    def __init__(self, *args, via=(), told=True):
        self.whole = "--initial" in args
        self.world = World()
        self.told = []
        self.rest = b""
        self.process = subprocess.Popen(
            [*via, NSINFO, "monitor", "-J", *args], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if told:
            wait_for("the first event", lambda: self.read(most=500) or
                     self.process.poll() is not None)

    def read(self, wait=0.05, most=10000):
        """Returns how many events came, which may never end to come: about as
        many as that at most."""
        fd, before = self.process.stdout.fileno(), len(self.told)
        while len(self.told) < before + most and \
                select.select([fd], [], [], wait)[0]:
            data = os.read(fd, 1 << 16)
            if not data:
                break
            *lines, self.rest = (self.rest + data).split(b"\n")
            for line in lines:
                self.told.append(json.loads(line))
                if self.whole:
                    self.world.apply(self.told[-1])
        return len(self.told) - before

    def differs(self, seconds=30):
        """From a dump, once nothing comes any more; "" if not at all."""
        end = time.monotonic() + seconds
        while True:
            self.read(0.2)
            dumped = World.of_dump()
            wrong = self.world.differences(dumped) if dumped else "no rest"
            if not wrong or time.monotonic() > end:
                return wrong

    def end(self, signal=15):
        """Returns exit status and what was said on stderr."""
        self.process.send_signal(signal)
        self.read(0.2)
        err = self.process.communicate(timeout=60)[1].decode()
        return self.process.returncode, err
