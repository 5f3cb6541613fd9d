#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: tool
#
# Mounts that never answer, wherever a command may look for names.
. "$(dirname "$0")/lib.sh"

modprobe -q fuse || true
load
"$PYTHON" "$SELF/dead_mounts.py"
