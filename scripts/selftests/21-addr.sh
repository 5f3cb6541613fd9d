#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# Every address, with all that ip shows of it.
. "$(dirname "$0")/lib.sh"

load
netns v4 v6 dad
ip -n v4 -batch - <<'END'
link add d0 type dummy
link set d0 up
addr add 10.0.0.1/24 brd + dev d0
addr add 10.0.0.2/24 brd 10.0.0.77 dev d0
addr add 10.0.0.3/25 dev d0
addr add 10.1.0.1 peer 10.1.0.2/32 dev d0
addr add 10.1.0.1 peer 10.1.0.3/32 dev d0
addr add 10.1.0.5 peer 10.1.0.6/24 dev d0
addr add 10.2.0.1/24 scope link dev d0
addr add 10.2.1.1/24 scope host dev d0
addr add 10.2.2.1/24 scope 77 dev d0
addr add 10.3.0.1/24 valid_lft 5000 preferred_lft 2500 dev d0
addr add 10.4.0.1/24 valid_lft 5000 preferred_lft 0 dev d0
addr add 10.5.0.1/24 metric 512 dev d0
addr add 10.6.0.1/24 noprefixroute dev d0
addr add 10.7.0.1/31 label d0:web dev d0
addr add 10.7.0.5/0 label "d0:100% sure" dev d0
addr add 239.1.1.1/32 autojoin dev d0
link add down0 type dummy
addr add 10.8.0.1/8 brd + dev down0
addr add 127.0.0.2/8 dev lo
END
ip netns exec v6 sysctl -qw net.ipv6.conf.default.use_tempaddr=2
ip -n v6 -batch - <<'END'
link add d0 type dummy
link set d0 up
addr add fd00:1::1/64 dev d0
addr add fd00:1::2/64 nodad dev d0
addr add fd00:1::3/128 home nodad dev d0
addr add fd00:1::4/64 noprefixroute nodad dev d0
addr add fd00:2::1/64 valid_lft 5000 preferred_lft 2500 dev d0
addr add fd00:2::2/64 valid_lft 5000 preferred_lft 0 dev d0
addr add fd00:2::3/64 preferred_lft 0 dev d0
addr add fd00:3::1 peer fd00:3::2/128 dev d0
addr add fd00:3::3 peer fd00:4::1/64 nodad dev d0
addr add fd00:5::1/64 metric 333 dev d0
addr add fd00:6::1/64 mngtmpaddr nodad dev d0
addr add fec0::1/64 dev d0
addr add fe80::77/64 scope link dev d0
addr add ::ffff:10.0.0.1/96 dev d0
addr add ff02::1234/128 autojoin dev d0
link add down0 type dummy
addr add fd00:7::1/64 dev down0
addr add 10.0.0.1/24 dev down0
END
# The same address at both ends: one of them fails to be the only one.
ip -n dad link add here type veth peer name there
ip -n dad link set here up
ip -n dad link set there up
ip -n dad addr add fd00::dad/64 nodad dev here
ip -n dad addr add fd00::dad/64 dev there
busywait "dadfailed" grep_in dadfailed ip -n dad addr show there
compare v4 v6 dad
