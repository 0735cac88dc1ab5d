/**
 * One script for each shell. None of them holds a word of a command or a plugin, nor a path: they ask the program at each
 * TAB and take its answer for data, so nothing that a plugin's author writes is ever read as shell text
 * (docs/decisions/0023).
 */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

interface Script {
  readonly text: string
  /** Where the shell finds it by itself. */
  readonly place: string
  /** What else a person may have to do. */
  readonly remark?: string
}

export const SCRIPTS: Readonly<Record<Shell, Script>> = {
  bash: {
    place: '"${XDG_DATA_HOME:-$HOME/.local/share}/bash-completion/completions/superset"',
    remark: 'Without the package bash-completion, put this into ~/.bashrc: source <(superset autocomplete script bash)',
    text: `# bash completion for superset
_superset() {
  local value description quoted
  COMPREPLY=()
  while IFS=$'\\t' read -r value description; do
    printf -v quoted %q "$value"
    # An open quote is closed by bash itself.
    case "\${COMP_WORDS[COMP_CWORD]}" in [\\"\\']*) quoted=$value ;; esac
    COMPREPLY+=("$quoted")
  done < <(superset autocomplete complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _superset superset
`,
  },
  zsh: {
    place: '"${fpath[1]}/_superset"',
    remark: 'Or put this into ~/.zshrc, behind compinit: source <(superset autocomplete script zsh)',
    text: `#compdef superset
_superset() {
  local line
  local -a lines values texts
  lines=("\${(@f)$(superset autocomplete complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    [[ -n $line ]] || continue
    values+=("\${line%%$'\\t'*}")
    texts+=("\${line/$'\\t'/  }")
  done
  if (( $#values )); then compadd -l -d texts -a values; else _files; fi
}
if [ "\${funcstack[1]}" = _superset ]; then _superset "$@"; else compdef _superset superset; fi
`,
  },
  fish: {
    place: '~/.config/fish/completions/superset.fish',
    text: `# fish completion for superset
function __superset_complete
  set -l words (commandline -opc) (commandline -ct)
  superset autocomplete complete -- $words[2..-1] 2>/dev/null
end
complete -c superset -a '(__superset_complete)'
`,
  },
}
