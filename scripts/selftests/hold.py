# SPDX-License-Identifier: GPL-2.0
"""Ways to hold a netns: start() makes a netns that only that kind of thing
holds, in a child process."""

import array
import collections
import fcntl
import mmap
import os
import queue
import signal
import socket
import struct
import threading

import nl

SOL_PACKET = 263
PACKET_RX_RING = 5
TUNSETIFF = 0x400454ca
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000
MS_BIND = 0x1000
SYS_IO_URING_SETUP = 425
SYS_IO_URING_REGISTER = 427
IORING_REGISTER_FILES = 2
IPPROTO_MPTCP = 262
MS_REC = 0x4000
MS_PRIVATE = 1 << 18


def mount(source, target, flags):
    nl.check(nl.libc.mount(os.fsencode(source), os.fsencode(target), None,
                           flags, None), f"mount {target}")


def unmount(path):
    nl.check(nl.libc.umount2(os.fsencode(path), 2), "umount")
    os.unlink(path)


def touch(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o444))


# Each of these runs in the new netns with the fd of the old one, and returns
# what must stay referenced. All but process are left with setns(home).

def hold_process(_home, _key):
    return None


def hold_name(_home, key):
    path = f"/run/netns/{key}"
    touch(path)
    mount("/proc/thread-self/ns/net", path, MS_BIND)
    return lambda: unmount(path)


def hold_mount(_home, key):
    nl.unshare(nl.CLONE_NEWNS)
    mount("none", "/", MS_REC | MS_PRIVATE)
    path = f"/tmp/hold-{key}"
    touch(path)
    mount("/proc/thread-self/ns/net", path, MS_BIND)
    return lambda: unmount(path)


def hold_fd(_home, _key):
    return nl.open_netns()


def hold_mptcp(_home, _key):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
    sock.listen()
    return sock


def hold_socket(_home, _key):
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _send_fd(home, fd):
    """Leaves FD in a message that nobody reads, between sockets of HOME."""
    with nl.Inside(home):
        pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    pair[0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                              array.array("i", [fd]))])
    os.close(fd)
    return pair


def hold_message_fd(home, _key):
    return _send_fd(home, nl.open_netns())


def hold_message_socket(home, _key):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    return _send_fd(home, sock.detach())


def hold_packet_ring(_home, _key):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.setsockopt(SOL_PACKET, PACKET_RX_RING,
                    struct.pack("=IIII", 4096, 1, 2048, 2))
    ring = nl.libc.mmap(None, 4096, mmap.PROT_READ | mmap.PROT_WRITE,
                        mmap.MAP_SHARED, sock.fileno(), 0)
    if ring in (None, -1, 2 ** 64 - 1):
        raise OSError("mmap of the ring")
    sock.close()
    return lambda: nl.check(nl.libc.munmap(nl.ctypes.c_void_p(ring), 4096),
                            "munmap")


def hold_tun(_home, _key):
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"tap%d",
                                            IFF_TAP | IFF_NO_PI))
    return tun


def register(fd):
    """Leaves FD with an io_uring, and closes it."""
    ring = nl.libc.syscall(SYS_IO_URING_SETUP, 1, bytes(120))
    nl.check(ring, "io_uring_setup")
    nl.check(nl.libc.syscall(SYS_IO_URING_REGISTER, ring,
                             IORING_REGISTER_FILES,
                             struct.pack("=i", fd), 1),
             "io_uring_register")
    os.close(fd)
    return ring


def hold_io_uring(_home, _key):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("", 0))
    return register(sock.detach())


def hold_io_uring_netns(_home, _key):
    return register(nl.open_netns())


def hold_proc_file(_home, _key):
    return os.open("/proc/thread-self/net/dev", os.O_RDONLY)


def hold_thread(report):
    def life():
        nl.unshare(nl.CLONE_NEWNET)
        netns = nl.open_netns()
        found = (nl.inode(netns), nl.cookie())
        os.close(netns)
        report(*found)
        threading.Event().wait()
    threading.Thread(target=life, daemon=True).start()
    signal.pause()


def hold_thread_file(report):
    """A thread with its own table of files has one of proc there."""
    told = queue.Queue()

    def life():
        nl.unshare(nl.CLONE_FILES)
        os.closerange(3, 1024)      # the pipe of report() is the other table's
        home = nl.open_netns()
        nl.unshare(nl.CLONE_NEWNET)
        netns = nl.open_netns()
        found = (nl.inode(netns), nl.cookie())
        os.open("/proc/thread-self/net/dev", os.O_RDONLY)
        nl.setns(home)
        os.close(netns)
        os.close(home)
        told.put(found)
        threading.Event().wait()
    threading.Thread(target=life, daemon=True).start()
    report(*told.get())
    signal.pause()


def child(kind, key, out):
    """Never returns. SIGTERM releases and ends it."""
    def report(inode, cookie):
        os.write(out, f"{inode} {cookie}".encode())
        os.close(out)

    def end(*_):
        if callable(held[0]):
            held[0]()
        os._exit(0)

    held = [None]
    nl.libc.prctl(1, signal.SIGKILL, 0, 0, 0)   # PR_SET_PDEATHSIG
    signal.signal(signal.SIGTERM, end)
    if kind.startswith("thread"):
        globals()["hold_" + kind.replace("-", "_")](report)
    home = nl.open_netns()
    nl.unshare(nl.CLONE_NEWNET)
    netns = nl.open_netns()
    found = (nl.inode(netns), nl.cookie())
    os.close(netns)
    held[0] = globals()["hold_" + kind.replace("-", "_")](home, key)
    if kind != "process":
        nl.setns(home)
    os.close(home)
    report(*found)
    while True:
        signal.pause()


Holder = collections.namedtuple("Holder", "pid inode id")


def start(kind, key):
    """Makes a netns and returns its Holder. KEY is a name for what needs
    one."""
    read_end, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        try:
            child(kind, key, out)
        finally:
            os._exit(1)
    os.close(out)
    with os.fdopen(read_end) as pipe:
        words = pipe.read().split()
    if not words:
        raise RuntimeError(f"no holder of kind {kind}")
    return Holder(pid, int(words[0]), int(words[1]))


def release(pid):
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)
