# SPDX-License-Identifier: GPL-2.0
"""What the tests of events have in common: one listener to all of them."""

import socket
import subprocess

import ktap
import nl
from listen import Listener, hole

rtnl = nl.Rtnl()
all_events = Listener()
_last = []


def told(events, *kinds, netns=None):
    """Kinds of the events, of one netns, KINDS alone where there are any."""
    return [event.kind for event in events
            if (not kinds or event.kind in kinds) and
            netns in (None, event.netns)]


def of_device(events, name):
    return [event for event in events if event.ifname == name]


def _follow(got):
    """They must have followed each other, and those before."""
    ktap.equal("hole", None, hole(_last + got))
    ktap.check(got == sorted(got, key=lambda event: event.time), "times",
               "in order", got)
    _last[:] = got[-1:] or _last
    return got


def heard(quiet=0.4):
    """All since the last time, up to a while of silence."""
    return _follow(all_events.drain(quiet))


def heard_until(kind, times=1):
    """All since the last time, up to so many of that kind."""
    seen = []
    return _follow(all_events.until(
        lambda event: event.kind == kind and seen.append(event) is None and
        len(seen) == times))


def ip(*args):
    """ip -batch -, which does many for the price of one."""
    subprocess.run(["ip", "-batch", "-"], input="\n".join(args) + "\n",
                   check=True, text=True)


def ifindex(name):
    return socket.if_nametoindex(name)
