#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# guest.sh [NAME=VALUE...] FILE...: runs these tests one after another, inside a
# guest, with that in their environment, and prints KTAP. Each must find and
# leave a clean system; what a test planned and did not tell is a failure.
set -uo pipefail
export LC_ALL=C

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
NSINFO=${NSINFO:-nsinfo} KO=${KO:-/nsinfo.ko} KERNEL=${KERNEL:-unknown}
# Of one test: far more than any takes.
LIMIT=600
[[ $KERNEL != debug ]] || LIMIT=1800
tmp=$(mktemp -d)
all_passed=0 all_failed=0 all_skipped=0

# Leaves in "clock" how long the guest runs and how much of that it was idle.
read_clock()
{
	read -r -a clock </proc/uptime
}

# took WHAT SECONDS IDLE: tells what passed since these, and how much of that
# was work: a line for scripts/check.sh to sum up.
took()
{
	[[ -n ${NSINFO_TIMES:-} ]] || return 0
	read_clock
	awk -v what="$1" -v since="$2" -v idle="$3" -v s="${clock[0]}" \
		-v i="${clock[1]}" -v cpus="$(nproc)" 'BEGIN {
		all = s - since
		busy = all - (i - idle) / cpus
		printf "# time: %.1f s, %.1f s of work: %s\n", all,
			busy < 0 ? 0 : busy, what }'
}

# Pids with a program behind them, but for this script.
processes()
{
	local p

	for p in /proc/[0-9]*; do
		p=${p#/proc/}
		[[ $p == "$$" || $p == "$BASHPID" || ! -e /proc/$p/exe ]] ||
			echo "$p"
	done
}

describe()
{
	local pid

	while read -r pid; do
		tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | head -c 200 |
			sed "s/^/process $pid: /"
	done
}

# Waits for a condition for up to 60 s.
await()
{
	local end=$((SECONDS + 60))

	until "$@" >"$tmp/await" 2>&1; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

# The dump has one netns, and that is the first one. Not by jq, which takes long
# to start.
only_init()
{
	local got

	got=$("$NSINFO" dump -J) || return
	[[ $got == *'"init":true'* && ${got#*'"state":'} != *'"state":'* ]]
}

unloaded()
{
	[[ ! -d /sys/module/nsinfo ]] || rmmod nsinfo
}

system_state()
{
	{
		cut -d ' ' -f 2 /proc/mounts | sed 's/^/mount /'
		printf 'device %s\n' /sys/class/net/*/
		find /run/netns /tmp -mindepth 1 -maxdepth 1 ! -path "$tmp"
	} | sort
}

# What a test left; nothing printed is right.
leftovers()
{
	processes >"$tmp/now"
	grep -vxFf "$tmp/processes" "$tmp/now" >"$tmp/stray"
	if [[ -s $tmp/stray ]]; then
		describe <"$tmp/stray"
		xargs kill -9 <"$tmp/stray" 2>/dev/null
	fi
	comm -3 "$tmp/state" <(system_state)
	[[ -d /sys/module/nsinfo ]] || insmod "$KO" 2>&1
	if ! await only_init; then
		echo "namespaces other than the first:"
		"$NSINFO" dump 2>&1 | head -n 40
	fi
	await unloaded || cat "$tmp/await"
}

# lacks TEST CASE WHY: what a kernel is known not to have. What else is skipped
# has failed.
lacks()
{
	case $KERNEL:$1/$2:$3 in
	6.1:22-stacked/all_devices_made:*": netkit"*) [[ $3 != *';'* ]] ;;
	6.1:30-peer/netkit:* | 6.1:96-events-dev/netkit:*) ;;
	6.1:44-duplicates/netkit_l?:*) ;;
	6.1:45-facts/hooks_of_bpf:* | 6.1:45-facts/hooks_*_as_nft_lists_them:*) ;;
	6.1:45-facts/hooks_as_nft_lists_them:*) ;;
	7:35-rtnl/insmod_refused_while_a_netns_is_stuck:*) ;;
	debug:35-rtnl/netns_in_set_up_is_not_opened:*) ;;
	7:36-lifecycle/insmod_is_refused_and_says_what_to_do:*) ;;
	6.1:90-no-memory/* | 6.12:90-no-memory/* | 7:90-no-memory/*) ;;
	*) return 1 ;;
	esac
}

result()
{
	local word=$1 skip=''

	if [[ $word == skip ]] && lacks "$name" "$3" "$4"; then
		word=ok skip=" # SKIP not in $KERNEL: $4"
		skipped=$((skipped + 1))
	elif [[ $word == ok ]]; then
		passed=$((passed + 1))
	else
		[[ $word != skip ]] ||
			echo "    # skipped, which it must not be on $KERNEL: $4"
		word='not ok'
		failed=$((failed + 1))
	fi
	((SECONDS - since < 5)) || echo "    # $((SECONDS - since)) s"
	since=$SECONDS
	printf '    %s %d %s%s\n' "$word" "$2" "$3" "$skip"
}

# Takes the test's own KTAP apart and passes it on, with one entry added.
pass_on()
{
	local line

	while IFS= read -r line; do
		if [[ $line =~ ^1\.\.([0-9]+)$ ]]; then
			plan=${BASH_REMATCH[1]}
			printf '    1..%d\n' $((plan + 1))
		elif [[ $line =~ ^(ok|not ok)\ ([0-9]+)\ ([^#]*[^# ])(\ #\ SKIP\ (.*))?$ ]]; then
			seen=$((seen + 1))
			((BASH_REMATCH[2] == seen)) ||
				echo "    # number ${BASH_REMATCH[2]} comes as $seen"
			if [[ -n ${BASH_REMATCH[4]} ]]; then
				result skip "$seen" "${BASH_REMATCH[3]}" "${BASH_REMATCH[5]}"
			else
				result "${BASH_REMATCH[1]}" "$seen" "${BASH_REMATCH[3]}"
			fi
		elif [[ $line == 'KTAP version 1' || $line == '#'* ]]; then
			printf '    %s\n' "$line"
		else
			printf '    # %s\n' "$line"
		fi
	done
}

run_test()
{
	local number=$1 file=$2 name=${2%.sh} word=ok left
	local plan=0 seen=0 passed=0 failed=0 skipped=0 start=$SECONDS
	local since=$start clock began

	read_clock
	began=("${clock[@]}")
	processes >"$tmp/processes"
	system_state >"$tmp/state"
	printf '# Subtest: %s\n' "$name"
	pass_on < <(timeout -k 5 "$LIMIT" bash "./$file" 2>&1 </dev/null
		    echo $? >"$tmp/status")
	while ((seen < plan)); do
		seen=$((seen + 1))
		result 'not ok' "$seen" "missing: the test ended before it"
	done
	took "test $name" "${began[@]}"
	read_clock
	began=("${clock[@]}")
	left=$(leftovers)
	took "look for what $name left" "${began[@]}"
	if [[ -n $left ]]; then
		printf '%s\n' "$left" | sed 's/^/    # left behind: /'
		result 'not ok' $((seen + 1)) leaves_nothing_behind
	else
		result ok $((seen + 1)) leaves_nothing_behind
	fi
	if ((failed || plan == 0)) || [[ $(<"$tmp/status") != 0 ]]; then
		word='not ok'
		echo "# $name: exit status $(<"$tmp/status"), $failed failed of $((plan + 1))"
		echo "# run just this: scripts/selftests/run -k $KERNEL $name"
		((failed)) || failed=1
	fi
	echo "# $name: $((SECONDS - start)) s"
	echo "$word $number $name"
	all_passed=$((all_passed + passed))
	all_failed=$((all_failed + failed))
	all_skipped=$((all_skipped + skipped))
}

# Devices that tunnel modules put into every netns make all the rest slow.
sysctl -qw net.core.fb_tunnels_only_for_init_net=2
# The first of these leaves a mount for good.
ip netns add first && ip netns del first

while [[ ${1:-} == *=* ]]; do
	export "${1?}"
	shift
done
echo "KTAP version 1"
echo "1..$#"
took 'boot and set-up' 0 0
read_clock
# The first start reads python and compiles what tests import.
[[ -z ${NSINFO_TIMES:-} ]] || "${PYTHON:-python3}" -c 'import ktap, nl, world'
took "python's first start" "${clock[@]}"
read_clock
[[ -z ${NSINFO_TIMES:-} ]] || "${PYTHON:-python3}" -c 'import ktap, nl, world'
took "python's start" "${clock[@]}"
number=0
for file in "$@"; do
	number=$((number + 1))
	run_test "$number" "$file"
done
echo "# totals: $all_passed passed, $all_failed failed, $all_skipped skipped"
rm -rf "$tmp"
((all_failed == 0))
