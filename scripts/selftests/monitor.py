# SPDX-License-Identifier: GPL-2.0
"""nsinfo monitor, as a person and as a program reads it."""

import fcntl
import os
import re
import resource
import signal
import subprocess
import termios
import time

import ktap
import nl
from child import Busy
from course import SEED, Course, operations
from told import Monitor, few_are_left
from world import (NSINFO, Run, batch, load, loaded, netns, sh, tool, unload,
                   user, wait_for)

ROUNDS = 5
OPERATIONS = operations(5000)
BURST = 2000


def kinds(events):
    return [event["event"] for event in events]


def is_told(monitor, kind, ifname):
    return (kind, ifname) in [(event["event"], event.get("ifname"))
                              for event in monitor.told]


def give_up(fds):
    for fd in fds:
        os.close(fd)
    wait_for("all are gone", few_are_left, 300)


def holes(events):
    seqs = [event["seq"] for event in events if "seq" in event]
    return [a for a, b in zip(seqs, seqs[1:]) if b <= a]


@ktap.case
def initial_is_what_a_dump_shows():
    sh("ip", "netns", "add", "was")
    monitor = Monitor("--initial")
    ktap.equal("differences", "", monitor.differs())
    ktap.check(all(event.get("initial") for event in monitor.told),
               "marks", "all initial", kinds(monitor.told))
    ktap.equal("end", (0, ""), monitor.end())
    sh("ip", "netns", "del", "was")


@ktap.case
def start_and_stop_of_a_container():
    path = os.path.join(os.environ["WORK"], "told")
    with open(path, "wb") as out:
        process = subprocess.Popen([NSINFO, "monitor"], stdout=out,
                                   stdin=subprocess.DEVNULL)
        read = lambda: open(path, encoding="ascii").read()
        number = 0

        def ready():
            nonlocal number
            number += 1
            sh("ip", "link", "add", f"try{number}", "type", "dummy")
            sh("ip", "link", "del", f"try{number}")
            return "dev-del" in read()
        wait_for("the first event", ready)
        before = len(read())
        for command in ("netns add box",
                        "link add veth0 type veth peer name eth0 netns box",
                        "link add br0 type bridge",
                        "link set veth0 master br0 up",
                        "-n box link set eth0 up",
                        "-n box addr add 192.0.2.2/24 dev eth0",
                        # Not every kernel renames one that is up.
                        "-n box link set eth0 down",
                        "-n box link set eth0 name wan",
                        "link add phys type dummy",
                        "link set phys netns box",
                        "netns del box", "link del br0"):
            sh("ip", *command.split())
        wait_for("the end", lambda: "netns-del" in read()[before:])
        process.send_signal(signal.SIGINT)
        ktap.equal("exit status after SIGINT", 0, process.wait(60))
    text = read()[before:]
    for line in (r"netns-add    \d+  (box  )?id \d+  by ip\[\d+\]",
                 r"dev-add      eth0@\S+  veth  down  .*",
                 r"dev-change   veth0@init  .*peer eth0@box.*",
                 r"dev-change   veth0@init  master br0",
                 r"addr-add     192.0.2.2/24  eth0@box",
                 r"dev-change   wan@box  was eth0",
                 r"dev-move     phys@init  ->  phys@box  dummy .*",
                 r"netns-dying  \d+  box  id \d+",
                 r"addr-del     192.0.2.2/24  .*wan@box",
                 r"dev-del      wan@box  veth",
                 r"netns-del    \d+  box  id \d+"):
        ktap.check(re.search(f"^{line}$", text, re.M), "a line", line, text)
    ktap.check("eth0@box  was" not in text, "a rename", "one line", text)


@ktap.case
def view_stays_equal_to_a_dump():
    ktap.note(f"SEED={SEED} OPERATIONS={OPERATIONS}")
    course = Course(SEED)
    monitor = Monitor("--initial")
    for number in range(1, ROUNDS + 1):
        while course.number < OPERATIONS * number // ROUNDS:
            course.step(monitor.world)
            monitor.read(0)
        wrong = monitor.differs()
        if not ktap.equal(f"after {course.number} operations", "", wrong):
            for event in monitor.told[-200:]:
                ktap.note(event)
            break
    course.end()
    ktap.equal("in the end", "", monitor.differs())
    ktap.equal("numbers that do not grow", [], holes(monitor.told))
    ktap.note(f"{len(monitor.told)} events")
    ktap.equal("end", (0, ""), monitor.end())


@ktap.case
def slow_reader_is_told_all_the_same():
    # Without CAP_NET_ADMIN it has only as much room as any socket: 7.x lets all
    # have 4 MiB.
    sh("sysctl", "-qw", "net.core.rmem_max=212992")
    monitor = Monitor("--initial", via=("setpriv",
                                        "--bounding-set=-net_admin",
                                        "--inh-caps=-net_admin"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (BURST + 100, BURST + 100))
    os.kill(monitor.process.pid, signal.SIGSTOP)
    fds = [nl.new_netns() for _ in range(BURST)]
    os.kill(monitor.process.pid, signal.SIGCONT)
    ktap.equal("with many more", "", monitor.differs(120))
    ktap.check(any(event.get("resync") for event in monitor.told), "marks",
               "some resync", "none")
    added = kinds(monitor.told).count("netns-add")
    ktap.check(added >= BURST, "netns-add", BURST, added)
    ids = [event["id"] for event in monitor.told
           if event["event"] == "netns-add"]
    ktap.equal("told twice", 0, len(ids) - len(set(ids)))
    os.kill(monitor.process.pid, signal.SIGSTOP)
    give_up(fds)
    os.kill(monitor.process.pid, signal.SIGCONT)
    ktap.equal("with none of them", "", monitor.differs(120))
    status, err = monitor.end()
    ktap.equal("exit status", 0, status)
    for line in err.splitlines() or [err]:
        ktap.check(re.search(r"^nsinfo: monitor: [1-9]\d* events lost: "
                             r".*resync$", line), "stderr",
                   "how many were lost", line)
    ktap.equal("told to be lost, in two times", 2, err.count("\n"))


@ktap.case
def room_for_a_burst():
    monitor = Monitor("--initial")
    os.kill(monitor.process.pid, signal.SIGSTOP)
    fds = [nl.new_netns() for _ in range(BURST // 2)]
    os.kill(monitor.process.pid, signal.SIGCONT)
    ktap.equal("differences", "", monitor.differs(120))
    ktap.check(not any(event.get("resync") for event in monitor.told),
               "marks", "no resync", "some")
    give_up(fds)
    ktap.equal("end", (0, ""), monitor.end())


@ktap.case
def only_what_is_wanted():
    sh("ip", "netns", "add", "one")
    sh("ip", "netns", "add", "two")
    some = Monitor("--initial", "--netns=one", "--events=dev-add,addr")
    ktap.equal("differences of kinds", {"dev-add"}, set(kinds(some.told)))
    for name in ("one", "two"):
        sh("ip", "-n", name, "link", "set", "lo", "up")
        sh("ip", "-n", name, "link", "add", "dev0", "type", "dummy")
    wait_for("dev0", lambda: some.read() and "dev0" in str(some.told))
    some.read(0.5)
    ids = {event["id"] for event in some.told}
    ktap.equal("netns", 1, len(ids))
    ktap.equal("kinds", {"dev-add", "addr-add"}, set(kinds(some.told)))
    some.end()
    sh("ip", "netns", "del", "one")
    sh("ip", "netns", "del", "two")


@ktap.case
def times_are_the_kernels():
    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    day = time.time_ns()
    monitor = Monitor("--initial", "--timestamps", "-t")
    sh("ip", "link", "add", "timed", "type", "dummy")
    sh("ip", "link", "del", "timed")
    wait_for("timed", lambda: monitor.read() and
             is_told(monitor, "dev-del", "timed"))
    after = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    times = [event["time"] for event in monitor.told if "time" in event]
    ktap.check(times and before <= min(times) and max(times) <= after,
               "times", (before, after), times)
    ktap.equal("sorted", sorted(times), times)
    days = [event["wall_clock"] for event in monitor.told if "time" in event]
    ktap.check(len(days) == len(times) and
               day <= min(days) and max(days) <= time.time_ns(),
               "times of day", (day, time.time_ns()), days)
    monitor.end()


@ktap.case
def container_is_told_of_itself_alone():
    sh("ip", "netns", "add", "inside")
    monitor = Monitor("--initial", via=("ip", "netns", "exec", "inside"))
    sh("ip", "link", "add", "outer", "type", "dummy")
    sh("ip", "-n", "inside", "link", "add", "inner", "type", "dummy")
    wait_for("inner", lambda: monitor.read() and "inner" in str(monitor.told))
    monitor.read(0.5)
    ktap.equal("netns", 1, len({event["id"] for event in monitor.told}))
    ktap.check("outer" not in str(monitor.told), "told", "not of outer",
               monitor.told)
    sh("ip", "link", "set", "outer", "netns", "inside")
    wait_for("outer", lambda: monitor.read() and "outer" in str(monitor.told))
    ktap.equal("what comes in", "dev-add",
               [event["event"] for event in monitor.told
                if "outer" in str(event)][0])
    batch("inside", "link add br0 type bridge", "link set outer master br0",
          "link set outer netns 1", "link del br0")
    wait_for("br0", lambda: monitor.read() and
             is_told(monitor, "dev-del", "br0"))
    ktap.equal("what is left", {"lo", "inner"},
               {dev["plain"]["ifname"] for dev in monitor.world.devs.values()})
    monitor.end()
    sh("ip", "link", "del", "outer")
    sh("ip", "netns", "del", "inside")


@ktap.case
def not_for_everybody():
    got = tool("monitor", via=user(1000))
    ktap.equal("exit status", 1, got.status)
    ktap.check("no permission" in got.err, "stderr", "no permission", got.err)


@ktap.case
def ends_with_its_reader():
    process = subprocess.Popen([NSINFO, "monitor", "-J", "-i"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    ktap.equal("exit status", 0, process.wait(60))
    ktap.equal("stderr", b"", process.stderr.read())


@ktap.case
def ends_though_nobody_reads():
    names = [f"unread{number}" for number in range(20)]
    netns(*names)
    for number in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen([NSINFO, "monitor", "-J", "-i"],
                                   stdout=subprocess.PIPE, pipesize=4096)

        def is_full():
            got = fcntl.ioctl(process.stdout, termios.FIONREAD, bytes(4))
            return int.from_bytes(got, "little") > 3000
        wait_for("a full pipe", is_full)
        time.sleep(0.5)
        process.send_signal(number)
        ktap.equal(f"exit status after {number.name}", 0, process.wait(20))
        process.stdout.close()
    for name in names:
        sh("ip", "netns", "del", name)


def coming_and_going():
    while True:
        try:
            os.close(nl.new_netns())
        except OSError:
            time.sleep(0.01)    # those that go still count


@ktap.case
def starts_where_namespaces_come_and_go():
    fds = [nl.new_netns() for _ in range(500)]  # no look is without a change
    with Busy(coming_and_going):
        monitor = Monitor("--initial")
        wait_for("many", lambda: monitor.read(most=500) and
                 len(monitor.told) > 1000)
        plain = Monitor()
        ktap.equal("end", (0, ""), plain.end())
    ktap.equal("differences", "", monitor.differs())
    ktap.equal("end", (0, ""), monitor.end())
    give_up(fds)


@ktap.case
def ends_with_the_module_though_that_was_lost():
    monitor = Monitor("--initial", via=("setpriv",
                                        "--bounding-set=-net_admin",
                                        "--inh-caps=-net_admin"))
    os.kill(monitor.process.pid, signal.SIGSTOP)
    for _ in range(100):
        os.close(nl.new_netns())
    wait_for("all are gone", few_are_left)
    unload()
    os.kill(monitor.process.pid, signal.SIGCONT)
    monitor.read(0.5)
    ktap.equal("exit status", 3, monitor.process.wait(60))
    ktap.equal("last words",
               "nsinfo: monitor: the kernel module nsinfo was unloaded",
               monitor.process.stderr.read().decode().splitlines()[-1])
    load()


@ktap.case
def ends_with_the_module():
    monitor = Monitor("--initial")
    unload()
    status = monitor.process.wait(60)
    ktap.equal("exit status", 3, status)
    ktap.equal("stderr",
               b"nsinfo: monitor: the kernel module nsinfo was unloaded\n",
               monitor.process.stderr.read())
    ktap.check(not loaded(), "module", "unloaded", "loaded")
    load()


def refuses_at_once(what, says, *args, via=()):
    try:
        got = Run(*via, "timeout", 30, NSINFO, "monitor", *args)
    except subprocess.TimeoutExpired:
        got = None
    ktap.equal(f"{what}: exit status, stdout", (1, ""),
               (got.status, got.out))
    ktap.check(says in got.err and got.err.count("nsinfo: ") == 1,
               f"{what}: stderr", says, got.err)


@ktap.case
def nothing_to_wait_for():
    unload()
    load("track=0")
    for args in ((), ("-J",), ("--initial",), ("-N", "self")):
        refuses_at_once("track=0", "there are no events: the kernel module was "
                        "loaded with track=0", *args)
    unload()
    load()
    netns("mine", "other")
    via = ("nsenter", "--net=/run/netns/mine", "--")
    refuses_at_once("another netns", "only who is in the first netns is told",
                    "-N", "other", via=via)
    monitor = Monitor("-N", "self", "--initial", via=via)
    ktap.equal("our own: end", (0, ""), monitor.end())


@ktap.case
def wrong_usage():
    for args in (["more"], ["--events=foo"], ["--events="], ["-e", "dev,"],
                 ["--netns"], ["--baseline=x"]):
        got = Run("timeout", "60", NSINFO, "monitor", *args)
        ktap.equal(f"monitor {args}: exit status", 2, got.status)
    got = tool("monitor", "--netns=nosuch")
    ktap.equal("--netns=nosuch: exit status", 1, got.status)


ktap.run()
