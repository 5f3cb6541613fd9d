#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# What one may not see is not told by the way: by a dump that is interrupted or
# read on by another, by a device that is stacked on it. 42-matrix asks for it.
. "$(dirname "$0")/lib.sh"

load
netns here there
ip -n here link add to_there type veth peer name to_here netns there
"$PYTHON" "$SELF/visible.py" /run/netns/here
