#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# While another task holds RTNL: dumps return, a netns that is stuck in its
# teardown for that is shown, and rmmod and insmod refuse instead of hanging.
. "$(dirname "$0")/lib.sh"

# WireGuard waits for RTNL before the module is told of a teardown, and VXLAN
# before it is told of a new netns.
modprobe -qr wireguard vport_vxlan vxlan || true
load
"$PYTHON" "$SELF/rtnl.py"
