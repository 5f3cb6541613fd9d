# SPDX-License-Identifier: GPL-2.0
"""Compares the family that the running kernel has with the YAML: operations
with CTRL_CMD_GETFAMILY, what they accept with CTRL_CMD_GETPOLICY. The YAML is
read by the kernel tree's own nlspec."""

import struct
import sys

from lib.nlspec import SpecFamily
from nl import Attrs, GENL_ID_CTRL, NLM_F_ACK, NLM_F_DUMP, Netlink, text

NETLINK_GENERIC = 16
CTRL_CMD_GETFAMILY = 3
CTRL_CMD_GETPOLICY = 10
(FAMILY_NAME, VERSION, HDRSIZE, OPS, GROUPS, POLICY, OP_POLICY) = (
    2, 3, 4, 6, 7, 8, 9)
OP_ID, OP_FLAGS = 1, 2
POLICY_DO, POLICY_DUMP = 1, 2
GROUP_NAME = 1

# Not 8: an operation without attributes has a policy too, of refusing all.
OP_FLAG_NAMES = {1: "admin-perm", 2: "do", 4: "dump", 16: "uns-admin-perm"}
# enum netlink_attribute_type
TYPES = {1: "flag", 2: "u8", 3: "u16", 4: "u32", 5: "u64", 6: "s8", 7: "s16",
         8: "s32", 9: "s64", 10: "binary", 11: "unterminated string",
         12: "string", 13: "nest", 14: "nested array", 15: "bitfield32",
         16: "sint", 17: "uint"}
# enum netlink_policy_type_attr
ATTR_TYPE = 1
LIMITS = {2: "min", 3: "max", 4: "min", 5: "max", 6: "min-len", 7: "max-len",
          8: "nested policy", 9: "nested max", 10: "bits", 12: "mask"}
BITS = {"u8": 8, "u16": 16, "u32": 32, "u64": 64}


class Results:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def equal(self, name, expected, got):
        self.count += 1
        good = expected == got
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")
        if not good:
            print(f"# expected (YAML): {expected}")
            print(f"# got (kernel):    {got}", flush=True)

    def end(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def number(payload):
    return int.from_bytes(payload, sys.byteorder)


def attrs(payload):
    return Attrs(payload, "").all


class Control(Netlink):
    head = 4

    def __init__(self):
        super().__init__(NETLINK_GENERIC)

    def ask(self, cmd, flags, name):
        answer = self.request(GENL_ID_CTRL, flags,
                              struct.pack("=BBH", cmd, 2, 0) +
                              text(FAMILY_NAME, name))
        if answer.errno:
            raise OSError(answer.errno, answer.error())
        return answer.msgs


def kernel_family(control, name):
    family = dict(attrs(control.ask(CTRL_CMD_GETFAMILY, NLM_F_ACK, name)[0]))
    ops = {}
    for _, entry in attrs(family.get(OPS, b"")):
        op = dict(attrs(entry))
        flags = number(op[OP_FLAGS])
        ops[number(op[OP_ID])] = {word for bit, word in OP_FLAG_NAMES.items()
                                  if flags & bit}
    groups = [dict(attrs(entry))[GROUP_NAME].rstrip(b"\0").decode()
              for _, entry in attrs(family.get(GROUPS, b""))]
    return family, ops, groups


def kernel_attr(payload):
    """One attribute's policy: its type and its limits."""
    fields = dict(attrs(payload))
    rule = {"type": TYPES[number(fields[ATTR_TYPE])]}
    for kind, word in LIMITS.items():
        if kind in fields:
            rule[word] = number(fields[kind])
    return rule


def kernel_policies(control, name):
    """{(op id, "do" or "dump"): {attribute number: rule}}"""
    which = {}
    policies = {}
    for msg in control.ask(CTRL_CMD_GETPOLICY, NLM_F_DUMP, name):
        for kind, payload in attrs(msg):
            if kind == OP_POLICY:
                for op, modes in attrs(payload):
                    for mode, index in attrs(modes):
                        word = "do" if mode == POLICY_DO else "dump"
                        which[(op, word)] = number(index)
            elif kind == POLICY:
                for index, rules in attrs(payload):
                    policies.setdefault(index, {}).update(
                        (number_, kernel_attr(rule))
                        for number_, rule in attrs(rules))
    return {key: policies.get(index, {}) for key, index in which.items()}


def spec_attr(family, attr):
    """What the kernel has to say of an attribute, from the YAML."""
    rule = {"type": attr.type}
    checks = attr.yaml.get("checks", {})
    if attr.type in BITS:
        enum = family.consts[attr["enum"]] if "enum" in attr else None
        if enum is not None and (enum.type == "flags" or
                                 attr.yaml.get("enum-as-flags")):
            rule["mask"] = enum.get_mask(as_flags=True)
            return rule
        rule["min"] = checks.get("min", 0)
        rule["max"] = checks.get("max", 2 ** BITS[attr.type] - 1)
        if enum is not None:
            rule["max"] = max(entry.value for entry in
                              enum.entries.values())
    for word in ("min-len", "max-len"):
        if word in checks:
            rule[word] = checks[word]
    return rule


def spec_policy(family, op, mode):
    names = op.yaml[mode].get("request", {}).get("attributes", [])
    attr_set = family.attr_sets[op.yaml["attribute-set"]]
    return {attr_set[name].value: spec_attr(family, attr_set[name])
            for name in names}


def named(policy, attr_set):
    """The same with the names of the attributes, for reading."""
    names = {attr.value: name for name, attr in attr_set.items()}
    return {names.get(number_, number_): rule
            for number_, rule in sorted(policy.items())}


def main():
    # Not against the schema: the generator does that, in less time.
    spec = SpecFamily(sys.argv[1], schema_path="")
    control = Control()
    family, ops, groups = kernel_family(control, spec.name)
    policies = kernel_policies(control, spec.name)
    results = Results()

    results.equal("version of the family",
                  spec.yaml.get("version", 1), number(family[VERSION]))
    results.equal("size of a header of its own", 0, number(family[HDRSIZE]))
    results.equal("multicast groups", list(spec.mcast_groups), groups)
    # The kernel does not tell of notifications.
    calls = {name: op for name, op in spec.ops.items() if op.is_call}
    results.equal("numbers of the operations",
                  sorted(op.req_value for op in calls.values()), sorted(ops))
    for name, op in calls.items():
        modes = {mode for mode in ("do", "dump") if mode in op.yaml}
        results.equal(f"{name}: modes and flags",
                      sorted(modes | set(op.yaml.get("flags", []))),
                      sorted(ops.get(op.req_value, set())))
        attr_set = spec.attr_sets[op.yaml["attribute-set"]]
        for mode in sorted(modes):
            got = policies.pop((op.req_value, mode), {})
            results.equal(f"{name}: attributes of a {mode}",
                          named(spec_policy(spec, op, mode), attr_set),
                          named(got, attr_set))
    results.equal("policies of operations that the YAML has not", {}, policies)
    return results.end()


sys.exit(main())
