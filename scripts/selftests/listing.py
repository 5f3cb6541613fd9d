# SPDX-License-Identifier: GPL-2.0
"""What list prints: columns of lsns as lsns has them, numbers of what is
inside as the kernel and ip tell them, and every way to ask for a table."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import held_rtnl
import hold
import ktap
import nl
import world
from nl import u32
from world import (INIT, Process, Run, inode, inside, netns, sh, tool, user,
                   wait_for)

LSNS = "NS,NPROCS,PID,PPID,USER,UID,COMMAND,NETNSID,NSFS,PATH,TYPE,ONS"
FACTS = ("SOCKS,TABLES,RULES,HOOKS,CONNTRACK,NSFSREFS,REFS,DEVS")
WANT_ALL = 31


def text(*args, **how):
    got = tool("list", *args, **how)
    ktap.equal(f"list {args}: exit status, stderr", (0, ""),
               (got.status, got.err))
    return got.out


def rows(*args, **how):
    """Namespaces by inode."""
    found = json.loads(text("-J", *args, **how))["namespaces"]
    return {one["ns"]: one for one in found}


def lsns():
    """What lsns shows, by inode, with our types."""
    found = json.loads(sh("lsns", "-J", "-l", "-t", "net", "-o", LSNS))
    for one in found["namespaces"]:
        for key in ("ns", "nprocs", "pid", "ppid", "uid", "ons"):
            one[key] = int(one[key])
        if one["netnsid"] == "unassigned":
            one["netnsid"] = None
        else:
            one["netnsid"] = int(one["netnsid"])
        if one["nsfs"]:
            one["nsfs"] = sorted(one["nsfs"].split("\n"))
    return {one["ns"]: one for one in found["namespaces"]}


def ours_as_lsns():
    got = rows("-o", LSNS)
    for one in got.values():
        if "nsfs" in one:
            one["nsfs"] = sorted(one["nsfs"].split("\n"))
    return got


def compare_lsns(number):
    """Every key of one netns. Processes of the first one come and go."""
    for _ in range(20):
        want, got = lsns()[number], ours_as_lsns()[number]
        got = {key: got.get(key) for key in want}
        if number != INIT or got == want:
            break
        time.sleep(0.2)
    for key, value in want.items():
        ktap.equal(f"{number}: {key}", value, got[key])


@ktap.case
def as_lsns():
    found = lsns()
    ktap.check(len(found) >= 6, "netns that lsns shows", "6 or more", found)
    for number in found:
        if number != INIT:
            compare_lsns(number)


@ktap.case
def first_netns_as_lsns():
    compare_lsns(INIT)


@ktap.case
def processes_that_lsns_does_not_show():
    """A netns of a single thread, and those without any task."""
    got = rows("-o", "NS,NPROCS,THREADS,PID,COMMAND")
    ktap.equal("thread", {"ns": THREAD.inode, "nprocs": 0, "nthreads": 1},
               got[THREAD.inode])
    ktap.equal("socket", {"ns": SOCKET.inode, "nprocs": 0, "nthreads": 0},
               got[SOCKET.inode])
    ktap.equal("threads of one process", (1, 4), (got[BUSY]["nprocs"],
                                                  got[BUSY]["nthreads"]))


@ktap.case
def all_are_there_sorted_by_id():
    found = json.loads(text("-J", "-o", "ID,NS"))["namespaces"]
    dumped = json.loads(tool("dump", "-J").out)["namespaces"]
    ktap.equal("id, ns", [(one["id"], one["ns"]) for one in dumped],
               [(one["id"], one["ns"]) for one in found])


def wire(number):
    """What the kernel sends of one netns."""
    answer = ns.do("NETNS_GET", u32("NETNS_INUM", number) +
                   u32("NETNS_WANT", WANT_ALL))
    ktap.equal("answer", "no error: None", answer.error())
    return nl.Attrs(answer.msgs[0], "NETNS")


def total(nests, *names):
    return sum(nest.num(name) or 0 for nest in nests for name in names)


def facts_of(number):
    got = wire(number)
    fibs = got.nests("FIB", "FIB")
    want = {
        "nsocks": got.nest("SOCKETS", "SOCKETS").num("PINS"),
        "ntables": total(fibs, "TABLES"),
        "nrules": total(fibs, "RULES"),
        "nhooks": total(got.nests("HOOK", "HOOK"), "NF_TABLES", "IPTABLES",
                        "CONNTRACK", "BPF", "OTHER"),
        "conntrack": got.num("CONNTRACK"),
        "nsfs_refs": got.num("NSFS_REFS") or 0,
        "refs": got.num("REFS"),
        "ndevs": got.num("NDEVS"),
    }
    return {key: value for key, value in want.items() if value is not None}


@ktap.case
def facts_as_the_kernel_sends_them():
    for number in (BUSY, inode("plain"), SOCKET.inode, THREAD.inode):
        want = facts_of(number)
        got = rows("-o", FACTS + ",NS", number)[number]
        del got["ns"]
        ktap.equal(f"{number}", want, got)
    ktap.equal("sockets of busy", 3, rows("-o", "NS,SOCKS")[BUSY]["nsocks"])
    ktap.equal("sockets of a socket's netns", 1,
               rows("-o", "NS,SOCKS")[SOCKET.inode]["nsocks"])


def ip_in(name, *args):
    return json.loads(sh("ip", "-n", name, "-j", *args) or "[]")


@ktap.case
def numbers_as_ip_has_them():
    found = rows("-o", "NS,DEVS,ADDRS,IP,ROUTES")
    for name in ("busy", "plain"):
        got = found[inode(name)]
        devices = ip_in(name, "addr")
        addrs = [addr for dev in devices for addr in dev["addr_info"]]
        ktap.equal(f"{name}: devices", len(devices), got["ndevs"])
        ktap.equal(f"{name}: addresses", len(addrs), got["naddrs"])
        ktap.equal(f"{name}: IP", [
            f"{addr['local']}/{addr['prefixlen']}" for addr in addrs
            if addr["scope"] == "global"], got["ips"])
        routes = [len(sh("ip", "-n", name, family, "route", "show", "table",
                         "all").splitlines()) for family in ("-4", "-6")]
        ktap.equal(f"{name}: routes {routes}", sum(routes), got["nroutes"])
    ktap.check(found[BUSY]["nroutes"] > 5, "busy: routes", "more than 5",
               found[BUSY]["nroutes"])


@ktap.case
def who_made_it_and_when():
    before = rows("-o", "NS,CREATOR,AGE,INIT,SELF")
    time.sleep(1.1)
    after = rows("-o", "NS,CREATOR,AGE,INIT,SELF")
    one = before[inode(ALONE)]
    ktap.equal("made by", ("unshare", ALONE), (one["created"]["comm"],
                                               one["created"]["pid"]))
    ktap.check(1 <= after[inode(ALONE)]["age"] - one["age"] <= 30, "seconds",
               "1 or a few", after[inode(ALONE)]["age"] - one["age"])
    ktap.equal("init, self", (True, True), (before[INIT].get("init"),
                                            before[INIT].get("self")))
    ktap.equal("not init, self", (None, None), (one.get("init"),
                                                one.get("self")))
    ktap.check(text("-rno", "CREATOR", ALONE_INODE) == f"unshare[{ALONE}]\n",
               "text", f"unshare[{ALONE}]", text("-rno", "CREATOR",
                                                 ALONE_INODE))


@ktap.case
def names():
    got = rows("-o", "NS,NAME,NSFS")
    ktap.equal("busy", {"ns": BUSY, "names": ["/run/netns/busy"],
                        "nsfs": "/run/netns/busy"}, got[BUSY])
    ktap.equal("no name", {"ns": SOCKET.inode, "names": []},
               got[SOCKET.inode])
    ktap.equal("text", "busy\n", text("-rno", "NAME", "busy"))


@ktap.case
def stale_name():
    hold.touch("/run/netns/stale")
    try:
        line = "stale name: /run/netns/stale: no namespace is mounted there\n"
        ktap.check(text().endswith(line), "text", f"...{line}", text())
        ktap.equal("JSON", ["/run/netns/stale"],
                   json.loads(text("-J"))["stale"])
        for args in (("-n",), ("-r",), ("-o", "NS")):
            ktap.check("stale" not in text(*args), f"list {args}", "not told",
                       text(*args))
    finally:
        os.unlink("/run/netns/stale")
    ktap.equal("JSON, without", ["namespaces"], list(json.loads(text("-J"))))


@ktap.case
def text_has_what_json_has():
    """Every cell of every column, for those without blanks in theirs."""
    columns = text("-nH").splitlines()
    columns = [line.split()[0] for line in columns]
    numbers = (BUSY, SOCKET.inode)
    lines = text("-ro", ",".join(columns), *numbers).splitlines()
    ktap.equal("heading", columns, lines[0].split(" "))
    keys = {one["name"]: one["key"] for one in
            json.loads(text("-HJ"))["columns"]}
    found = rows("-o", ",".join(columns), *numbers)
    ktap.equal("lines", 2, len(lines) - 1)
    for line in lines[1:]:
        cells = line.split(" ")
        ktap.equal("cells", len(columns), len(cells))
        one = found[int(cells[0])]
        for name, cell in zip(columns, cells):
            value = one.get(keys[name])
            if name == "NETNSID" and value is None:
                value = "unassigned"
            if value is None or value == []:
                ktap.equal(name, "-", cell)
            elif isinstance(value, int) and not isinstance(value, bool) and \
                    name != "AGE":
                ktap.equal(name, str(value), cell)
            else:
                ktap.check(cell != "-", name, value, cell)


@ktap.case
def columns_as_chosen():
    def heading(*args):
        return text(*args).splitlines()[0].split()

    default = heading()
    ktap.equal("-o", ["ID", "NS"], heading("-o", "ID,NS"))
    ktap.equal("--output, any case", ["ID", "NS"], heading("--output=id,nS"))
    ktap.equal("-o +", default + ["REFS"], heading("-o", "+REFS"))
    ktap.equal("-o + of one that is there", default, heading("-o", "+NS"))
    ktap.equal("JSON", [["id", "ns"]], [list(one) for one in json.loads(
        text("-J", "-o", "ID,NS", "busy"))["namespaces"]])
    ktap.equal("-n", f"{BUSY}\n", text("-n", "-o", "NS", "busy"))
    ktap.equal("-r", f"NS NAME\n{BUSY} busy\n",
               text("-r", "-o", "NS,NAME", "busy"))
    listed = {line.split()[0] for line in text("-H").splitlines() if line}
    ktap.check(set(default) < listed, "-H", f"all of {default}", listed)


@ktap.case
def unknown_column():
    got = tool("list", "-o", "NS,NOPE")
    ktap.equal("exit status, stdout", (2, ""), (got.status, got.out))
    ktap.check(got.err.startswith("nsinfo: -o NOPE: unknown column; there "
                                  "are: NS ID "), "stderr",
               "nsinfo: -o NOPE: unknown column...", got.err)


@ktap.case
def some_of_them():
    ktap.equal("two of all", sorted([BUSY, SOCKET.inode]),
               sorted(rows("busy", SOCKET.inode)))
    got = tool("list", "nosuch")
    ktap.equal("unknown: exit status, stdout", (1, ""), (got.status, got.out))
    ktap.equal("one alone has its processes", (1, 4), tuple(
        rows("-o", "NS,NPROCS,THREADS", "busy")[BUSY][key]
        for key in ("nprocs", "nthreads")))


def owners():
    """Inodes of the user namespaces of outer and inner, as /proc has them."""
    return [os.stat(f"/proc/{pid}/ns/user").st_ino for pid in (OUTER, INNER)]


@ktap.case
def tree():
    outer, inner = owners()
    first = os.stat("/proc/1/ns/user").st_ino
    lines = text("-T", "-n", "-o", "NS,TYPE").splitlines()
    at = {}
    for line in lines:
        word, kind = line.split()[-2:]
        number = word.lstrip("|`-├└─│ ")
        at[int(number)] = (line.index(number), kind)
    step = at[INIT][0] - at[first][0]
    ktap.check(step > 0, "first netns", "below its owner", lines)
    ktap.equal("user namespaces", [(0, "user"), (step, "user"),
                                   (2 * step, "user")],
               [at[number] for number in (first, outer, inner)])
    ktap.equal("netns", [(step, "net"), (2 * step, "net"), (3 * step, "net")],
               [at[number] for number in (BUSY, inode(OUTER), inode(INNER))])
    ktap.check(lines.index(next(line for line in lines if str(inner) in line))
               < lines.index(next(line for line in lines
                                  if str(inode(INNER)) in line)),
               "inner", "owner before netns", lines)
    ktap.equal("-J has none", set(rows("-o", "NS")),
               set(rows("-T", "-o", "NS")))


@ktap.case
def tree_by_default_says_what_a_line_is():
    lines = text("-T", "busy").splitlines()
    ktap.equal("heading", ["NS", "TYPE", "OWNER", "STATE"],
               lines[0].split()[:4])
    ktap.equal("lines", ["user", "net"], [line.split()[1]
                                          for line in lines[1:]])


@ktap.case
def owner():
    outer, inner = owners()
    got = rows("-o", "NS,ONS,OWNER")
    ktap.equal("outer", {"ns": inode(OUTER), "ons": outer,
                         "owner": {"userns": outer, "uid": 1000}},
               got[inode(OUTER)])
    ktap.equal("inner: ONS", inner, got[inode(INNER)]["ons"])


@ktap.case
def same_twice():
    numbers = [number for number in rows("-o", "NS") if number != INIT]
    every = ",".join(line.split()[0] for line in text("-nH").splitlines()
                     if line.split()[0] != "AGE")
    for args in ((), ("-J",), ("-r",), ("-T",), ("-o", every),
                 ("-J", "-o", every)):
        ktap.equal(f"list {args} again", text(*args, *numbers),
                   text(*args, *numbers))


@ktap.case
def ordinary_user():
    """Sees its own netns, with what /proc lets it see; and is told so."""
    got = tool("list", "-J", "-o", "+UID,IP,OWNER", via=user(1001))
    ktap.equal("exit status", 0, got.status)
    ktap.equal("lines of stderr", 1, got.err.count("\n"))
    ktap.check(got.err.startswith("nsinfo: note: "), "stderr",
               "nsinfo: note: ...", got.err)
    one, = json.loads(got.out)["namespaces"]
    ktap.equal("ns, state", (INIT, "live"), (one["ns"], one["state"]))
    ktap.check("nprocs" not in one or one["nprocs"] >= 1, "nprocs",
               "1 or more, or not told", one.get("nprocs"))
    cheap = tool("list", "-J", "-o", "NS,ID", via=user(1001))
    ktap.equal("no need for /proc: exit status, stderr", (
        0, "nsinfo: note: not seen: network namespaces of other owners: run it "
        "as root\n"), (cheap.status, cheap.err))


@ktap.case
def ordinary_user_as_lsns():
    """In a netns with processes of that user alone."""
    via = inside("plain") + user(1000)
    want = json.loads(sh(*via, "lsns", "-J", "-l", "-t", "net", "-o",
                         "NS,NPROCS,PID,USER"))["namespaces"]
    want = [one for one in want if int(one["ns"]) == inode("plain")]
    got = json.loads(tool("list", "-J", "-o", "NS,NPROCS,PID,USER", "plain",
                          via=via).out)["namespaces"]
    ktap.equal("plain", [{key: str(value) for key, value in one.items()}
                         for one in want],
               [{key: str(value) for key, value in one.items()}
                for one in got])


def find(cookie, columns):
    found = json.loads(tool("list", "-J", "-o", columns).out)["namespaces"]
    return [one for one in found if one["id"] == cookie]


@ktap.case
def states_that_nobody_can_tell():
    """Not an empty table, which would say that there are none."""
    knows = os.environ["KERNEL"] == "7"
    for args in ((), ("-J",)):
        got = tool("list", "-S", "inactive", *args)
        ktap.equal(f"inactive {args}: exit status, is there stdout",
                   (0, True) if knows else (1, False),
                   (got.status, bool(got.out)))
        ktap.equal(f"inactive {args}: stderr", "" if knows else
                   "nsinfo: --state=inactive: cannot be told: this kernel has "
                   "no such state, Linux 6.19 and newer do\n", got.err)
    got = tool("list", "-J", "-S", "inactive,live")
    ktap.equal("inactive,live: exit status, are there netns", (0, True),
               (got.status, len(json.loads(got.out)["namespaces"]) > 1))
    ktap.equal("inactive,live: stderr", "" if knows else
               "nsinfo: note: --state=inactive,live: of these, inactive cannot "
               "be told\n", got.err)
    world.unload()
    world.load("track=0")
    for state in ("dying", "queued", "queued,dying"):
        got = tool("list", "-S", state)
        ktap.equal(f"{state} with track=0: exit status, stdout", (1, ""),
                   (got.status, got.out))
        ktap.check(f"--state={state}: cannot be told: the kernel module was "
                   "loaded with track=0\n" in got.err, f"{state}: stderr",
                   "cannot be told", got.err)
    got = tool("list", "-S", "dying,live")
    ktap.equal("dying,live with track=0: exit status", 0, got.status)
    ktap.check("queued and dying cannot be told\n" in got.err,
               "dying,live: stderr", "a note", got.err)
    world.unload()
    world.load()


@ktap.case
def dying():
    fd, number, cookie = held_rtnl.dying_netns()
    columns = "NS,ID,STATE,NPROCS,NAME,IP," + FACTS
    with held_rtnl.HeldRtnl() as held:
        os.close(fd)
        wait_for("it dies", lambda: held_rtnl.in_time(
            lambda: find(cookie, "ID,STATE")[0]["state"]) == "dying")
        one, = held_rtnl.in_time(lambda: find(cookie, columns))
        ktap.equal("ns, state, names, processes", (number, "dying", [], 0),
                   (one["ns"], one["state"], one["names"], one["nprocs"]))
        for key in ("nsocks", "ntables", "nrules", "nhooks", "conntrack"):
            ktap.equal(key, None, one.get(key))
        ktap.equal("nsfs_refs", 0, one["nsfs_refs"])
        held.still_held("list")
    wait_for("it is gone", lambda: not find(cookie, "ID"))


def life_with_threads():
    """Three threads and three sockets, and odd words."""
    nl.libc.prctl(1, signal.SIGKILL, 0, 0, 0)   # PR_SET_PDEATHSIG
    keep = [socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            for _ in range(2)]
    keep[0].bind(("127.0.0.1", 8000))
    keep[0].listen()
    keep.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    for _ in range(3):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    print("ready", flush=True)
    signal.pause()


def start_busy():
    process = subprocess.Popen(
        [*map(str, inside("busy")), sys.executable, __file__, "busy",
         "two words", "tab\there", "back\\slash", "h\xe9", ""],
        stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    return process


if sys.argv[1:2] == ["busy"]:
    life_with_threads()

ns = nl.Nsinfo()
netns("busy", "plain")
BUSY = inode("busy")
sh("ip", "-n", "busy", "link", "set", "lo", "up")
for words in ("link add d0 type dummy", "link set d0 up",
              "addr add 10.1.0.1/24 dev d0",
              "addr add fd00:1::1/64 nodad dev d0",
              "route add 10.7.0.0/16 dev d0 table 77",
              "-6 route add fd00:7::/64 dev d0 table 77",
              "rule add from 10.7.0.0/16 table 77",
              "link add b0 type bridge"):
    sh("ip", "-n", "busy", *words.split())
wait_for("no address is tentative", lambda: "tentative" not in sh(
    "ip", "-n", "busy", "addr"))
if not Run("sh", "-c", "type nft").status:
    sh(*inside("busy"), "nft", "add table ip t; "
       "add chain ip t c { type filter hook input priority 0; }; "
       "add rule ip t c ct state new accept")
busy = start_busy()
THREAD = hold.start("thread", "thread")
SOCKET = hold.start("socket", "socket")
userns = subprocess.Popen([sys.executable,
                           f"{os.path.dirname(__file__)}/userns.py"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True)
_, OUTER, _, INNER = userns.stdout.readline().split()
try:
    with Process("unshare", "-n", "sleep", 1000, new_netns=True) as ALONE, \
         Process(*inside("plain"), *user(1000), "sleep", 2000), \
         Process(*inside("plain"), *user(1000), "sleep", 2001):
        ALONE_INODE = inode(ALONE)
        wait_for("two sleep in plain", lambda: len(sh(
            "ip", "netns", "pids", "plain").split()) == 2)
        ktap.run()
finally:
    userns.stdin.close()
    userns.wait()
    busy.kill()
    busy.wait()
    for one in (THREAD, SOCKET):
        hold.release(one.pid)
