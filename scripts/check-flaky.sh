#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# check-flaky.sh N [NAME...]: runs these selftests, or all, N times each, in an
# order that SEED shuffles, beside a load on every processor, and prints how
# often each failed and with what. K=KERNEL chooses another kernel than 6.12.
# What a guest printed stays in build/check/flaky.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

RUN=$NSINFO_TOP/scripts/selftests/run
OUT=$NSINFO_TOP/build/check/flaky
KERNEL=${K:-6.12}
SEED=${SEED:-$RANDOM}
# Runs of one guest: well within its time limit.
RUNS=${RUNS:-10}
LOAD=${LOAD:-$(nproc)}

# shuffled N NAME...: each N times.
shuffled()
{
	local times=$1 i
	shift

	for ((i = 0; i < times; i++)); do
		printf '%s\n' "$@"
	done | awk -v seed="$SEED" 'BEGIN { srand(seed) }
		{ printf "%.9f %s\n", rand(), $0 }' | sort | cut -d ' ' -f 2
}

# full NAME: as the list has it, where it may be without its number.
full()
{
	"$RUN" -l | grep -xE "([0-9]{2}-)?$1" || die "no test $1"
}

# shellcheck disable=SC2317 # the trap calls it
# table NAME...: how often each ran and failed, then with what.
table()
{
	printf '\n%-22s %6s %6s\n' SELFTEST RUNS FAILED
	cat "$OUT"/*.log | awk -v names="$*" '
		$1 == "ok" || $1 == "not" { number = $1 == "ok" ? $3 : $4
			runs[number]++
			failed[number] += $1 == "not" }
		END { n = split(names, all, " ")
			for (i = 1; i <= n; i++)
				printf "%-22s %6d %6d\n", all[i],
					runs[all[i]], failed[all[i]] }'
	for log in "$OUT"/*.log; do
		awk -v status=0 -v gate=FAIL -f "$NSINFO_TOP/scripts/tap.awk" "$log"
	done | awk '/^FAIL: / && NR > 1 { printf "\n" }
		{ printf "%s\t", $0 } END { if (NR) printf "\n" }' |
		sort | uniq -c | sort -rn | tr '\t' '\n'
}

# Also of what ended before its time there is a table.
# shellcheck disable=SC2317 # the trap calls it
finish()
{
	kill "${load[@]}" 2>/dev/null || true
	table "${names[@]}"
}

[[ $# -gt 0 && $1 =~ ^[0-9]+$ ]] || die "usage: check-flaky.sh N [NAME...]"
times=$1
shift
names=$([[ $# -gt 0 ]] || "$RUN" -l; for name; do full "$name"; done)
mapfile -t names <<<"$names"
make -s -C "$NSINFO_TOP" tool
rm -rf "$OUT"
mkdir -p "$OUT"
mapfile -t order < <(shuffled "$times" "${names[@]}")
load=()
trap finish EXIT
trap 'exit 130' INT TERM
for ((i = 0; i < LOAD; i++)); do
	while :; do :; done &
	load+=($!)
done
printf '%d runs on %s beside a load of %d, SEED=%d\n' "${#order[@]}" \
	"$KERNEL" "$LOAD" "$SEED"
status=0
for ((i = 0; i < ${#order[@]}; i += RUNS)); do
	"$RUN" -k "$KERNEL" "${order[@]:i:RUNS}" \
		>"$OUT/$(printf %04d "$i").log" 2>&1 || status=1
	printf '%d: %s\n' "$i" "$(tail -n 1 "$OUT/$(printf %04d "$i").log")"
done
exit "$status"
