# SPDX-License-Identifier: GPL-2.0
"""bad_request.py INODE: requests that the family has to refuse, with a netns
of that inode at hand."""

import errno
import os
import sys

import ktap
import nl
from nl import attr, text, u32, u64

INODE = int(sys.argv[1])
BODY = 20               # offset of the first attribute: netlink + genl header
GET = ("NETNS_GET", "DEV_GET", "TASK_GET")
# What a dump refuses after its start comes with NLMSG_DONE, and there 6.1 sends
# the text of the extack alone.
DONE_HAS_TEXT_ALONE = os.uname().release.startswith("6.1.")
ns = nl.Nsinfo()
KEY = u32("DEV_NETNS_INUM", INODE)


def refused(answer, err, msg, offset=None, miss=None, what=""):
    """Checks a refusal: errno, text, offset of the attribute, missing type."""
    name = errno.errorcode.get
    ktap.equal(f"{what}errno", name(err), name(answer.errno))
    ktap.equal(f"{what}text", msg, answer.msg)
    if not (answer.by_done and DONE_HAS_TEXT_ALONE):
        ktap.equal(f"{what}offset of the attribute", offset, answer.offset)
    ktap.equal(f"{what}missing attribute", miss, answer.miss_type)
    ktap.equal(f"{what}data messages", 0, len(answer.msgs))


def both(cmd, attrs, *expected, **more):
    """The same request as do and as dump is refused the same way."""
    refused(ns.do(cmd, attrs), *expected, what=f"{cmd} do: ", **more)
    refused(ns.dump(cmd, attrs), *expected, what=f"{cmd} dump: ", **more)


@ktap.case
def well_formed_is_answered():
    """The base line: what the others spoil is right as it is."""
    for cmd, attrs in (("MODULE_GET", b""),
                       ("NETNS_GET", u32("NETNS_INUM", INODE)),
                       ("DEV_GET", KEY + u32("DEV_IFINDEX", 1)),
                       ("DEV_GET", KEY + text("DEV_IFNAME", "lo"))):
        got = ns.do(cmd, attrs)
        ktap.equal(f"{cmd}: refusal", "no error: None", got.error())
        ktap.equal(f"{cmd}: messages", 1, len(got.msgs))
    for cmd in GET:
        ktap.equal(f"{cmd}: refusal", "no error: None", ns.dump(cmd).error())


@ktap.case
def attribute_unknown():
    both("NETNS_GET", attr(999), errno.EINVAL, "Unknown attribute type",
         offset=BODY)
    both("DEV_GET", KEY + attr(999), errno.EINVAL, "Unknown attribute type",
         offset=BODY + 8)


@ktap.case
def attribute_of_replies_only():
    both("NETNS_GET", u32("NETNS_STATE", 0), errno.EINVAL,
         "Unsupported attribute", offset=BODY)
    both("NETNS_GET", u32("NETNS_FD", 0), errno.EINVAL,
         "Unknown attribute type", offset=BODY)
    refused(ns.dump("TASK_GET", u32("TASK_PID", 1)), errno.EINVAL,
            "Unknown attribute type", offset=BODY)
    refused(ns.do("NETNS_OPEN", u32("NETNS_INUM", INODE) +
                  u32("NETNS_WANT", 1)), errno.EINVAL,
            "Unknown attribute type", offset=BODY + 8)
    both("DEV_GET", u32("DEV_MTU", 1500), errno.EINVAL,
         "Unknown attribute type", offset=BODY)


@ktap.case
def attribute_of_padding():
    both("NETNS_GET", attr("NETNS_PAD"), errno.EINVAL,
         "Unsupported attribute", offset=BODY)


@ktap.case
def attribute_where_there_are_none():
    got = ns.do("MODULE_GET", u32(1, 1))
    ktap.equal("errno", errno.EINVAL, got.errno)
    ktap.equal("offset", BODY, got.offset)
    ktap.check(got.msg, "text", "some", got.msg)


@ktap.case
def length_too_short():
    for cmd, name in (("NETNS_GET", "NETNS_INUM"), ("DEV_GET", "DEV_IFINDEX")):
        both(cmd, attr(name, b"\1\0"), errno.EINVAL,
             "invalid attribute length", offset=BODY)
    both("NETNS_GET", attr("NETNS_ID", bytes(4)), errno.EINVAL,
         "invalid attribute length", offset=BODY)


@ktap.case
def length_too_long():
    both("NETNS_GET", attr("NETNS_INUM", bytes(8)), errno.EINVAL,
         "invalid attribute length", offset=BODY)
    both("DEV_GET", attr("DEV_WANT", bytes(8)), errno.EINVAL,
         "invalid attribute length", offset=BODY)


@ktap.case
def length_of_nothing():
    both("DEV_GET", attr("DEV_NETNS_ID"), errno.EINVAL,
         "invalid attribute length", offset=BODY)


@ktap.case
def length_beyond_message():
    both("NETNS_GET", attr("NETNS_INUM", bytes(4), length=400), errno.EINVAL,
         "bytes leftover after parsing attributes")


@ktap.case
def junk_behind_attributes():
    both("NETNS_GET", u32("NETNS_INUM", INODE) + b"\1\0", errno.EINVAL,
         "bytes leftover after parsing attributes")


@ktap.case
def nested_flag_on_plain_attribute():
    both("NETNS_GET", u32(nl.N["NSINFO_A_NETNS_INUM"] | nl.NLA_F_NESTED, INODE),
         errno.EINVAL, "NLA_F_NESTED not expected", offset=BODY)


@ktap.case
def key_missing():
    refused(ns.do("NETNS_GET"), errno.EINVAL, "id or inum is needed",
            miss=nl.N["NSINFO_A_NETNS_INUM"])
    refused(ns.do("NETNS_OPEN"), errno.EINVAL, "id or inum is needed",
            miss=nl.N["NSINFO_A_NETNS_INUM"])
    refused(ns.do("DEV_GET", u32("DEV_IFINDEX", 1)), errno.EINVAL,
            "netns-id or netns-inum is needed",
            miss=nl.N["NSINFO_A_DEV_NETNS_ID"])
    refused(ns.do("DEV_GET", KEY), errno.EINVAL, "ifindex or ifname is needed",
            miss=nl.N["NSINFO_A_DEV_IFINDEX"])


@ktap.case
def netns_unknown():
    msg = "no such network namespace"
    both("NETNS_GET", u64("NETNS_ID", 1 << 60), errno.ENOENT, msg, offset=BODY)
    both("NETNS_GET", u32("NETNS_INUM", 1), errno.ENOENT, msg, offset=BODY)
    both("NETNS_GET", u32("NETNS_INUM", 0), errno.ENOENT, msg, offset=BODY)
    for attrs in (u64("NETNS_ID", 1 << 60), u32("NETNS_INUM", 1)):
        refused(ns.do("NETNS_OPEN", attrs), errno.ENOENT, msg, offset=BODY)
    for attrs in (u64("TASK_NETNS_ID", 1 << 60), u32("TASK_NETNS_INUM", 1)):
        refused(ns.dump("TASK_GET", attrs), errno.ENOENT, msg, offset=BODY)
    for attrs in (u64("HOLDER_NETNS_ID", 1 << 60),
                  u32("HOLDER_NETNS_INUM", 1)):
        refused(ns.dump("HOLDER_GET", attrs), errno.ENOENT, msg, offset=BODY)
    both("DEV_GET", u32("DEV_IFINDEX", 1) + u64("DEV_NETNS_ID", 0),
         errno.ENOENT, msg, offset=BODY + 8)
    both("DEV_GET", u32("DEV_IFINDEX", 1) + u32("DEV_NETNS_INUM", 1),
         errno.ENOENT, msg, offset=BODY + 8)


@ktap.case
def id_and_inode_of_different_netns():
    got = nl.Attrs(ns.do("NETNS_GET", u32("NETNS_INUM", INODE)).msgs[0],
                   "NETNS")
    both("NETNS_GET", u64("NETNS_ID", nl.cookie()) + u32("NETNS_INUM", INODE),
         errno.ENOENT, "no such network namespace", offset=BODY)
    same = ns.do("NETNS_GET", u64("NETNS_ID", got.num("ID")) +
                 u32("NETNS_INUM", INODE))
    ktap.equal("id and inode of the same one", "no error: None", same.error())


@ktap.case
def device_unknown():
    msg = "no such device in this network namespace"
    refused(ns.do("DEV_GET", KEY + u32("DEV_IFINDEX", 4711)), errno.ENODEV,
            msg, offset=BODY + 8)
    refused(ns.do("DEV_GET", KEY + text("DEV_IFNAME", "none")), errno.ENODEV,
            msg, offset=BODY + 8)
    refused(ns.do("DEV_GET", KEY + u32("DEV_IFINDEX", 1) +
                  text("DEV_IFNAME", "none")), errno.ENODEV, msg,
            offset=BODY + 8)
    got = ns.dump("DEV_GET", KEY + u32("DEV_IFINDEX", 4711))
    ktap.equal("dump of none", ("no error: None", 0),
               (got.error(), len(got.msgs)))


@ktap.case
def ifindex_out_of_range():
    both("DEV_GET", KEY + u32("DEV_IFINDEX", 0), errno.ERANGE,
         "integer out of range", offset=BODY + 8)
    got = ns.do("DEV_GET", KEY + u32("DEV_IFINDEX", 0xffffffff))
    ktap.check(got.errno in (errno.ENODEV, errno.ERANGE), "ifindex -1",
               "ENODEV or ERANGE", got.error())


@ktap.case
def ifname_too_long():
    both("DEV_GET", KEY + text("DEV_IFNAME", "x" * 16), errno.EINVAL,
         "Attribute failed policy validation", offset=BODY + 8)


@ktap.case
def ifname_not_terminated():
    both("DEV_GET", KEY + attr("DEV_IFNAME", b"lo"), errno.EINVAL,
         "Attribute failed policy validation", offset=BODY + 8)
    both("DEV_GET", KEY + attr("DEV_IFNAME"), errno.EINVAL,
         "Attribute failed policy validation", offset=BODY + 8)


@ktap.case
def want_bit_unknown():
    both("DEV_GET", u32("DEV_WANT", 0x80000000), errno.EINVAL,
         "reserved bit set", offset=BODY)
    both("DEV_GET", u32("DEV_WANT", nl.N["NSINFO_DEV_WANT_STATS"] | 2),
         errno.EINVAL, "reserved bit set", offset=BODY)
    for bits in (32, 31 + 32, 0x80000000):
        both("NETNS_GET", u32("NETNS_WANT", bits), errno.EINVAL,
             "reserved bit set", offset=BODY)


@ktap.case
def want_of_wrong_length():
    for payload in (b"", b"\1", bytes(8)):
        both("NETNS_GET", attr("NETNS_WANT", payload), errno.EINVAL,
             "invalid attribute length", offset=BODY)


@ktap.case
def want_of_nothing():
    got = ns.do("NETNS_GET", u32("NETNS_INUM", INODE) + u32("NETNS_WANT", 0))
    ktap.equal("as without", ns.do("NETNS_GET", u32("NETNS_INUM",
                                                    INODE)).msgs, got.msgs)


@ktap.case
def reserved_header_field_set():
    msg = "genlmsghdr.reserved field is not 0"
    refused(ns.do("MODULE_GET", reserved=1), errno.EINVAL, msg)
    refused(ns.do("NETNS_GET", u32("NETNS_INUM", INODE), reserved=0x100),
            errno.EINVAL, msg)
    answer = ns.dump_start("DEV_GET", reserved=1)
    while ns.receive(answer):
        pass
    refused(answer, errno.EINVAL, msg)


@ktap.case
def header_flag_unknown():
    got = ns.do("MODULE_GET", flags=nl.NLM_F_ACK | 0x1000)
    refused(got, errno.EINVAL, "ambiguous or reserved bits set in nlmsg_flags")


@ktap.case
def dump_where_there_is_none():
    refused(ns.dump("MODULE_GET"), errno.EOPNOTSUPP, None)
    refused(ns.dump("NETNS_OPEN", u32("NETNS_INUM", INODE)),
            errno.EOPNOTSUPP, None)


@ktap.case
def do_where_there_is_none():
    refused(ns.do("TASK_GET"), errno.EOPNOTSUPP, None)
    refused(ns.do("HOLDER_GET"), errno.EOPNOTSUPP, None)


@ktap.case
def command_unknown():
    for cmd in (0, nl.N["__NSINFO_CMD_MAX"], 255):
        refused(ns.do(cmd), errno.EOPNOTSUPP, None, what=f"{cmd} do: ")
        refused(ns.dump(cmd), errno.EOPNOTSUPP, None, what=f"{cmd} dump: ")


@ktap.case
def message_without_genl_header():
    ns.send(ns.family, nl.NLM_F_REQUEST | nl.NLM_F_ACK, b"")
    answer = nl.Answer()
    while ns.receive(answer):
        pass
    ktap.equal("errno", errno.EINVAL, answer.errno)


ktap.run()
