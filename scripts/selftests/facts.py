# SPDX-License-Identifier: GPL-2.0
"""What a netns has besides devices, asked for one by one, and against what
/proc, ss, ip, nft and conntrack say inside."""

import collections
import contextlib
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time

import hold
import ktap
import nl
from nl import N, u32
from world import batch, inode, inside, netns, Run, sh, user, wait_for

WANT = {name: N["NSINFO_NETNS_WANT_" + name]
        for name in ("SOCKETS", "FIB", "NETFILTER", "CONNTRACK", "NSFS")}
ALL = sum(WANT.values())
ATTRS = {"SOCKETS": "SOCKETS", "FIB": "FIB", "NETFILTER": "HOOK",
         "CONNTRACK": "CONNTRACK", "NSFS": "NSFS_REFS"}
SOCKETS = ("TCP", "TCP6", "UDP", "UDP6", "RAW", "RAW6", "UNIX", "PACKET",
           "NETLINK")
SORTS = ("NF_TABLES", "IPTABLES", "CONNTRACK", "BPF", "OTHER")
IPV4, ARP, NETDEV, BRIDGE, IPV6 = 2, 3, 5, 7, 10
INGRESS, EGRESS = range(2)
PRE, IN, FORWARD, OUT, POST = range(5)
SYS_BPF = 321
ns = nl.Nsinfo()


def facts(where, want=ALL):
    """The answer of a do."""
    number = where if isinstance(where, int) else inode(where)
    got = ns.do("NETNS_GET", u32("NETNS_INUM", number) +
                u32("NETNS_WANT", want))
    if got.errno:
        raise OSError(got.errno, got.error())
    return nl.Attrs(got.msgs[0], "NETNS")


def sockets(where):
    got = facts(where, WANT["SOCKETS"]).nest("SOCKETS", "SOCKETS")
    return {name: got.num(name) for name in ("PINS", *SOCKETS)}


def fibs(where):
    return {got.num("FAMILY"): {name: got.num(name) for name in
                                ("TABLES", "RULES", "ROUTES")}
            for got in facts(where, WANT["FIB"]).nests("FIB", "FIB")}


def hooks(where):
    """{(family, hook): {sort: number}}"""
    return {(got.num("FAMILY"), got.num("HOOKNUM")):
            {sort: got.num(sort) for sort in SORTS if got.has(sort)}
            for got in facts(where, WANT["NETFILTER"]).nests("HOOK", "HOOK")}


def of_sort(found, sort):
    return {key: numbers[sort] for key, numbers in found.items()
            if sort in numbers}


def conntrack(where):
    return facts(where, WANT["CONNTRACK"]).num("CONNTRACK")


def nsfs(where):
    return facts(where, WANT["NSFS"]).num("NSFS_REFS")


@contextlib.contextmanager
def within(name):
    fd = os.open(f"/run/netns/{name}", os.O_RDONLY)
    with nl.Inside(fd):
        yield
    os.close(fd)


# Wanting

@ktap.case
def nothing_is_told_that_is_not_wanted():
    netns("plain")
    for how in ("do", "dump"):
        got = getattr(ns, how)("NETNS_GET", u32("NETNS_INUM", inode("plain")))
        first = nl.Attrs(got.msgs[0], "NETNS")
        ktap.equal(f"{how}: facts", [], [name for name in ATTRS.values()
                                         if first.has(name)])


@ktap.case
def each_is_told_alone():
    for name, attr in ATTRS.items():
        got = facts("plain", WANT[name])
        told = [one for one in ATTRS.values() if got.has(one)]
        # What is not there is not told either: conntrack, and any hook.
        ktap.check(told == [attr] or
                   (not told and name in ("CONNTRACK", "NETFILTER")),
                   f"{name} alone brings", [attr], told)


@ktap.case
def a_dump_tells_the_same():
    got = ns.dump("NETNS_GET", u32("NETNS_WANT", ALL))
    ktap.equal("refusal", "no error: None", got.error())
    found = [one.all for one in (nl.Attrs(msg, "NETNS") for msg in got.msgs)
             if one.num("INUM") == inode("plain")]
    ktap.equal("attributes", [facts("plain").all], found)


# Sockets

def tcp(family, address):
    """One that listens and both ends of a connection to it."""
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.bind((address, 0))
    listener.listen()
    client = socket.create_connection(listener.getsockname()[:2])
    return [listener, client, listener.accept()[0]]


def bound(family, address):
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.bind((address, 0))
    return sock


def open_sockets():
    inet, inet6, unix = socket.AF_INET, socket.AF_INET6, socket.AF_UNIX
    kept = tcp(inet, "127.0.0.1") + tcp(inet6, "::1")
    # In no table.
    kept += [socket.socket(inet, socket.SOCK_STREAM),
             socket.socket(inet, socket.SOCK_STREAM)]
    kept[-1].bind(("127.0.0.1", 0))
    kept += [bound(inet, "127.0.0.1"), bound(inet, "127.0.0.1"),
             bound(inet6, "::1"), socket.socket(inet, socket.SOCK_DGRAM)]
    kept += [socket.socket(inet, socket.SOCK_RAW, socket.IPPROTO_ICMP),
             socket.socket(inet, socket.SOCK_RAW, socket.IPPROTO_RAW),
             socket.socket(inet6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)]
    kept += [*socket.socketpair(unix, socket.SOCK_STREAM),
             *socket.socketpair(unix, socket.SOCK_SEQPACKET),
             socket.socket(unix, socket.SOCK_DGRAM)]
    kept += [socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0),
             socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)]
    kept += [socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
             for _ in range(4)]
    return kept


OPENED = {"PINS": 26, "TCP": 3, "TCP6": 3, "UDP": 2, "UDP6": 1, "RAW": 2,
          "RAW6": 1, "UNIX": 5, "PACKET": 2, "NETLINK": 4}


def proc_counts():
    """The same out of /proc/net, of the calling thread."""
    names = {"TCP": "TCP", "TCPv6": "TCP6", "UDP": "UDP", "UDPv6": "UDP6",
             "RAW": "RAW", "RAWv6": "RAW6", "UNIX": "UNIX",
             "UNIX-STREAM": "UNIX", "PACKET": "PACKET", "NETLINK": "NETLINK"}
    counts = collections.Counter({name: 0 for name in SOCKETS})
    with open("/proc/thread-self/net/protocols", encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if words[0] in names:
                counts[names[words[0]]] += int(words[2])
    with open("/proc/thread-self/net/sockstat", encoding="ascii") as lines:
        counts["PINS"] = int(lines.readline().split()[2])
    return dict(counts)


def until_no_socket(name):
    """A socket of netlink is freed some time after it is closed."""
    wait_for("all are gone", lambda: sockets(name)["PINS"] == 0)


@ktap.case
def sockets_counted():
    netns("sockets")
    sh("ip", "-n", "sockets", "link", "set", "lo", "up")
    until_no_socket("sockets")
    ktap.equal("before", dict.fromkeys(OPENED, 0), sockets("sockets"))
    with within("sockets"):
        kept = open_sockets()
        expected = proc_counts()
    ktap.equal("what was opened", len(kept), OPENED["PINS"])
    ktap.equal("as opened", OPENED, sockets("sockets"))
    ktap.equal("as /proc/net has it", expected, sockets("sockets"))
    for name, args in (("TCP", "-t4"), ("TCP6", "-t6"), ("UDP", "-u4"),
                       ("UDP6", "-u6"), ("RAW", "-w4"), ("RAW6", "-w6"),
                       ("UNIX", "-x"), ("PACKET", "-0")):
        lines = sh(*inside("sockets"), "ss", "-Hna", args).splitlines()
        # ss tells of bound TCP sockets too, by another word.
        lines = [line for line in lines if "UNCONN" not in line or
                 name not in ("TCP", "TCP6")]
        ktap.equal(f"{name}: ss {args}", len(lines), sockets("sockets")[name])
    wait_for("those of ss are gone",
             lambda: sockets("sockets")["PINS"] == len(kept))
    ktap.equal("as opened, again", OPENED, sockets("sockets"))
    for sock in kept:
        sock.close()
    until_no_socket("sockets")
    # A connection that ended is no socket, though it is waited for.
    ktap.equal("after", dict.fromkeys(OPENED, 0), sockets("sockets"))


@ktap.case
def sockets_pin_wherever_they_are():
    """One in a message that nobody has read."""
    one = hold.start("message-socket", "message-socket")
    ktap.equal("pins", 1, sockets(one.inode)["PINS"])
    hold.release(one.pid)


# Routing

def ip_counts(name):
    counts = {}
    for family, flag in ((IPV4, "-4"), (IPV6, "-6")):
        def ask(*words):
            return json.loads(sh("ip", "-n", name, flag, "-j", *words) or "[]")
        routes = ask("route", "show", "table", "all")
        counts[family] = {
            "TABLES": len({route.get("table", "main") for route in routes}),
            "RULES": len(ask("rule")),
            "ROUTES": None if family == IPV4 else len(routes)}
    return counts


def same_fib(name):
    """The kernel makes routes of its own, a moment after a device is up."""
    for _ in range(20):
        before = ip_counts(name)
        got = fibs(name)
        if before == ip_counts(name):
            return before, got
        time.sleep(0.5)
    raise TimeoutError("routes change for ever")


@ktap.case
def fib_of_a_fresh_netns():
    netns("fib")
    got = fibs("fib")
    ktap.equal("families", [IPV4, IPV6], sorted(got))
    ktap.equal("IPv4", {"TABLES": 0, "RULES": 3, "ROUTES": None}, got[IPV4])
    ktap.equal("IPv6: tables, rules", (2, 2), (got[IPV6]["TABLES"],
                                               got[IPV6]["RULES"]))


@ktap.case
def fib_counted():
    batch("fib", "link set lo up", "link add d0 type dummy",
          "link set d0 up", "addr add 192.0.2.1/24 dev d0",
          "addr add 2001:db8::1/64 dev d0 nodad")
    ktap.equal("plain", *same_fib("fib"))
    batch("fib",
          *(f"rule add from 10.0.{i}.0/24 table {100 + i}" for i in range(9)),
          *(f"route add 10.1.{i}.0/24 dev d0 table {100 + i % 9}"
            for i in range(30)),
          *(f"route add 2001:db8:f{i}::/48 dev d0 table {200 + i % 5}"
            for i in range(40)))
    for i in range(5):
        sh("ip", "-n", "fib", "-6", "rule", "add", "from",
           f"2001:db8:{i}::/48", "table", 200 + i)
    expected, got = same_fib("fib")
    ktap.equal("full", expected, got)
    ktap.equal("full: tables and rules of IPv4", (11, 12),
               (got[IPV4]["TABLES"], got[IPV4]["RULES"]))
    ktap.equal("full: tables and rules of IPv6", (7, 7),
               (got[IPV6]["TABLES"], got[IPV6]["RULES"]))
    ktap.check(got[IPV6]["ROUTES"] >= 40, "full: IPv6 routes", "40 or more",
               got[IPV6]["ROUTES"])


@ktap.case
def fib_of_another_netns_is_apart():
    ktap.equal("rules of plain", (3, 2), (fibs("plain")[IPV4]["RULES"],
                                          fibs("plain")[IPV6]["RULES"]))


# Netfilter

def nft(name, text):
    subprocess.run([*inside(name), "nft", "-f", "-"], input=text, check=True,
                   text=True)


CHAINS = """
table inet t {
    chain a { type filter hook prerouting priority 0; }
    chain b { type filter hook input priority 0; }
    chain c { type filter hook forward priority 0; }
    chain d { type filter hook output priority 0; }
    chain e { type filter hook postrouting priority 0; }
    chain no_base { }
}
table ip t {
    chain a { type filter hook input priority 1; }
    chain b { type filter hook input priority 2; }
    chain c { type route hook output priority 1; }
}
table ip6 t {
    chain a { type filter hook forward priority 1; }
}
table arp t {
    chain a { type filter hook input priority 0; }
    chain b { type filter hook output priority 0; }
}
table bridge t {
    chain a { type filter hook prerouting priority 0; }
    chain b { type filter hook forward priority 0; }
    chain c { type filter hook forward priority 1; }
}
"""
NFT = {(IPV4, PRE): 1, (IPV4, IN): 3, (IPV4, FORWARD): 1, (IPV4, OUT): 2,
       (IPV4, POST): 1, (IPV6, PRE): 1, (IPV6, IN): 1, (IPV6, FORWARD): 2,
       (IPV6, OUT): 1, (IPV6, POST): 1, (ARP, 0): 1, (ARP, 1): 1,
       (BRIDGE, PRE): 1, (BRIDGE, FORWARD): 2}


@ktap.case
def hooks_of_nf_tables():
    netns("nft")
    before = hooks("nft")
    ktap.equal("before", {}, of_sort(before, "NF_TABLES"))
    nft("nft", CHAINS)
    got = hooks("nft")
    ktap.equal("base chains", NFT, of_sort(got, "NF_TABLES"))
    for sort in ("IPTABLES", "CONNTRACK", "BPF", "OTHER"):
        ktap.equal(f"{sort}: as before", of_sort(before, sort),
                   of_sort(got, sort))
    nft("nft", "add table ip t { flags dormant; }")
    ktap.equal("those of ip sleep", {(IPV4, IN): 1, (IPV4, OUT): 1},
               {key: number for key, number in
                of_sort(hooks("nft"), "NF_TABLES").items()
                if key in ((IPV4, IN), (IPV4, OUT))})
    nft("nft", "flush ruleset")
    ktap.equal("after", before, hooks("nft"))


ON_DEVICES = '''
table netdev t {
    chain a { type filter hook ingress device d0 priority 0; }
    chain b { type filter hook ingress device d1 priority 0; }
    chain c { type filter hook ingress device d1 priority 1; }
}
table inet t {
    chain a { type filter hook ingress device d0 priority 2; }
}
'''


TELLS_HOOKS = """
import nl
got = nl.Nsinfo().dump("NETNS_GET", nl.u64("NETNS_ID", nl.cookie()) + nl.u32(
    "NETNS_WANT", nl.N["NSINFO_NETNS_WANT_NETFILTER"]))
got = nl.Attrs(got.msgs[0], "NETNS")
print(got.has("HOOK"), got.has("HOOK_UNTOLD"))
"""


@ktap.case
def hooks_are_for_who_may_enter():
    """Who is in a netns sees it, and what is hooked in only with the right
    over it."""
    def told(*via):
        return sh(*inside("guarded"), *via, sys.executable, "-c",
                  TELLS_HOOKS).split()
    netns("guarded")
    nft("guarded", CHAINS)
    no_rights = ("setpriv", "--bounding-set=-sys_admin",
                 "--inh-caps=-sys_admin")
    ktap.equal("root", ["True", "False"], told())
    ktap.equal("user", ["False", "True"], told(*user(1000)))
    ktap.equal("root without CAP_SYS_ADMIN", ["False", "True"],
               told(*no_rights))
    ktap.equal("root of a user namespace, its own: not told", "False",
               told(*user(1000), "unshare", "-Ur", "-n")[1])
    ktap.equal("root of a user namespace, this one", ["False", "True"],
               told(*user(1000), "unshare", "-Ur"))
    for via, words in (((), "conntrack|nf_tables"),
                       (user(1000), "netfilter +not told: needs CAP_SYS_ADMIN")):
        page = Run(*inside("guarded"), *via, os.environ["NSINFO"], "show",
                   "self").out
        ktap.check(re.search(words, page), f"page of {via}", words, page)
        cell = sh(*inside("guarded"), *via, os.environ["NSINFO"], "list",
                  "-nro", "HOOKS", "self").strip()
        ktap.equal(f"HOOKS is a number for {via}", not via, cell.isdigit())
    got = json.loads(sh(*inside("guarded"), *user(1000), os.environ["NSINFO"],
                        "show", "-J", "self"))
    ktap.equal("key netfilter", False, "netfilter" in str(got["namespaces"]))


@ktap.case
def hooks_of_devices():
    """Those of all devices together."""
    netns("devices")
    batch("devices", "link add d0 type dummy", "link add d1 type dummy",
          "link add d2 type dummy")
    ktap.equal("before", {}, of_sort(hooks("devices"), "NF_TABLES"))
    nft("devices", ON_DEVICES)
    ktap.equal("base chains", {(NETDEV, INGRESS): 4},
               of_sort(hooks("devices"), "NF_TABLES"))
    sh("ip", "-n", "devices", "link", "del", "d1")
    ktap.equal("without d1", {(NETDEV, INGRESS): 2},
               of_sort(hooks("devices"), "NF_TABLES"))


@ktap.case
def hooks_of_devices_at_egress():
    before = of_sort(hooks("devices"), "NF_TABLES")
    if Run(*inside("devices"), "nft", "add table netdev e; "
           "add chain netdev e a "
           "{ type filter hook egress device d2 priority 0; }").status:
        raise ktap.Skip("no egress")
    ktap.equal("one more", {**before, (NETDEV, EGRESS): 1},
               of_sort(hooks("devices"), "NF_TABLES"))


@ktap.case
def hooks_of_devices_as_nft_lists_them():
    need_list_of_hooks("devices", "netdev", "device", "d0")
    sh("ip", "-n", "devices", "link", "add", "d3", "type", "dummy")
    nft("devices", '''add table netdev u; add chain netdev u a {
        type filter hook ingress device d3 priority 0; }''')
    listed = [sum(nft_list_hooks("devices", "netdev", "device", dev)
                  .get((NETDEV, INGRESS), {}).values())
              for dev in ("d0", "d2", "d3")]
    ktap.equal("each", [2, 0, 1], listed)
    ktap.equal("all", sum(listed), of_sort(
        hooks("devices"), "NF_TABLES")[NETDEV, INGRESS])


@ktap.case
def hooks_of_iptables():
    netns("xt")
    before = hooks("xt")
    ktap.equal("before", {}, of_sort(before, "IPTABLES"))
    sh(*inside("xt"), "iptables-legacy", "-A", "INPUT", "-j", "ACCEPT")
    ktap.equal("IPv4 filter", {(IPV4, IN): 1, (IPV4, FORWARD): 1,
                               (IPV4, OUT): 1}, of_sort(hooks("xt"),
                                                        "IPTABLES"))
    sh(*inside("xt"), "ip6tables-legacy", "-A", "INPUT", "-j", "ACCEPT")
    ktap.equal("IPv6 filter too", {(IPV6, IN): 1, (IPV6, FORWARD): 1,
                                   (IPV6, OUT): 1},
               {key: number for key, number in
                of_sort(hooks("xt"), "IPTABLES").items() if key[0] == IPV6})
    sh(*inside("xt"), "iptables-legacy", "-t", "mangle", "-S")
    ktap.equal("IPv4 mangle too", {(IPV4, PRE): 1, (IPV4, IN): 2,
                                   (IPV4, FORWARD): 2, (IPV4, OUT): 2,
                                   (IPV4, POST): 1},
               {key: number for key, number in
                of_sort(hooks("xt"), "IPTABLES").items() if key[0] == IPV4})
    ktap.equal("others", {key: 0 for key in before},
               {key: numbers["OTHER"] - hooks("xt")[key]["OTHER"]
                for key, numbers in before.items()})


FAMILIES = {"ip": IPV4, "ip6": IPV6, "arp": ARP, "bridge": BRIDGE,
            "netdev": NETDEV}
HOOKS = {"prerouting": PRE, "input": IN, "forward": FORWARD, "output": OUT,
         "postrouting": POST, "ingress": INGRESS, "egress": EGRESS}
MODULE_SORTS = {"nf_tables": "NF_TABLES", "ip_tables": "IPTABLES",
                "ip6_tables": "IPTABLES", "arp_tables": "IPTABLES",
                "ebtables": "IPTABLES", "nf_conntrack": "CONNTRACK",
                "nf_defrag_ipv4": "CONNTRACK", "nf_defrag_ipv6": "CONNTRACK",
                "nf_nat": "CONNTRACK"}


def nft_list_hooks(name, family, *more):
    """Of one family, as nft has them."""
    found = {}
    key = None
    got = Run(*inside(name), "nft", "list", "hooks", family, *more)
    for line in got.out.splitlines():
        if m := re.match(r"\s*hook (\w+) \{", line):
            hook = HOOKS[m[1]]
            if family == "arp":
                hook = 0 if m[1] == "input" else 1
            key = FAMILIES[family], hook
        elif m := re.match(r"\s*[-+ ]?\d+ (.*?)(?: \[(\w+)\])?$", line):
            module = m[2] or ""
            if module.startswith(("iptable_", "ip6table_")):
                module = "ip_tables"
            sort = MODULE_SORTS.get(module, "OTHER")
            numbers = found.setdefault(key, {})
            numbers[sort] = numbers.get(sort, 0) + 1
    return found


def need_list_of_hooks(*where):
    if not nft_list_hooks(*where):
        raise ktap.Skip("no list of hooks")


def named_by_nft(found):
    """7.x tells the hooks of NAT in a way that nft 1.0.6 does not know: it
    leaves them out, or their module."""
    if os.environ.get("KERNEL") != "7":
        return found
    return {key: {sort: number for sort, number in numbers.items()
                  if sort not in ("CONNTRACK", "OTHER")}
            for key, numbers in found.items()}


@ktap.case
def hooks_as_nft_lists_them():
    netns("mixed")
    nft("mixed", CHAINS + """
        add rule inet t b ct state new accept
        table ip nat {
            chain a { type nat hook postrouting priority 100; }
        }
    """)
    sh(*inside("mixed"), "iptables-legacy", "-A", "INPUT", "-j", "ACCEPT")
    sh(*inside("mixed"), "ip6tables-legacy", "-A", "INPUT", "-j", "ACCEPT")
    got = hooks("mixed")
    for key in ((IPV4, PRE), (IPV4, OUT), (IPV4, POST), (IPV6, PRE)):
        ktap.check(got[key].get("CONNTRACK"), f"conntrack in {key}", "some",
                   got[key])
    need_list_of_hooks("mixed", "ip")
    for family, number in FAMILIES.items():
        listed = nft_list_hooks("mixed", family)
        told = {key: numbers for key, numbers in got.items()
                if key[0] == number}
        # Old versions of nft do not know every family.
        if listed or family in ("ip", "ip6"):
            ktap.equal(family, named_by_nft(listed), named_by_nft(told))


@ktap.case
def hooks_of_bpf():
    netns("bpf")
    with within("bpf"):
        prog, link = bpf_link(IPV6, IN, -100)
    ktap.equal("attached", {(IPV6, IN): 1}, of_sort(hooks("bpf"), "BPF"))
    os.close(link)
    os.close(prog)
    wait_for("it is detached", lambda: not of_sort(hooks("bpf"), "BPF"))


def bpf(cmd, attrs):
    buffer = nl.ctypes.create_string_buffer(attrs, len(attrs))
    return nl.libc.syscall(SYS_BPF, cmd, buffer, len(attrs))


def bpf_link(family, hook, priority):
    """A program that accepts everything, as descriptors of it and its link."""
    code = nl.ctypes.create_string_buffer(
        struct.pack("=BBhi", 0xb7, 0, 0, 1) + struct.pack("=BBhi", 0x95, 0, 0,
                                                           0))
    text = nl.ctypes.create_string_buffer(b"GPL")
    prog = bpf(5, struct.pack(      # BPF_PROG_LOAD, _TYPE_NETFILTER
        "=IIQQIIQII16sII", 32, 2, nl.ctypes.addressof(code),
        nl.ctypes.addressof(text), 0, 0, 0, 0, 0, b"", 0, 45))
    if prog < 0:
        raise ktap.Skip("no BPF in netfilter on this kernel")
    return prog, nl.check(bpf(28, struct.pack(      # BPF_LINK_CREATE
        "=IIIIIIiI", prog, 0, 45, 0, family, hook, priority, 0)), "BPF link")


@ktap.case
def messages_are_within_their_limit():
    got = ns.dump("NETNS_GET", u32("NETNS_WANT", ALL))
    ktap.check(max(got.sizes) <= N["NSINFO_MSG_MAX"], "longest message",
               N["NSINFO_MSG_MAX"], max(got.sizes))


# Conntrack

def loaded(module):
    with open("/proc/modules", encoding="ascii") as lines:
        return {line.split()[0]: int(line.split()[2])
                for line in lines}.get(module)


def modprobe_r(*modules):
    for module in modules:
        Run("modprobe", "-r", module)
    return loaded("nf_conntrack") is None


def unload_conntrack():
    """As soon as nothing in any netns needs it."""
    for name in ("nft", "xt", "mixed", "bpf"):
        if os.path.exists(f"/run/netns/{name}"):
            sh("ip", "netns", "del", name)
    modules = ("nf_conntrack_netlink", "nft_compat", "xt_conntrack",
               "xt_MASQUERADE", "nft_masq", "nft_chain_nat", "nft_ct",
               "iptable_nat", "ip6table_nat", "nf_nat", "nf_conntrack")
    wait_for("nf_conntrack is unloaded", lambda: modprobe_r(*modules))


def traffic(name, n):
    """N flows of UDP over lo, each one entry. All sockets stay open until the
    last has sent: the kernel may give the port of a closed one again, and two
    flows between the same ports are one entry."""
    with within(name), contextlib.ExitStack() as stack:
        sink = stack.enter_context(bound(socket.AF_INET, "127.0.0.1"))
        for _ in range(n):
            sock = stack.enter_context(bound(socket.AF_INET, "127.0.0.1"))
            sock.sendto(b"x", sink.getsockname())
            # What has arrived is counted.
            sink.recv(1)


@ktap.case
def conntrack_absent_without_module():
    unload_conntrack()
    ktap.equal("conntrack", None, conntrack("plain"))
    ktap.equal("still not loaded", None, loaded("nf_conntrack"))


@ktap.case
def conntrack_counted():
    netns("ct_old")
    sh("modprobe", "nf_conntrack")
    netns("ct_new")
    for name in ("ct_old", "ct_new"):
        ktap.equal(f"{name}: before", 0, conntrack(name))
        sh("ip", "-n", name, "link", "set", "lo", "up")
        nft(name, """
        table ip t {
            chain a {
                type filter hook input priority 0;
                ct state new accept
            }
        }
        """)
        traffic(name, 17)
        ktap.equal(f"{name}: entries", 17, conntrack(name))
        ktap.equal(f"{name}: conntrack -C", 17,
                   int(sh(*inside(name), "conntrack", "-C")))
        ktap.equal(f"{name}: sysctl", 17, int(
            sh(*inside(name), "sysctl", "-n",
               "net.netfilter.nf_conntrack_count")))
    ktap.equal("plain", 0, conntrack("plain"))


@ktap.case
def conntrack_is_given_back():
    before = loaded("nf_conntrack")
    for _ in range(100):
        facts("ct_new")
        ns.dump("NETNS_GET", u32("NETNS_WANT", ALL))
        ns.do("NETNS_GET", u32("NETNS_INUM", 1) + u32("NETNS_WANT", ALL))
    ktap.equal("users of nf_conntrack", before, loaded("nf_conntrack"))
    for name in ("ct_old", "ct_new"):
        sh("ip", "netns", "del", name)
    unload_conntrack()


def dump_until(process):
    """Dumps all facts until PROCESS ends; how many netns were told."""
    told = 0
    while process.poll() is None:
        got = ns.dump("NETNS_GET", u32("NETNS_WANT", ALL))
        if got.errno:
            raise OSError(got.errno, got.error())
        told += len(got.msgs)
    return told


@ktap.case
def netns_in_the_making():
    """Conntrack comes after us when a netns is made: it is not asked for its
    number before it was there. The kernel would say so."""
    sh("modprobe", "nf_conntrack")
    script = "for ((i = 0; i < 30; i++)); do unshare -n true; done"
    with subprocess.Popen(["bash", "-c", script]) as process:
        told = dump_until(process)
    ktap.check(told > 30, "netns told meanwhile", "many", told)


@ktap.case
def conntrack_comes_and_goes():
    script = """for ((i = 0; i < 4; i++)); do
        modprobe nf_conntrack; modprobe -qr nf_conntrack; done; true"""
    unload_conntrack()
    with subprocess.Popen(["bash", "-c", script]) as process:
        told = dump_until(process)
    ktap.check(told > 10, "netns told meanwhile", "many", told)
    unload_conntrack()


# nsfs

@ktap.case
def nsfs_users_counted():
    one = hold.start("fd", "fd")
    ktap.equal("one descriptor", 1, nsfs(one.inode))
    path = next(path for path in (f"/proc/{one.pid}/fd/{number}" for number in
                                  os.listdir(f"/proc/{one.pid}/fd"))
                if os.stat(path).st_ino == one.inode)
    kept = [os.open(path, os.O_RDONLY) for _ in range(3)]
    ktap.equal("four", 4, nsfs(one.inode))
    hold.touch("/tmp/nsfs")
    hold.mount(path, "/tmp/nsfs", hold.MS_BIND)
    ktap.equal("and a mount", 5, nsfs(one.inode))
    hold.release(one.pid)
    ktap.equal("one less", 4, nsfs(one.inode))
    for fd in kept:
        os.close(fd)
    ktap.equal("the mount alone", 1, nsfs(one.inode))
    hold.unmount("/tmp/nsfs")


@ktap.case
def nsfs_absent_without_inode():
    one = hold.start("socket", "socket")
    ktap.equal("held by a socket", None, nsfs(one.inode))
    with open(f"/proc/{one.pid}/net/dev", encoding="ascii"):
        ktap.equal("held by it and a file of proc", None, nsfs(one.inode))
    hold.release(one.pid)


ktap.run()
