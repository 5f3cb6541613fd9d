#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# What show tells of a netns, against ip, ss, conntrack and /proc.
. "$(dirname "$0")/lib.sh"

load
"$PYTHON" "$SELF/show.py"
