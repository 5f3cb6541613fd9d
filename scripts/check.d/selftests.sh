#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# selftests.sh KERNEL [-p PART/PARTS] [NAME...]: the selftests named, or those
# that belong to that kernel, or one part of these. What the tool makes of the
# kernel's answers does not depend on the kernel: tests of that alone run on
# 6.12. The debug kernel takes four times as long, and is spared what its KUnit
# suites see too. All of them can be run by name on every kernel.
set -euo pipefail

TOOL='^(38-doctor|39-holders-of|48-names|8[3-9]-.*)$'
LONG='^(45-facts|46-tasks|8[0-2]-.*|98-events-model)$'

here=$(dirname "$0")
kernel=$1 part=1 parts=1
shift
if [[ ${1:-} == -p ]]; then
	part=${2%/*} parts=${2#*/}
	shift 2
fi
if [[ $# -eq 0 ]]; then
	skip='^$'
	[[ $kernel == 6.12 ]] || skip=$TOOL
	[[ $kernel != debug ]] || skip="$TOOL|$LONG"
	mapfile -t names < <("$here/../selftests/run" -l | grep -vE "$skip" |
			     awk -v part="$part" -v parts="$parts" \
				     'NR % parts == part % parts')
	set -- "${names[@]}"
fi
exec "$here/../selftests/run" -k "$kernel" "$@"
