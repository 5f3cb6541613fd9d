# SPDX-License-Identifier: GPL-2.0
"""compare.py MISSING NETNS...: every device of these netns (names, or paths),
key by key, as nsinfo and ip show them.

Each netns is read by ip, then by nsinfo, with --details and without, then by ip
again: what ip showed the same twice nsinfo must show too; a number that moved
must lie between.
MISSING is a file with the devices that this kernel could not make."""

import json
import os
import re
import subprocess
import sys

import ktap
import nl

# What ip shows and nsinfo does not promise, with the reason. All else that ip
# shows nsinfo must show.
NEVER_PROMISED = {
    r"linkinfo\.info_(slave_)?xstats\b.*": "counters, which only ip -s shows",
    r"stats64\.tx\.carrier_changes": "not a counter of the device",
    r"event": "never in an answer",
}

# The same without --details.
NOT_PROMISED = NEVER_PROMISED | {
    # Details of one kind of device: the rtnetlink of that kind has them.
    r"linkinfo\.info_(data|xstats)\b.*": "details of the kind",
    r"linkinfo\.info_slave_(kind|data)\b.*": "details of the master's kind",
    # Numbers that only rtnetlink of that netns gives a meaning to.
    r"link_netnsid": "link_netns says it without an nsid",
    # Offload limits and what belongs to hardware.
    r"(gso|tso|gro)_(ipv4_)?max_(size|segs)": "offload limits",
    r"phys_.*|vf.*|num_vf": "hardware",
    r"proto_down.*": "driver state",
    # Of the protocol, not of the device.
    r"inet6_addr_gen_mode": "a setting of IPv6",
    # Private to the core since 6.1.
    r"altnames": "not to be read from a module",
    r"xdp.*": "program ids need RTNL",
}

# What nsinfo adds. All else that it shows ip must show.
OURS = {
    r"peer\.(ns|id|ifindex|ifname)": "the other end, in whatever netns",
    r"link_netns\.(ns|id)": "the netns that link_index counts in",
    r"addr_info\[\d+\]\.protocol": "not in ip before 6.3",
}


# Kinds that rtnetlink tells no device below of. For one in another netns than
# its underlay link_index is the ifindex of the device itself; nsinfo has that of
# the device below, where the core knows it, and else none.
NO_IFLINK = {"vxlan"}


def is_own_iflink(path, device, dev):
    return path in ("link", "link_index") and \
        device.get("linkinfo.info_kind") in NO_IFLINK and \
        dev.get(path) in (None, dev["ifindex"])


def below_by_kind(path, got, dev):
    """The device below is what the details of the kind say."""
    data = dev.get("linkinfo.info_data.link")
    return path == "link_index" or got["link"] == data


# What the clock changes.
TIMERS = {
    r"linkinfo\.info_(slave_)?data\..*_timer": "of a bridge that runs STP",
}


def matches(path, rules):
    return any(re.fullmatch(rule, path) for rule in rules)


def flatten(value, path=""):
    """(path, value) of every leaf; a list of words is a leaf."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from flatten(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, member in enumerate(value):
            yield from flatten(member, f"{path}[{index}]")
    else:
        yield path, value


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def loads_ip(text):
    """ip escapes ' and does not escape control characters; bytes that are no
    UTF-8 come as they are."""
    text = re.sub(r"(?<!\\)((?:\\\\)*)\\'", r"\1'",
                  text.decode("utf-8", "surrogateescape"))
    return json.loads(text, strict=False)


def read_ip(netns):
    """Devices by ifindex: all that addr and link show, as one object."""
    devices = {}
    with nl.Inside(netns):
        for command in (["-d", "addr"], ["-d", "-s", "-s", "link"]):
            for dev in loads_ip(run("ip", "-j", *command)):
                if "ifindex" in dev:
                    devices.setdefault(dev["ifindex"], {}).update(dev)
    return {index: dict(flatten(dev)) for index, dev in devices.items()}


def read_nsinfo(netns, *options):
    """The same from nsinfo, with the netns object."""
    text = run(os.environ["NSINFO"], "dump", "-J", "-s", "-t", *options,
               str(nl.inode(netns)))
    found, = json.loads(text)["namespaces"]
    return found, {dev["ifindex"]: dict(flatten(dev))
                   for dev in found["devices"]}


def json_text(raw):
    """How nsinfo's JSON holds these bytes: those that are no UTF-8, and those
    of U+EF80 to U+EFFF itself, are one of U+EF80 to U+EFFF each."""
    text = ""
    for c in raw.decode("utf-8", "surrogateescape"):
        if "\udc80" <= c <= "\udcff":
            text += chr(0xef00 + ord(c) - 0xdc00)
        elif "\uef80" <= c <= "\uefff":
            text += "".join(chr(0xef00 + byte) for byte in c.encode())
        else:
            text += c
    return text


def same_text(from_ip, got):
    return got == json_text(from_ip.encode("utf-8", "surrogateescape"))


def same(before, got, after):
    if isinstance(got, str) and isinstance(before, str):
        return same_text(before, got) or same_text(after, got)
    if isinstance(got, bool) or isinstance(before, bool):
        return got is before or got is after
    if isinstance(got, (int, float)) and isinstance(before, (int, float)):
        return min(before, after) <= got <= max(before, after)
    return got in (before, after)


def compare_device(where, before, got, after, not_promised):
    """One device: the same keys, with what is equal. Those that come and go
    with a flag that is just changing are let pass."""
    for path in sorted(before.keys() | got.keys()):
        name = f"{where} {path}"
        if is_own_iflink(path, got, before):
            ktap.check(path not in got or below_by_kind(path, got, before),
                       name, before.get("linkinfo.info_data.link"),
                       got.get(path))
            continue
        if path not in before:
            if path not in after and not matches(path, OURS):
                ktap.check(False, name, "no such key", got[path])
            continue
        if path not in got:
            if path in after and not matches(path, not_promised):
                ktap.check(False, name, before[path], "no such key")
            continue
        if matches(path, TIMERS):
            ktap.equal(f"{name}: type", type(before[path]), type(got[path]))
            continue
        ktap.check(same(before[path], got[path], after.get(path, before[path])),
                   name, before[path], got[path])


def compare_netns(path):
    netns = os.open(path, os.O_RDONLY)
    before = read_ip(netns)
    found, got = read_nsinfo(netns)
    detailed, got_details = read_nsinfo(netns, "--details")
    after = read_ip(netns)
    ktap.equal("state", "live", found["state"])
    ktap.equal("details", (None, True),
               (found.get("details"), detailed.get("details")))
    with nl.Inside(netns):
        ktap.equal("id", nl.cookie(), found["id"])
    os.close(netns)
    ktap.equal("ifindexes, in order", sorted(before), list(got))
    ktap.check(len(before) > 0, "devices that ip shows", "some", len(before))
    for index in sorted(before.keys() & got.keys() & after.keys()):
        where = f"{index} {before[index]['ifname']}:"
        compare_device(where, before[index], got[index], after[index],
                       NOT_PROMISED)
        compare_device(f"--details: {where}", before[index],
                       got_details[index], after[index], NEVER_PROMISED)


def add_case(path):
    def case():
        compare_netns(path)
    case.__name__ = "netns_" + os.path.basename(path)
    ktap.case(case)


def main():
    missing = sys.argv[1]
    for netns in sys.argv[2:]:
        add_case(netns if "/" in netns else f"/run/netns/{netns}")

    @ktap.case
    def all_devices_made():
        with open(missing, encoding="utf-8") as lines:
            names = [line.strip() for line in lines]
        if names:
            raise ktap.Skip("not on this kernel: " + "; ".join(names))
    ktap.run()


if __name__ == "__main__":
    main()
