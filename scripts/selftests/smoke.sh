#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# smoke.sh: the short selftest, for any kernel: KO=nsinfo.ko NSINFO=nsinfo, as
# root. Needs bash, iproute2, util-linux and jq, and no Python. Prints KTAP.
. "$(dirname "$0")/lib.sh"

# all JQ-FILTER: on the whole dump; one PATH JQ-FILTER: on that netns.
all()
{
	"$NSINFO" dump -J | jq -c "$1"
}

one()
{
	all ".namespaces[] | select(.ns == $(inode "$1")) | $2"
}

setup()
{
	unload
	netns older
	insmod "$KO"
	netns left right
	ip -n left -batch - <<-'END'
		link add d0 type dummy
		link set d0 up mtu 1280
		addr add 10.0.0.1/24 brd + dev d0
		addr add fd00::1/64 nodad dev d0
		link add v0 type veth peer name v1 netns right
	END
}

test_all_namespaces_listed()
{
	is "older, left, right" '["older","left","right"]' "$(all '
		[.namespaces[].names[] | select(startswith("/run/netns/")) |
		 split("/")[-1] | select(IN("older", "left", "right"))]')"
	is "the first netns" 1 "$(all '[.namespaces[] | select(.init)] | length')"
	is "this one" "$(inode /proc/self/ns/net)" \
		"$(all '.namespaces[] | select(.self) | .ns')"
}

test_creation_told_of_new_ones()
{
	is "older" null "$(one /run/netns/older .created)"
	is "left" '["ip",0]' "$(one /run/netns/left '.created | [.comm, .uid]')"
}

test_devices_as_ip_shows_them()
{
	local keys='{ifindex, ifname, flags, mtu, qdisc, operstate, group, txqlen,
		link_type, address, broadcast, promiscuity, min_mtu, max_mtu,
		kind: .linkinfo.info_kind,
		addr: [.addr_info[] | {family, local, prefixlen, scope,
			broadcast, "label": .label}]}'
	local end=$((SECONDS + 60)) name from_ip ours

	for name in left right; do
		# An address may just be done with DAD, a queue just chosen.
		while :; do
			from_ip=$(ip -n "$name" -j -d addr |
				jq -S "[.[] | $keys]")
			ours=$(one "/run/netns/$name" '.devices' |
				jq -S "[.[] | $keys]")
			[[ $from_ip != "$ours" ]] || break
			((SECONDS < end)) || break
		done
		is "devices of $name" "$from_ip" "$ours"
	done
}

test_peer_in_another_netns()
{
	is "peer of v0" "[$(inode /run/netns/right),\"v1\"]" \
		"$(one /run/netns/left '.devices[] |
			select(.ifname == "v0") | .peer | [.ns, .ifname]')"
}

test_holders_found_and_gone()
{
	local pid fd held=()

	unshare -n sleep 1000 &
	pid=$!
	busywait "unshare" not same_netns "$pid"
	held+=("$(inode "/proc/$pid/ns/net")")
	ip netns add fleeting
	exec {fd}</run/netns/fleeting
	held+=("$(inode /run/netns/fleeting)")
	ip netns del fleeting
	is "held by a process, by an fd" '["live","live"]' \
		"$(all "[.namespaces[] |
			select(.ns == ${held[0]} or .ns == ${held[1]}) | .state]")"
	kill "$pid"
	exec {fd}<&-
	busywait "both are gone" gone "${held[@]}"
}

same_netns()
{
	[[ /proc/self/ns/net -ef /proc/$1/ns/net ]]
}

gone()
{
	[[ $(all "[.namespaces[] | select(.ns == $1 or .ns == $2)]") == '[]' ]]
}

test_user_sees_own_alone()
{
	is "namespaces of user 65534" "[$(inode /proc/self/ns/net)]" \
		"$(setpriv --reuid 65534 --regid 65534 --clear-groups \
			"$NSINFO" dump -J | jq -c '[.namespaces[].ns]')"
}

test_statistics()
{
	is "devices without stats64" '[]' "$("$NSINFO" dump -J -s |
		jq -c '[.namespaces[].devices[] | select(has("stats64") | not)]')"
}

test_text_output()
{
	try "$NSINFO" dump left
	is "exit status" 0 "$status"
	matches "text" '10\.0\.0\.1/24' "$out"
}

test_unknown_netns_is_1()
{
	try "$NSINFO" dump nosuch
	is "exit status" 1 "$status"
	matches "stderr" '^nsinfo: .*nosuch' "$err"
}

test_unloads_and_loads()
{
	unload
	try "$NSINFO" dump
	is "exit status without the module" 3 "$status"
	insmod "$KO"
	is "first netns" 1 "$(all '[.namespaces[] | select(.init)] | length')"
}

test_leaves_nothing_behind()
{
	local name

	for name in older left right; do
		ip netns del "$name"
	done
	unload
	is "module" "" "$(grep -s ^nsinfo /proc/modules || true)"
}

cases all_namespaces_listed creation_told_of_new_ones \
	devices_as_ip_shows_them peer_in_another_netns holders_found_and_gone \
	user_sees_own_alone statistics text_output unknown_netns_is_1 \
	unloads_and_loads leaves_nothing_behind
