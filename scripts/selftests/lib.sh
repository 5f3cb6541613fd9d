# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a selftest needs. It sources this, may define setup(), defines a
# function test_NAME for each behaviour, and ends with "cases NAME...":
# the plan is out before the first of them runs.

NSINFO=${NSINFO:-nsinfo}
KO=${KO:-/nsinfo.ko}
PYTHON=${PYTHON:-python3}
SELF=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
WORK=$(mktemp -d)
export NSINFO KO PYTHON WORK

note()
{
	local line

	while IFS= read -r line; do
		printf '# %s\n' "$line"
	done <<< "$*"
}

# bad WHAT EXPECTED GOT: notes a failure; the case goes on.
bad()
{
	note "$1"
	note "  expected: $2"
	note "  got:      $3"
	failed=1
}

# around TEXT PLACE: TEXT near there.
around()
{
	local start=$(($2 > 50 ? $2 - 50 : 0)) text=$1

	[[ $start -eq 0 ]] || printf '[...]'
	printf '%s' "${text:start:150}"
	[[ ${#text} -le $((start + 150)) ]] || printf '[...]'
}

# is WHAT EXPECTED GOT: of long texts only the place is told where they differ.
is()
{
	local place

	[[ $3 != "$2" ]] || return 0
	if [[ ${#2} -le 200 && ${#3} -le 200 ]]; then
		bad "$@"
		return
	fi
	place=$({ cmp <(printf '%s' "$2") <(printf '%s' "$3") 2>&1 || true; } |
		sed -n 's/.* \(byte\|char\) \([0-9]*\).*/\2/p')
	place=$((${place:-1} - 1))
	bad "$1: from character $place on" "$(around "$2" "$place")" \
		"$(around "$3" "$place")"
}

# matches WHAT REGEX GOT
matches()
{
	[[ $3 =~ $2 ]] || bad "$@"
}

# shellcheck disable=SC2034
# try CMD...: leaves its output in $out and $err, its exit status in $status.
try()
{
	status=0
	"$@" >"$WORK/out" 2>"$WORK/err" || status=$?
	out=$(<"$WORK/out")
	err=$(<"$WORK/err")
}

# Ends the case.
skip()
{
	printf '%s\n' "$*" >"$WORK/skip"
	exit 0
}

# busywait WHAT CMD...: CMD must succeed before a minute is over.
busywait()
{
	local what=$1 end=$((SECONDS + ${BUSYWAIT:-60}))

	shift
	until "$@" >"$WORK/busywait" 2>&1; do
		if ((SECONDS >= end)); then
			bad "waiting: $what" "$* succeeds" \
				"$(head -c 2000 "$WORK/busywait")"
			return 1
		fi
		sleep 0.05
	done
}

not()
{
	! "$@"
}

unexpected()
{
	note "$1: $BASH_COMMAND: exit $2" >&2
}

run_case()
{
	local status

	rm -f "$WORK/skip"
	set +e
	(
		set -eE
		failed=0
		trap 'unexpected "${BASH_SOURCE[0]##*/}:$LINENO" $?' ERR
		trap 'trap - ERR; stop_jobs' EXIT
		"test_$2"
		exit "$failed"
	)
	status=$?
	set -e
	if [[ $status -ne 0 ]]; then
		printf 'not ok %d %s\n' "$1" "$2"
		RESULT=1
	elif [[ -e $WORK/skip ]]; then
		printf 'ok %d %s # SKIP %s\n' "$1" "$2" "$(<"$WORK/skip")"
	else
		printf 'ok %d %s\n' "$1" "$2"
	fi
}

# cases NAME...: prints the plan, then runs setup and each test_NAME.
cases()
{
	local name n=0

	printf 'KTAP version 1\n1..%d\n' $#
	if [[ $(type -t setup) == function ]]; then
		setup
	fi
	for name in "$@"; do
		n=$((n + 1))
		run_case "$n" "$name"
	done
	exit "$RESULT"
}

stop_jobs()
{
	local pids

	mapfile -t pids < <(jobs -p)
	if ((${#pids[@]})); then
		kill "${pids[@]}" 2>/dev/null || true
		wait "${pids[@]}" 2>/dev/null || true
	fi
}

finish()
{
	local name

	stop_jobs
	for name in /run/netns/*; do
		[[ ! -e $name || -n ${KEEP[$name]:-} ]] ||
			ip netns del "${name##*/}"
	done
	rm -rf "$WORK"
}

load()
{
	[[ -d /sys/module/nsinfo ]] || insmod "$KO" "$@"
}

# Refused while a netns is being torn down, which is right: so again.
unload()
{
	[[ ! -d /sys/module/nsinfo ]] || busywait "rmmod" rmmod nsinfo
}

# What course.py makes can be made, and nothing else is.
ready_for_course()
{
	modprobe -qa dummy veth bridge 8021q || true
	# Addresses that come by themselves come when they like.
	sysctl -qw net.core.devconf_inherit_init_net=1 \
		net.ipv6.conf.{all,default}.{accept_dad,router_solicitations}=0 \
		net.ipv6.conf.{all,default}.addr_gen_mode=1
}

# netns NAME...: named ones, with lo up.
netns()
{
	local name

	for name in "$@"; do
		ip netns add "$name"
		ip -n "$name" link set lo up
	done
}

# inside NAME CMD...: what ip netns exec does, without its mounts.
inside()
{
	local name=$1

	shift
	nsenter --net="/run/netns/$name" -- "$@"
}

# device NETNS NAME ARG...: ip link add, where the kernel has that kind: then
# $made is 1. compare tells of the others.
made=0
# shellcheck disable=SC2034
device()
{
	local netns=$1

	shift
	made=1
	ip -n "$netns" link add "$@" 2>"$WORK/err" && return
	made=0
	if ! grep -q 'Unknown device type' "$WORK/err"; then
		note "ip -n $netns link add $*: $(<"$WORK/err")"
		return 1
	fi
	printf '%s\n' "$*" >>"$WORK/missing"
}

# shellcheck disable=SC2034
# pair KIND NETNS NAME PEER [PEER-NETNS]: the same for two ends.
pair()
{
	local status=0

	made=0
	inside "$2" "$PYTHON" "$SELF/nl.py" pair "$1" "$3" "$4" \
		${5:+"/run/netns/$5"} 2>"$WORK/err" || status=$?
	case $status in
	0) made=1 ;;
	95) printf '%s\n' "$*" >>"$WORK/missing" ;;
	*) note "pair $*: $(<"$WORK/err")"; return 1 ;;
	esac
}

grep_in()
{
	local pattern=$1

	shift
	"$@" | grep -q -- "$pattern"
}

# compare NETNS...: a case for each, nsinfo's devices against ip's.
compare()
{
	touch "$WORK/missing"
	"$PYTHON" "$SELF/compare.py" "$WORK/missing" "$@"
}

inode()
{
	stat -L -c %i "$1"
}

# Inode of the netns of that name.
inode_of()
{
	inode "/run/netns/$1"
}

set -euo pipefail
RESULT=0
failed=0
declare -A KEEP
for name in /run/netns/*; do
	KEEP[$name]=1
done
trap finish EXIT
