#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Why a netns is not gone: queued, dying and since when, devices that are waited
# for; and what the module does on a host where that lasts.
. "$(dirname "$0")/lib.sh"

load
modprobe dummy
insmod /modules/nsinfo_pin.ko
trap 'rmmod nsinfo_pin; finish' EXIT
# The kernel would say so every ten seconds, which is a finding elsewhere.
sysctl -qw net.core.netdev_unregister_timeout_secs=3600
"$PYTHON" "$SELF/lifecycle.py"
