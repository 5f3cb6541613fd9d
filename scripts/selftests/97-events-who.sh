#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Who is told what, and in which order.
. "$(dirname "$0")/lib.sh"

load
modprobe -qa dummy veth || true
# Addresses that come by themselves come when they like.
sysctl -qw net.core.devconf_inherit_init_net=1 \
	net.ipv6.conf.{all,default}.{accept_dad,router_solicitations}=0 \
	net.ipv6.conf.{all,default}.addr_gen_mode=1
"$PYTHON" "$SELF/events_who.py"
