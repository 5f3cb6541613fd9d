#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: debug
#
# Requests as no client sends them, from several senders, while namespaces come
# and go: each is answered, with nothing that its sender may not see.
. "$(dirname "$0")/lib.sh"

load
netns still other
ip -n still link add v0 type veth peer name v1 netns other
ip -n still link add below type dummy
ip -n still link add link below name above type macvlan
ip -n still link set above netns other
"$PYTHON" "$SELF/fuzz.py"
