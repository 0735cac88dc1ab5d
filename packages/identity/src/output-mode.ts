/** How a command speaks: to a person, to a script, or as bare ids. */
export type OutputMode = 'human' | 'json' | 'quiet'

/** Coding agents and CI systems announce themselves with these; any of them set turns JSON on by default. */
export const AGENT_VARIABLES = [
  'CI',
  'CLAUDE_CODE',
  'CLAUDE_CODE_ENTRYPOINT',
  'CLAUDECODE',
  'CODEX_CLI',
  'GEMINI_CLI',
  'SUPERSET_AGENT',
] as const

/** `CI=false` and `CI=0` are how people say that this is not CI. */
export function isAgentMode(env: Readonly<Record<string, string | undefined>>): boolean {
  return AGENT_VARIABLES.some((name) => {
    const value = env[name]?.trim().toLowerCase()
    return value !== undefined && value !== '' && value !== 'false' && value !== '0'
  })
}

/** Forms of `--output` that are for people and their spreadsheets, whoever runs the command. */
const TABULAR = new Set(['csv', 'table', 'tsv'])

/** Decides before any flag is parsed, so that a usage error under `--json` is JSON too. `--` ends the options. */
export function outputMode(argv: readonly string[], agentMode: boolean): OutputMode {
  const end = argv.indexOf('--')
  const options = end === -1 ? argv : argv.slice(0, end)
  const output = valueOf(options, '--output')
  if (options.includes('--json') || output === 'json') return 'json'
  if (options.includes('--quiet') || options.includes('-q')) return 'quiet'
  return agentMode && !TABULAR.has(output ?? '') ? 'json' : 'human'
}

function valueOf(options: readonly string[], flag: string): string | undefined {
  const index = options.findLastIndex((word) => word === flag || word.startsWith(`${flag}=`))
  const word = options[index]
  return word === flag ? options[index + 1] : word?.slice(flag.length + 1)
}
