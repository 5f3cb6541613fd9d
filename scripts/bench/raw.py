# SPDX-License-Identifier: GPL-2.0
"""raw.py NETNS MODULE...: what a dump costs in the kernel, in instructions.

The guest's clock counts instructions. Only the calls that send a request and
receive messages are measured; the messages are looked at after the end. All
modules are measured in the same scenes, one after the other."""

import collections
import hashlib
import os
import re
import resource
import socket
import struct
import subprocess
import sys
import time

import nl

NETNS, MODULES = int(sys.argv[1]), sys.argv[2:]
DEVICES = 500, 5000, 20000      # in one netns
ADDRESSES_4 = 1000, 10000       # on one device; to add them takes n * n
ADDRESSES_6 = 1000, 10000, 100000
ROUNDS = 3

Dump = collections.namedtuple("Dump", "cost longest payloads")


class Client(nl.Nsinfo):
    """Measures its calls."""

    def __init__(self):
        super().__init__()
        self.sock.setblocking(True)
        self.buffer = bytearray(32768)

    def receive_all(self):
        """All buffers of a dump, and what each call took."""
        buffers, calls = [], []
        while True:
            start = time.monotonic_ns()
            size = self.sock.recv_into(self.buffer)
            calls.append(time.monotonic_ns() - start)
            buffers.append(bytes(self.buffer[:size]))
            if struct.unpack_from("=H", buffers[-1], 4)[0] == nl.NLMSG_DONE:
                return buffers, calls

    def measure(self, cmd, attrs=b""):
        """The cheapest of some rounds: the others met an interrupt more."""
        return min(self.once(cmd, attrs) for _ in range(ROUNDS))

    def once(self, cmd, attrs):
        start = time.monotonic_ns()
        self.dump_start(cmd, attrs)
        sent = time.monotonic_ns() - start
        buffers, calls = self.receive_all()
        payloads = []
        for data in buffers:
            while data:
                length, kind = struct.unpack_from("=IH", data)
                if kind == self.family:
                    payloads.append(data[20:length])
                data = data[length + (-length % 4):]
        return Dump(sent + sum(calls), max(calls + [sent]), payloads)


def digest(pieces):
    """Of what was sent."""
    return hashlib.sha256(b"".join(pieces)).hexdigest()[:16]


def addresses_in(payloads):
    """A device of many addresses takes several messages; where one ends does
    not matter."""
    return [addr for payload in payloads
            for addr in nl.Attrs(payload, "DEV").list("ADDR")]


# Scenes

def add_address(rtnl, family, ifindex, raw, prefixlen):
    answer = rtnl.request(
        nl.RTM_NEWADDR, nl.NLM_F_CREATE | nl.NLM_F_ACK,
        struct.pack("=BBBBI", family, prefixlen, 0x02, 0, ifindex) +
        nl.attr(1, raw) + nl.attr(2, raw))
    if answer.errno:
        raise OSError(answer.errno, answer.error())


def populate():
    """Each netns has a loopback device with the addresses 127.0.0.1 and ::1,
    two dummies, and a pair of veth."""
    fds = []
    for _ in range(NETNS):
        fds.append(nl.new_netns())
        with nl.Inside(fds[-1]):
            rtnl = nl.Rtnl()
            rtnl.add("dummy0")
            rtnl.add("dummy1")
            rtnl.add_pair("veth", "veth0", "veth1")
            add_address(rtnl, socket.AF_INET, 1,
                        socket.inet_aton("127.0.0.1"), 8)
            add_address(rtnl, socket.AF_INET6, 1,
                        socket.inet_pton(socket.AF_INET6, "::1"), 128)
            rtnl.close()
    return fds


def one_netns(disable_ipv6):
    """A netns of its own. Returns its id and a client of rtnetlink there."""
    with nl.Inside(nl.new_netns()):
        with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w",
                  encoding="ascii") as sysctl:
            sysctl.write(disable_ipv6)
        return nl.cookie(), nl.Rtnl()


# Memory

def in_use():
    """Bytes of the objects that the kernel has allocated by kmalloc() and for
    its radix trees."""
    with open("/proc/slabinfo", encoding="ascii") as lines:
        fields = [line.split() for line in lines
                  if re.match(r"kmalloc-|radix_tree_node", line)]
    return sum(int(line[1]) * int(line[3]) for line in fields)


class Module:
    """with Module(path): it is loaded."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        before = in_use()
        subprocess.run(["insmod", self.path], check=True)
        self.bytes = in_use() - before
        return self

    def __exit__(self, *_):
        while subprocess.run(["rmmod", "nsinfo"], check=False,
                             stderr=subprocess.DEVNULL).returncode:
            time.sleep(0.1)


# Measurements

def line(title, dump, number, base=None):
    each = (dump.cost - (base.cost if base else 0)) / number
    print(f"  {title:42} {each:9.0f} {dump.longest:11d}", flush=True)


def head(path, title):
    print(f"{path}: {title}\n  {'instructions':42} {'each':>9} "
          f"{'longest call':>11}", flush=True)


def many_netns(module):
    """Returns what was sent."""
    client = Client()
    print(f"  {'bytes a netns':42} {module.bytes / NETNS:9.0f}")
    netns = client.measure("NETNS_GET")
    every = client.measure("NETNS_GET", nl.u32("NETNS_WANT", 31))
    devs = client.measure("DEV_GET")
    stats = client.measure("DEV_GET", nl.u32(
        "DEV_WANT", nl.N["NSINFO_DEV_WANT_STATS"]))
    line(f"netns of {len(netns.payloads)}", netns, len(netns.payloads))
    line("netns with all that can be wanted", every, len(every.payloads))
    line(f"device of {len(devs.payloads)}, addresses included", devs,
         len(devs.payloads))
    line("its statistics", stats, len(devs.payloads), devs)
    client.close()
    return tuple(digest(dump.payloads) for dump in (netns, every, devs, stats))


def one_dump(key, number, title):
    client = Client()
    dump = client.measure("DEV_GET", key)
    line(title, dump, number)
    client.close()
    return dump.payloads


def compare(title, measure):
    """All modules must send the same."""
    sent = []
    for path in MODULES:
        with Module(path) as module:
            head(path, title)
            sent.append(measure(module))
    if len(set(sent)) > 1:
        sys.exit(f"the modules do not send the same: {sent}")
    print(f"sent: {sent[0]}", flush=True)


def many_devices():
    net, rtnl = one_netns("1")
    have = 0
    for number in DEVICES:
        for count in range(have, number):
            rtnl.add(f"dummy{count}")
        have = number
        compare("devices of one netns", lambda *_: digest(one_dump(
            nl.u64("DEV_NETNS_ID", net), number + 1, f"of {number}")))


def many_addresses(family, prefixlen, numbers, address):
    net, rtnl = one_netns("0")
    rtnl.add("dummy0")
    ifindex, have = 2, 0
    key = nl.u64("DEV_NETNS_ID", net) + nl.u32("DEV_IFINDEX", ifindex)
    for number in numbers:
        for count in range(have, number):
            add_address(rtnl, family, ifindex, address(count), prefixlen)
        have = number
        compare("addresses of one device", lambda *_: digest(addresses_in(
            one_dump(key, number, f"of {number}, /{prefixlen}"))))


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (65536, 65536))
    print(f"Linux {os.uname().release}, {NETNS} netns")
    fds = populate()
    compare("many netns", many_netns)
    for fd in fds:
        os.close(fd)

    many_devices()
    many_addresses(socket.AF_INET, 32, ADDRESSES_4,
                   lambda count: struct.pack(">I", 0x0a000001 + count))
    # Of one multicast group, or the kernel takes long to add them.
    many_addresses(socket.AF_INET6, 128, ADDRESSES_6,
                   lambda count: struct.pack(">IIQ", 0x20010db8, count, 1))


main()
