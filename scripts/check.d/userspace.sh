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
plan
