#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: debug
#
# When memory runs out: nobody's unshare fails for the module, what it does not
# track is counted, requests fail cleanly.
. "$(dirname "$0")/lib.sh"

load
"$PYTHON" "$SELF/no_memory.py"
