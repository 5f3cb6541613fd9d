#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Requests that are refused: errno, extack text, the attribute it points at.
. "$(dirname "$0")/lib.sh"

load
netns other
"$PYTHON" "$SELF/bad_request.py" "$(inode_of other)"
