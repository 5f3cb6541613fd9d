# SPDX-License-Identifier: GPL-2.0
"""userns.py: user 1000 makes a user namespace "outer" with a netns, root of
that makes "inner" with another, with devices in both. Prints "outer PID
inner PID", and ends with its stdin."""

import os
import signal
import sys
import traceback

import nl


class Pipe:
    def __init__(self):
        self.read_end, self.write_end = os.pipe()

    def tell(self, word="x"):
        os.write(self.write_end, str(word).encode())

    def hear(self):
        """Waits for the other process; that one has the only write end."""
        os.close(self.write_end)
        word = os.read(self.read_end, 16).decode()
        os.close(self.read_end)
        if not word:
            sys.exit("userns.py: the other process is gone")
        return word


def live(uid, unshared, mapped, done, prepare):
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    nl.libc.prctl(4, 1, 0, 0, 0)                # PR_SET_DUMPABLE
    nl.libc.prctl(1, signal.SIGKILL, 0, 0, 0)   # PR_SET_PDEATHSIG
    nl.unshare(nl.CLONE_NEWUSER | nl.CLONE_NEWNET)
    unshared.tell()
    os.close(unshared.write_end)
    mapped.hear()
    done.tell(prepare())
    while True:
        signal.pause()


def start(uid, prepare):
    """Forks a child with a user namespace, whose root is UID here, and a
    netns. Returns its pid and what PREPARE() returned there."""
    unshared, mapped, done = Pipe(), Pipe(), Pipe()
    pid = os.fork()
    if pid == 0:
        try:
            live(uid, unshared, mapped, done, prepare)
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    unshared.hear()
    for name in ("uid_map", "gid_map"):
        with open(f"/proc/{pid}/{name}", "w", encoding="ascii") as file:
            file.write(f"0 {uid} 1")
    mapped.tell()
    return pid, done.hear()


def prepare_inner():
    nl.Rtnl().add("dummy1")
    return "x"


def prepare_outer():
    rtnl = nl.Rtnl()
    rtnl.add("dummy0")
    pid, _ = start(0, prepare_inner)
    netns = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    rtnl.add_pair("veth", "to_inner", "to_outer", netns)
    os.close(netns)
    return pid


outer, inner = start(1000, prepare_outer)
print("outer", outer, "inner", inner, flush=True)
sys.stdin.read()
os.kill(outer, signal.SIGKILL)
