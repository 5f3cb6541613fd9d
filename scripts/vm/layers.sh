# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The guest's initramfs is a row of cpio archives: base (tools), python, kernel
# modules, and what belongs to one run. All but the last are cached.

LAYERS=$NSINFO_CACHE/layers
VM=$NSINFO_TOP/scripts/vm

# Packages whose commands the guest has, single commands, optional commands.
BASE_PACKAGES=(bash dash coreutils util-linux util-linux-extra mount procps
	       iproute2 kmod grep sed findutils diffutils mawk hostname nftables
	       iptables conntrack iputils-arping)
BASE_COMMANDS=(awk jq busybox su)
BASE_OPTIONAL=(strace ethtool tcpdump column hexdump xxd script)
# Where the commands of iptables find the libraries of its matches and targets.
XTABLES=/usr/lib/x86_64-linux-gnu/xtables
BASE_LIBRARIES=(libmnl.so.0 libsmartcols.so.1)
PYTHON_PACKAGES=(python3-yaml python3-jsonschema python3-attr
		 python3-pyrsistent python3-importlib-metadata python3-zipp
		 python3-more-itertools)

# What the guest can load, as paths below lib/modules/REL/kernel.
MODULE_PATHS='^kernel/(net/(8021q|bridge|can|core|dsa|ipv4|ipv6|key|llc|mpls'
MODULE_PATHS+='|mptcp|netfilter|netlink|nsh|openvswitch|packet|sched|sctp|tipc'
MODULE_PATHS+='|unix|vmw_vsock|xdp|xfrm|hsr|l2tp|psample|802)'
MODULE_PATHS+='|drivers/net/[^/]*\.ko|drivers/net/(bonding|ipvlan|netdevsim'
MODULE_PATHS+='|netkit|team|vmxnet3|vxlan|wireguard|ovpn|can/(dev|v[^/]*\.ko))'
MODULE_PATHS+='|(arch/x86/)?crypto/crc32c[^/]*\.ko'
MODULE_PATHS+='|fs/(overlayfs|fuse|9p)|drivers/(char/virtio|virtio))'

# pack DIR FILE: an archive of all in DIR, owned by root.
pack()
{
	(cd "$1" && find . -print0 | sort -z |
		cpio -0 -o -H newc --quiet --owner 0:0 --reproducible) >"$2"
}

# Prints the libraries of the programs and libraries named.
libraries_of()
{
	ldd "$@" 2>/dev/null |
		sed -n 's/^.*=> \(\/[^ ]*\) (.*$/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*$/\1/p' |
		sort -u
}

# copy_libraries DIR FILE...: the libraries of FILEs, where DIR lacks them.
copy_libraries()
{
	local dir=$1 lib
	shift

	while read -r lib; do
		[[ ! -e $dir$lib ]] || continue
		mkdir -p "$dir${lib%/*}"
		cp -L "$lib" "$dir$lib"
	done < <(libraries_of "$@")
}

# In every layer, or its real folders would replace the links of another.
make_links()
{
	local d

	for d in bin sbin lib lib64; do
		mkdir -p "$1/usr/$d"
		ln -s "usr/$d" "$1/$d"
	done
}

make_skeleton()
{
	local dir=$1

	make_links "$dir"
	mkdir -p "$dir"/{dev,proc,sys,run,tmp,etc,root,test,var,home/user}
	ln -s /run "$dir/var/run"
	ln -s /tmp "$dir/var/tmp"
	chmod 1777 "$dir/tmp" "$dir/home/user"
	cp -r "$VM/guest/etc" "$dir/"
	ln -s /proc/self/mounts "$dir/etc/mtab"
	install -m 755 "$VM/guest/init" "$dir/init"
}

package_commands()
{
	dpkg-query -L "$@" 2>/dev/null |
		grep -E '^(/usr)?/s?bin/[^/]+$' | sort -u || true
}

# A link to a name beside it stays one: some programs have twenty names.
copy_command()
{
	local file=$1 dir=$2/usr/bin

	[[ $file != */sbin/* ]] || dir=$2/usr/sbin
	if [[ -L $file && $(readlink "$file") != */* ]]; then
		cp -P "$file" "$dir/"
	else
		cp -L "$file" "$dir/"
	fi
}

build_base()
{
	local dir=$1 file name commands=() lib

	make_skeleton "$dir"
	mapfile -t commands < <(package_commands "${BASE_PACKAGES[@]}")
	for name in "${BASE_COMMANDS[@]}"; do
		commands+=("$(type -P "$name")") || die "no command $name"
	done
	for name in "${BASE_OPTIONAL[@]}"; do
		file=$(type -P "$name") && commands+=("$file")
	done
	for file in "${commands[@]}"; do
		[[ ! -f $file ]] || copy_command "$file" "$dir"
	done
	mkdir -p "$dir$XTABLES"
	cp "$XTABLES"/*.so "$dir$XTABLES/"
	copy_libraries "$dir" "$XTABLES"/*.so
	for lib in "${BASE_LIBRARIES[@]}"; do
		commands+=("$(ldconfig -p | sed -n "s|.*$lib .*x86-64.* => ||p" |
			head -n 1)")
	done
	lib=/lib/x86_64-linux-gnu/security/pam_permit.so
	commands+=("$lib")
	copy_libraries "$dir" "${commands[@]}"
	for lib in "${commands[@]: -$((${#BASE_LIBRARIES[@]} + 1))}"; do
		mkdir -p "$dir${lib%/*}"
		cp -L "$lib" "$dir$lib"
	done
}

build_python()
{
	local dir=$1 file py so=()

	py=$(basename "$(readlink -f /usr/bin/python3)")
	make_links "$dir"
	cp "/usr/bin/$py" "$dir/usr/bin/"
	ln -s "$py" "$dir/usr/bin/python3"
	cp -r "/usr/lib/$py" "$dir/usr/lib/"
	rm -rf "$dir/usr/lib/$py"/{test,idlelib,tkinter,ensurepip,lib2to3} \
		"$dir/usr/lib/$py"/{config-*,distutils,turtledemo}
	while read -r file; do
		[[ -f $file && $file == */dist-packages/* ]] || continue
		mkdir -p "$dir${file%/*}"
		cp "$file" "$dir$file"
	done < <(dpkg-query -L "${PYTHON_PACKAGES[@]}" 2>/dev/null)
	# Copies are newer than what Debian compiled, which Python looks at.
	find "$dir" -name __pycache__ -prune -exec rm -r {} +
	"/usr/bin/$py" -m compileall -q --invalidation-mode unchecked-hash \
		-s "$dir" -p / "$dir/usr/lib"
	mapfile -t so < <(find "$dir" -name '*.so')
	copy_libraries "$dir" "/usr/bin/$py" "${so[@]}"
}

# layer NAME: prints the archive of base or python; the same packages and the
# same scripts give the same archive.
layer()
{
	local name=$1 id out new

	id=$({
		cat "$VM/layers.sh"
		find "$VM/guest" -type f -exec cat {} +
		dpkg-query -W
	} | key)
	out=$LAYERS/$name-$id.cpio
	if [[ ! -e $out ]]; then
		lock "layer-$name"
		mkdir -p "$LAYERS"
		new=$(mktemp -d "$LAYERS/$name.XXXXXX")
		"build_$name" "$new/root"
		pack "$new/root" "$new/cpio"
		find "$LAYERS" -name '*.cpio' -mtime +7 -delete
		mv "$new/cpio" "$out"
		rm -rf "$new"
	fi
	touch "$out"
	printf '%s\n' "$out"
}

# system_layer KERNEL: prints the archive with the system that came with that
# kernel, its modules included, and no layer beside it.
system_layer()
{
	local root=$1/root out new dir

	out=$1/system-$({ cat "$VM/layers.sh"
			  find "$VM/guest" -type f -exec cat {} +; } | key).cpio
	if [[ ! -e $out ]]; then
		lock "system-${1##*/}"
		new=$(mktemp -d "$1/system.XXXXXX")
		dir=$new/root
		mkdir "$dir"
		rsync -a --exclude '/boot' --exclude '/usr/include' \
			--exclude '/usr/share/*' --exclude '/var/*' \
			--exclude '*.a' --exclude '/usr/lib/*/gconv' \
			"$root/" "$dir/"
		mkdir -p "$dir"/{test,home/user,usr/sbin}
		ln -s /run "$dir/var/run"
		chmod 1777 "$dir/home/user"
		cp -r "$VM/guest/etc/." "$dir/etc/"
		ln -sfn /proc/self/mounts "$dir/etc/mtab"
		ln -sfn mawk "$dir/usr/bin/awk"
		install -m 755 "$VM/guest/init" "$dir/init"
		merge_usr "$dir"
		pack "$dir" "$new/cpio"
		mv "$new/cpio" "$out"
		rm -rf "$new"
	fi
	touch "$out"
	printf '%s\n' "$out"
}

# As make_links wants it; packages that are only unpacked have both.
merge_usr()
{
	local d

	for d in bin sbin lib lib64; do
		if [[ -d $1/$d && ! -L $1/$d ]]; then
			mkdir -p "$1/usr/$d"
			cp -a "$1/$d/." "$1/usr/$d/"
			rm -r "${1:?}/$d"
		fi
		[[ -L $1/$d ]] || ln -s "usr/$d" "$1/$d"
		mkdir -p "$1/usr/$d"
	done
}

unpack_module()
{
	case $1 in
	*.ko.xz) xz -dc "$1" >"$2" ;;
	*.ko.zst) zstd -qdc "$1" >"$2" ;;
	*) cp "$1" "$2" ;;
	esac
}

# modules_wanted TREE: the modules of MODULE_PATHS and what they depend on.
modules_wanted()
{
	awk -v want="$MODULE_PATHS" '
		{ sub(":", "", $1); deps[$1] = $0 }
		$1 ~ want { todo[$1] }
		END {
			for (m in todo) {
				n = split(deps[m], d, " ")
				for (i = 1; i <= n; i++)
					all[d[i]]
			}
			for (m in all)
				print m
		}' "$1/modules.dep"
}

# module_layer KERNEL: prints the archive with the modules of that kernel.
module_layer()
{
	local kernel=$1 rel out tree new dst m to

	rel=$(<"$kernel/release")
	out=$kernel/modules-$(key <"$VM/layers.sh").cpio
	if [[ ! -e $out ]]; then
		lock "modules-${kernel##*/}"
		tree=$(readlink -f "$kernel/modules")
		[[ -e $tree/modules.dep ]] ||
			/sbin/depmod -b "${tree%/lib/modules/*}" "$rel"
		new=$(mktemp -d "$kernel/modules.XXXXXX")
		dst=$new/root/usr/lib/modules/$rel
		mkdir -p "$dst"
		cp "$tree"/modules.{order,builtin,builtin.modinfo} "$dst/"
		while read -r m; do
			to=$dst/${m%.xz}
			to=${to%.zst}
			mkdir -p "${to%/*}"
			unpack_module "$tree/$m" "$to"
		done < <(modules_wanted "$tree")
		/sbin/depmod -b "$new/root/usr" "$rel"
		pack "$new/root" "$new/cpio"
		find "$kernel" -name 'modules-*.cpio' -mtime +7 -delete
		mv "$new/cpio" "$out"
		rm -rf "$new"
	fi
	touch "$out"
	printf '%s\n' "$out"
}
