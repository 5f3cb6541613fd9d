#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# kernel-tools.sh: prints a folder with the parts of the kernel's source that
# are tools of ours: checkpatch, kernel-doc, the semantic patches of coccicheck,
# the settings of yamllint, and the netlink spec's schema, generator and client.
# They come out of Debian's linux-source package and stay in the cache under its
# version.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

PACKAGE=linux-source-6.12
TARBALL=/usr/src/$PACKAGE.tar.xz

# The generator walks up from the spec until it meets MAINTAINERS.
MEMBERS=(
	MAINTAINERS
	Documentation/devicetree/bindings/.yamllint
	'Documentation/netlink/*.yaml'
	scripts/checkpatch.pl
	scripts/coccinelle
	scripts/const_structs.checkpatch
	scripts/kernel-doc
	scripts/spelling.txt
	tools/net/ynl
)

main()
{
	local version dir

	[[ -e $TARBALL ]] || install_packages "$PACKAGE" xz-utils
	version=$(dpkg-query -W -f '${Version}' "$PACKAGE")
	dir=$NSINFO_CACHE/kernel-tools/$version-$(key <<<"${MEMBERS[*]}")
	lock kernel-tools
	if [[ ! -e $dir ]]; then
		rm -rf "$dir.new"
		mkdir -p "$dir.new"
		tar -xf "$TARBALL" -C "$dir.new" --strip-components=1 \
			--no-wildcards-match-slash --wildcards \
			"${MEMBERS[@]/#/$PACKAGE/}"
		mv "$dir.new" "$dir"
	fi
	printf '%s\n' "$dir"
}

main "$@"
