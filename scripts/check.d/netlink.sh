#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# netlink.sh SCRIPT [KERNEL]: runs a script of scripts/netlink in a guest that
# has the YAML and the kernel tree's YNL, in /ynl.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

tools=$("$NSINFO_TOP/scripts/kernel-tools.sh")
exec "$NSINFO_TOP/scripts/vm/run" -p -k "${2:-6.12}" -d vmxnet3 \
	-f "$NSINFO_TOP/scripts/selftests/nl.py" \
	-f "$NSINFO_TOP/kmod/include/uapi/linux/nsinfo.h:/nsinfo.h" \
	-f "$NSINFO_TOP/kmod/spec/nsinfo.yaml:/ynl/nsinfo.yaml" \
	-f "$tools/tools/net/ynl/cli.py:/ynl/cli.py" \
	-f "$tools/tools/net/ynl/lib:/ynl/lib" \
	"$NSINFO_TOP/scripts/netlink/$1"
