#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Namespaces and devices come and go in numbers while dumps run and the module
# goes and comes.
. "$(dirname "$0")/lib.sh"

load
"$PYTHON" "$SELF/churn.py"
