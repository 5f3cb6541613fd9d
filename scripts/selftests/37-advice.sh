#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: tool
#
# The commands that holders and doctor advise do what the advice says.
. "$(dirname "$0")/lib.sh"

modprobe dummy
modprobe -q tun || true
insmod /modules/nsinfo_pin.ko
trap 'rmmod nsinfo_pin; finish' EXIT
# The kernel would say so every ten seconds, which is a finding elsewhere.
sysctl -qw net.core.netdev_unregister_timeout_secs=3600
"$PYTHON" "$SELF/advice.py"
