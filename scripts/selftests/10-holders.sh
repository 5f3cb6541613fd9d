#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# A netns is found whatever keeps it alive, and is gone when that is.
. "$(dirname "$0")/lib.sh"

load
modprobe -q tun || true
"$PYTHON" "$SELF/holders.py"
