#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: kernel
#
# Tunnels, and the devices that their modules put into every new netns.
. "$(dirname "$0")/lib.sh"

load
netns tunnels tunnels6
ip -n tunnels -batch - <<'END'
link add base type dummy
link set base up
addr add 10.0.0.1/24 dev base
END
ends="local 10.0.0.1 remote 10.0.0.2"
# shellcheck disable=SC2086
{
	device tunnels ipip1 type ipip $ends
	device tunnels ipip2 type ipip $ends dev base
	device tunnels sit1 type sit $ends ttl 64
	device tunnels gre1 type gre $ends key 7
	device tunnels grany type gre local 10.0.0.1
	device tunnels gretap1 type gretap $ends
	device tunnels erspan1 type erspan $ends seq key 9 erspan_ver 1 erspan 1
	device tunnels vti1 type vti $ends key 3
	device tunnels vxlan1 type vxlan id 5 dstport 4789 $ends
	device tunnels vxlan2 type vxlan id 6 dstport 4789 dev base
	device tunnels geneve1 type geneve id 7 remote 10.0.0.2
	device tunnels wg1 type wireguard
	device tunnels xfrm1 type xfrm if_id 3 dev base
	ip -n tunnels addr add 10.9.0.1 peer 10.9.0.2 dev ipip1
	ip -n tunnels link set ipip1 up
	ip -n tunnels link set gre1 up
	ip -n tunnels link set gretap1 up
}
ends="local fd00::1 remote fd00::2"
# shellcheck disable=SC2086
{
	device tunnels6 ip6tnl1 type ip6tnl mode ip6ip6 $ends
	device tunnels6 ipip6 type ip6tnl mode ipip6 local fd00::1 remote fd00::3
	device tunnels6 ip6gre1 type ip6gre $ends
	device tunnels6 ip6gretap1 type ip6gretap $ends
	device tunnels6 vti6 type vti6 $ends key 3
	device tunnels6 vxlan6 type vxlan id 5 dstport 4789 $ends
	ip -n tunnels6 link set ip6tnl1 up
}
sysctl -qw net.core.fb_tunnels_only_for_init_net=0
netns fallback
sysctl -qw net.core.fb_tunnels_only_for_init_net=2
compare tunnels tunnels6 fallback
