#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: tool
#
# Addresses that are there twice: what find --duplicates and doctor say, against
# what arping finds on the wire.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy veth bridge bonding 8021q vrf vxlan macvlan ipvlan netkit || true
"$PYTHON" "$SELF/duplicates.py"
