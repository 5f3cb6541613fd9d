# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Shared by the gates: the files of the tree, TAP.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# tree_files [PATHSPEC...]: the project's files, those not yet added included.
tree_files()
{
	local file

	git -C "$NSINFO_TOP" -c safe.directory='*' ls-files -co \
		--exclude-standard -- "$@" |
		while read -r file; do
			[[ ! -f $NSINFO_TOP/$file ]] || printf '%s\n' "$file"
		done
}

# circles: of lines "A B", A needs B, those A that need themselves in the end.
circles()
{
	awk '$1 != $2' | tsort 2>&1 >/dev/null | sed 's/^tsort: //' || true
}

TAP_N=0 TAP_FAILED=0

# result STATUS NAME [TEXT]: one line of TAP; TEXT explains a failure.
result()
{
	local word='not ok'

	[[ $1 != 0 ]] || word='ok'
	TAP_N=$((TAP_N + 1))
	printf '%s %d - %s\n' "$word" "$TAP_N" "$2"
	[[ $1 != 0 ]] || return 0
	TAP_FAILED=1
	[[ -z ${3:-} ]] || printf '# %s\n' "${3//$'\n'/$'\n'# }"
}

# equal NAME EXPECTED GOT
equal()
{
	if [[ $2 == "$3" ]]; then
		result 0 "$1"
	else
		result 1 "$1" "expected: $2"$'\n'"got: $3"
	fi
}

# plan: the last thing a gate does; gives its exit status.
plan()
{
	printf '1..%d\n' "$TAP_N"
	return "$TAP_FAILED"
}
