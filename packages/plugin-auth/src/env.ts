import {NETWORK_VARIABLES} from '@superset/identity'

/** The only reader of `process.env` in this package. Values with a meaning for the host come in `IdentityRequest`. */

/** Where a job on GitHub Actions asks for its token; the bearer for it comes with the request, as all secrets do. */
export function githubRequestUrl(): string | undefined {
  return process.env['ACTIONS_ID_TOKEN_REQUEST_URL']?.trim() || undefined
}

/** Where the bus of this login session listens; `undefined` where nothing says so. */
export function sessionBus(): string | undefined {
  const {env} = process
  const folder = env['XDG_RUNTIME_DIR']
  return env['DBUS_SESSION_BUS_ADDRESS'] || (folder ? `unix:path=${folder}/bus` : undefined)
}

/** What a client of Kubernetes tells its credential plugin: an ExecCredential in JSON, without a status. */
export function execInfo(): string | undefined {
  return process.env['KUBERNETES_EXEC_INFO']
}

const HELPER_VARIABLES = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR'],
  // The keychain of this login session.
  ...['DBUS_SESSION_BUS_ADDRESS', 'DISPLAY', 'WAYLAND_DISPLAY'],
  // Those that switch off checks as well, so that the helper refuses what the command refuses.
  ...NETWORK_VARIABLES,
  ...['APPDATA', 'LOCALAPPDATA', 'SYSTEMROOT', 'SystemRoot', 'TEMP', 'TMP', 'USERPROFILE'],
])

/**
 * What the detached refresh helper inherits: what finding the keychain, the proxy and the certificates needs, and
 * nothing else. No NODE_OPTIONS (somebody's preload would run inside), no secret of ours.
 */
export function helperEnvironment(): Record<string, string> {
  const allowed = ([name, value]: [string, string | undefined]): boolean =>
    value !== undefined && (HELPER_VARIABLES.has(name) || name.startsWith('XDG_'))
  return Object.fromEntries(Object.entries(process.env).filter((entry) => allowed(entry))) as Record<string, string>
}
