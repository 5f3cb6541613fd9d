# SPDX-License-Identifier: GPL-2.0
"""Names: every mount of a netns that can be found, in whatever mount
namespace, told apart from files that only look like one."""

import contextlib
import json
import os
import subprocess
import time

import hold
import ktap
from world import (INIT, Process, Run, at_rest, inode, netns, sh, tool, user,
                   wait_for)

NOTE = "nsinfo: note: not seen: "
ROOT_NOTE = f"{NOTE}network namespaces of other owners, names in other " \
    "mount namespaces: run it as root\n"
UUID = "cni-7f3c1a52-9c0e-4b6d-8f21-0a1b2c3d4e5f"


def document(*args, err="", **how):
    got = tool("dump", "-J", *args, **how)
    ktap.equal(f"dump {args}: exit status, stderr", (0, err),
               (got.status, got.err))
    return json.loads(got.out)


def found(number, **how):
    one, = [one for one in document(**how)["namespaces"]
            if one["ns"] == number]
    return one


def has(number, *names, mounts=None, **how):
    """A netns has these names, and is mounted there in other mount
    namespaces."""
    one = found(number, **how)
    ktap.equal("names", sorted(names), one["names"])
    ktap.equal("mounts", mounts, one.get("mounts"))


def mntns(pid):
    return os.stat(f"/proc/{pid}/ns/mnt").st_ino


@contextlib.contextmanager
def mounted(path, source):
    hold.touch(path)
    hold.mount(source, path, hold.MS_BIND)
    try:
        yield path
    finally:
        hold.unmount(path)


@contextlib.contextmanager
def elsewhere(script, *more):
    """A process in a mount namespace of its own, with a /tmp of its own, that
    has run SCRIPT."""
    start = f"mount -t tmpfs tmpfs /tmp; {script}; echo; exec sleep 1000"
    with subprocess.Popen(["unshare", "-m", *more, "bash", "-ec", start],
                          stdout=subprocess.PIPE) as process:
        ktap.equal("bash", b"\n", process.stdout.readline())
        try:
            yield process.pid
        finally:
            process.kill()


def mount_at(path, source="/run/netns/one"):
    return f"mkdir -p {os.path.dirname(path)}; touch {path}; " \
           f"mount --bind {source} {path}"


@ktap.case
def named_netns():
    has(ONE, "/run/netns/one")
    has(INIT)


@ktap.case
def several_names_of_one():
    with mounted("/run/netns/aaa", "/run/netns/one"), \
         mounted("/srv/a b/net", "/run/netns/one"), \
         mounted("/run/netns/host", "/proc/1/ns/net"):
        has(ONE, "/run/netns/aaa", "/run/netns/one", "/srv/a b/net")
        has(INIT, "/run/netns/host")
    os.removedirs("/srv/a b")


@ktap.case
def names_of_engines():
    paths = (f"/run/netns/{UUID}", "/run/docker/netns/8c1a1b6d4f3e",
             "/run/user/1000/netns/netns-0a1b2c3d-1111-2222-3333-444455556666")
    with contextlib.ExitStack() as stack:
        for path in paths:
            stack.enter_context(mounted(path, "/run/netns/two"))
        has(TWO, "/run/netns/two", *paths)
        shown = tool("dump", UUID).out
        for word in (UUID, "8c1a1b6d4f3e", paths[2]):
            ktap.check(f"  {word}  " in shown, "text", f"...  {word}  ...",
                       shown)
    os.removedirs("/run/docker/netns")
    os.removedirs("/run/user/1000/netns")


@ktap.case
def mounted_elsewhere_only():
    with elsewhere(mount_at("/tmp/deep/net")) as pid:
        mount = {"path": "/tmp/deep/net", "mntns": mntns(pid), "pid": pid}
        has(ONE, "/run/netns/one", mounts=[mount])
        ktap.equal("inode by way of the process", ONE,
                   inode(f"/proc/{pid}/root/tmp/deep/net"))
        shown = tool("dump", "one").out
        words = f"  /tmp/deep/net (mntns {mntns(pid)}, pid {pid})  "
        ktap.check(words in shown, "text", f"...{words}...", shown)
    has(ONE, "/run/netns/one")


@ktap.case
def no_other_name():
    """A netns that would have no name at all but for a private one."""
    script = mount_at("/tmp/own", "/proc/self/ns/net")
    with elsewhere(script, "-n") as pid:
        has(inode(pid), mounts=[{"path": "/tmp/own", "mntns": mntns(pid),
                                 "pid": pid}])


@ktap.case
def copies_are_listed_once():
    """Most mount namespaces have all the mounts of the first."""
    with Process("unshare", "-m", "sleep", 1000) as one, \
         Process("unshare", "-m", "sleep", 1000) as two:
        for pid in (one, two):
            wait_for("a mount namespace of its own",
                     lambda pid=pid: mntns(pid) != mntns(1))
        has(ONE, "/run/netns/one")


@ktap.case
def copies_elsewhere_are_listed_once():
    with elsewhere(mount_at("/tmp/net")) as one:
        with Process("nsenter", "-m", "-t", one, "unshare", "-m", "sleep",
                     1000) as two:
            wait_for("a mount namespace of its own",
                     lambda: mntns(two) not in (mntns(1), mntns(one)))
            first = min((mntns(one), one), (mntns(two), two))
            has(ONE, "/run/netns/one", mounts=[
                {"path": "/tmp/net", "mntns": first[0], "pid": first[1]}])


@ktap.case
def several_processes_of_one_mount_namespace():
    """The lowest pid stands for it."""
    with elsewhere(mount_at("/tmp/net")) as one:
        with Process("nsenter", "-m", "-t", one, "sleep", 1000) as two:
            wait_for("a member", lambda: mntns(two) == mntns(one))
            has(ONE, "/run/netns/one", mounts=[
                {"path": "/tmp/net", "mntns": mntns(one),
                 "pid": min(one, two)}])


@ktap.case
def hidden_by_another_mount():
    with elsewhere(mount_at("/tmp/net") +
                   "; mount -t tmpfs tmpfs /tmp"):
        has(ONE, "/run/netns/one")
    with elsewhere(mount_at("/tmp/net") +
                   "; mount --bind /run/netns/two /tmp/net") as pid:
        has(ONE, "/run/netns/one")
        has(TWO, "/run/netns/two", mounts=[
            {"path": "/tmp/net", "mntns": mntns(pid), "pid": pid}])


@ktap.case
def same_name_of_another_netns():
    with elsewhere("mount --bind /run/netns/two /run/netns/one") as pid:
        has(ONE, "/run/netns/one")
        has(TWO, "/run/netns/two", mounts=[
            {"path": "/run/netns/one", "mntns": mntns(pid), "pid": pid}])


@ktap.case
def odd_bytes():
    """Spaces, tabs and the like are escaped by the kernel."""
    name = '/tmp/a b\tc\\d"é'
    with mounted(name, "/run/netns/one"):
        has(ONE, "/run/netns/one", name)


@ktap.case
def stale_files():
    ktap.equal("stale, before", None, document().get("stale"))
    netns("gone")
    hold.nl.check(hold.nl.libc.umount2(b"/run/netns/gone", 2), "umount")
    hold.touch("/run/netns/empty")
    os.symlink("/proc/999999/ns/net", "/run/netns/broken")
    os.mkdir("/run/netns/folder")
    want = [f"/run/netns/{name}" for name in ("broken", "empty", "gone")]
    ktap.equal("stale", want, document().get("stale"))
    ktap.equal("stale, of one netns", None, document("one").get("stale"))
    got = tool("list")
    ktap.equal("list: stale names", 3, got.out.count("stale name: "))
    got = tool("list", "one")
    ktap.equal("list one: stale names", 0, got.out.count("stale name: "))
    has(ONE, "/run/netns/one")
    shown = tool("dump").out
    last = "\nstale names  " + "  ".join(want) + "\n"
    ktap.check(shown.endswith(last), "text", f"...{last}", shown)
    got = tool("dump", "gone")
    ktap.equal("dump gone: exit status", 1, got.status)
    for path in want:
        os.unlink(path)
    os.rmdir("/run/netns/folder")
    ktap.equal("stale, after", None, document().get("stale"))


@ktap.case
def link_is_a_name():
    """What people make for containers that have none."""
    with Process("unshare", "-n", "sleep", 1000, new_netns=True) as pid:
        os.symlink(f"/proc/{pid}/ns/net", "/run/netns/link")
        has(inode(pid), "/run/netns/link")
    ktap.equal("stale", ["/run/netns/link"], document().get("stale"))
    os.unlink("/run/netns/link")


@ktap.case
def same_twice():
    with elsewhere(mount_at("/tmp/b") + "; " + mount_at("/tmp/a")):
        for args in ((), ("-J",)):
            ktap.equal(f"dump {args}", *at_rest(lambda: (
                tool("dump", *args).out, tool("dump", *args).out)))


@ktap.case
def user_sees_own_names():
    with mounted("/run/netns/host", "/proc/1/ns/net"):
        has(INIT, "/run/netns/host", via=user(1000), err=ROOT_NOTE)
        got = tool("dump", via=user(1000))
        ktap.equal("text: stderr", ROOT_NOTE, got.err)


@ktap.case
def hidepid():
    """Nothing of others is in /proc then, not even that they are there."""
    def inside(*command):
        script = 'mount -t proc -o hidepid=2 proc /proc; exec "$@"'
        return ("unshare", "-m", "bash", "-ec", script, "-", *command)

    with mounted("/run/netns/host", "/proc/1/ns/net"):
        has(INIT, "/run/netns/host", via=inside(*user(1000)), err=ROOT_NOTE)
        has(INIT, "/run/netns/host", via=inside())


@ktap.case
def inside_a_pid_namespace():
    """As in a container: other mount tables are out of reach."""
    note = f"{NOTE}what is outside this pid namespace: " \
           "run it outside the container\n"
    with elsewhere(mount_at("/tmp/net")):
        has(ONE, "/run/netns/one", err=note,
            via=("unshare", "--pid", "--fork", "--mount-proc"))


@ktap.case
def without_proc():
    note = f"{NOTE}processes and most names: mount /proc\n"
    script = 'umount -l /proc; exec "$@"'
    has(ONE, "/run/netns/one", err=note,
        via=("unshare", "-m", "bash", "-ec", script, "-"))


@ktap.case
def many_processes_and_mounts():
    """Each mount table is read once, however many processes have it."""
    script = """for i in {1..40}; do : >/tmp/$i
        mount --bind /run/netns/two /tmp/$i; done
        for i in {1..5}; do unshare -m sleep 1000 & sleep 1000 & done"""
    with elsewhere(script, "--kill-child", "--pid", "--fork") as parent:
        first, = sh("pgrep", "-P", parent).split()
        pids = sh("pgrep", "-P", first).split()
        wait_for("all mount namespaces", lambda: len(
            {mntns(pid) for pid in pids}) == 6)
        start = time.monotonic()
        one = found(TWO)
        ktap.note(f"{time.monotonic() - start:.2f} s")
        ktap.equal("mounts", sorted(f"/tmp/{i}" for i in range(1, 41)),
                   [mount["path"] for mount in one.get("mounts", [])])
        ktap.equal("mount namespaces", 1,
                   len({mount["mntns"] for mount in one["mounts"]}))


netns("one", "two")
ONE, TWO = inode("one"), inode("two")
ktap.run()
