#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# kunit.sh [SUITE...]: runs the KUnit suites of kunit/, or those named, in a
# guest with the debug kernel, and prints a flat TAP of their cases.
#
# A KUnit module whose tests did not run loads like any other. So the plan is
# what the sources say: every nsinfo_NAME_test.c is a suite nsinfo_NAME, every
# KUNIT_CASE in it a case, and what the kernel has no result of has failed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# In the guest. A suite may keep the netns that insmod runs in: a fresh one.
# shellcheck disable=SC2016
GUEST='
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null || :
for suite; do
	echo "=== $suite"
	unshare -n insmod "/kunit/${suite}_test.ko" || echo "insmod: status $?"
	cat "/sys/kernel/debug/kunit/$suite/results" || :
	rmmod "${suite}_test" || :
done'

suites()
{
	local file

	for file in "$NSINFO_TOP"/kunit/*_test.c; do
		basename "$file" _test.c
	done
}

# planned SUITE: its cases, out of the source.
planned()
{
	grep -oE 'KUNIT_CASE(_[A-Z]+)*\([a-z0-9_]+' \
		"$NSINFO_TOP/kunit/$1_test.c" | sed 's/.*(//'
}

# flatten OUTPUT SUITE...: TAP, one line a planned case. Results of cases are
# indented by four; deeper ones are parameters of a case.
flatten()
{
	local output=$1 suite name n=0 failed=0
	shift

	for suite in "$@"; do
		while read -r name; do
			n=$((n + 1))
			if suite_output "$output" "$suite" |
			   grep -qE "^    ok [0-9]+ $name\$"; then
				printf 'ok %d - %s.%s\n' "$n" "$suite" "$name"
				continue
			fi
			failed=1
			printf 'not ok %d - %s.%s\n' "$n" "$suite" "$name"
			explain "$output" "$suite" "$name"
			printf '# run just this: scripts/kunit.sh %s\n' "$suite"
		done < <(planned "$suite")
	done
	printf '1..%d\n' "$n"
	return "$failed"
}

suite_output()
{
	awk -v suite="$2" '$1 == "===" { on = $2 == suite; next } on' "$1"
}

# What the kernel said between the results of the case before and this one.
explain()
{
	suite_output "$1" "$2" | awk -v name="$3" '
		/^    (not )?ok / {
			if ($NF == name || index($0, " " name " ")) {
				printf "%s", text
				print "# " $0
				found = 1
			}
			text = ""
			next
		}
		{ text = text "# " $0 "\n" }
		END { if (!found) print "# expected a result, got none" }'
}

main()
{
	local output status=0

	[[ $# -gt 0 ]] || mapfile -t selected < <(suites)
	[[ $# -eq 0 ]] || selected=("$@")
	output=$(mktemp)
	# shellcheck disable=SC2064 # the file as it is called now
	trap "rm -f '$output'" EXIT
	"$NSINFO_TOP/scripts/vm/run" -k debug -e "$GUEST" -- "${selected[@]}" \
		>"$output" || status=$?
	flatten "$output" "${selected[@]}" || status=1
	return "$status"
}

main "$@"
