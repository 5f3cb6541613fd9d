#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# What is below a device of each kind, made in one netns and moved to another.
. "$(dirname "$0")/lib.sh"

load
"$PYTHON" "$SELF/wiring.py"
