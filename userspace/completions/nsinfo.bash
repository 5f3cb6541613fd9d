# SPDX-License-Identifier: GPL-2.0
# bash completion for nsinfo(8). "nsinfo _complete" knows what can be typed:
# cmd/complete.h has the form of its answer.

_nsinfo()
{
	local cur words cword value text kept i
	local -a texts=()

	_get_comp_words_by_ref -n '=:' cur words cword || return
	COMPREPLY=()
	while IFS=$'\t' read -r value text; do
		case $value in
		:files)
			compopt -o filenames
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return
			;;
		:nospace)
			compopt -o nospace
			continue
			;;
		:users)
			mapfile -t COMPREPLY < <(compgen -u -- "$cur")
			return
			;;
		':command '*)
			i=$((${value#:command } + 1))
			# This one counts the pieces that COMP_WORDBREAKS makes.
			_command_offset $((i + ${#COMP_WORDS[@]} - ${#words[@]}))
			return
			;;
		esac
		COMPREPLY+=("$value")
		texts+=("$text")
	done < <("${words[0]}" _complete "${words[@]:1:cword}" 2>/dev/null)
	# What stands before the last = or : is a word of its own to readline.
	kept=${cur%"${cur##*[=:]}"}
	for i in "${!COMPREPLY[@]}"; do
		printf -v value '%q' "${COMPREPLY[i]#"$kept"}"
		value=${value//\\,/,}
		# A list of several is only looked at.
		[[ ${#COMPREPLY[@]} -eq 1 || ${COMP_TYPE-} -ne 63 ||
			-z ${texts[i]} ]] || value+="  (${texts[i]})"
		COMPREPLY[i]=$value
	done
} &&
	complete -F _nsinfo nsinfo
