#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# nsinfo doctor: what is not as it should be on a host.
. "$(dirname "$0")/lib.sh"

modprobe dummy
modprobe -q tun || true
insmod /modules/nsinfo_pin.ko
trap 'rmmod nsinfo_pin; finish' EXIT
# The kernel would say so every ten seconds, which is a finding elsewhere.
sysctl -qw net.core.netdev_unregister_timeout_secs=3600
"$PYTHON" "$SELF/doctor.py"
