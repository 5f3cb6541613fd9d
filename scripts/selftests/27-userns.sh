#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Devices in the netns of a user namespace, and of one nested in that.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy veth || true
coproc USERNS { exec "$PYTHON" "$SELF/userns.py"; }
read -r -u "${USERNS[0]}" _ outer _ inner
ip netns attach outer "$outer"
ip netns attach inner "$inner"
compare outer inner
