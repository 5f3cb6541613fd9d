#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The tool's exit status, and what it says on stderr.
. "$(dirname "$0")/lib.sh"

# ends STATUS "STDERR-REGEX" ARG...
ends()
{
	local expected=$1 pattern=$2

	shift 2
	try "$NSINFO" "$@"
	is "nsinfo $*: exit status" "$expected" "$status"
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
	for arg in nosuch /nosuch 1 'net:[1]' id:999999999 pid:999999; do
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

test_no_room_for_the_output()
{
	load
	for arg in dump "dump -J" --help --version; do
		status=0
		# shellcheck disable=SC2086
		err=$("$NSINFO" $arg 2>&1 >/dev/full) || status=$?
		is "$arg to /dev/full: exit status" 1 "$status"
		matches "$arg to /dev/full: stderr" \
			'^nsinfo: .*No space left on device' "$err"
	done
}

test_closed_pipe()
{
	local arg

	load
	for arg in "dump" "dump -J"; do
		# A reader that is gone before the first byte.
		# shellcheck disable=SC2086
		{ sleep 0.2; status=0; "$NSINFO" $arg 2>"$WORK/err" ||
			status=$?; echo "$status" >"$WORK/status"; } | true
		is "$arg to a closed pipe: exit status" 141 "$(<"$WORK/status")"
		is "$arg to a closed pipe: stderr" '' "$(<"$WORK/err")"
	done
}

test_closed_stdout()
{
	load
	status=0
	err=$("$NSINFO" dump 2>&1 >&-) || status=$?
	is "exit status" 1 "$status"
	matches "stderr" '^nsinfo: ' "$err"
}

cases done_is_0 not_found_is_1 wrong_usage_is_2 no_module_is_3 \
	help_and_version_without_module no_room_for_the_output closed_pipe \
	closed_stdout
