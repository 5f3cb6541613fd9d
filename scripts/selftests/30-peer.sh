#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Where the other end of a device is: peer, link_netns, master.
. "$(dirname "$0")/lib.sh"

load
"$PYTHON" "$SELF/peer.py"
