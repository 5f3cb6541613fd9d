#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: data
#
# Devices on top of devices within one netns: masters, ports, lower devices.
# No vxcan: only RTNL keeps the netns of its peer, so nsinfo cannot tell it.
. "$(dirname "$0")/lib.sh"

load
netns bridged bonded stacked
ip -n bridged -batch - <<'END'
link add br0 type bridge
link add br1 type bridge stp_state 1 vlan_filtering 1
link add port0 type dummy
link add port1 type dummy
link add v0 type veth peer name v1
link set port0 master br0 up
link set port1 master br0
link set v0 master br1 up
link set v1 up
link set br0 up
link set br1 up
addr add 10.0.0.1/24 dev br0
END
device bonded bond0 type bond mode active-backup
device bonded vrf0 type vrf table 10
ip -n bonded -batch - <<'END'
link add b0 type dummy
link add b1 type dummy
link add r0 type dummy
link set b0 master bond0
link set b1 master bond0
link set bond0 up
link set r0 master vrf0
link set r0 up
link set vrf0 up
addr add 10.0.0.1/24 dev r0
END
device bonded team0 type team
if ((made)); then
	ip -n bonded link add t0 type dummy
	ip -n bonded link set t0 master team0
fi
device stacked base type dummy
device stacked base2 type dummy
device stacked base3 type dummy
ip -n stacked link set base up
device stacked vlan7 link base type vlan id 7
device stacked qinq link vlan7 type vlan id 9
device stacked stag link base type vlan proto 802.1ad id 100
device stacked macvlan0 link base type macvlan mode bridge
device stacked macvlan1 link base type macvlan mode private
device stacked macvtap0 link base type macvtap
device stacked ipvlan0 link base2 type ipvlan mode l2
device stacked ipvlan1 link base2 type ipvlan mode l2
device stacked ipvtap0 link base2 type ipvtap
device stacked macsec0 link base3 type macsec
device stacked veth0 type veth peer name veth1
pair netkit stacked netkit0 netkit1
for name in vlan7 qinq macvlan0 veth0; do
	ip -n stacked link set "$name" up
done
compare bridged bonded stacked
