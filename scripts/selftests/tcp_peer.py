# SPDX-License-Identifier: GPL-2.0
"""TCP connections to a peer that is a program: leave() has connections of
nobody in a chosen state, in the netns that it is called in."""

import fcntl
import os
import select
import socket
import struct

from world import sh

TUNSETIFF = 0x400454ca
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
FIN, SYN, ACK = 1, 2, 16
OURS, PEER = "192.0.2.1", "192.0.2.2"


def _sum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Peer:
    """Answers nothing but what it is told to."""

    def __init__(self):
        self.tun = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(self.tun, TUNSETIFF,
                    struct.pack("16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
        sh("ip", "link", "set", "tun0", "up")
        sh("ip", "addr", "add", f"{OURS}/24", "dev", "tun0")

    def receive(self, flag, of=None):
        """The next segment with that flag, of that port of ours: (port, seq).
        Those of the connections before are sent again meanwhile."""
        while select.select([self.tun], [], [], 10)[0]:
            packet = os.read(self.tun, 2048)
            if packet[0] >> 4 != 4 or packet[9] != socket.IPPROTO_TCP:
                continue
            port, _, seq, _, _, flags = struct.unpack("!HHIIBB", packet[20:34])
            if flags & flag and of in (None, port):
                return port, seq
        raise TimeoutError("no segment")

    def send(self, port, seq, ack, flags):
        head = struct.pack("!HHIIBBHHH", 7000, port, seq, ack, 5 << 4, flags,
                           65000, 0, 0)
        pseudo = socket.inet_aton(PEER) + socket.inet_aton(OURS) + \
            struct.pack("!HH", socket.IPPROTO_TCP, len(head))
        head = head[:16] + struct.pack("!H", _sum(pseudo + head)) + head[18:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(head), 0, 0, 64,
                         socket.IPPROTO_TCP, 0, socket.inet_aton(PEER),
                         socket.inet_aton(OURS))
        ip = ip[:10] + struct.pack("!H", _sum(ip)) + ip[12:]
        os.write(self.tun, ip + head)

    def connect(self):
        """A connection of ours: the socket, its port, what it sends next."""
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex((PEER, 7000))
        port, seq = self.receive(SYN)
        self.send(port, 100, seq + 1, SYN | ACK)
        self.receive(ACK, port)
        return sock, port, seq + 1

    def leave(self, state):
        """Closes a connection, and answers until it is in that state."""
        sock, port, seq = self.connect()
        if state == "LAST-ACK":
            self.send(port, 101, seq, FIN | ACK)
            self.receive(ACK, port)
        elif state == "FIN-WAIT-2":
            # Longer than a minute, or a timer is all that is left of it.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_LINGER2, 100)
        sock.close()
        self.receive(FIN, port)
        if state == "CLOSING":
            self.send(port, 101, seq, FIN | ACK)
        elif state in ("FIN-WAIT-2", "TIME-WAIT"):
            self.send(port, 101, seq + 1, ACK)
        if state == "TIME-WAIT":
            self.send(port, 101, seq + 1, FIN | ACK)


def leave(*states, beside=()):
    peer = Peer()
    for state in (*states, *beside):
        peer.leave(state)
    os.close(peer.tun)
