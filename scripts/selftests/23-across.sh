#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Devices whose lower device, peer or underlay is in another netns.
. "$(dirname "$0")/lib.sh"

load
netns below above
ip -n below -batch - <<'END'
link add base type dummy
link set base up
addr add 10.0.0.1/24 dev base
link add base2 type dummy
link set base2 up
END
# moved NAME ARG...: made in below, moved to above.
moved()
{
	local name=$1

	shift
	device below "$name" "$@"
	((made)) || return 0
	ip -n below link set "$name" netns above
	ip -n above link set "$name" up
}

moved vlan7 link base type vlan id 7
moved macvlan0 link base type macvlan mode bridge
moved ipvlan0 link base2 type ipvlan
moved ipip1 type ipip local 10.0.0.1 remote 10.0.0.2
moved gre1 type gre local 10.0.0.1 remote 10.0.0.2
moved sit1 type sit local 10.0.0.1 remote 10.0.0.2
moved vxlan1 type vxlan id 5 dstport 4789 local 10.0.0.1
moved vxlan2 type vxlan id 6 dstport 4790 dev base
moved geneve1 type geneve id 7 remote 10.0.0.2
moved wg1 type wireguard
moved xfrm1 type xfrm if_id 3 dev base
moved ip6tnl1 type ip6tnl local fd00::1 remote fd00::2
for i in 1 2 3; do
	ip -n below link add "v$i" type veth peer name "w$i" netns above
	ip -n below link set "v$i" up
	ip -n above link set "w$i" up
done
compare below above
