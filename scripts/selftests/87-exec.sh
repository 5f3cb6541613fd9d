#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# nsinfo exec and nsinfo name: into a netns, also where no process, name or
# file leads there.
. "$(dirname "$0")/lib.sh"

load
modprobe -q tun || true
modprobe dummy
insmod /modules/nsinfo_pin.ko
trap 'rmmod nsinfo_pin; finish' EXIT
# The kernel would say so every ten seconds, which is a finding elsewhere.
sysctl -qw net.core.netdev_unregister_timeout_secs=3600
"$PYTHON" "$SELF/exec.py"
