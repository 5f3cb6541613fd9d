#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: tool
#
# nsinfo check --baseline: what appeared and did not go.
. "$(dirname "$0")/lib.sh"

setup()
{
	load
	ip netns add old
	ip link add olddev type dummy
	"$NSINFO" dump -J >"$WORK/base"
}

# check ARG...
check()
{
	try "$NSINFO" check --baseline="$WORK/base" "$@"
}

test_nothing_new()
{
	check
	is "exit status" 0 "$status"
	is "stdout" "" "$out"
	is "stderr" "" "$err"
	check -J
	is "-J: exit status" 0 "$status"
	is "-J: stdout" '{"namespaces":[],"devices":[]}' "$out"
}

test_old_ones_that_went()
{
	ip netns add short
	"$NSINFO" dump -J >"$WORK/more"
	ip netns del short
	try "$NSINFO" check -b "$WORK/more"
	is "exit status" 0 "$status"
	is "stdout" "" "$out"
}

test_leaked_netns_and_devices()
{
	local id

	ip netns add leak
	ip -n leak link add inner type dummy
	ip link add newdev type dummy
	ip -n old link add there type dummy
	id=$(stat -L -c %i /run/netns/leak)
	check
	is "exit status" 1 "$status"
	is "stderr" "" "$err"
	is "lines" 3 "$(wc -l <<<"$out")"
	matches "netns" \
		"^netns $id id:[0-9]+ leak, made [0-9]+ s ago by ip\[[0-9]+\] uid 0, with lo, inner \(dummy\)"$'\n' \
		"$out"
	matches "device of the first netns" \
		$'\n''device newdev \(dummy\) ifindex [0-9]+ in netns [0-9]+ id:[0-9]+'$'\n' \
		"$out"
	matches "device of an old netns" \
		$'\n''device there \(dummy\) ifindex [0-9]+ in netns [0-9]+ id:[0-9]+ old$' \
		"$out"
	check -J
	is "-J: exit status" 1 "$status"
	is "-J" "$id leak ip 0 lo inner newdev there" "$(jq -r '[
		(.namespaces[] | .ns, (.names[0] | sub(".*/"; "")),
		 .created.comm, .created.uid, .devices[].ifname),
		(.devices[] | .ifname)] | join(" ")' <<<"$out")"
	ip netns del leak
	ip link del newdev
	ip -n old link del there
	check
	is "after they went: exit status" 0 "$status"
	is "after they went: stdout" "" "$out"
}

test_device_of_the_same_name()
{
	ip link del olddev
	ip link add olddev type dummy
	check
	is "exit status" 1 "$status"
	matches "stdout" '^device olddev \(dummy\) ' "$out"
	ip link del olddev
	check
	is "gone: exit status" 0 "$status"
}

# pins "FUNCTION(ARG...)": of pin.py
pins()
{
	PYTHONPATH=$SELF "$PYTHON" -c "import os, pin; pin.$1"
}

test_stuck_netns()
{
	insmod /modules/nsinfo_pin.ko
	# The kernel would say so every ten seconds, which is a finding elsewhere.
	sysctl -qw net.core.netdev_unregister_timeout_secs=3600
	ip netns add stuck
	ip -n stuck link add d0 type dummy
	pins 'pin(os.open("/run/netns/stuck", os.O_RDONLY), "hold", "d0")'
	ip netns del stuck
	check
	is "exit status" 1 "$status"
	matches "stdout" '^netns [0-9]+ id:[0-9]+ \(dying\), made [0-9]+ s ago by ip' "$out"
	check -J
	is "-J" dying "$(jq -r '.namespaces[].state' <<<"$out")"
	pins 'drop()'
	rmmod nsinfo_pin
	check
	is "released: exit status" 0 "$status"
}

test_what_is_not_tracked_is_told()
{
	unload
	load track=0
	check
	matches "stderr" 'track=0: not shown' "$err"
	unload
	load
}

# refused STATUS "STDERR-REGEX" ARG...
refused()
{
	local expected=$1 pattern=$2

	shift 2
	try "$NSINFO" check "$@"
	is "check $*: exit status" "$expected" "$status"
	matches "check $*: stderr" "$pattern" "$err"
	is "check $*: stdout" "" "$out"
}

test_bad_baselines()
{
	local bad

	refused 2 'baseline'
	refused 2 'baseline' -b "$WORK/base" more
	refused 1 '^nsinfo: /nosuch: No such file' -b /nosuch
	for bad in '' '{' '[]' '{}' '{"namespaces":1}' '{"namespaces":[1]}' \
		'{"namespaces":[{"id":1}]}' \
		'{"namespaces":[{"id":-1,"ns":1,"devices":[]}]}' \
		'{"namespaces":[{"id":"1","ns":1,"devices":[]}]}' \
		'{"namespaces":[{"id":1,"ns":1,"devices":[{"ifindex":-3}]}]}'; do
		printf '%s' "$bad" >"$WORK/bad"
		refused 1 "^nsinfo: $WORK/bad: " -b "$WORK/bad"
	done
	sed 's/"ns":40265/"ns":30265/' "$WORK/base" >"$WORK/bad"
	refused 1 'made in another boot' -b "$WORK/bad"
	jq -c '.boot_id = "0" + .boot_id[1:] + "f"' "$WORK/base" >"$WORK/bad"
	refused 1 'made in another boot' -b "$WORK/bad"
	jq -c 'del(.boot_id)' "$WORK/base" >"$WORK/bad"
	try "$NSINFO" check -b "$WORK/bad"
	is "without boot_id: exit status" 0 "$status"
}

test_from_standard_input()
{
	try "$NSINFO" check -b - <"$WORK/base"
	is "exit status" 0 "$status"
}

cases nothing_new old_ones_that_went leaked_netns_and_devices \
	device_of_the_same_name stuck_netns what_is_not_tracked_is_told bad_baselines \
	from_standard_input
