#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# list: the columns of lsns as lsns has them, numbers of what is inside, and
# every way to ask for a table.
. "$(dirname "$0")/lib.sh"

# WireGuard waits for RTNL before the module is told of a teardown.
modprobe -qr wireguard || true
load
"$PYTHON" "$SELF/listing.py"
