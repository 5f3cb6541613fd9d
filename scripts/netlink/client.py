# SPDX-License-Identifier: GPL-2.0
"""Compares what the kernel tree's YNL client read with `nsinfo dump -J -s`,
field by field. The client knows the YAML only; what the tool should make of
each attribute is written down here once more, apart from the tool's code."""

import ipaddress
import json
import os
import pathlib
import sys

IFF = ["UP", "BROADCAST", "DEBUG", "LOOPBACK", "POINTOPOINT", "NOTRAILERS",
       "RUNNING", "NOARP", "PROMISC", "ALLMULTI", "MASTER", "SLAVE",
       "MULTICAST", "PORTSEL", "AUTOMEDIA", "DYNAMIC", "LOWER_UP", "DORMANT",
       "ECHO"]
OPERSTATE = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING",
             "DORMANT", "UP"]
SCOPE = {0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"}
LINK_MODE = ["DEFAULT", "DORMANT"]
ADDR_PROTO = {1: "kernel_lo", 2: "kernel_ra", 3: "kernel_ll"}
LINK_TYPE = {1: "ether", 772: "loopback"}
IFA_FLAGS = {0x02: "nodad", 0x04: "optimistic", 0x08: "dadfailed",
             0x10: "home", 0x20: "deprecated", 0x40: "tentative",
             0x100: "mngtmpaddr", 0x200: "noprefixroute",
             0x400: "autojoin", 0x800: "stable-privacy"}
IFA_PERMANENT = 0x80
IFA_SECONDARY = 0x01
IPV6 = 10
FOREVER = 0xffffffff


class Fields:
    """Gathers what was compared, to print one result a field."""

    def __init__(self):
        self.values = {}
        self.wrong = {}

    def equal(self, field, where, expected, got):
        """A field that one side has and the other has not is different."""
        if expected is None and got is None:
            self.values.setdefault(field, 0)
            return
        self.values[field] = self.values.get(field, 0) + 1
        if expected != got:
            self.wrong.setdefault(field, []).append((where, expected, got))

    def all_compared(self, what, found, aside):
        """No attribute came that nothing looked at."""
        names = {name for one in found for name in one}
        names -= {field.removeprefix(f"{what} ") for field in self.values}
        self.equal(f"{what}: attributes not compared", "all", set(),
                   names - aside)

    def end(self):
        for number, (field, count) in enumerate(self.values.items(), 1):
            good = count and field not in self.wrong
            print(f"{'ok' if good else 'not ok'} {number} - {field}"
                  f" ({count} values)")
            for where, expected, got in self.wrong.get(field, [])[:5]:
                print(f"# {where}: expected (YNL) {expected!r}, "
                      f"got (nsinfo) {got!r}")
        print(f"1..{len(self.values)}", flush=True)
        return 1 if self.wrong or not all(self.values.values()) else 0


def join_parts(messages):
    """Messages of a dump, those that go on with a device put together."""
    devices = []
    for msg in messages:
        if devices and devices[-1].pop("more", False):
            assert msg["netns-id"] == devices[-1]["netns-id"]
            assert msg["ifindex"] == devices[-1]["ifindex"]
            devices[-1]["addr"] += msg.get("addr", [])
            if "more" in msg:
                devices[-1]["more"] = True
        else:
            devices.append(dict(msg))
    assert not any("more" in dev for dev in devices)
    return devices


def hwaddr(text):
    return ":".join(text[i:i + 2] for i in range(0, len(text), 2)) \
        if text else None


def inet(text):
    return str(ipaddress.ip_address(bytes.fromhex(text))) if text else None


def flag_names(flags):
    names = {name for bit, name in enumerate(IFF)
             if flags & 1 << bit and name != "RUNNING"}
    if "UP" in names and not flags & 1 << IFF.index("RUNNING"):
        names.add("NO-CARRIER")
    return names


def addr_flag_names(addr):
    flags = addr["flags"]
    names = {name for bit, name in IFA_FLAGS.items() if flags & bit}
    if flags & IFA_SECONDARY:
        names.add("temporary" if addr["family"] == IPV6 else "secondary")
    if not flags & IFA_PERMANENT:
        names.add("dynamic")
    return names


def group(number):
    return "default" if number == 0 else str(number)


def master_name(dev, names):
    return names[dev["netns-id"], dev["master"]] if "master" in dev else None


def link(dev, names):
    """(link, link_index) as ip has them."""
    if not dev.get("link"):
        return None, None
    if "link-foreign" in dev:
        return None, dev["link"]
    return names.get((dev["netns-id"], dev["link"])), None


def renamed(nest, *pairs):
    """A nest with the names that JSON has for it."""
    return None if nest is None else {
        key: nest[name] for name, key in pairs if name in nest}


def compare_netns(fields, ynl, tool, ndevs):
    where = f"netns {ynl['id']}"
    for name, key in (("inum", "ns"), ("state", "state"), ("nsid", "netnsid")):
        fields.equal(f"netns {name}", where, ynl.get(name), tool.get(key))
    for name in ("init", "self"):
        fields.equal(f"netns {name}", where, ynl.get(name), tool.get(name))
    # Each reader's own sockets are references of the netns that it is in.
    if "self" not in ynl:
        fields.equal("netns refs", where, ynl["refs"], tool.get("refs"))
    fields.equal("netns ndevs", where, ynl["ndevs"], ndevs)
    fields.equal("netns owner", where,
                 {"userns": ynl["owner-userns"], "uid": ynl["owner-uid"]},
                 tool.get("owner"))
    fields.equal("netns created", where, ynl.get("created"),
                 tool.get("created"))


def compare_addr(fields, where, ynl, tool):
    where = f"{where} {inet(ynl['local'])}"
    fields.equal("addr family", where,
                 "inet6" if ynl["family"] == IPV6 else "inet",
                 tool.get("family"))
    fields.equal("addr local", where, inet(ynl["local"]), tool.get("local"))
    fields.equal("addr peer", where, inet(ynl.get("peer")),
                 tool.get("address"))
    fields.equal("addr broadcast", where, inet(ynl.get("broadcast")),
                 tool.get("broadcast"))
    fields.equal("addr scope", where, SCOPE[ynl["scope"]], tool.get("scope"))
    fields.equal("addr flags", where, addr_flag_names(ynl),
                 {key for key, value in tool.items() if value is True})
    fields.equal("addr proto", where, ADDR_PROTO.get(ynl.get("proto")),
                 tool.get("protocol"))
    for name, key in (("prefixlen", "prefixlen"), ("label", "label"),
                      ("rt-priority", "metric")):
        fields.equal(f"addr {name}", where, ynl.get(name), tool.get(key))
    # A lifetime that runs is no part of the tool's output.
    for name, key in (("valid-lft", "valid_life_time"),
                      ("preferred-lft", "preferred_life_time")):
        lft = ynl[name]
        fields.equal(f"addr {name}", where, lft if lft == FOREVER else None,
                     tool.get(key))


def compare_stats(fields, where, ynl, tool):
    for side in ("rx", "tx"):
        counters = tool.get("stats64", {}).get(side, {})
        for name in ("bytes", "packets", "errors", "dropped"):
            fields.equal(f"dev stats {side}-{name}", where,
                         ynl["stats"][f"{side}-{name}"], counters.get(name))


def compare_dev(fields, ynl, tool, names):
    where = f"netns {ynl['netns-id']} {ynl['ifname']}"
    for name, key in (("ifname", "ifname"), ("mtu", "mtu"),
                      ("qdisc", "qdisc"), ("promiscuity", "promiscuity"),
                      ("allmulti", "allmulti"), ("min-mtu", "min_mtu"),
                      ("num-tx-queues", "num_tx_queues"),
                      ("num-rx-queues", "num_rx_queues"),
                      ("alias", "ifalias"), ("parent-bus", "parentbus"),
                      ("parent-dev", "parentdev")):
        fields.equal(f"dev {name}", where, ynl.get(name), tool.get(key))
    fields.equal("dev max-mtu", where, ynl.get("max-mtu", 0),
                 tool.get("max_mtu"))
    fields.equal("dev txqlen", where, ynl["txqlen"] or None,
                 tool.get("txqlen"))
    fields.equal("dev flags", where, flag_names(ynl["flags"]),
                 set(tool.get("flags", [])) - {"M-DOWN"})
    fields.equal("dev operstate", where, OPERSTATE[ynl["operstate"]],
                 tool.get("operstate"))
    fields.equal("dev link-mode", where, LINK_MODE[ynl["link-mode"]],
                 tool.get("linkmode"))
    fields.equal("dev type", where, LINK_TYPE[ynl["type"]],
                 tool.get("link_type"))
    fields.equal("dev group", where, group(ynl["group"]), tool.get("group"))
    for name in ("address", "broadcast"):
        fields.equal(f"dev {name}", where, hwaddr(ynl.get(name)),
                     tool.get(name))
    perm = hwaddr(ynl.get("perm-address"))
    fields.equal("dev perm-address", where,
                 None if perm == hwaddr(ynl.get("address")) else perm,
                 tool.get("permaddr"))
    fields.equal("dev kind", where, ynl.get("kind"),
                 tool.get("linkinfo", {}).get("info_kind"))
    fields.equal("dev master", where, master_name(ynl, names),
                 tool.get("master"))
    fields.equal("dev link", where, link(ynl, names),
                 (tool.get("link"), tool.get("link_index")))
    fields.equal("dev peer", where,
                 renamed(ynl.get("peer"), ("netns-inum", "ns"),
                         ("netns-id", "id"), ("ifindex", "ifindex"),
                         ("ifname", "ifname")),
                 tool.get("peer"))
    fields.equal("dev link-netns", where,
                 renamed(ynl.get("link-netns"), ("inum", "ns"), ("id", "id")),
                 tool.get("link_netns"))
    compare_stats(fields, where, ynl, tool)
    addrs = ynl.get("addr", [])
    info = tool.get("addr_info", [])
    fields.equal("addr count", where, len(addrs), len(info))
    for addr, entry in zip(addrs, info):
        compare_addr(fields, where, addr, entry)


def rules(family):
    """What every netns has."""
    return 2 if family == IPV6 else 3


def compare_facts(fields, facts):
    where = f"netns {facts['id']}"
    for name in ("pins", "tcp", "tcp6", "udp", "udp6", "raw", "raw6", "unix",
                 "packet", "netlink"):
        fields.equal(f"sockets {name}", where,
                     isinstance(facts["sockets"].get(name), int), True)
    fields.equal("fib families", where,
                 [fib["family"] for fib in facts["fib"]], [2, IPV6])
    for fib in facts["fib"]:
        fields.equal("fib rules", where, fib["rules"], rules(fib["family"]))
    # Each has a name, and so a mount; the first one need not.
    if "init" not in facts:
        fields.equal("nsfs-refs", where, facts.get("nsfs-refs", 0) > 0, True)


def compare_task(fields, task):
    where = f"task {task['tid']}"
    path = f"/proc/{task['pid']}/task/{task['tid']}"
    try:
        number = os.stat(f"{path}/ns/net").st_ino
        uid = os.stat(path).st_uid
    except FileNotFoundError:
        return          # it was the client itself
    fields.equal("task netns-inum", where, task["netns-inum"], number)
    fields.equal("task uid", where, task["uid"], uid)
    fields.equal("task thread", where, "thread" in task,
                 task["pid"] != task["tid"])
    fields.equal("task nsproxy", where, task["nsproxy"] != 0, True)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    netns, devs = load(sys.argv[1]), join_parts(load(sys.argv[2]))
    tool = {ns["id"]: ns for ns in load(sys.argv[3])["namespaces"]}
    tool_devs = {(ns["id"], dev["ifindex"]): dev
                 for ns in tool.values() for dev in ns["devices"]}
    names = {(dev["netns-id"], dev["ifindex"]): dev["ifname"] for dev in devs}
    fields = Fields()

    fields.equal("ids of netns", "all", [ns["id"] for ns in netns],
                 list(tool))
    fields.equal("devices", "all", list(names), list(tool_devs))
    for ns in netns:
        compare_netns(fields, ns, tool.get(ns["id"], {}),
                      sum(key[0] == ns["id"] for key in tool_devs))
    for dev in devs:
        key = dev["netns-id"], dev["ifindex"]
        compare_dev(fields, dev, tool_devs.get(key, {}), names)
    fields.equal("addresses of the device that has many", "all", 301,
                 max(len(dev.get("addr", [])) for dev in devs))
    fields.all_compared("netns", netns, {"id", "owner-userns", "owner-uid"})
    fields.all_compared("dev", devs, {"netns-id", "netns-inum", "ifindex",
                                      "stats", "addr", "link-foreign"})
    fields.all_compared("addr", [addr for dev in devs
                                 for addr in dev.get("addr", [])], set())
    facts, tasks, opened = map(load, sys.argv[4:7])
    fields.equal("ids of netns with facts", "all", [one["id"] for one in facts],
                 list(tool))
    for one in facts:
        compare_facts(fields, one)
    for task in tasks:
        compare_task(fields, task)
    fields.equal("task comm", "task 1", tasks[0]["comm"],
                 pathlib.Path("/proc/1/comm").read_text("ascii").rstrip())
    fields.equal("netns-open inum", "red", opened["inum"],
                 os.stat("/run/netns/red").st_ino)
    fields.equal("netns-open fd", "red", opened["fd"] > 2, True)
    return fields.end()


sys.exit(main())
