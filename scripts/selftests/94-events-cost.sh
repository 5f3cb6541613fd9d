#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# What events cost those who make them, with listeners that get none of them.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy || true
unshare -n "$PYTHON" "$SELF/events_cost.py"
