#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# In a guest: namespaces with some of everything, read twice.
set -euo pipefail

make_namespaces()
{
	local i

	# No traffic that nobody asked for, in the namespaces to come too.
	sysctl -qw net.core.devconf_inherit_init_net=1 \
		net.ipv6.conf.{all,default}.{accept_dad,router_solicitations}=0
	ip netns add red
	ip netns add blue
	ip netns set blue 7
	ip link add veth-r netns red type veth peer veth-b netns blue
	ip -n red link add br0 type bridge
	ip -n red link set veth-r master br0 up
	ip -n red link set br0 up
	ip -n red addr add 192.0.2.1/24 brd + dev br0
	ip -n red addr add 2001:db8::1/64 dev br0
	ip -n blue link set veth-b mtu 1400 txqueuelen 77 group 9 \
		alias 'the "other" end' up
	ip -n blue link add link veth-b name vlan5 type vlan id 5
	ip -n blue addr add 198.51.100.1 peer 198.51.100.2/32 dev veth-b \
		label veth-b:x metric 50
	ip link add lower type dummy
	ip link add link lower netns blue name far type macvlan mode bridge
	# With another address than the permanent one.
	modprobe vmxnet3
	ip link set eth0 address 02:00:00:00:00:77
	ip -n blue link add many type dummy
	ip -n blue link set many up
	for ((i = 0; i < 150; i++)); do
		printf 'addr add 10.%d.%d.1/24 dev many\n' $((i / 100)) $((i % 100))
		printf 'addr add fd00:%x::1/64 dev many preferred_lft 0\n' "$i"
	done | ip -n blue -batch -
}

ynl()
{
	python3 /ynl/cli.py --no-schema --spec /ynl/nsinfo.yaml --output-json \
		"$@"
}

make_namespaces
insmod "$KO"
ip netns add green
# Until nothing changes while it is read; what the kernel sends by itself ends.
for ((i = 0; i < 20; i++)); do
	"$NSINFO" dump -J -s >before.json
	ynl --dump netns-get >ynl.netns
	ynl --dump dev-get --json '{"want": ["stats"]}' >ynl.dev
	"$NSINFO" dump -J -s >tool.json
	! cmp -s before.json tool.json || break
done
# What the tool need not show: against /proc.
ynl --dump netns-get --json \
	'{"want": ["sockets", "fib", "netfilter", "conntrack", "nsfs"]}' >ynl.facts
ynl --dump task-get >ynl.task
ynl --do netns-open --json \
	"{\"inum\": $(stat -L -c %i /run/netns/red)}" >ynl.open
exec python3 client.py ynl.netns ynl.dev tool.json ynl.facts ynl.task ynl.open
