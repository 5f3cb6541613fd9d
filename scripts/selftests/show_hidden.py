# SPDX-License-Identifier: GPL-2.0
"""What show tells of a netns that no name leads to, to whom, and while the
kernel is stuck."""

import json
import os
import subprocess
import time

import hold
import ktap
import nl
import show_load
from held_rtnl import HeldRtnl, in_time
from nl import u64
from world import (NSINFO, Run, batch, inside, netns, sh, tool, user,
                   wait_for)

USER = user(1000)


def show(*args, via=()):
    """The first netns of the JSON, and stderr."""
    got = tool("show", "-J", *args, via=via)
    if got.status:
        raise RuntimeError(f"show {args}: {got.status}: {got.err}")
    return json.loads(got.out)["namespaces"][0], got.err


def hidden(kind):
    """What is shown of a netns that only that holds."""
    held = hold.start(kind, f"show-{kind}")
    try:
        one, err = show(held.inode)
        ktap.equal(f"{kind}: stderr", "", err)
        ktap.equal(f"{kind}: id, names", (held.id, []),
                   (one["id"], one["names"]))
        ktap.equal(f"{kind}: IPv4 routes, rules", (0, 3),
                   (one["routes"]["inet"]["routes"], one["rules"]["inet"]))
        # The kernel's own of rtnetlink and sock_diag, at least.
        ktap.check(one["sockets"]["listed"] >= 2, f"{kind}: sockets",
                   "2 or more", one["sockets"])
        return one, held
    finally:
        hold.release(held.pid)


@ktap.case
def held_by_a_socket():
    one, _ = hidden("socket")
    ktap.equal("pins", 1, one["sockets"]["pins"])
    ktap.equal("nprocs", 0, one["nprocs"])


@ktap.case
def held_by_a_file():
    one, _ = hidden("fd")
    ktap.equal("pins, nprocs", (0, 0), (one["sockets"]["pins"],
                                        one["nprocs"]))


@ktap.case
def held_by_a_thread():
    one, held = hidden("thread")
    ktap.equal("nprocs, nthreads", (0, 1), (one["nprocs"], one["nthreads"]))
    ktap.equal("process, threads of it", (held.pid, 1),
               (one["threads"][0]["pid"], len(one["threads"])))
    ktap.check(one["threads"][0]["tid"] != held.pid, "tid", "not the leader",
               one["threads"])


@ktap.case
def load_is_counted_without_a_name():
    """That of a netns whose name is gone, and which its sockets hold."""
    expected, _ = show("nameless")
    number = os.stat("/run/netns/nameless").st_ino
    sh("ip", "netns", "del", "nameless")
    one, _ = show(number)
    for key in ("id", "routes", "rules", "neighbours"):
        ktap.equal(key, expected[key], one[key])
    kept = [[k for k in found["sockets"]["by_state"]
             if k["state"] != "TIME-WAIT"] for found in (expected, one)]
    ktap.equal("sockets", kept[0], kept[1])
    for sock in held_sockets:
        sock.close()


@ktap.case
def user_sees_its_own_netns():
    expected, _ = show("there")
    one, err = show("self", via=(*inside("there"), *USER))
    ktap.equal("self", True, one["self"])
    for key in ("id", "routes", "rules", "neighbours"):
        ktap.equal(key, expected[key], one[key])
    ktap.equal("by state", expected["sockets"]["by_state"],
               one["sockets"]["by_state"])
    ktap.equal("lines on stderr", 1, len(err.splitlines()))
    ktap.check("not seen" in err and "sockets" not in err, "stderr",
               "what was not seen, and not sockets", err)


@ktap.case
def user_sees_no_other_netns():
    for who in ("there", "init"):
        got = tool("show", "-J", who, via=(*inside("here"), *USER))
        ktap.equal(f"{who}: exit status, stdout", (1, ""),
                   (got.status, got.out))


@ktap.case
def root_of_a_container_sees_its_own():
    got = tool("show", "-J", "self", via=(*USER, "unshare", "-Urn"))
    ktap.equal("exit status", 0, got.status)
    one = json.loads(got.out)["namespaces"][0]
    ktap.check("routes" in one and one["sockets"]["listed"], "inside",
               "routes and sockets", one)


def timed(*args):
    """Exit status, stdout, stderr and seconds of show, stdout being a pipe
    that ends only when all who have it are gone."""
    def run():
        start = time.monotonic()
        got = subprocess.run([NSINFO, "show", *args], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return (got.returncode, got.stdout, got.stderr,
                time.monotonic() - start)

    got = in_time(run)
    return got if isinstance(got, tuple) else (None, "", got, 0)


@ktap.case
def returns_while_rtnl_is_held():
    expected, _ = show("there")
    with HeldRtnl() as held:
        status, out, err, seconds = timed("-J", "there")
        held.still_held("show")
    ktap.equal("exit status", 0, status)
    ktap.check(seconds < 30, "seconds", "5, or some more", seconds)
    one = json.loads(out or '{"namespaces":[{}]}')["namespaces"][0]
    ktap.equal("sockets", expected["sockets"], one.get("sockets"))
    ktap.equal("devices", expected["devices"], one.get("devices"))
    ktap.equal("what is missing is told", "tables" not in one.get(
        "routes", {}).get("inet", {}), "no answer from the kernel" in err)
    ktap.check("ntables" in one.get("routes", {}).get("inet", {}),
               "routes of the kernel's own count", "ntables", one)
    ktap.note(f"{seconds:.1f} s; {err.strip() or 'all was told'}")


@ktap.case
def leaves_no_process_behind():
    with HeldRtnl():
        timed("there")
    for _ in range(100):
        left = sh("ps", "-eo", "comm").split().count("nsinfo")
        if not left:
            break
        time.sleep(0.1)
    ktap.equal("processes", 0, left)


def until_dying(cookie):
    ns = nl.Nsinfo()
    for _ in range(600):
        answer = ns.do("NETNS_GET", u64("NETNS_ID", cookie))
        if answer.errno:
            raise OSError(answer.errno, "the netns is gone")
        if nl.Attrs(answer.msgs[0], "NETNS").num("STATE") == \
                nl.N["NSINFO_NETNS_STATE_DYING"]:
            return
        time.sleep(0.1)
    raise TimeoutError("the netns does not begin to die")


@ktap.case
def dying_netns_is_shown():
    fd = nl.new_netns()
    with nl.Inside(fd):
        cookie = nl.cookie()
    with HeldRtnl() as held:
        os.close(fd)
        until_dying(cookie)
        as_json = timed("-J", f"id:{cookie}")
        as_text = timed(f"id:{cookie}")
        held.still_held("show")
    for status, _, err, seconds in as_json, as_text:
        ktap.equal("exit status, stderr", (0, ""), (status, err))
        ktap.check(seconds < 30, "seconds", "few", seconds)
    one = json.loads(as_json[1])["namespaces"][0]
    ktap.equal("state, names", ("dying", []), (one["state"], one["names"]))
    for key in ("routes", "sockets", "netfilter", "conntrack"):
        ktap.check(key not in one, key, "nothing", one.get(key))
    ktap.check("  dying since " in as_text[1], "text", "dying", as_text[1])


netns("here", "there", "nameless")
batch("there", "link set lo up", "link add d0 type dummy", "link set d0 up",
      "addr add 10.1.1.1/24 dev d0", "route add default via 10.1.1.2",
      "rule add from 10.2.0.0/16 lookup 100")
show_load.load_routes("nameless")
# The modules to ask by are loaded now, which takes its time where all is slow.
Run("ss", "-a")
wait_for("no address is tentative", lambda: "tentative" not in sh(
    "ip", "-n", "there", "addr") + sh("ip", "-n", "nameless", "addr"))
held_sockets, _ = show_load.load_sockets("/run/netns/nameless")
ktap.run()
