#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# module.sh KERNEL COMPILER: the module builds there, and the KUnit suites on 7
# and debug, without any message of the compiler, sparse, objtool and modpost. The kernels' own headers
# cause none, so every message counts.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. "$NSINFO_TOP/scripts/vm/kernel-7.sh"

# Debian's kernels are configured for gcc. These are the symbols that Kconfig
# would have set otherwise for clang 14, and that make looks at: as they are, it
# passes options that clang refuses. (6.1 and 6.12 name two of them otherwise.)
CLANG=(
	CC=clang
	CONFIG_CC_IS_GCC=
	CONFIG_CC_IS_CLANG=y
	CONFIG_GCC_VERSION=0
	CONFIG_CLANG_VERSION=140006
	CONFIG_CC_HAS_AUTO_VAR_INIT_ZERO_ENABLER=y
	CONFIG_CC_IMPLICIT_FALLTHROUGH=-Wimplicit-fallthrough
	CONFIG_FTRACE_MCOUNT_USE_CC=
	CONFIG_FTRACE_MCOUNT_USE_OBJTOOL=y
	CONFIG_RETHUNK= CONFIG_MITIGATION_RETHUNK=
	CONFIG_SLS= CONFIG_MITIGATION_SLS=
)

# Debian's headers for 7 lack the script by which make finds out whether sparse
# is good enough: it then says so and would leave sparse out. And sparse 0.6.4
# knows neither __typeof_unqual__ nor the value of __builtin_strlen("text").
SPARSE_7=(
	KBUILD_CHECKSRC=2
	"CHECK=sparse -D__typeof_unqual__=__typeof__ \
		'-D__builtin_strlen(s)=(sizeof(s)-1)'"
)
NO_CHECKER='/scripts/checker-valid.sh: No such file or directory$'
NO_CHECKER+='|C=2 specified, but sparse .* is not available or not up to date$'

# Debian's kernels have no KUnit, but its header: the suites are built for 7 as
# if the symbols of the debug kernel's KUnit were there.
KUNIT_7=(CONFIG_KUNIT=m "KBUILD_EXTRA_SYMBOLS=\$(M)/kunit.symvers")

# What is said in any case: the steps, our own scripts' waiting for each other,
# and where the headers lack vmlinux that a module has no BTF.
USUAL='^  [A-Z]+ |^make(\[[0-9]+\])?: (Entering|Leaving) directory'
USUAL+='|^(build-module|kernel): '
USUAL+='|^Skipping BTF generation for .* due to unavailability of vmlinux$'

# 7 is built in a root of its own, which needs sparse for this gate alone.
sparse_for_7()
{
	local root

	root=$("$NSINFO_TOP/scripts/vm/kernel" 7)/root
	[[ -x $root/usr/bin/sparse ]] ||
		apt_in_root "$root" install --no-install-recommends sparse
}

main()
{
	local kernel=$1 compiler=$2 args=(W=1 C=2) out log messages
	out=$NSINFO_TOP/build/check/module-$kernel-$compiler
	log=$out.messages

	[[ $compiler == gcc ]] || args+=("${CLANG[@]}"
		"KCFLAGS=-include $NSINFO_TOP/scripts/check.d/clang.h")
	if [[ $kernel == 7 ]]; then
		sparse_for_7
		args+=("${SPARSE_7[@]}" "${KUNIT_7[@]}")
		USUAL+="|$NO_CHECKER"
	fi
	# What apt says while it fetches a kernel is no message of the build.
	"$NSINFO_TOP/scripts/vm/kernel" "$kernel" >/dev/null
	# Only a build from nothing says all it has to say.
	rm -rf "$out"
	mkdir -p "$out"
	[[ $kernel != 7 ]] || grep kunit "$("$NSINFO_TOP/scripts/vm/kernel" \
		debug)/kdir/Module.symvers" >"$out/kunit.symvers"
	"$NSINFO_TOP/scripts/vm/build-module" "$kernel" --out "$out" \
		"${args[@]}" >/dev/null 2>"$log" || { cat "$log"; exit 1; }
	[[ -s $out/kmod/nsinfo.ko ]] || die "no nsinfo.ko"
	cat "$log"
	# C=2 is silently nothing where sparse is not called.
	grep -q '^  CHECK ' "$log" || die "sparse was not run"
	messages=$(grep -vE "$USUAL" "$log" || true)
	[[ -z $messages ]] || die "expected no message, got:"$'\n'"$messages"
}

main "$@"
