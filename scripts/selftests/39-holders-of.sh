#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# holders: every way to hold a netns is found and named as far as the facts
# allow, and the account of its references adds up; what dump, list and show
# say of those that are going away.
. "$(dirname "$0")/lib.sh"

load
modprobe dummy
modprobe -q tun || true
insmod /modules/nsinfo_pin.ko
trap 'rmmod nsinfo_pin; finish' EXIT
# The kernel would say so every ten seconds, which is a finding elsewhere.
sysctl -qw net.core.netdev_unregister_timeout_secs=3600
"$PYTHON" "$SELF/holders_of.py"
