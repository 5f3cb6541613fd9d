# SPDX-License-Identifier: GPL-2.0
"""What show tells of a netns, against ip, ss, conntrack and /proc."""

import json
import os
import re

import ktap
import show_load
from show_load import count_lines, listed_by_ss
from world import (Process, Run, at_rest, batch, inode, inside, netns, sh,
                   tool, user, wait_for)


def show(*args):
    """The first netns of the JSON."""
    got = tool("show", "-J", *args)
    if got.status or got.err:
        raise RuntimeError(f"show {args}: {got.status}: {got.err}")
    return json.loads(got.out)["namespaces"][0]


def page(*args, **how):
    got = tool("show", *args, **how)
    ktap.equal(f"show {args}: exit status, stderr", (0, ""),
               (got.status, got.err))
    return got.out


def by_state(one):
    return {(k["netid"], k["state"]): k["sockets"]
            for k in one["sockets"]["by_state"]}


def as_ss_has_it(counts):
    """Without TCP sockets that are bound and nothing else, where it does not
    ask for them: the kernel tells of them since 6.8, ss since then too."""
    counts = dict(counts)
    version = re.search(r"iproute2-(\d+)\.(\d+)", sh("ss", "-V"))
    if tuple(map(int, version.groups())) < (6, 8):
        counts.pop(("tcp", "UNCONN"), 0)
    return counts


def ip(*args):
    return count_lines("ip", "-o", "-n", "load", *args)


@ktap.case
def routes_equal_those_of_ip():
    routes = show("load")["routes"]
    both = ip("route", "show", "table", "all")
    six = ip("-6", "route", "show", "table", "all")
    ktap.check(both > 1200 and six > 200, "routes", "many", (both, six))
    ktap.equal("IPv4 and IPv6, IPv6", (both, six),
               (routes["inet"]["routes"] + routes["inet6"]["routes"],
                routes["inet6"]["routes"]))
    ktap.equal("IPv4", ip("-4", "route", "show", "table", "all"),
               routes["inet"]["routes"])


@ktap.case
def routes_equal_by_table():
    routes = show("load")["routes"]
    for option, family in (("-4", "inet"), ("-6", "inet6")):
        tables = routes[family]["tables"]
        ktap.equal(f"{family}: sum", routes[family]["routes"],
                   sum(one["routes"] for one in tables))
        for one in tables:
            ktap.equal(f"{family} table {one['table']}",
                       ip(option, "route", "show", "table", one["id"]),
                       one["routes"])
    names = {one["id"]: one["table"] for one in routes["inet"]["tables"]}
    ktap.equal("names", ("local", "main", "100", "100000"),
               tuple(names.get(n) for n in (255, 254, 100, 100000)))


@ktap.case
def rules_equal_those_of_ip():
    ktap.equal("rules", {"inet": ip("-4", "rule"), "inet6": ip("-6", "rule")},
               show("load")["rules"])


@ktap.case
def neighbours_equal_those_of_ip():
    _, got = both = at_rest(lambda: (
        {"inet": ip("-4", "neigh"), "inet6": ip("-6", "neigh")},
        show("load")["neighbours"]))
    ktap.equal("neighbours", *both)
    ktap.check(got["inet"] >= 3, "IPv4", "those that were added", got)


def equal_to_ss(what, name, *where):
    """Those in TIME-WAIT go by themselves: so again."""
    def both():
        nonlocal one
        one = show(name)
        return dict(listed_by_ss(*where)), as_ss_has_it(by_state(one))

    one = None
    expected, got = at_rest(both)
    ktap.equal(what, expected, got)
    ktap.equal(f"{what}: listed", sum(by_state(one).values()),
               one["sockets"]["listed"])
    return expected


@ktap.case
def sockets_equal_those_of_ss():
    show_load.time_wait("/run/netns/load")
    got = equal_to_ss("load", "load", "-N", "load")
    sorts = {"nl", "p_raw", "p_dgr", "u_str", "u_seq", "u_dgr", "raw", "udp",
             "tcp"}
    for sort, name in (("mptcp", "mptcp"), ("sctp", "sctp"),
                       ("sctp-assoc", "sctp"), ("v_str", "vsock")):
        if name not in missing:
            sorts.add(sort)
    # Not every kernel tells of XDP sockets: then ss has none either.
    ktap.equal("sorts", sorts, {netid for netid, _ in got} - {"xdp"})
    for state in ("LISTEN", "ESTAB", "TIME-WAIT", "FIN-WAIT-2", "CLOSE-WAIT",
                  "SYN-SENT"):
        ktap.check(got.get(("tcp", state)), f"tcp in {state}", "some", got)


@ktap.case
def sockets_equal_those_of_ss_in_our_own_netns():
    equal_to_ss("self", "self")


@ktap.case
def sockets_equal_those_of_ss_in_an_empty_netns():
    equal_to_ss("empty", "empty", "-N", "empty")


@ktap.case
def sockets_are_read_from_proc_without_diag_modules():
    """Those that the kernel has built in stay."""
    sorts = ("nl", "p_raw", "p_dgr", "u_str", "u_seq", "u_dgr", "raw", "udp",
             "tcp")
    before = {k: n for k, n in by_state(show("load")).items()
              if k[0] in sorts}
    modprobe = sh("sysctl", "-n", "kernel.modprobe").strip()
    sh("sysctl", "-qw", "kernel.modprobe=/nonexistent")
    try:
        modules = ("tcp_diag", "udp_diag", "raw_diag", "mptcp_diag",
                   "sctp_diag", "dccp_diag", "inet_diag", "unix_diag",
                   "af_packet_diag", "netlink_diag")
        for module in modules:
            Run("rmmod", module)
        # What is built in has a folder too, but for its use as a module.
        ktap.equal("still there", [], [
            module for module in modules
            if os.path.exists(f"/sys/module/{module}/refcnt")])
        after = {k: n for k, n in by_state(show("load")).items()
                 if k[0] in sorts}
    finally:
        sh("sysctl", "-qw", f"kernel.modprobe={modprobe}")
        Run("ss", "-a")
    for counts in before, after:
        counts.pop(("tcp", "TIME-WAIT"), None)      # these go
        counts.pop(("tcp", "UNCONN"), None)         # not in /proc
    ktap.equal("by state", before, after)


@ktap.case
def looking_leaves_no_trace():
    """But for the moment that the kernel takes to free our sockets."""
    def held():
        one = show("empty")
        return one["refs"], one["nsfs_refs"], one["sockets"]["pins"]

    ktap.equal("refs, nsfs_refs, pins", *at_rest(lambda: (held(), held())))
    ktap.equal("again", page("empty"), page("empty"))


@ktap.case
def processes_have_their_namespaces():
    with Process(*inside("empty"), "sleep", 1000) as plain, \
            Process(*inside("empty"), "unshare", "-u", "-i", "-m",
                    "sleep", 1001) as apart:
        wait_for("a uts of its own", lambda: os.readlink(
            f"/proc/{apart}/ns/uts") != os.readlink("/proc/self/ns/uts"))
        wait_for("both are in", lambda: inode(plain) == inode(apart) ==
                 inode("empty"))
        wait_for("their commands", lambda: all(
            b"sleep" in open(f"/proc/{pid}/cmdline", "rb").read()[:6]
            for pid in (plain, apart)))
        one, text = show("empty"), page("empty")
        ktap.equal("pids", sorted((plain, apart)),
                   [p["pid"] for p in one["processes"]])
        ktap.equal("nprocs, nthreads, pid", (2, 2, min(plain, apart)),
                   (one["nprocs"], one["nthreads"], one["pid"]))
        for got in one["processes"]:
            links = {kind: int(re.sub(r"\D", "", os.readlink(
                f"/proc/{got['pid']}/ns/{kind}")))
                for kind in ("mnt", "uts", "ipc", "pid", "user", "cgroup",
                             "time")}
            ktap.equal(f"namespaces of {got['pid']}", links,
                       got["namespaces"])
            ktap.equal("user, uid", ("root", 0), (got["user"], got["uid"]))
        ktap.equal("commands", {"sleep 1000", "sleep 1001"},
                   {p["command"] for p in one["processes"]})
        uts = inode(f"/proc/{apart}/ns/uts")
        for part in (f"{plain}  root  sleep 1000", f"uts {uts}",
                     "namespaces as process 1", "the others as process 1"):
            ktap.check(part in text, "text", f"...{part}...", text)


@ktap.case
def netfilter_and_conntrack():
    sh(*inside("load"), "nft", "add table ip t; add chain ip t c "
       "{ type filter hook input priority 0; }; "
       "add rule ip t c ct state established accept")
    one = show("load")
    hooks = {(h["family"], h["hook"]): h for h in one["netfilter"]}
    ktap.equal("ip input, nf_tables", 1,
               hooks.get(("ip", "input"), {}).get("nf_tables"))
    ktap.check(hooks.get(("ip", "prerouting"), {}).get("conntrack"),
               "ip prerouting, conntrack", "some", hooks)
    # What is sent makes more of them.
    ktap.equal("conntrack", *at_rest(lambda: (
        int(sh(*inside("load"), "conntrack", "-C")),
        show("load")["conntrack"])))
    text = page("load")
    for part in ("netfilter ", "ip input ", "nf_tables 1", "conntrack "):
        ktap.check(part in text, "text", f"...{part}...", text)


@ktap.case
def topology_crosses_bridge_and_stack():
    batch("left", "link add eth0 type veth peer name to-left netns hub",
          "link add mv0 link eth0 type macvlan", "link set mv0 netns right")
    batch("right", "link add eth0 type veth peer name to-right netns hub")
    batch("hub", "link add br0 type bridge", "link set to-left master br0",
          "link set to-right master br0", "link add up0 type dummy",
          "link set up0 master br0")
    found = show("left")["topology"]
    ktap.equal("eth0 of left", {
        "ifname": "eth0", "master": "br0", "far": ("to-left", inode("hub")),
        "beyond": {("eth0", inode("right")), ("up0", inode("hub"))},
    }, {
        "ifname": found[0]["ifname"], "master": found[0].get("master"),
        "far": (found[0]["peer"]["ifname"], found[0]["peer"]["ns"]),
        "beyond": {(end["ifname"], end["ns"]) for end in found[0]["beyond"]},
    })
    ktap.equal("mv0, seen from below", ("eth0", "mv0", inode("right")),
               (found[1]["ifname"], found[1]["upper"]["ifname"],
                found[1]["upper"]["ns"]))
    lower = [link for link in show("right")["topology"] if "lower" in link]
    ktap.equal("mv0, seen from above", [("mv0", "eth0", inode("left"))],
               [(link["ifname"], link["lower"]["ifname"],
                 link["lower"]["ns"]) for link in lower])
    text = page("left")
    part = "eth0 to to-left@hub  on bridge br0  with eth0@right"
    ktap.check(part in text, "text", f"...{part}...", text)


@ktap.case
def pages_hold_the_numbers():
    one, text = show("load"), page("load")
    for part in (f"{one['ns']}  load  id {one['id']}",
                 "names       /run/netns/load",
                 "owner       uid 0 root  user namespace 4026531837",
                 f"routes      IPv4 {one['routes']['inet']['routes']}:",
                 f"            IPv6 {one['routes']['inet6']['routes']}:",
                 f"rules       IPv4 {one['rules']['inet']}  IPv6 ",
                 f"sockets     {one['sockets']['listed']} listed  "
                 f"{one['sockets']['pins']} holding the netns"):
        ktap.check(part in text, "text", f"...{part}...", text)


@ktap.case
def dump_is_part_of_show():
    """Its keys have the values that dump has."""
    def both():
        got = tool("dump", "-J", "load")
        dumped = json.loads(got.out)["namespaces"][0]
        shown = show("load")
        shown["owner"].pop("user")
        return dumped, {key: shown[key] for key in dumped}

    ktap.equal("those of dump", *at_rest(both))


@ktap.case
def several_at_once():
    got = json.loads(tool("show", "-J", "load", "empty", "init",
                          str(inode("empty"))).out)["namespaces"]
    ktap.equal("inodes", sorted((inode("load"), inode("empty"), inode(1))),
               sorted(one["ns"] for one in got))
    ids = [one["id"] for one in got]
    ktap.equal("sorted by id", sorted(ids), ids)
    for one in got:
        ktap.check("routes" in one and one["sockets"]["listed"],
                   f"netns {one['ns']}", "routes and sockets", one)


@ktap.case
def failure_inside_is_told():
    """Such as no process left to go in with."""
    limit = (*user(1000), "prlimit", "--nproc=0")
    got = tool("show", "-J", "self", via=limit)
    one = json.loads(got.out)["namespaces"][0]
    ktap.equal("exit status, routes by table", (0, False),
               (got.status, "tables" in one["routes"]["inet"]))
    part = f"note: netns {inode(1)}: look inside: Resource temporarily"
    ktap.check(part in got.err, "stderr", f"...{part}...", got.err)
    got = tool("list", "-J", "-o", "NS,ROUTES", via=limit)
    ktap.check("look inside: Resource temporarily" in got.err and
               got.err.count("\n") == 2 and
               "of other owners: run it as root\n" in got.err,
               "list: stderr", "two lines", got.err)


@ktap.case
def wrong_usage():
    got = tool("show")
    ktap.equal("no netns: exit status", 2, got.status)
    got = tool("show", "nonesuch")
    ktap.equal("unknown: exit status, stdout", (1, ""), (got.status, got.out))
    ktap.check("nonesuch" in got.err, "stderr", "...nonesuch...", got.err)


netns("load", "empty", "left", "right", "hub")
show_load.load_routes("load")
held_sockets, missing = show_load.load_sockets("/run/netns/load")
# The modules to ask by are loaded now, which takes its time where all is slow.
Run("ss", "-a")
if missing:
    ktap.note(f"not in this kernel: {missing}")
ktap.run()
