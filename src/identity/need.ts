import type {Need} from '@superset/identity'

/** What the manifest says of a command: `static identity` of its class, when it has one. */
export type CommandEntry = object & {readonly identity?: unknown}

const HELP = new Set(['--help', '-h'])

/**
 * A command's need of an identity, decided from its manifest entry alone. Help needs none, nor does anything that is
 * not a command (a topic, the version, a typing error). A third party's silence means 'optional'.
 */
export function needOf(command: CommandEntry | undefined, argv: readonly string[]): Need {
  if (!command || asksForHelp(argv)) return 'none'
  const said = command.identity
  if (said === undefined || said === null) return 'optional'
  // A misspelt need must not open what the author meant to close.
  return said === 'none' || said === 'optional' ? said : 'required'
}

/** As oclif decides it: anywhere before `--`. */
export function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).some((arg) => HELP.has(arg))
}
