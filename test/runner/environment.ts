import {mkdirSync} from 'node:fs'
import {homedir} from 'node:os'
import path from 'node:path'
import process from 'node:process'

/** Where programs are, and how text is encoded. */
const KEPT = ['LANG', 'LC_ALL', 'PATHEXT', 'SYSTEMROOT', 'COMSPEC']

/** Set by the test of an archive, which has the acceptance tests start what it packed. */
const PACKED = ['PACKED_SUPERSET', 'PACKED_BROWSER']

/** How this machine reaches its npm registry. For tests that bring packages from it. */
const REGISTRY = /^(NODE_EXTRA_CA_CERTS|(HTTPS?|NO)_PROXY|npm_config_(registry|cafile|userconfig|globalconfig))$/i

export interface EnvironmentOptions {
  /** Whether it may use the npm registry of this machine, with the settings for it. */
  readonly registry?: boolean
  /** A folder for compiled code that all tests of a run share: they and what they start mean the same few hundred files. */
  readonly compileCache?: string
}

/**
 * What a test may know of the machine. Nothing else comes through: no variable of CI, of an agent, of a proxy or of
 * somebody's own superset decides whether a test passes.
 * @param home an empty folder of this test's own; short, since the path of a socket below it holds at most 107 bytes
 */
export function cleanEnvironment(home: string, options: EnvironmentOptions = {}): Record<string, string> {
  const folder = (name: string) => {
    const made = path.join(home, name)
    mkdirSync(made, {mode: 0o700, recursive: true})
    return made
  }

  const kept = [...KEPT, ...PACKED].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    ...(options.registry && registrySettings()),
    ...Object.fromEntries(kept),
    // Every `node` that a test starts is the one that runs it.
    PATH: [path.dirname(process.execPath), process.env['PATH'] ?? ''].join(path.delimiter),
    HOME: home,
    USERPROFILE: home,
    XDG_CACHE_HOME: folder('cache'),
    XDG_CONFIG_HOME: folder('config'),
    XDG_DATA_HOME: folder('data'),
    XDG_RUNTIME_DIR: folder('run'),
    XDG_STATE_HOME: folder('state'),
    TMPDIR: folder('tmp'),
    NO_COLOR: '1',
    ...(options.compileCache && {NODE_COMPILE_CACHE: options.compileCache}),
    TZ: 'UTC',
  }
}

function registrySettings(): Record<string, string> {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && REGISTRY.test(name) ? [[name, value] as const] : [],
  )
  return {npm_config_userconfig: path.join(homedir(), '.npmrc'), ...Object.fromEntries(own)}
}
