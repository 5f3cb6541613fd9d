#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# What show tells of a netns that no name leads to, to whom, and while the
# kernel is stuck.
. "$(dirname "$0")/lib.sh"

# WireGuard waits for RTNL before the module is told of a teardown.
modprobe -qr wireguard || true
load
"$PYTHON" "$SELF/show_hidden.py"
