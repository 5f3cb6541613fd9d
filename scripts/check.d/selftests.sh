#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# selftests.sh KERNEL [-p PART/PARTS] [NAME...]: the selftests named, or all of
# them, or one part of these.
set -euo pipefail

here=$(dirname "$0")
kernel=$1 part=1 parts=1
shift
if [[ ${1:-} == -p ]]; then
	part=${2%/*} parts=${2#*/}
	shift 2
fi
if [[ $# -eq 0 ]]; then
	mapfile -t names < <("$here/../selftests/run" -l |
			     awk -v part="$part" -v parts="$parts" \
				     'NR % parts == part % parts')
	set -- "${names[@]}"
fi
exec "$here/../selftests/run" -k "$kernel" "$@"
