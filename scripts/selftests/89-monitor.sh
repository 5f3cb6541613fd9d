#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# nsinfo monitor: what happens, told as it happens, and what was lost.
. "$(dirname "$0")/lib.sh"

load
ready_for_course
"$PYTHON" "$SELF/monitor.py"
