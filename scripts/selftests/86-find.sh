#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: tool
#
# find: addresses, devices, processes and netns, against ip and /proc.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy veth bridge || true
"$PYTHON" "$SELF/find.py"
