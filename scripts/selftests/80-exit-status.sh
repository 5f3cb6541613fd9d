#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# Class: tool
#
# The tool's exit status, and what it says on stderr.
. "$(dirname "$0")/lib.sh"

# ends STATUS "STDERR-REGEX" ARG...
ends()
{
	local expected=$1 pattern=$2

	shift 2
	try "$NSINFO" "$@"
	matches "nsinfo $*: exit status" "^$expected\$" "$status"
	matches "nsinfo $*: stderr" "$pattern" "$err"
}

test_done_is_0()
{
	load
	ends 0 '^$' dump
	ends 0 '^$' dump -J
	ends 0 '^$' dump -s self
}

test_not_found_is_1()
{
	local arg

	load
	for arg in nosuch /nosuch 4000000001 'net:[1]' id:999999999 pid:999999; do
		ends 1 '^nsinfo: .*: ' dump "$arg"
		is "nsinfo dump $arg: stdout" "" "$out"
		ends 1 '^nsinfo: .*: ' dump -J "$arg"
		is "nsinfo dump -J $arg: stdout" "" "$out"
	done
}

test_wrong_usage_is_2()
{
	load
	ends 2 '^nsinfo: ' --nosuch
	ends 2 '^nsinfo: ' nosuch
	ends 2 '^nsinfo: ' dump --nosuch
	ends 2 . --
	ends 2 . ''
	try "$NSINFO"
	is "nsinfo: exit status" 2 "$status"
}

test_no_module_is_3()
{
	unload
	ends 3 '^nsinfo: .*not loaded.*(modprobe|insmod)' dump
	is "stdout" "" "$out"
	ends 3 '^nsinfo: .*not loaded.*(modprobe|insmod)' dump -J
	is "stdout" "" "$out"
	ends 3 'not loaded' dump self
	try setpriv --reuid 1000 --regid 1000 --clear-groups "$NSINFO" dump
	is "as a user: exit status" 3 "$status"
	matches "as a user: stderr" 'not loaded' "$err"
	is "modules loaded by asking" "" "$(grep ^nsinfo /proc/modules || true)"
}

test_help_and_version_without_module()
{
	unload
	ends 0 '^$' --help
	matches "--help" 'dump.*--json' "$(tr '\n' ' ' <<< "$out")"
	ends 0 '^$' -h
	ends 0 '^$' dump --help
	ends 0 '^$' --version
	matches "--version" "$(</nsinfo.version)" "$out"
	ends 0 '^$' -V
	ends 2 . dump --nosuch
}

# Commands that print; of those that end with 1, what they found is there.
printing()
{
	cat <<-'END'
	--help
	--version
	dump
	dump -J
	list
	list -J
	list -H
	show self
	show -J self
	holders self
	holders -J self
	identify self
	identify -J self
	find dev lo
	find -J dev lo
	find -H
	exec --all true
	exec --all -J true
	exec --all false
	exec --all -J false
	monitor --initial
	monitor --initial -J
	doctor
	doctor -J
	check -b /base
	check -J -b /base
	END
}

# unwritten WHAT REGEX ARG...: stdout of the caller takes nothing.
unwritten()
{
	local what=$1 pattern=$2
	shift 2

	status=0
	timeout 60 "$NSINFO" "$@" 2>"$WORK/err" || status=$?
	{
		is "$* to $what: exit status" 1 "$status"
		matches "$* to $what: stderr" \
			"nsinfo: standard output: $pattern" "$(<"$WORK/err")"
		is "$* to $what: told" 1 \
			"$(grep -c 'standard output' "$WORK/err")"
	} >&3
}

test_no_room_for_the_output()
{
	local args

	load
	"$NSINFO" dump -J >/base
	ip link add new type dummy
	while read -ra args; do
		unwritten /dev/full 'No space left on device' \
			"${args[@]}" 3>&1 >/dev/full
		[[ $failed -eq 0 ]] || break
		unwritten 'a closed stdout' . "${args[@]}" 3>&1 >&-
	done < <(printing)
	ip link del new
	# What is worse than that keeps its status.
	status=0
	err=$("$NSINFO" dump -b 2>&1 >/dev/full) || status=$?
	is "wrong usage: exit status" 2 "$status"
}

test_closed_pipe()
{
	local arg

	load
	for arg in "dump" "dump -J"; do
		# A reader that is gone before the first byte.
		# shellcheck disable=SC2086
		{ sleep 0.2; "$NSINFO" $arg 2>"$WORK/err" ||
			echo $? >"$WORK/status"; } | true
		is "$arg to a closed pipe: exit status" 141 "$(<"$WORK/status")"
		is "$arg to a closed pipe: stderr" '' "$(<"$WORK/err")"
	done
}

# says STATUS-REGEX ARG...: fails, with a reason, which is at the end.
says()
{
	local expected=$1 what end
	shift

	what="$1 $2"
	what=${what:0:60}
	try "$NSINFO" "$@"
	end=$err
	[[ ${#err} -lt 100 ]] || end=${err: -100}
	matches "$what: exit status" "^$expected\$" "$status"
	is "$what: begin of stderr" 'nsinfo: ' "${err:0:8}"
	matches "$what: end of stderr" ': .*[A-Zb-z]' "$end"
}

# What is too long for a path, as a name and as whatever else takes a path.
test_no_failure_without_words()
{
	local long path

	load
	long=$(printf '%5000s' '' | tr ' ' a)
	for path in "/run/netns/$long" "$long" "/$long" \
		"/run/docker/netns/$long" "self/$long" "pid:$long"; do
		says '[12]' show "$path"
		says '[12]' name -d "$path"
		says '[12]' name self "$path"
		says 1 check -b "$path"
		says 2 identify "$path"
		says '[12]' find dev "$path"
		says '[12]' exec "$path" true
	done
}

cases done_is_0 not_found_is_1 wrong_usage_is_2 no_module_is_3 \
	help_and_version_without_module no_room_for_the_output closed_pipe \
	no_failure_without_words
