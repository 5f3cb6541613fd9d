#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# userspace.sh MAKE-VAR=VALUE...: the tool builds so, from nothing, in a copy.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tree_files VERSION kmod/include userspace |
	rsync -a --files-from=- "$NSINFO_TOP/" "$copy/"
make -s -C "$copy/userspace" -j "$(nproc)" "$@"
# The result is a program of this version, not just a file.
equal "nsinfo --version" "$(<"$NSINFO_TOP/VERSION")" \
	"$("$copy/userspace/nsinfo" --version | grep -oE '[0-9]+(\.[0-9]+)+' || true)"

# Prints "FILE FILE" for each call from one file to another.
calls()
{
	find "$copy/userspace/obj" -name '*.o' -printf '%P\n' |
		(cd "$copy/userspace/obj" && xargs nm -A) |
		sed 's/\.o:[0-9a-f]*//' |
		awk '$2 == "U" { needs[$1 " " $3] }
		     $2 ~ /^[A-TV-Z]$/ { in_file[$3] = $1 }
		     END {
			for (need in needs) {
				split(need, part)
				if (part[2] in in_file)
					print part[1], in_file[part[2]]
			}
		     }'
}

calls >"$copy/calls"
[[ -s $copy/calls ]]
equal "calls in a circle of files" '' "$(circles <"$copy/calls")"
plan
