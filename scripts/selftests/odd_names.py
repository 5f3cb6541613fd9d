# SPDX-License-Identifier: GPL-2.0
"""Names with every ugly byte that the kernel takes, in the netns of this
process, and what the tool makes of them."""

import json
import os
import re
import subprocess

import compare
import hold
import ktap
import nl
from nl import attr, text

# Not possible in a device's name: '/', ':', '%', white space (to the kernel
# byte a0 is that too), more than 15 bytes.
NAMES = [
    b'quote"', b"apos'", b"back\\slash", b"\\", b'\\"', b"fifteen-bytes-x",
    b"-dash", b"..x", b"{}[],", b"<&>$`;|!", b"*?", b"~", b"null",
    b"\x01\x02\x1f", b"\x7f", b"\x1b[31mred", b"\x08\x08\x08", b"\x0e\x0f",
    "\u00e9t\u00e9".encode(), "\U0001f600".encode(), "\u4e2d\u6587".encode(),
    "\u202eabc".encode(), "\ufeffbom".encode(), "\u200b".encode(),
    "\u0085nel".encode(), "\ue000".encode(), "\uef81".encode(),
    "\uffff".encode(), b"\xff\xfebad", b"cut\xc3", b"\xe2\x82", b"\xf0\x9f",
    b"\xed\xb0\x80", b"\xc0\xafover", b"\xf5\x80\x80\x80", b"\x80\x81",
]
ALIAS = b'al\nias\t"\\ \xff \x1b[0m' + "\U0001f600".encode()
LABEL = b'"l\\\xff\x01'
COMM = b'c"\\\x1b\xfe\n'
NETNS = [b"sp ace", b"new\nline", b"tab\t", b'quo"te', b"back\\slash",
         b"ha#sh", b"\xff\xfe", "\u00fcn\u00ef".encode(), b"\\040", b"-r",
         b"'", b"$(id)"]
NSINFO = os.environ["NSINFO"]


def tool(*args, **env):
    return subprocess.run([NSINFO, *args], stdout=subprocess.PIPE, check=True,
                          env=os.environ | env).stdout


def me():
    found, = json.loads(tool("dump", "-J", "self"))["namespaces"]
    return found


def setup():
    rtnl = nl.Rtnl()
    for name in NAMES:
        rtnl.add(name)
    rtnl.add("labelled")
    subprocess.run(["ip", "addr", "add", "10.0.0.1/24", "dev", "labelled"],
                   check=True)
    index = nl.socket.if_nametoindex("labelled")
    rtnl.set(index, attr(20, ALIAS))
    answer = rtnl.request(nl.RTM_NEWADDR, nl.NLM_F_CREATE | nl.NLM_F_ACK,
                          nl.struct.pack("=BBBBI", 2, 24, 0, 0, index) +
                          attr(1, b"\x0a\1\0\1") + attr(2, b"\x0a\1\0\1") +
                          text(3, LABEL))
    if answer.errno:
        raise OSError(answer.errno, answer.error())
    for name in NETNS:
        path = os.path.join(b"/run/netns", name)
        hold.touch(os.fsdecode(path))
        nl.check(nl.libc.mount(b"/proc/thread-self/ns/net", path, None,
                               hold.MS_BIND, None), "mount")


def cleanup():
    for name in NETNS:
        hold.unmount(os.fsdecode(os.path.join(b"/run/netns", name)))


@ktap.case
def wire_has_the_bytes_as_they_are():
    answer = nl.Nsinfo().dump("DEV_GET", nl.u64("DEV_NETNS_ID", nl.cookie()))
    devs = [nl.Attrs(payload, "DEV") for payload in answer.msgs]
    ktap.equal("names", sorted(NAMES + [b"lo", b"labelled"]),
               sorted(dev.text("IFNAME") for dev in devs))
    for name in NAMES:
        got = nl.Nsinfo().do("DEV_GET", nl.u64("DEV_NETNS_ID", nl.cookie()) +
                             text("DEV_IFNAME", name))
        ktap.equal(f"do by name {name}", [name],
                   [nl.Attrs(payload, "DEV").text("IFNAME")
                    for payload in got.msgs])


@ktap.case
def json_is_valid_and_tells_them_apart():
    raw = tool("dump", "-J", "self")
    ktap.check(not re.search(rb"[\0-\x09\x0b-\x1f\x7f]", raw),
               "control characters in the JSON", "none", raw)
    found, = json.loads(raw.decode("utf-8"))["namespaces"]
    got = [dev["ifname"] for dev in found["devices"]]
    ktap.equal("names", sorted([compare.json_text(name) for name in NAMES] +
                               ["lo", "labelled"]), sorted(got))
    ktap.equal("different ones", len(got), len(set(got)))


@ktap.case
def jq_reads_the_json():
    got = subprocess.run(["jq", "-e", ".namespaces[0].devices | length"],
                         input=tool("dump", "-J", "self"), check=True,
                         stdout=subprocess.PIPE).stdout
    ktap.equal("devices that jq sees", len(NAMES) + 2, int(got))


@ktap.case
def alias_and_label():
    dev, = [dev for dev in me()["devices"] if dev["ifname"] == "labelled"]
    ktap.equal("alias", compare.json_text(ALIAS), dev["ifalias"])
    ktap.equal("label", compare.json_text(LABEL),
               dev["addr_info"][1]["label"])


@ktap.case
def comm_of_the_creator():
    nl.libc.prctl(15, COMM + b"\0", 0, 0, 0)       # PR_SET_NAME
    fd = nl.new_netns()
    found, = json.loads(tool("dump", "-J",
                             str(nl.inode(fd))))["namespaces"]
    ktap.equal("comm", compare.json_text(COMM), found["created"]["comm"])
    os.close(fd)


@ktap.case
def names_of_netns():
    got = me()["names"]
    want = [compare.json_text(os.path.join(b"/run/netns", name))
            for name in NETNS]
    ktap.equal("names", [], sorted(set(want) - set(got)))
    for name in NETNS:
        for arg in (name, os.path.join(b"/run/netns", name)):
            found, = json.loads(tool("dump", "-J", "--", arg))["namespaces"]
            ktap.equal(f"dump {arg}", nl.cookie(), found["id"])


@ktap.case
def text_moves_no_cursor():
    """Neither control characters nor what reorders text reach a terminal."""
    for locale, allowed in (("C.UTF-8", None), ("C", 0x7f)):
        raw = tool("dump", "self", LC_ALL=locale, LANG=locale)
        shown = raw.decode("utf-8")
        bad = sorted({c for c in shown if c != "\n" and (
            ord(c) < 0x20 or 0x7f <= ord(c) < 0xa0 or
            c in "\u202e\ufeff\u200b" or (allowed and ord(c) > allowed))})
        ktap.equal(f"{locale}: characters that must not be there", [], bad)
        for want in ('quote"', "back\\\\slash", "\\x1b[31mred", "\\xff\\xfebad",
                     "fifteen-bytes-x", "\\xed\\xb0\\x80"):
            ktap.check(want in shown, f"{locale}: text of a name", want,
                       "not there")


compare.add_case("/proc/thread-self/ns/net")
setup()
try:
    ktap.run()
finally:
    cleanup()
