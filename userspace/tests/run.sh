#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# run.sh [TEST[:CASE]]: the tests of the tool, built already, as one TAP stream.
set -euo pipefail
cd "$(dirname "$0")/.."

only=${1-}
test=${only%%:*}
CASE=
[[ $only != *:* ]] || CASE=${only#*:}
export CASE CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0
export UBSAN_OPTIONS=print_stacktrace=1

n=0 failed=0

# result STATUS NAME: one line of TAP, and how to run just that where it failed
result()
{
	n=$((n + 1))
	echo "$1 $n - $2"
	[[ $1 == ok ]] && return
	failed=$((failed + 1))
	echo "# run just this: make -C userspace check T=${2/: /:}"
}

# Words of a test program become comments, its results are numbered anew.
relay()
{
	local name=$1 line results=0

	while IFS= read -r line; do
		case $line in
		'ok '[0-9]* | 'not ok '[0-9]*)
			result "${line%% [0-9]*}" "$name: ${line#* - }"
			results=$((results + 1))
			;;
		'1..'* | '# ok - '* | '# not ok - '*) ;;
		'#'*) echo "$line" ;;
		*) echo "# $line" ;;
		esac
	done
	[[ $results -gt 0 ]] || result 'not ok' "$name: says anything"
}

# A program that dies, or leaks, says so by its status only.
run()
{
	local name=$1 program=$2 out status=0 before=$failed

	out=$("$program" 2>&1) || status=$?
	relay "$name" <<<"$out"
	if [[ $status -ne 0 && $failed -eq $before ]]; then
		echo "# expected status 0, got $status"
		result 'not ok' "$name: ends well"
	fi
}

for program in tests/obj/tests/{*,*/*}/test_* tests/*.sh; do
	name=$(basename "$program" .sh)
	name=${name#test_}
	[[ $program != tests/run.sh && $program != *.[do] ]] || continue
	[[ -z $test || $name == "$test" ]] || continue
	run "$name" "./$program"
done

echo "1..$n"
if [[ $n -eq 0 ]]; then
	echo "# no such test: $only"
	failed=1
fi
echo "$((n > failed ? n - failed : 0)) passed, $failed failed"
[[ $failed -eq 0 ]]
