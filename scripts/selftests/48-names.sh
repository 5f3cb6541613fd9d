#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: tool
#
# Names: wherever a netns is mounted, stale ones, and who cannot see them.
. "$(dirname "$0")/lib.sh"

load
"$PYTHON" "$SELF/names.py"
