/**
 * The only reader of `process.env` in this package: how the network is reached, and how a page is opened, is one question
 * for all its users.
 */

/** Variables of the environment, or a copy of them. */
export type Variables = Readonly<Record<string, string | undefined>>

/** A proxy, as it was found in the environment. */
export interface Proxy {
  /** As the user wrote it; may hold a user name and a password. */
  readonly url: string
  /** The variable that it came from, for messages. */
  readonly variable: string
}

/** What decides how an address is reached, the same for every connection of this process. */
export interface NetworkEnvironment {
  /** For addresses of `https:`. */
  readonly https?: Proxy
  /** For addresses of `http:`. */
  readonly http?: Proxy
  readonly noProxy: string
  /** PEM file with further certificate authorities (`SUPERSET_CA_FILE`). */
  readonly caFile?: string
  /** True with NODE_TLS_REJECT_UNAUTHORIZED=0: nobody's certificate could be trusted then. */
  readonly tlsUnchecked: boolean
}

/** In the order in which they count, as curl has it. */
const HTTPS = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']
/** curl leaves HTTP_PROXY out, because a web server could set it (CGI). Nobody is served here, and others read it. */
const HTTP = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']
const EXCEPTIONS = ['no_proxy', 'NO_PROXY']

/** What a child process needs to reach the network as this one does. */
export const NETWORK_VARIABLES: readonly string[] = [
  ...new Set([...HTTPS, ...HTTP, ...EXCEPTIONS]),
  ...['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'SSL_CERT_DIR', 'SSL_CERT_FILE', 'SUPERSET_CA_FILE'],
  'NODE_TLS_REJECT_UNAUTHORIZED',
]

/** Lower case goes before upper case, what is meant for one protocol before `ALL_PROXY`, and an empty value is none. */
export function readNetwork(variables: Variables): NetworkEnvironment {
  const first = (names: readonly string[]): Proxy | undefined => {
    const set = names.map((variable) => ({url: variables[variable]?.trim() ?? '', variable}))
    return set.find(({url}) => url !== '')
  }
  const [https, http, caFile] = [first(HTTPS), first(HTTP), variables['SUPERSET_CA_FILE']?.trim()]
  return {
    ...(https && {https}),
    ...(http && {http}),
    noProxy: first(EXCEPTIONS)?.url ?? '',
    ...(caFile && {caFile}),
    tlsUnchecked: variables['NODE_TLS_REJECT_UNAUTHORIZED'] === '0',
  }
}

/** As `process.env` has it now. */
export function networkEnvironment(): NetworkEnvironment {
  return readNetwork(process.env)
}

/** What decides whether a browser can be started, and which. */
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

/** What the environment says of this terminal, for `chooseBrowser`: read anew at each call. */
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

/** Where programs are looked for by name. */
export function searchPath(): readonly string[] {
  return (process.env['PATH'] ?? '').split(process.platform === 'win32' ? ';' : ':').filter(Boolean)
}

/** What other variables than ours change in the certificates that are trusted, for messages. */
export function certificateVariables(): readonly string[] {
  const {env} = process
  return ['NODE_EXTRA_CA_CERTS', 'NODE_USE_SYSTEM_CA', 'SSL_CERT_DIR', 'SSL_CERT_FILE'].filter((name) => env[name])
}
