#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# selftests.sh KERNEL [-p PART/PARTS] [NAME...]: the selftests named, or all of
# them, or one part of these. The debug kernel takes six times as long, and is
# spared those of what the tool alone does, which the others run; by name all of
# them run there too.
set -euo pipefail

TOOL='^(38-doctor|48-names|8[0-9]-.*)$'

here=$(dirname "$0")
kernel=$1 part=1 parts=1
shift
if [[ ${1:-} == -p ]]; then
	part=${2%/*} parts=${2#*/}
	shift 2
fi
if [[ $# -eq 0 ]]; then
	skip='^$'
	[[ $kernel != debug ]] || skip=$TOOL
	mapfile -t names < <("$here/../selftests/run" -l | grep -vE "$skip" |
			     awk -v part="$part" -v parts="$parts" \
				     'NR % parts == part % parts')
	set -- "${names[@]}"
fi
exec "$here/../selftests/run" -k "$kernel" "$@"
