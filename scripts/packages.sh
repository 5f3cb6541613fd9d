# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the gates of the packages share.

# build_packages DIR: builds them there, without the tests of the tool, which
# are a gate of their own.
build_packages()
{
	local status=0 text

	install_packages debhelper dh-dkms dpkg-dev fakeroot lintian \
		libjansson-dev libmnl-dev pkg-config
	text=$(DEB_BUILD_OPTIONS=nocheck "$NSINFO_TOP/scripts/deb.sh" "$1" 2>&1) ||
		status=$?
	result "$status" "make deb" "$text"
	status=0
	text=$(lintian --allow-root --fail-on error,warning "$1"/*.changes 2>&1) ||
		status=$?
	result "$status" "lintian" "$text"
}

# make_root SUITE DIR: a small Debian of that name.
make_root()
{
	install_packages mmdebstrap
	http_proxy=$(apt_proxy) mmdebstrap --variant=apt --quiet \
		--skip=cleanup/apt/lists "$1" "$2" "$(apt_mirror)"
}

# apt_in ROOT ARGS...
apt_in()
{
	in_root "$1" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
		http_proxy="$(apt_proxy)" apt-get -q -y \
		-o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
		-o APT::Sandbox::User=root "${@:2}" </dev/null
}

# releases ROOT: the kernels of a Debian root whose headers are there.
releases()
{
	(cd "$1/lib/modules" && find . -mindepth 2 -maxdepth 2 -name build \
		! -path './5.10.*' | cut -d / -f 2 | sort)
}
