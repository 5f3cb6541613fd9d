#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# A descriptor of a netns, wherever it is held, for who could enter it.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy veth || true
"$PYTHON" "$SELF/opening.py"
