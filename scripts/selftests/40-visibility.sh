#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Owners and creators, with uids and pids as the requester counts them. Who sees
# which netns: 42-matrix.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy veth || true
"$PYTHON" "$SELF/visibility.py"
