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
	is "exit status" 4 "$status"
	matches "note" 'track=0: not shown' "$err"
	matches "stderr" \
		$'\nnsinfo: check: nothing new .* track=0$' "$err"
	"$NSINFO" dump -J >"$WORK/mine" 2>/dev/null
	try "$NSINFO" check -b "$WORK/mine"
	is "a baseline of the same module: exit status" 0 "$status"
	unload
	load
}

# unseen WHAT CMD...: who does not see all that the baseline saw.
unseen()
{
	local what=$1 file
	shift

	for file in "$WORK/base" "$WORK/leaked"; do
		try "$@" "$NSINFO" check -b "$file"
		is "$what: exit status" 4 "$status"
		is "$what: stdout" "" "$out"
		is "$what: lines on stderr" 2 "$(wc -l <<<"$err")"
		matches "$what: note" \
			'^nsinfo: note: not seen: network namespaces of other owners: run it ' \
			"$err"
		matches "$what: reason" \
			$'\nnsinfo: check: nothing new was found, but not all .* run it as root' \
			"$err"
	done
}

# What root would find, and what is the same, must not look alike.
test_who_does_not_see_all()
{
	local user="setpriv --reuid 1000 --regid 1000 --clear-groups"

	chmod 755 "$WORK"
	ip netns add other
	"$NSINFO" dump -J >"$WORK/leaked"
	chmod 644 "$WORK"/*
	# shellcheck disable=SC2086  # several words
	unseen "a user" $user
	unseen "root without the capability" setpriv --bounding-set -sys_admin \
		--inh-caps -sys_admin
	unseen "root of a user namespace" unshare -U -r
	# shellcheck disable=SC2086
	unseen "root of a user's one" $user unshare -U -r
	ip link add newdev type dummy
	# shellcheck disable=SC2086
	try $user "$NSINFO" check -b "$WORK/base"
	is "what a user finds: exit status" 1 "$status"
	matches "what a user finds: stdout" '^device newdev ' "$out"
	matches "what a user finds: stderr" '^nsinfo: note: not seen: ' "$err"
	ip link del newdev
	ip netns del other
}

test_baseline_of_who_does_not_see_all()
{
	local user="setpriv --reuid 1000 --regid 1000 --clear-groups"

	# shellcheck disable=SC2086
	$user "$NSINFO" dump -J >"$WORK/mine" 2>/dev/null
	is "limited" 1000 "$(jq .limited.uid "$WORK/mine")"
	is "limited of root" null "$(jq .limited "$WORK/base")"
	chmod 644 "$WORK"/*
	# shellcheck disable=SC2086
	try $user "$NSINFO" check -b "$WORK/mine"
	is "the same user: exit status" 0 "$status"
	is "the same user: stdout" "" "$out"
	matches "the same user: stderr" '^nsinfo: note: not seen: [^:]*: run it as root$' "$err"
	try setpriv --reuid 1001 --regid 1001 --clear-groups \
		"$NSINFO" check -b "$WORK/mine"
	is "another user: exit status" 4 "$status"
	# shellcheck disable=SC2086
	try nsenter --net=/run/netns/old $user "$NSINFO" check -b "$WORK/mine"
	is "in another netns: exit status" 1 "$status"
	try "$NSINFO" check -b "$WORK/mine"
	is "root: exit status" 1 "$status"
	matches "root: stdout" ' old, made ' "$out"
	matches "root: stderr" 'made by somebody who did not see all' "$err"
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

# refused_as WHAT ARG...: no baseline, and what was expected is said.
refused_as()
{
	local what=$1

	shift
	refused 1 "^nsinfo: [^:]*: ${what}[^:]*.*: expected the output of 'nsinfo dump -J'\$" "$@"
}

NSINFO_FILE=$(type -P "$NSINFO")

test_bad_baselines()
{
	local bad

	refused 2 'baseline'
	refused 2 'baseline' -b "$WORK/base" more
	refused 1 '^nsinfo: /nosuch: No such file' -b /nosuch
	refused_as 'a directory' -b "$WORK"
	refused_as 'not JSON' -b /etc/passwd
	refused_as 'not JSON' -b "$NSINFO_FILE"
	refused_as 'empty' -b /dev/null
	: >"$WORK/bad"
	refused_as 'empty' -b "$WORK/bad"
	ip -j link >"$WORK/bad"
	refused_as "the output of 'ip -j'" -b "$WORK/bad"
	"$NSINFO" list -J >"$WORK/bad"
	refused_as 'a list of namespaces' -b "$WORK/bad"
	lsns -J >"$WORK/bad"
	refused_as 'a list of namespaces' -b "$WORK/bad"
	"$NSINFO" doctor -J >"$WORK/bad" || true
	refused_as "the output of 'nsinfo doctor -J'" -b "$WORK/bad"
	"$NSINFO" find -J dev lo >"$WORK/bad"
	refused_as "the output of 'nsinfo find -J'" -b "$WORK/bad"
	head -c 300 "$WORK/base" >"$WORK/bad"
	refused_as 'not JSON, or not all of it: line 1' -b "$WORK/bad"
	cat "$WORK/base" "$WORK/base" >"$WORK/bad"
	refused_as 'not JSON, or not all of it: line 2' -b "$WORK/bad"
	head -c 1000000 /dev/zero | tr '\0' '[' >"$WORK/bad"
	refused_as 'not JSON' -b "$WORK/bad"
	head -c 1000 /dev/urandom >"$WORK/bad"
	refused_as 'not JSON' -b "$WORK/bad"
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

cases who_does_not_see_all baseline_of_who_does_not_see_all nothing_new old_ones_that_went leaked_netns_and_devices \
	device_of_the_same_name stuck_netns what_is_not_tracked_is_told bad_baselines \
	from_standard_input
