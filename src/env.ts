import type {IdentityRequest, Secrets, Sourced, Storage, WorkloadSource} from '@superset/identity'
import {EXIT, isAgentMode, isProfileName, NETWORK_VARIABLES, printable, Problem, sourceName} from '@superset/identity'
import {homedir} from 'node:os'
import path from 'node:path'
import {faultOfIssuer, faultOfOrigin} from './configuration/address.ts'
import {isWorkloadSource, tokenVariable, WORKLOAD_RULE} from './configuration/workload.ts'

export type Variables = Readonly<Record<string, string | undefined>>

/** Everything the CLI takes from the environment, checked. This file alone reads `process.env`. */
export interface Environment extends Pick<
  IdentityRequest,
  | 'agentMode'
  | 'apiUrl'
  | 'clientId'
  | 'defaultApiUrl'
  | 'homeDir'
  | 'issuer'
  | 'organization'
  | 'sandboxWorkspaceId'
  | 'storage'
  | 'webUrl'
> {
  readonly profile?: Sourced<string>
  /** Name of the identity plugin (`SUPERSET_IDENTITY`). */
  readonly identity?: Sourced<string>
  /** `SUPERSET_WORKLOAD_IDENTITY` */
  readonly workloadSource?: Sourced<WorkloadSource>
  /** `SUPERSET_WORKLOAD_AUDIENCE`, for whichever workload identity is used. */
  readonly workloadAudience?: string
}

const DEFAULTS = {
  apiUrl: 'https://api.superset.sh',
  webUrl: 'https://app.superset.sh',
  clientId: 'superset-cli',
}
const STORAGES: readonly Storage[] = ['file', 'key', 'keychain']
const SECRETS = {
  apiKey: 'SUPERSET_API_KEY',
  token: 'SUPERSET_TOKEN',
  storageKey: 'SUPERSET_STORAGE_KEY',
  workloadRequestToken: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
} as const
const WORKLOAD = 'SUPERSET_WORKLOAD_IDENTITY'

const FOLDERS = ['SUPERSET_CACHE_DIR', 'SUPERSET_CONFIG_DIR', 'SUPERSET_DATA_DIR'] as const
const PACKAGE = /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*$/i
/** What may stand in an HTTP header value without quoting: visible ASCII. */
const VISIBLE = /^[\x21-\x7e]+$/

/** What bin/environment.js makes of a home that is nowhere. */
const NO_HOME = '/dev/null'

let held: Secrets = {}
const workloadTokens = new Map<string, string>()

/**
 * Moves the secret variables out of `env` into this module, so that no child process inherits them, and returns all
 * that were ever taken. Called first of all by `main`.
 * @param workload where the profile says that the workload's token is; `SUPERSET_WORKLOAD_IDENTITY` goes before it
 */
export function takeSecrets(env: Record<string, string | undefined> = process.env, workload?: string): Secrets {
  const taken: {-readonly [K in keyof Secrets]: Secrets[K]} = {}
  const take = (name: string): string | undefined => {
    const value = clean(env[name])
    delete env[name]
    return value
  }
  for (const [key, name] of Object.entries(SECRETS) as [keyof Secrets, string][]) {
    const value = take(name)
    if (value !== undefined) taken[key] = value
  }

  // Profiles may name different variables, and each gets its own.
  const variable = tokenVariable(clean(env[WORKLOAD]) ?? workload)
  const token = take(variable) ?? workloadTokens.get(variable)
  if (token !== undefined) workloadTokens.set(variable, token)
  const {workloadToken: _others, ...kept} = held
  held = {...kept, ...taken, ...optional('workloadToken', token)}
  return held
}

/** What `takeSecrets` returned last. */
export function heldSecrets(): Secrets {
  return held
}

/** @throws Problem CONFIG_* (78) naming the variable that is wrong */
export function readEnvironment(env: Variables = process.env, secrets: Secrets = held): Environment {
  for (const key of ['apiKey', 'token'] as const) {
    const value = secrets[key]
    if (value !== undefined && !VISIBLE.test(value)) throw bad(SECRETS[key], 'holds a character that no credential has')
  }

  const value = (name: string) => sourced(env, name)
  return {
    agentMode: isAgentMode(env),
    homeDir: readHomeDir(env),
    apiUrl: origin(value('SUPERSET_API_URL'), DEFAULTS.apiUrl),
    defaultApiUrl: DEFAULTS.apiUrl,
    webUrl: origin(value('SUPERSET_WEB_URL'), DEFAULTS.webUrl),
    clientId: checked(value('SUPERSET_CLIENT_ID'), isVisible, 'must be a client id') ?? {
      value: DEFAULTS.clientId,
      source: 'default',
    },
    ...optional('issuer', issuer(value('SUPERSET_ISSUER'))),
    ...optional('storage', storage(value('SUPERSET_STORAGE'), secrets)),
    ...optional('organization', checked(value('SUPERSET_ORGANIZATION_ID'), isPrintable, 'must be an organization')),
    ...optional('workloadSource', workloadSource(value(WORKLOAD))),
    ...optional('workloadAudience', value('SUPERSET_WORKLOAD_AUDIENCE')?.value),
    ...optional('sandboxWorkspaceId', value('SUPERSET_SANDBOX_WORKSPACE_ID')?.value),
    ...optional('profile', readProfile(env)),
    ...optional(
      'identity',
      checked(value('SUPERSET_IDENTITY'), isPackageName, 'must be the package name of an installed plugin'),
    ),
  }
}

/** The profile that this terminal works in. @throws Problem CONFIG_PROFILE (78) */
export function readProfile(env: Variables = process.env): Sourced<string> | undefined {
  return checked(sourced(env, 'SUPERSET_PROFILE'), isProfileName, 'must be a name of letters, digits, dots and dashes')
}

/** `SUPERSET_WORKSPACE_ID`, as terminals of a workspace have it. */
export function readWorkspace(env: Variables = process.env): string | undefined {
  return clean(env['SUPERSET_WORKSPACE_ID'])
}

/**
 * Settings for every npm that this process starts. npm takes its variables in any spelling, so that all other spellings
 * of the same setting are removed.
 */
export function overrideNpm(
  settings: Readonly<Record<string, string>>,
  env: Record<string, string | undefined> = process.env,
): void {
  const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_')
  const wanted = new Map(Object.entries(settings).map(([key, value]) => [plain(`npm_config_${key}`), {key, value}]))
  for (const name of Object.keys(env)) if (wanted.has(plain(name))) delete env[name]
  for (const {key, value} of wanted.values()) env[`npm_config_${key}`] = value
}

/** What npm's own libraries read their settings from; without secrets, which `takeSecrets` has taken. */
export function copyOfEnvironment(env: Variables = process.env): Record<string, string | undefined> {
  return {...env}
}

/** Where oclif keeps the user's plugins, and what can be made again, known before it is loaded. */
export function readFolder(kind: 'cache' | 'data', env: Variables = process.env): string {
  const [given, home] = [env[`SUPERSET_${kind.toUpperCase()}_DIR`], env['HOME'] || homedir()]
  if (given) return given
  if (kind === 'cache' && process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'superset')
  const windows = process.platform === 'win32' ? env['LOCALAPPDATA'] : undefined
  const own = path.join(home, kind === 'cache' ? '.cache' : '.local/share')
  return path.join(env[`XDG_${kind.toUpperCase()}_HOME`] || windows || own, 'superset')
}

/** A relative folder of oclif's would load plugins from wherever somebody stands: taken out of `env`, and to be told. */
export function dropRelativeFolders(env: Record<string, string | undefined> = process.env): Problem | undefined {
  const relative = FOLDERS.filter((name) => env[name] !== undefined && !path.isAbsolute(env[name]))
  for (const name of relative) delete env[name]
  return relative[0] === undefined ? undefined : bad(relative[0], 'must be an absolute path')
}

/** Known before anything is checked: the form of an error message depends on it. */
export function agentMode(env: Variables = process.env): boolean {
  return isAgentMode(env)
}

/** `SUPERSET_DISABLE_AUTOUPDATE`: superset does not update itself. */
export function autoUpdateOff(env: Variables = process.env): boolean {
  return isOn(env, 'SUPERSET_DISABLE_AUTOUPDATE')
}

const isOn = (env: Variables, name: string) => !['', '0', 'false'].includes(clean(env[name])?.toLowerCase() ?? '')

/** For the first start of a new version: as people will start it. */
export function startEnvironment(env: Variables = process.env): Variables {
  return {...env, SUPERSET_DISABLE_AUTOUPDATE: '1'}
}

/** For the daily update: what finding the host takes, and nothing else. */
export function autoUpdateEnvironment(env: Variables = process.env): Variables {
  const names = [...NETWORK_VARIABLES, 'SYSTEMROOT', 'SystemRoot']
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}

/** Who shows what is longer than the screen: `SUPERSET_PAGER`, else `PAGER`, else `less`; empty is nobody. */
export function pager(env: Variables = process.env): string | undefined {
  return (env['SUPERSET_PAGER'] ?? env['PAGER'] ?? 'less').trim() || undefined
}

/** For the pager: quits where one screen is enough, keeps colours, leaves the text on the screen. */
export function pagerEnvironment(env: Variables = process.env): Variables {
  return {LESS: 'FRX', LV: '-c', ...env}
}

/** `VISUAL`, else `EDITOR`: who edits a long text. */
export function editor(env: Variables = process.env): string | undefined {
  return clean(env['VISUAL']) ?? clean(env['EDITOR'])
}

/** Names of what is set of that which superset reads, for a report; no values. */
export function namesOfVariables(env: Variables = process.env): readonly string[] {
  const set = Object.keys(env).filter((name) => name.startsWith('SUPERSET_') || NETWORK_VARIABLES.includes(name))
  const secret = Object.keys(held).map((key) => (SECRETS as Readonly<Record<string, string>>)[key] ?? key)
  return [...new Set([...set, ...secret])].toSorted()
}

/** `SUPERSET_DEBUG`; and `DEBUG=superset*` or `DEBUG=*`, as for oclif's own traces. */
export function debugging(env: Variables = process.env): boolean {
  return isOn(env, 'SUPERSET_DEBUG') || /(?:^|,)(?:\*|superset)/.test(env['DEBUG'] ?? '')
}

/** Somebody's traces (`DEBUG`), of whatever library: they print what a program was started with. */
export function isTracing(env: Variables = process.env): boolean {
  return clean(env['DEBUG']) !== undefined
}

function clean(value: string | undefined): string | undefined {
  return value?.trim() || undefined
}

function sourced(env: Variables, name: string): Sourced<string> | undefined {
  const value = clean(env[name])
  return value === undefined ? undefined : {value, source: `env:${name}`}
}

function optional<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({[key]: value} as Record<K, T>)
}

const isVisible = (value: string): boolean => VISIBLE.test(value)
const isPrintable = (value: string): boolean => printable(value) === value
const isPackageName = (value: string): boolean => PACKAGE.test(value)

function checked(
  given: Sourced<string> | undefined,
  isRight: (value: string) => boolean,
  rule: string,
): Sourced<string> | undefined {
  if (given && !isRight(given.value)) throw bad(sourceName(given.source), rule)
  return given
}

/** @throws Problem CONFIG_HOME (78): no home, and no credential from outside, which needs none; CONFIG_HOME_DIR (78) */
export function readHomeDir(env: Variables = process.env, secrets: Secrets = held): string {
  const given = clean(env['SUPERSET_HOME_DIR'])
  if (given === undefined) {
    if (homedir() === NO_HOME && secrets.apiKey === undefined && secrets.token === undefined) {
      const why = 'is not set, and this user has no home in the passwd database'
      throw bad('HOME', why, 'Set HOME or SUPERSET_HOME_DIR to an absolute path.')
    }

    return path.join(homedir(), '.superset')
  }

  if (!path.isAbsolute(given)) throw bad('SUPERSET_HOME_DIR', 'must be an absolute path')
  return path.normalize(given)
}

function origin(given: Sourced<string> | undefined, fallback: string): Sourced<string> {
  if (!given) return {value: fallback, source: 'default'}
  const fault = faultOfOrigin(given.value, fallback)
  if (fault) throw bad(sourceName(given.source), fault)
  return {value: new URL(given.value).origin, source: given.source}
}

/** Issuers are compared exactly (OpenID Connect Discovery 4.3), so the text is kept as it was given. */
function issuer(given: Sourced<string> | undefined): Sourced<string> | undefined {
  const fault = given && faultOfIssuer(given.value)
  if (fault) throw bad(sourceName(given.source), fault)
  return given
}

function storage(given: Sourced<string> | undefined, secrets: Secrets): Sourced<Storage> | undefined {
  if (!given) return secrets.storageKey === undefined ? undefined : {value: 'key', source: `env:${SECRETS.storageKey}`}
  const value = STORAGES.find((known) => known === given.value)
  if (!value) throw bad(sourceName(given.source), `must be one of ${STORAGES.join(', ')}`)
  return {value, source: given.source}
}

function workloadSource(given: Sourced<string> | undefined): Sourced<WorkloadSource> | undefined {
  if (!given) return undefined
  const {source, value} = given
  if (!isWorkloadSource(value)) throw bad(WORKLOAD, WORKLOAD_RULE)
  return {value, source}
}

/** The value itself is left out: it may be a secret in the wrong place. */
function bad(name: string, rule: string, suggestion = `Correct or unset ${name}.`): Problem {
  return new Problem({
    code: `CONFIG_${name.replace(/^SUPERSET_/, '')}`,
    message: `${name} ${rule}.`,
    exit: EXIT.configuration,
    suggestions: [suggestion],
  })
}
