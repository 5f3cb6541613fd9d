#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: tool
#
# A netns on the command line, by any of its names.
. "$(dirname "$0")/lib.sh"

load
"$PYTHON" "$SELF/naming.py"
