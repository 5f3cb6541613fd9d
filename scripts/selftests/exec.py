# SPDX-License-Identifier: GPL-2.0
"""nsinfo exec and nsinfo name against ip netns, in every kind of netns."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time

import hold
import ktap
import nl
import pin
from world import NSINFO, dump, wait_for

KINDS = ("process", "thread", "name", "mount", "fd", "socket", "message-fd",
         "message-socket", "packet-ring", "tun", "proc-file", "io-uring",
         "io-uring-netns", "thread-file")
held = {}


def nsinfo(*args, user=None, **more):
    switch = ["setpriv", "--reuid", str(user), "--regid", str(user),
              "--clear-groups"] if user else []
    return subprocess.run([*switch, NSINFO, *args], text=True, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **more)


def ended(what, got, status, out=None, err=""):
    """OUT: all of it. ERR: a part of it; "" for nothing at all."""
    ktap.equal(f"{what}: exit status", status, got.returncode)
    if out is not None:
        ktap.equal(f"{what}: stdout", out, got.stdout)
    ktap.check(err in got.stderr and (err or not got.stderr),
               f"{what}: stderr", repr(err), repr(got.stderr))


def running(cmdline):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
                if file.read() == cmdline:
                    return True
        except OSError:
            pass
    return False


def netns_link(inode):
    return f"net:[{inode}]\n"


def add_case(kind):
    def case():
        one = held[kind]
        for arg in (str(one.inode), f"id:{one.id}"):
            ended(f"exec {arg} readlink",
                  nsinfo("exec", arg, "readlink", "/proc/self/ns/net"),
                  0, netns_link(one.inode))
    case.__name__ = "into_one_held_by_" + kind.replace("-", "_")
    ktap.case(case)


for word in KINDS:
    add_case(word)


def new_netns():
    """(fd, inode, id)"""
    fd = nl.new_netns()
    with nl.Inside(fd):
        return fd, os.fstat(fd).st_ino, nl.cookie()


@ktap.case
def into_ones_held_by_the_kernel():
    for what in ("socket", "net"):
        fd, inode, cookie = new_netns()
        pin.pin(fd, what, 1)
        os.close(fd)
        ended(f"exec into one with a {what} of the kernel",
              nsinfo("exec", f"id:{cookie}", "readlink", "/proc/self/ns/net"),
              0, netns_link(inode))
        pin.set_parameter(what, 0)
        wait_for("gone", lambda inode=inode: inode not in dump())


@ktap.case
def not_into_one_that_goes():
    fd, _, dying = new_netns()
    with nl.Inside(fd):
        nl.Rtnl().add("d0")
    pin.pin(fd, "hold", "d0")
    os.close(fd)
    def state():
        return {one["id"]: one["state"] for one in dump().values()}

    wait_for("dying", lambda: state().get(dying) == "dying")
    fd, _, queued = new_netns()
    os.close(fd)
    wait_for("queued", lambda: state().get(queued) == "queued")
    for number in (dying, queued):
        ended(f"exec {state().get(number)}",
              nsinfo("exec", f"id:{number}", "true"), 1, "",
              "its teardown has begun")
    pin.drop()
    wait_for("gone", lambda: not {dying, queued} & set(state()))


@ktap.case
def root_of_a_user_namespace():
    got = subprocess.run(["unshare", "-Urn", "sh", "-c",
                          f"readlink /proc/self/ns/net; {NSINFO} exec self "
                          "readlink /proc/self/ns/net; "
                          f"{NSINFO} exec id:{held['socket'].id} true"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         text=True, check=False)
    lines = got.stdout.splitlines()
    ktap.check(len(lines) == 2 and lines[0] == lines[1], "its own netns",
               "the same twice", got)
    ktap.check(got.returncode == 1 and "not found" in got.stderr,
               "another netns", "status 1, not found", got)


@ktap.case
def status_passes_through():
    for status in (0, 1, 7, 255):
        ended(f"exit {status}",
              nsinfo("exec", "name", "sh", "-c", f"exit {status}"), status, "")
    ended("no such command", nsinfo("exec", "name", "/no/such"), 127, "",
          "nsinfo: /no/such: No such file or directory")
    ended("not executable", nsinfo("exec", "name", "/etc/passwd"), 126, "",
          "Permission denied")
    got = nsinfo("exec", "name", "sh", "-c", "kill -9 $$")
    ktap.equal("killed by SIGKILL", -9, got.returncode)


@ktap.case
def options_of_the_command_are_its_own():
    for words in (["echo", "-J", "--help"], ["--", "echo", "-J", "--help"]):
        ended(" ".join(words), nsinfo("exec", "name", *words), 0,
              "-J --help\n")


@ktap.case
def shell_without_a_command():
    got = nsinfo("exec", "name", env={**os.environ, "SHELL": "/bin/pwd"},
                 cwd="/tmp")
    ended("SHELL=/bin/pwd", got, 0, "/tmp\n")


@ktap.case
def sys_is_of_the_netns():
    ip = ["ip", "netns", "exec", "name"]
    for command in (["ls", "/sys/class/net"],
                    ["sh", "-c", "grep ' /sys ' /proc/self/mounts"
                     " | cut -d ' ' -f 2,3,4"],
                    ["cat", "/etc/resolv.conf"]):
        want = subprocess.run([*ip, *command], check=True, text=True,
                              stdout=subprocess.PIPE).stdout
        if "mounts" in command[-1]:
            want = want.replace("relatime", "nosuid,nodev,noexec,relatime")
        ended(" ".join(command), nsinfo("exec", "name", *command), 0, want)
    devices = [name for name in os.listdir("/sys/class/net")
               if os.path.isdir("/sys/class/net/" + name)]
    ktap.equal("devices of /sys outside", sorted(devices),
               sorted(line.split(":")[0].strip() for line in
                      open("/proc/net/dev", encoding="ascii")
                      .read().splitlines()[2:]))


@ktap.case
def files_of_the_name_that_was_asked_for():
    """Another name of it, before "name" in the alphabet."""
    hold.touch("/etc/netns/a-name/resolv.conf")
    ended("name", nsinfo("name", "name", "a-name"), 0, "")
    for name, want in (("name", "nameserver 192.0.2.1\n"), ("a-name", "")):
        ended(f"exec {name}", nsinfo("exec", name, "cat", "/etc/resolv.conf"),
              0, want)
    ended("name -d", nsinfo("name", "-d", "a-name"), 0, "")
    shutil.rmtree("/etc/netns/a-name")


@ktap.case
def file_without_one_to_lie_over():
    hold.touch("/etc/netns/name/no-such-file")
    try:
        ended("exec", nsinfo("exec", "name", "true"), 0, "",
              "nsinfo: note: mount /etc/netns/name/no-such-file on "
              "/etc/no-such-file: No such file or directory")
    finally:
        os.unlink("/etc/netns/name/no-such-file")


@ktap.case
def ignored_signals_stay_so():
    show = ["grep", "SigIgn", "/proc/self/status"]
    for how, want in ((signal.SIG_IGN, "1000"), (signal.SIG_DFL, "0000")):
        got = nsinfo("exec", "name", *show, preexec_fn=lambda how=how:
                     signal.signal(signal.SIGPIPE, how), restore_signals=False)
        ktap.equal(f"SIGPIPE {how}", want, got.stdout.strip()[-4:])


@ktap.case
def no_file_is_passed_on():
    got = nsinfo("exec", "name", "ls", "/proc/self/fd")
    ended("files of the command", got, 0, "0\n1\n2\n3\n")   # 3: ls itself


@ktap.case
def user():
    ended("--user=user", nsinfo("exec", "--user=user", "name", "sh", "-c",
                                "id -u; id -g; id -G; echo $HOME $USER"),
          0, "1000\n1000\n1000\n/home/user user\n")
    ended("-u 1234:5", nsinfo("exec", "-u", "1234:5", "name", "sh", "-c",
                              "id -u; id -g; id -G; echo $HOME $USER"
                              "$LOGNAME", env={**os.environ, "USER": "root",
                                               "LOGNAME": "root"}),
          0, "1234\n5\n5\n/\n")
    ended("-u nobody-here", nsinfo("exec", "-u", "nobody-here", "name", "id"),
          1, "", "user nobody-here: there is none")
    ended("-u user:nogroup-here",
          nsinfo("exec", "-u", "user:nogroup-here", "name", "id"), 1, "",
          "group nogroup-here: there is none")


@ktap.case
def all_of_them():
    ids = {number: one["id"] for number, one in dump().items()}
    got = nsinfo("exec", "-J", "--all", "--", "sh", "-c",
                 "readlink /proc/self/ns/net; printf 'a\\0b' >&2; exit 3")
    ktap.equal("exit status", 1, got.returncode)
    results = json.loads(got.stdout)["results"]
    ktap.equal("id, status and output of each",
               [(ids[n], n, 3, netns_link(n), "a\0b")
                for n in sorted(ids, key=ids.get)],
               [(one["id"], one["ns"], one["status"], one["stdout"],
                 one["stderr"]) for one in results])
    got = nsinfo("exec", "--all", "true")
    ended("--all true", got, 0)
    ktap.equal("headers", [f"netns {n} id:{ids[n]}"
                           for n in sorted(ids, key=ids.get)],
               [" ".join(line.split()[:3])
                for line in got.stdout.splitlines()])
    results = json.loads(nsinfo("exec", "-J", "-a", "sh", "-c",
                                "kill -TERM $$").stdout)["results"]
    ktap.equal("killed", [(15, None)] * len(ids),
               [(one["signal"], one.get("status")) for one in results])


@ktap.case
def what_runs_on_is_not_waited_for():
    start = time.monotonic()
    for command in ("sleep 1000", "yes >&2"):
        got = nsinfo("exec", "-J", "--all", "sh", "-c",
                     f"{command} & echo $!")
        ktap.equal(f"{command}: status", 0, got.returncode)
        for one in json.loads(got.stdout)["results"]:
            # One that writes has ended with the pipe.
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(one["stdout"]), signal.SIGKILL)
    ktap.check(time.monotonic() - start < 300, "time", "little",
               time.monotonic() - start)


@ktap.case
def ignored_sigchld():
    for args in (["--all"], ["-J", "--all"]):
        got = nsinfo("exec", *args, "true", preexec_fn=lambda:
                     signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        ktap.equal(f"{args}: status", 0, got.returncode)


@ktap.case
def sigterm_ends_the_command():
    for args in (["--all"], ["-J", "--all"]):
        with subprocess.Popen([NSINFO, "exec", *args, "sleep", "987"],
                              stdout=subprocess.DEVNULL) as one:
            wait_for("it runs", lambda: running("sleep\0987\0"))
            one.terminate()
            ktap.equal(f"{args}: ended by", -signal.SIGTERM, one.wait())
        ktap.check(not running("sleep\0987\0"), "the command", "gone",
                   "there")


@ktap.case
def much_output():
    got = nsinfo("exec", "-J", "--all", "sh", "-c",
                 "head -c 300000 /dev/zero | tr '\\0' x;"
                 "head -c 300000 /dev/zero | tr '\\0' y >&2")
    for one in json.loads(got.stdout)["results"]:
        ktap.check(one["stdout"] == "x" * 300000 and
                   one["stderr"] == "y" * 300000, "300,000 bytes each",
                   "all there", (len(one["stdout"]), len(one["stderr"])))


@ktap.case
def not_for_others():
    for args in (["self", "id"], ["--all", "id"]):
        ended("uid 1000: exec " + args[0], nsinfo("exec", *args, user=1000),
              1, "", "no permission")
    ended("uid 1000: another netns",
          nsinfo("exec", f"id:{held['socket'].id}", "id", user=1000), 1, "",
          "not found")


@ktap.case
def wrong_usage():
    for args in (["exec"], ["exec", "--all"], ["exec", "-J", "name", "id"],
                 ["name"], ["name", "name"], ["name", "-d"],
                 ["name", "name", "a", "b"], ["name", "name", "a/b"],
                 ["name", "name", ".."], ["name", "name", ""],
                 ["name", "name", "x" * 256], ["dump", "--all"]):
        ended(" ".join(args)[:60], nsinfo(*args), 2, "", "nsinfo: ")


@ktap.case
def a_name_for_a_nameless_one():
    one = held["socket"]
    ended("name", nsinfo("name", str(one.inode), "found"), 0, "")
    ip = subprocess.run(["ip", "netns", "exec", "found", "readlink",
                         "/proc/self/ns/net"], check=True, text=True,
                        stdout=subprocess.PIPE).stdout
    ktap.equal("ip netns exec found", netns_link(one.inode), ip)
    got = subprocess.run(["nsenter", "--net=/run/netns/found", "readlink",
                          "/proc/self/ns/net"], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    ktap.equal("nsenter", netns_link(one.inode), got)
    ktap.equal("names", ["/run/netns/found"], dump()[one.inode]["names"])
    ended("the same name again", nsinfo("name", "name", "found"), 1, "",
          f"/run/netns/found: already the name of netns {one.inode}")
    ended("name -d", nsinfo("name", "-d", "found"), 0, "")
    ktap.check(not os.path.exists("/run/netns/found"), "the file", "gone",
               "there")
    ktap.equal("names", [], dump()[one.inode]["names"])
    ended("name -d again", nsinfo("name", "-d", "found"), 1, "",
          "/run/netns/found: No such file or directory")


@ktap.case
def a_name_of_ip_is_taken_away():
    subprocess.run(["ip", "netns", "add", "byip"], check=True)
    ended("name -d byip", nsinfo("name", "-d", "byip"), 0, "")
    wait_for("byip is gone",
             lambda: not any("/run/netns/byip" in one.get("names", [])
                             for one in dump().values()))
    ktap.check("byip" not in os.listdir("/run/netns"), "the file", "gone",
               "there")


@ktap.case
def a_stale_name_is_taken_away_and_no_other_file():
    hold.touch("/run/netns/stale")
    ended("name -d stale", nsinfo("name", "-d", "stale"), 0, "")
    hold.touch("/run/docker/netns/stale")
    ended("name -d /run/docker/netns/stale",
          nsinfo("name", "-d", "/run/docker/netns/stale"), 0, "")
    ktap.equal("what is left", [], os.listdir("/run/docker/netns"))
    ended("name -d /etc/hostname", nsinfo("name", "-d", "/etc/hostname"), 2,
          "", "cannot be a name")
    hold.touch("/run/netns/file")
    hold.mount("/etc/resolv.conf", "/run/netns/file", hold.MS_BIND)
    ended("name -d file", nsinfo("name", "-d", "file"), 1, "",
          "/run/netns/file: not the name of a netns")
    hold.unmount("/run/netns/file")
    hold.touch("/run/netns/folder/file")
    ended("name -d folder", nsinfo("name", "-d", "folder"), 1, "",
          "/run/netns/folder: Directory not empty")
    os.unlink("/run/netns/folder/file")
    os.rmdir("/run/netns/folder")


@ktap.case
def nothing_is_held_after():
    for one in held.values():
        hold.release(one.pid)
    mine = {one.inode for one in held.values()}
    wait_for("all are gone", lambda: not mine & set(dump()))
    left = mine & set(dump())
    ktap.check(not left, "netns that exec went to", "gone", left)


def setup():
    os.makedirs("/etc/netns/name", exist_ok=True)
    with open("/etc/netns/name/resolv.conf", "w", encoding="ascii") as file:
        file.write("nameserver 192.0.2.1\n")
    with open("/etc/resolv.conf", "a", encoding="ascii"):
        pass
    for kind in KINDS:
        held[kind] = hold.start(kind, kind)


setup()
ktap.run()
