# SPDX-License-Identifier: GPL-2.0
"""Each command that holders and doctor advise, run by bash as it is printed."""

import json
import os
import re
import shutil
import socket

import hold
import ktap
import nl
import pin
import tcp_peer
import world
from world import Run, sh, tool, wait_for

MARK = "/tmp/advice-mark"
EVIL = "/tmp/advice-evil"
FAKE = "/tmp/advice-fake"
CGROUPS = "/tmp/advice-cgroup"
HASH = "0123456789abcdef" * 4
UGLY = "a b'c\"\n$(>advice-mark)\\`;\u00fc\udcff"
ran = []


def gone(cookie):
    return all(one["id"] != cookie for one in world.dump().values())


def advice(cookie):
    """Advice and commands; what the text shows must be what JSON has."""
    got = json.loads(tool("holders", "-J", f"id:{cookie}").out)
    told = got["namespaces"][0]
    text = tool("holders", f"id:{cookie}").out
    commands = told.get("commands", [line.rpartition(": ")[2]
                                     for line in told["advice"]])
    for command in commands:
        ktap.check(f": {command}\n" in text, "text has the command", command,
                   text)
    return told, commands


def run(command, via=(), status=0):
    ran.append(command)
    got = Run(*via, "bash", "-c", command,
              env={"PATH": f"{FAKE}:{os.environ['PATH']}"})
    ktap.equal(f"{command!r}: status, stderr", (status, ""),
               (got.status, got.err))
    return got


def follow(cookie, start):
    """Runs all advice, each of which begins with START."""
    told, commands = advice(cookie)
    ktap.check(commands and all(one.startswith(start) for one in commands),
               "commands", start, told["advice"])
    for command in commands:
        run(command)
    wait_for(f"gone by {commands}", lambda: gone(cookie))
    return told


def reap(pid):
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)


def add_case(kind, start):
    def case():
        one = hold.start(kind, f"advice-{kind}")
        follow(one.id, start.format(pid=one.pid))
        reap(one.pid)
        if os.path.exists(f"/tmp/hold-advice-{kind}"):
            os.unlink(f"/tmp/hold-advice-{kind}")
    case.__name__ = "held_by_" + kind.replace("-", "_")
    ktap.case(case)


for each in ("process", "thread", "fd", "socket", "mptcp", "packet-ring",
             "tun", "proc-file"):
    add_case(each, "kill {pid}")
if os.environ["KERNEL"] == "7":     # tells what io_uring has by name
    for each in ("io-uring", "io-uring-netns"):
        add_case(each, "kill {pid}")
add_case("name", "ip netns del advice-name")
add_case("mount", "umount -i -c -N {pid} /tmp/hold-advice-mount")


def move_to(path):
    """The id of a netns that has only a mount at PATH."""
    one = hold.start("process", "moved")
    hold.touch(path)
    hold.mount(f"/proc/{one.pid}/ns/net", path, hold.MS_BIND)
    reap(one.pid)
    return one.id


@ktap.case
def plain_mount():
    follow(move_to("/srv/advice/a b"), "umount -i -c $'/srv/advice/a b'")
    shutil.rmtree("/srv/advice")


@ktap.case
def mount_behind_another_one():
    cookie = move_to("/srv/advice/ns")
    hold.mount("/srv", "/srv/advice", hold.MS_BIND)
    follow(cookie, "unshare -m sh -c ")
    sh("umount", "/srv/advice")
    cookie = move_to("/srv/advice/ns")
    hold.mount("/dev/null", "/srv/advice/ns", hold.MS_BIND)
    follow(cookie, "umount -l /srv/advice/ns && ")
    shutil.rmtree("/srv/advice")


@ktap.case
def mount_in_a_mount_namespace_without_processes():
    os.makedirs("/srv/keep")
    sh("mount", "--bind", "/srv/keep", "/srv/keep")
    sh("mount", "--make-private", "/srv/keep")
    hold.touch("/srv/keep/m")
    one = hold.start("process", "kept")
    sh("unshare", "--mount=/srv/keep/m", "bash", "-ec",
       "mount -t tmpfs none /tmp; touch /tmp/kept; "
       f"mount --bind /proc/{one.pid}/ns/net /tmp/kept")
    reap(one.pid)
    follow(one.id, "umount -i -c -N /srv/keep/m /tmp/kept")
    sh("umount", "/srv/keep/m")
    sh("umount", "/srv/keep")
    shutil.rmtree("/srv/keep")


def plant():
    """Programs that leave a mark, for a container to have as its own."""
    os.makedirs(EVIL, exist_ok=True)
    shutil.copy("/bin/bash", "/tmp/advice-bash")
    for name in ("umount", "umount.nsfs", "sh", "bash", "nsenter", "mount"):
        with open(f"{EVIL}/{name}", "w", encoding="ascii") as file:
            file.write(f"#!/tmp/advice-bash\n: >{MARK}\n")
        os.chmod(f"{EVIL}/{name}", 0o755)


@ktap.case
def mount_in_a_hostile_container():
    plant()
    for key in (UGLY, "-d"):
        one = hold.start("mount", key)
        for folder in ("/usr/sbin", "/usr/bin"):
            sh("nsenter", "-t", one.pid, "-m", "mount", "--bind", EVIL, folder)
        Run("nsenter", "-t", one.pid, "-m", "umount")
        ktap.check(os.path.exists(MARK), "what is planted there", "leaves a mark",
                   "none")
        os.unlink(MARK)
        follow(one.id, f"umount -i -c -N {one.pid} ")
        # The name of the mount would leave its own where bash runs.
        ktap.check(not os.path.exists(MARK) and
                   not os.path.exists("advice-mark"),
                   "programs of the container", "not run", "run")
        reap(one.pid)
        os.unlink(f"/tmp/hold-{key}")
    shutil.rmtree(EVIL)
    os.unlink("/tmp/advice-bash")


@ktap.case
def pod_by_its_sandbox():
    fake("crictl")
    shutil.copy("/bin/sleep", "/tmp/pause")
    pod = "kubepods-pod01234567_89ab_cdef_0123_456789abcdef.slice"
    with InCgroup(f"{pod}", None), \
         InCgroup(f"{pod}/cri-containerd-{HASH}.scope",
                  ("unshare", "-n", "/tmp/pause", "1000")) as one:
        follow(one.id, f"crictl stopp {HASH}")
    os.unlink("/tmp/pause")


def fake(name):
    """A runtime's command: ends what is in the cgroup with its last word."""
    os.makedirs(FAKE, exist_ok=True)
    with open(f"{FAKE}/{name}", "w", encoding="ascii") as file:
        file.write("#!/bin/bash\nfor d in " + CGROUPS + "/*/ " + CGROUPS + "/*/*/; do\n"
                   "[[ $d != *\"${!#}\"* ]] || kill $(<\"$d/cgroup.procs\")\n"
                   "done\n")
    os.chmod(f"{FAKE}/{name}", 0o755)


def start(command):
    """COMMAND, which makes a netns of its own, as a hold.Holder."""
    pid = os.spawnvp(os.P_NOWAIT, command[0], command)
    wait_for("its netns", lambda: world.inode(pid) != world.INIT)
    path = f"/proc/{pid}/ns/net"
    return hold.Holder(pid, world.inode(path), world.cookie_of(path))


class InCgroup:
    """with InCgroup(NAME, KIND) as holder, which is in a cgroup of that name.
    KIND may be a command that makes a netns, or None for no process."""

    def __init__(self, name, kind):
        self.path = f"{CGROUPS}/{name}"
        self.kind = kind

    def __enter__(self):
        if not os.path.ismount(CGROUPS):
            os.makedirs(CGROUPS, exist_ok=True)
            sh("mount", "-t", "cgroup2", "none", CGROUPS)
        os.mkdir(self.path)
        if not self.kind:
            return None
        self.one = start(self.kind) if isinstance(self.kind, tuple) else \
            hold.start(self.kind, "cgroup")
        with open(f"{self.path}/cgroup.procs", "w", encoding="ascii") as file:
            file.write(str(self.one.pid))
        return self.one

    def __exit__(self, *_):
        if self.kind:
            reap(self.one.pid)
        wait_for("an empty cgroup", lambda: not Run("rmdir", self.path).status)


@ktap.case
def process_of_a_container():
    for name, word, command in (
            (f"docker-{HASH}.scope", f"docker:{HASH}", f"docker stop {HASH}"),
            (f"libpod-{HASH}.scope", f"podman:{HASH}", f"podman stop {HASH}"),
            (f"nerdctl-{HASH}.scope", f"containerd:{HASH}",
             f"nerdctl stop {HASH}"),
            ("lxc.payload.web", "lxc:web", "lxc-stop -n web"),
            ("systemd-nspawn@web.service", "nspawn:web",
             "machinectl poweroff web"),
            ("a\\x2db@1.service", "systemd:a\\x2db@1.service",
             "systemctl stop 'a\\x2db@1.service'")):
        fake(command.split()[0])
        with InCgroup(name, "process") as one:
            told = follow(one.id, command)
            ktap.equal("container", [word],
                       [each.get("container") for each in told["holders"]])


@ktap.case
def socket_of_a_container():
    with InCgroup(f"docker-{HASH}.scope", "socket") as one:
        table = tool("holders", "-n", "-r", "-o", "CONTAINER",
                     f"id:{one.id}").out
        ktap.equal("CONTAINER", f"docker:{HASH[:12]}", table.strip())
        follow(one.id, f"kill {one.pid}")


@ktap.case
def container_with_a_name_that_is_no_name():
    for name in ("lxc.payload.$(touch " + MARK.replace("/", "\\x2f") + ")",
                 "lxc.payload.-r", "systemd-nspawn@a;b.service",
                 "lxc.payload.a b", "x`id`.service", "x\ty.service"):
        with InCgroup(name, "process") as one:
            told, commands = advice(one.id)
            ktap.equal(f"{name!r}: commands", [], commands)
            ktap.check(told["advice"], "advice", "in words", told)
    ktap.check(not os.path.exists(MARK), "names", "not run", "run")


@ktap.case
def never_who_asks():
    """Not the shell that nsinfo was started from."""
    got = Run("unshare", "-n", "bash", "-c",
              f"{world.NSINFO} holders -J self; echo $$")
    told, _, shell = got.out.strip().rpartition("\n")
    told = json.loads(told)["namespaces"][0]
    ktap.check(any(one.get("pid") == int(shell) for one in told["holders"]),
               "holders", f"the shell, {shell}", told["holders"])
    ktap.equal("commands", [], [one for one in told["commands"]
                                if f"kill {shell}" == one])
    ktap.check("do not end it" in "\n".join(told["advice"]), "advice",
               "do not end it", told["advice"])


@ktap.case
def clean_up():
    shutil.rmtree(FAKE)
    sh("umount", CGROUPS)
    os.rmdir(CGROUPS)


def orphans(address, family, dual=False):
    """(id) of a netns that only connections of nobody hold."""
    fd = nl.new_netns()
    with nl.Inside(fd):
        cookie = nl.cookie()
        sh("ip", "link", "set", "lo", "up")
        server = socket.create_server(("", 7000), family=family,
                                      dualstack_ipv6=dual)
        client = socket.create_connection((address, 7000))
        other = server.accept()[0]
        sh("ip", "link", "set", "lo", "down")
    for one in (client, other, server):
        one.close()
    os.close(fd)
    return cookie


@ktap.case
def connections_of_nobody():
    for address, family, dual in (("127.0.0.1", socket.AF_INET, False),
                                  ("::1", socket.AF_INET6, False),
                                  ("127.0.0.1", socket.AF_INET6, True)):
        told = follow(orphans(address, family, dual), "nsinfo exec id:")
        text = "\n".join(told["unexplained"])
        ktap.check("FIN-WAIT-1" in text and "tcp_orphan_retries" in text and
                   "tcp_fin_timeout" not in text, "why",
                   "FIN-WAIT-1, tcp_orphan_retries", text)


@ktap.case
def connections_of_nobody_in_each_state():
    """As our peer has it: TIME-WAIT beside them holds nothing."""
    for state in ("FIN-WAIT-1", "FIN-WAIT-2", "CLOSING", "LAST-ACK"):
        fd = nl.new_netns()
        with nl.Inside(fd):
            cookie = nl.cookie()
            tcp_peer.leave(state, beside=("TIME-WAIT",))
        os.close(fd)
        told = follow(cookie, "nsinfo exec id:")
        text = "\n".join(told["unexplained"])
        end = "tcp_fin_timeout" if state == "FIN-WAIT-2" else \
            "tcp_orphan_retries"
        ktap.check(f", {state}: " in text and end in text and
                   "TIME-WAIT" not in text, f"{state}: why", end, text)


def findings(via=()):
    return json.loads(tool("doctor", "-J", via=via).out)["findings"]


def advised(topic, via=()):
    """What doctor advises about a topic."""
    return [one["advice"] for one in findings(via)
            if one["topic"] == topic and "advice" in one]


@ktap.case
def stale_names_that_doctor_tells():
    for path in ("/run/netns/stale", f"/run/netns/{UGLY}"):
        hold.touch(path)
        command, = advised("name")
        run(command)
        ktap.check(not os.path.lexists(path), command, f"{path!r} is gone",
                   "it is there")
    ktap.check(not os.path.exists("advice-mark"), "a name", "not run", "run")
    os.mkdir("/run/netns/folder")
    got = tool("name", "self", "folder")
    command = re.search("'(nsinfo name -d .*)'", got.err).group(1)
    run(command)
    ktap.check(not os.path.lexists("/run/netns/folder"), command, "gone",
               "there")


@ktap.case
def no_proc():
    without = ("unshare", "-m", "--propagation", "private", "sh", "-c",
               "umount -l /proc; exec \"$@\"", "sh")
    command, = set(advised("name", without) + advised("teardown", without))
    got = run(f"{command} && nsinfo doctor -J", without)
    ktap.equal("what is known then", [],
               [one["text"] for one in json.loads(got.out)["findings"]
                if one["level"] != "ok" and one["topic"] in ("name",
                                                             "teardown")])


@ktap.case
def leak_that_doctor_tells():
    one = hold.start("message-socket", "leak")
    leaks = [each for each in findings() if each["topic"] == "leak"]
    ktap.equal("leaks", ["bad"], [each["level"] for each in leaks])
    got = run(leaks[0]["advice"])
    ktap.check(f"netns {one.inode}" in got.out, "what is advised",
               f"tells of {one.inode}", got.out)
    hold.release(one.pid)


def behind_it(number):
    """What waits for the teardown of netns NUMBER, and once that has ended is
    torn down in one go: the one with a device that is held keeps the other."""
    others = [nl.new_netns() for _ in "ab"]
    with nl.Inside(others[0]):
        quiet = nl.cookie()
    with nl.Inside(others[1]):
        nl.Rtnl().add("d1")
    pin.pin(others[1], "hold", "d1")
    for fd in others:
        os.close(fd)
    wait_for("queued", lambda: "waits behind" in tool(
        "holders", f"id:{quiet}").out)
    command, = advice(quiet)[1]
    ktap.check(str(number) in run(command).out, command, number, "not told")
    pin.set_parameter("drop", "d0")
    wait_for("its turn", lambda: "cat /proc/" in tool(
        "holders", f"id:{quiet}").out)
    command, = advice(quiet)[1]
    ktap.check("cleanup_net" in run(command).out, command, "cleanup_net",
               "not told")
    pin.drop()


@ktap.case
def teardown_that_is_stuck():
    fd = nl.new_netns()
    number = nl.inode(fd)
    with nl.Inside(fd):
        cookie = nl.cookie()
        nl.Rtnl().add("d0")
    pin.pin(fd, "hold", "d0")
    os.close(fd)
    wait_for("told", lambda: any(one["topic"] == "device" and
                                 one["level"] != "ok" for one in findings()))
    wait_for("stuck", lambda: any(one["topic"] == "teardown" and
                                  one["level"] == "bad" for one in findings()))
    found = findings()
    bad = {one["topic"] for one in found if one["level"] == "bad"}
    ktap.equal("ok and bad", [], [one for one in found if one["level"] == "ok"
                                  and one["topic"] in bad | {"device"}])
    said = [one["advice"] for one in found if one["topic"] == "teardown" and
            "advice" in one]
    ktap.check(said and "track=0" not in str(said) and
               "do not unload the module" in str(said), "advice",
               "not to unload what is loaded", said)
    wait_for("too long", lambda: "nsinfo list" in str(advised("teardown")[1:]))
    got = run(advised("teardown")[1])
    ktap.check(str(number) in got.out, "the list", number, got.out)
    for one in found:
        if one["topic"] == "device":
            got = run(one["advice"])
            ktap.check("waits for device d0" in got.out, "what is advised",
                       "tells of d0", got.out)
    # The kernel says so only after an hour here, and never such as matters.
    for command in advice(cookie)[1]:
        run(command, status=1)
    behind_it(number)
    wait_for("done", lambda: not any(one["level"] == "bad"
                                     for one in findings()))


def begins(command, known):
    return next((one for one in known if f"{command} ".startswith(f"{one} ")),
                None)


@ktap.case
def all_commands_have_been_run():
    """By the list that the tool's source has: of each at least one."""
    with open("/advice.h", encoding="ascii") as file:
        known = re.findall(r'^#define ADVICE_\w+\s+"(.*)"', file.read(), re.M)
    ktap.note(f"{len(ran)} advised commands run, {len(set(ran))} different, "
              f"{len(known)} sorts")
    ktap.equal("not in the list", [], [one for one in ran
                                       if not begins(one, known)])
    ktap.equal("not run", [], sorted(set(known) - {begins(one, known)
                                                   for one in ran}))


world.load()
# The kernel loads modules for the first look inside, which takes long here.
tool("holders", "self")
ktap.run()
