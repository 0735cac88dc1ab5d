/** The only reader of `process.env` in this package. Values with a meaning for the host come in `IdentityRequest`. */

export interface Proxy {
  /** As the user wrote it; may hold a user name and a password. */
  readonly url: string
  /** The variable that it came from, for messages. */
  readonly variable: string
}

export interface NetworkEnvironment {
  /** For https addresses; there is none for http, because http is spoken with loopback only. */
  readonly proxy?: Proxy
  readonly noProxy: string
  /** PEM file with further certificate authorities. */
  readonly caFile?: string
  /** True with NODE_TLS_REJECT_UNAUTHORIZED=0: nobody's certificate could be trusted then. */
  readonly tlsUnchecked: boolean
}

/** As Node itself and curl do: the lower-case name wins, and an empty value switches the proxy off. */
export function networkEnvironment(): NetworkEnvironment {
  const {env} = process
  const variable = env['https_proxy'] === undefined ? 'HTTPS_PROXY' : 'https_proxy'
  const url = env[variable]?.trim()
  const caFile = env['SUPERSET_CA_FILE']?.trim()
  return {
    ...(url && {proxy: {url, variable}}),
    noProxy: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    ...(caFile && {caFile}),
    tlsUnchecked: env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
  }
}

export interface BrowserEnvironment {
  /** `BROWSER`: a program, a list of programs, or `none`. */
  readonly browser?: string
  readonly ci: boolean
  /** True over SSH. */
  readonly ssh: boolean
  /** True where a display was named, a forwarded one included, or under WSL. */
  readonly display: boolean
  readonly platform: NodeJS.Platform
}

export function browserEnvironment(): BrowserEnvironment {
  const {env, platform} = process
  const isSet = (name: string): boolean => Boolean(env[name])
  const ci = env['CI']?.trim().toLowerCase() ?? ''
  return {
    ...(env['BROWSER'] && {browser: env['BROWSER']}),
    ci: !['', '0', 'false'].includes(ci),
    ssh: ['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'].some(isSet),
    display: ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME'].some(isSet),
    platform,
  }
}

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

const HELPER_VARIABLES = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR'],
  // The keychain of this login session.
  ...['DBUS_SESSION_BUS_ADDRESS', 'DISPLAY', 'WAYLAND_DISPLAY'],
  ...['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'],
  ...['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'SSL_CERT_DIR', 'SSL_CERT_FILE', 'SUPERSET_CA_FILE'],
  // Passed on so that the helper refuses what the command refuses.
  'NODE_TLS_REJECT_UNAUTHORIZED',
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
