# SPDX-License-Identifier: GPL-2.0
# fish completion for nsinfo(8). "nsinfo _complete" knows what can be typed:
# cmd/complete.h has the form of its answer.

function __nsinfo_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] _complete $words[2..] 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (commandline -ct)
            case :nospace
            case :users
                __fish_complete_users
            case ':command *'
                set -l at (string replace ':command ' '' -- $line)
                __fish_complete_subcommand --fcs-skip=(math $at + 1)
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c nsinfo -f -a '(__nsinfo_complete)'
