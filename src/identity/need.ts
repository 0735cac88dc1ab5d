import type {Need} from '@superset/identity'

/** What the manifest says of a command: `static identity` of its class, when it has one. */
export type CommandEntry = object & {readonly identity?: unknown}

/**
 * A command's need of an identity, decided from its manifest entry alone. `help`: whether help was asked for. Help needs none, nor does anything that is
 * not a command (a topic, the version, a typing error). A third party's silence means 'optional'.
 */
export function needOf(command: CommandEntry | undefined, help: boolean): Need {
  if (!command || help) return 'none'
  const said = command.identity
  if (said === undefined || said === null) return 'optional'
  // A misspelt need must not open what the author meant to close.
  return said === 'none' || said === 'optional' ? said : 'required'
}
