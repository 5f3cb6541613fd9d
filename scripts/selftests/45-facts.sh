#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Numbers of sockets, tables, hooks, conntrack entries and nsfs users, against
# what the commands for each say inside.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy || true
"$PYTHON" "$SELF/facts.py"
