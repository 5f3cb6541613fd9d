#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# On the wire, what one may not see cannot be told from what is not there.
. "$(dirname "$0")/lib.sh"

load
netns here there
ip -n here link add to_there type veth peer name to_here netns there
"$PYTHON" "$SELF/visible.py" /run/netns/here
