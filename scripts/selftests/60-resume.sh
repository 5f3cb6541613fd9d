#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Dumps that take many buffers: nothing twice, nothing hidden, every change of
# the set told, whatever happens between two buffers.
. "$(dirname "$0")/lib.sh"

load
unshare -n "$PYTHON" "$SELF/resume.py"
