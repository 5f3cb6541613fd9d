#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# check.sh [--long] [NAME[/CASE]...]: installs what is missing, builds, and runs
# the gates of scripts/check.d, or those named; a NAME may be a pattern. The
# last line is "N passed, N failed, N skipped", and those before tell what failed.
# check.sh --list: the gates and the selftests, and what each took last time.
#
# With --long all selftests run on all kernels, and the gates run as well that
# have a line "# Class: slow", which otherwise run only if named. A whole such
# run is recorded in scripts/TESTING.md.
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
KERNELS=(6.1 6.12 7 debug)
TESTING=$NSINFO_TOP/scripts/TESTING.md
# Guests tell what each step of theirs takes.
export NSINFO_TIMES=1
# What was compiled once is taken from there, with what the compiler said of it,
# also in another checkout.
export PATH=/usr/lib/ccache:$PATH CCACHE_DIR=$NSINFO_CACHE/ccache
export CCACHE_BASEDIR=$NSINFO_TOP CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=1G

# Prints the names of all gates, in their order.
list_gates()
{
	local file

	for file in "$GATES"/[0-9]*; do
		[[ -x $file ]] && printf '%s\n' "${file##*/[0-9][0-9]-}"
	done
}

# The file of a gate.
gate_file()
{
	compgen -G "$GATES/[0-9][0-9]-$1"
}

# Prints those of the gates read from stdin that this mode has.
gates_of_mode()
{
	local gate

	while read -r gate; do
		[[ -z ${NSINFO_LONG:-} ]] &&
			grep -q '^# Class: slow$' "$(gate_file "$gate")" ||
			printf '%s\n' "$gate"
	done
}

# Prints how many seconds a selftest took on a kernel when it last ran.
seconds_of_test()
{
	local logs=() log

	for log in "$OUT/selftests-$2".log "$OUT/selftests-$2"-[0-9].log; do
		[[ ! -e $log ]] || logs+=("$log")
	done
	[[ ${#logs[@]} -gt 0 ]] || { echo -; return; }
	awk -v name="$1:" '$1 == "#" && $2 == name && $4 == "s" { s = $3 }
		END { print s == "" ? "-" : s }' "${logs[@]}"
}

# A line a gate, and one a selftest: what it is, where it runs, what it took.
show_list()
{
	local name class kernel kernels seconds

	printf '%-22s %s\n' GATE SECONDS
	while read -r name; do
		seconds=-
		[[ ! -e $OUT/$name.result ]] ||
			read -r _ _ _ seconds _ <"$OUT/$name.result"
		printf '%-22s %s\n' "$name" "$seconds"
	done < <(list_gates)
	printf '\n%-22s %-7s' SELFTEST CLASS
	printf '%7s' "${KERNELS[@]}"
	printf '  (seconds)\n'
	for class in kernel data debug tool slow; do
		kernels=" ${KERNELS[*]} "
		[[ $class != data ]] || kernels=" ${KERNELS[*]/debug/} "
		[[ $class != debug ]] || kernels=' debug '
		[[ $class != tool ]] || kernels=' 6.12 '
		while read -r name; do
			printf '%-22s %-7s' "$name" "$class"
			for kernel in "${KERNELS[@]}"; do
				seconds=
				[[ $kernels != *" $kernel "* ]] ||
					seconds=$(seconds_of_test "$name" "$kernel")
				printf '%7s' "$seconds"
			done
			echo
		done < <("$NSINFO_TOP/scripts/selftests/run" -l -C "$class")
	done
}

# select_gates [NAME[/CASE]...]: prints those that are meant.
select_gates()
{
	local all pattern gate found

	mapfile -t all < <(list_gates)
	if [[ $# -eq 0 ]]; then
		printf '%s\n' "${all[@]}" | gates_of_mode
		return
	fi
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

# read_log NAME[/CASE] AWK-OPTION...: what tap.awk makes of the log of a gate.
read_log()
{
	local base=$OUT/${1//\//.} status=137
	shift

	# One that was killed has left none.
	read -r status <"$base.status" || true
	awk -v status="$status" "$@" -f "$NSINFO_TOP/scripts/tap.awk" "$base.log"
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

# processor_seconds FILE: of what times has written there, which is of the shell
# and, in its last line, of all children that the shell has waited for.
processor_seconds()
{
	tail -n 1 "$1" | awk -F '[ms ]+' \
		'{ printf "%d", $1 * 60 + $2 + $3 * 60 + $4 }'
}

# run_gate NAME[/CASE]: runs one, prints its result, keeps it in OUT.
run_gate()
{
	local name=$1 status=0 start=$SECONDS file log passed failed skipped why
	local args=()

	[[ $name != */* ]] || args=("${name#*/}")
	file=$(gate_file "${name%%/*}")
	log=$OUT/${name//\//.}.log
	(cd "$NSINFO_TOP" && exec "$file" "${args[@]}") \
		>"$log" 2>&1 </dev/null || status=$?
	echo "$status" >"${log%.log}.status"
	read -r passed failed skipped why < <(read_log "$name")
	# Not in a subshell, which has no children yet.
	times >"${log%.log}.times"
	printf '%s %s %s %s %s\n' "$passed" "$failed" "$skipped" \
		"$((SECONDS - start))" "$(processor_seconds "${log%.log}.times")" \
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

# guests LOG...: what guests told of their steps, and of their starts.
guests()
{
	awk '/^ *# time: / {
			sub(/^ *# time: /, "")
			what = $0
			sub(/^[^:]*: /, "", what)
			sub(/^test .*/, "tests", what)
			sub(/^look .*/, "looks for what tests left", what)
			s[what] += $1
			work[what] += $3
			n[what]++
		}
		/gets one more try; / { again++ }
		END {
			for (what in s)
				printf "%8d %10d  %s, %d times\n", s[what],
					work[what], what, n[what] | "sort -rn"
			close("sort -rn")
			if (again)
				printf "guests that were started again: %d\n", again
		}' "$@" 2>/dev/null
	echo
}

# record: keeps a whole long run's summary, read from stdin, in the document.
record()
{
	local new

	new=$(mktemp)
	{
		sed '/^## The last long run$/q' "$TESTING"
		printf '\n%s, commit %s, %d processors, nsinfo %s, on' \
			"$(date -u +%F)" \
			"$(git -C "$NSINFO_TOP" -c safe.directory='*' \
				describe --always --dirty)" \
			"$(nproc)" "$(<"$NSINFO_TOP/VERSION")"
		for kernel in "${KERNELS[@]}"; do
			printf ' %s' "$(<"$("$NSINFO_TOP/scripts/vm/kernel" \
				"$kernel")/release")"
		done
		printf ':\n\n```\n'
		cat
		printf '```\n'
	} >"$new"
	cat "$new" >"$TESTING"
	rm "$new"
}

# summary: reads the gates from stdin; prints times, then the sum.
summary()
{
	local name passed failed skipped seconds work logs=() bad=()
	local all_passed=0 all_failed=0 all_skipped=0 all_work=0

	printf '\n%8s %10s  %s\n' seconds processor gate
	printf '%8d %10s  %s\n' "$setup_seconds" '' 'set-up and build'
	while read -r name; do
		passed=0 failed=1 skipped=0 seconds=0 work=0
		read -r passed failed skipped seconds work \
			<"$OUT/${name//\//.}.result" || true
		printf '%8d %10d  %s: %d passed, %d failed\n' "$seconds" \
			"$work" "$name" "$passed" "$failed"
		logs+=("$OUT/${name//\//.}.log")
		[[ $failed -eq 0 ]] || bad+=("$name")
		all_work=$((all_work + work))
		all_passed=$((all_passed + passed))
		all_failed=$((all_failed + failed))
		all_skipped=$((all_skipped + skipped))
	done
	printf '%8d %10d  in all\n\n' "$SECONDS" "$all_work"
	guests "${logs[@]}"
	for name in "${bad[@]}"; do
		read_log "$name" -v gate="FAIL $name"
	done
	[[ ${#bad[@]} -eq 0 ]] || echo
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
	local gates gate status=0

	case ${1:-} in
	--list) show_list; return ;;
	--gate) run_gate "$2"; return ;;
	--long) export NSINFO_LONG=1; shift ;;
	esac
	gates=$(select_gates "$@")
	mkdir -p "$OUT"
	# Of the others is known what they took last time.
	while read -r gate; do
		rm -f "$OUT/${gate//\//.}".{result,log,times}
	done <<<"$gates"
	if ! prepare >"$OUT/set-up.log" 2>&1 </dev/null; then
		show_failure "$OUT/set-up.log"
		printf 'set-up failed: no gate was run\n'
		printf '0 passed, %d failed\n' "$(wc -l <<<"$gates")"
		return 1
	fi
	setup_seconds=$SECONDS
	run_gates <<<"$gates"
	summary <<<"$gates" >"$OUT/summary" || status=1
	[[ -z ${NSINFO_LONG:-} || $# -gt 0 ]] || record <"$OUT/summary"
	cat "$OUT/summary"
	return "$status"
}

main "$@"
