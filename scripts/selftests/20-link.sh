#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# Every attribute of a device is what ip shows.
. "$(dirname "$0")/lib.sh"

load
modprobe -q tun || true
ip netns add untouched
netns attributes states
ip -n attributes -batch - <<'END'
link add mtu0 mtu 1280 type dummy
link add big0 mtu 65000 type dummy
link add qlen0 txqueuelen 77 type dummy
link add group0 group 42 type dummy
link add alias0 type dummy
link set alias0 alias "a 'quoted' \\ alias"
link add addr0 address 02:11:22:33:44:55 type dummy
link set addr0 broadcast 02:ff:ff:ff:ff:fe
link add promisc0 type dummy
link set promisc0 up promisc on
link add allmulti0 type dummy
link set allmulti0 up allmulticast on
link add nomulti0 type dummy
link set nomulti0 up multicast off
link add arp0 type dummy
link set arp0 up arp on
link add trailers0 type dummy
link set trailers0 up trailers off
link add dynamic0 type dummy
link set dynamic0 up dynamic on
link add queues0 numtxqueues 4 numrxqueues 3 type dummy
link add index0 index 4242 type dummy
link add last0 index 2147483647 type dummy
link add ifb0 type ifb
link add nlmon0 type nlmon
END
for qdisc in pfifo sfq prio "tbf rate 1mbit burst 10k limit 10k" fq_codel; do
	name=q-${qdisc%% *}
	ip -n attributes link add "$name" type dummy
	ip -n attributes link set "$name" up
	# shellcheck disable=SC2086
	tc -n attributes qdisc add dev "$name" root $qdisc
done
ip -n states -batch - <<'END'
link add down0 type dummy
link add up0 type dummy
link set up0 up
link add nocarrier0 type dummy
link set nocarrier0 up carrier off
link add dormant0 type dummy
link set dormant0 up mode dormant
link add v0 type veth peer name v1
link set v0 up
link add w0 type veth peer name w1
link set w0 up
link set w1 up
link add protodown0 link up0 type macvlan
link set protodown0 up
link set protodown0 protodown on
tuntap add tap0 mode tap
tuntap add tun0 mode tun
tuntap add mq0 mode tap multi_queue
link set tap0 up
link set tun0 up
END
compare untouched attributes states
