#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What the command says and returns where it needs no kernel module.
set -euo pipefail

out=$(mktemp) err=$(mktemp)
trap 'rm -f "$out" "$err"' EXIT
n=0

# expect WHAT WANTED GOT
expect()
{
	[[ $2 == "$3" ]] && return
	echo "# $1: expected '$2', got '$3'"
	bad=1
}

# expect_in WHAT PART FILE
expect_in()
{
	grep -qF -- "$2" "$3" && return
	echo "# $1: expected to hold '$2', got '$(cat -v "$3")'"
	bad=1
}

# case_is NAME: begin a case, if it is wanted
case_is()
{
	name=$1 bad=0
	[[ -z ${CASE-} || $CASE == "$1" ]]
}

end_case()
{
	n=$((n + 1))
	if [[ $bad -eq 0 ]]; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
	fi
}

# nsinfo ARGS...: status in $status, output in $out and $err
nsinfo()
{
	status=0
	./nsinfo "$@" >"$out" 2>"$err" || status=$?
}

help_and_version()
{
	local args

	for args in --help -h 'dump --help' '-h dump' '-J dump -h'; do
		# shellcheck disable=SC2086  # several words
		nsinfo $args
		expect "status of $args" 0 "$status"
		expect_in "$args" 'Usage: nsinfo [OPTIONS]' "$out"
		expect "stderr of $args" '' "$(<"$err")"
	done
	for args in --version -V 'dump -V' '-V dump'; do
		# shellcheck disable=SC2086  # several words
		nsinfo $args
		expect "status of $args" 0 "$status"
		expect "$args" "nsinfo $(<../VERSION)" "$(<"$out")"
	done
}

wrong_usage()
{
	local args

	nsinfo
	expect 'status without a command' 2 "$status"
	expect_in 'without a command' 'Usage: nsinfo' "$err"
	expect 'stdout' '' "$(<"$out")"
	for args in nonsense -x --nonsense 'dump --color=red' 'dump -y' \
		'--help nonsense'; do
		# shellcheck disable=SC2086  # several words
		nsinfo $args
		expect "status of $args" 2 "$status"
		expect "lines of $args" 1 "$(wc -l <"$err")"
		expect_in "$args" 'nsinfo: ' "$err"
		expect "stdout of $args" '' "$(<"$out")"
	done
}

escapes_in_errors()
{
	nsinfo $'non\e[31msense\n\xff'
	expect status 2 "$status"
	expect_in stderr 'nsinfo: non\x1b[31msense\x0a\xff: unknown' "$err"
	nsinfo $'h\xc3\xa9'
	expect_in 'stderr without UTF-8' 'nsinfo: h\xc3\xa9: unknown' "$err"
	LC_ALL=C.UTF-8 nsinfo $'h\xc3\xa9'
	expect_in 'stderr with UTF-8' $'nsinfo: h\xc3\xa9: unknown' "$err"
}

columns()
{
	local args

	nsinfo list -H
	expect 'status of -H' 0 "$status"
	expect_in -H 'NSFSREFS ' "$out"
	expect_in -H '* shown by default' "$out"
	expect 'stderr of -H' '' "$(<"$err")"
	nsinfo list -HJ
	expect 'status of -HJ' 0 "$status"
	expect_in -HJ '{"name":"NS","key":"ns",' "$out"
	for args in '-o NOPE' '-o NS,NOPE' '--output=+NOPE'; do
		# shellcheck disable=SC2086  # several words
		nsinfo list $args
		expect "status of $args" 2 "$status"
		expect "stdout of $args" '' "$(<"$out")"
		expect_in "$args" 'nsinfo: -o NOPE: unknown column; there are: NS ID' \
			"$err"
		expect "lines of $args" 1 "$(wc -l <"$err")"
	done
	nsinfo list -o
	expect 'status of -o' 2 "$status"
	nsinfo dump -o NS
	expect 'status of dump -o' 2 "$status"
}

# Nothing may be lost in silence.
write_errors()
{
	local status=0

	./nsinfo --help >/dev/full 2>"$err" || status=$?
	expect 'status for /dev/full' 1 "$status"
	expect_in 'a full device' \
		'nsinfo: standard output: No space left on device' "$err"
	status=0
	./nsinfo --help >&- 2>"$err" || status=$?
	expect 'status for a closed stdout' 1 "$status"
	expect_in 'a closed stdout' 'nsinfo: standard output: ' "$err"
	status=0
	# The reader is gone before the first word.
	{ sleep 0.3; ./nsinfo --help 2>"$err" || echo $? >"$out"; } | :
	expect 'status for a closed pipe' 141 "$(<"$out")"
	expect 'stderr for a closed pipe' '' "$(<"$err")"
	# Who starts it may ignore the signal.
	(trap '' PIPE; { sleep 0.3; ./nsinfo --help 2>"$err" || echo $? >"$out"; } | :)
	expect 'status where the signal was ignored' 141 "$(<"$out")"
	expect 'stderr where the signal was ignored' '' "$(<"$err")"
	./nsinfo --help <&- >"$out" 2>&- || status=$?
	expect 'status without stdin and stderr' 0 "$status"
}

not_loaded()
{
	[[ ! -d /sys/module/nsinfo ]] || return 0
	nsinfo dump
	expect status 3 "$status"
	expect_in stderr 'nsinfo: kernel module nsinfo: not loaded' "$err"
	expect_in stderr 'modprobe nsinfo' "$err"
	expect stdout '' "$(<"$out")"
	nsinfo -J dump
	expect 'status with -J' 3 "$status"
	expect 'stdout with -J' '' "$(<"$out")"
}

for c in help_and_version wrong_usage escapes_in_errors columns \
	write_errors not_loaded; do
	case_is "$c" || continue
	"$c"
	end_case
done
echo "1..$n"
