#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: slow
#
# Each allocation of each command of the tool fails in turn.
. "$(dirname "$0")/lib.sh"

modprobe -a dummy veth
"$PYTHON" "$SELF/malloc.py"
