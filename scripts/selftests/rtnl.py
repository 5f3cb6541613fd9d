# SPDX-License-Identifier: GPL-2.0
"""What works while somebody holds RTNL for long, and a teardown waits for
it."""

import errno
import json
import os
import socket
import subprocess
import time

import ktap
import nl
from held_rtnl import HeldRtnl, dying_netns, in_time
from nl import u32, u64
from world import in_teardown, wait_for

NSINFO = os.environ["NSINFO"]
WANT_ALL = u32("NETNS_WANT", 31)


def tool(*args):
    return json.loads(subprocess.run([NSINFO, "dump", "-J", *args], check=True,
                                     stdout=subprocess.PIPE).stdout)


def ask(how, cmd, attrs=b""):
    """Refusal and number of messages of an answer."""
    got = getattr(ns, how)(cmd, attrs)
    return got.error(), len(got.msgs)


@ktap.case
def dumps_return():
    key = u64("NETNS_ID", nl.cookie())
    dev_key = u64("DEV_NETNS_ID", nl.cookie()) + u32("DEV_WANT", 1)
    # Some kernels have devices of tunnels here. Who asks for them takes RTNL.
    devices = len(socket.if_nameindex())
    with HeldRtnl() as held:
        for cmd, attrs, count in (("NETNS_GET", key, 1),
                                  ("NETNS_GET", key + WANT_ALL, 1),
                                  ("DEV_GET", dev_key, devices)):
            ktap.equal(f"{cmd}: refusal, messages", ("no error: None", count),
                       in_time(lambda: ask("dump", cmd, attrs)))
            held.still_held(cmd)
        ktap.equal("HOLDER_GET: refusal", "no error: None",
                   in_time(lambda: ask("dump", "HOLDER_GET")[0]))
        held.still_held("HOLDER_GET")


@ktap.case
def do_returns():
    key = u64("DEV_NETNS_ID", nl.cookie()) + u32("DEV_IFINDEX", 1)
    with HeldRtnl() as held:
        for cmd, attrs in (("MODULE_GET", b""),
                           ("NETNS_GET", u64("NETNS_ID", nl.cookie()) +
                            WANT_ALL),
                           ("NETNS_OPEN", u64("NETNS_ID", nl.cookie())),
                           ("DEV_GET", key + u32("DEV_WANT", 1))):
            ktap.equal(f"{cmd}: refusal, messages", ("no error: None", 1),
                       in_time(lambda: ask("do", cmd, attrs)))
            held.still_held(cmd)


@ktap.case
def tool_returns():
    with HeldRtnl() as held:
        got = in_time(lambda: len(tool("-s")["namespaces"]))
        ktap.check(isinstance(got, int) and got > 0, "namespaces", "some", got)
        held.still_held("nsinfo dump")


@ktap.case
def details_are_given_up():
    """The only option that waits for RTNL, and not for ever."""
    def details():
        got = subprocess.run([NSINFO, "dump", "-dJ"], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        found = json.loads(got.stdout)["namespaces"]
        return (got.returncode, got.stderr, [one.get("details")
                                             for one in found],
                [dev["ifname"] for one in found for dev in one["devices"]])

    with HeldRtnl() as held:
        status, text, told, names = in_time(details)
        ktap.equal("exit status", 0, status)
        ktap.check(text.startswith("nsinfo: note: no details of ") and
                   "RTNL" in text, "stderr", "no details... RTNL", text)
        ktap.equal("details", {None}, set(told))
        ktap.check("lo" in names, "devices", "lo", names)
        held.still_held("nsinfo dump -d")


def until_dying(cookie):
    for _ in range(600):
        answer = ns.do("NETNS_GET", u64("NETNS_ID", cookie))
        if answer.errno:
            raise OSError(answer.errno, "the netns is gone")
        state = nl.Attrs(answer.msgs[0], "NETNS").num("STATE")
        if state == nl.N["NSINFO_NETNS_STATE_DYING"]:
            return
        time.sleep(0.1)
    raise TimeoutError("the netns does not begin to die")


def shown(cookie):
    return [(one["ns"], one["state"],
             [dev["ifname"] for dev in one["devices"]])
            for one in tool()["namespaces"] if one["id"] == cookie]


def until_gone(cookie):
    while ns.do("NETNS_GET", u64("NETNS_ID", cookie)).errno == 0:
        time.sleep(0.05)


@ktap.case
def netns_stuck_in_teardown_is_shown():
    fd, inode, cookie = dying_netns()
    with HeldRtnl() as held:
        os.close(fd)
        until_dying(cookie)
        for _ in range(3):
            ktap.equal("inode, state, devices", [(inode, "dying", ["lo"])],
                       in_time(lambda: shown(cookie)))
        ktap.equal("do of its lo", ("no error: None", 1), in_time(
            lambda: ask("do", "DEV_GET", u64("DEV_NETNS_ID", cookie) +
                        u32("DEV_IFINDEX", 1))))
        held.still_held("dump")
    until_gone(cookie)
    ktap.equal("shown, released", [], shown(cookie))


def facts_of(cookie):
    """Names of what is told beyond the plain dump."""
    got = ns.do("NETNS_GET", u64("NETNS_ID", cookie) + WANT_ALL)
    told = nl.Attrs(got.msgs[0], "NETNS")
    return [name for name in ("SOCKETS", "FIB", "HOOK", "CONNTRACK",
                              "NSFS_REFS") if told.has(name)]


def opened(cookie):
    got = ns.do("NETNS_OPEN", u64("NETNS_ID", cookie))
    return errno.errorcode.get(got.errno), got.msg, len(got.msgs)


@ktap.case
def facts_of_a_netns_in_teardown_are_unknown():
    fd, _, cookie = dying_netns()
    ktap.equal("before", ["SOCKETS", "FIB", "NSFS_REFS"],
               [name for name in facts_of(cookie)
                if name not in ("HOOK", "CONNTRACK")])
    with HeldRtnl() as held:
        os.close(fd)
        until_dying(cookie)
        ktap.equal("in teardown", [], in_time(lambda: facts_of(cookie)))
        held.still_held("facts")
    until_gone(cookie)


@ktap.case
def netns_in_teardown_is_not_opened():
    fd, _, cookie = dying_netns()
    before = len(os.listdir("/proc/self/fd"))
    with HeldRtnl() as held:
        os.close(fd)
        until_dying(cookie)
        ktap.equal("open", ("ENXIO", "its teardown has begun", 0),
                   in_time(lambda: opened(cookie)))
        held.still_held("open")
    until_gone(cookie)
    ktap.equal("descriptors", before - 1, len(os.listdir("/proc/self/fd")))


def cookies():
    return {nl.Attrs(one, "NETNS").num("ID")
            for one in ns.dump("NETNS_GET").msgs}


@ktap.case
def netns_in_set_up_is_not_opened():
    """Its lo waits for RTNL. It is told of, without what is not there yet."""
    if os.path.exists("/sys/module/vxlan"):
        raise ktap.Skip("VXLAN waits for RTNL before the module is told")
    before = cookies()
    made = None
    try:
        with HeldRtnl() as held:
            made = subprocess.Popen(["unshare", "-n", "true"])
            wait_for("it is told", lambda: cookies() - before)
            cookie, = cookies() - before
            ktap.equal("open", ("ENXIO", "its set-up has not ended", 0),
                       in_time(lambda: opened(cookie)))
            ktap.equal("facts", [], in_time(lambda: facts_of(cookie)))
            held.still_held("open")
            ktap.equal("who makes it", None, made.poll())
    finally:
        # It waits for RTNL: only now can it end.
        if made:
            ktap.equal("unshare", 0, made.wait())
    until_gone(cookie)


@ktap.case
def tasks_are_told():
    with HeldRtnl() as held:
        got = in_time(lambda: ask("dump", "TASK_GET"))
        ktap.check(got[0] == "no error: None" and got[1] > 10,
                   "refusal, messages", "none, some", got)
        held.still_held("tasks")


def command(*words):
    """Exit status and stderr of a command, within a minute."""
    def run():
        got = subprocess.run(words, stderr=subprocess.PIPE, text=True)
        return got.returncode, got.stderr

    got = in_time(run)
    return got if isinstance(got, tuple) else (None, got)


@ktap.case
def rmmod_refused_while_a_netns_is_stuck():
    fd, _, cookie = dying_netns()
    with HeldRtnl() as held:
        os.close(fd)
        until_dying(cookie)
        status, text = command("rmmod", "nsinfo")
        ktap.equal("exit status", 1, status)
        ktap.check("in use" in text, "stderr", "...in use...", text)
        ktap.equal("loaded", True, os.path.exists("/sys/module/nsinfo"))
        held.still_held("rmmod")
    until_gone(cookie)
    for _ in range(100):
        status, text = command("rmmod", "nsinfo")
        if status == 0:
            break
        time.sleep(0.1)
    ktap.equal("rmmod, released", (0, ""), (status, text))
    command("insmod", os.environ["KO"])


def lock_is_exported():
    with open("/proc/kallsyms", encoding="ascii") as lines:
        return any(line.split()[2] == "__ksymtab_pernet_ops_rwsem"
                   for line in lines)


@ktap.case
def insmod_refused_while_a_netns_is_stuck():
    if not lock_is_exported():
        raise ktap.Skip("pernet_ops_rwsem is not exported on this kernel")
    fd, _, cookie = dying_netns()
    ktap.equal("rmmod", (0, ""), command("rmmod", "nsinfo"))
    with HeldRtnl() as held:
        os.close(fd)
        wait_for("its worker waits for RTNL", in_teardown)
        status, text = command("insmod", os.environ["KO"], "load_wait=300")
        ktap.equal("exit status", 1, status)
        ktap.check(os.strerror(errno.EBUSY) in text, "stderr",
                   os.strerror(errno.EBUSY), text)
        ktap.equal("loaded", False, os.path.exists("/sys/module/nsinfo"))
        held.still_held("insmod")
    ktap.equal("insmod, released", (0, ""), command("insmod",
                                                    os.environ["KO"]))
    global ns
    ns = nl.Nsinfo()
    until_gone(cookie)


ns = nl.Nsinfo()
ktap.run()
