# SPDX-License-Identifier: GPL-2.0
"""What tests in Python do to the system, and how they ask the tool."""

import glob
import json
import os
import subprocess
import time

import ktap
import nl

NSINFO = os.environ["NSINFO"]
KO = os.environ["KO"]


class Run:
    """A command that has ended."""

    def __init__(self, *command, env=None, **how):
        got = subprocess.run([str(word) for word in command],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             stdin=subprocess.DEVNULL, timeout=120,
                             errors="surrogateescape",
                             env=os.environ | env if env else None, **how)
        self.status = got.returncode
        self.out = got.stdout
        self.err = got.stderr


def sh(*command, **how):
    """Output of a command that has to succeed."""
    got = Run(*command, **how)
    if got.status:
        raise RuntimeError(f"{command}: {got.status}: {got.err}")
    return got.out


def batch(netns, *lines):
    """Lines for ip -batch in a netns by name."""
    subprocess.run(["ip", "-n", netns, "-batch", "-"], check=True, text=True,
                   input="\n".join(lines) + "\n")


def at_rest(read):
    """A pair of readings, once they are the same: sockets of who asked before
    are references until RCU lets go of them."""
    end = time.monotonic() + 60
    while True:
        first, second = read()
        if first == second or time.monotonic() > end:
            return first, second


def netns(*names):
    """Named ones; lib.sh deletes them."""
    for name in names:
        sh("ip", "netns", "add", name)


def inode(path):
    """Of a netns: a path, a name or a pid."""
    path = str(path)
    if path.isdigit():
        path = f"/proc/{path}/ns/net"
    elif "/" not in path:
        path = f"/run/netns/{path}"
    return os.stat(path).st_ino


INIT = inode(1)


def user(uid):
    return ("setpriv", "--reuid", uid, "--regid", uid, "--clear-groups")


def inside(name):
    return ("nsenter", f"--net=/run/netns/{name}", "--")


def tool(*args, via=(), **how):
    return Run(*via, NSINFO, *args, **how)


def check_wrong_usage(*args):
    got = tool(*args)
    ktap.equal(f"{args}: exit status, stdout", (2, ""), (got.status, got.out))
    ktap.check(got.err.startswith("nsinfo: ") and got.err.count("\n") == 1,
               f"{args}: stderr", "one line", got.err)


def dump(*args, via=()):
    """Namespaces by inode. It may say what this user cannot see."""
    got = tool("dump", "-J", *args, via=via)
    if got.status or got.err.count("\n") != got.err.count("nsinfo: note: "):
        raise RuntimeError(f"nsinfo dump {args}: {got.status}: {got.err}")
    return {one["ns"]: one for one in json.loads(got.out)["namespaces"]}


def devices(found, where):
    """Devices by name of one netns of a dump."""
    return {dev["ifname"]: dev for dev in found[inode(where)]["devices"]}


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.05)


class Process:
    """with Process(COMMAND...) as pid: runs it, and ends it."""

    def __init__(self, *command, new_netns=False):
        self.command = [str(word) for word in command]
        self.new_netns = new_netns

    def __enter__(self):
        self.process = subprocess.Popen(self.command)
        if self.new_netns:
            pid = self.process.pid
            wait_for("a netns of its own", lambda: inode(pid) != INIT)
        return self.process.pid

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def loaded():
    return os.path.exists("/sys/module/nsinfo")


def load(*args):
    """However many netns are being torn down."""
    if not loaded():
        sh("insmod", KO, "load_wait=60000", *args)


def unload():
    """Refused while a netns is being torn down, which is right: so again."""
    wait_for("rmmod", lambda: not loaded() or not Run("rmmod",
                                                      "nsinfo").status)


def in_teardown():
    """A worker of the kernel waits in the middle of the teardown of a netns:
    what one knows of it without the module."""
    for stack in glob.glob("/proc/[0-9]*/stack"):
        try:
            with open(stack, encoding="ascii") as lines:
                if "cleanup_net" in lines.read():
                    return True
        except OSError:
            pass                # it has ended
    return False


def cookie_of(path):
    """Id of a netns, from inside."""
    fd = os.open(path, os.O_RDONLY)
    try:
        with nl.Inside(fd):
            return nl.cookie()
    finally:
        os.close(fd)
