# SPDX-License-Identifier: GPL-2.0
"""Has the module nsinfo_pin hold devices and namespaces."""

import os

import nl

PARAMETERS = "/sys/module/nsinfo_pin/parameters/"


def pin(netns, what, value):
    """WHAT as the module's source says; in the netns of that fd."""
    with nl.Inside(netns):
        set_parameter(what, value)


def set_parameter(what, value):
    fd = os.open(PARAMETERS + what, os.O_WRONLY)
    try:
        os.write(fd, f"{value}\n".encode())
    finally:
        os.close(fd)


def drop():
    """Lets all devices go."""
    set_parameter("drop", "")
