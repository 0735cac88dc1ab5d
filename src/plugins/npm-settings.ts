import {EXIT} from '@superset/identity'
import {createRequire} from 'node:module'
import path from 'node:path'
import {NPM_USER_AGENT} from './npm-network.ts'
import {pluginProblem} from './problems.ts'

/** How npm is to run, besides what the user's own settings may say. */
export interface NpmRun {
  /** Where npm finds package.json and its lock. */
  readonly cwd: string
  /** `SUPERSET_NPM_REGISTRY` */
  readonly registry?: string | undefined
  /** Packages may run scripts while they are installed. */
  readonly scripts?: boolean
  /** A folder of its own for what npm downloads, in the place of the user's. */
  readonly cache?: string | undefined
  readonly logLevel?: string
  /** For one answer of a registry. */
  readonly fetchTimeoutMs?: number
}

const require = createRequire(import.meta.url)

/** The npm that this CLI brings, whatever is on the PATH. */
export const npmRoot = (): string => path.dirname(require.resolve('npm/package.json'))

/**
 * What the user's `.npmrc` and variables decide: how a registry is reached, and what must stay outside. Tokens and registries
 * of scopes are no options of npm's in this sense, and are the user's as well.
 */
const OF_THE_USER = new Set([
  ...['registry', 'userconfig', 'globalconfig', 'cache', '_auth', 'auth-type', 'otp'],
  ...['proxy', 'https-proxy', 'noproxy', 'ca', 'cafile', 'cert', 'key', 'strict-ssl'],
  ...['local-address', 'maxsockets', 'fetch-timeout'],
  // What keeps something out, and what a policy says so.
  ...['before', 'min-release-age', 'min-release-age-exclude'],
  ...['allow-directory', 'allow-file', 'allow-git', 'allow-remote', 'allow-scripts', 'strict-allow-scripts'],
])

/** Where npm's default is not what the gate relies on. */
const OURS: Readonly<Record<string, boolean | number | string>> = {
  // npm reckons with what a file has set before it comes to its own defaults; these are said in any case.
  ...{global: false, location: 'user', 'install-strategy': 'hoisted', 'save-exact': true, umask: '0022'},
  ...{json: true, audit: false, fund: false, 'update-notifier': false, color: false},
  ...{'package-lock': true, shrinkwrap: true, workspaces: false, 'logs-max': 0},
  // An empty list cannot be said; npm has no other meaning for what is a package of production.
  ...{omit: 'dev', include: 'prod'},
  // Whoever is offline hears so within seconds.
  ...{'fetch-retries': 1, 'fetch-retry-mintimeout': 300, 'fetch-retry-maxtimeout': 1000},
}

/** What npm makes of all its settings, as its own libraries take it. */
interface NpmOptions extends Readonly<Record<string, unknown>> {
  readonly registry: string
  /** The folder inside the cache that holds contents. */
  readonly cache: string
  /** For one answer of a registry, in milliseconds. */
  readonly timeout: number
}

export interface NpmSettings {
  /** For the command line of npm: a switch wins over variables and files. */
  readonly switches: readonly string[]
  readonly options: NpmOptions
}

interface Config {
  load(): Promise<void>
  get(key: string, where?: 'default'): unknown
  readonly flat: NpmOptions
}

/**
 * Every option of npm's that is not the user's is as npm has it by itself: what a file or a variable has turned is turned
 * back. So no setting sends an installation elsewhere, makes it something else (`location=global`, `package-lock-only=true`,
 * `usage=true`), or leaves out of the lock what the gate has to see (`lockfile-version=1`, `save-dev=true`).
 * @throws Problem PLUGIN_NPM_SETTINGS (78) for settings that npm itself refuses
 */
export async function readNpmSettings(
  run: NpmRun,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<NpmSettings> {
  const fixed = {
    ...OURS,
    'user-agent': NPM_USER_AGENT,
    ...{prefix: run.cwd, 'ignore-scripts': run.scripts !== true, loglevel: run.logLevel ?? 'error'},
    ...(run.registry !== undefined && {registry: run.registry}),
    ...(run.cache !== undefined && {cache: run.cache}),
    ...(run.fetchTimeoutMs !== undefined && {'fetch-timeout': run.fetchTimeoutMs}),
  }
  const {definitions, load} = npmConfig(run.cwd, environment)
  const found = await load(toSwitches(fixed))
  const turned = Object.keys(definitions).filter(
    (key) => !OF_THE_USER.has(key) && !(key in fixed) && isTurned(key, found),
  )
  const back = Object.fromEntries(turned.map((key) => [key, found.get(key, 'default')]))
  const switches = toSwitches({...fixed, ...back})
  return {switches, options: {...(await load(switches)).flat}}
}

function isTurned(key: string, config: Config): boolean {
  return JSON.stringify(config.get(key)) !== JSON.stringify(config.get(key, 'default'))
}

function toSwitches(settings: Readonly<Record<string, unknown>>): readonly string[] {
  // A list can only be added to; those that matter are among ours.
  const said = Object.entries(settings).filter(([, value]) => !Array.isArray(value))
  return said.map(([key, value]) => `--${key}=${String(value)}`)
}

/** @param environment npm's libraries read settings from a copy of it, and write to that */
function npmConfig(cwd: string, environment: Readonly<Record<string, string | undefined>>) {
  const ofNpm = createRequire(path.join(npmRoot(), 'package.json'))
  const Config = ofNpm('@npmcli/config') as new (given: object) => Config
  const {definitions, flatten} = ofNpm('@npmcli/config/lib/definitions') as {definitions: object; flatten: object}
  const load = async (switches: readonly string[]): Promise<Config> => {
    const config = new Config({
      ...{npmPath: npmRoot(), definitions, flatten, shorthands: {}},
      ...{argv: [process.execPath, 'npm', ...switches], cwd, env: {...environment}},
    })
    await config.load().catch((error: unknown) => {
      throw pluginProblem('NPM_SETTINGS', `npm refuses your settings of it: ${String((error as Error).message)}`, {
        exit: EXIT.configuration,
        suggestions: ['Correct your .npmrc, and the variables whose names begin with npm_config_.'],
        cause: error,
      })
    })
    return config
  }
  return {definitions, load}
}
