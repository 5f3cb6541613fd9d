# SPDX-License-Identifier: GPL-2.0
"""bench.py NETNS: what nsinfo costs, in instructions, beside the commands for
the same, and beside a kernel without it.

The guest's clock counts instructions, so the time that all tasks have run, as
the scheduler has it, is instructions too; waiting is none. Three rounds each,
of which the median counts."""

import contextlib
import os
import statistics
import subprocess
import sys
import time

import nl
from listen import Listener

NSINFO, KO = os.environ["NSINFO"], os.environ["KO"]
NETNS = int(sys.argv[1])
SOME = 20       # of these, for what asks one after the other
CHANGES = 5000
ADDRESSES = 100, 1000, 4000
ROUNDS = 3


def spent():
    """Instructions of all tasks. Who sleeps has its last ones in there."""
    time.sleep(0.005)
    with open("/proc/schedstat", encoding="ascii") as lines:
        return sum(int(line.split()[7]) for line in lines
                   if line.startswith("cpu"))


def cost(function):
    before = spent()
    function()
    return spent() - before


def median(function):
    return statistics.median(cost(function) for _ in range(ROUNDS))


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def ip_each(*words):
    for number in range(SOME):
        run("ip", "-n", f"n{number}", *words)


def populate():
    """Named netns, each with a process, a wire to the first one and two
    addresses."""
    lines = []
    for number in range(NETNS):
        lines += [f"netns add n{number}",
                  f"link add v{number} type veth peer name eth0 netns n{number}"]
    subprocess.run(["ip", "-batch", "-"], check=True, text=True,
                   input="\n".join(lines) + "\n")
    for number in range(NETNS):
        subprocess.run(["ip", "-n", f"n{number}", "-batch", "-"], check=True,
                       text=True, input=f"""link set lo up
                       addr add 10.{number // 250}.{number % 250}.1/24 dev eth0
                       addr add 2001:db8:{number:x}::1/64 dev eth0
                       link set eth0 up\n""")
        subprocess.Popen(["nsenter", f"--net=/run/netns/n{number}",
                          "sleep", "infinity"])


def compare(title, peer, ours, scale):
    """A line: of OURS for all, of PEER scaled to as many."""
    mine, theirs = median(ours), median(peer[1]) * scale
    print(f"{title:30} {mine / NETNS / 1e3:9.1f} {theirs / NETNS / 1e3:9.1f} "
          f"{theirs / mine:7.1f}  {peer[0]}", flush=True)


def reads():
    print(f"\n{'1000 instructions a netns':30} {'nsinfo':>9} {'other':>9} "
          f"{'ratio':>7}")
    each = NETNS / SOME
    compare("nsinfo dump -J",
            ("ip -n NAME -j -d addr, for each",
             lambda: ip_each("-j", "-d", "addr")),
            lambda: run(NSINFO, "dump", "-J"), each)
    compare("nsinfo dump", ("ip -n NAME addr, for each",
                            lambda: ip_each("addr")),
            lambda: run(NSINFO, "dump"), each)
    compare("nsinfo list", ("lsns -t net", lambda: run("lsns", "-t", "net")),
            lambda: run(NSINFO, "list"), 1)
    compare("nsinfo find ip ADDR", ("ip -n NAME addr show to, for each",
                                    lambda: ip_each("addr", "show", "to",
                                                    "10.0.7.1")),
            lambda: run(NSINFO, "find", "ip", "10.0.7.1"), each)


def add_addresses(rtnl, ifindex, numbers):
    for number in numbers:
        raw = nl.socket.inet_aton(f"10.{number // 62500}."
                                  f"{number // 250 % 250}.{number % 250 + 1}")
        answer = rtnl.request(
            nl.RTM_NEWADDR, nl.NLM_F_CREATE | nl.NLM_F_ACK,
            nl.struct.pack("=BBBBI", nl.socket.AF_INET, 32, 0, 0, ifindex) +
            nl.attr(1, raw) + nl.attr(2, raw))
        if answer.errno:
            raise OSError(answer.errno, answer.error())


def addresses():
    """Of one device: each costs as much among many as among few. The client
    reads the messages alone."""
    rtnl, client = nl.Rtnl(), nl.Nsinfo()
    rtnl.add("bench0")
    ifindex = nl.socket.if_nametoindex("bench0")
    key = (nl.u64("DEV_NETNS_ID", nl.cookie()) +
           nl.u32("DEV_IFINDEX", ifindex))
    have = 0
    print(f"\n{'1000 instructions an address':30}")
    for number in ADDRESSES:
        add_addresses(rtnl, ifindex, range(have, number))
        have = number
        each = median(lambda: client.dump("DEV_GET", key)) / number
        print(f"dev-get of {number:<19} {each / 1e3:9.2f}", flush=True)
    rtnl.delete(ifindex)


# What it costs others

def netns_cycle():
    """Made and gone, with a pair of devices: the end here goes last."""
    rtnl = nl.Rtnl()
    for _ in range(SOME):
        fd = nl.new_netns()
        rtnl.add_pair("veth", "bench0", "bench1", fd)
        os.close(fd)
        while "bench0" in {name for _, name in nl.socket.if_nameindex()}:
            time.sleep(0.02)
    rtnl.close()


def link_cycle():
    rtnl = nl.Rtnl()
    for _ in range(SOME):
        rtnl.add("bench0")
        rtnl.delete(nl.socket.if_nametoindex("bench0"))
    rtnl.close()


def mtu_changes(number):
    change = "\n".join(f"link set bench0 mtu {1300 + turn % 200}"
                       for turn in range(number))
    subprocess.run(["ip", "-batch", "-"], input=change + "\n", text=True,
                   check=True)


@contextlib.contextmanager
def module(loaded):
    if loaded:
        run("insmod", KO)
    yield
    while loaded and subprocess.run(["rmmod", "nsinfo"], check=False,
                                    stderr=subprocess.DEVNULL).returncode:
        time.sleep(0.1)


def one_round(what):
    """Cost of WHAT on a host without nsinfo, with it, and with a listener."""
    with module(False):
        without = cost(what)
    with module(True):
        idle = cost(what)
        listener = Listener()
        heard = cost(what)
        listener.close()
    return without, idle, heard


def writes():
    print(f"\n{'1000 instructions each':30} {'without':>9} {'loaded':>9} "
          f"{'a listener':>10}")
    run("ip", "link", "add", "bench0", "type", "dummy")
    mtu = [one_round(lambda: mtu_changes(SOME * 10)) for _ in range(ROUNDS)]
    run("ip", "link", "del", "bench0")
    for title, rounds, times in (
            ("netns with a veth, made, gone",
             [one_round(netns_cycle) for _ in range(ROUNDS)], SOME),
            ("dummy, made, gone",
             [one_round(link_cycle) for _ in range(ROUNDS)], SOME),
            ("mtu changed, by ip -batch", mtu, SOME * 10)):
        without, idle, heard = (statistics.median(column) / times / 1e3
                                for column in zip(*rounds))
        print(f"{title:30} {without:9.1f} {idle:9.1f} {heard:10.1f}  "
              f"{100 * (idle / without - 1):+.1f} % "
              f"{100 * (heard / without - 1):+.1f} %", flush=True)


def rate():
    """Events that the tool sustains, at 10^9 instructions a second."""
    run("insmod", KO)
    run("ip", "link", "add", "bench0", "type", "dummy")
    monitor = subprocess.Popen([NSINFO, "monitor", "-J"],
                               stdout=subprocess.PIPE)
    time.sleep(1)
    start = time.monotonic()
    writer = os.fork()
    if writer == 0:
        mtu_changes(CHANGES)
        os._exit(0)
    seen = lost = 0
    while seen < CHANGES:
        line = monitor.stdout.readline()
        seen += line.count(b'"dev-change"')
        lost += line.count(b'"resync"')
    seconds = time.monotonic() - start
    os.waitpid(writer, 0)
    monitor.terminate()
    monitor.wait()
    print(f"\nmonitor -J: {CHANGES} changes by ip -batch read in {seconds:.2f} "
          f"s of 10^9 instructions: {CHANGES / seconds:.0f} a second, "
          f"{lost} told by a resync")
    run("ip", "link", "del", "bench0")
    run("rmmod", "nsinfo")


print(f"Linux {os.uname().release}, {NETNS} netns")
writes()
rate()
run("insmod", KO)
addresses()
populate()
reads()
