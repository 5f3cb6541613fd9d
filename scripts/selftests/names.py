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
                   "; mount -t tmpfs tmpfs /tmp") as pid:
        has(ONE, "/run/netns/one", mounts=[
            {"path": "/tmp/net", "mntns": mntns(pid), "pid": pid,
             "hidden": True}])
        words = f"  /tmp/net (mntns {mntns(pid)}, pid {pid}, hidden)  "
        shown = tool("dump", "one").out
        ktap.check(words in shown, "text", f"...{words}...", shown)
    with elsewhere(mount_at("/tmp/net") +
                   "; mount --bind /run/netns/two /tmp/net") as pid:
        has(ONE, "/run/netns/one", mounts=[
            {"path": "/tmp/net", "mntns": mntns(pid), "pid": pid,
             "hidden": True}])
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


def name(*args):
    got = tool("name", *args)
    return got.status, got.err


@contextlib.contextmanager
def elsewhere_only(key):
    """A name that ip made where no mount is shared: an empty file here."""
    script = f"""mount --make-rprivate /
        ip netns add {key}; ip netns add {key}2; echo; exec sleep 1000"""
    with subprocess.Popen(["unshare", "-m", "--propagation", "private", "bash",
                           "-ec", script], stdout=subprocess.PIPE) as process:
        ktap.equal("bash", b"\n", process.stdout.readline())
        try:
            yield process.pid
        finally:
            process.kill()
            process.wait()
            for path in (f"/run/netns/{key}", f"/run/netns/{key}2"):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)


@ktap.case
def used_elsewhere_is_not_stale():
    """Its file is empty here, and to remove it would end the netns."""
    hold.touch("/run/netns/stale")
    with elsewhere_only("far") as pid:
        number = inode(f"/proc/{pid}/root/run/netns/far")
        ktap.equal("stale", ["/run/netns/stale"], document().get("stale"))
        has(number, mounts=[{"path": "/run/netns/far", "mntns": mntns(pid),
                             "pid": pid}])
        for args in (("show", "far"), ("dump", "far"), ("holders", "far"),
                     ("list", "far"), ("exec", "far", "true")):
            got = tool(*args)
            ktap.equal(f"{args}: exit status", 0, got.status)
        for word in ("far", "/run/netns/far"):
            status, err = name("-d", word)
            ktap.equal(f"name -d {word}: exit status", 1, status)
            for part in (f"netns {number} ", f"mntns {mntns(pid)}",
                         f"pid {pid}", "--force"):
                ktap.check(part in err, f"name -d {word}", part, err)
        ktap.equal("name -d stale", (0, ""), name("-d", "stale"))
        ktap.check("names no netns" not in tool("doctor").out, "doctor",
                   "nothing of names", "some")
        status, err = name("one", "far")
        ktap.check(status == 1 and "in use" in err, "name one far", "in use",
                   err)
        ktap.equal("name -d --force far", (0, ""), name("-d", "--force", "far"))
        wait_for("its end", lambda: number not in {
            one["ns"] for one in document()["namespaces"]})


@ktap.case
def same_file_by_another_path():
    """Whatever its path there, the file decides."""
    hold.touch("/run/netns/bound")
    script = "mkdir -p /tmp/x; mount --bind /run/netns /tmp/x; " \
             "mount --bind /run/netns/one /tmp/x/bound"
    with elsewhere(script, "--propagation", "private") as pid:
        ktap.equal("stale", None, document().get("stale"))
        status, err = name("-d", "bound")
        ktap.check(status == 1 and f"netns {ONE} " in err and
                   f"pid {pid}" in err, "name -d bound", f"netns {ONE}", err)
    ktap.equal("stale, after", ["/run/netns/bound"], document().get("stale"))
    ktap.equal("name -d bound", (0, ""), name("-d", "bound"))


@ktap.case
def same_name_in_several_places():
    """Which one? Both are told."""
    script = "mount -t tmpfs t /run/netns; touch /run/netns/both; " \
             "mount --bind {} /run/netns/both"
    with elsewhere(script.format("/proc/1/ns/net")), \
         elsewhere("mount --rbind /run/netns /tmp; mount -t tmpfs t /run/netns;"
                   " touch /run/netns/both;"
                   " mount --bind /tmp/two /run/netns/both"):
        got = tool("show", "both")
        ktap.check(got.status == 1 and "ambiguous" in got.err, "show both",
                   "ambiguous", got.err)


@ktap.case
def any_entry_that_names_nothing_goes():
    os.mkfifo("/run/netns/fifo")
    os.symlink("/nowhere", "/run/netns/broken")
    os.mkdir("/run/netns/empty")
    os.mkdir("/run/netns/full")
    hold.touch("/run/netns/full/x")
    with open("/run/netns/text", "w", encoding="ascii") as out:
        out.write("text")
    for word in ("fifo", "broken", "empty", "text"):
        ktap.equal(f"name -d {word}", (0, ""), name("-d", word))
        ktap.check(not os.path.lexists(f"/run/netns/{word}"), word, "gone",
                   "there")
    status, err = name("-d", "full")
    ktap.check(status == 1 and "not empty" in err, "name -d full",
               "not empty", err)
    os.unlink("/run/netns/full/x")
    ktap.equal("name -d full", (0, ""), name("-d", "full"))
    hold.touch("/run/other/x")
    ktap.equal("outside: exit status", 2, name("-d", "/run/other/x")[0])
    os.unlink("/run/other/x")
    os.rmdir("/run/other")
    ktap.equal("too long: exit status", 2, name("-d", "x" * 5000)[0])
    got = name("-d", "/run/netns/" + "x" * 5000)
    ktap.check(got[0] == 1 and "too long" in got[1], "too long", "too long",
               got)


@ktap.case
def what_is_in_the_way():
    hold.touch("/run/netns/frr")
    status, err = name(TWO, "frr")
    ktap.check(status == 1 and "stale" in err and
               "nsinfo name -d frr" in err, "name", "stale file", err)
    ktap.equal("--force", (0, ""), name("--force", TWO, "frr"))
    ktap.equal("inode", TWO, inode("frr"))
    status, err = name(ONE, "frr")
    ktap.check(status == 1 and f"netns {TWO}" in err, "name", f"netns {TWO}",
               err)
    ktap.equal("--force", (0, ""), name("-f", ONE, "frr"))
    ktap.equal("inode", ONE, inode("frr"))
    ktap.equal("name -d", (0, ""), name("-d", "frr"))
    for word in ("init", "self", "4026531840", "7", "id:5", "pid:1", "net:[4]",
                 "net:x", "a/b", ".", "..", ""):
        got = name(ONE, word)
        ktap.check(got[0] == 2 and "cannot be a name" in got[1],
                   f"name {word!r}", "cannot be a name", got)


@ktap.case
def hidden_by_a_folder_of_its_own():
    """What ip-netns(8) does once more to a folder that had a mount."""
    script = """mkdir -p /tmp/n; mount --bind /tmp/n /tmp/n
        mount --make-private /tmp/n; touch /tmp/n/c
        mount --bind /run/netns/two /tmp/n/c; mount --bind /tmp/n /tmp/n"""
    with elsewhere(script) as pid:
        has(TWO, "/run/netns/two", mounts=[
            {"path": "/tmp/n/c", "mntns": mntns(pid), "pid": pid,
             "hidden": True}])


def mount_points():
    return sorted(sh("findmnt", "-l", "-n", "-o", "TARGET").split())


@ktap.case
def hidden_here_can_be_taken_away():
    """In each of the ways in which it can be hidden."""
    ways = ("mount --bind /srv/h/d /srv/h/d",
            "mount -t tmpfs t /srv/h",
            "mount -t tmpfs t /srv/h; mkdir /srv/h/d; "
            "mount -t tmpfs t /srv/h/d",
            "mount -t tmpfs t /srv/h/d; mount -t tmpfs t /srv/h/d; "
            "mount -t tmpfs t /srv/h")
    for way in ways:
        sh("mkdir", "-p", "/srv/h")
        sh("mount", "-t", "tmpfs", "top", "/srv/h")
        sh("mount", "--make-private", "/srv/h")
        hold.touch("/srv/h/d/ns")
        hold.mount("/run/netns/two", "/srv/h/d/ns", hold.MS_BIND)
        sh("bash", "-ec", way)
        has(TWO, "/run/netns/two", mounts=[{"path": "/srv/h/d/ns",
                                            "hidden": True}])
        before = mount_points()
        got = tool("holders", "two")
        ktap.check("/srv/h/d/ns (hidden)" in got.out, way, "(hidden)",
                   got.out)
        command = got.out.split("take it away: ")[1].split("\n")[0]
        ktap.note(command)
        done = Run("bash", "-c", command)
        ktap.equal(f"{command}: exit status", (0, ""), (done.status,
                                                        done.err))
        has(TWO, "/run/netns/two")
        before.remove("/srv/h/d/ns")
        ktap.equal("what hid it is there", before, mount_points())
        while not Run("mountpoint", "-q", "/srv/h").status:
            sh("umount", "-R", "/srv/h")
        os.rmdir("/srv/h")


@ktap.case
def mount_namespace_without_processes():
    """As snap and lxd keep them."""
    sh("mkdir", "-p", "/srv/keep")
    sh("mount", "-t", "tmpfs", "keep", "/srv/keep")
    sh("mount", "--make-private", "/srv/keep")
    hold.touch("/srv/keep/m")
    script = f"mount -t tmpfs t /tmp; {mount_at('/tmp/kept')}; stat -Lc %i " \
             "/proc/self/ns/mnt"
    number = int(sh("unshare", "--mount=/srv/keep/m", "bash", "-ec", script))
    mount = {"path": "/tmp/kept", "mntns": number,
             "mntns_file": "/srv/keep/m"}
    has(ONE, "/run/netns/one", mounts=[mount])
    got = tool("holders", "one")
    ktap.check("NFS" not in got.out and "no process" in got.out, "holders",
               "no process, no guess", got.out)
    command, = [line.split(": ", 1)[1] for line in got.out.split("\n")
                if line.endswith(" /tmp/kept")
                and f"mount namespace {number}: " in line]
    ktap.note(command)
    done = Run("bash", "-c", command)
    ktap.equal("exit status, stderr", (0, ""), (done.status, done.err))
    has(ONE, "/run/netns/one")
    nested = "touch /tmp/m2; unshare --mount=/tmp/m2 bash -ec " \
             "'touch /tmp/in; mount --bind /run/netns/two /tmp/in'"
    sh("nsenter", "--mount=/srv/keep/m", "bash", "-ec", nested)
    paths = [one["path"] for one in found(TWO).get("mounts", [])]
    ktap.equal("a mount namespace kept in one that is kept", ["/tmp/in"],
               paths)
    sh("umount", "/srv/keep/m")
    sh("umount", "/srv/keep")
    os.rmdir("/srv/keep")


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
