#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# regen-netlink.sh [--check]: makes the uapi header from kmod/spec/nsinfo.yaml
# with the kernel's own generator. With --check it changes nothing, and fails
# with a diff where the header is not what the generator makes.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SPEC=$NSINFO_TOP/kmod/spec/nsinfo.yaml
HEADER=$NSINFO_TOP/kmod/include/uapi/linux/nsinfo.h

main()
{
	local tools work

	case $# in
	0) ;;
	1) [[ $1 == --check ]] || die "usage: regen-netlink.sh [--check]" ;;
	*) die "usage: regen-netlink.sh [--check]" ;;
	esac
	install_packages python3-yaml python3-jsonschema
	tools=$("$NSINFO_TOP/scripts/kernel-tools.sh")
	work=$(mktemp -d)
	# shellcheck disable=SC2064 # the folder as it is called now
	trap "rm -rf '$work'" EXIT

	# The generator finds its root and its schema from the spec's own place.
	mkdir -p "$work/Documentation/netlink/specs"
	cp "$tools/MAINTAINERS" "$work/"
	cp "$tools"/Documentation/netlink/*.yaml "$work/Documentation/netlink/"
	cp "$SPEC" "$work/Documentation/netlink/specs/"
	/usr/bin/python3 "$tools/tools/net/ynl/ynl-gen-c.py" --mode uapi \
		--spec "$work/Documentation/netlink/specs/nsinfo.yaml" \
		--header -o "$work/nsinfo.h"

	if [[ ${1:-} == --check ]]; then
		diff -u --label "nsinfo.h in the tree" \
			--label "nsinfo.h generated from the YAML" \
			"$HEADER" "$work/nsinfo.h" && return
		say "the header is not what the YAML says: run $0"
		return 1
	fi
	cmp -s "$HEADER" "$work/nsinfo.h" || cp "$work/nsinfo.h" "$HEADER"
}

main "$@"
