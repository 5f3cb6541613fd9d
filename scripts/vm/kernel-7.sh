# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Part of scripts/vm/kernel: the newest 7.* cloud kernel of trixie-backports,
# with a trixie root to build for it in, since the build tools that its headers
# bring need trixie's libc. The system's own package lists never see trixie.

# Prints the release of the newest 7.* kernel that apt in root $1 knows.
newest_7()
{
	local names name best=''

	names=$(chroot "$1" apt-cache pkgnames linux-headers-7 </dev/null)
	while read -r name; do
		[[ $name =~ ^linux-headers-(7\..*\+deb13-cloud-amd64)$ ]] || continue
		name=${BASH_REMATCH[1]}
		if [[ -z $best ]] || dpkg --compare-versions \
				"${name%%+*}" gt "${best%%+*}"; then
			best=$name
		fi
	done <<<"$names"
	[[ -n $best ]] || return 1
	printf '%s\n' "$best"
}

# apt_in_root ROOT ARGS...: apt-get there; what it downloads is in /var/tmp.
apt_in_root()
{
	cp /etc/resolv.conf "$1/etc/resolv.conf"
	# shellcheck disable=SC2016
	in_root "$1" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
		http_proxy="$(apt_proxy)" \
		sh -c 'cd /var/tmp && exec apt-get -qq -y "$@"' sh \
		-o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
		-o APT::Sandbox::User=root "${@:2}" </dev/null >&2
}

make_root_7()
{
	local root=$1 mirror

	mirror=$(apt_mirror)
	say "making a trixie root"
	http_proxy=$(apt_proxy) mmdebstrap --variant=apt --quiet \
		--skip=cleanup/apt/lists --include=make,gcc,dwarves,libelf-dev \
		trixie "$root" - <<-END >&2
		deb $mirror trixie main
		deb $mirror trixie-backports main
	END
}

# The image is three packages there: kernel, modules, and with the headers what
# describes the modules.
build_7()
{
	local dir=$1 root=$1/trixie rel=$2 deb

	apt_in_root "$root" install --no-install-recommends \
		"linux-headers-$rel"
	apt_in_root "$root" download "linux-binary-$rel" "linux-modules-$rel"
	mkdir -p "$dir/image"
	for deb in "$root"/var/tmp/*.deb; do
		dpkg -x "$deb" "$dir/image"
		rm "$deb"
	done
	apt_in_root "$root" clean
	cp "$root/usr/lib/modules/$rel"/modules.* \
		"$dir/image/usr/lib/modules/$rel/"
	ln -s trixie "$dir/root"
	ln -s "/usr/src/linux-headers-$rel" "$dir/kdir"
	ln -s "image/usr/lib/modules/$rel" "$dir/modules"
	link_image "$dir" "$dir/image/usr/lib/modules/$rel/vmlinuz"
}

# Asks the mirror once a day; where it does not answer, the cache is good.
kernel_7()
{
	local current=$KERNELS/7 rel='' new dir

	if [[ -e $current/release ]]; then
		[[ -z $(find -H "$current/release" -mtime -1) ]] || return 0
		if apt_in_root "$current/trixie" update; then
			rel=$(newest_7 "$current/trixie") || true
		fi
		if [[ -z $rel || $rel == "$(<"$current/release")" ]]; then
			touch "$current/release"
			return
		fi
	fi
	[[ $(id -u) -eq 0 ]] || die "must be root to make the root of kernel 7"
	install_packages mmdebstrap xz-utils zstd
	new=$KERNELS/7.new
	rm -rf "$new"
	mkdir -p "$new"
	make_root_7 "$new/trixie"
	rel=$(newest_7 "$new/trixie") || die "the mirror has no 7.* kernel"
	build_7 "$new" "$rel"
	printf '%s\n' "$rel" >"$new/release"
	dir=$KERNELS/7-$rel
	finish "$new" "$dir"
	ln -sfn "${dir##*/}" "$current"
}
