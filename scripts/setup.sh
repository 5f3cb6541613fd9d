#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# setup.sh [build|vm|check|vng]...: installs, as root on Debian 12, what is
# missing; nothing when nothing is. Without arguments: build.
#
#   build  make the module and the tool
#   vm     boot guests with scripts/vm/run, and build their kernels
#   check  run the checks
#   vng    boot guests with virtme-ng
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BUILD=(gcc make libc6-dev libmnl-dev libjansson-dev libelf-dev
       pkg-config)
VM=(qemu-system-x86 seabios busybox-static cpio kmod zstd xz-utils lz4 iproute2
    jq mmdebstrap bc flex bison libssl-dev dwarves rsync util-linux
    util-linux-extra procps mawk hostname libpam-modules nftables iptables
    conntrack iputils-arping
    linux-source-6.12 python3-yaml python3-jsonschema)
CHECK=(git ccache sparse clang clang-14 lld-14 llvm-14 libclang-rt-14-dev
       libcmocka-dev shellcheck cppcheck coccinelle yamllint pylint
       python3-yaml python3-jsonschema man-db groff bash-completion zsh fish
       bsdextrautils linux-source-6.12)
VNG=(python3 python3-argcomplete python3-pkg-resources python3-requests file
     kmod udev qemu-system-x86 seabios)

# Not every kernel is Debian's; and in a container the headers of some would
# bring a kernel image with them.
running_headers()
{
	local package plan

	package=linux-headers-$(uname -r)
	[[ $package == *-amd64 && -n $(missing_packages "$package") ]] ||
		return 0
	plan=$(apt-get install -s --no-install-recommends "$package") ||
		return 0
	[[ $plan == *$'\nInst linux-image'* ]] || install_packages "$package"
}

# virtme-ng is in trixie only, and the same for every architecture. The package
# lists of trixie live in a folder of their own, never among the system's.
install_virtme_ng()
{
	local dir mirror apt

	[[ -n $(missing_packages virtme-ng) ]] || return 0
	[[ $(id -u) -eq 0 ]] || die "must be root to install: virtme-ng"
	mirror=$(apt_mirror)
	dir=$(mktemp -d)
	mkdir -p "$dir"/{lists,cache}/partial
	printf 'deb %s trixie main\n' "$mirror" >"$dir/sources.list"
	apt=(-o "Dir::Etc::SourceList=$dir/sources.list"
	     -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$dir/lists"
	     -o "Dir::Cache=$dir/cache" -o APT::Sandbox::User=root)
	say "installing virtme-ng"
	apt_get "${apt[@]}" update
	(cd "$dir" && apt_get "${apt[@]}" download virtme-ng)
	dpkg -i "$dir"/virtme-ng_*.deb >&2
	rm -rf "$dir"
}

setup()
{
	case $1 in
	build)
		install_packages "${BUILD[@]}"
		running_headers
		;;
	vm) install_packages "${BUILD[@]}" "${VM[@]}" ;;
	check) install_packages "${BUILD[@]}" "${CHECK[@]}" ;;
	vng)
		install_packages "${VNG[@]}"
		install_virtme_ng
		;;
	*) die "usage: setup.sh [build|vm|check|vng]..." ;;
	esac
}

[[ $# -gt 0 ]] || set -- build
for what in "$@"; do
	setup "$what"
done
