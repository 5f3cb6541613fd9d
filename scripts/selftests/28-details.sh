#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# dump -d and show -d: what ip -d tells, and what is said where it tells nothing;
# find vni, vlan and pci.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy veth bridge bonding 8021q vrf vxlan geneve || true
"$PYTHON" "$SELF/details.py"
