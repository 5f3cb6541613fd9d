#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# With track=0 the module is told of nothing, and answers all the same.
. "$(dirname "$0")/lib.sh"

modprobe -qa dummy veth || true
"$PYTHON" "$SELF/track_off.py"
