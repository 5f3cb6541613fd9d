#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# leak-check.sh [-C FOLDER] COMMAND [ARGS...]: runs a test, as root in a guest and
# in FOLDER, and tells by KTAP whether it passed and whether it left network
# namespaces, or devices in others, behind: what `nsinfo check` finds.
#
# NSINFO  the tool, where it is not the one of this tree nor in PATH
# KO      the module, if it is not loaded; that of this tree by default
#
# Exit status: 0 both, 1 not; 4 the module cannot be loaded (a skip).
set -uo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
nsinfo=${NSINFO:-$top/userspace/nsinfo}
[[ -x $nsinfo ]] || nsinfo=nsinfo
ko=${KO:-$top/kmod/nsinfo.ko}

folder=.
if [[ ${1-} == -C && $# -gt 1 ]]; then
	folder=$2
	shift 2
fi
[[ $# -gt 0 ]] || { sed -n '4,6s/^# //p' "$0" >&2; exit 2; }
printf 'KTAP version 1\n'
if [[ ! -d /sys/module/nsinfo ]] && ! insmod "$ko"; then
	printf '1..0 # SKIP nsinfo.ko cannot be loaded\n'
	exit 4
fi
before=$(mktemp) after=$(mktemp)
trap 'rm -f "$before" "$after"' EXIT
printf '1..2\n'
"$nsinfo" dump -J >"$before" || exit 1
failed=0

# result STATUS NUMBER NAME [WHY]
result()
{
	local word=ok

	[[ $1 -eq 0 ]] || word='not ok' failed=1
	printf '%s %d %s%s\n' "$word" "$2" "$3" "${4:+ # $4}"
}

status=0
(cd "$folder" && exec "$@") || status=$?
name=${1##*/}
case $status in
4) result 0 1 "$name" "SKIP" ;;		# kselftest's exit status of a skip
*) result "$status" 1 "$name" "$([[ $status -eq 0 ]] || echo "exit status $status")" ;;
esac
status=0
"$nsinfo" check -b "$before" >"$after" || status=$?
sed 's/^/# /' "$after"
result "$status" 2 "${name}_leaves_nothing_behind"
exit "$failed"
