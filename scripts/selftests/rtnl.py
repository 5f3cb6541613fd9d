# SPDX-License-Identifier: GPL-2.0
"""What works while somebody holds RTNL for long, and a teardown waits for it.

RTNL is held as follows: ethtool's ioctl reads its second word from user space
under RTNL, and that word lies in a page of userfaultfd, which comes when we
say so."""

import ast
import errno
import fcntl
import json
import mmap
import os
import select
import socket
import struct
import subprocess
import threading
import time

import ktap
import nl
from nl import u32, u64

SYS_USERFAULTFD = 323
UFFDIO_API = 0xc018aa3f
UFFDIO_REGISTER = 0xc020aa00
UFFDIO_ZEROPAGE = 0xc020aa04
SIOCETHTOOL = 0x8946
ETHTOOL_GFEATURES = 0x3a
PAGE = 4096
NSINFO = os.environ["NSINFO"]


class HeldRtnl:
    """with HeldRtnl() as held: RTNL is taken, and a request of another task
    waits for it, from the begin to the end of the block."""

    def __enter__(self):
        self.fd = nl.libc.syscall(SYS_USERFAULTFD, os.O_CLOEXEC)
        if self.fd < 0:
            raise ktap.Skip("no userfaultfd on this kernel")
        fcntl.ioctl(self.fd, UFFDIO_API, struct.pack("=QQQ", 0xaa, 0, 0))
        self.at = nl.libc.mmap(None, 2 * PAGE,
                               mmap.PROT_READ | mmap.PROT_WRITE,
                               mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        fcntl.ioctl(self.fd, UFFDIO_REGISTER,
                    struct.pack("=QQQQ", self.at + PAGE, PAGE, 1, 0))
        word = self.at + PAGE - 4
        nl.ctypes.c_uint32.from_address(word).value = ETHTOOL_GFEATURES
        self.holder = threading.Thread(target=self.hold, args=(word,))
        self.holder.start()
        os.read(self.fd, 32)        # the fault: RTNL is taken now
        self.waiter = subprocess.Popen(["ip", "link", "set", "lo", "alias",
                                        "held"])
        self.until_waiting()
        return self

    @staticmethod
    def hold(word):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            fcntl.ioctl(sock, SIOCETHTOOL, struct.pack("16sQ16x", b"lo", word))

    def until_waiting(self):
        """The other task sleeps in the kernel, where nothing else is long."""
        for _ in range(600):
            with open(f"/proc/{self.waiter.pid}/stat", encoding="ascii") as f:
                if f.read().rpartition(")")[2].split()[0] == "D":
                    return
            time.sleep(0.1)
        raise TimeoutError("nobody waits for RTNL")

    def still_held(self, what):
        ktap.equal(f"{what}: the other task still waits", None,
                   self.waiter.poll())

    def __exit__(self, *_):
        fcntl.ioctl(self.fd, UFFDIO_ZEROPAGE,
                    struct.pack("=QQQq", self.at + PAGE, PAGE, 0, 0))
        self.holder.join()
        ktap.equal("the other task, in the end", 0, self.waiter.wait())
        os.close(self.fd)
        nl.libc.munmap(nl.ctypes.c_void_p(self.at), 2 * PAGE)


def in_time(function, seconds=60):
    """What FUNCTION returns, run by another process: one that waits for RTNL
    cannot be ended, and must not keep us from releasing it."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            got = repr(function())
        except Exception as err:
            got = repr(f"{type(err).__name__}: {err}")
        with os.fdopen(theirs, "w") as pipe:
            pipe.write(got)
        os._exit(0)
    os.close(theirs)
    text = b""
    while select.select([ours], [], [], seconds)[0]:
        chunk = os.read(ours, 65536)
        if not chunk:
            os.close(ours)
            os.waitpid(pid, 0)
            return ast.literal_eval(text.decode())
        text += chunk
    os.close(ours)
    return f"nothing in {seconds} s"


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
                                  ("DEV_GET", dev_key, devices)):
            ktap.equal(f"{cmd}: refusal, messages", ("no error: None", count),
                       in_time(lambda: ask("dump", cmd, attrs)))
            held.still_held(cmd)


@ktap.case
def do_returns():
    key = u64("DEV_NETNS_ID", nl.cookie()) + u32("DEV_IFINDEX", 1)
    with HeldRtnl() as held:
        for cmd, attrs in (("MODULE_GET", b""),
                           ("NETNS_GET", u64("NETNS_ID", nl.cookie())),
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


def dying_netns():
    """Gives a netns up while RTNL is held; returns its inode and id when its
    teardown has begun."""
    fd = nl.new_netns()
    with nl.Inside(fd):
        cookie = nl.cookie()
    inode = nl.inode(fd)
    return fd, inode, cookie


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
        # The teardown has begun when its worker waits for RTNL.
        time.sleep(1)
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
