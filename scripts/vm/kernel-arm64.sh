# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Part of scripts/vm/kernel: Debian's 6.12 cloud kernel for arm64, as the one for
# amd64 is, with a system to boot it into. Packages are unpacked and never
# configured, so nothing of another architecture runs here; the system's own apt
# and dpkg never see arm64.

ARM64_PACKAGES=bash,dash,coreutils,util-linux,util-linux-extra,mount,procps
ARM64_PACKAGES+=,iproute2,kmod,grep,sed,findutils,diffutils,mawk,hostname
ARM64_PACKAGES+=,nftables,busybox-static,jq,python3
# To build the tool.
ARM64_PACKAGES+=,libc6-dev,libmnl-dev,libjansson-dev

# Lines of sources.list: what the system itself uses.
arm64_sources()
{
	# shellcheck disable=SC2016
	apt-get indextargets --format \
		'deb [arch=arm64] $(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' | sort -u
}

# The headers alone: the programs that build with them are those of amd64.
arm64_headers()
{
	local dir=$1 rel=$2 final=$3 common=$4/headers apt=$1.apt deb

	mkdir -p "$apt"/{lists,cache/archives}/partial
	: >"$apt/status"
	arm64_sources >"$apt/sources.list"
	set -- -o APT::Architecture=arm64 -o APT::Architectures=arm64 \
		-o "Dir::Etc::SourceList=$apt/sources.list" \
		-o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$apt/lists" \
		-o "Dir::Cache=$apt/cache" -o "Dir::State::Status=$apt/status"
	apt_get "$@" update
	(cd "$apt" && apt_get "$@" download "linux-headers-$rel")
	cp -a "$common" "$dir/headers"
	for deb in "$apt"/*.deb; do
		dpkg -x "$deb" "$dir/headers"
	done
	rm -r "$apt"
	sed -i "s|^include /|include $final/headers/|" \
		"$dir/headers/usr/src/linux-headers-$rel/Makefile"
	ln -s "headers/usr/src/linux-headers-$rel" "$dir/kdir"
}

# Prints the folder.
kernel_arm64()
{
	local amd64 rel dir new

	install_packages mmdebstrap gcc-aarch64-linux-gnu qemu-system-arm
	amd64=$("$VM/kernel" 6.12)
	rel=$(sed 's/amd64$/arm64/' "$amd64/release")
	dir=$KERNELS/arm64-${amd64##*/}-$(key <<<"$ARM64_PACKAGES")
	if [[ ! -e $dir/release ]]; then
		say "fetching a system for arm64"
		new=$dir.new
		rm -rf "$new"
		mkdir -p "$new"
		arm64_sources | http_proxy=$(apt_proxy) mmdebstrap --quiet \
			--variant=extract --architectures=arm64 \
			--include="$ARM64_PACKAGES,linux-image-$rel" \
			"$(. /etc/os-release && echo "$VERSION_CODENAME")" \
			"$new/root" - >&2
		arm64_headers "$new" "$rel" "$dir" "$amd64"
		/sbin/depmod -b "$new/root" "$rel"
		ln -s "root/lib/modules/$rel" "$new/modules"
		gunzip -c "$new/root/boot/vmlinuz-$rel" >"$new/kernel" 2>/dev/null ||
			cp "$new/root/boot/vmlinuz-$rel" "$new/kernel"
		printf 'arm64\n' >"$new/arch"
		printf '%s\n' "$rel" >"$new/release"
		finish "$new" "$dir"
	fi
	touch "$dir"
	printf '%s\n' "$dir"
}
