# SPDX-License-Identifier: GPL-2.0
"""File systems in user space that nobody serves: over, under and beside the
mount of a netns, over the names folders, here and in other mount
namespaces. Every command ends, and says what it can."""

import contextlib
import json
import os
import select
import stat
import subprocess
import sys

import hold
import ktap
from world import NSINFO, Run, inode, netns, sh, tool, wait_for

# Far more than any command takes that does not wait for an answer.
LIMIT = 30
MNT_DETACH = 2


def dead(path):
    """Mounts it at the folder or file @path; returns what keeps it silent:
    nobody reads from that."""
    fd = os.open("/dev/fuse", os.O_RDWR)
    mode = stat.S_IFMT(os.stat(path).st_mode)
    hold.nl.check(hold.nl.libc.mount(
        b"dead", path.encode(), b"fuse", 0,
        f"fd={fd},rootmode={mode:o},user_id=0,group_id=0".encode()),
        f"mount {path}")
    return fd


def file_at(path):
    hold.touch(path)
    return path


def over_a_folder():
    hold.mount(f"/proc/{SLEEPER}/ns/net", file_at("/srv/a/d/ns"), hold.MS_BIND)
    return dead("/srv/a/d"), ["/srv/a/d", "/srv/a/d/ns"]


def over_the_file():
    hold.mount(f"/proc/{SLEEPER}/ns/net", file_at("/srv/a/ns"), hold.MS_BIND)
    return dead("/srv/a/ns"), ["/srv/a/ns", "/srv/a/ns"]


def under_the_file():
    fd = dead(file_at("/srv/a/ns"))
    hold.mount(f"/proc/{SLEEPER}/ns/net", "/srv/a/ns", hold.MS_BIND)
    return fd, ["/srv/a/ns", "/srv/a/ns"]


def beside_it():
    hold.mount(f"/proc/{SLEEPER}/ns/net", file_at("/srv/a/ns"), hold.MS_BIND)
    return dead(file_at("/srv/a/x")), ["/srv/a/x", "/srv/a/ns"]


def on_an_entry():
    return dead(file_at("/run/netns/dead")), ["/run/netns/dead"]


def over_a_link():
    """A name that leads into one."""
    os.makedirs("/srv/a/d", exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.symlink("/srv/a/d/ns", "/run/netns/link")
    return dead("/srv/a/d"), ["/srv/a/d"]


def over_the_folder_of_docker():
    os.makedirs("/run/docker/netns", exist_ok=True)
    return dead("/run/docker/netns"), ["/run/docker/netns"]


def over_the_names_folder():
    return dead("/run/netns"), ["/run/netns"]


def over_run():
    return dead("/run"), ["/run"]


PLACES = (over_a_folder, over_the_file, under_the_file, beside_it,
          on_an_entry, over_a_link, over_the_folder_of_docker,
          over_the_names_folder, over_run)


def clean_up(paths):
    for path in paths:
        hold.nl.check(hold.nl.libc.umount2(path.encode(), MNT_DETACH),
                      f"umount {path}")
    for path in ("/run/netns/dead", "/run/netns/link"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def ends(*args, status=0):
    """A command, which must not take for ever."""
    try:
        got = Run("timeout", "-s", "KILL", LIMIT, NSINFO, *args)
    except subprocess.TimeoutExpired:
        ktap.check(False, f"nsinfo {args}", "an end", "none")
        return None
    ktap.check(got.status == status, f"nsinfo {args}: exit status",
               status, f"{got.status} {got.err}")
    return got


def begins(args):
    """A command that goes on for ever: its first output."""
    with subprocess.Popen([NSINFO, *args], stdout=subprocess.PIPE) as process:
        ready = select.select([process.stdout], [], [], LIMIT)[0]
        ktap.check(ready, f"nsinfo {args}", "a first line", "none")
        process.kill()


def all_commands(changing):
    """@changing: whether the names folder can be written to."""
    for args in (("dump",), ("list",), ("show", ONE), ("show", "one"),
                 ("holders", ONE), ("identify", SLEEPER),
                 ("find", "dev", "lo"), ("find", "pid", SLEEPER),
                 ("exec", "one", "true"), ("exec", "-a", "true"),
                 ("check", "-b", "/tmp/before")):
        ends(*args)
    got = ends("dump", "-J")
    found = {one["ns"]: one for one in json.loads(got.out)["namespaces"]}
    ktap.check(ONE in found, "dump", f"netns {ONE}", list(found))
    got = Run("timeout", "-s", "KILL", LIMIT, NSINFO, "doctor")
    ktap.check(got.status in (0, 1), "doctor: exit status", "0 or 1",
               got.status)
    ktap.check(changing or "ok    name" not in got.out, "doctor: name",
               "not ok, where the folder does not answer", got.out)
    begins(("monitor", "-i"))
    if changing:
        ends("name", ONE, "fresh")
        ends("name", "-d", "fresh")
    else:
        got = ends("name", ONE, "fresh", status=1)
        ktap.check("does not answer" in got.err, "name", "does not answer",
                   got.err)
        got = ends("name", "-d", "one", status=1)
        ktap.check("does not answer" in got.err, "name -d",
                   "does not answer", got.err)
    return found


def here(place):
    fd, paths = place()
    try:
        return all_commands(place not in (over_the_names_folder, over_run))
    finally:
        clean_up(paths)
        os.close(fd)


def elsewhere(place):
    """The same in another mount namespace."""
    with subprocess.Popen(["unshare", "-m", "--propagation", "private",
                           sys.executable, sys.argv[0], place.__name__,
                           str(SLEEPER)],
                          stdout=subprocess.PIPE,
                          stdin=subprocess.PIPE) as child:
        try:
            ktap.equal(f"{place.__name__}: child", b"ready\n",
                       child.stdout.readline())
            return all_commands(True)
        finally:
            child.stdin.close()
            child.wait(30)


def stay(place):
    """In the other mount namespace, until our parent has looked."""
    globals()[place]()
    print("ready", flush=True)
    sys.stdin.read()
    os._exit(0)


def cases():
    for place in PLACES:
        def in_ours(place=place):
            here(place)

        def in_another(place=place):
            elsewhere(place)
        in_ours.__name__ = f"{place.__name__}_here"
        in_another.__name__ = f"{place.__name__}_elsewhere"
        ktap.case(in_ours)
        ktap.case(in_another)


@ktap.case
def hidden_is_told():
    """What the dead mount hides is said to be hidden, and can be taken away."""
    fd, paths = over_a_folder()
    try:
        found, = [one for one in json.loads(tool("dump", "-J").out)[
            "namespaces"] if one["ns"] == inode(SLEEPER)]
        ktap.equal("mounts", [{"path": "/srv/a/d/ns", "hidden": True}],
                   found.get("mounts"))
        got = tool("holders", inode(SLEEPER))
        ktap.check("/srv/a/d/ns (hidden)" in got.out, "holders",
                   "/srv/a/d/ns (hidden)", got.out)
        command = got.out.split("take it away: ")[1].split("\n")[0]
        done = Run("timeout", "-s", "KILL", LIMIT, "bash", "-c", command)
        ktap.equal(f"{command}: exit status, stderr", (0, ""),
                   (done.status, done.err))
        wait_for("the mount is gone", lambda: "hidden" not in tool(
            "holders", inode(SLEEPER)).out)
    finally:
        clean_up(paths[:1])
        os.close(fd)


def stat_of(pid):
    """Command and state of a process, or nothing where it is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
            start, rest = f.read().rsplit(")", 1)
    except (FileNotFoundError, ProcessLookupError):
        return "", ""
    return start.split("(", 1)[1], rest.split()[0]


@ktap.case
def behind_one_who_waits():
    """Who looks up a name there next waits for the first, and no signal ends
    it: what a command leaves behind must not hold its output open."""
    fd, paths = over_run()
    with subprocess.Popen(["stat", "/run/x"],
                          stderr=subprocess.DEVNULL) as first:
        try:
            wait_for("it waits", lambda: stat_of(first.pid)[1] == "D")
            for args in (("list",), ("show", ONE), ("holders", ONE),
                         ("find", "dev", "lo"), ("exec", ONE, "true")):
                ends(*args)
        finally:
            os.close(fd)
            clean_up(paths)


@ktap.case
def without_the_module():
    """The kernel would run modprobe for a family that it does not know."""
    sh("rmmod", "nsinfo")
    fd, paths = over_run()
    try:
        for args in (("list",), ("dump", "-J"), ("holders", ONE), ("monitor",)):
            got = ends(*args, status=3)
            ktap.check("insmod" in got.err, f"nsinfo {args}", "insmod", got.err)
        ends("doctor", status=1)
        ktap.equal("modprobe", [], [pid for pid in os.listdir("/proc")
                                    if pid.isdigit()
                                    and stat_of(pid)[0] == "modprobe"])
    finally:
        clean_up(paths)
        os.close(fd)
        sh("insmod", os.environ["KO"])


if len(sys.argv) > 1:
    SLEEPER = int(sys.argv[2])
    stay(sys.argv[1])
netns("one")
ONE = inode("one")
with subprocess.Popen(["unshare", "-n", "sleep", "1000"]) as sleeper:
    SLEEPER = sleeper.pid
    wait_for("a netns", lambda: inode(SLEEPER) != inode(1))
    with open("/tmp/before", "w", encoding="utf-8") as out:
        out.write(tool("dump", "-J").out)
    cases()
    try:
        ktap.run()
    finally:
        sleeper.kill()
        os.unlink("/tmp/before")
