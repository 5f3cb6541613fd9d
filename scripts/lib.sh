# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Shared by the scripts: messages, the cache outside the checkout, apt.

shopt -s inherit_errexit
umask 022

NSINFO_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
NSINFO_CACHE=${NSINFO_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nsinfo}
export NSINFO_TOP NSINFO_CACHE
# For the command line of a kernel that is emulated. Code at the same address in
# every process is translated once: where addresses are random, processes take
# almost twice as long.
# shellcheck disable=SC2034 # scripts/vm has use for it
QUICK_WORDS='mitigations=off norandmaps no_timer_check'

say()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

# Prints a short hash of stdin, for names in the cache.
key()
{
	sha256sum | cut -c1-16
}

# lock NAME: holds a lock of the cache until the script ends.
lock()
{
	local fd

	mkdir -p "$NSINFO_CACHE/locks"
	exec {fd}>"$NSINFO_CACHE/locks/$1"
	flock -n "$fd" || { say "waiting for lock $1"; flock "$fd"; }
}

# Prints those of the named packages that are not installed.
missing_packages()
{
	local -A have=()
	local name p

	while read -r name; do
		have[$name]=1
	done < <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' |
		 sed -n 's/^installed //p')
	for p in "$@"; do
		[[ -n ${have[$p]:-} ]] || printf '%s\n' "$p"
	done
}

apt_get()
{
	DEBIAN_FRONTEND=noninteractive apt-get -q -y \
		-o APT::Sandbox::User=root \
		-o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
		-o DPkg::Lock::Timeout=600 \
		-o Dpkg::Options::=--force-confdef \
		-o Dpkg::Options::=--force-confold "$@" </dev/null >&2
}

# Installs what is missing of the named packages, and nothing they recommend.
install_packages()
{
	local missing

	mapfile -t missing < <(missing_packages "$@")
	[[ ${#missing[@]} -gt 0 ]] || return 0
	[[ $(id -u) -eq 0 ]] || die "must be root to install: ${missing[*]}"
	say "installing ${missing[*]}"
	apt_get install --no-install-recommends "${missing[@]}" && return
	apt_get update
	apt_get install --no-install-recommends "${missing[@]}"
}

# in_root ROOT COMMAND...: in the root, with /proc, which is mounted for this
# command alone and goes with it whatever happens.
in_root()
{
	# shellcheck disable=SC2016
	unshare --mount --propagation private sh -c \
		'mount -t proc proc "$1/proc" && exec chroot "$@"' sh "$@"
}

# The address of the mirror that this system itself uses.
apt_mirror()
{
	local uri

	# shellcheck disable=SC2016
	uri=$(apt-get indextargets --format '$(REPO_URI) $(LABEL) $(COMPONENT)' \
		'Created-By: Packages' | sed -n 's/ Debian main$//p' | head -n 1)
	[[ -n $uri ]] || die "apt knows no Debian mirror"
	printf '%s\n' "$uri"
}

# The proxy that the system's apt goes through, if any.
apt_proxy()
{
	local proxy=${http_proxy:-}

	eval "$(apt-config shell proxy Acquire::http::Proxy)"
	printf '%s\n' "$proxy"
}
