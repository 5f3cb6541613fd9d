#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Completion in bash, zsh and fish.
exec python3 "$(dirname "$0")/shells.py"
