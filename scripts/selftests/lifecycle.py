# SPDX-License-Identifier: GPL-2.0
"""The life of a netns to its very end, and of devices that do not go."""

import os
import subprocess
import time

import ktap
import nl
import pin
import world
from nl import u64
from world import KO, Run, sh, wait_for

LIVE, DYING, QUEUED = (nl.N["NSINFO_NETNS_STATE_" + word]
                       for word in ("LIVE", "DYING", "QUEUED"))


def now():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class Netns:
    """One that only an fd of ours holds, with devices d0, d1..."""

    def __init__(self, devices=0):
        self.fd = nl.new_netns()
        with nl.Inside(self.fd):
            self.id = nl.cookie()
            for number in range(devices):
                nl.Rtnl().add(f"d{number}")

    def hold(self, *names):
        for name in names:
            pin.pin(self.fd, "hold", name)

    def leave(self):
        os.close(self.fd)

    def ask(self):
        """Its attributes, or None where it is gone."""
        got = nl.Nsinfo().do("NETNS_GET", u64("NETNS_ID", self.id))
        return nl.Attrs(got.msgs[0], "NETNS") if got.msgs else None

    def state(self):
        got = self.ask()
        return got and got.num("STATE")

    def waiting(self):
        got = self.ask()
        return got.nests("WAITING", "WAITING") if got else []


class Stuck(Netns):
    """with Stuck() as netns: in teardown until the end of the block."""

    def __init__(self):
        super().__init__(1)
        self.hold("d0")

    def __enter__(self):
        self.left = now()
        self.leave()
        if world.loaded():
            wait_for("waited for", self.waiting)
        else:
            wait_for("its teardown", world.in_teardown)
        return self

    def __exit__(self, *_):
        pin.drop()
        if world.loaded():
            wait_for("gone", lambda: self.state() is None)


def module():
    return nl.Attrs(nl.Nsinfo().do("MODULE_GET").msgs[0], "MODULE")


@ktap.case
def live_has_nothing_of_that():
    netns = Netns(1)
    got = netns.ask()
    ktap.equal("state", LIVE, got.num("STATE"))
    for name in ("DYING_SINCE", "NWAITING", "WAITING", "INACTIVE"):
        ktap.equal(name, False, got.has(name))
    netns.leave()
    wait_for("gone", lambda: netns.state() is None)


@ktap.case
def stuck_netns_is_shown_with_its_device():
    with Stuck() as netns:
        got = netns.ask()
        ktap.equal("state, refs, nwaiting", (DYING, 0, 1),
                   (got.num("STATE"), got.num("REFS"), got.num("NWAITING")))
        ktap.check(netns.left <= got.num("DYING_SINCE") <= now(),
                   "dying-since", f"{netns.left} to now",
                   got.num("DYING_SINCE"))
        dev = got.nest("WAITING", "WAITING")
        ktap.equal("name, kind, refs", (b"d0", b"dummy", 2),
                   (dev.text("IFNAME"), dev.text("KIND"), dev.num("REFS")))
        ktap.check(dev.num("IFINDEX") > 1, "ifindex", "> 1",
                   dev.num("IFINDEX"))
        ktap.check(got.num("DYING_SINCE") <= dev.num("SINCE") <
                   dev.num("TOLD_AT") <= now(), "since, told-at",
                   "after dying-since, in that order",
                   (dev.num("SINCE"), dev.num("TOLD_AT")))
    ktap.equal("state, released", None, netns.state())


@ktap.case
def it_is_shown_for_as_long_as_it_is_stuck():
    with Stuck() as netns:
        first = netns.waiting()[0]
        told = set()
        end = time.monotonic() + 6
        while time.monotonic() < end:
            got = netns.ask()
            dev = got.nest("WAITING", "WAITING")
            if not ktap.check(got.num("STATE") == DYING and dev, "netns",
                              "dying, with its device",
                              (got.num("STATE"), dev and dev.all)):
                return
            ktap.equal("since", first.num("SINCE"), dev.num("SINCE"))
            told.add(dev.num("TOLD_AT"))
            time.sleep(0.2)
        ktap.check(len(told) >= 4, "times it was told of", "4 or more",
                   len(told))


@ktap.case
def references_are_counted_anew():
    netns = Netns(1)
    netns.hold("d0", "d0", "d0")
    netns.leave()
    wait_for("waited for", netns.waiting)
    ktap.equal("refs", 4, netns.waiting()[0].num("REFS"))
    pin.drop()
    wait_for("gone", lambda: netns.state() is None)


@ktap.case
def the_next_ones_are_queued():
    with Stuck():
        netns = Netns(1)
        netns.leave()
        wait_for("queued", lambda: netns.state() == QUEUED)
        for _ in range(5):
            got = netns.ask()
            ktap.equal("state, refs, devices, dying-since", (QUEUED, 0, 2, 0),
                       (got.num("STATE"), got.num("REFS"), got.num("NDEVS"),
                        got.has("DYING_SINCE")))
            time.sleep(0.2)
        got = nl.Nsinfo().do("NETNS_OPEN", u64("NETNS_ID", netns.id))
        ktap.check(got.errno, "netns-open of it", "refused", got.error())
    wait_for("gone", lambda: netns.state() is None)


@ktap.case
def module_sums_it_up():
    # What is gone is shown until it was not told of for three seconds.
    wait_for("no device", lambda: module().num("WAITING") == 0)
    got = module()
    ktap.equal("tracking, queued, dying, oldest-dying, waiting",
               (True, 0, 0, None, 0),
               (got.has("TRACKING"), got.num("QUEUED"), got.num("DYING"),
                got.num("OLDEST_DYING"), got.num("WAITING")))
    with Stuck() as netns:
        others = [Netns() for _ in range(3)]
        for one in others:
            one.leave()
        wait_for("queued", lambda: module().num("QUEUED") == 3)
        got = module()
        ktap.equal("dying, oldest-dying, waiting",
                   (1, netns.ask().num("DYING_SINCE"), 1),
                   (got.num("DYING"), got.num("OLDEST_DYING"),
                    got.num("WAITING")))
    wait_for("all gone", lambda: module().num("TRACKED") == 1)
    ktap.equal("queued", 0, module().num("QUEUED"))


@ktap.case
def sums_are_for_who_sees_all():
    got = Run(*world.user(1000), "python3", "-c", """
import nl
print([k for k, _ in nl.Attrs(nl.Nsinfo().do("MODULE_GET").msgs[0],
                              "MODULE").all])""")
    ktap.equal("attributes", [nl.N["NSINFO_A_MODULE_VERSION"],
                              nl.N["NSINFO_A_MODULE_TRACKING"]],
               eval(got.out or "None"))


@ktap.case
def new_netns_can_be_made_meanwhile():
    with Stuck():
        for _ in range(3):
            start = time.monotonic()
            netns = Netns(1)
            ktap.equal("state", LIVE, netns.state())
            ktap.check(time.monotonic() - start < 20, "time that takes",
                       "little", time.monotonic() - start)
            netns.leave()
    wait_for("gone", lambda: module().num("TRACKED") == 1)


@ktap.case
def rmmod_is_refused_meanwhile():
    with Stuck():
        got = Run("rmmod", "nsinfo")
        ktap.equal("exit status", 1, got.status)
        ktap.check("in use" in got.err, "stderr", "...in use...", got.err)
    world.unload()
    world.load()


def lock_is_exported():
    with open("/proc/kallsyms", encoding="ascii") as lines:
        return any(line.split()[2] == "__ksymtab_pernet_ops_rwsem"
                   for line in lines)


@ktap.case
def insmod_is_refused_and_says_what_to_do():
    if not lock_is_exported():
        raise ktap.Skip("pernet_ops_rwsem is not exported on this kernel")
    world.unload()
    with Stuck():
        got = Run("insmod", KO, "load_wait=200")
        ktap.equal("exit status", 1, got.status)
        said = sh("dmesg").splitlines()[-1]
        ktap.check("track=0" in said and "nsinfo doctor" in said,
                   "what the kernel says", "...track=0... nsinfo doctor", said)
        Netns().leave()         # would wait for an insmod that waits
    world.load()
    wait_for("gone", lambda: module().num("TRACKED") == 1)


@ktap.case
def with_track_0_it_loads_and_unloads_meanwhile():
    world.unload()
    with Stuck() as stuck:
        queued = Netns(2)
        live = Netns(1)
        queued.leave()
        for _ in range(3):
            start = time.monotonic()
            sh("insmod", KO, "track=0")
            ktap.equal("states of stuck, queued, live", (None, QUEUED, LIVE),
                       (stuck.state(), queued.state(), live.state()))
            got = module()
            ktap.equal("tracking, queued, dying, waiting",
                       (False, 1, None, None),
                       (got.has("TRACKING"), got.num("QUEUED"),
                        got.num("DYING"), got.num("WAITING")))
            sh("rmmod", "nsinfo")
            ktap.check(time.monotonic() - start < 20, "time that takes",
                       "little", time.monotonic() - start)
        pin.drop()
    world.load()
    live.leave()
    wait_for("gone", lambda: module().num("TRACKED") == 1)


class StuckDevice(Netns):
    """with StuckDevice() as netns: its d0 was deleted, and does not go."""

    def __enter__(self):
        super().__init__(1)
        self.hold("d0")
        self.started = now()
        with nl.Inside(self.fd):
            self.ip = subprocess.Popen(["ip", "link", "del", "d0"])
        wait_for("waited for", self.waiting)
        return self

    def __exit__(self, *_):
        pin.drop()
        ktap.equal("ip link del, in the end", 0, self.ip.wait(60))
        wait_for("no longer shown", lambda: not self.waiting())
        self.leave()
        wait_for("gone", lambda: self.state() is None)


@ktap.case
def device_that_does_not_go_in_a_live_netns():
    with StuckDevice() as netns:
        got = netns.ask()
        ktap.equal("state, devices, nwaiting", (LIVE, 1, 1),
                   (got.num("STATE"), got.num("NDEVS"), got.num("NWAITING")))
        since = netns.waiting()[0].num("SINCE")
        ktap.check(netns.started <= since <= now(), "since",
                   f"{netns.started} to now", since)
        ktap.equal("ip still waits", None, netns.ip.poll())


@ktap.case
def device_older_than_the_module():
    with StuckDevice() as netns:
        world.unload()
        loaded_at = now()
        world.load()
        wait_for("told of", netns.waiting)
        dev = netns.waiting()[0]
        ktap.equal("name, kind, refs", (b"d0", b"dummy", 2),
                   (dev.text("IFNAME"), dev.text("KIND"), dev.num("REFS")))
        ktap.check(loaded_at <= dev.num("SINCE") <= now(), "since",
                   f"{loaded_at} to now", dev.num("SINCE"))


@ktap.case
def of_many_devices_the_oldest_are_shown():
    wait_for("no device", lambda: module().num("WAITING") == 0)
    netns = Netns(12)
    netns.hold(*(f"d{number}" for number in range(12)))
    netns.leave()
    wait_for("waited for", netns.waiting)
    got = netns.ask()
    ktap.equal("nwaiting", 12, got.num("NWAITING"))
    since = [dev.num("SINCE") for dev in netns.waiting()]
    ktap.equal("shown", 8, len(since))
    ktap.equal("by age", sorted(since), since)
    ktap.equal("waiting of the module", 12, module().num("WAITING"))
    pin.drop()
    wait_for("gone", lambda: netns.state() is None)


@ktap.case
def held_by_the_kernel_alone():
    netns = Netns()
    pin.pin(netns.fd, "net", 1)
    netns.leave()
    time.sleep(0.5)
    got = netns.ask()
    ktap.equal("state, refs", (LIVE, 1), (got.num("STATE"), got.num("REFS")))
    ktap.equal("inactive, as far as the kernel knows",
               os.environ["KERNEL"] == "7", got.has("INACTIVE"))
    pin.set_parameter("net", 0)
    wait_for("gone", lambda: netns.state() is None)


ktap.run()
