# SPDX-License-Identifier: GPL-2.0
"""Who sees what: each requester, each netns, each command and event."""

import collections
import errno
import os
import socket
import struct

import ktap
import nl
import pin
from child import Child, told_by
from listen import NAMES, Listener
from nl import text, u32, u64
from world import wait_for

# A line: who opened the socket > who uses it, where that is another, and the
# netns of the socket. Then for each netns: e, the requester may enter what it
# sees; s, it sees it; "." for it there is none. Join: whether who uses the
# socket may join groups, of which the kernel asks nothing of its opener.
#
# User has no right anywhere, owner made cont. The netns are: host, the first
# one; root, made by root of the host; kin, of a user namespace of that root;
# cont, of a container; kept, made in there and held by nothing but a message
# that nobody has read; nest, of a container in there; sib, of the container of
# another user; dying, made in cont and in teardown; next, made by root of the
# host, whose teardown waits for that.
TABLE = """
                              host root kin cont kept nest sib dying next join
root                     host e    e    e   e    e    e    e   e     e    yes
root                     root e    e    e   e    e    e    e   e     e    yes
root                     cont e    e    e   e    e    e    e   e     e    yes
root,only_sys_admin      host e    e    e   e    e    e    e   e     e    yes
root,no_sys_admin        host s    .    e   .    .    .    .   .     .    -
root,no_sys_admin        cont .    .    e   s    .    .    .   .     .    -
user                     host s    .    .   .    .    .    .   .     .    -
user                     root .    s    .   .    .    .    .   .     .    -
user                     cont .    .    .   s    .    .    .   .     .    -
owner                    host s    .    .   e    e    e    .   e     .    -
owner                    cont .    .    .   e    e    e    .   e     .    yes
kin                      kin  .    .    e   .    .    .    .   .     .    yes
cont                     cont .    .    .   e    e    e    .   e     .    yes
cont,no_net_admin        cont .    .    .   e    e    e    .   e     .    yes
cont,no_sys_admin        cont .    .    .   s    .    e    .   .     .    -
cont                     host s    .    .   e    e    e    .   e     .    -
cont                     sib  .    .    .   e    e    e    s   e     .    -
cont                     nest .    .    .   e    e    e    .   e     .    yes
nest                     nest .    .    .   .    .    e    .   .     .    yes
nest                     cont .    .    .   s    .    e    .   .     .    -
sib                      sib  .    .    .   .    .    .    e   .     .    yes
root > user              host s    .    .   .    .    .    .   .     .    -
root > root,no_sys_admin host s    .    e   .    .    .    .   .     .    -
root > cont              host s    .    .   e    e    e    .   e     .    -
root > cont              cont .    .    .   e    e    e    .   e     .    yes
user > root              host s    .    .   .    .    .    .   .     .    yes
root,no_sys_admin > root host s    .    e   .    .    .    .   .     .    yes
owner > root             host s    .    .   e    e    e    .   e     .    yes
owner > user             host s    .    .   .    .    .    .   .     .    -
cont > root              cont .    .    .   e    e    e    .   e     .    yes
cont > owner             cont .    .    .   e    e    e    .   e     .    yes
cont > user              cont .    .    .   s    .    .    .   .     .    -
cont > nest              cont .    .    .   s    .    e    .   .     .    -
nest > cont              nest .    .    .   .    .    e    .   .     .    yes
sib > cont               sib  .    .    .   .    .    .    s   .     .    -
"""
UIDS = {"user": 1001, "owner": 1000}
NEWUSER = {"kin": ("root", 0), "cont": ("root", 1000), "nest": ("cont", 0),
           "sib": ("root", 1002)}
WHO = 30                        # width of the columns that say who asks
GROUPS = ("own", "all")
NOT_ALL = "EPERM: needs CAP_SYS_ADMIN in the initial user namespace"
NOT_OWNER = ("EPERM: needs CAP_SYS_ADMIN in the user namespace that owns the "
             "network namespace")
ENDS = "ENXIO: its teardown has begun"
NO_LO = "ENODEV: no such device in this network namespace"
QUEUED = nl.N["NSINFO_NETNS_STATE_QUEUED"]
CAP_NET_ADMIN, CAP_SYS_ADMIN = 1 << 12, 1 << 21
CAPS = {"only_sys_admin": lambda caps: caps & CAP_SYS_ADMIN,
        "no_sys_admin": lambda caps: caps & ~CAP_SYS_ADMIN,
        "no_net_admin": lambda caps: caps & ~CAP_NET_ADMIN}

Target = collections.namedtuple("Target", "id inum")
NOWHERE = Target(1 << 60, 1)
Row = collections.namedtuple("Row", "name opener user netns cells joins")


def rows():
    head, *lines = TABLE.strip("\n").splitlines()
    columns = head.split()[:-1]
    for line in lines:
        *who, netns = line[:WHO].split()
        *cells, joins = line[WHO:].split()
        yield Row("_".join([*who, "in", netns]), who[0], who[-1], netns,
                  dict(zip(columns, cells, strict=True)), joins == "yes")


def keep_caps(choose):
    """Of those that this process has, what CHOOSE leaves of 64 bits."""
    head = struct.pack("=II", 0x20080522, 0)
    data = nl.ctypes.create_string_buffer(24)
    nl.check(nl.libc.capget(head, data), "capget")
    low, _, _, high, _, _ = struct.unpack("=6I", data.raw)
    caps = choose(high << 32 | low)
    low, high = caps & 0xffffffff, caps >> 32
    nl.check(nl.libc.capset(head, struct.pack("=6I", low, low, 0, high, high,
                                              0)), "capset")


def become(who, netns=None):
    """This process, root of the host with all rights, becomes WHO."""
    who, _, caps = who.partition(",")
    if netns is not None:
        nl.setns(netns_fds[netns])
    os.setgroups([])
    if who in userns_fds:
        nl.check(nl.libc.setns(userns_fds[who], nl.CLONE_NEWUSER), "setns")
    set_uid(UIDS.get(who, 0))
    if caps:
        keep_caps(CAPS[caps])


def set_uid(uid):
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def unshare_all(uid):
    """Of a user that has no rights: a user namespace with a netns."""
    set_uid(uid)
    nl.libc.prctl(4, 1, 0, 0, 0)                # PR_SET_DUMPABLE
    nl.unshare(nl.CLONE_NEWUSER | nl.CLONE_NEWNET)
    for name, words in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"),
                        ("gid_map", f"0 {uid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(words)


def open_ns(pid, kind):
    return os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)


def container(name):
    """A user namespace, held by a process in it."""
    parent, uid = NEWUSER[name]

    def life():
        if parent != "root":
            become(parent, parent)
        unshare_all(uid)
        return nl.cookie()
    child = Child(life)
    userns_fds[name] = open_ns(child.pid, "user")
    netns_fds[name] = open_ns(child.pid, "net")
    targets[name] = Target(child.said, nl.inode(netns_fds[name]))
    return child


def kept_by_a_message():
    """A netns of cont, to which none of our descriptors leads in the end."""
    become("cont", "cont")
    fd = nl.new_netns()
    with nl.Inside(fd):
        found = nl.cookie(), nl.inode(fd)
    pair = socket.socketpair()
    socket.send_fds(pair[0], [b"x"], [fd])
    os.close(fd)
    Child.kept = pair
    return found


def has_a_device():
    become("cont", "cont")
    nl.unshare(nl.CLONE_NEWNET)
    nl.Rtnl().add("d0")
    return nl.cookie()


def add_pair(one, other):
    """A veth between two of them; both ends have the name of the pair."""
    with nl.Inside(netns_fds[one]):
        nl.Rtnl().add_pair("veth", f"{one}-{other}", f"{one}-{other}",
                           netns_fds[other])


def state(target):
    got = roots.do("NETNS_GET", u64("NETNS_ID", target.id))
    return nl.Attrs(got.msgs[0], "NETNS").num("STATE") if got.msgs else None


def waiting(target):
    got = roots.do("NETNS_GET", u64("NETNS_ID", target.id))
    return nl.Attrs(got.msgs[0], "NETNS").has("WAITING")


def make_world():
    netns_fds["host"] = nl.open_netns()
    netns_fds["root"] = nl.new_netns()
    for name in ("host", "root"):
        with nl.Inside(netns_fds[name]):
            targets[name] = Target(nl.cookie(), nl.inode(netns_fds[name]))
    made = {name: container(name) for name in NEWUSER}
    made["kept"] = Child(kept_by_a_message)
    targets["kept"] = Target(*made["kept"].said)
    got = roots.do("NETNS_OPEN", u64("NETNS_ID", targets["kept"].id))
    netns_fds["kept"] = nl.Attrs(got.msgs[0], "NETNS").num("FD")
    for pair in PAIRS:
        add_pair(*pair)
    os.close(netns_fds.pop("kept"))
    with Child(has_a_device) as child:
        fd = open_ns(child.pid, "net")
        targets["dying"] = Target(child.said, nl.inode(fd))
        pin.pin(fd, "hold", "d0")
    os.close(fd)
    wait_for("its teardown", lambda: waiting(targets["dying"]))
    fd = nl.new_netns()
    with nl.Inside(fd):
        targets["next"] = Target(nl.cookie(), nl.inode(fd))
    os.close(fd)
    wait_for("it is queued", lambda: state(targets["next"]) == QUEUED)
    return made


def sockets_of(row):
    """One to ask with and one for each group, opened by the opener, who passes
    them on."""
    ours, theirs = socket.socketpair()

    def run():
        become(row.opener, row.netns)
        opened = [nl.Nsinfo().sock.detach() for _ in range(1 + len(GROUPS))]
        socket.send_fds(theirs, [b"x"], opened)
    told_by(run)
    _, fds, _, _ = socket.recv_fds(ours, 1, 1 + len(GROUPS))
    ours.close()
    theirs.close()
    clients = [nl.Nsinfo(), *(Listener(None, rcvbuf=0) for _ in GROUPS)]
    for client, fd in zip(clients, fds, strict=True):
        client.sock.close()
        client.sock = socket.socket(fileno=fd)
        client.sock.settimeout(60)
    return clients


def refusal(got):
    return [errno.errorcode.get(got.errno), got.msg, got.offset, got.miss_type,
            got.by_done, len(got.msgs)]


def answers(client, target):
    """What each command answers to who names this netns."""
    for key, number, lo in (("ID", u64, u32("DEV_IFINDEX", 1)),
                            ("INUM", u32, text("DEV_IFNAME", "lo"))):
        value = getattr(target, key.lower())
        netns = number(f"NETNS_{key}", value)
        dev = number(f"DEV_NETNS_{key}", value)
        yield f"NETNS_GET do {key}", client.do("NETNS_GET", netns)
        yield f"NETNS_GET dump {key}", client.dump("NETNS_GET", netns)
        yield f"DEV_GET do {key}", client.do("DEV_GET", dev + lo)
        yield f"DEV_GET dump {key}", client.dump("DEV_GET", dev)
        yield f"NETNS_OPEN do {key}", client.do("NETNS_OPEN", netns)
    yield "NETNS_GET do both", client.do(
        "NETNS_GET", u64("NETNS_ID", target.id) +
        u32("NETNS_INUM", target.inum))
    yield "TASK_GET dump", client.dump("TASK_GET",
                                       u64("TASK_NETNS_ID", target.id))
    yield "HOLDER_GET dump", client.dump("HOLDER_GET",
                                         u64("HOLDER_NETNS_ID", target.id))


def word(op, got, absent):
    """The answer in a word, or the refusal; ABSENT is the answer for what is not
    there."""
    if got.errno == 0:
        if op.startswith("NETNS_OPEN"):
            os.close(nl.Attrs(got.msgs[0], "NETNS").num("FD"))
        return "done"
    if got.errno == errno.ENOENT and refusal(got) == refusal(absent):
        return "as absent"
    return f"{errno.errorcode[got.errno]}: {got.msg}"


def expected(row, name, op):
    cell = row.cells[name]
    if op.startswith(("TASK", "HOLDER")):
        return "done" if row.cells["host"] == "e" else NOT_ALL
    if cell == ".":
        return "as absent"
    if op.startswith("NETNS_OPEN"):
        return NOT_OWNER if cell == "s" else \
            ENDS if name in ("dying", "next") else "done"
    if op.startswith("DEV_GET do") and name == "dying":
        return NO_LO
    return "done"


def ask_all(row, client, groups):
    """As the user of the row: all that it is told."""
    become(row.user)
    hidden = [struct.pack("=I", target.inum)
              for name, target in targets.items() if row.cells[name] == "."]
    absent = dict(answers(client, NOWHERE))
    seen = {"cells": {}, "leaks": [], "joins": [], "pairs": []}
    whole = [("NETNS_GET", client.dump("NETNS_GET")),
             ("DEV_GET", client.dump("DEV_GET")),
             ("MODULE_GET", client.do("MODULE_GET"))]
    for name, target in targets.items():
        asked = list(answers(client, target))
        seen["cells"][name] = {op: word(op, got, absent[op])
                               for op, got in asked}
        whole += asked
    seen["leaks"] = sorted({op for op, got in whole for msg in got.msgs
                            for secret in hidden if secret in msg})
    netns = [nl.Attrs(msg, "NETNS") for msg in whole[0][1].msgs]
    devs = [nl.Attrs(msg, "DEV") for msg in whole[1][1].msgs]
    seen["netns"] = sorted({one.num("ID") for one in netns})
    seen["devs"] = sorted({one.num("NETNS_ID") for one in devs})
    seen["self"] = [one.num("ID") for one in netns if one.has("SELF")]
    seen["init"] = [one.num("ID") for one in netns if one.has("INIT")]
    for dev in devs:
        peer = dev.nest("PEER", "PEER")
        if peer:
            seen["pairs"].append([dev.num("NETNS_ID"), peer.num("NETNS_ID")])
    module = nl.Attrs(whole[2][1].msgs[0], "MODULE")
    seen["module"] = [module.has("VERSION"), module.has("TRACKED"),
                      module.has("EVENT_SEQ")]
    for listener, group in zip(groups, GROUPS):
        try:
            listener.join(group)
            seen["joins"].append(True)
        except PermissionError:
            seen["joins"].append(False)
    return seen


def check_row(row):
    client, *groups = sockets_of(row)
    got = told_by(lambda: ask_all(row, client, groups))
    client.close()
    listeners[row.name] = groups
    visible = {name for name, cell in row.cells.items() if cell != "."}
    live = visible - {"dying"}

    def ids(names):
        return sorted(targets[name].id for name in names)

    ktap.equal("netns in a dump", ids(visible), got["netns"])
    ktap.equal("netns of devices in a dump", ids(live), got["devs"])
    ktap.equal("self", ids([row.netns]), got["self"])
    ktap.equal("init", ids(visible & {"host"}), got["init"])
    ktap.equal("peers in a dump", sorted(
        [targets[one].id, targets[other].id] for pair in PAIRS
        for one, other in (pair, pair[::-1]) if {one, other} <= visible),
        sorted(got["pairs"]))
    ktap.equal("answers with the inode of a hidden netns", [], got["leaks"])
    ktap.equal("module: version, sums, number of the last event",
               [True, row.cells["host"] == "e", row.cells[row.netns] == "e"],
               got["module"])
    ktap.equal(f"may join {GROUPS}", [row.joins] * 2, got["joins"])
    for name, told in got["cells"].items():
        for op, what in told.items():
            if what != expected(row, name, op):
                ktap.equal(f"{name}: {op}", expected(row, name, op), what)


def add_case(row):
    def case():
        check_row(row)
    case.__name__ = row.name.replace(">", "to").replace(",", "_")
    ktap.case(case)


PAIRS = [("host", name) for name in ("root", "kin", "cont", "kept", "sib")] + \
    [("cont", name) for name in ("nest", "kept", "sib", "kin")]
userns_fds, netns_fds, targets, listeners = {}, {}, {}, {}
ROWS = list(rows())
for one_row in ROWS:
    add_case(one_row)


def change(netns):
    """A device comes, changes, gets an address, loses it, and goes."""
    with nl.Inside(netns_fds[netns]):
        rtnl = nl.Rtnl()
        rtnl.add("d9")
        index = socket.if_nametoindex("d9")
        rtnl.rename(index, "d8")
        for kind in (nl.RTM_NEWADDR, nl.RTM_DELADDR):
            rtnl.request(kind, nl.NLM_F_ACK, struct.pack(
                "=BBBBI", socket.AF_INET, 32, 0, 0, index) +
                nl.attr(2, bytes([192, 0, 2, 1])))
        rtnl.delete(index)
        rtnl.close()


def move():
    """A device, from cont to the first netns."""
    with nl.Inside(netns_fds["cont"]):
        rtnl = nl.Rtnl()
        rtnl.add("mover")
        rtnl.move(socket.if_nametoindex("mover"), netns_fds["host"])
        rtnl.close()
    nl.Rtnl().delete(socket.if_nametoindex("mover"))


DEV_KINDS = ["addr-add", "addr-del", "dev-add", "dev-change", "dev-del"]


@ktap.case
def events():
    """Who has joined is told of its own netns, and in the first one of all."""
    everything = Listener()
    live = [name for name in targets if name not in ("dying", "next")]
    for name in live:
        if name != "kept":
            change(name)
    move()
    with Child(lambda: become("cont", "cont") or nl.new_netns()):
        pass
    pin.drop()
    made.pop("kept").stop()
    gone = [targets[name].id for name in ("dying", "next", "kept")]
    ended = set()
    everything.until(lambda event: event.kind == "netns-del" and (
        ended.add(event.netns) or ended >= set(gone)))
    everything.drain()
    names = {target.id: name for name, target in targets.items()}

    def heard(listener):
        listener.drain(0)
        return sorted({(event.kind, names.get(event.netns, "new"))
                       for event in listener.seen})

    all_kinds = heard(everything)
    ktap.equal("kinds", sorted(NAMES.values()),
               sorted({kind for kind, _ in all_kinds}))
    for row in ROWS:
        own, whole = listeners[row.name]
        ktap.equal(f"{row.name}: group own", [
            (kind, row.netns) for kind in DEV_KINDS] if row.joins else [],
            heard(own))
        ktap.equal(f"{row.name}: group all",
                   all_kinds if row.joins and row.netns == "host" else [],
                   [pair for pair in heard(whole) if pair in all_kinds])


roots = nl.Nsinfo()
made = make_world()
try:
    ktap.run()
finally:
    pin.drop()
    for one in made.values():
        one.stop()
