# Completion of vastkey for fish.

function __vastkey_complete
    set -l words (commandline -opc)
    while string match -qr '^\w+=' -- "$words[1]"
        set -e words[1]
    end
    set -l program vastkey
    string match -q '*/*' -- "$words[1]"; and set program (string replace -r '^~/' "$HOME/" -- $words[1])
    # What fish says of a program that is not there is not kept back by 2>.
    command -q $program; or return
    set -e words[1]
    set -l current (commandline -ct)
    set -l answer (command $program __complete (count $words) $words "$current" 2>/dev/null </dev/null)
    set -l kind $answer[1]
    set -e answer[1]
    set -q answer[1]; and printf '%s\n' $answer

    # Behind --option= the option stays.
    set -l option (string match -r -- '^--[^=]*=' "$current")
    set -l path (string replace -r -- '^--[^=]*=' '' "$current")
    switch "$kind"
        case files
            string replace -r -- '^' "$option" (complete -C "'' $path")
        case directories
            string replace -r -- '^' "$option" (complete -C "'' $path" | string match -- '*/')
        case 'program *'
            for word in (seq (string replace 'program ' '' -- $kind))
                set -e words[1]
            end
            complete -C (string join -- ' ' (string escape -- $words) "$current")
    end
end

complete -c vastkey -e
complete -c vastkey -f -k -a '(__vastkey_complete)'
