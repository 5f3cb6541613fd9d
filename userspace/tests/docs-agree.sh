#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Help, man page and completion name the same commands and options, and the
# man page has no mistakes.
set -uo pipefail

n=0

# result CASE: one line of TAP, from the status of the command before
result()
{
	local status=$?

	n=$((n + 1))
	[[ $status -eq 0 ]] || printf 'not '
	echo "ok $n - $1"
}

# wanted CASE: whether this one is to be run
wanted()
{
	[[ -z ${CASE-} || $CASE == "$1" ]]
}

# same CASE EXPECTED GOT: two sorted lists of words
same()
{
	wanted "$1" || return 0
	if [[ $2 != "$3" || -z $2 ]]; then
		echo "# expected: $(tr '\n' ' ' <<<"$2")"
		echo "# got: $(tr '\n' ' ' <<<"$3")"
	fi
	[[ $2 == "$3" && -n $2 ]]
	result "$1"
}

help_commands()
{
	./nsinfo --help | sed -n '/^Commands:/,/^$/s/^ \([a-z]*\) .*/\1/p' | sort
}

# The summaries stand below each other, and all fits on a terminal.
help_fits()
{
	local bad

	wanted help-fits || return 0
	bad=$(./nsinfo --help | sed -n '/^Commands:/,/^$/p' |
		sed -e '1d;$d' | grep -vE '^ .{24}[A-Z]')
	bad+=$(./nsinfo --help | grep -E '.{81}')
	[[ -z $bad ]] || echo "# expected columns, up to 80: ${bad//$'\n'/$'\n# '}"
	[[ -z $bad ]]
	result help-fits
}

# help_options [COMMAND]: -s --statistics …
help_options()
{
	./nsinfo "$@" --help | sed -n '/^Options:/,/^$/p' |
		grep -oE -- '^ +(-[a-zA-Z], )?--[a-z-]+' |
		grep -oE -- '-+[a-zA-Z][a-z-]*' | sort
}

# Those of all commands together.
all_options()
{
	local command

	for command in $commands; do
		help_options "$command"
	done | sort -u
}

# Those that are said to be no command's own are options of most.
common_options()
{
	local option command n

	for option in $(help_options); do
		n=0
		for command in $commands; do
			help_options "$command" | grep -qxF -- "$option" &&
				n=$((n + 1))
		done
		[[ $((2 * n)) -gt $(wc -w <<<"$commands") ]] && echo "$option"
	done
}

man_commands()
{
	sed -n '/^\.Sh COMMANDS/,/^\.Sh /s/^\.It Cm \([a-z]*\).*/\1/p' nsinfo.8 |
		sort
}

# ".It Fl s , Fl \-statistics"
man_options()
{
	sed -n '/^\.Sh OPTIONS/,/^\.Sh /s/^\.It //p' nsinfo.8 |
		grep -oE -- 'Fl (\\-)?[a-zA-Z]+(\\-[a-z]+)*' |
		sed -e 's/^Fl \\-/--/' -e 's/^Fl /-/' -e 's/\\-/-/g' | sort -u
}

# complete_words WORDS...: what shells get to offer for the last of them
complete_words()
{
	./nsinfo _complete "$@" | cut -f 1 | grep -v '^:' | sort
}

# Those that begin so.
completed_options()
{
	complete_words "$@" -
}

man_page()
{
	local text

	wanted man-page || return 0
	if ! type groff >/dev/null 2>&1; then
		result 'man-page # SKIP no groff'
		return
	fi
	text=$(groff -ww -mandoc -Tutf8 -z nsinfo.8 2>&1)
	[[ -z $text ]] || echo "# expected no word from groff, got: $text"
	[[ -z $text ]]
	result man-page
}

commands=$(help_commands)
same man-commands "$commands" "$(man_commands)"
same completion-commands "$commands" "$(complete_words '')"
help_fits
same help-options "$(help_options)" "$(common_options)"
same man-options "$(all_options)" "$(man_options)"
same completion-options "$(all_options)" "$(completed_options)"
for command in $commands; do
	same "completion-$command" "$(help_options "$command")" \
		"$(completed_options "$command")"
done
same completion-color "$(printf -- '--color=%s\n' always auto never)" \
	"$(complete_words --color=)"
same completion-color-word --color=always \
	"$(complete_words dump --color=al)"
same completion-netns "$(printf '%s\n' init self)" \
	"$(complete_words --color=auto dump '' | grep -xE 'init|self')"
what=$(./nsinfo find --help | sed -n '/^A WHAT/,/^or/s/^ \([a-z][a-z]*\) .*/\1/p' |
	sort)
same completion-find-what "$what" "$(complete_words -J find '')"
same man-find-what "$what" \
	"$(sed -n 's/^\.It Ic \([a-z]*\) .*/\1/p' nsinfo.8 | sort)"
same completion-duplicates "$(printf '%s\n' ip mac)" \
	"$(complete_words find -D '')"
same completion-duplicates-word --duplicates=mac \
	"$(complete_words find --duplicates=m)"
same completion-find-from "$(printf '%s\n' init self)" \
	"$(complete_words find nsid 3 from '' | grep -xE 'init|self')"
same completion-identify-pid "$(printf '%s\n' 1 self)" \
	"$(complete_words identify '' | grep -xE '1|self')"
all_columns=$(./nsinfo list -nH | cut -d ' ' -f 1 | sort)
same completion-columns "$all_columns" \
	"$(complete_words list -o '')"
same completion-columns-word "--output=+${all_columns//$'\n'/$'\n'--output=+}" \
	"$(complete_words list --output=+)"
same completion-columns-more "NS,ID,REFS" \
	"$(complete_words list -o NS,ID,RE)"
same completion-holders-columns "$(./nsinfo holders -nH | cut -d ' ' -f 1 | sort)" \
	"$(complete_words holders -o '')"
same completion-states "$(printf '%s\n' dying inactive live queued)" \
	"$(complete_words list -S '')"
same completion-state-word --state=live,dying \
	"$(complete_words list --state=live,dy)"
same completion-after-columns "$(printf '%s\n' init self)" \
	"$(complete_words -o NS list '' | grep -xE 'init|self')"
same completion-command-inside ':command 2' \
	"$(./nsinfo _complete exec self ls -l)"
same completion-command-inside-all ':command 3' \
	"$(./nsinfo _complete exec -a -- ls)"
same completion-file :files "$(./nsinfo _complete check -b x)"
same completion-user :users "$(./nsinfo _complete exec --user x)"
same completion-more-in-word :nospace \
	"$(./nsinfo _complete show id | grep ^:)"
for command in help version; do
	same "$command" "$(./nsinfo "--$command" | sort)" \
		"$(./nsinfo "$command" | sort)"
done
same help-list "$(./nsinfo list --help | sort)" "$(./nsinfo he li | sort)"
man_page
echo "1..$n"
