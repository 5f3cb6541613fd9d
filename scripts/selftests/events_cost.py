# SPDX-License-Identifier: GPL-2.0
"""What is paid under RTNL for events of which nobody is told."""

import os
import socket
import struct
import time

import ktap
import nl
from listen import Listener

ADDRESSES = 400 if os.environ.get("KERNEL") == "debug" else 2000

rtnl = nl.Rtnl()


def add_addresses(name):
    for n in range(ADDRESSES):
        raw = socket.inet_aton(f"10.4.{n // 250}.{n % 250 + 1}")
        answer = rtnl.request(
            nl.RTM_NEWADDR, nl.NLM_F_CREATE | nl.NLM_F_ACK,
            struct.pack("=BBBBI", socket.AF_INET, 32, 0, 0,
                        socket.if_nametoindex(name)) +
            nl.attr(1, raw) + nl.attr(2, raw))
        if answer.errno:
            raise OSError(answer.errno, answer.error())


def cost_of_rename():
    """Processor time of a rename there and back."""
    index = socket.if_nametoindex("many")
    before = time.process_time()
    rtnl.rename(index, "named")
    rtnl.rename(index, "many")
    return time.process_time() - before


@ktap.case
def rename_with_a_listener_elsewhere():
    rtnl.add("many")
    add_addresses("many")
    fd = nl.new_netns()
    costs = {False: [], True: []}
    # In turns: the machine is not as quick all the time.
    for turn in range(12):
        listens = bool(turn % 2)
        if listens:
            with nl.Inside(fd):
                stranger = Listener("own")
        costs[listens].append(cost_of_rename())
        if listens:
            ktap.equal("told there", [], stranger.drain(0))
            stranger.close()
    alone, heard = min(costs[False]), min(costs[True])
    ktap.note(f"{alone:.4f} s, {heard:.4f} s with a listener in another netns")
    ktap.check(heard < 1.6 * alone, "cost by that without a listener",
               "about 1, below 1.6", heard / alone)
    os.close(fd)


@ktap.case
def rename_with_a_listener():
    """Who may be told is told of each address."""
    own = Listener("own")
    index = socket.if_nametoindex("many")
    rtnl.rename(index, "named")
    # All but the first have a number behind it.
    got = [event.attrs.nest("ADDR", "ADDR").text("LABEL").split(b":")[0]
           for event in own.drain() if event.kind == "addr-add"]
    ktap.equal("addresses, labels", (ADDRESSES, {b"named"}),
               (len(got), set(got)))
    own.close()
    rtnl.delete(index)


ktap.run()
