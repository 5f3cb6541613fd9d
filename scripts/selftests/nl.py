# SPDX-License-Identifier: GPL-2.0
"""Raw netlink: sends any request, well formed or not, and shows all that
comes back. Numbers come from the uapi header, so that the tests speak of
names alone."""

import ctypes
import os
import re
import socket
import struct
import sys

NETLINK_GENERIC = 16

NLMSG_NOOP = 1
NLMSG_ERROR = 2
NLMSG_DONE = 3

NLM_F_REQUEST = 0x1
NLM_F_ACK = 0x4
NLM_F_DUMP_INTR = 0x10
NLM_F_DUMP = 0x300
NLM_F_CREATE = 0x400
NLM_F_EXCL = 0x200
NLM_F_CAPPED = 0x100
NLM_F_ACK_TLVS = 0x200

NLA_F_NESTED = 0x8000

SOL_NETLINK = 270
NETLINK_CAP_ACK = 10
NETLINK_EXT_ACK = 11

GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY = 3
CTRL_ATTR_FAMILY_ID = 1
CTRL_ATTR_FAMILY_NAME = 2

RTM_NEWLINK = 16
RTM_DELLINK = 17
RTM_SETLINK = 19
RTM_NEWADDR = 20
RTM_DELADDR = 21
IFLA_IFNAME = 3
IFLA_MTU = 4
IFLA_LINKINFO = 18
IFLA_INFO_KIND = 1
IFLA_INFO_DATA = 2
INFO_PEER = 1           # VETH_INFO_PEER, IFLA_NETKIT_PEER_INFO
IFLA_NET_NS_FD = 28
IFLA_GROUP = 27

CLONE_FILES = 0x00000400
CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
SO_NETNS_COOKIE = 71

HEADER = os.environ.get("NSINFO_UAPI", "/nsinfo.h")

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int,
                      ctypes.c_int, ctypes.c_int, ctypes.c_long]


def _read_header(path):
    """Gives each NSINFO_* name of the generated header its number."""
    names = {}
    value = -1
    with open(path, encoding="ascii") as header:
        for line in header:
            if line.startswith("enum"):
                value = -1
            m = re.match(r"\s+(_*NSINFO_\w+)(?: = (\d+))?,$", line)
            if m:
                value = int(m[2]) if m[2] else value + 1
                names[m[1]] = value
            m = re.match(r"#define\s+(NSINFO_\w+)\s+(\d+)$", line)
            if m:
                names[m[1]] = int(m[2])
    return names


N = _read_header(HEADER)


def u32(kind, value):
    return attr(kind, struct.pack("=I", value))


def u64(kind, value):
    return attr(kind, struct.pack("=Q", value))


def text(kind, value):
    if isinstance(value, str):
        value = value.encode()
    return attr(kind, value + b"\0")


def attr(kind, payload=b"", length=None):
    """One attribute; LENGTH lies about its length."""
    if isinstance(kind, str):
        kind = N["NSINFO_A_" + kind]
    size = 4 + len(payload)
    head = struct.pack("=HH", size if length is None else length, kind)
    return head + payload + bytes(-size % 4)


class Attrs:
    """Attributes of one set, named by the prefix of that set."""

    def __init__(self, data, prefix):
        self.prefix = prefix
        self.all = []
        while len(data) >= 4:
            size, kind = struct.unpack_from("=HH", data)
            if size < 4 or size > len(data):
                raise ValueError(f"attribute of {size} bytes in {len(data)}")
            self.all.append((kind & 0x3fff, data[4:size]))
            data = data[size + (-size % 4):]

    def kind(self, name):
        return N[f"NSINFO_A_{self.prefix}_{name}"]

    def list(self, name):
        want = self.kind(name)
        return [payload for kind, payload in self.all if kind == want]

    def has(self, name):
        return bool(self.list(name))

    def raw(self, name):
        got = self.list(name)
        return got[0] if got else None

    def num(self, name):
        got = self.raw(name)
        return None if got is None else int.from_bytes(got, "little")

    def text(self, name):
        got = self.raw(name)
        return None if got is None else got.rstrip(b"\0")

    def nest(self, name, prefix):
        got = self.raw(name)
        return None if got is None else Attrs(got, prefix)

    def nests(self, name, prefix):
        return [Attrs(got, prefix) for got in self.list(name)]


class Answer:
    """All that one request brought: data messages, errno and extack."""

    def __init__(self):
        self.msgs = []      # payloads behind the genl header
        self.sizes = []     # nlmsg_len of each of them
        self.noops = 0      # messages to be passed over
        self.errno = 0
        self.done = False   # the end was told (ack, error or NLMSG_DONE)
        self.by_done = False
        self.interrupted = False
        self.msg = None     # NLMSGERR_ATTR_MSG
        self.offset = None  # NLMSGERR_ATTR_OFFS
        self.policy = False
        self.miss_type = None
        self.miss_nest = None

    def _tlvs(self, data):
        while len(data) >= 4:
            size, kind = struct.unpack_from("=HH", data)
            if size < 4 or size > len(data):
                break
            payload = data[4:size]
            kind &= 0x3fff
            if kind == 1:
                self.msg = payload.rstrip(b"\0").decode()
            elif kind == 2:
                self.offset = struct.unpack("=I", payload)[0]
            elif kind == 4:
                self.policy = True
            elif kind == 5:
                self.miss_type = struct.unpack("=I", payload)[0]
            elif kind == 6:
                self.miss_nest = struct.unpack("=I", payload)[0]
            data = data[size + (-size % 4):]

    def add(self, kind, flags, payload, head):
        """Takes one message; HEAD bytes of it are the protocol's header."""
        if flags & NLM_F_DUMP_INTR and kind != NLMSG_ERROR:
            self.interrupted = True
        if kind == NLMSG_ERROR:
            self.errno = -struct.unpack_from("=i", payload)[0]
            self.done = True
            skip = 20
            if not flags & NLM_F_CAPPED:
                skip = 4 + struct.unpack_from("=I", payload, 4)[0]
            if flags & NLM_F_ACK_TLVS:
                self._tlvs(payload[skip + (-skip % 4):])
        elif kind == NLMSG_DONE:
            if len(payload) >= 4:
                self.errno = -struct.unpack_from("=i", payload)[0]
            self.done = self.by_done = True
            if flags & NLM_F_ACK_TLVS:
                self._tlvs(payload[4:])
        elif kind == NLMSG_NOOP:
            self.noops += 1
        else:
            self.msgs.append(payload[head:])
            self.sizes.append(16 + len(payload))

    def error(self):
        """The refusal as one line, for comparing."""
        name = os.strerror(self.errno) if self.errno else "no error"
        return f"{name}: {self.msg}"


class Netlink:
    head = 0

    def __init__(self, proto, size=32768):
        """SIZE is that of the buffer for receiving. A socket never may have a
        smaller one later: the kernel fills what it saw once."""
        self.size = size
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, proto)
        self.sock.bind((0, 0))
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self.sock.settimeout(60)
        self.seq = 1

    def close(self):
        self.sock.close()

    def send(self, kind, flags, payload):
        self.seq += 1
        self.sock.send(struct.pack("=IHHII", 16 + len(payload), kind, flags,
                                   self.seq, 0) + payload)

    def receive(self, answer):
        """Reads one buffer into ANSWER; true while there is more to come."""
        data, _, flags, _ = self.sock.recvmsg(self.size)
        if flags & socket.MSG_TRUNC:
            raise ValueError(f"truncated to {self.size}")
        while data:
            length, kind, flags, seq, _ = struct.unpack_from("=IHHII", data)
            if length < 16 or length > len(data):
                raise ValueError(f"message of {length} bytes in {len(data)}")
            if seq == self.seq:
                answer.add(kind, flags, data[16:length], self.head)
            data = data[length + (-length % 4):]
        return not answer.done

    def request(self, kind, flags, payload):
        answer = Answer()
        self.send(kind, flags | NLM_F_REQUEST, payload)
        while self.receive(answer):
            pass
        return answer


class Nsinfo(Netlink):
    """A client of the family, in the netns where it is made."""

    head = 4

    def __init__(self, size=32768):
        super().__init__(NETLINK_GENERIC, size)
        found = self.request(GENL_ID_CTRL, NLM_F_ACK,
                             struct.pack("=BBH", CTRL_CMD_GETFAMILY, 1, 0) +
                             text(CTRL_ATTR_FAMILY_NAME, "nsinfo"))
        if found.errno:
            raise OSError(found.errno, "family nsinfo")
        kinds = dict(Attrs(found.msgs[0], "").all)
        self.family = struct.unpack("=H", kinds[CTRL_ATTR_FAMILY_ID])[0]

    def _start(self, cmd, attrs, flags, reserved):
        if isinstance(cmd, str):
            cmd = N["NSINFO_CMD_" + cmd]
        self.send(self.family, flags | NLM_F_REQUEST,
                  struct.pack("=BBH", cmd, 1, reserved) + attrs)

    def do(self, cmd, attrs=b"", flags=NLM_F_ACK, reserved=0):
        answer = Answer()
        self._start(cmd, attrs, flags, reserved)
        while self.receive(answer):
            pass
        return answer

    def dump_start(self, cmd, attrs=b"", reserved=0):
        self._start(cmd, attrs, NLM_F_DUMP, reserved)
        return Answer()

    def dump(self, cmd, attrs=b"", between=None):
        """A whole dump, calling BETWEEN after each buffer but the last."""
        answer = self.dump_start(cmd, attrs)
        while self.receive(answer):
            if between:
                between(answer)
        return answer


class Rtnl(Netlink):
    """Just enough of rtnetlink to change devices without starting ip."""

    head = 0

    def __init__(self):
        super().__init__(socket.NETLINK_ROUTE)

    def _link(self, kind, flags, ifindex, attrs):
        answer = self.request(kind, flags | NLM_F_ACK, struct.pack(
            "=BBHiII", socket.AF_UNSPEC, 0, 0, ifindex, 0, 0) + attrs)
        if answer.errno:
            raise OSError(answer.errno, answer.error())

    def add(self, name, kind="dummy", data=b"", attrs=b""):
        info = text(IFLA_INFO_KIND, kind)
        if data:
            info += attr(IFLA_INFO_DATA | NLA_F_NESTED, data)
        self._link(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0,
                   text(IFLA_IFNAME, name) + attrs +
                   attr(IFLA_LINKINFO | NLA_F_NESTED, info))

    def add_pair(self, kind, name, peer, netns=None, more=b""):
        """A veth or netkit; the peer is in the netns of that fd. More is what
        else the kind has."""
        data = struct.pack("=BBHiII", 0, 0, 0, 0, 0, 0)
        data += text(IFLA_IFNAME, peer)
        if netns is not None:
            data += u32(IFLA_NET_NS_FD, netns)
        self.add(name, kind, attr(INFO_PEER | NLA_F_NESTED, data) + more)

    def delete(self, ifindex):
        self._link(RTM_DELLINK, 0, ifindex, b"")

    def delete_group(self, group):
        self._link(RTM_DELLINK, 0, 0, u32(IFLA_GROUP, group))

    def set(self, ifindex, attrs):
        self._link(RTM_SETLINK, 0, ifindex, attrs)

    def move(self, ifindex, netns):
        self.set(ifindex, u32(IFLA_NET_NS_FD, netns))

    def rename(self, ifindex, name):
        self.set(ifindex, text(IFLA_IFNAME, name))


def check(result, what):
    if result < 0:
        err = ctypes.get_errno()
        raise OSError(err, f"{what}: {os.strerror(err)}")
    return result


def unshare(flags):
    check(libc.unshare(flags), "unshare")


def setns(fd):
    check(libc.setns(fd, CLONE_NEWNET), "setns")


def open_netns():
    """The netns of the calling thread."""
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def inode(fd):
    return os.fstat(fd).st_ino


def cookie():
    """Id of the netns of the calling thread."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        return struct.unpack("=Q", sock.getsockopt(
            socket.SOL_SOCKET, SO_NETNS_COOKIE, 8))[0]


class Inside:
    """with Inside(fd): the calling thread is in that netns."""

    def __init__(self, fd):
        self.fd = fd

    def __enter__(self):
        self.home = open_netns()
        setns(self.fd)

    def __exit__(self, *_):
        setns(self.home)
        os.close(self.home)


def new_netns():
    """Makes a netns that nothing but the returned fd holds."""
    home = open_netns()
    unshare(CLONE_NEWNET)
    fd = open_netns()
    setns(home)
    os.close(home)
    return fd


def main():
    """nl.py pair KIND NAME PEER [PATH-OF-PEER-NETNS]: for what ip is too old
    for. Exit status 95 (EOPNOTSUPP): the kernel does not know KIND."""
    kind, name, peer, *path = sys.argv[2:]
    netns = os.open(path[0], os.O_RDONLY) if path else None
    try:
        Rtnl().add_pair(kind, name, peer, netns)
    except OSError as err:
        print(err, file=sys.stderr)
        sys.exit(err.errno)


if __name__ == "__main__":
    main()
