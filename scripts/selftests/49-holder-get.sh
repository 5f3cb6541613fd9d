#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Which open files lead into a netns, against /proc and against what the test
# has opened itself.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa tun dummy macvtap || true
insmod /modules/nsinfo_pin.ko
trap 'rmmod nsinfo_pin; finish' EXIT
"$PYTHON" "$SELF/holder_get.py"
