# SPDX-License-Identifier: GPL-2.0
"""What dump prints: the same twice, one document, sorted, what was asked
for."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
import time

import ktap
from world import (NSINFO, Process, at_rest, batch, inode, netns, sh, tool,
                   wait_for)

FOREVER = 2 ** 32 - 1


def text(*args, **how):
    got = tool("dump", *args, **how)
    ktap.equal(f"dump {args}: exit status, stderr", (0, ""),
               (got.status, got.err))
    return got.out


def document(*args):
    return json.loads(text("-J", *args))


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, path + (key,))
    elif isinstance(value, list):
        for member in value:
            yield from leaves(member, path + ("[]",))
    else:
        yield path, value


@ktap.case
def same_twice():
    """Also while the lifetimes of addresses run."""
    # Counters stand still only where nobody says hello to routers.
    netns("silent")
    kinds = ((), ("-J",), ("-J", "--pretty"), ("-J", "-s", "silent"))

    def twice():
        first = [text(*args) for args in kinds]
        time.sleep(1.1)
        return first, [text(*args) for args in kinds]

    for args, before, after in zip(kinds, *at_rest(twice)):
        ktap.equal(f"dump {args} again", before, after)


@ktap.case
def json_is_one_document():
    ktap.equal("keys", ["namespaces", "boot_id"], list(document()))
    ktap.equal("pretty", *at_rest(lambda: (document(),
                                           document("--pretty"))))
    ktap.equal("lines", 1, text("-J").count("\n"))


@ktap.case
def json_is_sorted():
    found = document()["namespaces"]
    ids = [one["id"] for one in found]
    ktap.equal("ids", sorted(ids), ids)
    for one in found:
        numbers = [dev["ifindex"] for dev in one["devices"]]
        ktap.equal(f"ifindexes in {one['ns']}", sorted(numbers), numbers)


@ktap.case
def json_keys_keep_their_types():
    """And what is unknown is absent."""
    types = {}
    for path, value in leaves(document("-s", "-t")):
        types.setdefault(path, set()).add(type(value).__name__)
        ktap.check(value != "", f"{path}", "not empty", value)
    several = {path: kinds for path, kinds in types.items()
               # ip's own way: null where there is no lower device.
               if len(kinds) > 1 and path[-1] != "link"}
    ktap.equal("keys with several types", {}, several)


@ktap.case
def statistics_only_if_asked_for():
    for one in document()["namespaces"]:
        ktap.equal("devices with stats64, without -s", [],
                   [dev["ifname"] for dev in one["devices"]
                    if "stats64" in dev])
    for one in document("-s")["namespaces"]:
        ktap.equal("devices without stats64, with -s", [],
                   [dev["ifname"] for dev in one["devices"]
                    if "stats64" not in dev])


@ktap.case
def times_only_if_asked_for():
    def running(*args):
        return [value for path, value in leaves(document(*args))
                if path[-1] == "valid_life_time" and value != FOREVER]

    ktap.equal("lifetimes that run, without -t", [], running("one"))
    got = running("-t", "one")
    ktap.equal("lifetimes that run, with -t", 2, len(got))
    ktap.check(all(4000 < value <= 5000 for value in got), "seconds",
               "up to 5000", got)


@ktap.case
def text_shows_all():
    shown = text()
    for word in ("one", "two", "three", str(inode("one")), "d0", "v0", "v1",
                 "10.0.0.1/24", "fd00::1/64", "lo"):
        ktap.check(word in shown, "text", f"...{word}...", shown)


@ktap.case
def colour_only_where_it_belongs():
    ktap.check("\033" not in text(), "no terminal", "no colour", "colour")
    ktap.check("\033" not in text("--color=never"), "never", "no colour",
               "colour")
    ktap.check("\033" in text("--color=always"), "always", "colour",
               "no colour")
    ktap.check("\033" not in text("-J", "--color=always"), "JSON",
               "no colour", "colour")


def on_a_terminal(*args, width=0, **env):
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("4H", 50, width, 0, 0))
    process = subprocess.Popen([NSINFO, *(args or ["dump", "one"])],
                               stdout=theirs,
                               env=os.environ | {"TERM": "xterm"} | env)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:
        pass                # the other end is closed
    os.close(ours)
    ktap.equal("exit status", 0, process.wait())
    return shown


@ktap.case
def columns_is_honoured():
    """And of a terminal that says nothing of itself 120 are taken."""
    with Process("unshare", "-n", "sleep", 1000, *200 * [0], new_netns=True):
        for width, env, wanted in ((0, {}, 120), (200, {}, 200),
                                   (200, {"COLUMNS": "90"}, 90),
                                   (90, {"COLUMNS": "200"}, 200),
                                   (90, {"COLUMNS": "wide"}, 90),
                                   (90, {"COLUMNS": "0"}, 90)):
            got = on_a_terminal("list", width=width, **env).decode()
            ktap.equal(f"longest line at {width} {env}", wanted,
                       max(len(line) for line in got.split("\r\n")))


@ktap.case
def no_color_is_honoured():
    ktap.check(b"\033" in on_a_terminal(), "on a terminal", "colour",
               "no colour")
    ktap.check(b"\033" not in on_a_terminal(NO_COLOR="1"),
               "on a terminal with NO_COLOR", "no colour", "colour")
    ktap.check(b"\033" not in on_a_terminal(TERM="dumb"),
               "on a dumb terminal", "no colour", "colour")


@ktap.case
def works_without_proc_and_sys():
    got = sh("unshare", "-m", "bash", "-c",
             "umount -l /sys; umount -l /proc; $NSINFO dump -J")
    ktap.equal("ids", [one["id"] for one in document()["namespaces"]],
               [one["id"] for one in json.loads(got)["namespaces"]])


netns("one", "two", "three")
batch("one", "link add d0 type dummy", "link set d0 up",
      "addr add 10.0.0.1/24 valid_lft 5000 preferred_lft 2500 dev d0",
      "addr add fd00::1/64 nodad valid_lft 5000 preferred_lft 2500 dev d0",
      "addr add 10.0.0.2/24 dev d0",
      "link add v0 type veth peer name v1 netns two")
# From here on d0 has no more to do.
wait_for("no address is tentative", lambda: "tentative" not in sh(
    "ip", "-n", "one", "addr", "show", "d0"))
ktap.run()
