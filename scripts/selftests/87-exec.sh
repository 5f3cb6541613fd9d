#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# nsinfo exec and nsinfo name: into a netns, also where no process, name or
# file leads there.
. "$(dirname "$0")/lib.sh"

load
modprobe -q tun || true
"$PYTHON" "$SELF/exec.py"
