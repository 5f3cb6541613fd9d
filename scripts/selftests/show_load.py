# SPDX-License-Identifier: GPL-2.0
"""Load for a netns: routes, rules, neighbours and sockets of all sorts; and
what ip and ss list of it."""

import collections
import os
import socket
import subprocess

import nl
from world import sh

AF_VSOCK = 40
AF_XDP = 44
IPPROTO_MPTCP = 262
IPPROTO_SCTP = 132
ETH_P_ALL = 0x0300
VMADDR_CID_ANY = 2 ** 32 - 1

ROUTES = """
link add d0 type dummy
link set lo up
link set d0 up
addr add 10.1.1.1/24 dev d0
addr add 10.1.2.1/24 dev d0
route add default via 10.1.1.254
route add 10.2.0.0/16 via 10.1.1.253 table 100
route add 10.3.0.0/16 via 10.1.1.253 table 100000
route add blackhole 10.4.0.0/16
route add unreachable 10.5.0.0/16 table 100
route add prohibit 10.6.0.0/16
route add throw 10.7.0.0/16 table 100
route add 10.8.0.0/16 nexthop via 10.1.1.2 weight 1 nexthop via 10.1.1.3
route add 10.8.0.0/16 metric 5 via 10.1.1.4
route add multicast 239.1.1.1 dev d0 table 254
rule add from 10.2.0.0/16 lookup 100
rule add fwmark 7 lookup 100000
neigh add 10.1.1.2 lladdr 02:00:00:00:00:02 dev d0 nud permanent
neigh add 10.1.1.99 lladdr 02:00:00:00:00:99 dev d0 nud permanent
neigh add 10.1.1.3 lladdr 02:00:00:00:00:03 dev d0 nud stale
neigh add 10.1.1.5 lladdr 02:00:00:00:00:05 dev d0 nud noarp
neigh add proxy 10.1.1.6 dev d0
"""

ROUTES6 = """
addr add fd00:1::1/64 dev d0 nodad
route add fd00:2::/64 via fd00:1::2
route add fd00:3::/64 nexthop via fd00:1::2 nexthop via fd00:1::3
route add fd00:4::/64 via fd00:1::2 metric 7
route add blackhole fd00:5::/64
route add unreachable fd00:6::/64 table 100
route add fd00:7::/64 via fd00:1::2 table 100000
rule add from fd00:7::/64 lookup 100000
neigh add fd00:1::2 lladdr 02:00:00:00:00:02 dev d0 nud permanent
"""


def load_routes(name):
    # Anycast routes, too.
    sh("nsenter", f"--net=/run/netns/{name}", "sysctl", "-qw",
       "net.ipv6.conf.all.forwarding=1")
    lines = [f"route add 10.{64 + i // 250}.{i % 250}.0/24 via 10.1.1.254 "
             f"table {1000 + i % 50}" for i in range(1000)]
    lines6 = [f"route add fd01:{i:x}::/64 via fd00:1::2 table {1000 + i % 20}"
              for i in range(200)]
    for option, text, more in (("-4", ROUTES, lines), ("-6", ROUTES6, lines6)):
        subprocess.run(["ip", option, "-n", name, "-batch", "-"], check=True,
                       text=True, input="\n".join([text, *more]) + "\n")


def pair(family, address, proto=0):
    """A listening socket and a connected pair."""
    listener = socket.socket(family, socket.SOCK_STREAM, proto)
    listener.bind((address, 0))
    listener.listen()
    client = socket.socket(family, socket.SOCK_STREAM, proto)
    client.connect(listener.getsockname())
    server, _ = listener.accept()
    return [listener, client, server]


def tcp():
    held = pair(socket.AF_INET, "127.0.0.1") + pair(socket.AF_INET6, "::1")
    half = pair(socket.AF_INET, "127.0.0.1")
    half[1].shutdown(socket.SHUT_WR)    # FIN-WAIT-2 and CLOSE-WAIT
    syn = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    syn.setblocking(False)
    # For longer than any test: by default it gives up after two minutes.
    syn.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, 20)
    syn.connect_ex(("10.1.1.99", 80))
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.bind(("127.0.0.1", 0))
    unbound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    return held + half + [syn, bound, unbound]


def time_wait(path):
    """A socket that will be there for a minute."""
    fd = os.open(path, os.O_RDONLY)
    try:
        with nl.Inside(fd):
            listener, client, server = pair(socket.AF_INET, "127.0.0.1")
            client.close()
            server.close()
            listener.close()
    finally:
        os.close(fd)


def udp_and_raw():
    held = []
    for family, address, icmp in ((socket.AF_INET, "127.0.0.1", 1),
                                  (socket.AF_INET6, "::1", 58)):
        bound = socket.socket(family, socket.SOCK_DGRAM)
        bound.bind((address, 0))
        connected = socket.socket(family, socket.SOCK_DGRAM)
        connected.connect(bound.getsockname())
        raw = [socket.socket(family, socket.SOCK_RAW, icmp) for _ in "12"]
        raw[0].connect((address, 0))
        held += [bound, connected, *raw, socket.socket(family,
                                                       socket.SOCK_DGRAM)]
    return held


def unix():
    held = []
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        listener = socket.socket(socket.AF_UNIX, kind)
        listener.bind("")
        listener.listen()
        held += [listener, *socket.socketpair(socket.AF_UNIX, kind)]
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        held.append(socket.socket(socket.AF_UNIX, kind))
    return held + list(socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))


def packet_and_netlink():
    held = [socket.socket(socket.AF_PACKET, kind, ETH_P_ALL)
            for kind in (socket.SOCK_RAW, socket.SOCK_RAW, socket.SOCK_DGRAM)]
    for protocol in (0, 0, 15, 16, 4):
        sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        sock.bind((0, 0))
        held.append(sock)
    # One that is not bound has no port.
    return held + [socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)]


def mptcp():
    return pair(socket.AF_INET, "127.0.0.1", IPPROTO_MPTCP)


def sctp():
    return pair(socket.AF_INET, "127.0.0.1", IPPROTO_SCTP)


def vsock():
    held = [socket.socket(AF_VSOCK, socket.SOCK_STREAM) for _ in "12"]
    for sock in held:
        sock.bind((VMADDR_CID_ANY, 4000 + sock.fileno()))
    held[0].listen()
    return held


def xdp():
    return [socket.socket(AF_XDP, socket.SOCK_RAW)]


def load_sockets(path):
    """Sockets that hold the netns, and which sorts this kernel lacks."""
    held, missing = [], []
    fd = os.open(path, os.O_RDONLY)
    try:
        with nl.Inside(fd):
            for make in (tcp, udp_and_raw, unix, packet_and_netlink):
                held += make()
            for make in (mptcp, sctp, vsock, xdp):
                try:
                    held += make()
                except OSError:
                    missing.append(make.__name__)
    finally:
        os.close(fd)
    return held, missing


def listed_by_ss(*where):
    """Sockets by netid and state, without the one that ss asks by."""
    process = subprocess.Popen(["ss", *where, "-a", "-n", "-H"], text=True,
                               stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    out = process.communicate()[0]
    found = collections.Counter()
    for line in out.splitlines():
        netid, state, _, _, local = line.split()[:5]
        if netid == "nl" and local in (f"4:{process.pid}",
                                       f"tcpdiag:{process.pid}"):
            continue
        # Its ways to say so.
        netid = {"???": "raw", "icmp6": "raw", "`-": "sctp-assoc"}.get(netid,
                                                                       netid)
        found[netid, state] += 1
    return found


def count_lines(*command):
    return len(sh(*command).splitlines())
