#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Every task with its netns, against /proc, and who may ask for them.
. "$(dirname "$0")/lib.sh"

load
"$PYTHON" "$SELF/tasks.py"
