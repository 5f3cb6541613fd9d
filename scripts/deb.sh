#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# deb.sh DIR: builds the Debian packages nsinfo and nsinfo-dkms of this tree, as
# it is, and leaves them in DIR. Their version is that of VERSION.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

out=$1
version=$(<"$NSINFO_TOP/VERSION")
copy=$out/nsinfo-$version
rm -rf "$out"
mkdir -p "$copy"
rsync -a --exclude=/build --exclude=/.git --exclude=obj "$NSINFO_TOP/" "$copy/"
cat >"$copy/debian/changelog" <<END
nsinfo ($version) unstable; urgency=medium

  * See CHANGELOG.md.

 -- $(sed -n 's/^Maintainer: //p' "$copy/debian/control")  $(date -R -u -d "@$(stat -c %Y "$NSINFO_TOP/VERSION")")
END
(cd "$copy" && dpkg-buildpackage -b -us -uc)
rm -r "$copy"
