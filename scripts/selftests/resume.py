# SPDX-License-Identifier: GPL-2.0
"""Dumps that are read slowly, while what they tell of changes."""

import collections
import errno
import os
import resource
import socket
import struct
import time

import ktap
import nl
from child import Busy
from nl import N, attr, text, u32, u64

SMALL = 4096        # as small as a buffer can be; a message is 3500 at most
DEVICES = 400
NETNS = 60
THOUSANDS = 800 if os.environ.get("KERNEL") == "debug" else 3000
MSG_MAX = N["NSINFO_MSG_MAX"]
RTM_NEWNSID = 88
NETNSA_NSID = 1
NETNSA_FD = 3

ns = nl.Nsinfo()
slow = nl.Nsinfo(SMALL)
rtnl = nl.Rtnl()    # of the netns of this process


def devices(answer):
    """(netns id, ifindex, name) of each device of a dump, in order. One that
    comes in several messages counts once: they have to follow each other."""
    found = []
    more = False
    for payload in answer.msgs:
        dev = nl.Attrs(payload, "DEV")
        key = (dev.num("NETNS_ID"), dev.num("IFINDEX"))
        if more:
            ktap.equal("message that goes on", found[-1][:2], key)
        else:
            found.append(key + (dev.text("IFNAME"),))
        more = dev.has("MORE")
    ktap.check(not more, "last message", "no flag more", "more")
    return found


def netns_ids(answer):
    return [nl.Attrs(payload, "NETNS").num("ID") for payload in answer.msgs]


def whole(answer, what):
    """Checks what holds for every dump: its end, its order, its sizes."""
    ktap.equal(f"{what}: refusal", "no error: None", answer.error())
    ktap.check(max(answer.sizes) <= MSG_MAX, f"{what}: longest message",
               f"up to {MSG_MAX}", max(answer.sizes))


def ordered(found, what):
    keys = [one[:2] if isinstance(one, tuple) else one for one in found]
    twice = sorted(key for key, times in collections.Counter(keys).items()
                   if times > 1)
    ktap.equal(f"{what}: what came twice", [], twice)
    ktap.check(keys == sorted(keys), f"{what}: order", "ascending", "not")


def lacks(stable, found, what):
    missing = sorted(set(stable) - set(found))
    ktap.equal(f"{what}: stable ones that are hidden ({len(missing)})", [],
               missing[:5])


class Steps:
    """Calls one function after each buffer that was read, to their end."""

    def __init__(self, *functions):
        self.functions = list(functions)
        self.buffers = 0

    def __call__(self, _answer):
        self.buffers += 1
        if self.functions:
            self.functions.pop(0)()


def ifindex(name):
    return socket.if_nametoindex(name)


class Netns:
    """A netns that only this object keeps, with a dummy device in it."""

    def __init__(self):
        self.fd = nl.new_netns()
        with nl.Inside(self.fd):
            self.id = nl.cookie()

    def end(self):
        """Gives it up and waits until it is gone."""
        os.close(self.fd)
        while ns.do("NETNS_GET", u64("NETNS_ID", self.id)).errno == 0:
            pass


# The devices of one big netns, and many netns, for all cases below.
HOME = nl.cookie()
STABLE = []
OTHERS = []


def setup():
    for number in range(DEVICES):
        rtnl.add(f"stable{number}")
        STABLE.append(f"stable{number}".encode())
    OTHERS.extend(Netns() for _ in range(NETNS))


@ktap.case
def dump_while_nothing_changes():
    for client, least in ((slow, 20), (ns, 2)):
        steps = Steps()
        answer = client.dump("DEV_GET", between=steps)
        found = devices(answer)
        what = f"buffers of {client.size}"
        whole(answer, what)
        ordered(found, what)
        lacks(STABLE, [one[2] for one in found], what)
        lacks([one.id for one in OTHERS], [one[0] for one in found], what)
        ktap.equal(f"{what}: interrupted", False, answer.interrupted)
        ktap.check(steps.buffers >= least, f"{what}: number of buffers",
                   f"{least} or more", steps.buffers)


@ktap.case
def netns_dump_while_nothing_changes():
    answer = slow.dump("NETNS_GET")
    found = netns_ids(answer)
    whole(answer, "netns")
    ordered(found, "netns")
    lacks([HOME] + [one.id for one in OTHERS], found, "netns")
    ktap.equal("interrupted", False, answer.interrupted)


def set_nsid(fd, nsid):
    """The id of that netns, as the netns of this process counts."""
    answer = rtnl.request(RTM_NEWNSID, nl.NLM_F_ACK,
                          bytes(4) + u32(NETNSA_NSID, nsid) +
                          u32(NETNSA_FD, fd))
    if answer.errno:
        raise OSError(answer.errno, answer.error())


@ktap.case
def nsids_of_a_dump_are_those_of_do():
    """Netns have them in no order, and not all."""
    nsids = {HOME: None, **{one.id: None for one in OTHERS}}
    for number, one in enumerate(OTHERS):
        if number % 3:
            nsids[one.id] = 1000 - number
            set_nsid(one.fd, nsids[one.id])
    for client in (slow, ns):
        found = {}
        for payload in client.dump("NETNS_GET").msgs:
            one = nl.Attrs(payload, "NETNS")
            found[one.num("ID")] = one.num("NSID")
        ktap.equal(f"buffers of {client.size}", nsids,
                   {one: found.get(one) for one in nsids})
    for one, nsid in list(nsids.items())[:4]:
        got = ns.do("NETNS_GET", u64("NETNS_ID", one))
        ktap.equal("do", nsid, nl.Attrs(got.msgs[0], "NETNS").num("NSID"))


@ktap.case
def dump_that_is_not_read_to_its_end():
    """What it had goes with the socket."""
    other = nl.Nsinfo(SMALL)
    other.dump_start("NETNS_GET")
    other.close()


@ktap.case
def holder_at_the_end_of_a_wide_table():
    """Free numbers are passed over, and not all of them in one go."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    last = (1 << 20) - 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (last + 1, last + 1))
    # Files that are no holders, so that one slice does not reach the end.
    others = [os.open(os.devnull, os.O_RDONLY) for _ in range(20)]
    os.dup2(ns.sock.fileno(), last)
    found = [nl.Attrs(payload, "HOLDER")
             for payload in ns.dump("HOLDER_GET",
                                    u64("HOLDER_NETNS_ID", HOME)).msgs]
    for fd in others + [last]:
        os.close(fd)
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    ktap.equal("last fd of this process", last,
               max(one.num("FD") for one in found
                   if one.num("PID") == os.getpid()))


@ktap.case
def dump_after_a_change():
    rtnl.add("before")
    answer = slow.dump("DEV_GET")
    ktap.equal("interrupted", False, answer.interrupted)
    rtnl.delete(ifindex("before"))
    answer = slow.dump("DEV_GET")
    ktap.equal("interrupted", False, answer.interrupted)


def tells_change(what, change, undo):
    """CHANGE in the middle of either dump is told, in the rest of it."""
    for cmd in ("DEV_GET", "NETNS_GET"):
        answer = slow.dump(cmd, between=Steps(change))
        ktap.equal(f"{what}: {cmd} interrupted", True, answer.interrupted)
        whole(answer, what)
        undo()


@ktap.case
def device_comes_in_mid_dump():
    tells_change("device comes", lambda: rtnl.add("new"),
                 lambda: rtnl.delete(ifindex("new")))


@ktap.case
def device_goes_in_mid_dump():
    rtnl.add("old")
    tells_change("device goes", lambda: rtnl.delete(ifindex("old")),
                 lambda: rtnl.add("old"))
    rtnl.delete(ifindex("old"))


@ktap.case
def device_moves_in_mid_dump():
    rtnl.add("mover")

    def back():
        with nl.Inside(OTHERS[0].fd):
            inside = nl.Rtnl()
            inside.move(ifindex("mover"), home)
            inside.close()

    home = nl.open_netns()
    tells_change("device moves", lambda: rtnl.move(ifindex("mover"),
                                                   OTHERS[0].fd), back)
    rtnl.delete(ifindex("mover"))
    os.close(home)


@ktap.case
def device_renamed_in_mid_dump():
    rtnl.add("name1")
    tells_change("rename", lambda: rtnl.rename(ifindex("name1"), "name2"),
                 lambda: rtnl.rename(ifindex("name2"), "name1"))
    rtnl.delete(ifindex("name1"))


@ktap.case
def netns_comes_in_mid_dump():
    made = []
    tells_change("netns comes", lambda: made.append(Netns()),
                 lambda: made.pop().end())


@ktap.case
def netns_goes_in_mid_dump():
    made = [Netns()]
    tells_change("netns goes", lambda: made.pop().end(),
                 lambda: made.append(Netns()))
    made.pop().end()


@ktap.case
def change_with_the_last_buffer_unread():
    """All data is out, the end of the dump is not: it is told there. What
    changes elsewhere is no matter for a dump of one netns."""
    for inside in (True, False):
        answer = slow.dump_start("NETNS_GET", u64("NETNS_ID", HOME))
        if inside:
            rtnl.add("late")
        else:
            elsewhere = Netns()
        while slow.receive(answer):
            pass
        if inside:
            rtnl.delete(ifindex("late"))
        else:
            elsewhere.end()
        ktap.equal("messages", 1, len(answer.msgs))
        ktap.equal("changed in that netns, interrupted", (inside, inside),
                   (inside, answer.interrupted))


@ktap.case
def dump_of_one_netns_cares_for_that_alone():
    """One that takes many calls, and changes in mid-dump of every kind."""
    there = OTHERS[0].fd
    made = []

    def add_elsewhere():
        with nl.Inside(there):
            inside = nl.Rtnl()
            inside.add("other")
            inside.rename(ifindex("other"), "renamed")
            inside.delete(ifindex("renamed"))
            inside.close()

    def move_out():
        rtnl.add("mover")
        rtnl.move(ifindex("mover"), there)

    def rename_here():
        rtnl.rename(ifindex("stable0"), "renamed0")
        rtnl.rename(ifindex("renamed0"), "stable0")

    for change, told in ((add_elsewhere, False),
                         (lambda: made.append(Netns()), False),
                         (lambda: made.pop().end(), False),
                         (move_out, True), (rename_here, True)):
        steps = Steps(change)
        answer = slow.dump("DEV_GET", u64("DEV_NETNS_ID", HOME),
                           between=steps)
        whole(answer, "dump")
        lacks(STABLE, [one[2] for one in devices(answer)], "dump")
        ktap.check(steps.buffers >= 20, "buffers", "20 or more",
                   steps.buffers)
        ktap.equal("changed in that netns, interrupted", (told, told),
                   (told, answer.interrupted))
    with nl.Inside(there):
        inside = nl.Rtnl()
        inside.delete(ifindex("mover"))
        inside.close()


@ktap.case
def dump_of_one_netns_ends_with_it():
    """Also where the next id is in use, and when it takes several calls."""
    for one in OTHERS[:10]:
        for cmd, key in (("NETNS_GET", "NETNS_ID"), ("DEV_GET", "DEV_NETNS_ID")):
            answer = slow.dump(cmd, u64(key, one.id))
            prefix, _, name = key.partition("_")
            ktap.equal(f"{cmd}: ids in a dump of {one.id}", [one.id],
                       [nl.Attrs(payload, prefix).num(name)
                        for payload in answer.msgs])


@ktap.case
def devices_change_at_every_buffer():
    """Behind, at and before the cursor devices go and come."""
    for number in range(40):
        rtnl.add(f"victim{number}")
    rtnl.add("renamed")
    low = ifindex("stable0")

    def churn(number):
        def step():
            rtnl.delete(ifindex(f"victim{number}"))
            rtnl.delete(ifindex(f"victim{39 - number}"))
            rtnl.add(f"added{number}")
            rtnl.rename(ifindex("renamed"), f"re{number}")
            rtnl.rename(ifindex(f"re{number}"), "renamed")
        return step

    steps = Steps(*(churn(number) for number in range(20)))
    answer = slow.dump("DEV_GET", u64("DEV_NETNS_ID", HOME),
                     between=steps)
    found = devices(answer)
    whole(answer, "devices")
    ordered(found, "devices")
    lacks(STABLE, [one[2] for one in found], "devices")
    ktap.equal("interrupted", True, answer.interrupted)
    ktap.check(steps.buffers >= 20, "buffers", "20 or more", steps.buffers)
    ktap.equal("first device", "lo",
               found[0][2].decode() if found[0][1] < low else found[0])
    for number in range(20):
        rtnl.delete(ifindex(f"added{number}"))
    rtnl.delete(ifindex("renamed"))


@ktap.case
def netns_change_at_every_buffer():
    """Netns come and go, those before the cursor and those behind it."""
    for cmd, ids in (("NETNS_GET", netns_ids),
                     ("DEV_GET", lambda answer: [one[0] for one in
                                                 devices(answer)])):
        going = [Netns() for _ in range(10)]
        going.sort(key=lambda one: one.id)
        coming = []

        def step():
            if going:
                going.pop(0).end()
            if going:
                going.pop().end()
            coming.append(Netns())

        answer = slow.dump(cmd, between=Steps(*[step] * 6))
        found = ids(answer)
        whole(answer, cmd)
        if cmd == "NETNS_GET":
            ordered(found, cmd)
        else:
            ordered(devices(answer), cmd)
        lacks([HOME] + [one.id for one in OTHERS], found, cmd)
        ktap.equal(f"{cmd}: interrupted", True, answer.interrupted)
        for one in going + coming:
            one.end()


@ktap.case
def netns_at_the_cursor_goes():
    """The dump stands in the middle of a netns, which goes."""
    big = Netns()
    with nl.Inside(big.fd):
        inside = nl.Rtnl()
        for number in range(60):
            inside.add(f"b{number}")
        inside.close()
    last = [None]

    def step():
        """Ends it as soon as the first of its devices were read."""
        if last[0] is not None and big.fd >= 0:
            big.end()
            big.fd = -1

    def between(answer):
        last[0] = next((one for one in devices_of(answer)
                        if one[0] == big.id), None)
        step()

    answer = slow.dump("DEV_GET", between=between)
    ktap.equal("it went in mid-dump", -1, big.fd)
    whole(answer, "dump")
    found = [nl.Attrs(payload, "DEV") for payload in answer.msgs]
    got = [(dev.num("NETNS_ID"), dev.num("IFINDEX")) for dev in found]
    ordered(sorted(set(got)), "dump")
    lacks([one.id for one in OTHERS], [one[0] for one in got], "dump")
    lacks(STABLE, [dev.text("IFNAME") for dev in found], "dump")
    ktap.equal("interrupted", True, answer.interrupted)


def devices_of(answer):
    for payload in answer.msgs:
        dev = nl.Attrs(payload, "DEV")
        yield dev.num("NETNS_ID"), dev.num("IFINDEX")


@ktap.case
def dumps_do_not_mix():
    """Two dumps at a time, each with a cursor of its own."""
    other = nl.Nsinfo(SMALL)
    first = slow.dump_start("DEV_GET")
    second = other.dump_start("NETNS_GET")
    going = True
    while going:
        going = slow.receive(first)
        if not second.done:
            other.receive(second)
    while not second.done:
        other.receive(second)
    other.close()
    ordered(devices(first), "devices")
    ordered(netns_ids(second), "netns")
    lacks(STABLE, [one[2] for one in devices(first)], "devices")
    lacks([one.id for one in OTHERS], netns_ids(second), "netns")
    ktap.equal("interrupted", (False, False),
               (first.interrupted, second.interrupted))


# Addresses: one device with more than a message holds.
V4 = [socket.inet_aton(f"10.1.{n // 250}.{n % 250 + 1}") for n in range(150)]
V6 = [socket.inet_pton(socket.AF_INET6, f"fd00::{150 - n:x}")
      for n in range(150)]


def address(kind, raw):
    family = socket.AF_INET if len(raw) == 4 else socket.AF_INET6
    flags = 0 if kind == nl.RTM_DELADDR else nl.NLM_F_CREATE
    answer = rtnl.request(kind, flags | nl.NLM_F_ACK, struct.pack(
        "=BBBBI", family, 8 * len(raw), 2, 0, ifindex("many")) +
        attr(1, raw) + attr(2, raw))
    if answer.errno:
        raise OSError(answer.errno, answer.error())


def addresses(answer):
    return [addr.raw("LOCAL") for payload in answer.msgs
            for addr in nl.Attrs(payload, "DEV").nests("ADDR", "ADDR")]


def many_key():
    return u64("DEV_NETNS_ID", HOME) + u32("DEV_IFINDEX", ifindex("many"))


def still(client):
    """A dump of that device that nothing interrupts. What the kernel does in
    the background to new IPv6 addresses is a change as well."""
    end = time.monotonic() + 60
    while True:
        answer = client.dump("DEV_GET", many_key())
        if not answer.interrupted or time.monotonic() > end:
            return answer


@ktap.case
def many_addresses_arrive_whole():
    rtnl.add("many")
    # The kernel puts a new IPv6 address before the others.
    for raw in V4 + V6[::-1]:
        address(nl.RTM_NEWADDR, raw)
    for client in (slow, ns):
        answer = still(client)
        what = f"buffers of {client.size}"
        whole(answer, what)
        ktap.equal(f"{what}: devices", 1, len(devices(answer)))
        got = addresses(answer)
        ktap.equal(f"{what}: number of addresses", 300, len(got))
        ktap.equal(f"{what}: addresses", V4 + V6, got)
        ktap.equal(f"{what}: interrupted", False, answer.interrupted)
        more = [nl.Attrs(payload, "DEV").has("MORE")
                for payload in answer.msgs]
        ktap.check(len(more) > 5, f"{what}: messages", "more than 5",
                   len(more))
        ktap.equal(f"{what}: flag more", [True] * (len(more) - 1) + [False],
                   more)


@ktap.case
def do_says_that_there_is_more():
    answer = ns.do("DEV_GET", many_key())
    dev, = [nl.Attrs(payload, "DEV") for payload in answer.msgs]
    ktap.equal("flag more", True, dev.has("MORE"))
    got = addresses(answer)
    ktap.equal("addresses", V4[:len(got)], got)
    ktap.check(len(got) > 10, "number of addresses", "a message full",
               len(got))
    ktap.check(answer.sizes[0] <= MSG_MAX, "size", MSG_MAX, answer.sizes[0])
    one = ns.do("DEV_GET", u64("DEV_NETNS_ID", HOME) + u32("DEV_IFINDEX", 1))
    ktap.equal("lo: flag more", False,
               nl.Attrs(one.msgs[0], "DEV").has("MORE"))


@ktap.case
def address_at_the_cursor_goes():
    """What the dump stands on is deleted: told, and nothing comes twice. It
    stands one buffer ahead of what was read, so delete more than that."""
    for family in (V4, V6):
        gone = []

        def step(answer):
            last = addresses(answer)[-1]
            if last in family and not gone:
                after = family.index(last) + 1
                gone.extend(family[after:after + 60])
                for raw in gone:
                    address(nl.RTM_DELADDR, raw)

        answer = slow.dump("DEV_GET", many_key(), between=step)
        ktap.equal("addresses deleted", 60, len(gone))
        ktap.equal("interrupted", True, answer.interrupted)
        got = addresses(answer)
        ktap.equal("addresses twice", len(set(got)), len(got))
        again = slow.dump("DEV_GET", many_key())
        ktap.equal("again, interrupted", False, again.interrupted)
        ktap.equal("again, addresses", [raw for raw in V4 + V6 if raw not in
                                        gone], addresses(again))
        family[:] = [raw for raw in family if raw not in gone]
    rtnl.delete(ifindex("many"))


@ktap.case
def addresses_at_the_cursor_go_and_come_again():
    """The one that the dump stands on is there, but at another place."""
    v4 = [socket.inet_aton(f"10.2.{n // 250}.{n % 250 + 1}")
          for n in range(300)]
    v6 = [socket.inet_pton(socket.AF_INET6, f"fd01::{300 - n:x}")
          for n in range(300)]
    rtnl.add("many")
    for raw in v4 + v6[::-1]:
        address(nl.RTM_NEWADDR, raw)
    for family in (v4, v6):
        moved = []

        def step(answer):
            last = addresses(answer)[-1]
            if last in family and not moved:
                after = family.index(last) + 1
                moved.extend(family[after:after + 80])
                for raw in moved:
                    address(nl.RTM_DELADDR, raw)
                    address(nl.RTM_NEWADDR, raw)

        still(slow)
        answer = slow.dump("DEV_GET", many_key(), between=step)
        ktap.equal("addresses deleted and added again", 80, len(moved))
        ktap.equal("interrupted", True, answer.interrupted)
        again = still(slow)
        ktap.equal("again, interrupted", False, again.interrupted)
        ktap.equal("again, addresses", sorted(v4 + v6),
                   sorted(addresses(again)))
        family[:] = [raw for raw in addresses(again) if raw in family]
    rtnl.delete(ifindex("many"))


@ktap.case
def thousands_of_devices_change():
    """Some at every other buffer, on both sides of the cursor."""
    for number in range(DEVICES, THOUSANDS):
        rtnl.add(f"stable{number}", attrs=u32(nl.IFLA_GROUP,
                                              1 + number // 100))
        STABLE.append(f"stable{number}".encode())
        if number % 100 == 0:
            rtnl.add(f"victim{number}")
    victims = [f"victim{number}" for number in range(DEVICES, THOUSANDS, 100)]
    added = []

    def step():
        if victims and steps.buffers % 2:
            rtnl.delete(ifindex(victims.pop(len(added) % 2 - 1)))
            added.append(f"added{len(added)}")
            rtnl.add(added[-1])
        steps.functions.append(step)

    steps = Steps(step)
    answer = slow.dump("DEV_GET", u64("DEV_NETNS_ID", HOME), between=steps)
    found = devices(answer)
    whole(answer, "devices")
    ordered(found, "devices")
    lacks(STABLE, [one[2] for one in found], "devices")
    ktap.equal("interrupted", True, answer.interrupted)
    ktap.equal("victims left", [], victims)
    ktap.check(steps.buffers >= THOUSANDS // 20, "buffers",
               f"{THOUSANDS // 20} or more", steps.buffers)
    answer = ns.dump("DEV_GET", u64("DEV_NETNS_ID", HOME))
    found = devices(answer)
    ordered(found, "after it")
    ktap.equal("after it: devices", {b"lo", *STABLE, *[name.encode() for name
                                                       in added]},
               {one[2] for one in found})
    ktap.equal("after it: interrupted", False, answer.interrupted)
    for name in added:
        rtnl.delete(ifindex(name))


@ktap.case
def name_among_thousands():
    """Names that begin as others do, first and last ones, and none at all."""
    key = u64("DEV_NETNS_ID", HOME)
    for name in ("lo", "stable1", "stable10", "stable100", "stable399",
                 f"stable{THOUSANDS - 1}"):
        for what, answer in (
                ("do", ns.do("DEV_GET", key + text("DEV_IFNAME", name))),
                ("dump", ns.dump("DEV_GET", key + text("DEV_IFNAME", name)))):
            ktap.equal(f"{what} {name}: refusal", "no error: None",
                       answer.error())
            ktap.equal(f"{what} {name}: netns, ifindex, name",
                       [(HOME, ifindex(name), name.encode())],
                       devices(answer))
    wide = devices(ns.dump("DEV_GET", text("DEV_IFNAME", "lo")))
    ktap.equal("dump of every lo: names", {b"lo"}, {one[2] for one in wide})
    lacks([HOME] + [one.id for one in OTHERS], [one[0] for one in wide], "lo")
    for name in ("stable", f"stable{THOUSANDS}", "stable1x"):
        ktap.equal(f"do {name}: errno", errno.ENODEV,
                   ns.do("DEV_GET", key + text("DEV_IFNAME", name)).errno)
        ktap.equal(f"dump {name}: messages", [],
                   ns.dump("DEV_GET", key + text("DEV_IFNAME", name)).msgs)


@ktap.case
def change_during_an_empty_dump():
    """It has no message but the last, which tells what changed while it was
    looked for. Another process changes it again and again, and has the
    processor as soon as it wakes up: one dump has to meet it."""
    def flicker():
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        inside = nl.Rtnl()
        while True:
            inside.add("flicker")
            inside.delete(ifindex("flicker"))
            time.sleep(0.001)

    end = time.monotonic() + 60
    met = False
    dumps = 0
    with Busy(flicker):
        while not met and time.monotonic() < end:
            answer = ns.dump("DEV_GET", text("DEV_IFNAME", "nosuch"))
            if not ktap.equal("messages, refusal", ([], "no error: None"),
                              (answer.msgs, answer.error())):
                break
            met = answer.interrupted
            dumps += 1
    ktap.note(f"{dumps} dumps")
    ktap.equal("interrupted within a minute", True, met)
    if "flicker" in {name for _, name in socket.if_nameindex()}:
        rtnl.delete(ifindex("flicker"))
    answer = ns.dump("DEV_GET", text("DEV_IFNAME", "nosuch"))
    ktap.equal("nothing changes: interrupted", False, answer.interrupted)


def clean_up():
    """Here, since what goes in the background may take minutes."""
    groups = {1 + number // 100 for number in range(DEVICES, THOUSANDS)
              if f"stable{number}".encode() in STABLE}
    for group in sorted(groups):
        rtnl.delete_group(group)
    for one in OTHERS:
        one.end()


setup()
try:
    ktap.run()
finally:
    clean_up()
