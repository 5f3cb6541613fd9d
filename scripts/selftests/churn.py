# SPDX-License-Identifier: GPL-2.0
"""Namespaces and devices come and go as fast as they can, by several
processes, while dumps run and the module is unloaded and loaded.

Every dump that was not interrupted has to be right: nothing twice, all that
is stable in it. The kernel's log is looked at by who runs this."""

import errno
import json
import os
import subprocess
import time

import ktap
import nl
from child import Busy
from nl import u32, u64

STABLE = 12
# The debug kernel would be left with more to tear down than it can: then it does
# that alone.
BREATH = 0.3 if os.environ["KERNEL"] == "debug" else 0
WORKERS = []
stable_ids = []
kept = []


def storm_of_netns():
    """As unshare -n in a loop, with a socket or an fd that lives longer."""
    home = nl.open_netns()
    late = []
    while True:
        nl.unshare(nl.CLONE_NEWNET)
        late.append(nl.open_netns())
        nl.setns(home)
        if len(late) > 5:
            os.close(late.pop(0))
        time.sleep(BREATH)


def storm_of_devices():
    """Pairs across netns that are renamed, moved, and cut from either end."""
    first = nl.new_netns()
    second = nl.new_netns()
    nl.setns(first)
    rtnl = nl.Rtnl()
    turn = 0
    while True:
        turn += 1
        rtnl.add_pair("veth", "v0", "v1", netns=second)
        rtnl.add("d0")
        rtnl.rename(nl.socket.if_nametoindex("d0"), f"d{turn}")
        rtnl.move(nl.socket.if_nametoindex(f"d{turn}"), second)
        if turn % 3:
            rtnl.delete(nl.socket.if_nametoindex("v0"))
        else:
            os.close(second)
            second = nl.new_netns()
            while "v0" in {name for _, name in nl.socket.if_nameindex()}:
                time.sleep(0.01)


def storm_of_dumps():
    """A second reader, slow, that now and then goes away in the middle."""
    turn = 0
    while True:
        turn += 1
        try:
            client = nl.Nsinfo(4096)
            answer = client.dump_start("DEV_GET", u32("DEV_WANT", 1))
            for _ in range(turn % 7):
                if not client.receive(answer):
                    break
            client.close()
        except OSError:
            time.sleep(0.01)    # the module is just not there


def start(storm):
    WORKERS.append(Busy(storm))


def stop_all():
    while WORKERS:
        WORKERS.pop().stop()


def check_devices(answer):
    keys = []
    more = False
    for payload in answer.msgs:
        dev = nl.Attrs(payload, "DEV")
        key = (dev.num("NETNS_ID"), dev.num("IFINDEX"))
        if not more:
            keys.append(key)
        more = dev.has("MORE")
    if answer.interrupted:
        return False
    ktap.equal("devices twice", len(keys), len(set(keys)))
    ktap.equal("stable devices that are hidden", [],
               [one for one in stable_ids if (one, 1) not in keys])
    return True


def netns_ids(answer):
    return [nl.Attrs(payload, "NETNS").num("ID") for payload in answer.msgs]


def check_netns(answer):
    ids = netns_ids(answer)
    ktap.equal("netns twice", len(ids), len(set(ids)))
    ktap.equal("stable netns that are hidden", [],
               [one for one in stable_ids if one not in ids])
    return not answer.interrupted


def dump_for(seconds, least=0):
    """Dumps for so long, and until at least so many netns came and of each
    dump one was not interrupted; returns the ids of those netns."""
    client = nl.Nsinfo()
    end = time.monotonic() + seconds
    dumps = whole_devices = whole_netns = 0
    before = set(netns_ids(client.dump("NETNS_GET")))
    seen = set()
    while (time.monotonic() < end or dumps < 20 or
           ((len(seen - before) < least or not whole_devices or
             not whole_netns) and time.monotonic() < end + 120)):
        answer = client.dump("DEV_GET")
        ktap.equal("refusal", "no error: None", answer.error())
        whole_devices += check_devices(answer)
        answer = client.dump("NETNS_GET")
        ktap.equal("refusal", "no error: None", answer.error())
        whole_netns += check_netns(answer)
        seen.update(netns_ids(answer))
        dumps += 2
        for one in stable_ids[:3]:
            answer = client.do("DEV_GET", u64("DEV_NETNS_ID", one) +
                               u32("DEV_IFINDEX", 1))
            ktap.equal("do", (0, 1), (answer.errno, len(answer.msgs)))
    client.close()
    ktap.note(f"{dumps} dumps; not interrupted: {whole_devices} of devices, "
              f"{whole_netns} of netns")
    ktap.check(whole_devices > 0, "dumps of devices not interrupted", "some", 0)
    ktap.check(whole_netns > 0, "dumps of netns not interrupted", "some", 0)
    return seen - before


@ktap.case
def dumps_while_netns_come_and_go():
    start(storm_of_netns)
    came = dump_for(6, 10)
    ktap.check(len(came) >= 10, "netns that came", "10 or more", len(came))
    stop_all()


@ktap.case
def dumps_while_devices_come_and_go():
    start(storm_of_devices)
    dump_for(6)
    stop_all()


@ktap.case
def dumps_while_all_do():
    for storm in (storm_of_netns, storm_of_devices, storm_of_dumps):
        start(storm)
    dump_for(6)
    stop_all()


def tool_gets_through():
    """What it prints is whole, or nothing."""
    got = subprocess.run([os.environ["NSINFO"], "dump", "-J"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         timeout=120)
    if got.returncode == 0:
        found = {ns["id"] for ns in json.loads(got.stdout)["namespaces"]}
        ktap.equal("stable netns that are hidden", [],
                   [one for one in stable_ids if one not in found])
        return True
    ktap.equal("exit status", 1, got.returncode)
    ktap.check(got.stderr.startswith(b"nsinfo: "), "stderr", "nsinfo: ...",
               got.stderr)
    ktap.equal("stdout", b"", got.stdout)
    return False


@ktap.case
def tool_gets_through_or_says_why():
    """Retries are bounded, and when it is quiet again they succeed."""
    start(storm_of_netns)
    ktap.note(f"{sum(tool_gets_through() for _ in range(5))} of 5 got through")
    stop_all()
    end = time.monotonic() + 60     # for what is still being torn down
    while not tool_gets_through():
        if time.monotonic() > end:
            ktap.check(False, "dump after all that", "exit status 0", 1)
            break


@ktap.case
def module_goes_and_comes():
    """rmmod is refused while a netns is torn down or a dump runs: then
    again."""
    for storm in (storm_of_netns, storm_of_devices, storm_of_dumps):
        start(storm)
    reloads = refused = 0
    end = time.monotonic() + 10
    while time.monotonic() < end or (reloads < 3 and refused < 5000):
        got = subprocess.run(["rmmod", "nsinfo"], stderr=subprocess.PIPE,
                             timeout=120, text=True)
        if got.returncode:
            refused += 1
            ktap.check("in use" in got.stderr or
                       os.strerror(errno.EAGAIN) in got.stderr,
                       "stderr of rmmod", "in use", got.stderr)
            continue
        got = subprocess.run(["insmod", os.environ["KO"]], timeout=120,
                             stderr=subprocess.PIPE, text=True)
        while got.returncode and "busy" in got.stderr:
            got = subprocess.run(["insmod", os.environ["KO"]], timeout=120,
                                 stderr=subprocess.PIPE, text=True)
        ktap.equal("insmod", (0, ""), (got.returncode, got.stderr))
        reloads += 1
        client = nl.Nsinfo()
        check_netns(client.dump("NETNS_GET"))
        client.close()
    ktap.note(f"{reloads} times, {refused} times refused")
    ktap.check(reloads >= 3, "unloaded and loaded", "3 times", reloads)
    stop_all()


for _ in range(STABLE):
    netns = nl.new_netns()
    kept.append(netns)
    with nl.Inside(netns):
        stable_ids.append(nl.cookie())
ktap.run()
