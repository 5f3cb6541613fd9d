# SPDX-License-Identifier: GPL-2.0
"""Holds RTNL for as long as it is wanted.

RTNL is held as follows: ethtool's ioctl reads its second word from user space
under RTNL, and that word lies in a page of userfaultfd, which comes when we
say so."""

import ast
import fcntl
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

SYS_USERFAULTFD = 323
UFFDIO_API = 0xc018aa3f
UFFDIO_REGISTER = 0xc020aa00
UFFDIO_ZEROPAGE = 0xc020aa04
SIOCETHTOOL = 0x8946
ETHTOOL_GFEATURES = 0x3a
PAGE = 4096


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


def dying_netns():
    """Gives a netns up while RTNL is held; returns its inode and id when its
    teardown has begun."""
    fd = nl.new_netns()
    with nl.Inside(fd):
        cookie = nl.cookie()
    inode = nl.inode(fd)
    return fd, inode, cookie
