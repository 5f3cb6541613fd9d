#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# rmmod while somebody dumps: refused, not a crash; and right after that.
. "$(dirname "$0")/lib.sh"

load
unshare -n "$PYTHON" "$SELF/unload.py"
