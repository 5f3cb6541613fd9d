#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: tool
#
# What dump prints: the same twice, one document, sorted, what was asked for.
. "$(dirname "$0")/lib.sh"

load
"$PYTHON" "$SELF/output.py"
