#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Every command and event, for each requester and each netns it may ask for.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy veth || true
insmod /modules/nsinfo_pin.ko
trap 'rmmod nsinfo_pin; finish' EXIT
# The kernel would say every ten seconds that it waits, which is a finding.
sysctl -qw net.core.netdev_unregister_timeout_secs=3600
"$PYTHON" "$SELF/matrix.py"
