#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: tool
#
# identify: the netns of processes and threads, against /proc and lsns.
. "$(dirname "$0")/lib.sh"

load
"$PYTHON" "$SELF/identify.py"
