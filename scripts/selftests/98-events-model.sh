#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# A picture of the world that events alone keep up stays equal to a dump.
. "$(dirname "$0")/lib.sh"

load
ready_for_course
"$PYTHON" "$SELF/events_model.py"
