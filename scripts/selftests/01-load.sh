#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Loading and unloading: what the module says of itself, and which netns it
# knows when.
. "$(dirname "$0")/lib.sh"

"$PYTHON" "$SELF/load.py"
