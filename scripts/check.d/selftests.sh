#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# selftests.sh KERNEL [-c CPUS] [-K] [-p PART/PARTS] [NAME...]: the selftests named,
# or those that this kernel is to run, or one part of these: those that ask the
# module run on every kernel, those of its data on all but the debug kernel, those
# for its detectors there alone, those of the tool on one; in the long mode all run
# on all, and with kmemleak in any case.
set -euo pipefail

here=$(dirname "$0")
kernel=$1 part=1 parts=1 cpus=1 classes=(-C kernel) more=()
shift
while getopts 'c:Kp:' opt; do
	case $opt in
	c) cpus=$OPTARG ;;
	K) more=(-K) ;;
	p) part=${OPTARG%/*} parts=${OPTARG#*/} ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
case $kernel in
debug) classes+=(-C debug) ;;
*) classes+=(-C data) ;;
esac
[[ $kernel != 6.12 ]] || classes+=(-C tool)
[[ -z ${NSINFO_LONG:-} ]] || { classes=(); more=(); }
if [[ $# -eq 0 ]]; then
	mapfile -t names < <("$here/../selftests/run" -l "${classes[@]}" |
			     awk -v part="$part" -v parts="$parts" \
				     'NR % parts == part % parts')
	set -- "${names[@]}"
fi
exec "$here/../selftests/run" -k "$kernel" -c "$cpus" "${more[@]}" "$@"
