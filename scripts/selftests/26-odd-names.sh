#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# Names, aliases, labels and comms with quotes, control characters, broken
# UTF-8: whole on the wire, escaped and valid in the output.
. "$(dirname "$0")/lib.sh"

load
unshare -n "$PYTHON" "$SELF/odd_names.py"
