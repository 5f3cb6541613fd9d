#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Who sees what, and uids and pids as the requester counts them.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy veth || true
"$PYTHON" "$SELF/visibility.py"
