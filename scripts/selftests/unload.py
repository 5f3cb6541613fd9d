# SPDX-License-Identifier: GPL-2.0
"""Unloading the module while somebody is in the middle of a dump."""

import errno
import os
import signal
import subprocess

import ktap
import nl
from nl import u64

DEVICES = 100
EXPECTED = DEVICES + 1      # and lo


def rmmod():
    """Exit status and stderr of rmmod, which must not hang."""
    got = subprocess.run(["rmmod", "nsinfo"], stderr=subprocess.PIPE,
                         timeout=60, text=True)
    return got.returncode, got.stderr.strip()


def delete_module():
    nl.ctypes.set_errno(0)
    nl.libc.syscall(176, b"nsinfo", os.O_NONBLOCK)
    return errno.errorcode.get(nl.ctypes.get_errno())


def load():
    subprocess.run(["insmod", os.environ["KO"]], check=True, timeout=60)


def loaded():
    return os.path.exists("/sys/module/nsinfo")


def start():
    """A dump of which nothing was read, and the client that asked."""
    client = nl.Nsinfo(4096)
    return client, client.dump_start("DEV_GET",
                                     u64("DEV_NETNS_ID", nl.cookie()))


@ktap.case
def rmmod_during_dump_refused():
    client, answer = start()
    ktap.equal("errno of delete_module", "EAGAIN", delete_module())
    status, text = rmmod()
    ktap.equal("exit status of rmmod", 1, status)
    ktap.check("in use" in text, "stderr of rmmod", "...in use...", text)
    ktap.equal("loaded", True, loaded())
    client.receive(answer)
    ktap.equal("errno of delete_module, some read", "EAGAIN", delete_module())
    while client.receive(answer):
        pass
    ktap.equal("devices of the dump", EXPECTED, len(answer.msgs))
    ktap.equal("refusal", "no error: None", answer.error())
    ktap.equal("rmmod after the dump", (0, ""), rmmod())
    client.close()
    load()


@ktap.case
def socket_closed_during_dump():
    client, answer = start()
    client.receive(answer)
    client.close()
    ktap.equal("rmmod", (0, ""), rmmod())
    load()


@ktap.case
def client_killed_during_dump():
    ready, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        kept = start()
        os.write(tell, b"x")
        signal.pause()
        os._exit(len(kept))
    os.read(ready, 1)
    ktap.equal("errno of delete_module", "EAGAIN", delete_module())
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    ktap.equal("rmmod", (0, ""), rmmod())
    load()


@ktap.case
def open_socket_does_not_hold_the_module():
    client = nl.Nsinfo()
    ktap.equal("rmmod", (0, ""), rmmod())
    got = client.do("MODULE_GET")
    ktap.equal("errno without the module", errno.ENOENT, got.errno)
    load()
    client.close()


@ktap.case
def request_between_unload_and_load():
    """A client that outlives the module finds the family again."""
    ktap.equal("rmmod", (0, ""), rmmod())
    try:
        nl.Nsinfo()
        ktap.check(False, "family without the module", "ENOENT", "found")
    except OSError as err:
        ktap.equal("family without the module", errno.ENOENT, err.errno)
    load()
    ktap.equal("family after load", 0, nl.Nsinfo().do("MODULE_GET").errno)


rtnl = nl.Rtnl()
for number in range(DEVICES):
    rtnl.add(f"d{number}")
ktap.run()
