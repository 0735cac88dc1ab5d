import type {IdentityRequest, ProfileSettings, Secrets, SettingsChange, Sourced} from '@superset/identity'
import {EXIT, isProfileName, Problem} from '@superset/identity'
import type {Environment} from '../env.ts'

/** Values of the flags that every service command has, read before the command parses them itself. */
export interface GlobalFlags {
  readonly apiKey?: string
  readonly organization?: string
  readonly profile?: string
}

/** The part of a manifest entry that says which flags a command has. */
export interface FlagEntries {
  readonly flags?: Readonly<
    Record<string, {readonly helpGroup?: string; readonly aliases?: readonly string[]} | undefined>
  >
}

interface Terminal {
  /** True when stdin and stderr are both terminals. */
  readonly attended: boolean
  readonly tell: (line: string) => void
}

const GLOBAL = {apiKey: 'api-key', organization: 'organization', profile: 'profile'} as const

/**
 * Only flags of the group GLOBAL count: `auth login --organization`, or a plugin's own `--profile`, mean something else.
 * The last one wins here; the command's parser refuses a repeated flag later.
 */
export function globalFlags(command: FlagEntries | undefined, argv: readonly string[]): GlobalFlags {
  const found: {-readonly [K in keyof GlobalFlags]: GlobalFlags[K]} = {}
  for (const [key, name] of Object.entries(GLOBAL) as [keyof GlobalFlags, string][]) {
    if (command?.flags?.[name]?.helpGroup !== 'GLOBAL') continue
    const value = flagValue(name, argv)
    if (value !== undefined) found[key] = value
  }

  return found
}

function flagValue(name: string, argv: readonly string[]): string | undefined {
  let value: string | undefined
  for (const [index, arg] of argv.entries()) {
    if (arg === '--') break
    if (arg === `--${name}`) value = argv[index + 1]
    else if (arg.startsWith(`--${name}=`)) value = arg.slice(name.length + 3)
  }

  return value?.trim() || undefined
}

/** What was saved for the profile in use, and how to save more. */
interface SavedSettings {
  readonly settings: ProfileSettings
  readonly remember: (change: SettingsChange) => Promise<void>
}

/**
 * `--profile` > `SUPERSET_PROFILE` > configuration, which is not even looked at when one of the others decides.
 * @throws Problem USAGE_PROFILE (2) for what cannot be one
 */
export function profileInUse(
  flags: GlobalFlags,
  environment: Pick<Environment, 'profile'>,
  configured: () => string | undefined,
): Sourced<string> {
  if (flags.profile !== undefined) return {value: usableProfile(flags.profile), source: 'flag'}
  if (environment.profile) return environment.profile
  const value = configured()
  return value === undefined ? {value: 'default', source: 'default'} : {value, source: 'config'}
}

/** @throws Problem USAGE_PROFILE (2) for what cannot be the name of a profile */
export function usableProfile(name: string | undefined): string {
  if (name !== undefined && isProfileName(name)) return name
  throw new Problem({
    code: 'USAGE_PROFILE',
    message: 'The name of a profile is made of letters, digits, dots and dashes.',
    exit: EXIT.usage,
  })
}

/** All that a request is made of. */
export interface RequestSources {
  readonly program: {readonly bin: string; readonly version: string}
  readonly profile: string
  readonly environment: Environment
  readonly secrets: Secrets
  readonly flags: GlobalFlags
  readonly saved: SavedSettings
  readonly terminal: Terminal
}

/** Flag and variable > the profile's settings > the default. */
export function buildRequest(given: RequestSources): IdentityRequest {
  const {environment, flags, profile, program, secrets, terminal} = given
  const {remember, settings} = given.saved
  const {
    identity: _identity,
    profile: _profile,
    workloadSource: _source,
    workloadAudience: _audience,
    ...known
  } = environment
  const {organization, apiUrl, webUrl, clientId, ...rest} = known
  const workload = workloadOf(environment, settings)
  const issuer = rest.issuer ?? saved(settings.issuer)
  const storage = rest.storage ?? saved(settings.storage)
  const acting = flags.organization === undefined ? organization : {value: flags.organization, source: 'flag' as const}
  return {
    ...rest,
    bin: program.bin,
    version: program.version,
    profile,
    apiUrl: orSaved(apiUrl, settings.apiUrl),
    webUrl: orSaved(webUrl, settings.webUrl),
    clientId: orSaved(clientId, settings.clientId),
    ...(issuer && {issuer}),
    ...(storage && {storage}),
    ...(acting && {organization: acting}),
    ...(workload && {workload}),
    ...(flags.apiKey !== undefined && {apiKeyFlag: flags.apiKey}),
    secrets,
    interactive: terminal.attended && !environment.agentMode,
    tell: terminal.tell,
    settings,
    remember,
  }
}

/** A source of its own has no audience but the variable's: that of the profile was meant for the profile's. */
function workloadOf(
  {workloadAudience, workloadSource}: Environment,
  {workload}: ProfileSettings,
): IdentityRequest['workload'] {
  const audience = workloadAudience !== undefined && {audience: workloadAudience}
  if (workloadSource) return {value: {from: workloadSource.value, ...audience}, source: workloadSource.source}
  return workload && {value: {...workload, ...audience}, source: 'profile'}
}

/** A default gives way to what was saved. */
function orSaved(given: Sourced<string>, value: string | undefined): Sourced<string> {
  return given.source === 'default' ? (saved(value) ?? given) : given
}

function saved<T>(value: T | undefined): Sourced<T> | undefined {
  return value === undefined ? undefined : {value, source: 'profile'}
}
