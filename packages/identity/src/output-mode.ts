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

/** Decides before any flag is parsed, so that a usage error under `--json` is JSON too. `--` ends the options. */
export function outputMode(argv: readonly string[], agentMode: boolean): OutputMode {
  const end = argv.indexOf('--')
  const options = end === -1 ? argv : argv.slice(0, end)
  if (options.includes('--json')) return 'json'
  if (options.includes('--quiet') || options.includes('-q')) return 'quiet'
  return agentMode ? 'json' : 'human'
}
