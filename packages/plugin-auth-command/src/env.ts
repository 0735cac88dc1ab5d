import path from 'node:path'

/** The only reader of `process.env` in this package. Values with a meaning for the host come in `IdentityRequest`. */

/** Tells the command what is wanted; in our own environment it means that the command ran `superset`. */
export const REQUEST_VARIABLE = 'SUPERSET_CREDENTIAL_REQUEST'
/** The same in the words of Kubernetes (client.authentication.k8s.io). */
export const EXEC_VARIABLE = 'KUBERNETES_EXEC_INFO'

/** The host has taken these already; a host that did not must not make us pass them on. */
const SECRETS = new Set(['SUPERSET_API_KEY', 'SUPERSET_STORAGE_KEY', 'SUPERSET_TOKEN'])

/** What the command inherits: everything but our secrets, for nobody knows what somebody's command needs. */
export function inheritedEnvironment(): Record<string, string> {
  const passed = Object.entries(process.env).filter(([name, value]) => value !== undefined && !SECRETS.has(name))
  return Object.fromEntries(passed) as Record<string, string>
}

/** Absolute folders of PATH: a relative one would let the folder that a person happens to be in choose the command. */
export function searchPath(): readonly string[] {
  return (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder))
}

export function isInsideCommand(): boolean {
  return process.env[REQUEST_VARIABLE] !== undefined
}
