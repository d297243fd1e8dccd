# bash completion for mihostctl(1).
#
# Verbs and options are taken from what mihostctl says of itself, so they can't fall behind it; names of classes, providers and
# operations from the server, if it answers at once.

# What the server knows: mihostctl VERB..., as the words so far say where it is. One name a line.
_mihostctl_ask() {
    local where=() i
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
        --socket | --namespace | --host | -H) where+=("${words[i]}" "${words[i + 1]}") ;;
        --socket=* | --namespace=* | --host=*) where+=("${words[i]}") ;;
        esac
    done
    timeout 2 "${words[0]}" "${where[@]}" --json "$@" 2>/dev/null </dev/null
}

# What is between the quotes of what matches $1. Bash expands the words that it is given, and these are others': names with
# anything in them but what names are made of are left out.
_mihostctl_names() {
    grep -oE "$1" | cut -d '"' -f "$2" | grep -xE '[A-Za-z0-9_.-]+' | sort -u
}

_mihostctl_verb() {
    local i
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
        --*=* | -h | -q | --json | --table | --prompt | --help | --version | --quiet) ;;
        -*) ((i++)) ;;
        *) printf '%s' "${words[i]}" && return ;;
        esac
    done
}

_mihostctl() {
    local cur prev words cword verb
    _init_completion -n = || return
    verb=$(_mihostctl_verb)
    case $prev in
    --socket | --output | --agent)
        _filedir
        return
        ;;
    --reason)
        mapfile -t COMPREPLY < <(compgen -W 'none timeout shutdown serviceStop' -- "$cur")
        return
        ;;
    --messages)
        mapfile -t COMPREPLY < <(compgen -W 'warning verbose debug' -- "$cur")
        return
        ;;
    --hosting)
        mapfile -t COMPREPLY < <(compgen -W '@requestor@' -u -- "$cur")
        return
        ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("${words[0]}" help 2>/dev/null | grep -oE -- '--?[a-z][a-z-]*'
            [[ -z $verb ]] || "${words[0]}" help "$verb" 2>/dev/null | grep -oE -- '--[a-z][a-z-]*')" -- "$cur")
        return
    fi
    case $verb in
    '' | help)
        mapfile -t COMPREPLY < <(compgen -W "$("${words[0]}" help 2>/dev/null |
            sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p')" -- "$cur")
        ;;
    get | enumerate | invoke | create | modify | delete | class | classes | associators | references)
        mapfile -t COMPREPLY < <(compgen -W "$(_mihostctl_ask classes --deep --names | _mihostctl_names '^"[^"]*"$' 2)" -- "$cur")
        ;;
    stop)
        mapfile -t COMPREPLY < <(compgen -W "$(_mihostctl_ask providers |
            _mihostctl_names '"name":"[^"]*","namespace"' 4)" -- "$cur")
        ;;
    cancel)
        mapfile -t COMPREPLY < <(compgen -W "$(_mihostctl_ask operations |
            _mihostctl_names '"operation":"[^"]*"' 4)" -- "$cur")
        ;;
    register)
        _filedir so
        ;;
    esac
} && complete -F _mihostctl mihostctl
