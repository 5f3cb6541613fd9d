#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# check.sh [--list] [NAME[/CASE]...]: installs what is missing, builds, and runs
# the gates of scripts/check.d, or those named; a NAME may be a pattern. The
# last line is "N passed, N failed, N skipped".
#
# A gate is an executable file. One that prints TAP counts as its results, and
# every result of its plan that is missing as failed; any other counts as one,
# by its exit status. What is skipped was not checked, and counts as failed,
# except for what a kernel is known to lack.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

GATES=$NSINFO_TOP/scripts/check.d
OUT=$NSINFO_TOP/build/check
# Guests wait now and then, for what the kernel does once a second, say.
JOBS=${NSINFO_JOBS:-$(($(nproc) + 1))}

# Prints the names of all gates, in their order.
list_gates()
{
	local file

	for file in "$GATES"/[0-9]*; do
		[[ -x $file ]] && printf '%s\n' "${file##*/[0-9][0-9]-}"
	done
}

# select_gates [NAME[/CASE]...]: prints those that are meant.
select_gates()
{
	local all pattern gate found

	mapfile -t all < <(list_gates)
	[[ $# -gt 0 ]] || set -- '*'
	for pattern in "$@"; do
		found=0
		for gate in "${all[@]}"; do
			# shellcheck disable=SC2053 # it is a pattern
			[[ $gate == ${pattern%%/*} ]] || continue
			found=1
			[[ $pattern != */* ]] || gate+=/${pattern#*/}
			printf '%s\n' "$gate"
		done
		[[ $found -eq 1 ]] || die "no gate $pattern; see make check T=--list"
	done
}

# What of a log tells the cause: the failed results with the lines that explain
# them, or the end.
show_failure()
{
	local log=$1

	awk '/^ *(not ok|ok.*# SKIP)/ { printf "%s%s\n", text, $0; on = 1; text = ""
				       next }
	     /^ *ok/ { on = 0; text = ""; next }
	     /^ *#/ { if (on) print; else text = text $0 "\n"; next }
	     { on = 0; text = "" }' "$log" | head -n 60
	printf -- '--- the end of %s\n' "${log#"$NSINFO_TOP/"}"
	tail -n 40 "$log"
}

# run_gate NAME[/CASE]: runs one, prints its result, keeps it in OUT.
run_gate()
{
	local name=$1 status=0 start=$SECONDS file log passed failed skipped why
	local args=()

	[[ $name != */* ]] || args=("${name#*/}")
	file=$(compgen -G "$GATES/[0-9][0-9]-${name%%/*}")
	log=$OUT/${name//\//.}.log
	(cd "$NSINFO_TOP" && exec "$file" "${args[@]}") \
		>"$log" 2>&1 </dev/null || status=$?
	read -r passed failed skipped why < <(
		awk -v status="$status" -f "$NSINFO_TOP/scripts/tap.awk" "$log")
	printf '%s %s %s %s\n' "$passed" "$failed" "$skipped" \
		"$((SECONDS - start))" \
		>"${log%.log}.result"
	{
		flock 9
		if [[ $failed -eq 0 ]]; then
			printf 'ok   %s: %d passed\n' "$name" "$passed"
		else
			printf 'FAIL %s: %d passed, %d failed%s\n' "$name" \
				"$passed" "$failed" "${why:+ ($why)}"
			show_failure "$log"
			printf 'run just this: make check T=%s\n' "$name"
		fi
	} 9>"$OUT/lock"
}

workers=()

# What runs in the background ignores the terminal's interrupt.
stop_workers()
{
	local pid

	trap - INT TERM
	for pid in "${workers[@]}"; do
		pkill -TERM -s "$pid" || true
	done
	die "stopped"
}

# Runs the gates read from stdin, JOBS at a time.
run_gates()
{
	local name

	trap stop_workers INT TERM
	while read -r name; do
		while [[ $(jobs -rp | wc -l) -ge $JOBS ]]; do
			wait -n || true
		done
		setsid "${BASH_SOURCE[0]}" --gate "$name" &
		workers+=($!)
	done
	wait
}

# summary: reads the gates from stdin; prints times, then the sum.
summary()
{
	local name passed failed skipped seconds
	local all_passed=0 all_failed=0 all_skipped=0

	printf '\n%8s  %s\n' seconds gate
	printf '%8d  %s\n' "$setup_seconds" 'set-up and build'
	while read -r name; do
		passed=0 failed=1 skipped=0 seconds=0
		read -r passed failed skipped seconds \
			<"$OUT/${name//\//.}.result" || true
		printf '%8d  %s: %d passed, %d failed\n' "$seconds" "$name" \
			"$passed" "$failed"
		all_passed=$((all_passed + passed))
		all_failed=$((all_failed + failed))
		all_skipped=$((all_skipped + skipped))
	done
	printf '%8d  in all\n\n' "$SECONDS"
	printf '%d passed, %d failed, %d skipped\n' "$all_passed" "$all_failed" \
		"$all_skipped"
	[[ $all_failed -eq 0 ]]
}

# The tool goes into every guest: build it before any starts.
prepare()
{
	"$NSINFO_TOP/scripts/setup.sh" build vm check vng &&
		make -C "$NSINFO_TOP" tool
}

main()
{
	local gates

	case ${1:-} in
	--list) list_gates; return ;;
	--gate) run_gate "$2"; return ;;
	esac
	gates=$(select_gates "$@")
	mkdir -p "$OUT"
	rm -f "$OUT"/*.result
	if ! prepare >"$OUT/set-up.log" 2>&1 </dev/null; then
		show_failure "$OUT/set-up.log"
		printf 'set-up failed: no gate was run\n'
		printf '0 passed, %d failed\n' "$(wc -l <<<"$gates")"
		return 1
	fi
	setup_seconds=$SECONDS
	run_gates <<<"$gates"
	summary <<<"$gates"
}

main "$@"
